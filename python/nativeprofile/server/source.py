"""The text of a source file that a profile names.

Who may ask is decided in `handlers`; what may be read, here. A path has to pass all of this:

- the profile that was sent along names it, as the file of a Python function, as the source of
  a native one, or as that of a line (of code that the compiler inlined from a header, say): the
  route is no way to browse a disk;
- its suffix is that of source code in the language for which the profile names it, and for Python
  it lies where Python code is imported from, or below the server's own root;
- the same holds for the file behind it when every symbolic link is followed;
- it is a regular file of at most 2 MB, and text.
"""

from __future__ import annotations

import io
import os
import re
import stat
import sys
import tokenize
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypedDict

from nativeprofile.server.errors import Refusal
from nativeprofile.server.paths import REMEDY, missing, resolve
from nativeprofile.tables.columns import decode_column, decode_strings
from nativeprofile.tables.errors import FormatError

LARGEST = 2_000_000
"""Bytes of the largest file that is read."""

PYTHON = frozenset({".py", ".pyi", ".pyx", ".pxd", ".pxi"})
NATIVE = frozenset(
    {
        *{".c", ".h", ".cc", ".hh", ".cpp", ".hpp", ".cxx", ".hxx", ".c++", ".cu", ".cuh", ".inc"},
        *{".ipp", ".tcc", ".rs", ".go", ".zig", ".d", ".f", ".for", ".f77", ".f90", ".f95", ".f03"},
        *{".f08", ".s", ".asm", ".m", ".mm", ".pyx", ".pxd", ".pxi", ".jl", ".swift"},
    }
)
"""Suffixes of source code, in lower case."""

_PACKAGES = re.compile(r"/(site-packages|dist-packages|lib(64)?/(python|pypy)3\.\d+t?)/")
"""Folders of packages and of the standard library, in whatever environment the kernel runs."""


class Text(TypedDict):
    """A source file as it is now."""

    path: str
    text: str
    modified: float
    """When it was last changed, seconds since the epoch."""


def read_source(request: Any, root: Path) -> Text:
    """The file that `request` asks for: `{path, profile: {strings, functions: {file, source},
    lines: {file}}}`, the columns as on the wire, without those of a table that is absent.

    `root` is the server's root folder. Raises Refusal with the status that fits.
    """
    path, named = _named(request)
    folders = [root, *map(Path, filter(None, sys.path))]
    resolved = resolve(path)
    for file in (Path(path), resolved):
        _check(path, file, named, folders)
    data, modified = _read(path, resolved)
    return {"path": path, "text": _decode(path, data), "modified": modified}


def _named(request: Any) -> tuple[str, set[str]]:
    """The path asked for, and as what the profile names it: `file` of Python, native `source`."""
    path = request.get("path") if isinstance(request, dict) else None
    profile = request.get("profile") if isinstance(request, dict) else None
    functions = profile.get("functions") if isinstance(profile, dict) else None
    if not isinstance(path, str) or not profile or not isinstance(functions, dict):
        raise Refusal(400, "The request lacks its path or its profile.", "Send both as JSON.")
    lines = profile.get("lines")
    columns = [
        (functions.get("file"), "functions.file", {"file"}),
        (functions.get("source"), "functions.source", {"source"}),
        (lines.get("file") if isinstance(lines, dict) else None, "lines.file", {"file", "source"}),
    ]
    named = set[str]()
    try:
        strings = decode_strings(profile.get("strings"))
        rows = {row for row, text in enumerate(strings) if text == path}
        for column, name, kinds in columns:
            if column is not None and not rows.isdisjoint(decode_column(column, name).tolist()):
                named |= kinds
    except FormatError as error:
        raise Refusal(400, error.message, error.remedy) from error
    if not named:
        raise Refusal(403, f"The profile does not name {path}.", REMEDY)
    return path, named


def _check(path: str, file: Path, named: set[str], folders: Iterable[Path]) -> None:
    """Raises Refusal unless `file`, which `path` stands for, is where source code is."""
    suffix = file.suffix.lower()
    if "source" in named and suffix in NATIVE:
        return
    if "file" not in named or suffix not in PYTHON:
        raise Refusal(403, f"{path} is not named like source code, so it is not read.", REMEDY)
    if not _PACKAGES.search(file.as_posix()) and not any(
        file.is_relative_to(folder) or file.is_relative_to(os.path.realpath(folder))
        for folder in folders
    ):
        raise Refusal(
            403,
            f"{path} lies outside the folders of Python code and of this server,"
            " so it is not read.",
            "Start JupyterLab in a folder above it to see its text.",
        )


def _read(path: str, resolved: Path) -> tuple[bytes, float]:
    # Nothing is opened twice or waited for: a link or a pipe that took the place since is refused.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(resolved, flags | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as error:
        raise missing(path) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refusal(403, f"{path} cannot be read ({reason}).", REMEDY) from error
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise Refusal(403, f"{path} is no regular file, so it is not read.", REMEDY)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(LARGEST + 1)
    finally:
        os.close(descriptor)
    if len(data) > LARGEST:
        raise Refusal(413, f"{path} is larger than 2 MB, so it is not shown.", REMEDY)
    return data, facts.st_mtime


def _decode(path: str, data: bytes) -> str:
    """The text, in the encoding that Python would take; Latin-1 where it is none of UTF-8."""
    if b"\0" in data:
        raise Refusal(415, f"{path} is not text, so it is not shown.", REMEDY)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return data.decode("latin-1")
