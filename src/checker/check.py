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
program finds all of them by itself (class Listing), and then sees that no k of them make up all areas
within the budget (function find_plan). That proves the claim.

So a certificate holds little more than prices. Nobody has to trust them: with bad prices the search
takes long, finds regions that lose less than nothing, or finds a plan, but it never proves a falsehood.

Where one set of prices is not enough, the certificate splits: either two areas share a region or they
do not, and both cases are proved with prices of their own.
"""

import copy
import csv
import hashlib
import io
import json
import os
import sys

FORMAT = "regionfront/certificate/1"

# The figures that limits may be set to, such as min_population: their columns, and what they count.
FIGURES = {
    "population": ("population", "people"), "areas": (None, "areas"), "jobs": ("jobs", "jobs"),
    "employed": ("employed_residents", "employed residents"),
}
LIMITS = [(side + figure, figure) for figure in FIGURES for side in ("min_", "max_")]
FRONTS = ("min_population", "min_jobs", "min_employed", "min_areas", "max_population")


class NotProved(Exception):
    """Why a certificate is not believed."""


# ------------------------------------------------------------------ sets of areas are whole numbers
# Bit i of a set is 1 when area (or node) i is in it: 0b101 is the set of 0 and 2.

def members(bits):
    """The numbers in a set, ascending."""
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found


def as_set(numbers):
    bits = 0
    for number in numbers:
        bits |= 1 << number
    return bits


def reached(start, within, links):
    """What a walk along links reaches from `start` without leaving `within`."""
    seen = edge = start
    while edge:
        touched = 0
        for i in members(edge):
            touched |= links[i]
        edge = touched & within & ~seen
        seen |= edge
    return seen


def hangs_together(bits, links):
    return bits != 0 and reached(bits & -bits, bits, links) == bits


# ------------------------------------------------------------------------------ the raw figures

class Instance:
    """Areas in question, who commutes where, and which areas touch; straight from the CSV files."""

    def __init__(self, folder, hashes, rules):
        names = ["adjacency.csv", "areas.csv", "flows.csv"]
        outside = rules.get("external_areas", [])
        if outside:
            names = ["external_" + name for name in names] + names
        if sorted(hashes) != sorted(names):
            raise NotProved("`instance` must name these files: " + ", ".join(names))
        tables = {name: read_table(folder, name, hashes[name]) for name in names}

        areas = {}
        for row in tables["areas.csv"]:
            if row["code"] in areas:
                raise NotProved("areas.csv: `%s` stands there twice" % row["code"])
            areas[row["code"]] = row
        flows = [(r["residence"], r["workplace"], r["commuters"]) for r in tables["flows.csv"]]
        links = tables["adjacency.csv"] + tables.get("external_adjacency.csv", [])
        with_flows = list(tables.get("external_flows.csv", []))
        for code in outside:
            rows = [row for row in tables["external_areas.csv"] if row["code"] == code]
            if len(rows) != 1 or code in areas:
                raise NotProved("there is no external area `%s`, or it is named twice" % code)
            areas[code], place = rows[0], rows[0]["place"]
            flows.append((code, code, rows[0]["own_flow"]))
            for row in with_flows:
                flows.append((row["code"], code, row["to_" + place]))
                flows.append((code, row["code"], row["from_" + place]))
            with_flows += rows  # says what it exchanges with external areas that come later

        self.codes = sorted(set(rules.get("areas", areas)))
        if not areas.keys() >= set(self.codes):
            raise NotProved("an area of the rules is not there")
        self.place = {code: i for i, code in enumerate(self.codes)}
        rows = [areas[code] for code in self.codes]
        self.names = [row["name"] for row in rows]
        self.figures = {figure: [count(row[column]) if column else 1 for row in rows]
                        for figure, (column, _) in FIGURES.items()}
        if len({flow[:2] for flow in flows}) < len(flows):
            raise NotProved("flows.csv: a flow stands there twice")
        self.flows = [(self.place[a], self.place[b], count(number)) for a, b, number in flows
                      if a in self.place and b in self.place]
        self.links = [0] * len(rows)
        for row in links:
            if row["kind"] in rules["links"] and row["a"] in self.place and row["b"] in self.place:
                a, b = self.place[row["a"]], self.place[row["b"]]
                if a != b:
                    self.links[a] |= 1 << b
                    self.links[b] |= 1 << a

    def areas(self, codes):
        """Areas by their codes, as a set."""
        if not codes:
            raise NotProved("a group or region names no area")
        for code in codes:
            if code not in self.place:
                raise NotProved("there is no area `%s` in question" % code)
        if len(set(codes)) < len(codes):
            raise NotProved("an area is named twice among " + ", ".join(codes))
        return as_set(self.place[code] for code in codes)

    def total(self, figure, bits):
        return sum(self.figures[figure][i] for i in members(bits))

    def commuters(self, bits, within_areas):
        """Commuters inside a set; those within a single area count only `within_areas`."""
        return sum(number for a, b, number in self.flows
                   if bits >> a & 1 and bits >> b & 1 and (a != b or within_areas))


def read_table(folder, name, expected):
    with open(os.path.join(folder, name), "rb") as file:
        content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    if digest != expected:
        raise NotProved("%s is not the file that the certificate speaks of: its SHA-256 is %s"
                        % (name, digest))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    header = [cell.strip() for cell in rows[0]]
    return [dict(zip(header, (cell.strip() for cell in row))) for row in rows[1:] if row]


def count(text):
    if not (text.isascii() and text.isdigit()):
        raise NotProved("`%s` is not a whole number" % text)
    return int(text)


# ------------------------------------------------------------------------------------- the rules

class Question:
    """The rules of one claim, and the decisions taken on the way through its proof."""

    def __init__(self, instance, rules, claim, scale):
        self.instance, self.k, self.scale = instance, claim["k"], scale
        self.together = [instance.areas(group) for group in rules.get("keep_together", [])]
        self.apart = [instance.areas(group) for group in rules.get("keep_apart", [])]
        self.closed = [instance.areas(group) for group in rules.get("closed", [])]
        self.fixed = [instance.areas(group) for group in rules.get("fixed", [])]
        self.limits = dict(rules.get("limits", {}), **claim.get("limits", {}))
        part, *whole = self.limits.get("min_self_containment", (0, 1))
        if len(whole) != 1 or not part <= whole[0] > 0:
            raise NotProved("a self-containment is a fraction between 0 and 1")

    def decided(self, pair, share):
        """The same question where two areas share a region, or do not."""
        other = copy.copy(self)
        other.together = self.together + [pair] * share
        other.apart = self.apart + [pair] * (not share)
        return other

    def within_limits(self, region):
        """Whether a region of areas keeps every limit."""
        for key, figure in LIMITS:
            if key in self.limits:
                beyond = self.instance.total(figure, region) - self.limits[key]
                if beyond < 0 and key.startswith("min") or beyond > 0 and key.startswith("max"):
                    return False
        if "min_self_containment" in self.limits:
            part, whole = self.limits["min_self_containment"]
            inside = self.instance.commuters(region, within_areas=True)
            return inside * whole >= self.instance.total("employed", region) * part
        return True


def check_plan(question, plan, keeps):
    """Sees that a plan is allowed and keeps what is said. Returns its regions."""
    def see(holds, words):
        if not holds:
            raise NotProved("plan: " + words)

    instance, regions, covered = question.instance, [], 0
    for codes in plan:
        region = instance.areas(codes)
        named = "the region of %s " % ", ".join(codes)
        see(not region & covered, "an area is in two regions")
        see(hangs_together(region, instance.links), named + "does not hang together")
        see(region in question.fixed or question.within_limits(region), named + "breaks a limit")
        covered |= region
        regions.append(region)
    see(len(regions) == question.k, "it has %d regions, not %d" % (len(regions), question.k))
    see(covered == (1 << len(instance.codes)) - 1, "it leaves areas out")
    for group in question.together:
        see(any(group & ~region == 0 for region in regions), "it parts areas that are kept together")
    for group in question.apart:
        see(all(len(members(group & region)) < 2 for region in regions),
            "it joins areas that are kept apart")
    for group in question.closed + question.fixed:
        see(group in regions, "a decided region is none of its regions")
    counted = sum(instance.commuters(region, within_areas=False) for region in regions)
    see(counted == keeps, "it keeps %d commuters, not %d" % (counted, keeps))
    return regions


class NoRoom(Exception):
    """Rules, decisions and sums leave no room for any plan."""


class Ground:
    """What is left to be divided: areas that must share a region have become one *node*, regions that
    are decided are taken out, and every limit is as tight as the others make it."""

    def __init__(self, question):
        instance = question.instance
        decided = []
        for region in question.closed + question.fixed:
            if region not in decided:
                if not hangs_together(region, instance.links) or any(region & d for d in decided):
                    raise NoRoom
                if region not in question.fixed and not question.within_limits(region):
                    raise NoRoom
                decided.append(region)
        gone = 0
        for region in decided:
            gone |= region

        nodes = [1 << i for i in range(len(instance.codes))]
        for group in question.together:
            joined = 0
            for node in nodes:
                if node & group:
                    joined |= node
            nodes = [node for node in nodes if not node & group] + [joined]
        for node in nodes:
            if node & gone and not any(node & ~region == 0 for region in decided):
                raise NoRoom  # a decided region holds only part of a group
        self.nodes = nodes = [node for node in nodes if not node & gone]
        self.n, self.k = len(nodes), question.k - len(decided)
        if self.k < 0 or self.k > self.n or (self.k == 0 and self.n > 0):
            raise NoRoom
        node_of = {i: at for at, node in enumerate(nodes) for i in members(node)}
        self.all = (1 << self.n) - 1
        self.question = question

        self.links = [0] * self.n
        for i, at in node_of.items():
            for j in members(instance.links[i]):
                if node_of.get(j, at) != at:
                    self.links[at] |= 1 << node_of[j]
        self.apart = [0] * self.n
        for group in question.apart:
            for region in nodes + decided:
                if len(members(group & region)) > 1:
                    raise NoRoom
            met = as_set(node_of[i] for i in members(group) if i in node_of)
            for at in members(met):
                self.apart[at] |= met & ~(1 << at)

        # Commuters inside a node, between two nodes, and inside the decided regions.
        self.own = [0] * self.n
        self.between = [[0] * self.n for _ in range(self.n)]
        for i, j, number in instance.flows:
            if i in node_of and j in node_of:
                a, b = node_of[i], node_of[j]
                if a != b:
                    self.between[a][b] += number
                    self.between[b][a] += number
                elif i != j:
                    self.own[a] += number
        self.settled = sum(instance.commuters(region, within_areas=False) for region in decided)

        # Each limited figure: what every node weighs, and the least and most of a region. A region
        # holds what the other k - 1 leave over, so at least `total - (k - 1) * most`, and so on.
        self.limited = []
        for figure in ("population", "areas", "jobs", "employed") if self.k else ():
            low = question.limits.get("min_" + figure)
            high = question.limits.get("max_" + figure)
            if low is None and high is None:
                continue
            weight = [instance.total(figure, node) for node in nodes]
            total, others = sum(weight), self.k - 1
            low, high = low or 0, total if high is None else min(high, total)
            low, high = max(low, total - others * high), min(high, total - others * low)
            if low > high:
                raise NoRoom
            self.limited.append((weight, low, high))
        if not self.can_be_divided(self.all, self.k):
            raise NoRoom

    def areas(self, bits):
        return as_set(i for at in members(bits) for i in members(self.nodes[at]))

    def value(self, bits):
        """Commuters a set of nodes keeps inside."""
        inside = members(bits)
        pairs = sum(self.between[a][b] for a in inside for b in inside)
        return sum(self.own[a] for a in inside) + pairs // 2

    def fewest_and_most(self, piece):
        """Into how few and how many regions a piece can be divided, by its sums alone."""
        fewest, most = 1, len(members(piece))
        for weight, low, high in self.limited:
            total = sum(weight[i] for i in members(piece))
            if low > 0:
                most = min(most, total // low)
            if high > 0:
                fewest = max(fewest, -(-total // high))
            elif total > 0:
                most = 0
        return fewest, most

    def pieces(self, bits):
        """The pieces a set of nodes falls into."""
        while bits:
            piece = reached(bits & -bits, bits, self.links)
            yield piece
            bits &= ~piece

    def can_be_divided(self, bits, k):
        """Whether each piece can be a whole number of regions, k in all, by sums alone."""
        low = high = 0
        for piece in self.pieces(bits):
            fewest, most = self.fewest_and_most(piece)
            if fewest > most:
                return False
            low, high = low + fewest, high + most
        return low <= k <= high

    def is_usable(self, bits):
        """Whether a set of nodes can be a region of a plan, as far as it and what it leaves tell."""
        region = self.areas(bits)
        return (hangs_together(region, self.question.instance.links)
                and self.question.within_limits(region)
                and not any(self.apart[i] & bits for i in members(bits))
                and self.can_be_divided(self.all & ~bits, self.k - 1))


# ------------------------------------------------------------------- all regions that lose little

class Listing:
    """All usable regions that lose no more than a budget.

    Nodes are *taken* or *left out* one by one, beginning from a root. Roots come in the order of
    falling prices, and regions of a root hold no earlier root, so that each is met once.

    The search turns back when no region between `taken` and `taken + free` can be within the budget.
    The commuters between two free nodes are credited to them in parts, half to each if nothing else is
    said. So a free node adds at most

        gain = commuters inside it - its price + those between it and taken nodes
               + its part of those between it and free nodes

    and all free nodes at most the sum of the gains above nothing. A limit makes this sharper. Charge
    `rate` for every unit of weight and give the charge for the largest weight allowed back: for any rate
    of at least nothing, no region within the limit adds more than

        rate * (weight still allowed) + sum of (gain - rate * weight) above nothing,

    and with a rate below nothing the same holds of the weight still *needed*.
    """

    def __init__(self, ground, prices, region_price, scale, budget):
        self.ground, self.budget, self.found = ground, budget, []
        n = ground.n
        # Commuters between two nodes, and the part of them credited to each; in scaled units.
        flow = [{j: number * scale for j, number in enumerate(row) if number}
                for row in ground.between]
        base = [ground.own[i] * scale - prices[i] for i in range(n)]
        free = ground.all
        for root in sorted(range(n), key=lambda i: (-prices[i], i)):
            free &= ~(1 << root)
            allowed = free & ~ground.apart[root]
            self.credit = [{j: number // 2 for j, number in row.items()} for row in flow]
            gains = [0] * n
            for i in members(allowed):
                gains[i] = base[i] + flow[i].get(root, 0) + sum(
                    part for j, part in self.credit[i].items() if allowed >> j & 1)
            gained = base[root] - region_price
            self.balance(1 << root, allowed, gained, gains)
            self.search(root, 1 << root, allowed, gained, gains)

    def balance(self, taken, free, gained, gains):
        """Credits commuters anew, from nodes that gain to nodes that do not. Any credit is valid, and
        this one lowers the bound, which saves time where regions are large."""
        net = self.bound(taken, free, gained, gains)[1]
        for i in members(free):
            for j, part in self.credit[i].items():
                if net[i] > 0 and net.get(j, 0) < 0:
                    amount = min(part, net[i], -net[j])
                    for at, other, change in ((i, j, -amount), (j, i, amount)):
                        self.credit[at][other] += change
                        gains[at] += change
                        net[at] += change

    def take(self, i, taken, free, gained, gains):
        """Moves node i from free to taken; its whole flow to a free node now counts there."""
        taken, free, gained = taken | 1 << i, free & ~(1 << i), gained + gains[i]
        for j, part in self.credit[i].items():
            if free >> j & 1:
                gains[j] += part
                gained -= part
        for j in members(self.ground.apart[i] & free):
            free = self.leave(j, free, gains)
        return taken, free, gained

    def leave(self, i, free, gains):
        """Takes node i from the free ones; they lose what was credited to them for it."""
        free &= ~(1 << i)
        for j in self.credit[i]:
            if free >> j & 1:
                gains[j] -= self.credit[j][i]
        return free

    def search(self, root, taken, free, gained, gains):
        """Finds the regions between `taken` and `taken | free`; the taken nodes lose `-gained`."""
        ground, seen = self.ground, 0
        while True:
            state = self.tighten(root, taken, free, gained, gains, seen)
            if state is None:
                return
            taken, free, gained, net = state
            if taken != seen:
                seen = taken
                if -gained <= self.budget and ground.is_usable(taken):
                    self.found.append((-gained, taken))
            # Decide a node next to the root's piece: take it (below), then leave it out (here).
            edge = 0
            for i in members(reached(1 << root, taken, ground.links)):
                edge |= ground.links[i]
            edge &= free
            if not edge:
                return
            node = max(members(edge), key=lambda i: (abs(net[i]), -i))
            copy = gains[:]
            self.search(root, *self.take(node, taken, free, gained, copy), copy)
            free = self.leave(node, free, gains)

    def tighten(self, root, taken, free, gained, gains, looked_at):
        """Draws every conclusion there is; None when there is no region within the budget here."""
        ground = self.ground
        while True:
            # What the root cannot reach is left out.
            reach = reached(1 << root, taken | free, ground.links)
            if taken & ~reach:
                return None
            for i in members(free & ~reach):
                free = self.leave(i, free, gains)
            # So is what is too heavy; and there must be enough.
            for weight, low, high in ground.limited:
                room = high - sum(weight[i] for i in members(taken))
                if room < 0:
                    return None
                for i in members(free):
                    if weight[i] > room:
                        free = self.leave(i, free, gains)
                if high - room + sum(weight[i] for i in members(free)) < low:
                    return None
            # A piece of the rest that is too small for a region must be taken whole, and the others
            # must do for k - 1 regions. What is taken later can only make pieces smaller.
            if taken != looked_at:
                looked_at, regions, pockets = taken, 0, 0
                for piece in ground.pieces(ground.all & ~taken):
                    most = ground.fewest_and_most(piece)[1]
                    regions += most
                    if most == 0:
                        pockets |= piece
                if regions < ground.k - 1:
                    return None
                if pockets:
                    for i in members(pockets):
                        if not free >> i & 1:
                            return None
                        taken, free, gained = self.take(i, taken, free, gained, gains)
                    continue
            # What can still be gained, and what that decides.
            bound, net = self.bound(taken, free, gained, gains)
            spare = bound + self.budget
            if spare < 0:
                return None
            decided = False
            for i in members(free):
                if net[i] > spare:  # without it the budget is exceeded
                    if not free >> i & 1:
                        return None
                    taken, free, gained = self.take(i, taken, free, gained, gains)
                    decided = True
                elif -net[i] > spare and free >> i & 1:  # with it the budget is exceeded
                    free = self.leave(i, free, gains)
                    decided = True
            if not decided:
                return taken, free, gained, net

    def bound(self, taken, free, gained, gains):
        """No region here gains more than the first; the second is each free node's part in that."""
        nodes, found = members(free), []
        for weight, low, high in self.ground.limited:
            used = sum(weight[i] for i in members(taken))
            heavy = sum(weight[i] for i in nodes if gains[i] > 0)
            # What gains is too heavy: drop the least per weight. Too light: add the cheapest.
            limit, gaining = (high - used, True) if heavy > high - used else (low - used, False)
            rate = 0
            if gaining or heavy < limit:
                rate = rate_for(nodes, weight, gains, limit - (0 if gaining else heavy), gaining)
            net = {i: gains[i] - rate * weight[i] for i in nodes}
            found.append((gained + rate * limit + sum(g for g in net.values() if g > 0), net))
        if not found:
            net = {i: gains[i] for i in nodes}
            found.append((gained + sum(g for g in net.values() if g > 0), net))
        return min(found, key=lambda each: each[0])


