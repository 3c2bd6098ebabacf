"""Numbers in a buffer of bytes, all of them at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_PLUS, _MINUS, _STAR, _ZERO, _X = b"+-*0x"
_DIGITS = 18
"""So many decimal digits always fit 63 bits."""
_hexadecimal = np.full(256, 16, dtype=np.uint8)
for _at, _char in enumerate(b"0123456789abcdef"):
    _hexadecimal[[_char, ord(chr(_char).upper())]] = _at


class Numbers(NamedTuple):
    """What the words of a text say.

    `value` is signed and, for addresses, modulo 2^64; `relative` marks those with a sign in front
    and `*`, `star` the latter, and `wrong` what is no number that fits.
    """

    value: Counts
    relative: Flags
    star: Flags
    wrong: Flags


def words(buffer: Bytes) -> tuple[Counts, Counts]:
    """Where words begin and end; blanks, control characters and `/` stand between them."""
    gap = (buffer <= ord(" ")) | (buffer == ord("/"))
    padded = np.ones(len(gap) + 2, dtype=np.bool_)
    padded[1:-1] = gap
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return edges[::2], edges[1::2]


def numbers(buffer: Bytes, begin: Counts, end: Counts) -> Numbers:
    """The words from `begin` to `end` as decimal or (after `0x`) hexadecimal numbers.

    The buffer has a byte behind the last word.
    """
    first = buffer[begin]
    star = first == _STAR
    minus = first == _MINUS
    relative = star | minus | (first == _PLUS)
    start = begin + relative
    length = end - start
    digit = buffer[start] - np.uint8(_ZERO)
    value = digit.astype(np.int64)
    value[np.flatnonzero(star)] = 0
    wrong = np.where(star, length != 0, (length == 0) | (digit > 9))
    more = np.flatnonzero(length > 1)
    marked = (digit[more] == 0) & (buffer[start[more] + 1] == _X)
    if marked.any():
        hexadecimal, more = more[marked], more[~marked]
        start[hexadecimal] += 2
        _read(_hexadecimal[buffer], start, end, hexadecimal, value, wrong, 16, 16)
    start[more] += 1
    _read(buffer - np.uint8(_ZERO), start, end, more, value, wrong, 10, _DIGITS - 1)
    value[np.flatnonzero(minus)] *= -1
    return Numbers(value, relative, star, wrong)


def _read(
    digits: Bytes,
    start: Counts,
    end: Counts,
    rows: Counts,
    value: Counts,
    wrong: Flags,
    base: int,
    most: int,
) -> None:
    """Appends to `value` the digits of the words `rows`, one digit of each at a time."""
    at = start[rows]
    left = end[rows] - at
    unfit = (left > most) | (left == 0)
    if unfit.any():
        wrong[rows[unfit]] = True
        rows, at, left = rows[~unfit], at[~unfit], left[~unfit]
    while len(rows):
        digit = digits[at]
        bad = digit >= base
        if bad.any():
            wrong[rows[bad]] = True
        value[rows] = value[rows] * base + digit
        go_on = np.flatnonzero(left > 1)
        rows, at, left = rows[go_on], at[go_on] + 1, left[go_on] - 1
