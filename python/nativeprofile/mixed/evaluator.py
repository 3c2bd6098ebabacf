"""Where CPython's evaluator lies in its file, and how large its frames are."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from nativeprofile.symbols.eh_frame import function_starts
from nativeprofile.symbols.maps import Maps
from nativeprofile.symbols.prologue import RSP, rule_of

EVALUATOR = "_PyEval_EvalFrameDefault"
_PROLOGUE = 128
_USUAL_FRAME = 48, 55
"""Words of a frame, where the first instructions do not tell."""


class Evaluator(NamedTuple):
    """Offsets in the file, the end exclusive; words of a frame below the registers that it
    saves, and up to its return address."""

    path: str
    start: int
    end: int
    local: int
    words: int


def locate(maps: Maps, address: int) -> Evaluator | None:
    """The evaluator that begins at an address; None if no file says where it ends."""
    place = maps.in_file(address)
    if place is None:
        return None
    path, start = place
    starts = function_starts(path)
    after = int(np.searchsorted(starts, start, side="right"))
    if not 0 < after < len(starts):
        return None
    return Evaluator(path, start, int(starts[after]), *_frame(path, start))


def _frame(path: str, start: int) -> tuple[int, int]:
    try:
        with Path(path).open("rb") as file:
            file.seek(start)
            rule = rule_of(file.read(_PROLOGUE))
    except OSError:
        rule = None
    if rule is None or rule.register != RSP:
        return _USUAL_FRAME
    words = rule.offset // 8
    return words - 1 - len(rule.saved), words