def rate_for(nodes, weight, gains, room, gaining):
    """A good rate: the gain per weight of the node that fills the room, the best nodes first. Any other
    rate of the same sign would do, too."""
    rates = sorted(((gains[i] / weight[i], i) for i in nodes
                    if weight[i] > 0 and (gains[i] > 0) == gaining), reverse=True)
    last = 0
    for _, last in rates:
        room -= weight[last]
        if room < 0:
            break
    return gains[last] // weight[last] if rates else 0


# ------------------------------------------------------------------------------ no k of them do

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
        least = min((loss for loss, region in regions if region >> node & 1), default=None)
        if least is None:
            return None
        if least > 0:
            budget -= least
            regions = [(loss - least if region >> node & 1 else loss, region)
                       for loss, region in regions]
    regions = [(loss, region) for loss, region in regions if loss <= budget]
    through = {node: sum(region >> node & 1 for _, region in regions) for node in members(nodes)}
    pivot = min(through, key=lambda node: (through[node], node))
    for loss, region in sorted(regions):
        if region >> pivot & 1:
            left = budget - loss
            others = [other for other in regions if other[0] <= left and not other[1] & region]
            rest = find_plan(ground, nodes & ~region, k - 1, left, others)
            if rest is not None:
                return [region] + rest
    return None


def check_proof(question, keeps, proof, place):
    """Sees that no plan keeps more than `keeps` commuters, or that there is none (`keeps` is None)."""
    if "split" in proof:
        part = proof["split"]
        pair = question.instance.areas(part["pair"])
        if len(members(pair)) != 2:
            raise NotProved("%s: two areas are needed" % place)
        for case in ("together", "apart"):
            check_proof(question.decided(pair, case == "together"), keeps, part[case],
                        "%s.split.%s" % (place, case))
        return
    try:
        ground = Ground(question)
    except NoRoom:
        return
    scale = question.scale
    wanted = 0 if keeps is None else keeps + 1  # without a plan, a plan of any value is one too many
    if ground.k == 0:
        if ground.settled < wanted:
            return
        raise NotProved("%s: the decided regions are a plan" % place)
    if proof == "rules":
        raise NotProved("%s: the rules alone leave room for a plan" % place)
    by_area, price = proof["prices"]["areas"], proof["prices"]["region"]
    if len(by_area) != len(question.instance.codes):
        raise NotProved("%s: one price is needed for every area" % place)
    prices = [sum(by_area[i] for i in members(node)) for node in ground.nodes]
    level = sum(prices) + ground.k * price
    budget = level - scale * (wanted - ground.settled)
    # Regions of negative loss are looked for even where there is no budget.
    regions = Listing(ground, prices, price, scale, max(budget, -1)).found
    if any(loss < 0 for loss, _ in regions):
        raise NotProved("%s: a region loses less than nothing, so the prices prove nothing" % place)
    if budget >= 0:
        plan = find_plan(ground, ground.all, ground.k, budget, regions)
        if plan is not None:
            value = ground.settled + sum(ground.value(region) for region in plan)
            raise NotProved("%s: a plan that is allowed keeps %d commuters" % (place, value))


