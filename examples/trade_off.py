"""What balance costs: the Pareto front of Viken in six regions, internal commuting against the population
of the smallest region.

``python examples/trade_off.py``, from the top folder of the repository.
"""

import warnings

import regionfront as rf

viken = rf.Instance.read("instances/viken-2020")
with warnings.catch_warnings():
    # The scenario's own minimum does not hold along this front, which goes through all of them.
    warnings.simplefilter("ignore", UserWarning)
    fronts = rf.front(viken, k=6, against="min-population", scenario="default", threads=2)
for k, front in fronts.items():
    state = "complete and proven" if front.is_complete else "cut short"
    print(f"{k} regions: {len(front)} nondominated points, {state}")
    print("internal commuting   smallest region")
    # Points come by falling commuting: every tenth shows how the front bends.
    for plan in front.plans[::10]:
        print(f"{plan.objective:>18}   {plan.scores['min-population']:>15}")
