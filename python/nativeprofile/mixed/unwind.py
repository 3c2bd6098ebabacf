"""Unwinds every sample with `perf script`, each distinct stack kept once."""

from __future__ import annotations

import contextlib
import os
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
        failures: list[BaseException] = []
        said: list[bytes] = []
        errors = process.stderr
        threads = [
            threading.Thread(target=_feed, args=(stream, process.stdin, failures), daemon=True),
            threading.Thread(target=lambda: said.append(errors.read()), daemon=True),
        ]
        for thread in threads:
            thread.start()
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
            for thread in threads:
                thread.join()
            code = process.wait()
            errors.close()
        if failures:
            raise failures[0]
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


def _feed(stream: Stream, pipe: IO[bytes], failures: list[BaseException]) -> None:
    try:
        stream.write(pipe.write)
    except BrokenPipeError:
        pass
    except Exception as error:
        failures.append(error)
    finally:
        with contextlib.suppress(OSError):
            pipe.close()


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
