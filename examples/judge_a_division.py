"""Is today's division any good? Viken's regional councils against the rules, in figures, and beside the
best plan with as many regions.

``python examples/judge_a_division.py``, from the top folder of the repository.
"""

import regionfront as rf

viken = rf.Instance.read("instances/viken-2020")
councils = "regional_councils_2019"

# The verifier names everything that is wrong, each with its code.
judged = rf.evaluate(viken, councils, scenario="default")
if judged.keeps_rules:
    print("The councils keep all rules.")
else:
    print(f"The councils break rules in {len(judged.violations)} places:")
    for code, what in judged.violations[["code", "what"]].itertuples(index=False):
        print(f"    {code} {what}")

inside = judged.totals["internal_commuting"]
print(f"internal commuting today: {inside}")

k = viken.divisions[councils].nunique()
best = rf.Regions(viken, k=k, scenario="default").solve()
if best.objective_ is not None:
    print(f"best plan with {k} regions: {best.objective_}")
