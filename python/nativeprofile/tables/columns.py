"""Columns of integers on the wire: plain, or zigzag LEB128, gzipped, in base64.

LEB128 is DWARF's (version 5, section 7.6); zigzag folds the sign into the lowest bit, so
that small negative numbers stay short: 0, -1, 1, -2 become 0, 1, 2, 3.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import FormatError
from .profile import Column

Integers = npt.NDArray[np.int64]

PLAIN = 8
"""Longest column that stays plain. A saved notebook gives each number a line of its own,
indented, so base64 is shorter from about here on."""
LIMIT = 2**53
"""Integers on the wire are below this, so that JavaScript's numbers hold them exactly."""
MOST_ROWS = 50_000_000
"""A longer column is taken for damage: it would not fit any output."""
_MOST_STRING_BYTES = 64 << 20
"""A longer table of strings is taken for a bomb: outputs stay below a megabyte, packed."""

_LEVEL = 6
_GZIP = 16 + zlib.MAX_WBITS
_AGAIN = "Run the cell again, or take another copy of the file."


def encode_column(column: Column | Integers) -> Any:
    """The wire form of `column`: a list, or `{codec, length, data}`, whichever is smaller.

    Raises FormatError for anything but integers below 2^53.
    """
    values = _integers(column)
    if len(values) <= PLAIN:
        return values.tolist()
    difference = np.diff(values, prepend=0)
    packed = {"varint": _gzip(varint(values)), "delta-varint": _gzip(varint(difference))}
    codec = min(packed, key=lambda name: len(packed[name]))
    data = base64.b64encode(packed[codec]).decode("ascii")
    return {"codec": codec, "length": len(values), "data": data}


def decode_column(wire: Any, where: str) -> Integers:
    """The integers of a wire column; FormatError naming `where` when it is damaged."""
    if isinstance(wire, list):
        if not all(type(item) is int and -LIMIT < item < LIMIT for item in wire):
            raise FormatError(f"The column {where} holds something other than integers.", _AGAIN)
        return np.array(wire, dtype=np.int64)
    codec, length, packed = _packed(wire, where, ("varint", "delta-varint"))
    if length > MOST_ROWS:
        raise FormatError(f"The column {where} claims {length:,} rows.", _AGAIN)
    values = unvarint(_gunzip(packed, 10 * length, where), where)
    if len(values) != length:
        raise FormatError(f"The column {where} has {len(values)} rows instead of {length}.", _AGAIN)
    if codec == "delta-varint":
        values = np.cumsum(values, dtype=np.int64)
    if length and max(-int(values.min()), int(values.max())) >= LIMIT:
        raise FormatError(f"The column {where} holds numbers beyond 2^53.", _AGAIN)
    return values


def encode_strings(strings: list[str]) -> Any:
    """The wire form of the string table; lone surrogates become visible escapes."""
    clean = [clean_text(text) for text in strings]
    if len(clean) <= PLAIN:
        return clean
    packed = _gzip(json.dumps(clean, ensure_ascii=False, separators=(",", ":")).encode())
    data = base64.b64encode(packed).decode("ascii")
    return {"codec": "json", "length": len(clean), "data": data}


def decode_strings(wire: Any) -> list[str]:
    """The string table; FormatError when it is damaged."""
    strings = wire
    if not isinstance(wire, list):
        _, length, packed = _packed(wire, "strings", ("json",))
        try:
            strings = json.loads(_gunzip(packed, _MOST_STRING_BYTES, "strings"))
        except (ValueError, RecursionError) as error:
            raise FormatError("The table of strings is not valid JSON.", _AGAIN) from error
        if not isinstance(strings, list) or len(strings) != length:
            raise FormatError("The table of strings has the wrong length.", _AGAIN)
    if not all(isinstance(text, str) for text in strings):
        raise FormatError("The table of strings holds something other than text.", _AGAIN)
    return list(strings)


