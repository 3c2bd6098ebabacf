"""Where a build goes: a folder of its own, never over the user's files."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

from .errors import BuildError

WORK = ".build"
"""Within the folder: the copy of the sources and the objects, which gcov's counts and debug
information refer to."""
_COPY, _ORIGIN = "source", "origin"
"""Within that: the copy of a project, and the path of the folder that sources are from."""
_LARGEST = 2 << 30
_REFUSED = {
    *(".git", ".hg", ".svn", "__pycache__", ".eggs", ".tox", ".nox", ".venv", "venv"),
    *("node_modules", ".mypy_cache", ".pytest_cache", ".ruff_cache"),
}
_REFUSED_ABOVE = {"build", "dist"}
"""What is not copied from the uppermost folder: earlier builds."""
_BUILT = (".o", ".gcda", ".gcno", ".pyc", ".abi3.so", f"-{sys.platform}-gnu.so")


def folder_for(path: Path, purpose: str, output: Path | None) -> Path:
    """An empty folder for what is made of `path`: `output`, or one of its own in the user's
    cache. An earlier build there is removed. Raises BuildError."""
    if output is not None:
        folder = output.expanduser().absolute()
        if folder.is_dir() and any(folder.iterdir()) and not (folder / WORK).is_dir():
            raise BuildError(
                f"{folder} holds files that no build of nativeprofile put there.",
                "Name a folder that is empty or does not exist.",
            )
    else:
        cache = os.environ.get("XDG_CACHE_HOME", "")
        above = Path(cache) if cache.startswith("/") else Path.home() / ".cache"
        key = f"{path}\n{sys.prefix}\n{sys.implementation.cache_tag}".encode()
        name = f"{path.stem}-{hashlib.sha256(key).hexdigest()[:8]}"
        folder = above / "nativeprofile" / "builds" / name / purpose
    try:
        # A library that a kernel has loaded stays whole for it: its file is unlinked, not changed.
        if folder.exists():
            shutil.rmtree(folder)
        (folder / WORK).mkdir(parents=True)
    except OSError as error:
        raise BuildError(
            f"{error.filename or folder} cannot be written: {error.strerror}.",
            "Name a folder of your own: --output DIR.",
        ) from error
    return folder


def copy_sources(root: Path, folder: Path) -> Path:
    """A copy of a project in the folder of its build, since build tools write beside sources;
    without earlier builds and history. Raises BuildError."""
    copy, size = folder / WORK / _COPY, 0
    try:
        note_origin(folder, root)
        for above, folders, files in os.walk(root):
            here = Path(above)
            there = copy / here.relative_to(root)
            there.mkdir()
            links = [name for name in folders if (here / name).is_symlink()]
            folders[:] = [name for name in folders if _is_source(here / name, root, folder)]
            for name in (*files, *links):
                source = here / name
                if name.endswith(_BUILT) or name in _REFUSED:
                    continue
                if source.is_symlink():
                    _link(source, there / name, root)
                elif source.is_file():
                    size += source.stat().st_size
                    if size > _LARGEST:
                        raise BuildError(
                            f"{root} holds more than 2 GB, which are not copied for a build.",
                            "Name the folder of the extension alone, or move its data elsewhere.",
                        )
                    shutil.copy2(source, there / name)
    except OSError as error:
        raise BuildError(
            f"The sources could not be copied: {error.strerror} ({error.filename}).",
            "Name a folder with room for them: --output DIR.",
        ) from error
    return copy


def note_origin(folder: Path, root: Path) -> None:
    """Writes down which folder the sources of a build are from. Raises OSError."""
    (folder / WORK / _ORIGIN).write_bytes(os.fsencode(root))


def original(path: Path) -> Path:
    """The user's file that one in the folder of a build was made of; the file itself where it is
    none, or the user's was changed since."""
    work = next((above for above in path.parents if above.name == WORK), None)
    if work is None:
        return path
    base = work / _COPY if path.is_relative_to(work / _COPY) else work
    try:
        root = Path(os.fsdecode((work / _ORIGIN).read_bytes()))
        own = root / path.relative_to(base)
        if path.exists():
            return own if own.read_bytes() == path.read_bytes() else path
        return own if own.is_file() else path
    except OSError:
        return path


def _is_source(path: Path, root: Path, folder: Path) -> bool:
    name = path.name
    return not (
        path.is_symlink()
        or name in _REFUSED
        or name.endswith(".egg-info")
        or (path.parent == root and name in _REFUSED_ABOVE)
        or path == folder
        or (path / "pyvenv.cfg").exists()
        or (path / WORK).is_dir()
    )


def _link(source: Path, target: Path, root: Path) -> None:
    """The same link; one that leads out of the project leads there from the copy, too."""
    to = source.readlink()
    inside = not to.is_absolute() and source.resolve().is_relative_to(root.resolve())
    target.symlink_to(to if inside else source.resolve())
