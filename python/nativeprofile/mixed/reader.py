"""A recording becomes a profile: unwind, place, cut, classify, attribute, count."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from nativeprofile.formats import runs
from nativeprofile.formats.perfdata import PerfData
from nativeprofile.symbols.linetable import NOWHERE, Position
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Category, Kind
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile, Quality, Value

from . import lines, mend
from .classify import Facts, Group, classify
from .functions import Functions, Shown
from .pools import Launchers
from .recording import Recording
from .roots import Verdict, of_main, of_thread
from .stream import Stream
from .unwind import Unwinder, Unwound

_CPU: Value = {"name": "cpu", "unit": "ns"}
_TOO_SHORT = "The cell used too little CPU time for a sample."
_EVALUATOR = "_PyEval_EvalFrameDefault"
_WORTH_MENDING = 0.0005
"""The share of samples that stop in a library from which it is worth a second look."""
_WORTH_A_NOTE = 0.01
_STARTS = ("_start", "start_thread", "__libc_start")


def _perf() -> str:
    """The perf on the path, never one that a recording names or brings along."""
    found = shutil.which("perf")
    if found is None:
        raise FormatError(
            "perf, which reads its own recordings, is not installed here.",
            "apt-get install linux-perf (Ubuntu: linux-tools-generic)",
        )
    return str(Path(found).absolute())


class _Seen(NamedTuple):
    """A sample, small enough to keep all of them."""

    thread: int
    time: int
    period: int
    kind: int
    truncated: bool


@dataclass
class _Kind:
    """What all samples with the same stack and the same pointers have in common."""

    stack: int
    found: tuple[lines.Candidates, ...]
    main: bool
    samples: int = 0
    row: int = -1
    verdict: Verdict = Verdict.OUTSIDE
    launch: int = -1
    """The row of the innermost Python frame, where workers' frames are put; -1 without one."""
    libraries: frozenset[str] = frozenset()
    python_frames: int = 0
    known_lines: int = 0
    inferred: int = 0
    native_frames: int = 0
    resolved: int = 0
    complete: bool = False


