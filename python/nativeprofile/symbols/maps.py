"""/proc/PID/maps: what lies where in a process (proc_pid_maps(5))."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_LINE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S+) ([0-9a-f]+) \S+ \d+ *(.*)")


@dataclass(frozen=True)
class Mapping:
    """A range of addresses, end exclusive; `path` is empty for anonymous memory."""

    start: int
    end: int
    executable: bool
    offset: int
    path: str


class Maps:
    """The mappings of a process, by ascending address."""

    def __init__(self, text: str) -> None:
        """Lines that are no mapping are left out."""
        found = []
        for line in text.splitlines():
            match = _LINE.match(line)
            if match:
                start, end, access, offset, path = match.groups()
                found.append(
                    Mapping(int(start, 16), int(end, 16), "x" in access, int(offset, 16), path)
                )
        self.all = sorted(found, key=lambda m: m.start)
        self._starts = [m.start for m in self.all]

    def at(self, address: int) -> Mapping | None:
        """The mapping that holds the address."""
        index = bisect_right(self._starts, address) - 1
        if index >= 0 and address < self.all[index].end:
            return self.all[index]
        return None

    def in_file(self, address: int) -> tuple[str, int] | None:
        """The file mapped there and the address as an offset in that file."""
        mapping = self.at(address)
        if mapping is None or not mapping.path.startswith("/"):
            return None
        return mapping.path, address - mapping.start + mapping.offset

    def address(self, path: str, offset: int) -> int | None:
        """Where an offset of a file is mapped to be executed: the opposite of `in_file`."""
        for mapping in self.all:
            if mapping.executable and mapping.path == path:
                inside = offset - mapping.offset
                if 0 <= inside < mapping.end - mapping.start:
                    return mapping.start + inside
        return None
