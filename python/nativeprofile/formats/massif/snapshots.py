"""The text of a massif.out as data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from nativeprofile.tables.errors import FormatError

AGAIN = "Run the program under valgrind --tool=massif again, to its end."
UNITS = ("i", "ms", "B")
"""Instructions, milliseconds, bytes allocated and freed so far."""

_RULE = "#-----------"
_NODE = re.compile(r"( *)n(\d{1,9}): (\d{1,16}) (.*)", re.DOTALL)
_NUMBER = re.compile(r"\d{1,16}")


@dataclass
class Node:
    """A line of a heap tree: a place, its bytes, and how many lines below tell its callers."""

    depth: int
    callers: int
    size: int
    text: str


@dataclass
class Snapshot:
    """The sizes at a moment, in bytes; `tree` at some only, its first line the whole heap."""

    number: int
    time: int
    heap: int
    extra: int
    stacks: int
    is_peak: bool = False
    tree: list[Node] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.heap + self.extra + self.stacks


@dataclass
class Recording:
    """A whole file. `cut` says that it ends in the middle of a snapshot, which is left out; where
    it ends between two nobody can tell."""

    options: str
    command: str
    unit: str
    snapshots: list[Snapshot]
    cut: bool = False

    @property
    def largest(self) -> Snapshot:
        """Massif's peak; in a file that has none (it was cut off) the largest that there is."""
        return max(self.snapshots, key=lambda one: (one.is_peak, one.total))


def parse(text: str, name: str) -> Recording:
    """All of a file. Raises FormatError."""
    lines = text.split("\n")
    head = _fields(("desc: ", "cmd: ", "time_unit: "), lines)
    unit = head[-1]
    if None in head or unit not in UNITS:
        raise FormatError(f"{name} does not begin as Massif's files do, or is cut off.", AGAIN)
    # A file that is whole ends with a snapshot's last line, and that with a line's end.
    cut = lines[-1] != "" or _RULE in lines[-3:] or lines[-2].startswith("snapshot=")
    blocks = _blocks(lines[3:-1])
    snapshots = []
    for number, block in enumerate(blocks):
        snapshot = _snapshot(block)
        if snapshot is not None:
            snapshots.append(snapshot)
        elif number == len(blocks) - 1:
            cut = True
        else:
            raise FormatError(f"Snapshot {number} of {name} is damaged.", AGAIN)
    if not snapshots:
        raise FormatError(f"{name} has no snapshots, or is cut off.", AGAIN)
    return Recording(str(head[0]), str(head[1]), str(unit), snapshots, cut)


def _blocks(lines: list[str]) -> list[list[str]]:
    """The lines of each snapshot: each begins with `#---`, `snapshot=1`, `#---`."""
    blocks: list[list[str]] = []
    for at, line in enumerate(lines):
        if line == _RULE:
            continue
        if line.startswith("snapshot=") and at and lines[at - 1] == _RULE:
            blocks.append([])
        if blocks:
            blocks[-1].append(line)
    return blocks


def _snapshot(lines: list[str]) -> Snapshot | None:
    """None where lines are missing or do not add up."""
    keys = ("snapshot", "time", "mem_heap_B", "mem_heap_extra_B", "mem_stacks_B")
    found = _fields([f"{key}=" for key in keys], lines)
    numbers = [int(one) for one in found if one is not None and _NUMBER.fullmatch(one)]
    kind = _after("heap_tree=", lines[5]) if len(lines) > 5 else None
    if len(numbers) < len(keys) or kind not in ("empty", "detailed", "peak"):
        return None
    number, time, heap, extra, stacks = numbers
    snapshot = Snapshot(number, time, heap, extra, stacks, is_peak=kind == "peak")
    if kind == "empty":
        return snapshot if len(lines) == 6 else None
    nodes = [_node(line) for line in lines[6:]]
    snapshot.tree = [node for node in nodes if node is not None]
    whole = len(snapshot.tree) == len(nodes) and is_whole(snapshot.tree)
    return snapshot if whole and snapshot.tree[0].size == snapshot.heap else None


def _node(line: str) -> Node | None:
    match = _NODE.fullmatch(line)
    return match and Node(len(match[1]), int(match[2]), int(match[3]), match[4])


def is_whole(tree: list[Node]) -> bool:
    """Whether each line of a tree is followed by as many callers as it says, with its bytes."""
    open_: list[list[int]] = []  # callers that are still to come, and their bytes
    for at, node in enumerate(tree):
        while open_ and open_[-1][0] == 0:
            if open_.pop()[1] != 0:
                return False
        if node.depth != len(open_) or (at > 0 and not open_):
            return False
        if open_:
            open_[-1][0] -= 1
            open_[-1][1] -= node.size
        if node.callers:
            open_.append([node.callers, node.size])
    return bool(tree) and all(remaining == [0, 0] for remaining in open_)


def _fields(keys: Sequence[str], lines: list[str]) -> list[str | None]:
    """What stands behind each key, which begin the lines in this order."""
    return [_after(key, line) for key, line in zip_longest(keys, lines[: len(keys)], fillvalue="")]


def _after(key: str, line: str) -> str | None:
    return line[len(key) :] if line.startswith(key) else None
