"""Three lines with a fifth, three fifths and a fifth of the work."""

from time import perf_counter

from _burn import per_ms, python, timed

n = int(per_ms(python))

# %% cell
start = perf_counter()
a = b = c = 0
for _ in range(300):
    a += timed(python, 2 * n)
    b += timed(python, 6 * n)
    c += timed(python, 2 * n)
truth = {"line 5": a / (a + b + c), "line 6": b / (a + b + c), "line 7": c / (a + b + c)}
elapsed = perf_counter() - start
