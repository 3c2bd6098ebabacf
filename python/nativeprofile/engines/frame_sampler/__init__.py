"""Reads other processes' Python frames, many times a second, without stopping them.

Runs in a process of its own, which needs nothing else of this package (`command`), with the
arguments PID STATE RATE FILE LAYOUT FIFO, where LAYOUT is `layout.Layout` as JSON. It writes
a byte to its standard output when it has looked once, or ends where it may not look. Then it also
looks at the processes that ask for it through FIFO (`frame_calls`), until they end. It ends
when PID does, or when its standard input does: then it writes FILE, a line of JSON with the lengths
of what follows, then columns of 64-bit integers. `parent`, `executable`, `instruction`: frames as a
prefix tree, outermost first; the root of each tree (parent -1) has the process's id in the place of
`executable`. `thread`, `first`, `last`, `node`: how long (monotonic clock, ns) every look at a
thread saw which innermost frame.

A process runs on while it is read, so that now and then frames are read that no longer belong
together. Who uses them must compare (`mixed/paired.py` does).
"""

from __future__ import annotations

import sys
from pathlib import Path

_START = """import sys
sys.path.append(sys.argv.pop(1))
from frame_sampler.main import main
main(sys.argv[1:])"""


def command() -> tuple[str, ...]:
    """What starts it: this folder alone, as a package by itself. Its arguments follow."""
    return (sys.executable, "-I", "-S", "-c", _START, str(Path(__file__).parents[1]))
