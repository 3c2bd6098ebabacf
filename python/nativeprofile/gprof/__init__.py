"""Extensions built with `-pg`, as the gprof engine counted and sampled them in a live kernel."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from nativeprofile.formats import gmon, runs
from nativeprofile.formats.files import read_bytes
from nativeprofile.formats.gmon.profile import Costs, Image, fill
from nativeprofile.formats.gmon.records import parse
from nativeprofile.mixed.classify import Group
from nativeprofile.mixed.images import Images, named
from nativeprofile.mixed.names import group_of, library_module
from nativeprofile.symbols.functions import Symbols
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Category, Kind
from nativeprofile.tables.profile import Profile

_CATEGORIES = {
    Group.INTERPRETER: Category.PYTHON,
    Group.STANDARD: Category.BUILTIN,
    Group.GATEWAY: Category.BUILTIN,
    Group.LIBRARY: Category.EXTENSION,
}
"""Who owns the time of a library as a whole; all else is the system's."""
_COUNTER = "[nativeprofile]"
_STRIPPED = (
    "{0} was stripped: most of its functions have no names. Build it without -s and do not "
    "strip it."
)
_AGAIN = "Run the cell again."
_ROWS = (
    "Code without -pg is one row for each library: it is not known what called it, and of its "
    "calls those of functions with -pg alone."
)


def read(directory: Path, run: dict[str, Any]) -> Profile:
    """The profile of a run that the gprof engine recorded (docs/architecture.md). Raises
    FormatError."""
    data = run.get("data", {})
    builder = Builder([{"name": "cpu", "unit": "ns"}], runs.meta(run))
    changes = Images(data.get("build_ids", {}))
    outside, asked = data.get("outside", []), defaultdict[int, list[int]](list)
    for to, function, of, caller, _ in outside:
        asked[to].append(function)
        if of >= 0:
            asked[of].append(caller)
    costs, images, notes = Costs(), list[Image](), list[str]()
    for number, row in enumerate(data.get("images", [])):
        path = Path(named(row["path"]))
        if changes.changed(row["path"]):
            symbols = Symbols(8, "<", True, (), ())
        else:
            symbols = gmon.symbols_of(path)
        if not symbols.complete:
            notes.append(_STRIPPED.format(path.name))
        file = directory / Path(row["file"]).name
        image = Image(builder, path, library_module(str(path)), symbols)
        image.charge(parse(read_bytes(file, _AGAIN), file.name, 8, "<"), costs, asked[number])
        images.append(image)
    for path_, samples in data.get("libraries", {}).items():
        costs.sample(_library(builder, path_), samples)
    for to, function, of, caller, count in outside:
        row_ = images[of].at(caller) if of >= 0 else _library(builder, caller)
        costs.call(row_, images[to].at(function), count)
    said = fill(builder, costs, float(data.get("sample_ns", 0)))
    profile = builder.finish(
        {
            "samples": int(data.get("samples", 0)),
            "notes": [*run.get("notes", []), *notes, *changes.notes, *said, _ROWS],
        }
    )
    runs.add_cells(profile, run)
    return profile


def _library(builder: Builder, path: str) -> int:
    """The row of a library as a whole."""
    if path == _COUNTER:
        name, category, module = "counting calls", Category.PROFILER, "nativeprofile"
    elif path.startswith("/"):
        name, module = Path(path).name, library_module(path)
        category = _CATEGORIES.get(group_of(path), Category.SYSTEM)
    else:
        name, category, module = path or "elsewhere", Category.SYSTEM, None
    return builder.function(
        name,
        kind=Kind.NATIVE,
        category=category,
        file=path if path.startswith("/") else None,
        module=module,
    )
