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
    trampolines_error: float
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
    """One row a function. Only from exact engines: `calls` (-1: not counted), and one column a
    stored value in `self_value` and `inclusive`."""

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
    self_value: list[Column] | None = None
    inclusive: list[Column] | None = None


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
    """Exact caller-to-callee counts and costs of the callee; one column a stored value.

    `self_value` is absent where the engine does not know it.
    """

    caller: Column = field(default_factory=list)
    callee: Column = field(default_factory=list)
    calls: Column = field(default_factory=list)
    self_value: list[Column] | None = None
    inclusive: list[Column] = field(default_factory=list)


@dataclass
class Code:
    """One row a stretch of machine code that has costs: the function that it belongs to, its symbol
    as linked (-1 without one), the build-id of its library (-1: not known), and where in that file
    it begins (bytes)."""

    function: Column = field(default_factory=list)
    symbol: Column = field(default_factory=list)
    build: Column = field(default_factory=list)
    start: Column = field(default_factory=list)


@dataclass
class Instructions:
    """One row an address that was sampled or counted, in bytes from the start of its code; one
    column a stored value, over the whole profile. `file` and `line` where the recording tells."""

    code: Column = field(default_factory=list)
    offset: Column = field(default_factory=list)
    values: list[Column] = field(default_factory=list)
    file: Column | None = None
    line: Column | None = None


@dataclass
class Disassembly:
    """One row an instruction of code whose file is gone: its text, where it jumps to within its
    code (bytes from the start; -1: nowhere there), the function inlined there, and its line.

    A row without a mnemonic is of the instruction above: a further line, into which that above was
    inlined.
    """

    code: Column = field(default_factory=list)
    offset: Column = field(default_factory=list)
    mnemonic: Column = field(default_factory=list)
    operands: Column = field(default_factory=list)
    target: Column = field(default_factory=list)
    inlined: Column = field(default_factory=list)
    file: Column = field(default_factory=list)
    line: Column = field(default_factory=list)


@dataclass
class Lines:
    """One row a source line of a function: what it cost itself, one column a stored value.

    `file` is the line's own, of an inlined function where one was. A row of zeros is a line that
    has code and never ran.
    """

    function: Column = field(default_factory=list)
    file: Column = field(default_factory=list)
    line: Column = field(default_factory=list)
    values: list[Column] = field(default_factory=list)


@dataclass
class CallSites:
    """One row a place that calls a function: `count` calls, what they cost with all they called,
    one column a stored value. `code` and `offset` where the recording tells addresses."""

    caller: Column = field(default_factory=list)
    callee: Column = field(default_factory=list)
    file: Column = field(default_factory=list)
    line: Column = field(default_factory=list)
    count: Column = field(default_factory=list)
    values: list[Column] = field(default_factory=list)
    code: Column | None = None
    offset: Column | None = None


@dataclass
class Jumps:
    """One row a jump: `taken` times of the `executed` (-1: unconditional)."""

    function: Column = field(default_factory=list)
    file: Column = field(default_factory=list)
    line: Column = field(default_factory=list)
    to_file: Column = field(default_factory=list)
    to_line: Column = field(default_factory=list)
    taken: Column = field(default_factory=list)
    executed: Column = field(default_factory=list)
    code: Column | None = None
    offset: Column | None = None
    to_code: Column | None = None
    to_offset: Column | None = None


@dataclass
class Branches:
    """One row a way out of a line, as gcov counts them; `taken` is -1 where the line never ran."""

    file: Column = field(default_factory=list)
    line: Column = field(default_factory=list)
    index: Column = field(default_factory=list)
    taken: Column = field(default_factory=list)
    throws: Column | None = None
    fallthrough: Column | None = None


@dataclass
class Snapshots:
    """Amounts at moments, in the order of `time`, whose unit `meta.time_unit` says; one column a
    stored value."""

    time: Column = field(default_factory=list)
    values: list[Column] = field(default_factory=list)


class _Named(TypedDict):
    name: str
    unit: str


class Value(_Named, total=False):
    """A measured quantity: `name` (`cpu`, `wall`, `calls`), `unit` (`ns`, `count`, `bytes`).

    `exact`: every event was recorded, so that nothing about it is an estimate. `title` is its name
    in words. `terms` says that it is a sum, of factors and rows of stored values: no table has a
    column for it, `derived` computes it.
    """

    exact: bool
    title: str
    terms: list[tuple[int, int]]


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
    disassembly: Disassembly = field(default_factory=Disassembly)
    lines: Lines = field(default_factory=Lines)
    call_sites: CallSites = field(default_factory=CallSites)
    jumps: Jumps = field(default_factory=Jumps)
    branches: Branches = field(default_factory=Branches)
    snapshots: Snapshots = field(default_factory=Snapshots)
