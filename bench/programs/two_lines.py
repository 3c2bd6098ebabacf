"""Two lines that call a C extension: three tenths and seven tenths of the CPU time."""

from burn import cpu

# %% cell
first = second = 0
for _ in range(60):
    first += cpu(6_000_000)  #: first
    second += cpu(14_000_000)  #: second
truth = {"line first": first / (first + second)}
