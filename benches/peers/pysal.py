"""Regionalisation of PySAL's spopt: regions of units that are alike, here in where people work.

These methods know attributes of units, not flows between them. What describes a unit is its share
of commuters to every unit, its own included.
"""

from __future__ import annotations

import random

import numpy
import pandas
from libpysal.weights import W
from spopt.region import MaxPHeuristic, Skater, WardSpatial

from network import Labels, Network


def ward(network: Network, k: int) -> Labels:
    """Agglomeration of neighbours by Ward's criterion."""
    table, weights, profile = _described(network)
    model = WardSpatial(table, weights, profile, n_clusters=k)
    model.solve()
    return [int(label) for label in model.labels_]


def skater(network: Network, k: int) -> Labels:
    """A spanning tree of likeness between neighbours, cut k − 1 times."""
    table, weights, profile = _described(network)
    model = Skater(table, weights, profile, n_clusters=k)
    model.solve()
    return [int(label) for label in model.labels_]


def max_p(network: Network, seed: int) -> Labels:
    """As many regions as the minimum population leaves room for."""
    table, weights, profile = _described(network)
    random.seed(seed)
    numpy.random.seed(seed)
    model = MaxPHeuristic(table, weights, profile, "population", network.min_population, top_n=2)
    model.solve()
    return [int(label) for label in model.labels_]


def _described(network: Network) -> tuple[pandas.DataFrame, W, list[str]]:
    flow = numpy.array(network.flow, dtype=float)
    shares = flow / flow.sum(axis=1, keepdims=True).clip(min=1)
    profile = [f"to_{unit}" for unit in range(network.size)]
    table = pandas.DataFrame(shares, columns=profile)
    table["population"] = network.population
    near = {unit: sorted(others) for unit, others in enumerate(network.neighbours)}
    return table, W(near, silence_warnings=True), profile
