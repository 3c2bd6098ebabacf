"""How sure a profile is: what was complete, cut off, lost, unresolved or attributed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nativeprofile.tables.profile import Quality

from .kinds import Kinds, Seen
from .samples import Attributed
from .switches import Life

TOO_SHORT = "The cell used too little CPU time for a sample."
PARTIAL = (
    "Stacks are partial (--stacks leaf): the time of each function and line is its own; who called "
    "a Python function is known only where C code lies between."
)
NO_PLACES = (
    "How long threads waited is exact; where is not known, because the system lets ordinary "
    "users see no stacks there: sudo sysctl kernel.perf_event_paranoid=1"
)
_WORTH_A_NOTE = 0.01
_MISSED, _MISSED_NS = 0.2, 20_000_000
"""The share of the CPU time without a sample, and the time, from which the profile says so:
less is chance."""


def quality(
    kept: Sequence[Seen], kinds: Kinds, *, outside: int, lost: int, attributed: Attributed
) -> Quality:
    """The counts as shares. `kept` are the cell's samples, `outside` counts the others."""
    of_samples = [kinds.of(sample) for sample in kept]
    count = len(kept)
    found = Quality(samples=count, notes=[])
    if count:
        found["stitched"] = sum(kind.complete for kind in of_samples) / count
        found["truncated"] = sum(sample.truncated for sample in kept) / count
        found["lost"] = lost / (lost + count)
        if found["lost"] > _WORTH_A_NOTE:
            found["notes"].append(
                f"perf could not keep up and lost {lost:,} samples ({found['lost']:.0%}); the "
                "shares are those of the rest. A lower --rate loses fewer."
            )
    else:
        found["notes"].append(TOO_SHORT)
    native = sum(kind.native_frames for kind in of_samples)
    python = sum(kind.python_frames for kind in of_samples)
    if native:
        found["unresolved"] = 1 - sum(kind.resolved for kind in of_samples) / native
    if python:
        found["lines"] = sum(kind.known_lines for kind in of_samples) / python
        inferred = sum(kind.inferred for kind in of_samples) / python
        if inferred > _WORTH_A_NOTE:
            found["notes"].append(
                f"This build of Python keeps no trace of some calls: {inferred:.0%} of the "
                "Python lines were told by what they called."
            )
    if attributed.rows:
        found["attributed"] = len(attributed.rows) / count
        found["attributed_confidence"] = attributed.confidence
    if outside > count // 50 + 20:
        found["notes"].append(
            f"{outside} samples of the notebook's own work around the cell were left out."
        )
    return found


def missed(lives: Collection[Life], most: int, clock: Sequence[Seen], lost: int) -> list[str]:
    """A sentence where threads were on a CPU for longer than their samples tell (`lost` ones
    included): each begins a period of its own, and one that ends before is never met. `most` is
    the CPU time of the kernel's process (ns): where switches were lost, too, lives are longer."""
    on_cpu = min(most, sum(life.on_cpu for life in lives))
    sampled = sum(sample.period for sample in clock)
    missing = on_cpu - sampled - (lost * sampled // len(clock) if clock else 0)
    if missing < max(_MISSED_NS, _MISSED * on_cpu):
        return []
    return [
        f"{missing / 1e6:,.0f} ms of {on_cpu / 1e6:,.0f} ms of CPU time have no sample, mostly "
        f"those of threads and processes that ended soon ({len(lives)} ran): shares are those of "
        "the rest. A higher --rate misses fewer."
    ]
