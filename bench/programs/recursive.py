"""A recursive function against a flat one."""

from _work import timed

ROUNDS = 35_000  # fixed, so that every run does the same work


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def flat():
    x = 1
    for i in range(ROUNDS):
        x = (x * 31 + i) & 0xFFFFFFF


# %% cell
in_fib = in_flat = 0
for _ in range(120):
    in_fib += timed(fib, 22)
    in_flat += timed(flat)
truth = {"function fib": in_fib / (in_fib + in_flat)}
