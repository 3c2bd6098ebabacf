"""The profile as tables: the one model in which every engine and format meets.

Columns are plain Python lists of integers (`-1` means "none"); text lives once in
`strings`. `docs/wire-format.md` defines each column's unit and meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypedDict

Column = list[int]


class Cell(TypedDict):
    """A notebook cell that the profile names: `name` is `In[n]`, as in `functions.file`."""

    name: str
    prompt: int
    id: str | None
    source: str


class Quality(TypedDict, total=False):
    """How sure the profile is; shares run from 0 to 1, absent keys were not measured."""

    samples: int
    stitched: float
    truncated: float
    lost: float
    unresolved: float
    attributed: float
    attributed_confidence: float
    trampolines: float
    lines: float
    notes: list[str]


@dataclass
class Threads:
    """One row a thread."""

    pid: Column = field(default_factory=list)
    tid: Column = field(default_factory=list)
    name: Column = field(default_factory=list)
    main: Column = field(default_factory=list)
    process: Column | None = None
    start: Column | None = None
    end: Column | None = None


@dataclass
class Functions:
    """One row a function; `calls`, `self_value` and `inclusive` only from exact engines."""

    name: Column = field(default_factory=list)
    entry: Column = field(default_factory=list)
    file: Column = field(default_factory=list)
    line: Column = field(default_factory=list)
    module: Column = field(default_factory=list)
    kind: Column = field(default_factory=list)
    category: Column = field(default_factory=list)
    flags: Column = field(default_factory=list)
    source: Column | None = None
    calls: Column | None = None
    self_value: Column | None = None
    inclusive: Column | None = None


@dataclass
class Frames:
    """One row a place in a function (line and columns, -1 where unknown)."""

    function: Column = field(default_factory=list)
    line: Column = field(default_factory=list)
    column: Column = field(default_factory=list)
    end_column: Column = field(default_factory=list)
    inlined: Column | None = None


@dataclass
class Stacks:
    """A prefix tree, root first: row i extends row `prefix[i]` (-1: a root) by `frame[i]`."""

    prefix: Column = field(default_factory=list)
    frame: Column = field(default_factory=list)
    category: Column = field(default_factory=list)


@dataclass
class Samples:
    """One row a sample: `time` in microseconds since the start; one column a value."""

    thread: Column = field(default_factory=list)
    stack: Column = field(default_factory=list)
    time: Column = field(default_factory=list)
    values: list[Column] = field(default_factory=list)
    own: Column | None = None
    task: Column | None = None


@dataclass
class Tasks:
    """One row an asyncio task; `parent` is the task that created it."""

    name: Column = field(default_factory=list)
    coroutine: Column = field(default_factory=list)
    parent: Column = field(default_factory=list)


@dataclass
class Edges:
    """Exact caller-to-callee counts and costs (cost in the unit of the first value)."""

    caller: Column = field(default_factory=list)
    callee: Column = field(default_factory=list)
    calls: Column = field(default_factory=list)
    self_value: Column = field(default_factory=list)
    inclusive: Column = field(default_factory=list)


@dataclass
class Code:
    """One row a stretch of machine code that samples fell into: the function that it belongs to,
    its symbol as linked (-1 without one), the build-id of its library, and where in that file it
    begins (bytes)."""

    function: Column = field(default_factory=list)
    symbol: Column = field(default_factory=list)
    build: Column = field(default_factory=list)
    start: Column = field(default_factory=list)


@dataclass
class Instructions:
    """One row an address that was sampled, in bytes from the start of its code; one column a
    value, over the whole profile."""

    code: Column = field(default_factory=list)
    offset: Column = field(default_factory=list)
    values: list[Column] = field(default_factory=list)


class _Named(TypedDict):
    name: str
    unit: str


class Value(_Named, total=False):
    """A measured quantity: `name` (`cpu`, `wall`, `calls`), `unit` (`ns`, `count`, `bytes`).

    `exact`: every event was recorded, so that nothing about it is an estimate.
    """

    exact: bool


@dataclass
class Profile:
    """A whole profile. `meta` is plain JSON, see docs/wire-format.md."""

    meta: dict[str, Any]
    quality: Quality
    values: list[Value]
    strings: list[str] = field(default_factory=list)
    threads: Threads = field(default_factory=Threads)
    functions: Functions = field(default_factory=Functions)
    frames: Frames = field(default_factory=Frames)
    stacks: Stacks = field(default_factory=Stacks)
    samples: Samples = field(default_factory=Samples)
    edges: Edges | None = None
    tasks: Tasks = field(default_factory=Tasks)
    code: Code = field(default_factory=Code)
    instructions: Instructions = field(default_factory=Instructions)
