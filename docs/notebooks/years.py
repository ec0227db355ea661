# %% [markdown]
# # Years: does the border of 2017 still hold in 2022?
#
# Viken has figures of commuting from 2017 to 2022. A region council is to last a decade: a plan that is
# best in one year only is no answer.

# %%
import pandas as pd

import regionfront as rf

first = rf.Instance.read("instances/viken-2020")
years = {year: rf.Instance.read("instances/viken-2020", year=year) for year in first.years}
list(years)

# %%
rules = {"min_population": 20_000, "max_population": 310_000}
questions = [rf.Question(instance, k=9, **rules) for instance in years.values()]
models = dict(zip(years, rf.batch(questions)))
old = models[2017]

# %% [markdown]
# The plan of 2017 measured by the figures of every year, beside the best of that year. Where people have
# moved in, it may break a limit, and then hold more than any plan that keeps them:

# %%
rows = {
    year: {
        "commuters": instance.description["flows"]["between"],
        "best": models[year].objective_,
        "plan of 2017": (judged := rf.evaluate(instance, old, **rules)).totals["internal_commuting"],
        "keeps the rules": judged.keeps_rules,
    }
    for year, instance in years.items()
}
table = pd.DataFrame.from_dict(rows, orient="index")
table["lost"] = table["best"] - table["plan of 2017"]
table

# %% [markdown]
# Who lives elsewhere in the best plan of 2022:

# %%
rf.compare(years[2022], old, models[2022]).moved[["name", "population", "from", "to"]]
