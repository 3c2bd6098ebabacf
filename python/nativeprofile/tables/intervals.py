"""How sure a share of sampled costs is.

A share seen in n samples has the 95 % interval of Wilson's score (E. B. Wilson, J. Am. Stat.
Assoc. 22, 1927), which stays sound near 0 and 1. Samples of unequal weight are as sure as
(sum w)^2 / sum w^2 equal ones (L. Kish, Survey Sampling, 1965). The viewer has the same in
src/analysis/intervals.ts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_Z = 1.96
"""The normal quantile of 95 %."""


def effective_samples(weights: Sequence[int] | npt.NDArray[np.float64]) -> float:
    """How many samples of equal weight would be as sure as these; those without weight are none."""
    column = np.asarray(weights, dtype=np.float64)
    squares = float(np.square(column).sum())
    return float(column.sum()) ** 2 / squares if squares else 0.0


def half_width(share: float, samples: float) -> float:
    """Half the width of the interval of `share` (0 to 1) seen in `samples` samples; 1 for none."""
    if samples <= 0:
        return 1.0
    inner = math.sqrt(share * (1 - share) / samples + _Z**2 / (4 * samples**2))
    return _Z * inner / (1 + _Z**2 / samples)
