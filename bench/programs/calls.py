"""Call-heavy pure Python: the trampoline's worst case."""

from time import perf_counter


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


# %% cell
start = perf_counter()
fib(34)
elapsed = perf_counter() - start
