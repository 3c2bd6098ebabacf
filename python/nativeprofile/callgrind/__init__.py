"""Cells and programs under Callgrind, with Python functions by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nativeprofile.formats import runs
from nativeprofile.formats.callgrind import read_recording
from nativeprofile.formats.callgrind.data import Recording
from nativeprofile.formats.callgrind.profile import profile_of
from nativeprofile.formats.callgrind.reader import Reader
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

from .cell import cell_only
from .describe import describe
from .merge import merged
from .python import Names
from .repeat import spread

_AWAITED = "The cell awaits: what the event loop did meanwhile for the notebook is counted with it."


def read(directory: Path, run: dict[str, Any]) -> Profile:
    """The profile of a run whose `data` has Callgrind's `file` or `files` and, where there are
    any, CPython's `map`, the `lines` of Python functions, `entries` of C functions with their
    mappings (`maps`), and the `root` under which a cell was evaluated (docs/architecture.md).

    Raises FormatError.
    """
    data = run["data"]
    recording, notes = _recording(directory, data), list(run.get("notes", []))
    names = Names(directory, data, run, recording)
    if data.get("awaited"):
        notes.append(_AWAITED)
    elif "root" in data:
        cell_only(recording, names.root)
    recording, known = merged(recording, names.known)
    if "root" in data and not data.get("fresh") and (said := spread(recording)) is not None:
        notes.append(said)
    profile = profile_of(recording, run["name"])
    describe(profile, recording, known)
    profile.meta = {"parts": profile.meta["parts"], **runs.meta(run)}
    profile.quality["notes"] = [*notes, *profile.quality.get("notes", [])]
    runs.name_cells(profile, run)
    return profile


def _recording(directory: Path, data: dict[str, Any]) -> Recording:
    if "file" in data:
        return read_recording(directory / data["file"])
    if not data.get("files"):
        raise FormatError("Callgrind has counted nothing.", "Run the cell again.")
    reader = Reader()
    for name in data["files"]:
        reader.read(directory / Path(name).name)
    return reader.recording()
