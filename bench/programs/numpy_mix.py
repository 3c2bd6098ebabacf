"""numpy: element-wise functions, sorting, fancy indexing."""

import numpy as np

rng = np.random.default_rng(1)
a = rng.random(1_000_000)

# %% cell
for _ in range(30):
    b = np.sin(a) * np.exp(-a) + np.sqrt(a)
    np.sort(b)
    b[b > 0.5].sum()
