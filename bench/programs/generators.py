"""A generator and what consumes it, by turns: two and three parts of the CPU time."""

from burn import cpu

produced = 0


def produce():
    global produced
    for i in range(100):
        produced += cpu(5_000_000)
        yield i


def consume():
    return sum(cpu(7_500_000) for _ in produce())


# %% cell
consumed = consume()
truth = {"function produce": produced / (produced + consumed)}
