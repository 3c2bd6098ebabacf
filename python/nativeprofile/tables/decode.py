"""Wire JSON back into a profile, checked on the way (docs/wire-format.md)."""

from __future__ import annotations

import json
import math
from typing import Any, cast

from .columns import decode_column, decode_strings
from .encode import VERSION
from .errors import FormatError
from .layout import TABLES, camel, check, make_columns
from .profile import Edges, Profile, Quality, Value

_AGAIN = "Run the cell again, or take another copy of the file."
_TEXTS = ("name", "engine", "engine_version", "engine_reason", "python", "platform")


def loads(text: str) -> Profile:
    """The profile in a JSON text; FormatError when it is not one."""
    try:
        message = json.loads(text, parse_constant=_not_a_number)
    except FormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise FormatError(f"This is not valid JSON: {error}.", _AGAIN) from error
    return decode(message)


def decode(message: Any) -> Profile:
    """The profile of a wire message; FormatError says what is wrong with it."""
    if not isinstance(message, dict):
        raise FormatError("A profile is a JSON object, and this is none.", _AGAIN)
    version = message.get("version")
    if type(version) is not int:
        raise FormatError("This JSON has no version, so it is no profile of nativeprofile.", _AGAIN)
    if version > VERSION:
        raise FormatError(
            f"This profile has the format {version}, and this nativeprofile knows {VERSION}.",
            "Update it: pip install -U nativeprofile",
        )
    if isinstance(message.get("error"), dict):
        failure = message["error"]
        raise FormatError(
            f"This output holds no profile: {failure.get('message')}",
            str(failure.get("remedy") or ""),
        )
    if "progress" in message:
        raise FormatError("This output was saved while its cell still ran.", "Run the cell again.")
    profile = Profile(
        meta=_object(message, "meta"),
        quality=cast("Quality", _object(message, "quality")),
        values=_values(message.get("values")),
        strings=decode_strings(message.get("strings")),
    )
    _check_meta(profile.meta)
    _check_quality(dict(profile.quality))
    tables = _object(message, "tables")
    for name in TABLES:
        if camel(name) in tables:
            _table(profile, name, tables[camel(name)])
    make_columns(profile)
    check(profile)
    return profile


def _table(profile: Profile, name: str, wire: Any) -> None:
    shown = camel(name)
    if not isinstance(wire, dict):
        raise FormatError(f"The table {shown} is not an object.", _AGAIN)
    if name == "edges":
        profile.edges = Edges()
    table = getattr(profile, name)
    for spec in TABLES[name]:
        if spec.wire in wire:
            where, found = f"{shown}.{spec.wire}", wire[spec.wire]
            if not spec.each:
                setattr(table, spec.attribute, decode_column(found, where).tolist())
            elif isinstance(found, list):
                columns = [decode_column(column, where).tolist() for column in found]
                setattr(table, spec.attribute, columns)
            else:
                raise FormatError(f"{where} is not a list of columns.", _AGAIN)
        elif not spec.optional:
            raise FormatError(f"The table {shown} lacks its column {spec.wire}.", _AGAIN)


def _object(message: dict[str, Any], key: str) -> dict[str, Any]:
    part = message.get(key)
    if not isinstance(part, dict):
        raise FormatError(f"The profile lacks its {key}.", _AGAIN)
    return part


def _values(wire: Any) -> list[Value]:
    if not isinstance(wire, list) or not wire:
        raise FormatError("The profile names no measured value.", _AGAIN)
    for item in wire:
        if not isinstance(item, dict) or not all(
            isinstance(item.get(key), str) for key in ("name", "unit")
        ):
            raise FormatError("A measured value lacks its name or its unit.", _AGAIN)
        if not isinstance(item.get("exact", False), bool):
            raise FormatError("A measured value does not say whether it is exact.", _AGAIN)
    return [_value(item) for item in wire]


def _value(item: dict[str, Any]) -> Value:
    value = Value(name=item["name"], unit=item["unit"])
    if item.get("exact"):
        value["exact"] = True
    if isinstance(item.get("title"), str):
        value["title"] = item["title"]
    terms = item.get("terms")
    if terms is not None:
        if not isinstance(terms, list) or not all(
            isinstance(term, list) and len(term) == 2 and all(type(part) is int for part in term)
            for term in terms
        ):
            raise FormatError("A derived value does not say what it is a sum of.", _AGAIN)
        value["terms"] = [(factor, row) for factor, row in terms]
    return value


def _check_meta(meta: dict[str, Any]) -> None:
    for key in _TEXTS:
        if not isinstance(meta.get(key), str):
            raise FormatError(f"meta.{key} is not text.", _AGAIN)
    for key in ("wall_ns", "cpu_ns", "started"):
        if not _is_amount(meta.get(key)):
            raise FormatError(f"meta.{key} is not a number from 0 on.", _AGAIN)
    cells = meta.get("cells")
    if not isinstance(cells, list) or not all(
        isinstance(cell, dict)
        and isinstance(cell.get("name"), str)
        and isinstance(cell.get("source"), str)
        for cell in cells
    ):
        raise FormatError("meta.cells is not a list of cells with name and source.", _AGAIN)


def _check_quality(quality: dict[str, Any]) -> None:
    notes = quality.get("notes", [])
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        raise FormatError("quality.notes is not a list of sentences.", _AGAIN)
    for key, value in quality.items():
        if key != "notes" and not _is_amount(value):
            raise FormatError(f"quality.{key} is not a number from 0 on.", _AGAIN)


def _is_amount(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and value >= 0


def _not_a_number(name: str) -> Any:
    raise FormatError(f"This JSON holds {name}, which is not a number.", _AGAIN)
