"""What gprof's engine leaves: a gmon.out for each library, and what stands in none as data."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter as Tally
from collections import defaultdict
from pathlib import Path
from typing import Any

from . import gprof_write
from .base import EngineError
from .gprof_images import Image
from .gprof_table import Table
from .loaded import Mapping, mappings
from .perf_images import build_ids

_COUNTER = "[nativeprofile]"
"""Where calls are counted."""
_USUAL_RATE = 100
"""Samples a second where there were none."""
_NOWHERE = Mapping(0, 0, "", "")


def write(directory: Path, images: list[Image], table: Table, cpu: int) -> dict[str, Any]:
    """Writes the files; returns the engine's `data` of run.json (docs/architecture.md). `cpu` is
    the process's CPU time in nanoseconds. Raises EngineError."""
    places = _Places(images)
    times = table.samples()
    total = sum(times.values())
    rate = max(1, round(total * 1e9 / cpu)) if total and cpu else _USUAL_RATE
    samples: dict[int, dict[int, int]] = defaultdict(dict)
    libraries: Tally[str] = Tally()
    for address, count in times.items():
        mapping = places.at(address)
        number = places.number(mapping)
        if number >= 0:
            samples[number][address - images[number].base] = count
        else:
            mine = mapping.start <= table.code < mapping.end
            libraries[_COUNTER if mine else mapping.file] += count
    inside, outside = places.divide(table.calls())
    files = []
    try:
        for number, image in enumerate(images):
            name = f"gmon-{number}.out"
            with (directory / name).open("wb") as file:
                gprof_write.header(file)
                gprof_write.histogram(file, samples[number], rate)
                gprof_write.calls(file, inside[number])
            files.append({"path": image.path, "file": name})
        ids = build_ids(Path("/proc/self/maps").read_text(errors="replace"))
    except OSError as error:
        raise EngineError(
            f"gprof's result could not be written to the temporary folder: {error.strerror}.",
            "Free space there, or point TMPDIR elsewhere and restart the kernel.",
        ) from error
    return {
        "images": files,
        "libraries": libraries,
        "outside": outside,
        "samples": total,
        "sample_ns": cpu / total if total else 0,
        "build_ids": {image.path: ids[image.path] for image in images if image.path in ids},
    }


class _Places:
    """What lies where."""

    def __init__(self, images: list[Image]) -> None:
        self._images = images
        self._mapped = mappings()
        self._starts = [mapping.start for mapping in self._mapped]
        self._numbers = {m.start: n for n, image in enumerate(images) for m in image.code}

    def at(self, address: int) -> Mapping:
        """The mapping that holds the address."""
        mapping = self._mapped[bisect_right(self._starts, address) - 1]
        return mapping if mapping.start <= address < mapping.end else _NOWHERE

    def number(self, mapping: Mapping) -> int:
        """The library that the mapping is code of, -1 for none of ours."""
        return self._numbers.get(mapping.start, -1)

    def divide(
        self, calls: list[tuple[int, int, int]]
    ) -> tuple[dict[int, list[tuple[int, int, int]]], list[list[Any]]]:
        """Calls within each library, as gprof has them, and rows of those from elsewhere: the
        number of the library, the function, that of the caller's library or -1, the caller or
        else its file, and how often. Addresses are those as linked."""
        inside: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        outside: list[list[Any]] = []
        for function, after, count in sorted(calls):
            # Where it goes on may be the next function, if the call was not to return.
            caller = after - 1
            calling = self.at(caller)
            to, of = self.number(self.at(function)), self.number(calling)
            if to < 0:
                continue  # a library that was unloaded meanwhile
            function -= self._images[to].base
            if of >= 0:
                caller -= self._images[of].base
            if to == of:
                inside[to].append((caller, function, count))
            else:
                outside.append([to, function, of, caller if of >= 0 else calling.file, count])
        return inside, outside
