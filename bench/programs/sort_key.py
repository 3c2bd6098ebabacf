"""sorted() with a Python key: native code that calls Python back."""

import random
from time import perf_counter

random.seed(1)
numbers = [random.randrange(1 << 30) for _ in range(200_000)]


def key(x):
    return -x, x % 7


# %% cell
start = perf_counter()
for _ in range(5):
    sorted(numbers, key=key)
elapsed = perf_counter() - start
