"""Sleeping and working by turns: shares of the wall time."""

from time import perf_counter_ns, sleep

from burn import cpu


def rest():
    sleep(0.008)


def work():
    cpu(12_000_000)


# %% cell
resting = working = 0
for _ in range(60):
    start = perf_counter_ns()
    rest()
    resting += perf_counter_ns() - start
    start = perf_counter_ns()
    work()
    working += perf_counter_ns() - start
truth = {"wall function rest": resting / (resting + working)}
