"""Matrix products on numpy's own BLAS, as many threads as there are."""

from time import perf_counter

import numpy as np

a = np.random.default_rng(1).random((900, 900))

# %% cell
start = perf_counter()
for _ in range(80):
    a @ a
elapsed = perf_counter() - start
