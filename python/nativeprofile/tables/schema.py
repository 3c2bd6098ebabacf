"""The JSON schema of the wire format, made of the same table as the encoder and the checks.

`python -m nativeprofile.tables.schema` prints what `schema/wire/profile.v1.schema.json` holds.
"""

from __future__ import annotations

import json
from typing import Any

from .categories import Category
from .columns import LIMIT
from .coverage import KINDS
from .encode import MIME_TYPE
from .layout import TABLES, camel

_DRAFT = "http://json-schema.org/draft-07/schema#"
_TEXT = {"type": "string"}
_AMOUNT = {"type": "number", "minimum": 0}
_COUNT = {"type": "integer", "minimum": 0}
_LINE = {"type": "integer", "minimum": -1}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_TEXT_OR_NONE = {"type": ["string", "null"]}
_WHOLE_OR_NONE = {"type": ["integer", "null"]}
_CATEGORY = {"enum": [category.label for category in Category]}
_SHARES = (
    "stitched",
    "truncated",
    "lost",
    "unresolved",
    "attributed",
    "attributed_confidence",
    "trampolines",
    "trampolines_error",
    "lines",
)


def schema() -> dict[str, Any]:
    """Draft 7, of everything that an output of our MIME type can hold."""
    return {
        "$schema": _DRAFT,
        "title": MIME_TYPE,
        "description": "docs/wire-format.md says what each part means.",
        "oneOf": [_ref("profile"), _ref("progress"), _ref("error")],
        "definitions": {
            "profile": _profile(),
            "progress": _message("progress", _progress()),
            "error": _message("error", _object({"message": _TEXT, "remedy": _TEXT})),
            "column": {"oneOf": [_array(_integer()), _packed("varint", "delta-varint")]},
            "strings": {"oneOf": [_array(_TEXT), _packed("json")]},
            "costs": {
                "type": "object",
                "propertyNames": _CATEGORY,
                "additionalProperties": _COUNT,
            },
        },
    }


def _profile() -> dict[str, Any]:
    term = {**_array({"type": "integer"}), "minItems": 2, "maxItems": 2}
    value = _object(
        {
            "name": _TEXT,
            "unit": _TEXT,
            "exact": {"type": "boolean"},
            "title": _TEXT,
            "terms": _array(term),
        },
        ["exact", "title", "terms"],
    )
    parts = {
        "version": {"const": 1},
        "meta": _meta(),
        "quality": _quality(),
        "summary": _summary(),
        "values": {**_array(value), "minItems": 1},
        "strings": _ref("strings"),
        "tables": _tables(),
    }
    return _object(parts)


def _tables() -> dict[str, Any]:
    tables = {}
    for name, specs in TABLES.items():
        columns: dict[str, Any] = {
            spec.wire: _array(_ref("column")) if spec.each else _ref("column") for spec in specs
        }
        optional = [spec.wire for spec in specs if spec.optional]
        tables[camel(name)] = _object(columns, optional)
    return _object(tables, [name for name in tables if name != "functions"])


def _meta() -> dict[str, Any]:
    cell = _object(
        {"name": _TEXT, "prompt": {"type": "integer"}, "id": _TEXT_OR_NONE, "source": _TEXT}
    )
    part = _object(
        {"name": _TEXT, "trigger": _TEXT, "pid": _COUNT, "thread": _COUNT, "snapshot": _COUNT},
        ["trigger", "pid", "thread", "snapshot"],
    )
    keys: dict[str, Any] = {
        "name": _TEXT,
        "prompt": _WHOLE_OR_NONE,
        "cell_id": _TEXT_OR_NONE,
        "status": {"enum": ["ok", "error", "interrupted"]},
        "engine": _TEXT,
        "engine_version": _TEXT,
        "engine_reason": _TEXT,
        "kind": {"enum": ["sampled", "exact"]},
        "rate": {"type": ["number", "null"]},
        "started": _AMOUNT,
        "wall_ns": _AMOUNT,
        "cpu_ns": _AMOUNT,
        "thread_cpu_ns": _AMOUNT,
        "thread_queued_ns": _AMOUNT,
        "stacks": {"enum": ["full", "paired", "leaf"]},
        "python": _TEXT,
        "platform": _TEXT,
        "cells": _array(cell),
        "truncated": {"type": "boolean"},
        "time_slice": _COUNT,
        "parts": _array(part),
        "part": _COUNT,
        "time_unit": {"enum": ["i", "ms", "B"]},
    }
    optional = [
        "thread_cpu_ns",
        "thread_queued_ns",
        "stacks",
        "truncated",
        "time_slice",
        "parts",
        "part",
        "time_unit",
    ]
    return _object(keys, optional, more=True)


