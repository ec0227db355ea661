"""Community detection: directed modularity, maximised by the Leiden algorithm (leidenalg, igraph).

V. A. Traag, L. Waltman, N. J. van Eck, "From Louvain to Leiden: guaranteeing well-connected
communities", Scientific Reports 9 (2019). Leiden knows no number of regions; a resolution stands in
for it, and is searched for here.
"""

from __future__ import annotations

import igraph
import leidenalg

from network import Labels, Network

STEPS = 30
"""Most halvings of the interval of resolutions: it is narrower than a millionth then."""


def leiden(network: Network, k: int | None, seed: int, *, neighbours_only: bool) -> Labels:
    """Communities at resolution 1; or, with k, at a resolution that gives k or comes nearest.

    With `neighbours_only`, flows between units that do not touch are left out: Leiden's communities
    are connected in the graph it is given, which then is that of the map.
    """
    graph = _graph(network, neighbours_only)
    if k is None:
        return _communities(graph, 1.0, seed)
    low, high = 0.01, 20.0
    best = _communities(graph, 1.0, seed)
    for _ in range(STEPS):
        middle = (low * high) ** 0.5
        found = _communities(graph, middle, seed)
        count = max(found) + 1
        if abs(count - k) < abs(max(best) + 1 - k):
            best = found
        if count == k:
            break
        low, high = (middle, high) if count < k else (low, middle)
    return best


def _graph(network: Network, neighbours_only: bool) -> igraph.Graph:
    units = range(network.size)
    edges = [
        (a, b)
        for a in units
        for b in units
        if a != b and network.flow[a][b] > 0 and (not neighbours_only or b in network.neighbours[a])
    ]
    graph = igraph.Graph(n=network.size, edges=edges, directed=True)
    graph.es["weight"] = [network.flow[a][b] for a, b in edges]
    return graph


def _communities(graph: igraph.Graph, resolution: float, seed: int) -> Labels:
    return leidenalg.find_partition(
        graph,
        leidenalg.RBConfigurationVertexPartition,
        weights="weight",
        resolution_parameter=resolution,
        n_iterations=10,
        seed=seed,
    ).membership
