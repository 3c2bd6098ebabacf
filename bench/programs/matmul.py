"""Matrix products on numpy's own BLAS, as many threads as there are."""

import numpy as np

a = np.random.default_rng(1).random((900, 900))

# %% cell
for _ in range(80):
    a @ a
