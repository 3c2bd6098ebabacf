"""What `gcov --json-format` of GCC 9 to 14 prints, plain or packed with gzip: format versions 1
and 2 (GCC's manual, "Invoking gcov"). Several documents may follow each other."""

from __future__ import annotations

import gzip
import io
import json
import posixpath
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nativeprofile.formats.files import read_bytes
from nativeprofile.tables.errors import FormatError

from .model import Builder, Coverage, SourceBuilder

LIMIT = 256 << 20
"""Bytes of JSON that are read at most."""
VERSIONS = ("1", "2")
_SPACE = re.compile(r"\s*")
_GZIP = b"\x1f\x8b"
_AGAIN = "Write it again: gcov --json-format --branch-probabilities FILE.gcda."


def sniff(head: bytes, path: Path) -> bool:
    """Whether a file begins as gcov's do."""
    if head.startswith(_GZIP):
        if path.name.endswith(".gcov.json.gz"):
            return True
        head = _unpacked_head(head)
    # Both keys stand first or last, depending on GCC's version.
    return head.lstrip().startswith(b"{") and (
        b'"gcc_version"' in head or b'"current_working_directory"' in head
    )


def _unpacked_head(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, 4096)
    except zlib.error:
        return b""


def read(path: Path) -> Coverage:
    """The sum of the documents in a file. Raises FormatError."""
    data = read_bytes(path)
    if data.startswith(_GZIP):
        try:
            with gzip.open(io.BytesIO(data)) as file:
                data = file.read(LIMIT + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise FormatError(f"{path.name} is damaged: it cannot be unpacked.", _AGAIN) from error
    if len(data) > LIMIT:
        raise FormatError(
            f"{path.name} holds more than {LIMIT >> 20} MiB.", "Read fewer files at a time."
        )
    builder = Builder()
    read_into(builder, data, path.name)
    return builder.finish()


def read_into(builder: Builder, data: bytes, name: str) -> None:
    """Adds documents to what is there. Raises FormatError."""
    for document in _documents(data.decode("utf-8", "surrogateescape"), name):
        version = document.get("format_version")
        if version not in VERSIONS:
            raise FormatError(
                f"{name} has version {str(version)[:20]!r} of gcov's JSON, unknown here.",
                "Write a tracefile with the lcov of that GCC, and read that.",
            )
        try:
            builder.test("")
            folder = _text(document.get("current_working_directory", ""))
            for file in document["files"]:
                path = posixpath.normpath(posixpath.join(folder, _text(file["file"])))
                _file(builder.source(path), file)
        except (KeyError, TypeError, AttributeError) as error:
            raise FormatError(f"{name} is not what gcov writes: {_what(error)}.", _AGAIN) from error


def _what(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def _documents(text: str, name: str) -> Iterator[dict[str, Any]]:
    decoder, at = json.JSONDecoder(), _start(text, 0)
    while at < len(text):
        try:
            document, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise FormatError(f"{name} is no JSON, or was cut off.", _AGAIN) from error
        if not isinstance(document, dict):
            raise FormatError(f"{name} is not what gcov writes.", _AGAIN)
        yield document
        at = _start(text, end)


def _start(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _file(into: SourceBuilder, file: dict[str, Any]) -> None:
    for function in file["functions"]:
        into.function(
            _text(function["name"]),
            _number(function["start_line"]),
            _number(function.get("end_line", 0)),
            _number(function["execution_count"]),
        )
    for line in file["lines"]:
        number, count = _number(line["line_number"]), _number(line["count"])
        if number == 0:
            continue  # Code without a place, which gcov's own text leaves out too.
        into.line(number, count)
        function = _text(line.get("function_name", ""))
        branches = line.get("branches", [])
        reached = _reached(branches, count)
        for at, branch in enumerate(branches):
            into.branch(
                number,
                function,
                str(at),
                _number(branch["count"]) if reached[at] else None,
                throw=branch["throw"] is True,
                fallthrough=branch["fallthrough"] is True,
            )


def _reached(branches: list[dict[str, Any]], count: int) -> list[bool]:
    """Which branches' blocks ran. Version 1 does not say to which block a branch belongs: there
    the line decides."""
    by_block: dict[Any, int] = defaultdict(int)
    for branch in branches:
        by_block[branch.get("source_block_id")] += _number(branch["count"])
    return [
        by_block[branch["source_block_id"]] > 0 if "source_block_id" in branch else count > 0
        for branch in branches
    ]


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError("a name is no text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("a number is none")
    if value < 0:
        raise FormatError(
            f"There is a negative count, {value}.",
            "Counters of threads overran each other: compile with -fprofile-update=atomic.",
        )
    return value
