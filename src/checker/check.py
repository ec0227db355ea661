#!/usr/bin/env python3
"""Checks that a division of areas into regions is the best there is.

    python3 check.py INSTANCE CERTIFICATE...

INSTANCE is a folder with the tables areas.csv, flows.csv and adjacency.csv. A certificate is a text
file. This program prints what the certificate proves, in words, and exits with 0; or it names the line
that is not proved, and why, and exits with 6. It needs nothing but Python 3.8 or newer, and shares no
code with the program that found the divisions. It is written to be read from top to bottom.

What is claimed
---------------
"Under these rules, this plan with k regions is allowed and keeps V commuters. No allowed plan keeps
more." Or: "No plan is allowed." A plan puts every area into exactly one of k regions, each of which
hangs together and keeps the rules. It *keeps* the commuters who live in one area and work in another
area of the same region.

How it is proved
----------------
Give every area a price and every region a price, whatever they are. Let a region *lose*

    the prices of its areas + the price of a region - the commuters it keeps inside.

Every area is in one region, and there are k regions. So, whatever the plan, its regions lose together

    (all prices of areas + k times the price of a region) - the commuters the plan keeps.

Call the bracket the *level*. A plan that keeps V + 1 commuters or more loses at most
level - (V + 1), the *budget*. If no region loses less than nothing, each single region of such a plan
loses no more than the budget. With good prices there are few such regions, a few dozen as a rule. This
program finds all of them by itself (class Listing or class Sweep), and then sees that no k of them
make up all areas within the budget (function find_plan). That proves the claim.

So a certificate holds little more than prices. Nobody has to trust them: with bad prices the search
takes long, finds regions that lose less than nothing, or finds a plan, but it never proves a falsehood.

Where one set of prices is not enough, the certificate splits: either two areas share a region or they
do not, and both cases are proved with prices of their own.
"""

import copy
import csv
import functools
import hashlib
import io
import json
import os
import sys

# What can be limited: the figure's column in areas.csv, and what it counts.
FIGURES = {"population": ("population", "people"), "areas": (None, "areas"), "jobs": ("jobs", "jobs"),
           "employed": ("employed_residents", "employed residents")}
LIMITS = [side + figure for figure in FIGURES for side in ("min_", "max_")]


class NotProved(Exception):
    """Why a certificate is not believed."""


class NoRoom(Exception):
    """The rules alone leave no room for any plan."""


def insist(holds, otherwise):
    if not holds:
        raise NotProved(otherwise)


# --------------------------------------------------------------------- sets of areas are whole numbers
# Bit i of a set is 1 when area (or node) i is in it: 0b101 is the set of 0 and 2.

@functools.lru_cache(maxsize=100_000)
def members(bits):
    """The numbers in a set, ascending. The same sets are asked for again and again: hence the cache."""
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return tuple(found)


def as_set(numbers):
    return sum(1 << number for number in set(numbers))


def union(sets):
    bits = 0
    for each in sets:
        bits |= each
    return bits


def total(figures, bits):
    return sum(figures[i] for i in members(bits))


def reached(start, within, links):
    """What a walk along links reaches from `start` without leaving `within`."""
    seen = edge = start
    while edge:
        edge = union(links[i] for i in members(edge)) & within & ~seen
        seen |= edge
    return seen


def hangs_together(bits, links):
    return bits != 0 and reached(bits & -bits, bits, links) == bits


# ----------------------------------------------------------------------------------- the raw figures

