"""All samples of a recording, those that stopped in a library unwound once more."""

from __future__ import annotations

from collections.abc import Callable

from nativeprofile.formats.perfdata import PerfData

from . import mend
from .kinds import Kinds, Seen
from .processes import Processes
from .recording import Recording
from .stream import Stream
from .unwind import Unwinder

_WORTH_MENDING = 0.0005
"""The share of samples that stop in a library from which it is worth a second look."""


def collect(
    data: PerfData,
    recording: Recording,
    processes: Processes,
    stream: Stream,
    unwinder: Unwinder,
    kinds: Kinds,
    progress: Callable[[int], None],
) -> list[Seen]:
    """All samples in order of time. Raises FormatError."""
    seen = [kinds.see(sample) for sample in unwinder.run(stream, progress)]
    stopped: dict[tuple[int, int], int] = {}
    frames = set()
    for number, sample in enumerate(seen):
        stack = kinds.of(sample).stack
        if not kinds.complete(stack):
            frame = mend.stopped([unwinder.frames[f] for f in unwinder.stacks[stack]])
            if frame is not None:
                stopped[sample.thread, sample.time] = number
                frames.add(frame)
    if len(stopped) > _WORTH_MENDING * len(seen):
        regions, meant = mend.describe(recording, frames)
        unwinder.meant |= meant
        if regions:
            again = Stream(data, recording, processes, [*recording.regions, *regions], stopped)
            for mended in unwinder.run(again, lambda _: None):
                at = stopped[mended.tid, mended.time]
                kinds.of(seen[at]).samples -= 1
                seen[at] = kinds.see(mended)
    return seen
