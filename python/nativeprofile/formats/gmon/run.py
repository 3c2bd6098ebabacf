"""The run of a program built with `-pg`, read from its directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nativeprofile.formats import runs
from nativeprofile.tables.profile import Profile

from . import read


def read_run(directory: Path, run: dict[str, Any]) -> Profile:
    """The profile of a run whose `data` names its `file` and the program, its `binary`. Raises
    FormatError."""
    data = run["data"]
    profile = read(directory / Path(data["file"]).name, Path(data["binary"]))
    profile.meta = runs.meta(run)
    profile.quality["notes"] = [*run.get("notes", []), *profile.quality.get("notes", [])]
    return profile