def _quality() -> dict[str, Any]:
    keys = {"samples": _COUNT, **dict.fromkeys(_SHARES, _SHARE), "notes": _array(_TEXT)}
    return _object(keys, list(keys), more=True)


def _summary() -> dict[str, Any]:
    function = _object(
        {
            "name": _TEXT,
            "file": _TEXT_OR_NONE,
            "line": _LINE,
            "category": _CATEGORY,
            "self": _COUNT,
            "inclusive": _COUNT,
            "source": _TEXT,
            "calls": _COUNT,
        },
        ["source", "calls"],
    )
    line = _object(
        {
            "file": _TEXT,
            "line": _LINE,
            "cell": _TEXT,
            "text": _TEXT,
            "self": _COUNT,
            "inclusive": _COUNT,
            "waiting": _COUNT,
            "categories": _ref("costs"),
        },
        ["cell", "text", "waiting"],
    )
    return _object(
        {
            "unit": _TEXT,
            "total": _COUNT,
            "wall_ns": _AMOUNT,
            "cpu_ns": _AMOUNT,
            "effective": _AMOUNT,
            "categories": _ref("costs"),
            "measured": _ref("costs"),
            "totals": _array(_COUNT),
            "functions": _array(function),
            "lines": _array(line),
            "coverage": _coverage(),
        },
        ["effective", "measured", "totals", "coverage"],
    )


def _coverage() -> dict[str, Any]:
    share = _object({"found": _COUNT, "hit": _COUNT})
    shares = dict.fromkeys(KINDS, share)
    reached = _array({**_array(_COUNT), "minItems": 2, "maxItems": 2})
    function = {"name": _TEXT, "file": _TEXT, "line": _LINE, "calls": _LINE}
    return _object(
        {
            "totals": _object(shares, [*KINDS]),
            "counts": _object(dict.fromkeys(("directories", "files", "never"), _COUNT)),
            "directories": _array(_object({"path": _TEXT, **shares}, [*KINDS])),
            "files": _array(_object({"path": _TEXT, "never": reached, **shares}, [*KINDS])),
            "never": _array(_object({**function, **shares}, [*KINDS])),
        }
    )


def _progress() -> dict[str, Any]:
    return _object(
        {
            "phase": {"enum": ["running", "converting"]},
            "elapsed_ns": _AMOUNT,
            "samples": _WHOLE_OR_NONE,
            "engine": _TEXT,
            "note": _TEXT,
        },
        ["note"],
    )


def _message(name: str, part: dict[str, Any]) -> dict[str, Any]:
    return _object({"version": {"const": 1}, name: part})


def _packed(*codecs: str) -> dict[str, Any]:
    data = {"type": "string", "contentEncoding": "base64"}
    return _object({"codec": {"enum": list(codecs)}, "length": _COUNT, "data": data})


def _integer() -> dict[str, Any]:
    return {"type": "integer", "minimum": -LIMIT + 1, "maximum": LIMIT - 1}


def _array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/definitions/{name}"}


def _object(
    keys: dict[str, Any], optional: list[str] | None = None, more: bool = False
) -> dict[str, Any]:
    required = [key for key in keys if key not in (optional or [])]
    return {
        "type": "object",
        "properties": keys,
        "required": required,
        "additionalProperties": more,
    }


if __name__ == "__main__":
    print(json.dumps(schema(), indent=2))
