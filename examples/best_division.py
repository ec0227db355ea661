"""The best division of Viken into 6 to 9 regions, under rules written here, with its proof.

``python examples/best_division.py``, from the top folder of the repository.
"""

import regionfront as rf

viken = rf.Instance.read("instances/viken-2020")
questions = [
    rf.Question(
        viken,
        k=k,
        min_population=20_000,
        max_population=300_000,
        keep_together={"Hallingdal": ["Flå", "Nesbyen", "Gol", "Hemsedal", "Ål", "Hol"]},
        keep_apart=[["Asker", "Lier"]],
        time_limit=60,
    )
    for k in range(6, 10)
]
for model in rf.batch(questions):
    # A plan has passed the verifier, or it would not be here.
    proof = "proven optimal" if model.status_ == "optimal" else f"at most {model.bound_} are possible"
    print(f"{model.k} regions: {model.objective_} in internal commuting, {proof}")
    for name, people in model.regions_[["name", "population"]].itertuples(index=False):
        print(f"    {name:<24} {people:>8} inhabitants")
