"""How sure a profile of py-spy is, by its own words and by what was found."""

from __future__ import annotations

from typing import Any

from nativeprofile.mixed.classify import Group
from nativeprofile.mixed.shown import Shown
from nativeprofile.tables.profile import Quality

_TOO_SHORT = "The cell was over before py-spy took a sample."
_FEW = 50
_WORTH_A_NOTE = 0.01
_PAUSED = 0.05
_BEHIND = 1.0


class Tally:
    """Counts samples and, over all of them, their frames."""

    def __init__(self) -> None:
        self.samples = 0
        self._known: dict[int, tuple[int, int, int, int]] = {-1: (0, 0, 0, 0)}
        """Of each row's stack: Python frames, those with a line, native ones, named ones."""
        self._sum = [0, 0, 0, 0]

    def place(self, row: int, prefix: int, frame: Shown) -> None:
        """Takes note that `row` extends `prefix` by the frame."""
        python, lines, native, named = self._known[prefix]
        if frame.facts.group is Group.PYTHON:
            self._known[row] = (python + 1, lines + (frame.line > 0), native, named)
        else:
            self._known[row] = (python, lines, native + 1, named + frame.resolved)

    def sample(self, row: int) -> None:
        """Counts a sample whose stack is `row`."""
        self.samples += 1
        for n, count in enumerate(self._known.get(row, ())):
            self._sum[n] += count

    def shares(self) -> Quality:
        """Lines known, native functions unnamed."""
        python, lines, native, named = self._sum
        found = Quality(samples=self.samples)
        if python:
            found["lines"] = lines / python
        if native:
            found["unresolved"] = 1 - named / native
        return found


def quality(tally: Tally, run: dict[str, Any], ticks: int) -> Quality:
    """The counts, and what the reader should know of how they were taken."""
    data = run.get("data", {})
    found = tally.shares()
    notes = [str(note) for note in run.get("notes", [])]
    errors, busy = int(data.get("errors", 0)), float(data.get("busy", 0.0))
    if not tally.samples:
        notes.append(_TOO_SHORT)
    elif tally.samples < _FEW:
        notes.append(f"Only {tally.samples} samples were taken: the shares are coarse.")
    if ticks or errors:
        found["lost"] = errors / (errors + ticks)
        if found["lost"] > _WORTH_A_NOTE:
            notes.append(f"py-spy could not read the stacks at {found['lost']:.0%} of its samples.")
    if data.get("mode") == "native":
        notes.append(
            "Waiting is told by the function that a stack ends in; threads without Python code "
            "are not seen."
        )
    elif tally.samples:
        notes.append("Threads were sampled while they ran; C functions count as their callers.")
    held = busy / max(1e-9, float(run.get("wall_ns", 0)) / 1e9)
    if data.get("mode") != "nonblocking" and held > _PAUSED:
        notes.append(
            f"py-spy worked for {held:.0%} of the cell's time, in which the kernel stood still; "
            "a lower --rate costs less."
        )
    if float(data.get("behind", 0.0)) > _BEHIND:
        notes.append(
            f"The machine was too busy for py-spy: it fell {data['behind']:.0f} s behind its clock."
        )
    found["notes"] = notes
    return found
