"""The engines by name."""

from __future__ import annotations

from importlib import import_module
from typing import TypedDict

from .base import Engine, Kind, Probe

AUTO = ("perf", "pyspy", "cprofile")
"""What `auto` tries, in this order."""
NAMES = (*AUTO, "gprof")


class Row(TypedDict):
    """One engine on this machine, as plain data: usable, or why not and what mends it."""

    name: str
    title: str
    """The engine's own, or its name if it cannot be imported."""
    kind: Kind | None
    available: bool
    reason: str
    remedy: str
    version: str


def load(name: str) -> Engine:
    """The engine called `name`; raises KeyError for an unknown one, ImportError if it is broken."""
    if name not in NAMES:
        raise KeyError(name)
    engine: Engine = import_module(f"{__package__}.{name}").ENGINE
    return engine


def probe(name: str, thorough: bool = False) -> Probe:
    """Probes one engine; whatever goes wrong is the reason why it is not available.

    `thorough` also runs the engine's `selftest`, where it has one: a short real recording,
    once in a process.
    """
    try:
        engine = load(name)
        result = engine.probe()
        selftest = getattr(engine, "selftest", None) if thorough else None
        return selftest() if result.available and selftest is not None else result
    except Exception as error:
        return Probe(
            available=False,
            reason=f"The engine {name} could not be examined: {type(error).__name__}: {error}.",
            remedy="Reinstall nativeprofile: pip install --force-reinstall nativeprofile",
        )


def probe_all(thorough: bool = False) -> list[Row]:
    """Every engine, probed now, those of `auto` first and in its order. May block for some 100 ms
    an engine, where `thorough` about a second."""
    rows: list[Row] = []
    for name in NAMES:
        result = probe(name, thorough)
        try:
            engine = load(name)
            title, kind = engine.title, engine.kind
        except Exception:
            title, kind = name, None
        rows.append(
            Row(
                name=name,
                title=title,
                kind=kind,
                available=result.available,
                reason=result.reason,
                remedy=result.remedy,
                version=result.version,
            )
        )
    return rows
