"""GerryChain's optimiser of a single metric, with commuters inside as the metric.

The chain keeps the number of regions, contiguity and the limits on population at every step.
"""

from __future__ import annotations

import random
from functools import partial

import networkx
import numpy
from gerrychain import Graph, Partition
from gerrychain.constraints import Bounds, contiguous
from gerrychain.optimization import SingleMetricOptimizer
from gerrychain.partition import recursive_tree_part
from gerrychain.proposals import build_recom_proposal_fn, propose_random_flip
from gerrychain.tree import bipartition_tree
from gerrychain.updaters import Tally, cut_edges

from network import Labels, Network

BURST_LENGTH = 10
FLIPS = 0.9
"""How many proposals of the annealing move a single unit; the others recombine two regions."""
WEIGHT = 0.02
"""When cold, a loss of 1 / WEIGHT commuters is accepted with probability 1/e."""

START_ATTEMPTS = 1_000
"""Spanning trees drawn for a cut of the first plan before the method gives up."""


def short_bursts(network: Network, k: int, seed: int, steps: int) -> Labels:
    """Recombination only, begun again every ten steps from the best plan so far."""
    chain = _Chain(network, k, seed)
    optimizer = chain.optimizer(chain.recom)
    for _ in optimizer.short_bursts(BURST_LENGTH, steps // BURST_LENGTH):
        pass
    return chain.labels(optimizer.best_part)


def annealing(network: Network, k: int, seed: int, steps: int) -> Labels:
    """Single moves and recombination under a falling temperature: a tenth hot, a tenth cold."""
    chain = _Chain(network, k, seed)

    def propose(partition: Partition, *, rng: random.Random) -> Partition:
        way = propose_random_flip if rng.random() < FLIPS else chain.recom
        return way(partition, rng=rng)

    optimizer = chain.optimizer(propose)
    tenth = steps // 10
    cooling = optimizer.linear_jumpcycle_beta_function(tenth, steps - 2 * tenth, tenth)
    for _ in optimizer.simulated_annealing(steps, cooling, beta_magnitude=WEIGHT):
        pass
    return chain.labels(optimizer.best_part)


class _Chain:
    def __init__(self, network: Network, k: int, seed: int) -> None:
        self.network = network
        self.rng = random.Random(seed)
        least, most = network.min_population, network.max_population
        # Halves within target·(1 ± epsilon) are exactly the halves within the limits.
        target = (least + most) / 2
        self.recom = build_recom_proposal_fn("population", target, most / target - 1)

        pairs = [
            (a, b, network.both_ways(a, b))
            for a in range(network.size)
            for b in range(a)
            if network.both_ways(a, b) > 0
        ]
        self.ends_a, self.ends_b, self.weights = numpy.array(pairs).T

        ideal = sum(network.population) / k
        self.start = Partition.from_random_assignment(
            Graph.from_networkx(self._map()),
            n_parts=k,
            epsilon=min(1 - least / ideal, most / ideal - 1),
            pop_col="population",
            updaters={
                "population": Tally("population", alias="population"),
                "cut_edges": cut_edges,
                "inside": self._inside,
            },
            partition_fn=partial(
                recursive_tree_part,
                bipartition_tree_fn=partial(bipartition_tree, max_attempts=START_ATTEMPTS),
            ),
            rng=self.rng,
        )
        self.limits = Bounds(lambda plan: plan["population"].values(), (least, most))

    def optimizer(self, propose) -> SingleMetricOptimizer:
        return SingleMetricOptimizer(
            propose,
            [self.limits, contiguous],
            self.start,
            lambda plan: plan["inside"],
            maximize=True,
            rng=self.rng,
        )

    def labels(self, plan: Partition) -> Labels:
        labels = [0] * self.network.size
        for node, part in plan.assignment.mapping.items():
            labels[plan.graph.node_data(node)["unit"]] = int(part)
        return labels

    def _inside(self, plan: Partition) -> int:
        labels = numpy.array(self.labels(plan))
        return int(self.weights[labels[self.ends_a] == labels[self.ends_b]].sum())

    def _map(self) -> networkx.Graph:
        graph = networkx.Graph()
        for unit, people in enumerate(self.network.population):
            graph.add_node(unit, unit=unit, population=people)
        for unit, near in enumerate(self.network.neighbours):
            graph.add_edges_from((unit, other) for other in sorted(near))
        return graph
