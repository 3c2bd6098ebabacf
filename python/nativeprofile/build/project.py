"""What builds a project, by its pyproject.toml (PEP 517, 518)."""

from __future__ import annotations

import importlib.metadata
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from .errors import BuildError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_SETUPTOOLS = "setuptools.build_meta"
_SOURCES = (".c", ".cpp", ".cc", ".cxx", ".pyx")


@dataclass(frozen=True)
class Project:
    """A folder that pip can build."""

    root: Path
    backend: str
    """The module that builds it: `mesonpy`, `scikit_build_core.build`, ..."""
    missing: tuple[str, ...]
    """What it needs for that and this environment lacks."""
    generates: bool
    """Whether there is Cython in it, whose C files lie beside what was written."""


def read(root: Path) -> Project:
    """The project in a folder. Raises BuildError if there is none."""
    file = root / "pyproject.toml"
    facts: dict[str, Any] = {}
    if file.is_file():
        try:
            facts = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BuildError(f"{file} cannot be read: {error}.", "Mend it.") from error
    elif not (root / "setup.py").is_file():
        sources = sorted(p.name for p in root.iterdir() if p.suffix in _SOURCES)
        hint = f", or a source file of its own: {root / sources[0]}" if sources else ""
        raise BuildError(
            f"{root} has no pyproject.toml and no setup.py, so nothing says how it is built.",
            f"Name the folder that has one{hint}.",
        )
    system = facts.get("build-system")
    system = system if isinstance(system, dict) else {}
    backend = str(system.get("build-backend", _SETUPTOOLS)).partition(":")[0]
    requires = system.get("requires", ["setuptools"])
    missing = tuple(str(one) for one in requires if not _is_here(str(one)))
    generates = any(root.rglob("*.pyx"))
    return Project(root, backend, missing, generates)


def _is_here(words: str) -> bool:
    """Whether this environment meets a requirement."""
    try:
        requirement = Requirement(words)
        if requirement.marker is not None and not requirement.marker.evaluate():
            return True
        return requirement.specifier.contains(
            importlib.metadata.version(requirement.name), prereleases=True
        )
    except (InvalidRequirement, importlib.metadata.PackageNotFoundError):
        return False
