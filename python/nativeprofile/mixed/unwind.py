"""Unwinds every sample with `perf script`, each distinct stack kept once."""

from __future__ import annotations

import contextlib
import fcntl
import os
import queue
import re
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import IO, NamedTuple

from nativeprofile.symbols.elf_writer import TEXT_OFFSET
from nativeprofile.tables.errors import FormatError

from . import kernel_symbols
from .evaluator import EVALUATOR
from .jit import PATH, is_jit
from .processes import Processes
from .recording import Recording
from .stream import Sample, Stream

_FIELDS = "tid,time,ip,sym,symoff,dso"
_LINE = re.compile(
    # A symbol of C++ may hold " (" itself: its offset tells where it ends.
    r"\s*([0-9a-f]+) (?:\[unknown\]|(.*)\+0x([0-9a-f]+)|(.*?)) \((.*?)(?:\+0x([0-9a-f]+))?\)$"
)
UNKNOWN = "[unknown]"
"""What perf names the file of an address that lies in none."""
_BLOCK = 1 << 20
_PROGRESS = 500
_AHEAD = 16
"""Batches of the stream that may wait to be written."""


@cache
def fields(perf: str) -> str:
    """What to ask for. Newer versions of perf tell a frame's address in memory, and its offset
    in the file only when asked to; older ones tell the offset as the address."""
    asked = [perf, "script", f"--fields={_FIELDS},dsoff", f"--input={os.devnull}"]
    done = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return _FIELDS if b"Invalid field" in done.stderr else f"{_FIELDS},dsoff"


class Frame(NamedTuple):
    """A frame as perf names it; `ip` is relative to the file, and so is `start`, where the
    function begins (-1 if unknown). `trampoline` (0: none) makes it a Python frame."""

    symbol: str
    path: str
    ip: int
    start: int
    trampoline: int


@dataclass
class Unwound:
    """A sample with the number of its stack in `Unwinder.stacks`."""

    tid: int
    time: int
    stack: int
    sample: Sample


class Unwinder:
    """`stacks` holds each distinct stack once, from the leaf to the thread's start, as
    numbers of `frames`."""

    def __init__(self, recording: Recording, processes: Processes, perf: str) -> None:
        self._recording = recording
        self._processes = processes
        self._perf = perf
        self.frames: list[Frame] = []
        self.stacks: list[tuple[int, ...]] = []
        self.meant = {
            region.path: Frame(
                "", recording.jit.paths[region.path], region.start - TEXT_OFFSET, -1, 0
            )
            for region in recording.jit.regions
        }
        """Files put in for functions of libraries: `ip` is what to add to theirs."""
        self._lines: dict[bytes, int] = {}
        self._blocks: dict[bytes, int] = {}

    def run(self, stream: Stream, progress: Callable[[int], None]) -> Iterator[Unwound]:
        """The samples by ascending time. Raises FormatError."""
        symbols, descriptors = kernel_symbols.arguments()
        process = subprocess.Popen(
            [
                self._perf,
                "script",
                "--input=-",
                "--no-inline",
                "--ns",
                "--max-stack=20000",
                f"--fields={fields(self._perf)}",
                *symbols,
            ],
            pass_fds=descriptors,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._recording.directory,
            env=self._environment(),
        )
        assert process.stdin and process.stdout and process.stderr
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _BLOCK)
        said: list[bytes] = []
        errors = process.stderr
        listener = threading.Thread(target=lambda: said.append(errors.read()), daemon=True)
        listener.start()
        feed = _Feed(stream, process.stdin)
        count = 0
        try:
            for block in _blocks(process.stdout):
                head, _, body = block.partition(b"\n")
                tid, time = _head(head)
                sample = stream.samples.pop((tid, time), None)
                if sample is not None:
                    count += 1
                    if count % _PROGRESS == 0:
                        progress(count)
                    yield Unwound(tid, time, self._stack(body), sample)
        finally:
            process.stdout.close()
            feed.join()
            listener.join()
            code = process.wait()
            errors.close()
        if feed.failure:
            raise feed.failure
        if code != 0:
            last = b"".join(said).decode(errors="replace").strip().splitlines()[-1:]
            raise FormatError(
                f"perf script could not read the recording: {''.join(last)}",
                "Profile the cell again.",
            )
        progress(count)

    def _environment(self) -> dict[str, str]:
        # perf keeps a cache of files and its configuration in the home folder.
        folder = str(self._recording.directory)
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": folder,
            "PERF_CONFIG": "/dev/null",
            "LC_ALL": "C",
            "PAGER": "cat",
        }

    def _stack(self, body: bytes) -> int:
        number = self._blocks.get(body)
        if number is None:
            lines = self._lines
            frames = []
            for line in body.split(b"\n"):
                frame = lines.get(line)
                if frame is None:
                    frame = lines[line] = len(self.frames)
                    self.frames.append(self._frame(line.decode(errors="replace")))
                frames.append(frame)
            self._name_evaluators(frames)
            number = self._blocks[body] = len(self.stacks)
            self.stacks.append(tuple(frames))
        return number

    def _name_evaluators(self, stack: Sequence[int]) -> None:
        """A trampoline calls nothing but the evaluator, of which a compiler may have put parts
        elsewhere: without symbols these have no name."""
        for inner, outer in pairwise(stack):
            frame = self.frames[inner]
            if self.frames[outer].trampoline and not frame.symbol and frame.path.startswith("/"):
                self.frames[inner] = frame._replace(symbol=EVALUATOR)

    def _frame(self, line: str) -> Frame:
        frame = parse(line)
        meant = self.meant.get(frame.path)
        if meant is not None:
            return meant._replace(symbol=meant.symbol or frame.symbol, ip=meant.ip + frame.ip)
        if is_jit(frame.path):
            return frame._replace(path=PATH)
        trampoline = self._processes.trampoline(frame.path, frame.ip)
        return frame._replace(trampoline=trampoline or 0)


