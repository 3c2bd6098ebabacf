"""A recording becomes a profile: unwind, place, cut, attribute, count. The order of the
steps; each has a module of its own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nativeprofile.formats import runs
from nativeprofile.formats.perfdata import PerfData
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile, Value

from . import counts, leaf, offcpu_looks, paired, samples, trampolines
from .collect import collect
from .departures import EVENT as LEFT
from .evaluators import Evaluators
from .events import Events
from .fill import Table, parts
from .functions import Functions
from .instructions import Instructions
from .kinds import Kinds, Seen
from .offcpu import OffCpu
from .offcpu_looks import Told
from .placement import Placement
from .processes import Processes
from .recording import Recording
from .stream import Stream
from .switches import Absences, Life
from .threads import Threads
from .unwind import Unwinder

_CPU: Value = {"name": "cpu", "unit": "ns"}
_WALL: Value = {"name": "wall", "unit": "ns"}


def installed_perf() -> str:
    """The perf on the path, never one that a recording names or brings along."""
    found = shutil.which("perf")
    if found is None:
        raise FormatError(
            "perf, which reads its own recordings, is not installed here.",
            "apt-get install linux-perf (Ubuntu: linux-tools-generic)",
        )
    return str(Path(found).absolute())


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
        if self._recording.program:
            self._recording.pid = self._data.program()
        self._processes = Processes(self._recording)
        self._stream = Stream(self._data, self._recording, self._processes, self._recording.regions)
        self._unwinder = Unwinder(self._recording, self._processes, installed_perf())
        events = [attribute.event for attribute in self._data.attributes]
        self._left = events.index(LEFT) if LEFT in events else -1
        self._clock = next((n for n, name in enumerate(events) if name == "cpu-clock"), 0)
        self._switched = any(attribute.switches for attribute in self._data.attributes)
        times = [_CPU, _WALL] if self._switched else [_CPU]
        self._events = Events(events, data.get("events", []), len(times))
        self._builder = Builder([*times, *self._events.values], runs.meta(run))
        own = self._recording.pid
        self._main = own if self._recording.program else int(run.get("tid", own))
        functions = Functions(self._recording, self._processes, self._builder, run)
        self._functions = functions
        evaluators = Evaluators(self._recording.evaluator, self._unwinder)
        self._kinds = Kinds(self._unwinder, evaluators, functions, self._main, self._left)
        self._threads = Threads(
            self._builder, self._processes, self._unwinder, self._stream, self._main
        )
        self._placement = Placement(
            self._recording,
            self._processes,
            self._unwinder,
            self._kinds,
            functions,
            self._builder,
            runs.running_cell(run),
        )

    def read(self, progress: Callable[[int], None]) -> Profile:
        """The profile. Raises FormatError."""
        seen = collect(
            self._data,
            self._recording,
            self._processes,
            self._stream,
            self._unwinder,
            self._kinds,
            progress,
        )
        notes = [str(note) for note in self._run.get("notes", [])]
        if not seen and not self._stream.switches:
            if self._recording.program:
                self._builder.profile.meta.update(self._spent({}))
            return self._builder.finish({"samples": 0, "notes": [*notes, counts.TOO_SHORT]})
        self._functions.prepare(self._unwinder.frames)
        start, end = self._span(seen)
        absences, lives = self._stream.switches.read(start, end)
        told: Told | None = None
        if self._recording.evaluator:
            leaf.resolve(self._kinds, self._processes, self._unwinder, self._placement)
            chains, said = paired.read(self._recording, self._processes)
            notes += said
            if chains is not None:
                seen, said = paired.pair(
                    seen, chains, self._recording.pid, self._kinds, self._unwinder
                )
                notes += said
                if self._switched and self._left < 0:
                    told = offcpu_looks.tell(
                        absences,
                        chains,
                        self._recording,
                        self._processes,
                        self._kinds,
                        self._unwinder,
                    )
        else:
            self._placement.learn()
        if self._recording.partial:
            notes.append(counts.PARTIAL)
        for kind in self._kinds.all:
            self._placement.place(kind)
        seen = [sample for sample in seen if start <= sample.time <= end]
        kept = samples.inside(seen, self._kinds, self._recording.serving)
        kept = samples.borrowed(kept, self._kinds, self._placement)
        kept, taken_out, said = self._without_trampolines(kept)
        taken = [sample for sample in kept if sample.event == self._clock]
        leaving = [sample for sample in kept if sample.event == self._left]
        charged = samples.attributed(taken, self._kinds, self._placement, leaving)
        counted = samples.Attributed({}, 1.0)
        if self._events.columns:
            counted = samples.attributed(kept, self._kinds, self._placement)
        self._threads.know(kept, self._kinds)
        instructions = Instructions(
            self._builder, self._kinds, self._unwinder, self._recording.build_ids
        )
        table = Table(self._builder, self._threads.row, start, self._recording.tasks, instructions)
        table.counted(kept, self._kinds, counted.rows, self._events.columns)
        if self._switched:
            notes += self._walls(table, seen, kept, charged.rows, absences, lives, told)
        else:
            table.on_cpu(taken, self._kinds, charged.rows, None)
            table.finish({})
        quality = counts.quality(
            taken,
            self._kinds,
            outside=sum(sample.event == self._clock for sample in seen) - len(taken),
            lost=self._stream.lost(self._clock),
            attributed=charged,
        )
        if taken_out:
            quality["trampolines"] = taken_out.removed
            quality["trampolines_error"] = taken_out.error
        quality["notes"] = [
            *notes,
            *self._threads.notes(taken, self._kinds),
            *quality["notes"],
            *said,
            *self._functions.notes,
            *self._events.settle(seen, self._stream.lost),
        ]
        profile = self._builder.finish(quality)
        samples.usual_categories(profile)
        if self._recording.program:
            profile.meta.update(self._spent(lives))
            runs.name_cells(profile, self._run)
        else:
            runs.add_cells(profile, self._run)
        return profile

    def _spent(self, lives: dict[int, Life]) -> dict[str, int]:
        """How long a program ran: perf, which the run's own clocks measure with it, takes time."""
        pid, life = self._recording.pid, lives.get(self._main)
        if life is None:
            # Without an absence it was on a CPU from its beginning to its end.
            began, ended = self._stream.began, self._stream.switches.ended(self._main)
            on_cpu = max(0, ended - began) if began else 0
            life = Life(began, began + on_cpu, on_cpu, whole=True)
        pids = self._stream.switches.pids
        others = [
            one.on_cpu for tid, one in lives.items() if tid != self._main and pids.get(tid) == pid
        ]
        return {
            "wall_ns": life.end - life.start,
            "cpu_ns": life.on_cpu + sum(others),
            "thread_cpu_ns": life.on_cpu,
        }

    def _without_trampolines(
        self, kept: list[Seen]
    ) -> tuple[list[Seen], trampolines.Corrected | None, list[str]]:
        """The samples without what trampolines added, what that was (None if nothing was taken
        out), and what to say."""
        if self._recording.evaluator is not None:
            return kept, None, []
        calls = trampolines.Calls(self._kinds, self._unwinder, self._builder.profile)
        taken = [n for n, sample in enumerate(kept) if sample.event == self._clock]
        parts = [calls.part(kept[n]) for n in taken]
        calibration = self._recording.calibration
        if calibration is None:
            return kept, None, trampolines.uncalibrated(trampolines.estimated(parts))
        found = trampolines.correct(parts, calibration)
        said = trampolines.notes(found, calibration)
        if not found.removed or not found.sure:
            return kept, None, said
        for n, weight in zip(taken, found.weights, strict=True):
            kept[n] = kept[n]._replace(period=weight)
        return kept, found, said

    def _walls(
        self,
        table: Table,
        seen: Sequence[Seen],
        kept: Sequence[Seen],
        charged: dict[int, int],
        absences: Absences,
        lives: dict[int, Life],
        told: Told | None,
    ) -> list[str]:
        """Fills in CPU and wall time: samples on the CPU, and what the threads waited for.
        Returns sentences about where they did, and on what no sample tells."""
        clock = [sample for sample in seen if sample.event == self._clock]
        taken = [sample for sample in kept if sample.event == self._clock]
        table.on_cpu(taken, self._kinds, charged, parts(clock, lives))
        left = samples.left(seen, kept, self._left)
        left = [sample for sample in left if sample.thread not in self._recording.serving]
        looked, reasons = (told.left, told.reasons) if told else ([], None)
        off = OffCpu(self._builder, self._kinds, self._placement, self._main, reasons)
        table.off_cpu(
            off.waits(
                absences,
                [*left, *looked],
                {sample.thread for sample in taken},
                samples.certain([*kept, *looked], self._kinds),
                self._stream.switches.pids,
                self._stream.name,
            ),
            self._events.switches,
        )
        table.finish(lives)
        alone = len(set(self._stream.switches.pids.values())) == 1
        most = int(self._run.get("cpu_ns", 0)) if alone else sys.maxsize
        missed = counts.missed(lives.values(), most, clock, self._stream.lost(self._clock))
        if self._left >= 0:
            return missed
        if self._recording.program:
            return [*missed, counts.NO_PLACES]
        return [*missed, *offcpu_looks.notes(off.total, off.unknown, told)]

    def _span(self, seen: Sequence[Seen]) -> tuple[int, int]:
        """When the recording began and ended, as far as the engine knew, or else its samples."""
        start, end = self._recording.enabled_ns, self._recording.ended_ns
        times = [sample.time for sample in seen] or [start]
        if self._recording.program:
            # It is recorded to its end, also where it sleeps before that.
            times += self._stream.switches.times()
            times += [self._stream.began] if self._stream.began else []
        return start or min(times), end or max(times)
