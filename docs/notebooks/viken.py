# %% [markdown]
# # Viken: nine regions, and what balance costs
#
# The 51 municipalities of Viken, borders of 2020, commuters of 2017. Which nine regions keep most
# commuters inside, if none may have fewer than 20,000 or more than 300,000 people?

# %%
import regionfront as rf

viken = rf.Instance.read("instances/viken-2020")
viken

# %% [markdown]
# The scenario `default` of the instance holds these limits, with reasons. None is taken unless it is
# named.

# %%
model = rf.Regions(viken, k=9, scenario="default").solve()
model.status_, model.objective_, model.bound_

# %% [markdown]
# The bound is the objective: no plan under these rules is better. The regions:

# %%
model.regions_[["name", "population", "internal_commuting", "supply_self_containment"]].round(3)

# %%
model.plot();

# %% [markdown]
# What would smaller or larger minimum regions do? The front has every plan that nothing betters in both
# respects.

# %%
fronts = rf.front(viken, k=[6, 9, 12], against="min-population", scenario="default")
fronts

# %%
fronts.plot();

# %% [markdown]
# The best nine regions of which each has at least 40,000 people, and who lives elsewhere than in the
# plan above:

# %%
larger = fronts[9].at(min_population=40_000)
found = rf.compare(viken, model, larger)
found.difference, found.moved[["name", "population", "from", "to"]]

# %% [markdown]
# Today's regional councils beside the best plan with as many regions:

# %%
councils = rf.evaluate(viken, "regional_councils_2019", scenario="default", against_best=True)
councils.against_best[["k", "objective", "lost"]]

# %% [markdown]
# A proof that another program checks, without trusting this one:

# %%
print(model.certificate())
