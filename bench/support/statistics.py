"""Medians and their uncertainty."""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence

_RESAMPLES = 2000


def median_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """The median and its 95 % interval by the percentile bootstrap (seeded, so that the same
    figures give the same interval)."""
    chance = random.Random(1)
    medians = sorted(
        statistics.median(chance.choices(values, k=len(values))) for _ in range(_RESAMPLES)
    )
    cut = _RESAMPLES // 40
    return statistics.median(values), medians[cut], medians[-1 - cut]
