"""Executes a notebook in a real kernel and prints the profile of each cell that has one.

    python scripts/run_tour.py NOTEBOOK OUTPUT

Exits with status 1 if a cell fails, or if a cell that asks for a profile shows none.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from nativeprofile.config import MIME_TYPE


def profile_of(cell: Any) -> str | None:
    """The text form of the profile in a cell's output."""
    for output in cell.get("outputs", []):
        if MIME_TYPE in output.get("data", {}):
            return str(output["data"].get("text/plain", ""))
    return None


def asks(cell: Any) -> bool:
    """Whether a cell uses the magic."""
    source: str = cell.source
    word = source.split(maxsplit=1)[:1]
    return cell.cell_type == "code" and word in (["%nativeprofile"], ["%%nativeprofile"])


class Tour:
    """One execution: prints as it goes, remembers what is missing."""

    def __init__(self, notebook: Any) -> None:
        self.total = sum(asks(cell) for cell in notebook.cells)
        self.shown = 0
        self.missing: list[str] = []
        self.heading = ""
        self.started = 0.0

    def started_cell(self, cell: Any, cell_index: int) -> None:
        self.started = time.monotonic()
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            self.heading = cell.source.splitlines()[0].removeprefix("## ")

    def executed_cell(self, cell: Any, cell_index: int, execute_reply: Any) -> None:
        if not asks(cell):
            return
        self.shown += 1
        took = time.monotonic() - self.started
        print(f"\n── {self.heading} ({self.shown} of {self.total}, {took:.1f} s with its profile)")
        text = profile_of(cell)
        if text is None:
            self.missing.append(self.heading)
            for output in cell.outputs:
                print(output.get("text") or output.get("data", {}).get("text/plain", ""))
            text = "This cell shows no profile."
        print(text, flush=True)


def main(source: str, target: str) -> int:
    notebook = nbformat.read(source, as_version=4)  # type: ignore[no-untyped-call]
    tour = Tour(notebook)
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(Path(target).parent)}},
        on_cell_start=tour.started_cell,
        on_cell_executed=tour.executed_cell,
    )
    problem = ""
    try:
        client.execute()
    except CellExecutionError as error:
        problem = str(error)
    nbformat.write(notebook, target)  # type: ignore[no-untyped-call]
    if tour.missing:
        problem += f"No profile was shown for: {'; '.join(tour.missing)}."
    if problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
