"""A recording of py-spy becomes a profile: place the stacks, cut them at the cell, weigh, count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nativeprofile.formats import runs
from nativeprofile.mixed.classify import Facts, Group, classify
from nativeprofile.mixed.roots import Verdict, of_main, of_thread
from nativeprofile.mixed.samples import usual_categories
from nativeprofile.mixed.shown import Shown
from nativeprofile.symbols.maps import Maps
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Category
from nativeprofile.tables.profile import Profile, Value

from . import counts
from .frames import Frames
from .recording import Recording, Thread
from .waits import waiting

_WALL: Value = {"name": "wall", "unit": "ns"}
_CPU: Value = {"name": "cpu", "unit": "ns"}
_OTHERS = "Text and pictures show the cell's own thread; the viewer shows the others, too (t)."


@dataclass
class Placed:
    """Where the samples with one stack stand in the profile."""

    verdict: Verdict
    row: int = -1
    awaited: bool = False
    """The event loop waits: while the cell runs, it waits for what the cell awaits."""


class Reader:
    """Reads one run's directory; `read` is called once."""

    def __init__(self, directory: Path, run: dict[str, Any]) -> None:
        self._directory = directory
        self._run = run
        self._data: dict[str, Any] = run.get("data", {})
        self._every_thread = self._data.get("mode") == "native"
        """Whether each sample shows every thread, also those that wait."""
        self._main = int(run.get("tid", -1))
        self._builder = Builder([_WALL if self._every_thread else _CPU], runs.meta(run))
        self._frames = Frames(self._builder, run, Maps(self._maps()))
        self._cell = runs.running_cell(run)

    def read(self, progress: Callable[[int], None]) -> Profile:
        """The profile. Raises FormatError."""
        file = self._directory / Path(str(self._data.get("file", "pyspy.json"))).name
        self._recording = Recording(file, progress)
        self._shown = [self._frames.show(frame) for frame in self._recording.frames]
        self._tally = counts.Tally()
        threads = self._recording.threads
        main = next((t for t in threads if t.tid == self._main), None)
        if main is None:  # py-spy knows older Pythons' threads by name only
            main = next((t for t in threads if t.name == "MainThread"), None)
        kept = self._of_cell(main) if main is not None else []
        weight = self._weight(len(kept))
        if main is not None and kept:
            self._add(main, kept, 0, weight)
        for thread in threads:
            if thread is not main:
                self._add_other(thread, main, kept, weight)
        self._builder.profile.meta["rate"] = self._data.get("rate")
        ticks = len(main.samples) if main is not None else 0
        quality = counts.quality(self._tally, self._run, ticks)
        if self._every_thread and main is not None and len(self._builder.profile.threads.tid) > 1:
            quality["notes"].append(_OTHERS)
        profile = self._builder.finish(quality)
        usual_categories(profile)
        runs.add_cells(profile, self._run)
        return profile

    def _of_cell(self, main: Thread) -> list[tuple[int, int]]:
        """The samples of the cell's own thread from its first to its last that are the cell's:
        tick and row."""
        placed: dict[int, Placed] = {}
        for stack in set(main.samples):
            placed[stack] = self._place(stack, True)
        # The recording begins and ends within IPython's hooks, so an event loop that waits in
        # between waits for the cell.
        certain = [
            n
            for n, stack in enumerate(main.samples)
            if placed[stack].verdict is Verdict.CELL or placed[stack].awaited
        ]
        if not certain:
            return []
        rows = []
        for tick in range(certain[0], certain[-1] + 1):
            stack = main.samples[tick]
            here = placed[stack]
            if here.verdict is not Verdict.OUTSIDE:
                rows.append((tick, here.row))
            elif here.awaited:
                rows.append((tick, self._awaited(stack)))
        return rows

    def _add_other(
        self, thread: Thread, main: Thread | None, kept: list[tuple[int, int]], weight: float
    ) -> None:
        """Adds another thread's samples, as far as the cell ran."""
        placed = {stack: self._place(stack, False) for stack in set(thread.samples)}
        first, last = (kept[0][0], kept[-1][0]) if kept else (0, 0)
        offset = self._offset(thread, len(main.samples) if main is not None else 0)
        aligned = self._every_thread and bool(kept)
        rows = [
            (offset + n, placed[stack].row)
            for n, stack in enumerate(thread.samples)
            if placed[stack].verdict is not Verdict.OUTSIDE
            and (not aligned or first <= offset + n <= last)
        ]
        if rows:
            self._add(thread, rows, first, weight)

    def _offset(self, thread: Thread, ticks: int) -> int:
        """The tick at which a thread begins that was not there all the time.

        One that was there neither at the start nor at the end lies somewhere between.
        """
        missing = max(0, ticks - len(thread.samples))
        if thread.tid in self._data.get("threads_before", ()):
            return 0
        return missing if thread.tid in self._data.get("threads_after", ()) else missing // 2

    def _add(self, thread: Thread, rows: list[tuple[int, int]], first: int, weight: float) -> None:
        """Fills the tables: samples lie evenly in time, since py-spy notes no times."""
        main = thread.tid == self._main or thread.name == "MainThread"
        number = self._builder.thread(
            int(self._run.get("pid", -1)),
            thread.tid,
            "main" if main else thread.name or "thread",
            main,
        )
        start = rows[0][0] if main else first
        value = round(weight)
        for tick, row in rows:
            time = int((tick - start) * weight / 1000)
            self._builder.sample(number, row, max(0, time), value)
            self._tally.sample(row)

    def _weight(self, kept: int) -> float:
        """Nanoseconds that each sample stands for."""
        if self._every_thread and kept:
            return float(self._run["wall_ns"]) / kept
        return 1e9 / float(self._data.get("rate") or 100)

    def _place(self, stack: int, main: bool) -> Placed:
        """Puts a stack into the profile's prefix tree, from the cell (or its thread) on."""
        shown = [self._shown[frame] for frame in reversed(self._recording.stacks[stack])]
        if not shown:
            return Placed(Verdict.OUTSIDE)
        verdict, root = of_main(shown, True) if main else of_thread(shown)
        waits = waiting(shown) if self._every_thread else None
        if verdict is Verdict.OUTSIDE:
            ours = any(frame.ours for frame in shown)
            return Placed(verdict, awaited=main and not ours and waits is not None)
        inside = shown[: root + 1]
        row = self._stack(-1, inside)
        category = waits if waits is not None else classify([frame.facts for frame in inside])
        self._builder.profile.stacks.category[row] = int(category)
        return Placed(verdict, row)

    def _awaited(self, stack: int) -> int:
        """The cell, at no line, waiting in the event loop."""
        function = self._frames.python.cell(self._cell)
        row = -1
        if function is not None:
            cell = Shown(function, Facts(Group.PYTHON), cell=True, root=True)
            row = self._stack(row, [cell])
        shown = [self._shown[frame] for frame in reversed(self._recording.stacks[stack])]
        native = []
        for frame in shown:
            if frame.facts.group is Group.PYTHON:
                break
            native.append(frame)
        row = self._stack(row, native)
        self._builder.profile.stacks.category[row] = int(Category.WAITING)
        return row

    def _stack(self, row: int, frames: list[Shown]) -> int:
        """The row of frames (leaf first) upon a row."""
        for frame in reversed(frames):
            place = self._builder.frame(frame.function, frame.line)
            prefix, row = row, self._builder.stack(row, place, Category.PYTHON)
            self._tally.place(row, prefix, frame)
        return row

    def _maps(self) -> str:
        try:
            return (self._directory / "maps").read_text(errors="replace")
        except OSError:
            return ""
