"""A run's directory (docs/architecture.md): what ran, under what, and its cells' names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Cell, Profile

_AGAIN = "Run the cell again."
_COPIED = (
    "name",
    "prompt",
    "cell_id",
    "status",
    "engine",
    "engine_version",
    "engine_reason",
    "kind",
    "rate",
    "started",
    "wall_ns",
    "cpu_ns",
    "thread_cpu_ns",
    "thread_queued_ns",
    "python",
    "platform",
)


def read_run(directory: Path) -> dict[str, Any]:
    """`run.json` of a run's directory; FormatError when it is missing or damaged."""
    try:
        run = json.loads((directory / "run.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise FormatError(
            f"The recording is gone ({error.strerror}): something removed its directory.", _AGAIN
        ) from error
    except (ValueError, RecursionError) as error:
        raise FormatError("The recording's run.json is damaged.", _AGAIN) from error
    if not isinstance(run, dict) or run.get("format") != 1:
        raise FormatError("The recording's run.json has a format unknown here.", _AGAIN)
    missing = [key for key in ("engine", "kind", "name", "wall_ns", "status") if key not in run]
    if missing:
        raise FormatError(f"The recording's run.json lacks {', '.join(missing)}.", _AGAIN)
    return run


def meta(run: dict[str, Any]) -> dict[str, Any]:
    """The profile's `meta`, still without cells."""
    blank: dict[str, Any] = {
        "prompt": None,
        "cell_id": None,
        "engine_version": "",
        "engine_reason": "",
        "rate": None,
        "started": 0,
        "cpu_ns": 0,
        "python": "",
        "platform": "",
        "cells": [],
    }
    found = {**blank, **{key: run[key] for key in _COPIED if key in run}}
    stacks = run.get("data", {}).get("stacks")
    return {**found, "stacks": stacks} if stacks else found


def cell_names(run: dict[str, Any]) -> dict[str, str]:
    """Compiled file name -> `In[n]`; a cell that ran again has its newest name. The program that a
    cell of C was made into is the cell, too."""
    cells = run.get("cells", [])
    programs = {cell["program"]: cell["name"] for cell in cells if "program" in cell}
    return {cell["filename"]: cell["name"] for cell in cells} | programs


def name_cells(profile: Profile, run: dict[str, Any]) -> None:
    """Calls the files of cells by their names, and puts these cells into `meta`."""
    names = cell_names(run)
    profile.strings = [names.get(text, text) for text in profile.strings]
    add_cells(profile, run)


def running_cell(run: dict[str, Any]) -> str | None:
    """The compiled file name of the profiled cell."""
    cells = run.get("cells", [])
    for cell in reversed(cells):
        if cell.get("prompt") == run.get("prompt"):
            return str(cell["filename"])
    return str(cells[-1]["filename"]) if cells else None


def add_cells(profile: Profile, run: dict[str, Any]) -> None:
    """Puts the cells whose functions the profile names, and the profiled one, into `meta`."""
    strings = profile.strings
    met = {strings[file] for file in profile.functions.file if file >= 0}
    running = running_cell(run)
    cells: dict[str, Cell] = {}
    for cell in run.get("cells", []):
        if cell["name"] in met or cell["filename"] == running:
            cells[cell["name"]] = Cell(
                name=cell["name"],
                prompt=cell.get("prompt", 0),
                id=cell.get("id"),
                source=cell.get("source", ""),
            )
    profile.meta["cells"] = list(cells.values())
