"""Prints a profile of wall time, several threads, a child process and tasks, as a cell saves it.

What is drawn has to be the same on every machine; a recording is not.
"""

from __future__ import annotations

from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Category, Kind
from nativeprofile.tables.encode import dumps, encode
from nativeprofile.tables.profile import Tasks

SOURCE = """def by_value(row):
    return -row['v']
def pipeline(rows):
    ordered = sorted(rows, key=by_value)
    text = json.dumps(ordered[:20_000])
    a = rng.random((900, 900))
    return len(text) + (a @ a).sum()
def fetch(n):
    for _ in range(n):
        body = session.recv(65_536)
        total = sum(len(line) for line in body)
def store(q):
    while (item := q.get()) is not None:
        log.write(item)
        time.sleep(0.01)
for i in range(5):
    result = pipeline(rows)
    q.put(result)
    time.sleep(0.05)
for worker in workers:
    worker.join()"""

STACKS = """
main     240 extension In[5]:17 pipeline:7 numpy!cblas_dgemm libopenblas!dgemm_kernel
main      90 builtin   In[5]:17 pipeline:5 _json!c_make_encoder
main      70 builtin   In[5]:17 pipeline:4 libpython!list.sort
main      60 python    In[5]:17 pipeline:4 libpython!list.sort by_value:2
main      24 extension In[5]:17 pipeline:6 numpy!Generator.random
main      16 kernel    In[5]:17 pipeline:6 numpy!Generator.random kernel!clear_page
main     250 sleep     In[5]:19 libpython!time.sleep
main     180 lock      In[5]:21 libpython!Thread.join
main      60 queued    In[5]:17 pipeline:7 numpy!cblas_dgemm libopenblas!dgemm_kernel
fetch    620 io        fetch:10 libpython!socket.recv
fetch    180 python    fetch:11
fetch     90 gil       fetch:11
store    560 lock      store:13 libpython!SimpleQueue.get
store    150 io        store:14 libpython!write
store    110 sleep     store:15 libpython!time.sleep
blas     230 extension In[5]:17 pipeline:7 numpy!cblas_dgemm libopenblas!dgemm_kernel
child    330 python    work:3
child    410 waiting   work:4 libpython!os.wait4
"""
"""Thread, milliseconds, category, stack from the root."""

OFF_CPU = {"sleep", "lock", "queued", "io", "gil", "waiting"}
PERIOD = 1_000_000


def main() -> None:
    values = [{"name": "cpu", "unit": "ns"}, {"name": "wall", "unit": "ns"}]
    faults = {"name": "page-faults", "unit": "count", "exact": True}
    meta = {
        **{"name": "In[5]", "prompt": 5, "cell_id": None, "status": "ok", "engine": "perf"},
        **{"engine_version": "6.1", "engine_reason": "it passed its self-test", "kind": "sampled"},
        **{"rate": 999, "started": 1795212000, "wall_ns": 1_010_000_000, "cpu_ns": 1_240_000_000},
        **{"python": "CPython 3.13.0", "platform": "Linux"},
        "cells": [{"name": "In[5]", "prompt": 5, "id": None, "source": SOURCE}],
    }
    builder = Builder([*values, faults], meta)  # type: ignore[list-item]
    names = ("main", "fetch", "store", "blas", "child")
    threads = {
        name: builder.thread(2345 if name == "child" else 1234, 1234 + row, name, main=row == 0)
        for row, name in enumerate(names)
    }
    tables = builder.profile
    processes = ("python3",) * 4 + ("pool worker",)
    tables.threads.process = [builder.string(name) for name in processes]
    tables.tasks = Tasks([builder.string("Task-1")], [builder.string("main")], [-1])
    tables.samples.own, tables.samples.task = [], []
    time = 0
    for line in STACKS.strip().splitlines():
        thread, milliseconds, category, *frames = line.split()
        kind = Category[category.upper()]
        stack = own = -1
        for frame in frames:
            stack = builder.stack(stack, place(builder, frame), kind)
        if category in OFF_CPU:
            leaf = builder.function(
                f"off CPU: {category}", kind=Kind.KERNEL, category=kind, module="kernel"
            )
            stack = builder.stack(stack, builder.frame(leaf), kind)
        if thread == "blas":
            own = builder.stack(-1, place(builder, "libopenblas!dgemm_kernel"), kind)
        count = 5 if category in OFF_CPU else int(milliseconds)
        for row in range(count):
            time += 700
            wall = int(milliseconds) * PERIOD // count
            on_cpu = 0 if category in OFF_CPU else wall
            builder.sample(threads[thread], stack, time, on_cpu, wall, int(row % 9 == 0))
            tables.samples.own.append(own)
            tables.samples.task.append(-1 if row % 3 else 0)
    quality = {"samples": 1240, "stitched": 0.998, "attributed": 0.185, "lines": 0.995}
    quality |= {"attributed_confidence": 0.986, "trampolines": 0.031}
    print(dumps(encode(builder.finish(quality))))  # type: ignore[arg-type]


def place(builder: Builder, text: str) -> int:
    """The frame of `In[5]:17`, `pipeline:7` or `numpy!cblas_dgemm`."""
    name, _, line = text.partition(":")
    module, native, symbol = name.partition("!")
    if native:
        kernel = module == "kernel"
        standard = module in ("libpython", "_json")
        function = builder.function(
            symbol,
            kind=Kind.KERNEL if kernel else Kind.NATIVE,
            category=Category.KERNEL
            if kernel
            else Category.BUILTIN
            if standard
            else Category.EXTENSION,
            file="[kernel]" if kernel else f"/lib/{module}.so",
            module=module,
        )
        return builder.frame(function)
    function = builder.function(
        "<module>" if name == "In[5]" else name,
        kind=Kind.PYTHON,
        category=Category.PYTHON,
        file="tasks.py" if name == "work" else "In[5]",
        line=1,
        module="tasks" if name == "work" else "__main__",
    )
    return builder.frame(function, int(line))


if __name__ == "__main__":
    main()
