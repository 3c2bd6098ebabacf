"""What the handlers answer, as plain functions that know nothing of a web server."""

from __future__ import annotations

from typing import TypedDict


class EngineModel(TypedDict):
    """One engine on this machine: usable, or why not and what mends it."""

    name: str
    title: str
    kind: str | None
    available: bool
    reason: str
    remedy: str
    version: str


def engines() -> list[EngineModel]:
    """Every engine in `auto`'s order, probed now. May block for some 100 ms an engine."""
    from nativeprofile.engines.registry import probe_all

    return [
        EngineModel(
            name=found["name"],
            title=found["title"],
            kind=found["kind"],
            available=found["available"],
            reason=found["reason"],
            remedy=found["remedy"],
            version=found["version"],
        )
        for found in probe_all()
    ]
