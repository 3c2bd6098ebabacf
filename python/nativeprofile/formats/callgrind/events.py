"""The events of a recording as the values of a profile: their names in words, and sums of them.

Sums are those that the file defines, and KCacheGrind's where their events were counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nativeprofile.tables.profile import Value

from .header import Event

Terms = tuple[tuple[int, str], ...]

_TITLES = {
    "Ir": "Instruction Fetch",
    "Dr": "Data Read Access",
    "Dw": "Data Write Access",
    "I1mr": "L1 Instr. Fetch Miss",
    "D1mr": "L1 Data Read Miss",
    "D1mw": "L1 Data Write Miss",
    "ILmr": "LL Instr. Fetch Miss",
    "DLmr": "LL Data Read Miss",
    "DLmw": "LL Data Write Miss",
    "ILdmr": "LL Instr. Fetch Dirty Miss",
    "DLdmr": "LL Data Read Dirty Miss",
    "DLdmw": "LL Data Write Dirty Miss",
    "AcCost1": "L1 Bad Temporal Locality",
    "SpLoss1": "L1 Bad Spatial Locality",
    "AcCost2": "LL Bad Temporal Locality",
    "SpLoss2": "LL Bad Spatial Locality",
    "Bc": "Conditional Branch",
    "Bcm": "Mispredicted Cond. Branch",
    "Bi": "Indirect Branch",
    "Bim": "Mispredicted Ind. Branch",
    "Ge": "Global Bus Event",
    "sysCount": "System Calls",
    "sysTime": "Time in System Calls, Waiting Included",
    "sysCpuTime": "CPU Time in System Calls",
}
_SUMS = (
    Event("L1m", "L1 Miss Sum", ((1, "I1mr"), (1, "D1mr"), (1, "D1mw"))),
    Event("LLm", "Last-level Miss Sum", ((1, "ILmr"), (1, "DLmr"), (1, "DLmw"))),
    Event("Bm", "Mispredicted Branch", ((1, "Bim"), (1, "Bcm"))),
    Event(
        "CEst",
        "Cycle Estimation",
        ((1, "Ir"), (10, "Bm"), (10, "L1m"), (20, "Ge"), (100, "LLm")),
    ),
)
_MAYBE = {"CEst": {"Bm", "Ge"}}
"""Terms of a sum that are left out where they were not counted."""
_UNIT = re.compile(r"\s*\((?:elapsed|system cpu) (ns|us|ms)\)$")
_NANOSECONDS = {"ns": 1, "us": 1_000, "ms": 1_000_000}


def values_of(events: Sequence[str], definitions: Sequence[Event]) -> tuple[list[Value], list[int]]:
    """The values of a profile, and by counted event what one of it is of the value's unit.

    A definition whose events were not counted is left out.
    """
    defined = {one.name: one for one in definitions}
    values: list[Value] = []
    units: list[int] = []
    for name in events:
        title = defined[name].title if name in defined else ""
        time = _UNIT.search(title)
        if time is not None:
            title = ""  # the file's words name the unit that is no longer it
        units.append(_NANOSECONDS[time[1]] if time is not None else 1)
        value = Value(name=name, unit="count" if time is None else "ns", exact=True)
        if title := title or _TITLES.get(name, ""):
            value["title"] = title
        values.append(value)
    usual = {one.name: _counted(one, events) for one in _SUMS}
    known = {**usual, **{one.name: one for one in definitions if one.terms}}
    for name, one in known.items():
        terms = _flat(one.terms, events, known) if name not in events else None
        if terms is not None:
            unit = values[terms[0][1]]["unit"]
            value = Value(name=name, unit=unit, exact=True, terms=terms)
            if one.title:
                value["title"] = one.title
            values.append(value)
    return values, units


def _counted(one: Event, events: Sequence[str]) -> Event:
    """A usual sum without what it can do without and was not counted."""
    absent = {
        name
        for name in _MAYBE.get(one.name, ())
        if not any(of in events for _, of in (*_terms_of(name), (1, name)))
    }
    return Event(one.name, one.title, tuple(term for term in one.terms if term[1] not in absent))


def _terms_of(name: str) -> Terms:
    return next((one.terms for one in _SUMS if one.name == name), ())


def _flat(
    terms: Terms, events: Sequence[str], known: Mapping[str, Event], within: tuple[str, ...] = ()
) -> list[tuple[int, int]] | None:
    """A sum as factors and rows of counted events; None where one of it is not known, or is a sum
    of itself."""
    factors: dict[int, int] = {}
    for factor, name in terms:
        if name in events:
            parts = [(1, events.index(name))]
        elif name in known and name not in within:
            found = _flat(known[name].terms, events, known, (*within, name))
            if found is None:
                return None
            parts = found
        else:
            return None
        for inner, row in parts:
            factors[row] = factors.get(row, 0) + factor * inner
    return [(factor, row) for row, factor in factors.items()] or None
