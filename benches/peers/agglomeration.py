"""Greedy agglomeration: begin with every unit by itself, join the best pair of neighbours, go on.

Intramax is of I. Masser and P. J. B. Brown, "Hierarchical aggregation procedures for interaction
data", Environment and Planning A 7 (1975), here with the usual restriction to neighbours. Its
strength of a pair is the flow against the flow to be expected of regions that large.
"""

from __future__ import annotations

from collections.abc import Callable

from network import Labels, Network

Strength = Callable[[int, int, int, int], float]
"""Of a pair: flow there and back; then, for each, outflow of the one times inflow of the other."""


def intramax(there: int, back: int, expected_there: int, expected_back: int) -> float:
    return there / max(1, expected_there) + back / max(1, expected_back)


def commuters(there: int, back: int, _expected_there: int, _expected_back: int) -> float:
    """The plainest of all: whatever adds most to the objective."""
    return there + back


def agglomerate(network: Network, k: int, strength: Strength, *, ceiling: bool) -> Labels:
    """Joins until k regions are left, or no pair may be joined.

    With `ceiling`, no pair is joined above the maximum population; regions below the minimum have
    no such simple remedy. Ties go to the pair that comes first.
    """
    flow = [row[:] for row in network.flow]
    members = [[unit] for unit in range(network.size)]
    neighbours = [set(near) for near in network.neighbours]
    population = network.population[:]
    alive = list(range(network.size))
    outflow = [sum(row) for row in flow]
    inflow = [sum(column) for column in zip(*flow, strict=True)]
    limit = network.max_population if ceiling else sum(population)

    while len(alive) > k:
        pairs = [
            (a, b)
            for a in alive
            for b in sorted(neighbours[a])
            if a < b and population[a] + population[b] <= limit
        ]
        if not pairs:
            break

        def of_pair(pair: tuple[int, int]) -> float:
            a, b = pair
            return strength(flow[a][b], flow[b][a], outflow[a] * inflow[b], outflow[b] * inflow[a])

        a, b = max(pairs, key=of_pair)
        alive.remove(b)
        members[a] += members[b]
        population[a] += population[b]
        outflow[a] += outflow[b]
        inflow[a] += inflow[b]
        for other in range(network.size):
            flow[a][other] += flow[b][other]
        for other in range(network.size):
            flow[other][a] += flow[other][b]
        for near in neighbours[b]:
            neighbours[near].discard(b)
        neighbours[a] = (neighbours[a] | neighbours[b]) - {a, b}
        for near in neighbours[a]:
            neighbours[near].add(a)

    labels = [0] * network.size
    for region in alive:
        for unit in members[region]:
            labels[unit] = region
    return labels
