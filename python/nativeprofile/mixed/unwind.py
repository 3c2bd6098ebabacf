"""Unwinds every sample with `perf script`, each distinct stack kept once."""

from __future__ import annotations

import contextlib
import fcntl
import os
import queue
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, NamedTuple

from nativeprofile.tables.errors import FormatError

from .recording import Recording
from .stream import Sample, Stream

_FIELDS = "tid,time,ip,sym,symoff,dso"
_LINE = re.compile(r"\s*([0-9a-f]+) (?:\[unknown\]|(.*?)(?:\+0x([0-9a-f]+))?) \((.*)\)$")
_BLOCK = 1 << 20
_PROGRESS = 500
_AHEAD = 16
"""Batches of the stream that may wait to be written."""


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

    def __init__(self, recording: Recording, perf: str) -> None:
        self._recording = recording
        self._perf = perf
        self.frames: list[Frame] = []
        self.stacks: list[tuple[int, ...]] = []
        self.meant: dict[str, Frame] = {}
        """Files put in for functions of libraries: `ip` is what to add to theirs."""
        self._lines: dict[bytes, int] = {}
        self._blocks: dict[bytes, int] = {}

    def run(self, stream: Stream, progress: Callable[[int], None]) -> Iterator[Unwound]:
        """The samples by ascending time. Raises FormatError."""
        process = subprocess.Popen(
            [
                self._perf,
                "script",
                "--input=-",
                "--no-inline",
                "--ns",
                "--max-stack=20000",
                f"--fields={_FIELDS}",
            ],
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
            number = self._blocks[body] = len(self.stacks)
            self.stacks.append(tuple(frames))
        return number

    def _frame(self, line: str) -> Frame:
        match = _LINE.match(line)
        if match is None:
            return Frame("", "", 0, -1, 0)
        ip, symbol, offset, path = match.groups()
        address = int(ip, 16)
        meant = self.meant.get(path)
        if meant is not None:
            return meant._replace(ip=meant.ip + address)
        start = address - int(offset, 16) if offset else -1
        trampoline = self._recording.trampoline(path, address)
        return Frame(symbol or "", path, address, start, trampoline or 0)


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
