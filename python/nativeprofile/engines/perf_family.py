"""Processes that ran before the cell: which there are, and what is known of their code.

Workers of a pool live on from cell to cell. What they told in an earlier recording is kept
for the next; of others CPython's own map file names the functions, if they have trampolines.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from .frame_calls import Place, announce
from .perf_ledger import SUFFIX

_GENERATIONS = 32
"""Children of children that are looked for."""
_PREFIX = "child-"

_told: dict[int, tuple[str, bytes]] = {}
"""By process: when it began, and its ledger of an earlier recording."""


def descendants(pid: int, without: str) -> list[int]:
    """Running descendants of a process that perf may look into, without our own helpers (their
    commands, unlike this process's, name `without`) and theirs."""
    found: list[int] = []
    own = _command(pid)
    generation = [pid]
    for _ in range(_GENERATIONS):
        children = [child for one in generation for child in _children(one)]
        commands = {child: _command(child) for child in children}
        generation = [
            child
            for child, command in commands.items()
            if command and (command == own or without.encode() not in command)
        ]
        found += generation
    return found


def keep(directory: Path) -> None:
    """Keeps what the children of a recording told, as long as they live. Never raises."""
    for pid in [pid for pid, (began, _) in _told.items() if _began(pid) != began]:
        del _told[pid]
    for path in directory.glob(f"{_PREFIX}*{SUFFIX}"):
        try:
            pid = int(path.name[len(_PREFIX) : -len(SUFFIX)])
            began = _began(pid)
            if began:
                _told[pid] = began, path.read_bytes()
        except (OSError, ValueError):
            continue


def add_known(pids: Sequence[int], directory: Path) -> None:
    """Puts into a recording what is known of processes that ran before it: once as it begins,
    since they may end, and once more as it ends. Never raises."""
    for pid in pids:
        try:
            began, ledger = _told.get(pid, ("", b""))
            if began and began == _began(pid):
                first, _, rows = ledger.partition(b"\n")
                head = json.loads(first)
                # The parent's table was that of another recording.
                fresh = json.dumps({**head, "known": -1}).encode()
                if head["frames"]:
                    announce(str(directory), pid, Place(*head["frames"]))
                path = directory / f"{_PREFIX}{pid}{SUFFIX}"
                path.write_bytes(fresh + b"\n" + rows)
            for link in Path(f"/proc/{pid}/fd").iterdir():
                if os.readlink(link).startswith(f"/tmp/perf-{pid}.map"):
                    (directory / f"{_PREFIX}{pid}.map").write_bytes(link.read_bytes())
                    break
        except (OSError, ValueError):
            continue


def _began(pid: int) -> str:
    """When a process began, in the system's ticks; empty if it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _children(pid: int) -> list[int]:
    """Of all threads (proc_pid_task_children(5))."""
    found = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    except (OSError, ValueError):
        pass
    return found


def _command(pid: int) -> bytes:
    """Empty for a process that has ended, or that we may not look into."""
    try:
        os.readlink(f"/proc/{pid}/cwd")  # asks what perf will ask
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
