"""Cheap and frequent calls of Python functions against dear and rare ones."""

from _work import timed

ROUNDS = 45_000  # fixed, so that every run does the same work


def tiny(x):
    return x + 1


def cheap():
    x = 0
    for _ in range(60_000):
        x = tiny(x)


def dear():
    x = 1
    for i in range(ROUNDS):
        x = (x * 31 + i) & 0xFFFFFFF


# %% cell
in_cheap = in_dear = 0
for _ in range(90):
    in_cheap += timed(cheap)
    in_dear += timed(dear)
truth = {"function dear": in_dear / (in_cheap + in_dear)}
