"""py-spy's recording in speedscope's form, read in pieces: it holds one stack for each sample
and thread, most of them the same, so that an hour's file is larger than what is in it."""

from __future__ import annotations

import json
import mmap
import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nativeprofile.tables.errors import FormatError

_REMEDY = "Profile the cell again."
_SAMPLES = re.compile(rb'"samples":\[')
_WEIGHTS = re.compile(rb'\],"weights":\[[^\]]*\]')
_STACK = re.compile(rb"\[([\d,]*)\]")
_THREAD = re.compile(r'Thread (0x[0-9A-Fa-f]+|\d+) "(.*)"$', re.S)


@dataclass(frozen=True)
class Frame:
    """A frame as py-spy names it; `line` is 0 where it knows none."""

    name: str
    file: str
    line: int


@dataclass(frozen=True)
class Thread:
    """The stacks of one thread in the order of their samples, as rows of `Recording.stacks`."""

    tid: int
    """The system's number, -1 if py-spy knows it only by Python's."""
    name: str
    samples: array[int]


class Recording:
    """`stacks` holds each distinct stack once, its frames from the root to the leaf."""

    def __init__(self, path: Path, progress: Callable[[int], None]) -> None:
        """Raises FormatError if the file is missing, cut off or of another form."""
        self._numbers: dict[bytes, int] = {}
        self._read = 0
        self._progress = progress
        try:
            with (
                path.open("rb") as file,
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
            ):
                outline, samples = self._split(data)
            document = json.loads(outline)
            self.frames = [_frame(row) for row in document["shared"]["frames"]]
            profiles = document["profiles"]
            self.threads = [
                _thread(str(profile["name"]), numbers)
                for profile, numbers in zip(profiles, samples, strict=True)
            ]
            self.stacks = [_stack(text, len(self.frames)) for text in self._numbers]
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise FormatError("py-spy's recording is missing or damaged.", _REMEDY) from error
        finally:
            self._numbers = {}

    def _split(self, data: mmap.mmap) -> tuple[bytes, list[array[int]]]:
        """The JSON text without the samples, and the samples of each profile in it."""
        outline: list[bytes] = []
        samples: list[array[int]] = []
        at = 0
        while match := _SAMPLES.search(data, at):
            outline.append(data[at : match.end()])
            end = _WEIGHTS.search(data, match.end())
            if end is None:
                raise ValueError("the samples have no end")
            samples.append(self._intern(data, match.end(), end.start()))
            outline.append(b'],"weights":[]')
            at = end.end()
        outline.append(data[at:])
        return b"".join(outline), samples

    def _intern(self, data: mmap.mmap, start: int, end: int) -> array[int]:
        found = array("I")
        for match in _STACK.finditer(data, start, end):
            found.append(self._numbers.setdefault(match[1], len(self._numbers)))
            self._read += 1
            if self._read % 50_000 == 0:
                self._progress(self._read)
        return found


def _stack(text: bytes, frames: int) -> tuple[int, ...]:
    stack = tuple(map(int, text.split(b","))) if text else ()
    if stack and max(stack) >= frames:
        raise LookupError("a stack names a frame that is not there")
    return stack


def _frame(row: dict[str, Any]) -> Frame:
    return Frame(str(row["name"]), str(row.get("file") or ""), int(row.get("line") or 0))


def _thread(text: str, samples: array[int]) -> Thread:
    match = _THREAD.match(text)
    if match is None:
        return Thread(-1, text, samples)
    known = not match[1].startswith("0x")
    return Thread(int(match[1]) if known else -1, match[2], samples)
