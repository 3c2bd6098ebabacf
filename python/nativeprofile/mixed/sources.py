"""Source lines of native frames, from the debug information of their files."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from nativeprofile.symbols import addr2line, debug_files, debuginfod, elf
from nativeprofile.symbols.addr2line import Chain, Line
from nativeprofile.symbols.demangle import base
from nativeprofile.symbols.source_lines import SourceLines

from .images import Images
from .names import is_plumbing
from .unwind import Frame

_SECONDS, _SECONDS_INLINED = 5.0, 60.0
"""How long the debug information of one library may take to read, and how long where the user
asked for inlined functions."""

_FETCH_SECONDS = 60.0
"""How long fetching all debug information may take."""


_NO_PROGRAM = (
    "Native source lines are missing: addr2line, which reads them, is not installed: "
    "apt-get install binutils"
)
_NO_SERVERS = (
    "--debuginfod fetched nothing, because DEBUGINFOD_URLS, which names the servers, is not set. "
    "Set it to your distribution's server in the kernel's environment."
)


class Place(NamedTuple):
    """Where a frame is: its function as debug information names it, the source file and line
    of the definition, its own line there, and what the compiler put into it, outermost first;
    empty or -1 what is unknown."""

    function: str = ""
    source: str = ""
    defined: int = -1
    line: int = -1
    inlined: tuple[Line, ...] = ()


class Sources:
    """Places by frame; `read` once, then ask."""

    def __init__(self, images: Images, inlined: bool = False, fetch: bool = False) -> None:
        """`inlined` asks for functions that the compiler put into others, `fetch` for debug
        information from servers."""
        self._images = images
        self._inlined = inlined
        self._urls = debuginfod.servers(os.environ) if fetch else []
        self._seconds = _SECONDS_INLINED if inlined else _SECONDS
        self.notes = [_NO_SERVERS] if fetch and not self._urls else []
        """What could not be read and why."""
        self._deadline = 0.0
        self._chains: dict[tuple[str, int], Chain] = {}
        self._whole: dict[tuple[str, str, str], int] = {}
        """Where functions begin, by library, symbol and source file."""
        self._source_lines = SourceLines()

    def read(self, frames: Iterable[Frame]) -> None:
        """Looks up the lines of these frames and of the functions that they are in."""
        # Lines of machinery would split its stacks in the views for nothing.
        native = [f for f in frames if f.path.startswith("/") and not f.trampoline]
        native = [f for f in native if not is_plumbing(f.symbol, bound=True)]
        wanted: dict[str, set[int]] = {}
        for frame in native:
            offsets = (offset for offset in (frame.ip, frame.start) if offset >= 0)
            wanted.setdefault(frame.path, set()).update(offsets)
        self._deadline = time.monotonic() + _FETCH_SECONDS
        program = addr2line.program()
        if program is None:
            if any((facts := elf.read(path)) and facts.has_lines for path in wanted):
                self.notes.append(_NO_PROGRAM)
            return
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            work = [pool.submit(self._read, program, path, wanted[path]) for path in sorted(wanted)]
        for done in work:
            done.result()
        for frame in native:
            source, line = self._definition(frame)
            if line > 0 and base(frame.symbol) == frame.symbol:
                self._whole[frame.path, frame.symbol, source] = line

    def place(self, frame: Frame) -> Place:
        """What is known of a frame."""
        source, defined = self._definition(frame)
        # The compiler may have split the function: then the whole tells where it begins.
        defined = self._whole.get((frame.path, base(frame.symbol), source), defined)
        chain = self._source_lines.own(self._chains.get((frame.path, frame.ip), ()), frame.symbol)
        if not chain:
            return Place("", source, defined)
        file, line = self._source_lines.written(frame.symbol, chain[-1])
        # The body of a function may come from a file that is included into it.
        known = line if file == source else -1
        inlined = chain[-2::-1] if self._inlined else ()
        return Place(chain[-1].function, source, defined, known, inlined)

    def written(self, line: Line) -> tuple[str, int]:
        """File and line as the user wrote them."""
        return self._source_lines.written(line.function, line)

    def _definition(self, frame: Frame) -> tuple[str, int]:
        chain = self._chains.get((frame.path, frame.start), ())
        return self._source_lines.written(frame.symbol, chain[-1]) if chain else ("", -1)

    def _read(self, program: str, path: str, offsets: Iterable[int]) -> None:
        facts = elf.read(path)
        if facts is None or self._images.changed(path):
            return
        file = debug_files.find(Path(path), facts) or self._fetched(facts.build_id)
        if file is None:
            return
        addresses = {a: o for o in offsets if (a := facts.address(o)) is not None}
        found = addr2line.lines(file, addresses, self._seconds, program)
        if found is None:
            self.notes.append(
                f"Source lines of {Path(path).name} are missing: its debug information could not "
                f"be read within {self._seconds:.0f} seconds."
            )
            return
        for address, chain in found.items():
            if address in addresses:
                self._chains[path, addresses[address]] = chain

    def _fetched(self, build_id: str) -> Path | None:
        """Debug information from a server, if the user wants that."""
        if not self._urls or not build_id:
            return None
        try:
            folder = debuginfod.cache(os.environ)
            return debuginfod.fetch(build_id, self._urls, folder, self._deadline)
        except (debuginfod.Unreachable, OSError) as error:
            note = f"Debug information could not be fetched: {error}."
            if note not in self.notes:
                self.notes.append(note)
            return None
