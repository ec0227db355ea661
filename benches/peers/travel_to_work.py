"""Travel-to-work areas in the manner of the British review of 2007.

M. Coombes and S. Bond, "Travel-to-Work Areas: the 2007 review", Office for National Statistics,
2008. Every unit begins as an area of its own. The least valid area is dissolved, and each of its
units goes to the area it is tied to most, until all areas are valid. Validity weighs
self-containment against size. Neither contiguity nor a number of areas is part of the method.
"""

from __future__ import annotations

from network import Labels, Network

TARGET_SHARE, LEAST_SHARE = 0.75, 0.667
"""Self-containment asked of an area of the least size, and of one of the target size."""
TARGET_EMPLOYED, LEAST_EMPLOYED = 25_000, 3_500


def travel_to_work(network: Network, k: int | None) -> Labels:
    """Areas that are all valid; or, with k, the least valid dissolved until k are left.

    Ties go to the first area. A unit without a tie to any other area stays by itself.
    """
    units = range(network.size)
    area_of = list(units)
    settled: set[int] = set()

    while True:
        members: dict[int, list[int]] = {}
        for unit in units:
            members.setdefault(area_of[unit], []).append(unit)
        open_areas = [area for area in sorted(members) if area not in settled]
        if not open_areas or (k is not None and len(members) <= k):
            return area_of
        validity = {area: _validity(network, members[area]) for area in open_areas}
        worst = min(open_areas, key=lambda area: validity[area])
        if k is None and validity[worst] >= LEAST_SHARE / TARGET_SHARE:
            return area_of

        for unit in members.pop(worst):
            ties = {area: _tie(network, unit, others) for area, others in members.items()}
            best = max(ties, key=lambda area: ties[area], default=worst)
            if ties.get(best, 0) > 0:
                area_of[unit] = best
            else:
                settled.add(worst)


def _validity(network: Network, members: list[int]) -> float:
    """At least `LEAST_SHARE / TARGET_SHARE` for an area that can stand by itself."""
    inside = sum(network.flow[a][b] for a in members for b in members)
    employed = sum(network.employed[unit] for unit in members)
    jobs = sum(network.jobs[unit] for unit in members)
    lack = max(0, TARGET_EMPLOYED - employed) / (TARGET_EMPLOYED - LEAST_EMPLOYED)
    for_size = 1 - (1 - LEAST_SHARE / TARGET_SHARE) * lack
    return for_size * min(inside / max(1, employed), inside / max(1, jobs)) / TARGET_SHARE


def _tie(network: Network, unit: int, area: list[int]) -> float:
    """Smart's measure: squared flows against the sizes at both ends, both ways."""
    there = sum(network.flow[unit][other] for other in area)
    back = sum(network.flow[other][unit] for other in area)
    employed = sum(network.employed[other] for other in area)
    jobs = sum(network.jobs[other] for other in area)
    return there**2 / max(1, network.employed[unit] * jobs) + back**2 / max(
        1, employed * network.jobs[unit]
    )
