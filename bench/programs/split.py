"""A share of PARAMETER per cent in a C extension, the rest in a Python loop."""

# ruff: noqa: F821 (PARAMETER comes from its name, split:10)

from _work import per_ms, timed
from burn import cpu

rounds, c_ns = per_ms() * (100 - PARAMETER) // 5, PARAMETER * 1_000_000 // 5


def loop(rounds):
    x = 1
    for i in range(rounds):
        x = (x * 31 + i) & 0xFFFFFFF


# %% cell
in_c = in_python = 0
for _ in range(60):
    in_c += cpu(c_ns)
    in_python += timed(loop, rounds)
truth = {"native": in_c / (in_c + in_python)}
