# %% [markdown]
# # A place of one's own, from GeoPandas
#
# Three tables are enough: polygons with a population, who commutes where, and, if the polygons do not
# say it, which areas touch. Here a made-up coast of twelve square parishes.

# %%
import geopandas
import pandas as pd
from shapely.geometry import box

import regionfront as rf

codes = [f"{number:04}" for number in range(101, 113)]
people = [900, 2400, 1500, 700, 3100, 8200, 2600, 800, 1200, 1900, 5400, 600]
squares = [
    box(x, y, x + 5_000, y + 5_000)
    for y in range(6_600_000, 6_615_000, 5_000)
    for x in range(500_000, 520_000, 5_000)
]
parishes = geopandas.GeoDataFrame(
    {"name": [f"Parish {code}" for code in codes], "pop": people},
    geometry=squares,
    index=pd.Index(codes, name="code"),
    crs=25833,
)

# %% [markdown]
# Commuters by a rule of thumb: two fifths of everybody have work, spread over all parishes in proportion
# to their size. That makes fractions of people.

# %%
share = pd.Series(people, codes) / sum(people)
flows = pd.DataFrame({work: parishes["pop"] * 0.4 * share[work] for work in codes})

try:
    rf.Instance.from_geodataframe(parishes, flows=flows, population="pop", name="name")
except rf.InputError as error:
    print(error.code, error.place)
    print(error.help)

# %% [markdown]
# Nothing is rounded in silence: say that it is meant. What was done stands in the remarks.

# %%
coast = rf.Instance.from_geodataframe(
    parishes, flows=flows, population="pop", name="name", employed="flows", jobs="flows",
    round="nearest", title="A made-up coast",
)
list(coast.remarks)

# %%
model = rf.Regions(
    coast, k=3, min_population=6_000, keep_together={"Old parish": ["0101", "0102"]}
).solve()
model.regions_[["name", "areas", "population"]]

# %% [markdown]
# Regions come back in the coordinate system of the parishes, and their areas in their order:

# %%
model.regions_.crs.to_epsg(), model.plan_.areas[["pop", "region"]].head(3)

# %% [markdown]
# Not enough people for four such regions? The answer says which rules conflict:

# %%
print(rf.explain(coast, k=4, min_population=9_000))