class Instance:
    """Areas in question, who commutes where, and which areas touch; straight from the CSV files."""

    def __init__(self, folder, hashes, rules):
        outside = rules.get("external_areas", [])
        names = ["adjacency.csv", "areas.csv", "flows.csv"]
        names += ["external_" + name for name in names] if outside else []
        insist(sorted(hashes) == sorted(names), "`instance` must name: " + ", ".join(names))
        table = {name: read_table(folder, name, hashes[name]) for name in names}
        areas = {row["code"]: row for row in table["areas.csv"]}
        insist(len(areas) == len(table["areas.csv"]), "areas.csv: a code stands there twice")
        flows = [(row["residence"], row["workplace"], row["commuters"]) for row in table["flows.csv"]]
        links = table["adjacency.csv"] + table.get("external_adjacency.csv", [])
        exchange = table.get("external_flows.csv", [])  # with external areas, in columns of their own
        for code in outside:
            rows = [row for row in table["external_areas.csv"] if row["code"] == code]
            insist(len(rows) == 1 and code not in areas, "there is no external area `%s`" % code)
            areas[code] = rows[0]
            flows.append((code, code, rows[0]["own_flow"]))
            for row in exchange:
                flows.append((row["code"], code, row["to_" + rows[0]["place"]]))
                flows.append((code, row["code"], row["from_" + rows[0]["place"]]))
            exchange = exchange + rows  # says what it exchanges with external areas that come later
        insist(len({flow[:2] for flow in flows}) == len(flows), "flows.csv: a flow stands there twice")

        self.codes = sorted(set(rules.get("areas", areas)))
        insist(self.codes and areas.keys() >= set(self.codes), "an area of the rules is not there")
        self.place = place = {code: i for i, code in enumerate(self.codes)}
        rows = [areas[code] for code in self.codes]
        self.names = [row["name"] for row in rows]
        self.figures = {figure: [count(row[column]) if column else 1 for row in rows]
                        for figure, (column, _) in FIGURES.items()}
        self.flows = [(place[a], place[b], count(number)) for a, b, number in flows
                      if a in place and b in place]
        self.links = [0] * len(rows)
        for row in links:
            if row["kind"] in rules["links"] and row["a"] in place and row["b"] in place:
                a, b = place[row["a"]], place[row["b"]]
                self.links[a] |= 1 << b
                self.links[b] |= 1 << a

    def areas(self, codes):
        """Areas by their codes, as a set."""
        insist(codes, "a group or region names no area")
        for code in codes:
            insist(code in self.place, "there is no area `%s` in question" % code)
        insist(len(set(codes)) == len(codes), "an area is named twice among " + ", ".join(codes))
        return as_set(self.place[code] for code in codes)

    def commuters(self, bits, within_areas=False):
        """Commuters inside a set; those within a single area count only if `within_areas`."""
        return sum(number for a, b, number in self.flows
                   if bits >> a & 1 and bits >> b & 1 and (a != b or within_areas))


def read_table(folder, name, expected):
    with open(os.path.join(folder, name), "rb") as file:
        content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    insist(digest == expected,
           "%s is not the file that the certificate speaks of: its SHA-256 is %s" % (name, digest))
    rows = [[cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) if row]
    insist(all(len(row) == len(set(rows[0])) for row in rows),
           name + ": a column stands there twice, or a row is too long or too short")
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def count(text):
    insist(text.isascii() and text.isdigit(), "`%s` is not a whole number" % text)
    return int(text)


# ---------------------------------------------------------------------------------- rules and plans

class Question:
    """The rules of one claim, and the decisions taken on the way through its proof."""

    def __init__(self, instance, rules, claim, scale):
        self.instance, self.k, self.scale = instance, claim["k"], scale
        self.together, self.apart, self.closed, self.fixed = (
            [instance.areas(group) for group in rules.get(key, [])]
            for key in ("keep_together", "keep_apart", "closed", "fixed"))
        free = rules.get("limits_do_not_apply_to")
        self.exempt = instance.areas(free) if free else 0
        self.limits = dict(rules.get("limits", {}), **claim.get("limits", {}))
        part, *whole = self.limits.get("min_self_containment", (0, 1))
        insist(len(whole) == 1 and part <= whole[0] > 0, "a self-containment is a fraction up to 1")

    def decided(self, pair, share):
        """The same question where two areas share a region, or do not."""
        other = copy.copy(self)
        other.together = self.together + [pair] * share
        other.apart = self.apart + [pair] * (not share)
        return other

    def is_free(self, region):
        """Whether no limit applies to a region of areas."""
        return region in self.fixed or region & self.exempt != 0

    def allows(self, region):
        """Whether a region of areas keeps every limit. Fixed regions need not, nor those that hold an
        exempt area."""
        instance, limits = self.instance, self.limits
        part, whole = limits.get("min_self_containment", (0, 1))
        sums = {figure: total(instance.figures[figure], region) for figure in FIGURES}
        return self.is_free(region) or (
            all(limits.get("min_" + figure, 0) <= held <= limits.get("max_" + figure, held)
                for figure, held in sums.items())
            and instance.commuters(region, within_areas=True) * whole >= sums["employed"] * part)