class Reader:
    """Reads one run's directory; `read` is called once."""

    def __init__(self, directory: Path, run: dict[str, Any]) -> None:
        """Raises FormatError if the recording cannot be opened."""
        self._run = run
        data = run.get("data", {})
        file = directory / Path(str(data.get("file", "perf.data"))).name
        if not file.exists() or file.stat().st_size == 0:
            raise FormatError("perf left no recording.", "Profile the cell again.")
        self._recording = Recording(directory, data)
        self._data = PerfData(file)
        self._stream = Stream(self._data, self._recording, self._recording.arenas)
        self._unwinder = Unwinder(self._recording, _perf())
        self._builder = Builder([_CPU], runs.meta(run))
        self._functions = Functions(self._recording, self._builder, run)
        self._main = int(run.get("tid", self._recording.pid))
        self._kinds: list[_Kind] = []
        self._shown: list[Shown] = []
        self._shown_stacks: list[list[Shown]] = []
        self._numbers: dict[tuple[int, tuple[lines.Candidates, ...], bool], int] = {}
        self._trampolines: list[tuple[int, ...]] = []
        """The Python frames of each stack."""
        self._addresses: dict[int, int] = {}
        """Where the functions of native frames begin in memory, 0 if unknown."""
        self._ballot = lines.Ballot(self._recording.jumps, self._recording.opcodes)

    def read(self, progress: Callable[[int], None]) -> Profile:
        """The profile. Raises FormatError."""
        seen = self._collect(progress)
        if not seen:
            return self._builder.finish({"samples": 0, "notes": [*self._notes(), _TOO_SHORT]})
        self._learn()
        for kind in self._kinds:
            self._place(kind)
        quality = self._samples(seen)
        self._usual_categories()
        profile = self._builder.finish(quality)
        runs.add_cells(profile, self._run)
        return profile

    def _collect(self, progress: Callable[[int], None]) -> list[_Seen]:
        """All samples in order of time."""
        seen = [self._see(sample) for sample in self._unwinder.run(self._stream, progress)]
        stopped: dict[tuple[int, int], int] = {}
        frames = set()
        for number, sample in enumerate(seen):
            stack = self._kinds[sample.kind].stack
            if not self._complete(stack):
                frame = mend.stopped(
                    [self._unwinder.frames[f] for f in self._unwinder.stacks[stack]]
                )
                if frame is not None:
                    stopped[sample.thread, sample.time] = number
                    frames.add(frame)
        if len(stopped) > _WORTH_MENDING * len(seen):
            regions, self._unwinder.meant = mend.describe(self._recording, frames)
            if regions:
                regions = [*self._recording.arenas, *regions]
                again = Stream(self._data, self._recording, regions, stopped)
                for mended in self._unwinder.run(again, lambda _: None):
                    at = stopped[mended.tid, mended.time]
                    self._kinds[seen[at].kind].samples -= 1
                    seen[at] = self._see(mended)
        return seen

    def _see(self, sample: Unwound) -> _Seen:
        """Takes note of a sample."""
        unwinder = self._unwinder
        while len(self._trampolines) <= sample.stack:
            frames = unwinder.stacks[len(self._trampolines)]
            python = (unwinder.frames[frame].trampoline for frame in frames)
            self._trampolines.append(tuple(t for t in python if t))
        found = lines.candidates(sample.sample, self._trampolines[sample.stack])
        key = (sample.stack, found, sample.tid == self._main)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._kinds)
            self._kinds.append(_Kind(*key))
        self._kinds[number].samples += 1
        cut = sample.sample.truncated and not self._complete(sample.stack)
        return _Seen(sample.tid, sample.time, sample.sample.period, number, cut)

    def _sites(self, kind: _Kind) -> list[lines.Site | None]:
        """The Python frames, innermost first; None where the code object is unknown."""
        numbers, shown = self._unwinder.stacks[kind.stack], self._stack(kind.stack)
        sites: list[lines.Site | None] = []
        for n, frame in enumerate(shown):
            if frame.facts.group is Group.PYTHON:
                inner = n > 0 and shown[n - 1].facts.symbol == _EVALUATOR
                evaluator = numbers[n - 1] if inner else -1
                found = kind.found[len(sites)]
                code = frame.code
                leaf = inner and n == 1
                callees = () if leaf or found else self._callees(numbers[:n])
                operation = shown[n - 2].facts.symbol if inner and n > 1 else ""
                site = (
                    lines.Site(code, found, evaluator, leaf, operation, callees) if code else None
                )
                sites.append(site)
        return sites

    def _callees(self, frames: Sequence[int]) -> list[int]:
        """Of the frames that stand upon a Python frame, those up to the next Python frame:
        the addresses where their functions begin."""
        starts: list[int] = []
        for number in reversed(frames):
            frame = self._unwinder.frames[number]
            if frame.trampoline:
                code = self._recording.codes.get(frame.trampoline)
                return [*starts, code.start] if code else starts
            address = self._addresses.get(number)
            if address is None:
                address = self._recording.maps.address(frame.path, frame.start) or 0
                self._addresses[number] = address
            if address:
                starts.append(address)
        return starts

    def _learn(self) -> None:
        """Makes the ballot ready to tell lines."""
        for count in (self._ballot.vote, self._ballot.learn):
            for kind in self._kinds:
                for site in self._sites(kind):
                    if site is not None:
                        count(site, kind.samples)

    def _stack(self, number: int) -> list[Shown]:
        """A stack's frames as functions, leaf first."""
        unwinder, shown, stacks = self._unwinder, self._shown, self._shown_stacks
        while len(shown) < len(unwinder.frames):
            shown.append(self._functions.show(unwinder.frames[len(shown)]))
        while len(stacks) < len(unwinder.stacks):
            stacks.append([shown[frame] for frame in unwinder.stacks[len(stacks)]])
        return stacks[number]

    def _complete(self, number: int) -> bool:
        """Whether a stack reaches its thread's start (or never left the kernel)."""
        frames = [self._unwinder.frames[f] for f in self._unwinder.stacks[number][-2:]]
        if any(f.symbol.startswith(_STARTS) or "clone" in f.symbol for f in frames):
            return True
        last = frames[-1].path.rsplit("/", 1)[-1]
        return last.startswith(("libc.so", "libc-", "python", "[")) and last != "[unknown]"

    def _place(self, kind: _Kind) -> None:
        """Puts the stack into the profile's prefix tree, from the cell on."""
        shown = self._stack(kind.stack)
        kind.complete = self._complete(kind.stack)
        kind.verdict, root = of_main(shown, kind.complete) if kind.main else of_thread(shown)
        if kind.verdict is Verdict.OUTSIDE:
            return
        before = self._ballot.inferred
        places = self._places(kind, shown)
        kind.inferred = self._ballot.inferred - before
        if kind.main and not kind.complete and not shown[root].root:
            kind.row = self._cell_row()
        for n in range(root, -1, -1):
            frame = shown[n]
            row = self._builder.frame(frame.function, *places[n])
            kind.row = self._builder.stack(kind.row, row, Category.PYTHON)
            if frame.facts.group is Group.PYTHON:
                kind.launch = kind.row
                kind.python_frames += 1
                kind.known_lines += places[n][0] > 0
            else:
                kind.native_frames += 1
                kind.resolved += frame.resolved
        inside = shown[: root + 1]
        self._categorize(kind.row, [frame.facts for frame in inside])
        kind.libraries = frozenset(frame.library for frame in inside if frame.library)

    def _cell_row(self) -> int:
        """The cell alone, at no line: under it stands what was cut off."""
        function = self._functions.cell(runs.running_cell(self._run))
        if function is None:
            return -1
        return self._builder.stack(-1, self._builder.frame(function), Category.PYTHON)

    def _places(self, kind: _Kind, shown: Sequence[Shown]) -> list[Position]:
        """Where each frame of the stack was; nowhere for native ones."""
        sites = iter(self._sites(kind))
        places = []
        for frame in shown:
            site = next(sites) if frame.facts.group is Group.PYTHON else None
            if site is None:
                places.append(NOWHERE)
            else:
                place = self._ballot.place(site)
                places.append(self._functions.in_characters(site.code, place))
        return places

    def _categorize(self, row: int, facts: list[Facts]) -> None:
        """Sets the category of the samples whose leaf `row` is; all have these frames."""
        self._builder.profile.stacks.category[row] = int(classify(facts))

    def _samples(self, seen: Sequence[_Seen]) -> Quality:
        """Fills threads and samples, attributes workers, and counts."""
        kept = self._inside(seen)
        table, kinds = self._builder.profile.samples, self._kinds
        charged = self._attributed(kept)
        start = self._recording.enabled_ns or seen[0].time
        threads: dict[int, int] = {}
        for number, sample in enumerate(kept):
            thread = threads.get(sample.thread)
            if thread is None:
                thread = threads[sample.thread] = self._thread(sample.thread)
            row = charged.get(number, kinds[sample.kind].row)
            self._builder.sample(thread, row, max(0, sample.time - start) // 1000, sample.period)
        if charged:
            table.own = [
                kinds[sample.kind].row if number in charged else -1
                for number, sample in enumerate(kept)
            ]
        return self._quality(kept, len(seen) - len(kept), len(charged))

    def _usual_categories(self) -> None:
        """Gives native functions the category that most of their own time has."""
        profile = self._builder.profile
        spent: dict[int, Counter[int]] = {}
        for row, value in zip(profile.samples.stack, profile.samples.values[0], strict=True):
            function = profile.frames.function[profile.stacks.frame[row]]
            category = profile.stacks.category[row]
            spent.setdefault(function, Counter())[category] += value
        for function, categories in spent.items():
            if profile.functions.kind[function] == Kind.NATIVE:
                profile.functions.category[function] = categories.most_common(1)[0][0]

    def _inside(self, seen: Sequence[_Seen]) -> list[_Seen]:
        """The samples that belong to the cell."""
        kinds = self._kinds
        certain = [
            s.time for s in seen if kinds[s.kind].main and kinds[s.kind].verdict is Verdict.CELL
        ]
        first, last = (certain[0], certain[-1]) if certain else (0, 0)
        return [
            sample
            for sample in seen
            if kinds[sample.kind].verdict is Verdict.CELL
            or (kinds[sample.kind].verdict is Verdict.MAYBE and first <= sample.time <= last)
        ]

    def _attributed(self, kept: Sequence[_Seen]) -> dict[int, int]:
        """For samples without a Python frame, by number: the row under the line that launched
        them. They are native workers, or their stacks were cut off."""
        launchers, kinds = Launchers(), self._kinds
        for sample in kept:
            kind = kinds[sample.kind]
            if kind.launch >= 0 and kind.libraries:
                launchers.add(sample.time, kind.launch, kind.libraries)
        charged: dict[int, int] = {}
        rows: dict[tuple[int, int], int] = {}
        for number, sample in enumerate(kept):
            kind = kinds[sample.kind]
            if kind.launch >= 0 or not kind.libraries:
                continue
            launch = launchers.nearest(sample.time, kind.libraries)
            if launch is not None:
                key = (sample.kind, launch)
                if key not in rows:
                    rows[key] = self._graft(kind, launch)
                charged[number] = rows[key]
        return charged

    def _graft(self, kind: _Kind, launch: int) -> int:
        """A worker's frames upon the Python frame that launched it."""
        shown = [frame for frame in self._stack(kind.stack) if frame.library or frame.resolved]
        row = launch
        for frame in reversed(shown):
            place = self._builder.frame(frame.function)
            row = self._builder.stack(row, place, Category.EXTENSION)
        self._categorize(row, [*(frame.facts for frame in shown), Facts(Group.PYTHON)])
        return row

    def _thread(self, tid: int) -> int:
        main = tid == self._main
        name = "main" if main else self._stream.threads.get(tid, "thread")
        return self._builder.thread(self._recording.pid, tid, name, main)

    def _quality(self, kept: Sequence[_Seen], outside: int, attributed: int) -> Quality:
        kinds = [self._kinds[sample.kind] for sample in kept]
        count, lost = len(kept), self._stream.lost
        quality = Quality(samples=count, notes=self._notes())
        if count:
            quality["stitched"] = sum(kind.complete for kind in kinds) / count
            quality["truncated"] = sum(sample.truncated for sample in kept) / count
            quality["lost"] = lost / (lost + count)
        else:
            quality["notes"].append(_TOO_SHORT)
        native, python = sum(k.native_frames for k in kinds), sum(k.python_frames for k in kinds)
        if native:
            quality["unresolved"] = 1 - sum(kind.resolved for kind in kinds) / native
        if python:
            quality["lines"] = sum(kind.known_lines for kind in kinds) / python
            inferred = sum(kind.inferred for kind in kinds) / python
            if inferred > _WORTH_A_NOTE:
                quality["notes"].append(
                    f"This build of Python keeps no trace of some calls: {inferred:.0%} of the "
                    "Python lines were told by what they called."
                )
        if attributed:
            quality["attributed"] = attributed / count
        if outside > count // 50 + 20:
            quality["notes"].append(
                f"{outside} samples of the notebook's own work around the cell were left out."
            )
        return quality

    def _notes(self) -> list[str]:
        return [str(note) for note in self._run.get("notes", [])]
