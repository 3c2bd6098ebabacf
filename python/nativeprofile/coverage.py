"""Coverage on the command line: several files added up, as text, JSON, a page, a tracefile."""

from __future__ import annotations

import json
from pathlib import Path

from nativeprofile import formats
from nativeprofile.formats import coverage, notebook
from nativeprofile.formats.coverage import Coverage
from nativeprofile.render.text import text
from nativeprofile.tables.coverage import totals
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile
from nativeprofile.tables.summary import summarise


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


def load_all(paths: list[Path], name: str | None = None) -> Coverage | None:
    """As `load`, and the sum of the coverage in several stored profiles and notebooks; None if one
    of them has none. Raises FormatError."""
    if name is not None or len(paths) == 1 or all(map(coverage.recognise, paths)):
        return load(paths, name)
    found = list[Coverage]()
    for path in paths:
        form = formats.recognise(path)
        profiles = notebook.read_all(path) if form == "notebook" else [formats.read(form, path)]
        those = [one for profile in profiles if (one := coverage.to_coverage(profile))]
        if not those:
            return None
        found += those
    return coverage.add(found)


def report(profile: Profile, as_json: bool) -> str:
    """The report in words, or as JSON."""
    if as_json:
        return json.dumps({"name": profile.meta["name"], **totals(profile)}, indent=1)
    return text(profile.meta, dict(profile.quality), summarise(profile))


def convert(covered: Coverage, target: str | None, name: str | None, path: Path) -> None:
    """Writes it at `path`, which will be called `target`: as a tracefile, unless that, or `name`,
    is of another format. Raises FormatError."""
    asked = None if target in (None, "-") else formats.by_suffix(Path(str(target)))
    chosen = name or asked or coverage.WRITTEN
    if chosen == coverage.WRITTEN:
        coverage.write(covered, path)
    else:
        formats.write(chosen, coverage.to_profile(covered), path)
