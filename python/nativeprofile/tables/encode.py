"""A profile as wire JSON (docs/wire-format.md)."""

from __future__ import annotations

import json
from typing import Any

from .columns import clean_text, encode_column, encode_strings
from .errors import FormatError
from .layout import TABLES, camel, check, rows
from .profile import Profile
from .summary import summarise

MIME_TYPE = "application/vnd.nativeprofile.v1+json"
VERSION = 1


def encode(profile: Profile, summary: dict[str, Any] | None = None) -> dict[str, Any]:
    """The wire form of `profile`: plain JSON, the same bytes for the same profile.

    `summary` defaults to the profile's own; `shrink` hands over that of the whole profile.
    Raises FormatError for a profile that contradicts itself: a reader would refuse it.
    """
    check(profile)
    tables: dict[str, Any] = {}
    for name, columns in TABLES.items():
        table = getattr(profile, name)
        if table is None or not rows(table):
            continue
        wire: dict[str, Any] = {}
        for column in columns:
            values = getattr(table, column.attribute)
            if values is not None:
                wire[column.wire] = (
                    [encode_column(one) for one in values] if column.each else encode_column(values)
                )
        tables[camel(name)] = wire
    message = {
        "version": VERSION,
        "meta": _clean(profile.meta),
        "quality": _clean(dict(profile.quality)),
        "summary": _clean(summary if summary is not None else summarise(profile)),
        "values": _clean(profile.values),
        "strings": encode_strings(profile.strings),
        "tables": tables,
    }
    # The TypeScript side always finds the functions, empty or not.
    if "functions" not in tables:
        tables["functions"] = {c.wire: [] for c in TABLES["functions"] if not c.optional}
    return message


def dumps(message: dict[str, Any]) -> str:
    """`message` as one line of JSON; never with NaN, which is not JSON."""
    try:
        return json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (ValueError, TypeError) as error:
        raise FormatError(f"The profile holds something JSON has no form for: {error}.") from error


def _clean(item: Any) -> Any:
    """Plain JSON with text that every reader can store."""
    if isinstance(item, str):
        return clean_text(item)
    if isinstance(item, dict):
        return {clean_text(str(key)): _clean(value) for key, value in item.items()}
    if isinstance(item, (list, tuple)):
        return [_clean(value) for value in item]
    return item
