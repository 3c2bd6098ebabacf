"""Coverage on the command line: several files added up, as text, as JSON, as a tracefile."""

from __future__ import annotations

import json
from pathlib import Path

from nativeprofile import formats
from nativeprofile.formats import coverage
from nativeprofile.formats.coverage import Coverage
from nativeprofile.render.coverage import text
from nativeprofile.tables.errors import FormatError


def load(paths: list[Path], name: str | None = None) -> Coverage | None:
    """The sum of files of coverage; None if none of them is one. `name` is their format,
    recognised by default. Raises FormatError, also if only some are."""
    if name is not None and name not in coverage.NAMES:
        return None
    names = [name or coverage.recognise(path) for path in paths]
    files = [(one, path) for one, path in zip(names, paths, strict=True) if one is not None]
    if not files:
        return None
    if len(files) < len(paths):
        other = paths[names.index(None)]
        raise FormatError(
            f"{other.name} is no coverage, {files[0][1].name} is.", "Report them one by one."
        )
    return coverage.read(files)


def report(covered: Coverage, path: Path, as_json: bool, as_html: bool) -> None:
    """Writes a report. Raises FormatError where a page is asked for."""
    if as_html:
        raise FormatError(
            "Coverage has no page yet.",
            "Leave --html out, or make a page with lcov: genhtml coverage.info.",
        )
    summary = coverage.summarise(covered)
    words = json.dumps(summary, indent=1) if as_json else text(summary)
    path.write_text(words + "\n", encoding="utf-8", errors="backslashreplace")


def convert(covered: Coverage, target: str | None, name: str | None, path: Path) -> None:
    """Writes a tracefile at `path`, which will be called `target`. Raises FormatError if that,
    or `name`, is of another format."""
    asked = None if target in (None, "-") else formats.by_suffix(Path(str(target)))
    coverage.write(covered, path, name or asked or coverage.WRITTEN)