def clean_text(text: str) -> str:
    """`text` as every reader can store it: lone surrogates written as `\\udc80`."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text


def varint(values: Integers) -> bytes:
    """Zigzag LEB128 of `values`."""
    left = ((values << 1) ^ (values >> 63)).view(np.uint64)
    widths = np.ones(len(left), dtype=np.int64)
    for shift in range(7, 64, 7):
        more = left >> np.uint64(shift) != 0
        if not more.any():
            break
        widths += more
    ends = np.cumsum(widths)
    out = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    starts = ends - widths
    rows = np.arange(len(left))
    for byte in range(int(widths.max(initial=0))):
        rows = rows[widths[rows] > byte]
        low = (left[rows] >> np.uint64(7 * byte)) & np.uint64(0x7F)
        last = widths[rows] == byte + 1
        out[starts[rows] + byte] = low.astype(np.uint8) | np.where(last, 0, 0x80).astype(np.uint8)
    return out.tobytes()


def unvarint(data: bytes, where: str) -> Integers:
    """The integers of zigzag LEB128 `data`; FormatError when it ends inside one."""
    raw = np.frombuffer(data, dtype=np.uint8)
    if not len(raw):
        return np.zeros(0, dtype=np.int64)
    ends = np.flatnonzero(raw < 0x80)
    if not len(ends) or ends[-1] != len(raw) - 1:
        raise FormatError(f"The column {where} ends inside a number.", _AGAIN)
    starts = np.concatenate(([0], ends[:-1] + 1))
    widths = ends - starts + 1
    if int(widths.max()) > 10:
        raise FormatError(f"The column {where} holds numbers beyond 2^53.", _AGAIN)
    values = np.zeros(len(starts), dtype=np.uint64)
    for byte in range(int(widths.max())):
        rows = np.flatnonzero(widths > byte)
        low = (raw[starts[rows] + byte] & 0x7F).astype(np.uint64)
        values[rows] |= low << np.uint64(7 * byte)
    return (values >> np.uint64(1)).view(np.int64) ^ -(values & np.uint64(1)).view(np.int64)


def _integers(column: Column | Integers) -> Integers:
    try:
        values = np.asarray(column)
        if len(values) == 0:
            return np.zeros(0, dtype=np.int64)
        if values.dtype.kind not in "iu" or values.ndim != 1:
            raise FormatError("A column holds something other than integers.")
        values = values.astype(np.int64)
    except (ValueError, OverflowError, TypeError) as error:
        raise FormatError("A column holds something other than integers.") from error
    if max(-int(values.min()), int(values.max())) >= LIMIT:
        raise FormatError("A column holds numbers beyond 2^53.")
    return values


def _gzip(data: bytes) -> bytes:
    # Not gzip.compress: a compressor's own header has no time, on every version of Python.
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(data) + packer.flush()


def _gunzip(packed: bytes, most: int, where: str) -> bytes:
    """The unpacked bytes; FormatError for more than `most` of them."""
    try:
        unpacker = zlib.decompressobj(_GZIP)
        data = unpacker.decompress(packed, most + 1)
    except zlib.error as error:
        raise FormatError(f"The data of {where} cannot be unpacked.", _AGAIN) from error
    if len(data) > most or not unpacker.eof:
        raise FormatError(f"The data of {where} is cut off or too long.", _AGAIN)
    return data


def _packed(wire: Any, where: str, codecs: tuple[str, ...]) -> tuple[str, int, bytes]:
    if not isinstance(wire, dict):
        raise FormatError(f"{where} is neither a list nor packed data.", _AGAIN)
    codec, length, data = wire.get("codec"), wire.get("length"), wire.get("data")
    if codec not in codecs:
        raise FormatError(
            f"{where} is packed in a way unknown here ({str(codec)[:40]!r}).",
            "Update nativeprofile.",
        )
    if type(length) is not int or length < 0 or not isinstance(data, str):
        raise FormatError(f"{where} lacks its length or its data.", _AGAIN)
    try:
        return codec, length, base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FormatError(f"The data of {where} is not base64.", _AGAIN) from error
