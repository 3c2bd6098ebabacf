"""Profiles written as text, so that a test shows the stacks it is about.

One stack a line, root first, with its number of samples:

    In[5]:2 > work:4 > sorted [builtin numpy] > _PyEval [plumbing]   3

`name:line` is a Python function of the cell `In[5]`, `name@file:line` one of another file;
`name [category module]` is native code (kernel code in the category `kernel`), and
`[plumbing]` is machinery in its caller's category. A stack's samples are of its leaf's
category; each costs 1 ms of `cpu`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import PLUMBING, Category, Kind
from nativeprofile.tables.profile import Profile

COST = 1_000_000
"""Nanoseconds of a sample."""

_FRAME = re.compile(
    r"(?P<name>.+?)(?:@(?P<file>[^:\s]+))?(?::(?P<line>-?\d+))?(?: \[(?P<native>[^\]]*)\])?$"
)


@dataclass
class Named:
    """A profile by the names of its functions."""

    profile: Profile

    @property
    def names(self) -> list[str]:
        return [self.profile.strings[name] for name in self.profile.functions.name]

    @property
    def calls(self) -> dict[str, int]:
        """How often each function was called."""
        calls = self.profile.functions.calls
        assert calls is not None
        return dict(zip(self.names, calls, strict=True))

    @property
    def notes(self) -> str:
        return " ".join(self.profile.quality["notes"])


def meta(**changes: Any) -> dict[str, Any]:
    """Metadata of a cell `In[5]`, with `changes`."""
    return {
        "name": "In[5]",
        "prompt": 5,
        "cell_id": None,
        "status": "ok",
        "engine": "perf",
        "engine_version": "6.1",
        "engine_reason": "it passed its self-test",
        "kind": "sampled",
        "rate": 999,
        "started": 1_795_212_000.5,
        "wall_ns": 20 * COST,
        "cpu_ns": 10 * COST,
        "python": "CPython 3.13.0",
        "platform": "Linux-6.1",
        "cells": [
            {
                "name": "In[5]",
                "prompt": 5,
                "id": None,
                "source": "import x\nwork()\ndef work():\n    return sorted(rows)\n",
            }
        ],
        **changes,
    }


def profile(text: str, **changes: Any) -> Profile:
    """The profile of `text` (see above), samples in the order of its lines."""
    builder = Builder([{"name": "cpu", "unit": "ns"}], meta(**changes))
    thread = builder.thread(1, 1, "MainThread", main=True)
    time = 0
    for line in filter(None, map(str.strip, text.splitlines())):
        path, _, count = line.rpartition("   ")
        stack = _stack(builder, [part.strip() for part in path.split(" > ")])
        for _ in range(int(count)):
            builder.sample(thread, stack, time, COST)
            time += 1_000
    return builder.finish({"samples": len(builder.profile.samples.time), "stitched": 1.0})


def _stack(builder: Builder, names: list[str]) -> int:
    stack, category = -1, Category.PYTHON
    for name in names:
        match = _FRAME.match(name)
        assert match is not None, name
        words = (match["native"] or "").split()
        plumbing = "plumbing" in words
        labels = [word for word in words if word != "plumbing"]
        if labels:
            category = Category[labels[0].upper()]
        elif not plumbing:
            category = Category.PYTHON
        native = match["native"] is not None
        function = builder.function(
            match["name"],
            kind=(Kind.KERNEL if category == Category.KERNEL else Kind.NATIVE)
            if native
            else Kind.PYTHON,
            category=category,
            file=match["file"] or (None if native else "In[5]"),
            line=1,
            module=labels[1] if len(labels) > 1 else None,
            flags=PLUMBING if plumbing else 0,
        )
        frame = builder.frame(function, int(match["line"] or -1))
        stack = builder.stack(stack, frame, category)
    return stack
