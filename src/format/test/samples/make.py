"""Writes profile.json: a profile as Python encodes it, with the numbers it should decode to.

Run from the repository's root: python src/format/test/samples/make.py
"""

import json
from pathlib import Path

from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import PLUMBING, Category, Kind
from nativeprofile.tables.encode import dumps, encode
from nativeprofile.tables.profile import Branches, CallSites, Jumps, Lines, Snapshots

meta = {
    "name": "In[5]",
    "prompt": 5,
    "cell_id": None,
    "status": "ok",
    "engine": "perf",
    "engine_version": "6.1",
    "engine_reason": "asked for",
    "kind": "sampled",
    "rate": 999,
    "started": 1795212000.5,
    "wall_ns": 1,
    "cpu_ns": 1,
    "python": "CPython 3.13.0",
    "platform": "Linux",
    "cells": [{"name": "In[5]", "prompt": 5, "id": None, "source": "f()\n"}],
}
meta["stacks"] = "full"
builder = Builder(
    [
        {"name": "cpu", "unit": "ns"},
        {"name": "wall", "unit": "ns"},
        {"name": "page-faults", "unit": "count", "exact": True, "title": "Page faults"},
        {"name": "sum", "unit": "count", "terms": [(1, 1), (10, 2)]},
    ],
    meta,
)
cell = builder.function(
    "<module>", kind=Kind.PYTHON, category=Category.PYTHON, file="In[5]", line=1
)
plumbing = builder.function(
    "_PyEval_EvalFrameDefault",
    kind=Kind.NATIVE,
    category=Category.PYTHON,
    file="/usr/lib/libpython3.13.so",
    module="libpython",
    flags=PLUMBING,
)
sort = builder.function(
    "list_sort",
    kind=Kind.NATIVE,
    category=Category.BUILTIN,
    file="/usr/lib/libpython3.13.so",
    module="libpython",
    entry="list.sort",
)
names = ["größe", "東京", "a\u202eb", "<b>bold</b>", "\U0001f40d", 'quote"\\']
functions = [
    builder.function(name, kind=Kind.PYTHON, category=Category.PYTHON, file="In[5]", line=10 + row)
    for row, name in enumerate(names)
]
main = builder.thread(4_194_304, 4_194_304, "MainThread", main=True)
worker = builder.thread(4_194_304, 4_194_305, "worker")
tables = builder.profile
tables.threads.process = [builder.string("python3"), builder.string("python3")]
tables.threads.start = [-1, 5_005]
tables.threads.end = [-1, 2**33 + 200_200]
for task in ("Task-1", "fetch"):
    tables.tasks.name.append(builder.string(task))
    tables.tasks.coroutine.append(builder.string("main"))
    tables.tasks.parent.append(-1 if task == "Task-1" else 0)
tables.samples.own = []
tables.samples.task = []
expected = {}
time = 0
for row in range(200):
    stack = builder.stack(-1, builder.frame(cell, 1 + row % 7, 4, 20 + row), Category.PYTHON)
    stack = builder.stack(stack, builder.frame(plumbing), Category.PYTHON)
    function = functions[row % len(functions)]
    stack = builder.stack(stack, builder.frame(function, 10 + row), Category.PYTHON)
    if row % 3 == 0:
        stack = builder.stack(stack, builder.frame(sort), Category.BUILTIN)
    time += 1001 if row != 100 else 2**33
    cost = 1_001_000 if row != 50 else 2**53 - 1 - 200 * 1_001_000
    waited = 2_000_000 if row % 20 == 0 else 0
    builder.sample(worker if row % 10 == 0 else main, stack, time, cost, cost + waited, row % 2)
    tables.samples.own.append(0 if row % 10 == 0 else -1)
    tables.samples.task.append(row % 3 - 1)
    expected[names[row % len(names)]] = expected.get(names[row % len(names)], 0) + cost
tables.functions.source = [builder.string("listobject.c") if row == 2 else -1 for row in range(9)]
tables.functions.line[2] = 2_345
tables.frames.inlined = [0] * len(tables.frames.function)
tables.frames.inlined[-1] = 1
builder.profile.functions.calls = [2**40 + row for row in range(9)]
builder.profile.functions.self_value = [
    [2**50 + row for row in range(9)],
    [1] * 9,
    list(range(9)),
]
builder.profile.functions.inclusive = [[0] * 9] * 3
each = list(range(20))
tables.lines = Lines([-1] * 20, [-1] * 20, each, [each, [0] * 20, each])
tables.call_sites = CallSites(
    [0] * 20, [1] * 20, [-1] * 20, each, each, [each, each, each], [-1] * 20, [-1] * 20
)
tables.jumps = Jumps([2] * 20, [-1] * 20, each, [-1] * 20, each, each, [-1] * 20)
tables.branches = Branches([-1] * 20, each, each, [row - 1 for row in each], [0] * 20, [1] * 20)
tables.snapshots = Snapshots(each, [each, each, each])
profile = builder.finish({"samples": 200, "stitched": 1.0, "notes": ["made by hand"]})
message = json.loads(dumps(encode(profile)))
message["expected"] = {
    "columns": {
        "stacks.prefix": profile.stacks.prefix,
        "frames.endColumn": profile.frames.end_column,
        "samples.time": profile.samples.time,
        "samples.values": profile.samples.values[0],
        "samples.own": profile.samples.own,
        "samples.task": profile.samples.task,
        "threads.start": profile.threads.start,
        "tasks.parent": profile.tasks.parent,
        "frames.inlined": profile.frames.inlined,
        "functions.source": profile.functions.source,
        "functions.calls": profile.functions.calls,
        "lines.line": profile.lines.line,
        "callSites.count": profile.call_sites.count,
        "jumps.toLine": profile.jumps.to_line,
        "branches.taken": profile.branches.taken,
        "snapshots.time": profile.snapshots.time,
    },
    "strings": profile.strings,
    "inclusive": expected,
}
target = Path(__file__).with_name("profile.json")
target.write_text(json.dumps(message, indent=1) + "\n")
