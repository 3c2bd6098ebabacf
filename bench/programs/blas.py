"""Matrix products on two OpenBLAS threads against a Python loop.

Idle workers go to sleep at once: by default they spin for a while after each product, and
whose time that is nobody can say.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "2"
os.environ["OPENBLAS_THREAD_TIMEOUT"] = "4"

from time import process_time_ns

import numpy as np
from _work import per_ms

a = np.random.default_rng(1).random((700, 700))
a @ a
rounds = per_ms() * 20


def loop(rounds):
    x = 1
    for i in range(rounds):
        x = (x * 31 + i) & 0xFFFFFFF


# %% cell
in_product = in_loop = 0
for _ in range(24):
    start = process_time_ns()
    a @ a  #: product
    in_product += process_time_ns() - start
    start = process_time_ns()
    loop(rounds)  #: loop
    in_loop += process_time_ns() - start
truth = {"line product": in_product / (in_product + in_loop)}
