"""The engines by name."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TypedDict

from .base import Engine, Kind, Probe
from .callgrind_kernel import under_valgrind
from .program import ProgramEngine

AUTO = ("perf", "pyspy", "cprofile")
"""What `auto` tries, in this order."""
UNDER_VALGRIND = ("callgrind", "cprofile")
"""The same in a Callgrind kernel."""
_BLIND = ("perf", "pyspy")
"""Those that would sample Valgrind there."""
NAMES = (*AUTO, "gprof", "gcov", "callgrind")

PROGRAMS = ("perf", "callgrind", "gprof", "gcov", "sprof")
"""Those that run a program in a process of its own; `auto` takes the first that works."""
REPLAYED = ("callgrind",)
"""Those that run a cell so, where it cannot be measured in the kernel."""
_REPLAYS = "Outside a kernel of its own it replays the cell in a fresh process, with cloudpickle."


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


def auto() -> tuple[str, ...]:
    """What `auto` tries in this process."""
    return UNDER_VALGRIND if under_valgrind() else AUTO


def load(name: str) -> Engine:
    """The engine called `name`; raises KeyError for an unknown one, ImportError if it is broken."""
    if name not in NAMES:
        raise KeyError(name)
    engine: Engine = import_module(f"{__package__}.{name}").ENGINE
    return engine


def load_program(name: str) -> ProgramEngine:
    """The engine for programs called `name`; raises KeyError for an unknown one, ImportError."""
    if name not in PROGRAMS:
        raise KeyError(name)
    engine: ProgramEngine = import_module(f"{__package__}.{name}_program").PROGRAM
    return engine


def probe(name: str, thorough: bool = False) -> Probe:
    """Probes one engine; whatever goes wrong is the reason why it is not available.

    `thorough` also runs the engine's `selftest`, where it has one: a short real recording,
    once in a process.
    """
    if name in _BLIND and under_valgrind():
        return Probe(
            available=False,
            reason=f"This kernel runs under Valgrind, which is all that {name} would see.",
            remedy="Use --engine callgrind.",
        )
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
        if not result.available and name in REPLAYED:
            result = load_program(name).probe()
            if result.available:
                result = replace(result, reason=_REPLAYS)
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
