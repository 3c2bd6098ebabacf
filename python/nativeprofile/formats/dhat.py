"""DHAT's files: what each place of a program allocated, from its start to its end.

JSON with program points (`pps`), whose stacks are rows of one table of frames (`ftbl`); version 2
of the format stands in Valgrind's sources, in a comment of dhat/dh_main.c.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Category
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile, Value

from . import runs
from .files import read_bytes
from .programs import own_code
from .valgrind_frames import add_frame

_BEGIN = re.compile(rb'\s*\{\s*"dhatFileVersion"\s*:')
_VERSION = 2
_AGAIN = "Run the program under valgrind --tool=dhat again, to its end."
_LARGEST = 1 << 53
"""Amounts on the wire are exact below this."""

_AMOUNTS = (
    ("tb", "total", "bytes", "{verb} in all"),
    ("tbk", "blocks", "count", "Blocks {verb}"),
    ("gb", "peak", "bytes", "In use at the peak"),
    ("gbk", "peak-blocks", "count", "Blocks at the peak"),
    ("eb", "end", "bytes", "In use at the end"),
    ("ebk", "end-blocks", "count", "Blocks at the end"),
    ("rb", "read", "bytes", "Read from it"),
    ("wb", "written", "bytes", "Written to it"),
)
"""DHAT's key of an amount, and its name, unit and title here."""


def sniff(head: bytes, path: Path) -> bool:
    """Whether a JSON text begins as DHAT's does."""
    return _BEGIN.match(head) is not None


def read(path: Path) -> Profile:
    """The profile in a dhat.out, of whatever mode. Raises FormatError."""
    content = read_bytes(path, _AGAIN)
    try:
        data = json.loads(content)
    except RecursionError as error:
        raise FormatError(f"{path.name} is not DHAT's JSON as documented.", _AGAIN) from error
    except ValueError as error:
        raise FormatError(f"{path.name} is not valid JSON, or cut off.", _AGAIN) from error
    version = data.get("dhatFileVersion") if isinstance(data, dict) else None
    if version != _VERSION:
        raise FormatError(
            f"{path.name} has version {version} of DHAT's format; version {_VERSION} is read.",
            "Write it with Valgrind 3.17 or later.",
        )
    try:
        return _profile(data, path.name)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise FormatError(f"{path.name} is not DHAT's JSON as documented.", _AGAIN) from error


def _profile(data: dict[str, Any], name: str) -> Profile:
    points, texts = data["pps"], data["ftbl"]
    # Which amounts there are depends on the mode (heap, copy, ad-hoc), not on the point.
    keys = [key for key, *_ in _AMOUNTS if not points or key in points[0]]
    meta = runs.meta(
        {
            "name": name,
            "status": "ok",
            "engine": "dhat",
            "engine_reason": f"read from a DHAT file of {data['cmd']}",
            "kind": "exact",
            "wall_ns": 0,
        }
    )
    builder = Builder([_value(key, data) for key in keys], meta)
    thread = builder.thread(int(data["pid"]), -1, "all threads", main=True)
    frames = [add_frame(builder, str(text)) for text in texts]
    for point in points:
        stack = -1
        for index in reversed(point["fs"]):
            if index < 0:
                raise LookupError(index)
            stack = builder.stack(stack, frames[index], Category.SYSTEM)
        builder.sample(thread, stack, 0, *(_amount(point[key]) for key in keys))
    own_code(builder.profile)
    return builder.finish({"notes": _notes(data, name)})


def _value(key: str, data: dict[str, Any]) -> Value:
    """A value; of events that a program tells itself (`--mode=ad-hoc`) DHAT has the units."""
    _, name, unit, title = next(one for one in _AMOUNTS if one[0] == key)
    verb = str(data["verb"])
    title = title.format(verb=verb if key == "tb" else verb.lower())
    own = data.get({"tb": "bsu", "tbk": "bksu"}.get(key, ""))
    if own is not None:
        name, unit, title = str(own), "count", str(own)
    return {"name": name, "unit": unit, "exact": True, "title": title}


def _amount(value: Any) -> int:
    if type(value) is not int or not 0 <= value < _LARGEST:
        raise ValueError(value)
    return value


def _notes(data: dict[str, Any], name: str) -> list[str]:
    if not data["pps"]:
        return [f"{name} has no allocations: the program made none."]
    if "tg" not in data:
        return []
    unit = {"instrs": "instructions"}.get(data["tu"], data["tu"])
    when, end = _amount(data["tg"]), _amount(data["te"])
    return [f"The peak was after {when:,} of the {end:,} {unit} that the program ran."]
