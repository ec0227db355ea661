# %% [markdown]
# # Norway 2024: all 357 municipalities
#
# Borders of 2024, commuters of 2022. A hundred regions of 3,000 to a million people: the search is
# stopped early, by a count of nodes so that it ends alike everywhere, and says how far its plan can be
# from the best at most.

# %%
import textwrap

import regionfront as rf

norway = rf.Instance.read("instances/norway-2024")
norway

# %% [markdown]
# Islands are tied to land by ferries and assumed links across the sea, which count only when asked for.

# %%
norway.links["kind"].value_counts().to_dict()

# %%
links = ["land", "fixed_link", "ferry", "sea_link"]
rules = {"min_population": 3_000, "max_population": 1_000_000, "links": links}
model = rf.Regions(norway, k=100, node_limit=1, **rules).solve()
print(model.status_, f"within {model.gap_:.1%} of the best")

# %%
model.regions_["population"].describe().astype(int).to_frame()

# %%
model.plot(figsize=(5, 6));

# %% [markdown]
# Anybody's division is judged by the same verifier, here the fifteen counties of today:

# %%
labels = norway.areas["county"]
judged = rf.evaluate(norway, labels, links=links)
print(f"{judged.totals['internal_commuting']:,} inside")
for code, what in judged.violations[["code", "what"]].itertuples(index=False):
    print(code, textwrap.shorten(what, 76))
