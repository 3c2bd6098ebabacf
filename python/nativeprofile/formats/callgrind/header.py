"""What the header of each part says: what ran, which events were counted, and their sums."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from nativeprofile.tables.errors import FormatError

MOST_EVENTS = 255
_POSITIONS = ("instr", "addr", "bb", "line")
_TERM = re.compile(r"(?:([+-]?\d+)\s*\*?\s*)?([A-Za-z_]\w*)")


@dataclass
class Event:
    """A derived event: a sum of others, each with a factor; or a longer name of a counted one."""

    name: str
    title: str = ""
    terms: tuple[tuple[int, str], ...] = ()


@dataclass
class Part:
    """One dump of a run, or one thread's share of it.

    `summary` is the cost of the run, `totals` the sum of the part's lines, as the file says them.
    `rows`, `calls` and `jumps` are the ranges of what the part added to each table.
    """

    file: str
    command: str = ""
    creator: str = ""
    pid: int | None = None
    thread: int | None = None
    number: int | None = None
    descriptions: list[tuple[str, str]] = field(default_factory=list)
    positions: tuple[str, ...] = ("line",)
    events: tuple[str, ...] = ()
    definitions: list[Event] = field(default_factory=list)
    summary: tuple[int, ...] | None = None
    totals: tuple[int, ...] | None = None
    rows: tuple[int, int] = (0, 0)
    calls: tuple[int, int] = (0, 0)
    jumps: tuple[int, int] = (0, 0)

    @property
    def unfinished(self) -> bool:
        """Whether the end is missing: Callgrind and Cachegrind close each part with its sums."""
        if self.totals is not None:
            return False
        cachegrind = self.summary is None and any(key == "I1 cache" for key, _ in self.descriptions)
        return self.creator.startswith("callgrind-") or cachegrind


def split(line: bytes) -> tuple[str, str] | None:
    """Key and value of a header line, None for another line."""
    match = re.match(rb"([a-z]+):[ \t]*(.*)", line)
    if match is None or match[1].decode() not in _READERS:
        return None
    return match[1].decode(), match[2].decode("utf-8", "backslashreplace").strip()


def put(part: Part, key: str, value: str) -> None:
    """Notes what a header line says. Raises FormatError for what cannot be read here."""
    _READERS[key](part, value)


def _version(part: Part, value: str) -> None:
    number = re.match(r"\d+", value)
    if number is not None and int(number[0][:9]) > 1:
        raise FormatError(
            f"{part.file} has version {value[:20]} of the callgrind format, which is unknown here.",
            "Update nativeprofile.",
        )


def _positions(part: Part, value: str) -> None:
    names = tuple(value.split())
    if not names or any(name not in _POSITIONS for name in names) or len(set(names)) < len(names):
        raise FormatError(
            f"{part.file} gives positions that are unknown here ({value[:40]!r}).",
            "Positions are instr and line.",
        )
    part.positions = tuple("instr" if name == "addr" else name for name in names)


def _events(part: Part, value: str) -> None:
    names = tuple(value.split())
    if not names:
        raise FormatError(f"{part.file} counts no events: its line `events:` is empty.")
    if len(names) > MOST_EVENTS:
        raise FormatError(f"{part.file} has {len(names)} events; {MOST_EVENTS} can be read.")
    part.events = names


def _event(part: Part, value: str) -> None:
    head, _, title = value.partition(":")
    name, _, formula = (piece.strip() for piece in head.partition("="))
    if name:
        part.definitions.append(Event(name, title.strip(), _terms(formula)))


def _terms(formula: str) -> tuple[tuple[int, str], ...]:
    """`Ir + 10 Bm + 10*L1m` as factors and names; empty for what is no such sum."""
    found = []
    for piece in formula.split("+") if formula else ():
        match = _TERM.fullmatch(piece.strip())
        if match is None:
            return ()
        found.append((int((match[1] or "1")[:9]), match[2]))
    return tuple(found)


def _description(part: Part, value: str) -> None:
    name, _, text = value.partition(":")
    part.descriptions.append((name.strip(), text.strip()))


def _integer(value: str) -> int | None:
    return int(value) if re.fullmatch(r"\d{1,18}", value) else None


def _counts(value: str) -> tuple[int, ...] | None:
    words = value.split()
    if not words or not all(re.fullmatch(r"-?\d{1,18}", word) for word in words):
        return None
    return tuple(int(word) for word in words)


def _put_command(part: Part, value: str) -> None:
    part.command = value


def _put_creator(part: Part, value: str) -> None:
    part.creator = value


def _put_pid(part: Part, value: str) -> None:
    part.pid = _integer(value)


def _put_thread(part: Part, value: str) -> None:
    part.thread = _integer(value)


def _put_number(part: Part, value: str) -> None:
    part.number = _integer(value)


def _put_summary(part: Part, value: str) -> None:
    part.summary = _counts(value)


def _put_totals(part: Part, value: str) -> None:
    part.totals = _counts(value)


_READERS = {
    "version": _version,
    "creator": _put_creator,
    "cmd": _put_command,
    "pid": _put_pid,
    "thread": _put_thread,
    "part": _put_number,
    "desc": _description,
    "positions": _positions,
    "events": _events,
    "event": _event,
    "summary": _put_summary,
    "totals": _put_totals,
}
CLOSING = ("summary", "totals")
"""These may stand behind a part's lines; any other key there begins the next part."""