# ------------------------------------------------------------------------------- the whole file

# The documented form: what every key of an object holds. `?` marks keys that may be left out.
COUNT = (lambda value: type(value) is int and value >= 0)
WHOLE = (lambda value: type(value) is int)
TEXT = (lambda value: type(value) is str)
CODES, GROUPS = [TEXT], [[TEXT]]
LIMITS_FORM = {key + "?": COUNT for key, _ in LIMITS}
LIMITS_FORM["min_self_containment?"] = [COUNT]
HEADER = {
    "certificate": lambda value: value == FORMAT,
    "instance": lambda value: all(type(digest) is str for digest in value.values()),
    "rules": {"areas?": CODES, "external_areas?": CODES, "links": CODES, "keep_together?": GROUPS,
              "keep_apart?": GROUPS, "closed?": GROUPS, "fixed?": GROUPS, "limits?": LIMITS_FORM},
    "scale": lambda value: WHOLE(value) and 2 <= value <= 1 << 20 and value % 2 == 0,
    "front?": {"against": lambda value: value in FRONTS},
}
CLAIM = {"k": lambda value: WHOLE(value) and value > 0, "limits?": LIMITS_FORM, "plan?": GROUPS,
         "keeps?": COUNT}
CLAIM["proof"] = lambda value: value == "rules" or has_form(value, PROOF) and len(value) == 1
PROOF = {"prices?": {"areas": [WHOLE], "region": WHOLE, "balance?": lambda v: type(v) is bool},
         "split?": {"pair": CODES, "together": CLAIM["proof"], "apart": CLAIM["proof"]}}


