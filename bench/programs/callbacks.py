"""C that calls Python back: sorted with a key, functools.reduce, and an extension's own."""

from functools import reduce
from time import thread_time_ns

from _work import per_ms, timed
from burn import apply

WORDS = [(0,) * 10_000 + (i * 7919 % 4001,) for i in range(120)]
ROUNDS = per_ms() * 2
NUMBERS = range(36)
APPLIED = 40
# Of the two clock readings in each call, which are C code, one falls into `spent`.
CLOCK = timed(lambda: [thread_time_ns() for _ in range(20_000)]) / 20_000
spent = 0


def key(word):
    global spent
    start = thread_time_ns()
    x = 1
    for i in range(ROUNDS):
        x = (x * 31 + i) & 0xFFFFFFF
    spent += thread_time_ns() - start
    return word


def add(x, y):
    global spent
    start = thread_time_ns()
    for _ in range(ROUNDS):
        x = (x * 31 + y) & 0xFFFFFFF
    spent += thread_time_ns() - start
    return x


def called():
    return add(1, 2)


def several():
    # Of different lengths: with one, sampling might keep step with it.
    for ns in (1_300_000, 2_300_000, 3_100_000, 3_700_000):
        apply(called, ns, APPLIED // 4)


# %% cell
in_sorted = in_reduce = in_apply = 0
for _ in range(3):
    start = thread_time_ns()
    sorted(WORDS, key=key)  #: sorted
    in_sorted += thread_time_ns() - start
    in_reduce += timed(reduce, add, NUMBERS, 1)  #: reduce
    in_apply += timed(several)  #: apply
spent -= 3 * CLOCK * (len(WORDS) + len(NUMBERS) - 1 + APPLIED)
total = in_sorted + in_reduce + in_apply
truth = {
    "inclusive line sorted": in_sorted / total,
    "inclusive line apply": in_apply / total,
    "native": 1 - spent / total,
}
