"""Accuracy of the perf engine on programs whose true shares are known by construction.

Each program measures its own truth by the thread's CPU clock while it runs; the keys of
its `truth` are a category (`extension`) or a line of the cell (`line 6`, inclusive).

    npm run bench -- accuracy [--rounds N] [--engine NAME]
"""

from __future__ import annotations

import argparse
import statistics
from typing import Any

from harness import run, save, table

PROGRAMS = ["split_10", "split_50", "split_90", "lines"]
CLOCKED = ("waiting",)
"""Categories measured by clocks beside the samples: no part of the CPU time."""


def reported(result: dict[str, Any], key: str) -> float:
    """The share that the profile gives for `key`."""
    summary = result["summary"]
    cpu = {k: v for k, v in summary["categories"].items() if k not in CLOCKED}
    if key.startswith("line "):
        wanted = int(key.removeprefix("line "))
        found = [
            line["inclusive"]
            for line in summary["lines"]
            if line.get("cell", line["file"]).startswith("In[") and line["line"] == wanted
        ]
        return sum(found) / summary["total"]
    return cpu.get(key, 0) / sum(cpu.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--engine", default="perf")
    options = parser.parse_args()
    rows: list[list[object]] = []
    for program in PROGRAMS:
        results = [run(program, options.engine) for _ in range(options.rounds)]
        for key in results[0]["truth"]:
            truth = [100 * r["truth"][key] for r in results]
            shares = [100 * reported(r, key) for r in results]
            errors = [abs(t - s) for t, s in zip(truth, shares, strict=True)]
            rows.append(
                [
                    program,
                    key,
                    statistics.median(truth),
                    statistics.median(shares),
                    statistics.median(errors),
                    max(errors),
                ]
            )
    head = ["program", "what", "truth %", "reported %", "median error", "worst error"]
    print(table(head, rows))
    print(f"worst {max(float(str(row[5])) for row in rows):.2f} points (bar 1.5)")
    save(
        f"accuracy-{options.engine}",
        {
            "rounds": options.rounds,
            "programs": [dict(zip(head, row, strict=True)) for row in rows],
        },
    )


if __name__ == "__main__":
    main()
