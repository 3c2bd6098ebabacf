"""Nothing but calls: the worst case for trampolines, which keep CPython from inlining them."""


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


# %% cell
fib(33)
