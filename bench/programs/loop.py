"""A plain loop of integer arithmetic, no calls."""

from time import perf_counter


def spin(n):
    total = 0
    for i in range(n):
        total = (total * 31 + i) & 0xFFFFFFF
    return total


# %% cell
start = perf_counter()
spin(14_000_000)
elapsed = perf_counter() - start
