"""A frame as the profile shows it, with what places it and classifies it."""

from __future__ import annotations

from dataclasses import dataclass

from .classify import Facts
from .recording import Code


@dataclass(frozen=True)
class Shown:
    """A frame ready to be shown: the row of its function, and what is known of it."""

    function: int
    facts: Facts
    line: int = -1
    """The source line where the recording tells it, -1 otherwise."""
    code: Code | None = None
    cell: bool = False
    """Code of a notebook cell."""
    begins: bool = False
    """The first Python function of a process that multiprocessing started."""
    root: bool = False
    """A cell's own code, not a function in it."""
    machinery: bool = False
    """Python code that runs notebooks or threads."""
    notebook: bool = False
    """Python code that runs notebooks."""
    ours: bool = False
    """Python code of this package."""
    runs_cells: bool = False
    """The function of IPython that runs a cell's code."""
    resolved: bool = True
    inlined: tuple[tuple[int, int], ...] = ()
    """Functions that the compiler put into this one (rows) and their lines, outermost first."""
    library: str = ""
    """The file of a native library that Python did not bring."""
    start: int = -1
    """Where a native function begins in its file; -1 where that is not known."""
