"""Extensions built with `--coverage`, as the gcov engine counted them in a live kernel."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from nativeprofile.build.place import original
from nativeprofile.formats import runs
from nativeprofile.formats.coverage import Coverage, add, counters, gcov, to_profile
from nativeprofile.formats.coverage.counters import Counters
from nativeprofile.formats.coverage.profile import Library
from nativeprofile.mixed.names import library_module
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

from .cython_lines import translated

_GRAPH = ".gcno"
_SECONDS = 100
"""How long gcov may take for a library: less than the worker may be silent."""
_NAMED = 3
"""How many files a sentence names."""
_NO_GRAPH = (
    "{0}: gone, which gcc --coverage wrote beside the object files, so their code is not in the "
    "result."
)
_NOTHING = "{0} has written no counters."
_REBUILD = (
    "Build the extension again and keep its build folder (nativeprofile build PATH --for gcov "
    "does), restart the kernel and run the cell again."
)
_CHANGED = (
    "{0}: changed after {1} was built; counts stand at the lines of the source as it was then."
)
_ADDED = "Counts are those of {0} together."
_THREADS = (
    "{0} counts for one thread at a time: where several run it at once, build it with "
    "-fprofile-update=atomic, so that no count is lost."
)
_FOREIGN = re.compile(
    r"/usr/(?!src/|local/src/)|.*/include/python3|.*/(site|dist)-packages/.*/include/"
)
"""Where the headers of the system, of Python and of libraries are."""
_HEADERS = "Inline code in headers of the system, of Python and of libraries is left out."
_LOCKED = re.compile(rb"\xf0\x48\x83\x05.{4}\x01|\xf0\x48\xff\x05", re.DOTALL)
"""`lock add [counter], 1` or `lock inc`: how GCC counts atomically on x86-64."""


def read(directory: Path, run: dict[str, Any], progress: Callable[[int], None]) -> Profile:
    """The profile of a run that the gcov engine recorded (docs/architecture.md); `progress` is told
    after each library how many were read. Raises FormatError."""
    parts = run.get("data", {}).get("parts", [])
    covered, libraries, notes = list[Coverage](), dict[str, Library](), list[str]()
    failure: FormatError | None = None
    for number, (image, units) in enumerate(_counted(directory, parts).items()):
        progress(number)
        try:
            found = _read_image(directory / f"counted-{number}", image, units, notes)
        except FormatError as error:
            failure = error
            notes.append(f"{error.message} {error.remedy}")
            continue
        own = _own(translated(found))
        if len(own.sources) < len(found.sources) and _HEADERS not in notes:
            notes.append(_HEADERS)
        covered.append(own)
        for source in own.sources:
            libraries.setdefault(source.path, Library(image, library_module(image)))
    whole = add(covered)
    if not whole.sources:
        raise failure or FormatError("gcov's counters are not in the recording.", _REBUILD)
    meta = runs.meta(run)
    if len(parts) > 1:
        names = [str(part["name"]) for part in parts]
        meta["parts"] = [{"name": name} for name in names]
        notes.append(_ADDED.format(", ".join(names)))
    return to_profile(whole, meta, libraries, [*run.get("notes", []), *notes])


def _counted(directory: Path, parts: list[dict[str, Any]]) -> dict[str, dict[Path, Counters]]:
    """What the parts counted together, by library and by where the .gcda file would be. Raises
    FormatError."""
    images = defaultdict[str, dict[Path, Counters]](dict)
    for part in parts:
        for dump in part["dumps"]:
            before, after = dump["before"], directory / dump["after"]
            for path in sorted(after.rglob("*.gcda")):
                found, place = counters.read(path), path.relative_to(after)
                earlier = directory / before / place if before else None
                if earlier is not None and earlier.exists():
                    found -= counters.read(earlier)
                units, own = images[dump["image"]], Path("/") / place
                units[own] = units[own] + found if own in units else found
    return images


def _read_image(
    folder: Path, image: str, units: dict[Path, Counters], notes: list[str]
) -> Coverage:
    """What gcov says of one library. Raises FormatError if it says nothing."""
    folder.mkdir(exist_ok=True)
    there, gone = list[gcov.Unit](), list[str]()
    for number, (path, found) in enumerate(units.items()):
        graph = path.with_suffix(_GRAPH)
        if not graph.exists():
            gone.append(str(graph))
            continue
        counted = folder / f"{number}.gcda"
        counters.write(found, counted)
        there.append(gcov.Unit(counted, graph))
    if not there:
        said = _NO_GRAPH.format(_listed(gone)) if gone else _NOTHING.format(image)
        raise FormatError(said, _REBUILD)
    if gone:
        notes.append(_NO_GRAPH.format(_listed(gone)))
    if not _is_atomic(Path(image)):
        notes.append(_THREADS.format(Path(image).name))
    coverage = gcov.read(there, _SECONDS)
    built = min(unit.graph.stat().st_mtime for unit in there)
    changed = [one.path for one in coverage.sources if _changed(Path(one.path), built)]
    if changed:
        notes.append(_CHANGED.format(_listed(changed), Path(image).name))
    return coverage


def _listed(paths: list[str]) -> str:
    """The first of several paths, and how many more there are."""
    more = len(paths) - _NAMED
    return ", ".join(paths[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _own(coverage: Coverage) -> Coverage:
    """Without what others wrote; by the user's own files where a copy of a project was built."""
    own = [source for source in coverage.sources if not _FOREIGN.match(source.path)]
    named = [source._replace(path=str(original(Path(source.path)))) for source in own]
    return replace(coverage, sources=named)


def _changed(source: Path, built: float) -> bool:
    try:
        return source.stat().st_mtime > built
    except OSError:
        return False


def _is_atomic(library: Path) -> bool:
    """Whether the code of a library counts so that threads lose nothing, as far as can be seen."""
    try:
        return _LOCKED.search(library.read_bytes()) is not None
    except OSError:
        return False
