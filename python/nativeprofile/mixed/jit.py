"""Code that no file holds (made while the program ran, or of a library that was removed since):
how to unwind it, and where its functions begin."""

from __future__ import annotations

import base64
import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nativeprofile.symbols.elf_writer import Extent, Region, Symbol, write_elf
from nativeprofile.symbols.prologue import rule_of

PATH = "[jit]"
"""What stands for the file of such code."""
_ANONYMOUS = re.compile(r"/tmp/perf-\d+\.map$|//anon|\[anon|/memfd:|/dev/zero|anon_inode:")
"""How versions of perf name memory without a file."""
_RETURN = b"\xc3"
_LONG_FILLING = re.compile(rb"(?:\xcc|\x90|(?:\x66|\x2e)*\x0f\x1f[\x00\x40\x44\x80\x84][\x00]*)+$")
_ALIGNED = 16
_PROLOGUE = 192
_SMALLEST = 256


def is_jit(path: str) -> bool:
    """Whether perf's name of a file means memory without one."""
    return path == PATH or bool(_ANONYMOUS.match(path))


class Jit:
    """The code of one recording."""

    def __init__(self, directory: Path, rows: list[Any]) -> None:
        """`rows` as the engine left them. Raises TypeError, ValueError if they are damaged."""
        self.regions: list[Region] = []
        self.paths: dict[str, str] = {}
        """What the ELF files stand for: removed files, or `PATH`."""
        self._starts: list[int] = []
        for start, content, functions, named, removed in rows:
            code = base64.b64decode(content)
            known = {int(first): int(last) for first, last in functions}
            known |= {int(first): int(first) + int(size) for first, size, _ in named}
            starts = sorted({*known, *_gaps(start, code, known)})
            self._starts += starts
            size = max(-(-len(code) // 4096) * 4096, _SMALLEST)
            path = (directory / f"jit{len(self.regions)}.so").resolve()
            symbols = [Symbol(first - start, length, name) for first, length, name in named]
            image = write_elf(size, symbols, list(_extents(start, code, starts, size)))
            if image:
                path.write_bytes(image)
                self.paths[str(path)] = removed or PATH
                self.regions.append(Region(start, start + size, str(path)))
        self._starts.sort()

    def start(self, address: int) -> int:
        """Where the function that holds an address begins, -1 if unknown."""
        if not any(region.start <= address < region.end for region in self.regions):
            return -1
        at = bisect_right(self._starts, address) - 1
        return self._starts[at] if at >= 0 else -1


def _gaps(start: int, code: bytes, known: dict[int, int]) -> Iterator[int]:
    """Where functions seem to begin that nobody knows of: at the start, and aligned behind
    a return and what fills the room up to there."""
    for offset in range(0, len(code), _ALIGNED):
        address = start + offset
        if any(first <= address < last for first, last in known.items()):
            continue
        before = _LONG_FILLING.sub(b"", code[max(0, offset - 2 * _ALIGNED) : offset])
        if offset == 0 or before.endswith(_RETURN):
            yield address


def _extents(start: int, code: bytes, starts: list[int], size: int) -> Iterator[Extent]:
    for first, last in zip(starts, [*starts[1:], start + size], strict=True):
        rule = rule_of(code[first - start : min(last - start, first - start + _PROLOGUE)])
        if rule is not None:
            yield Extent(first - start, last - first, rule)