def check_plan(question, plan, keeps):
    """Sees that a plan is allowed and keeps what is said. Returns its regions."""
    instance, regions, covered = question.instance, [], 0
    for codes in plan:
        region = instance.areas(codes)
        named = "plan: the region of %s " % ", ".join(codes)
        insist(not region & covered, "plan: an area is in two regions")
        insist(hangs_together(region, instance.links), named + "does not hang together")
        insist(question.allows(region), named + "breaks a limit")
        covered |= region
        regions.append(region)
    insist(len(regions) == question.k, "plan: it has %d regions, not %d" % (len(regions), question.k))
    insist(covered == (1 << len(instance.codes)) - 1, "plan: it leaves areas out")
    for group in question.together:
        insist(any(group & ~region == 0 for region in regions), "plan: it parts what is kept together")
    for group in question.apart:
        insist(all(len(members(group & region)) < 2 for region in regions),
               "plan: it joins areas that are kept apart")
    for group in question.closed + question.fixed:
        insist(group in regions, "plan: a decided region is none of its regions")
    counted = sum(instance.commuters(region) for region in regions)
    insist(counted == keeps, "plan: it keeps %d commuters, not %d" % (counted, keeps))
    return regions


# ------------------------------------------------------------------------ what is left to be divided

class Ground:
    """Areas that must share a region have become one *node*, regions that are decided are taken out,
    and every limit is as tight as the others make it."""

    def __init__(self, question):
        def need(holds):
            if not holds:
                raise NoRoom

        instance, self.question = question.instance, question
        decided, gone = set(question.closed + question.fixed), 0
        for region in decided:
            need(hangs_together(region, instance.links) and question.allows(region))
            need(not region & gone)
            gone |= region
        nodes = [1 << i for i in range(len(instance.codes))]
        for group in question.together:
            joined = union(node for node in nodes if node & group)
            nodes = [node for node in nodes if not node & group] + [joined]
        for node in nodes:  # a decided region holds all of a group or nothing
            need(not node & gone or any(node & ~region == 0 for region in decided))
        for group in question.apart:
            need(all(len(members(group & either)) < 2 for either in [*nodes, *decided]))
        self.nodes = nodes = [node for node in nodes if not node & gone]
        self.n, self.k, self.all = len(nodes), question.k - len(decided), (1 << len(nodes)) - 1
        self.settled = sum(instance.commuters(region) for region in decided)
        need(0 <= self.k <= self.n and (self.k > 0 or self.n == 0))

        node_of = {i: at for at, node in enumerate(nodes) for i in members(node)}
        at_nodes = (lambda areas: as_set(node_of[i] for i in members(areas) if i in node_of))
        others = [~(1 << at) for at in range(self.n)]
        self.links = [at_nodes(union(instance.links[i] for i in members(node))) & others[at]
                      for at, node in enumerate(nodes)]
        self.apart = [union(at_nodes(group) for group in question.apart if group & node) & others[at]
                      for at, node in enumerate(nodes)]
        self.own = [instance.commuters(node) for node in nodes]
        self.between = [{} for _ in nodes]  # commuters between two nodes, both ways together
        for i, j, number in instance.flows:
            a, b = node_of.get(i), node_of.get(j)
            if a is not None and b is not None and a != b and number > 0:
                for one, other in ((a, b), (b, a)):
                    self.between[one][other] = self.between[one].get(other, 0) + number

        # Each limited figure: what every node weighs, and the least and most of a region. A region
        # holds what the other k - 1 leave over, so at least `whole - (k - 1) * most`, and so on. Exempt
        # nodes weigh nothing: then `lifted` limits the rest of their regions, and of the others there
        # are `strict` or more.
        self.limited, self.lifted, limits, others = [], [], question.limits, self.k - 1
        self.exempt = at_nodes(question.exempt)
        num_exempt = len(members(self.exempt))
        strict = max(0, self.k - num_exempt)
        for figure in FIGURES if self.k else ():
            weight = [total(instance.figures[figure], node) * (node & question.exempt == 0)
                      for node in nodes]
            low, whole = limits.get("min_" + figure, 0), sum(weight)
            high = min(limits.get("max_" + figure, whole), whole)
            left, rest = max(0, whole - others * high), whole - max(0, strict - 1) * low
            self.lifted.append((weight, left if num_exempt == 1 else 0, whole - strict * low))
            low, high = max(low, 0 if num_exempt else left), min(high, rest)
            need(self.lifted[-1][2] >= self.lifted[-1][1] if num_exempt else low <= high)
            if "min_" + figure in limits or "max_" + figure in limits:
                self.limited.append((weight, low, high))
        need(self.can_be_divided(self.all, self.k))

    @functools.lru_cache(maxsize=100_000)
    def pieces(self, bits):
        """The pieces a set of nodes falls into, with the fewest and the most regions that each can
        be divided into, by its sums alone."""
        found = []
        while bits:
            piece = reached(bits & -bits, bits, self.links)
            bits &= ~piece
            fewest, most, free = 1, len(members(piece)), len(members(piece & self.exempt))
            for weight, low, high in self.limited:
                held = total(weight, piece)
                most = min(most, free + held // low) if low > 0 else most
                if not free:
                    fewest = max(fewest, -(-held // high)) if high > 0 else fewest
                    most = 0 if held > 0 == high else most
            found.append((piece, fewest, most))
        return found

    def can_be_divided(self, bits, k):
        """Whether each piece can be a whole number of regions, k in all, by sums alone."""
        pieces = self.pieces(bits)
        return (all(fewest <= most for _, fewest, most in pieces)
                and sum(piece[1] for piece in pieces) <= k <= sum(piece[2] for piece in pieces))

    def is_usable(self, bits):
        """Whether a set of nodes can be a region of a plan, as far as it and what it leaves tell."""
        region = union(self.nodes[i] for i in members(bits))
        return (hangs_together(region, self.question.instance.links) and self.question.allows(region)
                and not any(self.apart[i] & bits for i in members(bits))
                and self.can_be_divided(self.all & ~bits, self.k - 1))


# ------------------------------------------------------------------------ all regions that lose little

class State:
    """Where the search is: some nodes are *taken*, some are *free*, the others left out. The taken
    ones gain (lose, with the sign turned) `gained` together, each free one adds `gains` at most."""

    def __init__(self, taken, free, gained, gains):
        self.taken, self.free, self.gained, self.gains = taken, free, gained, gains


class Listing:
    """All usable regions that lose no more than a budget: `found`, with what they lose.

    Nodes are taken or left out one by one, beginning from a root. Roots come in the order of falling
    prices, exempt ones first, and the regions of a root hold no earlier root, so that every region is
    met, and limits apply to all regions of a root or to none.

    The search turns back when no region between `taken` and `taken + free` can be within the budget.
    The commuters between two free nodes are credited to them in parts. So a free node adds at most

        gain = commuters inside it - its price + those between it and taken nodes
               + its part of those between it and free nodes

    and all free nodes at most the sum of the gains above nothing. A limit makes this sharper. Charge
    `rate` for every unit of weight and give the charge for the largest weight allowed back: for any
    rate of at least nothing, no region within the limit adds more than

        rate * (weight still allowed) + sum of (gain - rate * weight) above nothing,

    and with a rate below nothing the same holds of the weight still *needed*.
    """

    def __init__(self, ground, prices, region_price, scale, budget, balance):
        self.ground, self.budget, self.found = ground, budget, {}
        flow = [{j: number * scale for j, number in row.items()} for row in ground.between]
        base = [own * scale - price for own, price in zip(ground.own, prices)]
        free = ground.all
        for self.root in sorted(range(ground.n), key=lambda i: (~ground.exempt >> i & 1, -prices[i], i)):
            free &= ~(1 << self.root)
            self.limited = ground.lifted if ground.exempt >> self.root & 1 else ground.limited
            self.credit = [{j: number // 2 for j, number in row.items()} for row in flow]
            gains = [base[i] + flow[i].get(self.root, 0)
                     + sum(part for j, part in self.credit[i].items() if free >> j & 1)
                     for i in range(ground.n)]
            state = State(1 << self.root, free, base[self.root] - region_price, gains)
            self.leave(state, ground.apart[self.root])
            if balance:
                self.even_out(state)
            self.search(state)

    def even_out(self, state):
        """Credits commuters rather to the one of two nodes that gains less. Any credit is valid, and
        the certificate hints whether this one makes the search turn back earlier: it makes the sum of
        the gains above nothing small."""
        bound, net = self.bound(state)
        for _ in range(8):
            for i in net:
                for j, part in self.credit[i].items():
                    if part > 0 and net[i] > net.get(j, net[i]):
                        amount = min(part, (net[i] - net[j]) // 2)
                        for one, other, change in ((i, j, -amount), (j, i, amount)):
                            self.credit[one][other] += change
                            state.gains[one] += change
                            net[one] += change
            before, (bound, net) = bound, self.bound(state)
            if bound >= before:
                return

    def take(self, state, i):
        """Node i is taken; its whole flow to a free node now counts there."""
        state.taken |= 1 << i
        state.free &= ~(1 << i)
        state.gained += state.gains[i]
        for j, part in self.credit[i].items():
            if state.free >> j & 1:
                state.gains[j] += part
                state.gained -= part
        self.leave(state, self.ground.apart[i])

    def leave(self, state, bits):
        """These nodes are left out; free nodes lose what was credited to them for these."""
        for i in members(bits & state.free):
            state.free &= ~(1 << i)
            for j in self.credit[i]:
                if state.free >> j & 1:
                    state.gains[j] -= self.credit[j][i]

    def search(self, state):
        """Finds the regions between `taken` and `taken + free`."""
        ground, net = self.ground, self.conclude(state)
        while net is not None:
            if (-state.gained <= self.budget and state.taken not in self.found
                    and ground.is_usable(state.taken)):
                self.found[state.taken] = -state.gained
            # A node next to the root's piece is taken, and then left out.
            piece = reached(1 << self.root, state.taken, ground.links)
            edge = union(ground.links[i] for i in members(piece)) & state.free
            if not edge:
                return
            node = max(members(edge), key=lambda i: (abs(net[i]), -i))
            other = State(state.taken, state.free, state.gained, state.gains[:])
            self.take(other, node)
            self.search(other)
            self.leave(state, 1 << node)
            net = self.conclude(state)

    def conclude(self, state):
        """Takes and leaves out whatever follows of itself. Returns what each free node gains at most,
        net of charges; or None when there is no region within the budget here."""
        ground = self.ground
        while True:
            # What the root cannot reach or is too heavy is left out, and there must be enough.
            reach = reached(1 << self.root, state.taken | state.free, ground.links)
            if state.taken & ~reach:
                return None
            self.leave(state, ~reach)
            for weight, low, high in self.limited:
                room = high - total(weight, state.taken)
                self.leave(state, as_set(i for i in members(state.free) if weight[i] > room))
                if room < 0 or high - room + total(weight, state.free) < low:
                    return None
            # A piece of the rest that is too small for a region must be taken whole, and the others
            # must do for k - 1 regions. What is taken later can only make pieces smaller.
            pieces = ground.pieces(ground.all & ~state.taken)
            sure = union(piece for piece, _, most in pieces if most == 0)
            if sure & ~state.free or sum(most for _, _, most in pieces) < ground.k - 1:
                return None
            if not sure:
                # So must a node that gains more than can be spared; one that loses more is left out.
                bound, net = self.bound(state)
                spare = bound + self.budget
                if spare < 0:
                    return None
                sure = as_set(i for i in net if net[i] > spare)
                out = as_set(i for i in net if -net[i] > spare)
                self.leave(state, out)
                if not sure | out:
                    return net
            for i in members(sure):
                if not state.free >> i & 1:
                    return None  # it is kept apart from another that must be taken
                self.take(state, i)

    def bound(self, state):
        """No region here gains more than the first; the second is each free node's part in that."""
        free, gains, found = members(state.free), state.gains, []
        for weight, low, high in self.limited or [([0] * self.ground.n, 0, 0)]:
            held, rate = total(weight, state.taken), 0
            # The best nodes per weight first, until a region would be full, or heavy enough.
            room, needed = high - held, low - held
            order = sorted(((gains[i] / weight[i], i) for i in free if weight[i]), reverse=True)
            for ratio, i in order:
                if ratio <= 0 and needed <= 0:
                    break
                room, needed = room - weight[i], needed - weight[i]
                if room < 0 < ratio or needed <= 0 >= ratio:
                    rate = gains[i] // weight[i]
                    break
            net = {i: gains[i] - rate * weight[i] for i in free}
            limit = (high if rate > 0 else low) - held
            found.append((state.gained + rate * limit + sum(g for g in net.values() if g > 0), net))
        return min(found, key=lambda each: each[0])


class Sweep:
    """The same list where commuters work next door: `found`, by passing the nodes in a stated order.

    What matters for the nodes ahead is only which nodes of the *frontier*, those passed that touch some
    ahead, a region holds, and how these hang together so far. That, and whether it has begun, is a
    *state*. On a thin map there are few, so the best way on is reckoned for all of them, backwards.
    Weights are not in the state. Instead every node pays for its weight, at a rate; of what the limit
    leaves over a region gets the charge back, so no rate says too little. Any rates and any order will
    do: good ones make the search turn back early.
    """

    def __init__(self, ground, prices, region_price, scale, budget, order, rates, per):
        insist(sorted(order) == list(range(ground.n)), "sweep: the order must name every node once")
        insist(not ground.exempt
               and all(ground.links[i] >> j & 1 for i in order for j in ground.between[i]),
               "sweep: commuters between areas that do not touch, or exempt areas")
        self.ground, self.order, self.per, self.budget, self.found = ground, order, per, budget, {}
        self.weight, low, self.high = (ground.limited or [([0] * ground.n, 0, 0)])[0]
        # For each node and state before it: the state after it is left out, or taken, and its gain.
        insist(0 < len(rates) <= 32 and per > 0, "sweep: there are no rates, or too many")
        self.layers, states, count, ahead = [], {(False, ())}, 0, ground.all
        for node in order:
            ahead &= ~(1 << node)
            open_ones = as_set(i for i in order if ground.links[i] & ahead) & ~ahead
            insist(len(members(open_ones)) <= 64, "sweep: a frontier is too wide")
            layer = {state: (self.passed(state, node, False, open_ones),
                             self.passed(state, node, True, open_ones),
                             scale * ground.own[node] - prices[node] + scale * sum(
                                 number for i, number in ground.between[node].items()
                                 if union(state[1]) >> i & 1))
                     for state in states}
            states = {after for ways in layer.values() for after in ways[:2] if after}
            count += len(states)
            insist(count <= 500_000, "sweep: there are too many states")
            self.layers.append(layer)
        self.ways = [(rate, rate * (self.high if rate > 0 else low), self.best_ways(rate))
                     for rate in rates]
        self.search(0, (False, ()), -region_price, 0, 0)

    def passed(self, state, node, taken, open_ones):
        """The state after a node, or None: a region is one piece, so a piece that has left the frontier
        is the whole region."""
        begun, pieces = state
        if taken:
            near = [piece for piece in pieces if piece & self.ground.links[node]]
            if begun and not pieces or self.ground.apart[node] & union(pieces):
                return None
            pieces = [piece for piece in pieces if piece not in near] + [union(near) | 1 << node]
        left = [piece & open_ones for piece in pieces]
        if len(left) > 1 and 0 in left:
            return None
        return begun or taken, tuple(sorted(piece for piece in left if piece))

    def best_ways(self, rate):
        """For each node and state before it, the most that can still be gained net of charges."""
        best = [{(True, ()): 0}]
        for node, layer in zip(reversed(self.order), reversed(self.layers)):
            after, charge = best[-1], rate * self.weight[node]
            best.append({})
            for state, (out, into, gain) in layer.items():
                ways = [after[out]] if out in after else []
                ways += [after[into] + gain * self.per - charge] if into in after else []
                if ways:
                    best[-1][state] = max(ways)
        return best[::-1]

    def search(self, at, state, gained, held, taken):
        if at == len(self.order):
            if -gained <= self.budget and self.ground.is_usable(taken):
                self.found[taken] = -gained
            return
        node, (out, into, gain) = self.order[at], self.layers[at][state]
        for after, gained, held, taken in (
                (out, gained, held, taken),
                (into, gained + gain, held + self.weight[node], taken | 1 << node)):
            if held <= self.high and all(
                    after in best[at + 1] and best[at + 1][after] + room - rate * held
                    >= (-self.budget - gained) * self.per for rate, room, best in self.ways):
                self.search(at + 1, after, gained, held, taken)


# --------------------------------------------------------------------------------- no k of them do

def find_plan(ground, nodes, k, budget, regions):
    """Disjoint regions of the list that make up `nodes`, k of them, and lose at most `budget`; or
    None. The node in the fewest regions is covered first."""
    if k == 0 or nodes == 0:
        return [] if k == 0 and nodes == 0 else None
    if not ground.can_be_divided(nodes, k):
        return None
    # Some region through every node is chosen. What even the cheapest of them loses is spent in any
    # case: it comes off the budget, and off every region through that node.
    for node in members(nodes):
        least = min((loss for region, loss in regions.items() if region >> node & 1), default=budget + 1)
        if least > budget:
            return None
        if least > 0:
            budget -= least
            regions = {region: loss - least * (region >> node & 1) for region, loss in regions.items()}
    regions = {region: loss for region, loss in regions.items() if loss <= budget}
    pivot = min(members(nodes), key=lambda node: sum(region >> node & 1 for region in regions))
    for region, loss in sorted(regions.items(), key=lambda each: each[1]):
        if region >> pivot & 1:
            others = {other: loss for other, loss in regions.items() if not other & region}
            rest = find_plan(ground, nodes & ~region, k - 1, budget - loss, others)
            if rest is not None:
                return [region] + rest
    return None


def check_proof(question, keeps, proof, place):
    """Sees that no plan keeps more than `keeps` commuters, or that there is none (`keeps` is None)."""
    if "split" in proof:
        part = proof["split"]
        pair = question.instance.areas(part["pair"])
        insist(len(members(pair)) == 2, place + ": two areas are needed")
        for case in ("together", "apart"):
            check_proof(question.decided(pair, case == "together"), keeps, part[case],
                        "%s.split.%s" % (place, case))
        return
    try:
        ground = Ground(question)
    except NoRoom:
        return
    wanted = 0 if keeps is None else keeps + 1  # without a plan, a plan of any value is one too many
    if ground.k == 0:
        insist(ground.settled < wanted, place + ": the decided regions are a plan")
        return
    insist(proof != "rules", place + ": the rules alone leave room for a plan")
    by_area, region_price = proof["prices"]["areas"], proof["prices"]["region"]
    balance, instance = proof["prices"].get("balance", False), question.instance
    insist(len(by_area) == len(instance.codes), place + ": every area needs one price")
    prices = [total(by_area, node) for node in ground.nodes]
    level = sum(prices) + ground.k * region_price
    budget = level - question.scale * (wanted - ground.settled)
    # Regions of negative loss are looked for even where there is no budget.
    scale, most = question.scale, max(budget, -1)
    if "sweep" in proof["prices"]:
        hint = proof["prices"]["sweep"]
        order = [next((i for i, node in enumerate(ground.nodes) if node & area), ground.n)
                 for area in (instance.areas([code]) for code in hint["order"])]
        regions = Sweep(ground, prices, region_price, scale, most, order, hint["rates"],
                        hint["per"]).found
    else:
        regions = Listing(ground, prices, region_price, scale, most, balance).found
    insist(all(loss >= 0 for loss in regions.values()),
           place + ": a region loses less than nothing, so the prices prove nothing")
    plan = find_plan(ground, ground.all, ground.k, budget, regions) if budget >= 0 else None
    insist(plan is None, place + ": a plan that is allowed keeps more")


# ----------------------------------------------------------------------------------- the whole file

# The documented form: what stands under every key. `?` marks keys that may be left out, `*` lists.
FORMS = {
    "header": "certificate=name instance=hashes rules=rules scale=scale front?=front",
    "rules": "links=kind* areas?=code* external_areas?=code* keep_together?=code** keep_apart?=code** "
             "closed?=code** fixed?=code** limits_do_not_apply_to?=code* limits?=limits",
    "limits": " ".join(key + "?=count" for key in LIMITS) + " min_self_containment?=count*",
    "front": "against=objective",
    "claim": "k=positive limits?=limits plan?=code** keeps?=count proof=proof",
    "case": "prices?=prices split?=split",
    "prices": "areas=whole* region=whole balance?=hint sweep?=sweep",
    "sweep": "order=code* rates=whole* per=positive",
    "split": "pair=code* together=proof apart=proof",
}
VALUES = {
    "name": lambda value: value == "regionfront/certificate/1",
    "hashes": lambda value: type(value) is dict and all(type(each) is str for each in value.values()),
    "scale": lambda value: has_form(value, "positive") and value <= 1 << 20 and value % 2 == 0,
    "objective": lambda value: value in (
        "min_population", "min_jobs", "min_employed", "min_areas", "max_population"),
    "proof": lambda value: value == "rules" or has_form(value, "case") and len(value) == 1,
    "kind": lambda value: value in ("land", "fixed_link", "ferry", "sea_link"),
    "code": lambda value: type(value) is str,
    "whole": lambda value: type(value) is int,
    "count": lambda value: type(value) is int and value >= 0,
    "positive": lambda value: type(value) is int and value > 0,
    "hint": lambda value: type(value) is bool,
}


def has_form(value, form):
    if form.endswith("*"):
        return type(value) is list and all(has_form(part, form[:-1]) for part in value)
    if form in VALUES:
        return VALUES[form](value)
    entries = [entry.split("=") for entry in FORMS[form].split()]
    known = {key.rstrip("?"): kind for key, kind in entries}
    return (type(value) is dict and known.keys() >= value.keys()
            and all(key in value or key.endswith("?") for key, _ in entries)
            and all(has_form(value[key], known[key]) for key in value))


def parsed(line, form):
    def no_twins(pairs):
        insist(len(dict(pairs)) == len(pairs), "a key stands there twice")
        return dict(pairs)

    value = json.loads(line, object_pairs_hook=no_twins)
    insist(has_form(value, form), "it does not have the documented form")
    return value


def check(folder, path):
    """What a certificate proves, in words."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().rstrip("\n").split("\n")
    number, front = 1, None
    try:
        insist(len(lines) > 1, "nothing is claimed")
        header = parsed(lines[0], "header")
        instance = Instance(folder, header["instance"], header["rules"])
        words = [rules_in_words(instance, header["rules"])]
        if "front" in header:
            front = Front(header["front"]["against"], header["rules"].get("limits", {}))
        for number, line in enumerate(lines[1:], 2):
            claim = parsed(line, "claim")
            question, regions = Question(instance, header["rules"], claim, header["scale"]), None
            insist(("plan" in claim) == ("keeps" in claim), "`plan` and `keeps` stand together")
            if "plan" in claim:
                regions = check_plan(question, claim["plan"], claim["keeps"])
            check_proof(question, claim.get("keeps"), claim["proof"], "proof")
            words += (front.link(question, claim, regions) if front
                      else [claim_in_words(instance, claim)])
        insist(not front or front.k is None, "the front breaks off")
    except (NotProved, OSError, csv.Error, ValueError, TypeError, KeyError, OverflowError,
            RecursionError) as error:
        raise NotProved("line %d: %s" % (number, error)) from None
    return words


class Front:
    """The claims of every k in a front form a chain: the first demands nothing, each further one just
    more than the plan before it has, and the last finds no plan.

    Take any allowed plan and the last claim whose demand it meets. It keeps no more commuters than the
    plan of that claim, and as it does not meet the next demand, it is no better in the second
    objective either. So nothing is missing from the front.
    """

    def __init__(self, against, limits):
        insist(against not in limits, "the rules limit the second objective of the front")
        self.against, self.k, self.ended = against, None, set()

    def link(self, question, claim, regions):
        """One more claim. Returns what is proved, in words, at the end of a chain."""
        if self.k is None:
            self.k, self.demand, self.points, self.first = claim["k"], {}, 0, claim.get("keeps")
        insist(claim["k"] == self.k, "the front of k = %d breaks off" % self.k)
        insist(self.k not in self.ended, "there are claims of k = %d beyond its front" % self.k)
        insist(claim.get("limits", {}) == self.demand, "the demand does not follow on the plan before")
        if regions is not None:
            self.points += 1
            # What the plan has of the second objective; regions without limits do not count.
            side, figure = self.against.split("_")
            sums = [total(question.instance.figures[figure], region) for region in regions
                    if not question.is_free(region)]
            more = min(sums, default=0) + 1 if side == "min" else max(sums, default=0) - 1
            self.demand = {self.against: more}
            if more >= 0:
                return []
        k, self.k = self.k, None
        self.ended.add(k)
        if self.first is None:
            return ["k = %d: no plan is allowed." % k]
        return ["k = %d: the %d plans of the front, the first of which keeps %s commuters, are "
                "allowed; for every allowed plan one of them keeps at least as many commuters and is at "
                "least as good by %s."
                % (k, self.points, grouped(self.first), self.against.replace("_", " "))]


def grouped(number):
    return "{:,}".format(number)


def limits_in_words(limits):
    said = ["at %s %s %s in a region" % ("least" if key.startswith("min") else "most",
                                         grouped(limits[key]), FIGURES[key[4:]][1])
            for key in LIMITS if key in limits]
    if "min_self_containment" in limits:
        said.append("self-containment of at least %d/%d" % tuple(limits["min_self_containment"]))
    return said


def rules_in_words(instance, rules):
    kinds = " and ".join(rules["links"]).replace("_", " ")
    said = ["%d areas, contiguous by %s" % (len(instance.codes), kinds)]
    said += limits_in_words(rules.get("limits", {}))
    for key, word in [("keep_together", "kept together"), ("keep_apart", "no two of them together"),
                      ("closed", "exactly a region"), ("fixed", "exactly a region whatever its size")]:
        for group in rules.get(key, []):
            names = [instance.names[i] for i in members(instance.areas(group))]
            said.append("%s %s" % (", ".join(names), word))
    for code in rules.get("limits_do_not_apply_to", []):
        said.append("limits do not apply to the region of " + instance.names[instance.place[code]])
    return "Rules: %s." % "; ".join(said)


def claim_in_words(instance, claim):
    limits = limits_in_words(claim.get("limits", {}))
    said = "k = %d" % claim["k"] + "".join("; " + each for each in limits)
    if "keeps" not in claim:
        return said + ": no plan is allowed."
    everybody = sum(number for a, b, number in instance.flows if a != b)
    return said + (": the plan is allowed and keeps %s of %s commuters between areas; no allowed plan "
                   "keeps more." % (grouped(claim["keeps"]), grouped(everybody)))


def say(*lines):
    """Prints lines. No letter in them begins a line of its own or steers the terminal."""
    for line in lines:
        print("".join(letter if letter.isprintable() else "?" for letter in line))


def main(folder, *paths):
    sys.setrecursionlimit(20_000)
    sys.stdout.reconfigure(errors="replace")  # where it has not all letters of the names
    status = 0
    for path in paths:
        try:
            words = check(folder, path)
            say(path + ": proved", *("  " + said for said in words))
        except (NotProved, OSError, UnicodeDecodeError) as error:
            say(path + ": not proved", "  %s" % error)
            status = 6
    return status


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1].startswith("-"):
        print("usage: check.py INSTANCE CERTIFICATE...", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