def has_form(value, form):
    if isinstance(form, dict):
        keys = {key.rstrip("?"): key for key in form}
        return (isinstance(value, dict) and all(key in keys for key in value)
                and all(key in value or keys[key].endswith("?") for key in keys)
                and all(has_form(value[key], form[keys[key]]) for key in value))
    if isinstance(form, list):
        return isinstance(value, list) and all(has_form(part, form[0]) for part in value)
    return form(value)


def parsed(line, form):
    def no_twins(pairs):
        if len({key for key, _ in pairs}) < len(pairs):
            raise ValueError("a key stands there twice")
        return dict(pairs)

    value = json.loads(line, object_pairs_hook=no_twins)
    if not has_form(value, form):
        raise ValueError("it does not have the documented form")
    return value


def check(folder, path):
    """What a certificate proves, in words."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().rstrip("\n").split("\n")
    number, words, chain = 1, [], []
    try:
        if len(lines) < 2:
            raise NotProved("nothing is claimed")
        header = parsed(lines[0], HEADER)
        instance, front = Instance(folder, header["instance"], header["rules"]), header.get("front")
        words.append(rules_in_words(instance, header["rules"]))
        for number, line in enumerate(lines[1:], 2):
            claim = parsed(line, CLAIM)
            question = Question(instance, header["rules"], claim, header["scale"])
            keeps, score = claim.get("keeps"), None
            if ("plan" in claim) != (keeps is not None):
                raise NotProved("`plan` and `keeps` stand together or not at all")
            if keeps is not None:
                regions = check_plan(question, claim["plan"], keeps)
                if front:
                    score = measured(question, regions, front["against"])
            check_proof(question, keeps, claim["proof"], "proof")
            chain.append((number, claim, score))
            if not front:
                words.append(claim_in_words(instance, claim))
    except (NotProved, OSError, ValueError, KeyError, OverflowError, RecursionError) as error:
        raise NotProved("line %d: %s" % (number, error)) from None
    return words + (check_front(header, chain) if front else [])


def measured(question, regions, against):
    """The second objective of a plan; fixed regions do not count."""
    side, figure = against.split("_")
    totals = [question.instance.total(figure, region) for region in regions
              if region not in question.fixed]
    return (min if side == "min" else max)(totals, default=0)


def check_front(header, chain):
    """Sees that the claims of every k form a chain: the first demands nothing, each further one just
    more than the plan before it has, and the last finds no plan.

    Take any allowed plan and the last claim whose demand it meets. It keeps no more commuters than the
    plan of that claim, and as it does not meet the next demand, it is no better in the second
    objective either. So nothing is missing from the front.
    """
    against = header["front"]["against"]
    if against in header["rules"].get("limits", {}):
        raise NotProved("line 1: the rules limit the second objective of the front")
    words, at = [], 0
    while at < len(chain):
        k, demand, points, first = chain[at][1]["k"], {}, 0, chain[at][1].get("keeps")
        while True:
            if at == len(chain) or chain[at][1]["k"] != k:
                raise NotProved("line %d: the front of k = %d breaks off" % (chain[at - 1][0], k))
            number, claim, score = chain[at]
            if claim.get("limits", {}) != demand:
                raise NotProved("line %d: the demand does not follow on the plan before" % number)
            at += 1
            if score is None:
                break
            points += 1
            demand = {against: score - 1 if against == "max_population" else score + 1}
            if demand[against] < 0:
                break
        if any(claim["k"] == k for _, claim, _ in chain[at:]):
            raise NotProved("line %d: there are claims of k = %d beyond its front"
                            % (chain[at][0], k))
        if first is None:
            words.append("k = %d: no plan is allowed." % k)
        else:
            words.append(
                "k = %d: the %d plans of the front, the first of which keeps %s commuters, are "
                "allowed; for every allowed plan one of them keeps at least as many commuters and is "
                "at least as good by %s." % (k, points, grouped(first), against.replace("_", " ")))
    return words


def grouped(number):
    return "{:,}".format(number)


def limits_in_words(limits):
    said = ["at %s %s %s in a region" % ("least" if key.startswith("min") else "most",
                                         grouped(limits[key]), FIGURES[figure][1])
            for key, figure in LIMITS if key in limits]
    if "min_self_containment" in limits:
        said.append("self-containment of at least %d/%d" % tuple(limits["min_self_containment"]))
    return said


def rules_in_words(instance, rules):
    kinds = " and ".join(rules["links"]).replace("_", " ")
    said = ["%d areas, contiguous by %s" % (len(instance.codes), kinds)]
    said += limits_in_words(rules.get("limits", {}))
    for key, word in [("keep_together", "kept together"), ("keep_apart", "no two of them together"),
                      ("closed", "exactly a region"),
                      ("fixed", "exactly a region whatever its size")]:
        for group in rules.get(key, []):
            names = [instance.names[i] for i in members(instance.areas(group))]
            said.append("%s %s" % (", ".join(names), word))
    return "Rules: %s." % "; ".join(said)


def claim_in_words(instance, claim):
    beyond = "".join("; " + words for words in limits_in_words(claim.get("limits", {})))
    if "keeps" not in claim:
        return "k = %d%s: no plan is allowed." % (claim["k"], beyond)
    everybody = sum(number for a, b, number in instance.flows if a != b)
    return ("k = %d%s: the plan is allowed and keeps %s of %s commuters between areas; no allowed plan "
            "keeps more." % (claim["k"], beyond, grouped(claim["keeps"]), grouped(everybody)))


def main(arguments):
    if len(arguments) < 2 or arguments[0].startswith("-"):
        print("usage: check.py INSTANCE CERTIFICATE...", file=sys.stderr)
        return 2
    sys.setrecursionlimit(20_000)
    status = 0
    for path in arguments[1:]:
        try:
            words = check(arguments[0], path)
        except (NotProved, OSError, UnicodeDecodeError) as error:
            print("%s: not proved\n  %s" % (path, error))
            status = 6
        else:
            print("%s: proved\n  %s" % (path, "\n  ".join(words)))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
