"""The heads and records of gcov's binary files, as far as it takes to tell which belong together.

.gcda has counters, .gcno the graph that they belong to; both begin with a magic number, the
version of GCC that wrote them and the stamp of the build. (gcc/gcov-io.h describes them.) gcov
reads on where they do not fit and prints zeros, so that is found out beforehand.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

from nativeprofile.formats.files import read_bytes
from nativeprofile.tables.errors import FormatError

DATA, NOTES = b"gcda", b"gcno"
_BYTES_SINCE = 12
"""The GCC since which lengths are bytes instead of words, and heads have a checksum."""
_CLANG = b"408*"
"""What Clang writes as its version, since 11 always."""
_OTHER = "Build it with gcc --coverage; Clang's own counters are read by: llvm-cov gcov"


class Head(NamedTuple):
    """The beginning of a file; `gcc` is the major version of its compiler."""

    gcc: int
    stamp: int


def sniff(head: bytes, path: Path) -> bool:
    """Whether a file has counters, of either byte order."""
    return head[:4] in (DATA, DATA[::-1])


def head(path: Path, magic: bytes, remedy: str) -> Head:
    """The head of a whole file. Raises FormatError with `remedy` if it is cut off or no such
    file."""
    data = read_bytes(path, remedy)
    if data[:4] not in (magic, magic[::-1]):
        raise FormatError(f"{path.name} is no file of gcov's.", remedy)
    if len(data) < 12:
        raise FormatError(f"{path.name} was cut off.", remedy)
    _, gcc, stamp = _start(data)
    if gcc is None and data[4:8] in (_CLANG, _CLANG[::-1]):
        raise FormatError(f"{path.name} was written by Clang, in another way than gcov's.", _OTHER)
    if gcc is None:
        raise FormatError(f"{path.name} does not say which GCC wrote it.", remedy)
    if not _whole(data, magic == NOTES):
        raise FormatError(f"{path.name} was cut off.", remedy)
    return Head(gcc, stamp)


def layout(data: bytes) -> tuple[str, int, int]:
    """Of a file whose head is sound: its byte order, the bytes that lengths count in, and where
    records begin."""
    order, gcc, _ = _start(data)
    return (order, 1, 16) if gcc is not None and gcc >= _BYTES_SINCE else (order, 4, 12)


def _start(data: bytes) -> tuple[str, int | None, int]:
    """Byte order, GCC and stamp."""
    order = ">" if data[:4] in (DATA, NOTES) else "<"
    version, stamp = struct.unpack_from(f"{order}2I", data, 4)
    return order, major(version.to_bytes(4, "big").decode("latin-1")), stamp


def major(version: str) -> int | None:
    """The GCC of a version: `B22*` is 12.2 and `A93*` 9.3, a letter for tens, then digits."""
    tens, ones = ord(version[0]) - ord("A"), ord(version[1]) - ord("0")
    return 10 * tens + ones if 0 <= tens <= 9 and 0 <= ones <= 9 else None


def _whole(data: bytes, is_notes: bool) -> bool:
    """Whether each record is there up to its end."""
    order, unit, at = layout(data)
    if is_notes:
        if len(data) < at + 8:
            return False
        at += 4 + unit * int(struct.unpack_from(f"{order}I", data, at)[0])  # The folder's name,
        at += 4  # and a flag.
    while at + 4 <= len(data):
        if data[at : at + 4] == bytes(4):
            return True  # The mark at the end of counters.
        if at + 8 > len(data):
            return False
        length = int(struct.unpack_from(f"{order}i", data, at + 4)[0])
        at += 8 + unit * max(length, 0)  # Negative: that many zeros, which are not written.
    return is_notes and at == len(data)