def parse(line: str) -> Frame:
    """A line of a stack as perf script prints it; an empty frame where it makes no sense."""
    match = _LINE.match(line)
    if match is None:
        return Frame("", "", 0, -1, 0)
    ip, symbol, offset, whole, path, in_file = match.groups()
    address = int(in_file or ip, 16)
    return Frame(
        symbol or whole or "", path, address, address - int(offset, 16) if offset else -1, 0
    )


class _Feed:
    """Two threads that fill a pipe: one prepares the stream, one writes it, so that neither
    the reader at the other end nor the preparation waits for the other."""

    def __init__(self, stream: Stream, pipe: IO[bytes]) -> None:
        self.failure: BaseException | None = None
        self._stream = stream
        self._pipe = pipe
        self._ready: queue.Queue[bytes | None] = queue.Queue(_AHEAD)
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._prepare, self._write)
        ]
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _prepare(self) -> None:
        try:
            self._stream.write(self._ready.put)
        except Exception as error:
            self.failure = error
        finally:
            self._ready.put(None)

    def _write(self) -> None:
        broken = False
        while (data := self._ready.get()) is not None:
            if not broken:
                try:
                    self._pipe.write(data)
                except OSError:
                    broken = True  # perf script has ended; its status tells why
        with contextlib.suppress(OSError):
            self._pipe.close()


def _blocks(pipe: IO[bytes]) -> Iterator[bytes]:
    """What stands between empty lines."""
    rest = b""
    while data := pipe.read1(_BLOCK):  # type: ignore[attr-defined]
        *whole, rest = (rest + data).split(b"\n\n")
        for block in whole:
            yield block.lstrip(b"\n")
    if rest.strip():
        yield rest.strip(b"\n")


def _head(line: bytes) -> tuple[int, int]:
    """Thread and time in nanoseconds out of `10938  2641.406701617:`."""
    try:
        tid, time = line.split()[:2]
        return int(tid), int(time.rstrip(b":").replace(b".", b""))
    except ValueError:
        return -1, -1
