"""zlib in a pool of two threads, and a Python loop on the main thread."""

import random
import zlib
from concurrent.futures import ThreadPoolExecutor
from time import thread_time_ns

from _work import per_ms, timed

data = bytes(random.Random(1).choices(b"abcdefgh", k=400_000))
ROUNDS = per_ms() * 20


def work(_):
    start = thread_time_ns()
    zlib.compress(data, 6)
    return thread_time_ns() - start


def flat():
    x = 1
    for i in range(ROUNDS):
        x = (x * 31 + i) & 0xFFFFFFF


# %% cell
in_pool = in_flat = 0
with ThreadPoolExecutor(2) as pool:
    for _ in range(12):
        in_pool += sum(pool.map(work, range(2)))
        in_flat += timed(flat) + timed(flat)
truth = {"function work": in_pool / (in_pool + in_flat)}
