"""90 % of the CPU time in C, the rest in a Python loop."""

from time import perf_counter

from _burn import native, per_ms, python, timed

native_n, python_n = int(per_ms(native) * 90 / 10), int(per_ms(python) * (100 - 90) / 10)

# %% cell
start = perf_counter()
in_native = in_python = 0
for _ in range(300):
    in_native += timed(native, native_n)
    in_python += timed(python, python_n)
truth = {"extension": in_native / (in_native + in_python)}
elapsed = perf_counter() - start
