"""speedscope's JSON (https://www.speedscope.app/file-format-schema.json), as documented there.

Written as one sampled profile a thread; read from sampled and evented profiles.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from nativeprofile.tables.builder import Builder
from nativeprofile.tables.columns import clean_text
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

from . import runs
from .files import read_bytes
from .programs import own_code
from .text_frames import add_frame, function_file, function_name

SCHEMA = "https://www.speedscope.app/file-format-schema.json"
_REMEDY = "Save it from speedscope again, or take another copy of the file."
_NANOSECONDS = {
    "nanoseconds": 1,
    "microseconds": 10**3,
    "milliseconds": 10**6,
    "seconds": 10**9,
}
_UNITS = {"ns": "nanoseconds", "bytes": "bytes"}


def sniff(head: bytes, path: Path) -> bool:
    """Whether a JSON text names speedscope's schema near its beginning or its end."""
    return head.lstrip()[:1] == b"{" and (
        b"speedscope" in head or path.name.endswith(".speedscope.json")
    )


def read(path: Path) -> Profile:
    """The profile in a speedscope file, all its threads. Raises FormatError."""
    content = read_bytes(path, _REMEDY)
    try:
        return _profile(json.loads(content), path.name)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError) as error:
        raise FormatError(
            f"{path.name} is not speedscope's JSON as documented.", _REMEDY
        ) from error
    except ValueError as error:
        raise FormatError(f"{path.name} is not valid JSON, or cut off.", _REMEDY) from error


def write(profile: Profile, path: Path) -> None:
    """Writes the samples, one profile a thread; FormatError for a profile without stacks."""
    samples, frames = profile.samples, profile.frames
    if not samples.stack:
        raise FormatError(
            "This profile has no stacks, which this format is made of.",
            "Convert it to pstats or wire instead.",
        )
    paths: list[list[int]] = []
    for prefix, frame in zip(profile.stacks.prefix, profile.stacks.frame, strict=True):
        paths.append([*paths[prefix], frame] if prefix >= 0 else [frame])
    shared = []
    for function, line, column in zip(frames.function, frames.line, frames.column, strict=True):
        shown: dict[str, Any] = {"name": clean_text(function_name(profile, function))}
        file = function_file(profile, function)
        if file is not None:
            shown["file"] = clean_text(file)
        if line > 0:
            shown["line"] = line
        if column >= 0:
            shown["col"] = column + 1
        shared.append(shown)
    unit = _UNITS.get(profile.values[0]["unit"], "none")
    name = clean_text(str(profile.meta["name"]))
    profiles = []
    for thread, label in enumerate(profile.threads.name):
        rows = [row for row, owner in enumerate(samples.thread) if owner == thread]
        if not rows:
            continue
        weights = [samples.values[0][row] for row in rows]
        title = clean_text(profile.strings[label]) if label >= 0 else "thread"
        profiles.append(
            {
                "type": "sampled",
                "name": f"{name} {title}",
                "unit": unit,
                "startValue": 0,
                "endValue": sum(weights),
                "samples": [paths[samples.stack[row]] for row in rows],
                "weights": weights,
            }
        )
    document = {
        "$schema": SCHEMA,
        "name": name,
        "exporter": "nativeprofile",
        "shared": {"frames": shared},
        "profiles": profiles,
    }
    path.write_text(json.dumps(document, allow_nan=False), encoding="utf-8")


def _profile(data: Any, name: str) -> Profile:
    if not isinstance(data, dict) or "shared" not in data or not data.get("profiles"):
        raise FormatError(f"{name} is not speedscope's JSON: it holds no profiles.", _REMEDY)
    units = {part["unit"] for part in data["profiles"]}
    if len(units) > 1:
        raise FormatError(f"{name} mixes the units {', '.join(sorted(units))}.", _REMEDY)
    unit = units.pop()
    scale = _NANOSECONDS.get(unit)
    value = {"name": "wall", "unit": "ns"} if scale else {"name": "samples", "unit": "count"}
    if unit == "bytes":
        value = {"name": "memory", "unit": "bytes"}
    builder = Builder([{"name": value["name"], "unit": value["unit"]}])
    frames = data["shared"]["frames"]
    rows: list[tuple[int, int, int, int]] = []
    for number, part in enumerate(data["profiles"]):
        thread = builder.thread(-1, number, str(part.get("name", "")), main=number == 0)
        time = 0.0
        for path, weight in _weighted(part):
            stack = -1
            for index in path:
                if index < 0:
                    raise LookupError(index)
                frame = frames[index]
                column = int(frame.get("col") or 0) - 1
                stack = add_frame(
                    builder,
                    stack,
                    str(frame["name"]),
                    frame.get("file"),
                    int(frame.get("line") or -1),
                    column,
                )
            cost = weight * (scale or 1)
            if not math.isfinite(cost) or cost < 0:
                raise ArithmeticError(cost)
            if stack >= 0:
                rows.append((int(time // 1000) if scale else 0, thread, stack, round(cost)))
            time += cost
    for microseconds, thread, stack, cost_value in sorted(rows):
        builder.sample(thread, stack, microseconds, cost_value)
    total = sum(row[3] for row in rows) if scale else 0
    builder.profile.meta = runs.meta(
        {
            "name": str(data.get("name") or name),
            "status": "ok",
            "engine": "speedscope",
            "engine_reason": "read from a speedscope file",
            "kind": "sampled",
            "wall_ns": total,
        }
    )
    own_code(builder.profile)
    return builder.finish({"samples": len(rows), "notes": []})


def _weighted(part: dict[str, Any]) -> list[tuple[list[int], float]]:
    """(stack, weight) of either kind of profile; stacks are root first."""
    if part["type"] == "sampled":
        if len(part["samples"]) != len(part["weights"]):
            raise LookupError("samples and weights differ in length")
        return list(zip(part["samples"], part["weights"], strict=True))
    if part["type"] != "evented":
        raise LookupError(part["type"])
    out: list[tuple[list[int], float]] = []
    stack: list[int] = []
    last = part["startValue"]
    for event in part["events"]:
        if event["at"] < last:
            raise ArithmeticError("events go back in time")
        if stack and event["at"] > last:
            out.append((list(stack), event["at"] - last))
        last = event["at"]
        if event["type"] == "O":
            stack.append(event["frame"])
        elif stack.pop() != event["frame"]:
            raise LookupError("a frame closes that is not the innermost")
    return out
