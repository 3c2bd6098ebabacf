"""File formats: one module each, and this registry that knows them by name and by look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

from . import (
    callgrind,
    collapsed,
    coverage,
    dhat,
    gmon,
    massif,
    notebook,
    perf_script,
    pstats,
    speedscope,
    wire,
)

_HEAD = 4096


@dataclass(frozen=True)
class Format:
    """How one format is recognised, read and, where it is for exchange, written.

    `beside` is the option that names a second file, which `read` then takes, or None, as well.
    Where a file `has_parts`, `read` takes the name of one of them last, or None.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes, Path], bool]
    read: Callable[..., Profile]
    write: Callable[[Profile, Path], None] | None = None
    beside: str | None = None
    has_parts: bool = False


FORMATS = {
    one.name: one
    for one in (
        Format("perf", (".data",), perf_script.sniff, perf_script.read, beside="map"),
        Format("callgrind", (), callgrind.sniff, callgrind.read, beside="map", has_parts=True),
        Format("massif", (), massif.sniff, massif.read, has_parts=True),
        Format("dhat", (), dhat.sniff, dhat.read),
        Format("gmon", ("gmon.out",), gmon.sniff, gmon.read, beside="binary"),
        Format("notebook", (".ipynb",), notebook.sniff, notebook.read),
        Format("pstats", (".pstats", ".prof"), pstats.sniff, pstats.read, pstats.write),
        Format(
            "speedscope",
            (".speedscope.json",),
            speedscope.sniff,
            speedscope.read,
            speedscope.write,
        ),
        Format("wire", (".json",), wire.sniff, wire.read, wire.write),
        Format("gcda", (), coverage.SNIFF["gcda"], partial(coverage.read_profile, "gcda")),
        Format("gcov", (), coverage.SNIFF["gcov"], partial(coverage.read_profile, "gcov")),
        Format(
            "lcov",
            (".info",),
            coverage.SNIFF["lcov"],
            partial(coverage.read_profile, "lcov"),
            coverage.write_profile,
        ),
        Format(
            "collapsed",
            (".collapsed", ".folded", ".txt"),
            collapsed.sniff,
            collapsed.read,
            collapsed.write,
        ),
    )
}
"""Every format by name, in the order in which a file is tried."""


def open(path: Path) -> Profile:
    """The profile in a file of any known format. Raises FormatError."""
    return read(recognise(path), path)


def read(
    name: str,
    path: Path,
    beside: Mapping[str, Path | None] | None = None,
    part: str | None = None,
) -> Profile:
    """The profile in a file of the format called `name`. Raises FormatError.

    `beside` has second files by option, of which the format takes its own; `part` is the name of a
    dump or a snapshot (`meta.parts`).
    """
    one = _format(name)
    if part is not None and not one.has_parts:
        owners = " and ".join(other.name for other in FORMATS.values() if other.has_parts)
        raise FormatError(f"{path.name} has no parts: it is {name}.", f"{owners} have.")
    arguments = [] if one.beside is None else [(beside or {}).get(one.beside)]
    return one.read(path, *arguments, *([part] if one.has_parts else []))


def write(name: str, profile: Profile, path: Path) -> None:
    """Writes `profile` as `name`; FormatError when that format cannot hold it."""
    writer = _format(name).write
    if writer is None:
        writable = ", ".join(one.name for one in FORMATS.values() if one.write is not None)
        raise FormatError(f"The format {name} is only read.", f"Written are: {writable}.")
    try:
        writer(profile, path)
    except OSError as error:
        raise FormatError(f"{path} cannot be written: {error.strerror}.") from error


def recognise(path: Path) -> str:
    """The name of a file's format. Raises FormatError."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}.") from error
    for one in FORMATS.values():
        if one.sniff(head, path):
            return one.name
    raise FormatError(
        f"{path.name} is in no format known here.",
        f"Known are: {', '.join(FORMATS)}; name one with --from.",
    )


def by_suffix(path: Path) -> str | None:
    """The format that a file's name asks for, None if it asks for none; longest ending first."""
    endings = [(suffix, one.name) for one in FORMATS.values() for suffix in one.suffixes]
    for suffix, name in sorted(endings, key=lambda item: -len(item[0])):
        if path.name.endswith(suffix):
            return name
    return None


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise FormatError(f"There is no format {name!r}.", f"Known are: {', '.join(FORMATS)}.")
    return FORMATS[name]
