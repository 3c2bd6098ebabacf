"""Nothing but calls: the worst case for trampolines, which keep CPython from inlining them."""

from time import perf_counter


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


# %% cell
start = perf_counter()
fib(33)
elapsed = perf_counter() - start
