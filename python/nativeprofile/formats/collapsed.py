"""Collapsed stacks: one line a stack, frames joined by `;` from the root, then its cost.

The form of Brendan Gregg's stackcollapse scripts. A frame is `name (file:line)` as py-spy
writes it, `name (library)` for native code, and `name_[k]` for kernel code.
"""

from __future__ import annotations

import re
from pathlib import Path

from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Kind
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

from . import runs
from .files import read_bytes
from .programs import own_code
from .text_frames import KERNEL_FILES, add_frame, function_file, function_name

_LINE = re.compile(r"(?P<stack>.*\S)\s+(?P<cost>\d+)\s*$")
_FRAME = re.compile(r"(?P<name>.+?) \((?P<file>[^()]+?)(?::(?P<line>\d+))?\)$")
_REMEDY = "Each line is `root;caller;leaf 42`, with a whole number at its end."


def sniff(head: bytes, path: Path) -> bool:
    """Whether the first line looks like a stack with a number at its end."""
    first = head.split(b"\n", 1)[0]
    return b"\0" not in head and _LINE.match(first.decode("utf-8", "replace")) is not None


def read(path: Path) -> Profile:
    """The profile of a file of collapsed stacks; one sample a line. Raises FormatError."""
    text = read_bytes(path, _REMEDY).decode("utf-8", "backslashreplace")
    builder = Builder([{"name": "samples", "unit": "count"}])
    thread = builder.thread(-1, -1, "all threads", main=True)
    total = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        match = _LINE.match(line)
        if match is None:
            raise FormatError(f"Line {number} of {path.name} is no collapsed stack.", _REMEDY)
        stack = -1
        for frame in match["stack"].split(";"):
            stack = _add(builder, stack, frame)
        cost = int(match["cost"])
        builder.sample(thread, stack, 0, cost)
        total += cost
    if not total:
        raise FormatError(f"{path.name} holds no stacks.", _REMEDY)
    builder.profile.meta = runs.meta(
        {
            "name": path.name,
            "status": "ok",
            "engine": "collapsed",
            "engine_reason": "read from collapsed stacks, which carry no times",
            "kind": "sampled",
            "wall_ns": 0,
        }
    )
    own_code(builder.profile)
    return builder.finish({"samples": total, "notes": []})


def write(profile: Profile, path: Path) -> None:
    """Writes the stacks with their costs in the first value's unit; FormatError without stacks."""
    if not profile.samples.stack:
        raise FormatError(
            "This profile has no stacks, which this format is made of.",
            "Convert it to pstats or wire instead.",
        )
    texts: list[str] = []
    frames, stacks = profile.frames, profile.stacks
    for prefix, frame in zip(stacks.prefix, stacks.frame, strict=True):
        own = _text(profile, frames.function[frame], frames.line[frame])
        texts.append(f"{texts[prefix]};{own}" if prefix >= 0 else own)
    costs: dict[str, int] = {}
    for stack, value in zip(profile.samples.stack, profile.samples.values[0], strict=True):
        costs[texts[stack]] = costs.get(texts[stack], 0) + value
    lines = "".join(f"{text} {cost}\n" for text, cost in costs.items())
    path.write_bytes(lines.encode("utf-8", "backslashreplace"))


def _add(builder: Builder, stack: int, frame: str) -> int:
    if frame.endswith("_[k]"):
        return add_frame(builder, stack, frame[: -len("_[k]")], KERNEL_FILES[0])
    match = _FRAME.match(frame)
    if match is None:
        return add_frame(builder, stack, frame or "[unknown]", None)
    return add_frame(builder, stack, match["name"], match["file"], int(match["line"] or -1))


def _text(profile: Profile, function: int, line: int) -> str:
    name, file = function_name(profile, function), function_file(profile, function)
    if profile.functions.kind[function] == Kind.KERNEL:
        text = f"{name}_[k]"
    elif file is None:
        text = name
    else:
        text = f"{name} ({file}:{line})" if line > 0 else f"{name} ({file})"
    return re.sub(r"[;\r\n]", ":", text)
