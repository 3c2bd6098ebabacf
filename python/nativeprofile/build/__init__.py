"""Builds a C, C++ or Cython extension as an engine needs it, beside the user's usual build.

Sources stay as they are: a project is copied, a source file compiled from where it is, and what
comes of it goes to a folder of its own.
"""

from __future__ import annotations

from pathlib import Path

from . import package, source_file
from .commands import Say
from .errors import BuildError
from .place import folder_for
from .purposes import PURPOSES
from .result import Built

__all__ = ["PURPOSES", "BuildError", "Built", "build"]


def build(path: Path, purpose: str, output: Path | None, say: Say) -> Built:
    """Builds the project or source file at `path` for one of PURPOSES, into `output` or a folder
    in the user's cache; `say` is told each line that tools put out. Raises BuildError."""
    path = path.expanduser().absolute()
    suffixes = (*source_file.C, *source_file.CPLUS, *source_file.CYTHON)
    if path.name in ("pyproject.toml", "setup.py"):
        path = path.parent
    if not path.exists():
        raise BuildError(f"There is no {path}.", "Name a folder or a source file that is there.")
    if path.is_file() and path.suffix not in suffixes:
        raise BuildError(
            f"{path.name} is no source file that is built here.",
            f"Name one that ends in {', '.join(suffixes)}, or the folder of a project.",
        )
    path = path.resolve()
    folder = folder_for(path, purpose, output)
    if path.is_file():
        return source_file.build(path, PURPOSES[purpose], folder, say)
    return package.build(path, PURPOSES[purpose], folder, say)
