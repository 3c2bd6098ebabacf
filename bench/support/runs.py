"""Rounds of interleaved runs, kept as they come so that a benchmark can go on later."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from .environment import BENCH

Row = dict[str, Any]


class Rounds:
    """bench/results/NAME.jsonl: a line a run, each with its round, its program and its tool."""

    def __init__(self, name: str, resume: bool) -> None:
        self.file = BENCH / "results" / f"{name}.jsonl"
        self.file.parent.mkdir(exist_ok=True)
        if not resume:
            self.file.write_text("")
        self.rows: list[Row] = [json.loads(line) for line in _lines(self.file)]

    @property
    def number(self) -> int:
        """How many rounds there are."""
        return 1 + max((row["round"] for row in self.rows), default=-1)

    def run(
        self,
        rounds: int,
        pairs: Iterable[tuple[str, str]],
        measure: Callable[[str, str], Row],
        seconds: float,
    ) -> None:
        """Adds `rounds` rounds; in each, `measure(program, tool)` for all pairs, in an order
        that changes from round to round. `seconds`: what a run takes, about."""
        pairs = list(pairs)
        first = self.number
        print(f"{rounds} rounds of {len(pairs)} runs: {rounds * len(pairs) * seconds / 60:.0f} min")
        start = time.monotonic()
        for number in range(first, first + rounds):
            for program, tool in _turned(pairs, number):
                row = {"round": number, "program": program, "tool": tool, **measure(program, tool)}
                self.rows.append(row)
                with self.file.open("a") as file:
                    file.write(json.dumps(row) + "\n")
                if "failed" in row:
                    print(f"  {program} under {tool}: {row['failed']}", flush=True)
            minutes = (time.monotonic() - start) / 60
            print(f"round {number + 1} done after {minutes:.1f} min", flush=True)

    def of(self, program: str, tool: str) -> list[Row]:
        """The runs that brought a result."""
        return [
            row
            for row in self.rows
            if row["program"] == program and row["tool"] == tool and "failed" not in row
        ]

    def waited(self, tool: str) -> float:
        """The share of wall time in which the programs of one thread did not run under `tool`."""
        shares = [
            max(0.0, 1 - row["cpu"] / row["elapsed"])
            for row in self.rows
            if row["tool"] == tool and "failed" not in row
        ]
        return statistics.median(shares) if shares else 0.0

    def failures(self) -> list[str]:
        """A sentence for each pair of program and tool that failed."""
        found = {
            (row["program"], row["tool"]): row["failed"] for row in self.rows if "failed" in row
        }
        return [f"{program} under {tool}: {why}" for (program, tool), why in found.items()]


def _turned(pairs: list[tuple[str, str]], number: int) -> list[tuple[str, str]]:
    """Programs stay in order; each one's tools begin with another one in each round."""
    by_program: dict[str, list[str]] = {}
    for program, tool in pairs:
        by_program.setdefault(program, []).append(tool)
    return [
        (program, tools[(n + number) % len(tools)])
        for program, tools in by_program.items()
        for n in range(len(tools))
    ]


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []
