# %% [markdown]
# # Paris: where a search stops
#
# Seventy-one arrondissements and communes around Paris: a dense place, where nearly every area commutes
# to every other, and where proofs are long. A search that is stopped hands over its best plan and a
# bound, and neither is a guess.

# %%
import regionfront as rf

paris = rf.Instance.read("instances/paris")
paris

# %%
model = rf.Regions(paris, k=5, min_population=500_000, node_limit=1).solve()
model.status_, model.solution_, model.objective_ <= model.bound_

# %% [markdown]
# A certificate is made only of what is proven to the end; what is not says so, with a code, the place,
# and what to do.

# %%
try:
    model.certificate()
except rf.RegionfrontError as error:
    print(error)

# %%
model.plot();
