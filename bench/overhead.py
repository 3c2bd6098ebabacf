"""Overhead of the perf engine at 999 Hz, trampoline included, against the unprofiled run.

Runs are interleaved: round by round each program once without and once with the
profiler, each in a fresh process; the ratio is that of the medians' times inside the
cell. Also: stitched share and share of Python frames with their line.

    npm run bench -- overhead [--rounds N] [PROGRAM ...]
"""

from __future__ import annotations

import argparse
import statistics

from harness import run, save, table

PROGRAMS = [
    "calls",
    "recursion",
    "objects",
    "loop",
    "json_text",
    "regex",
    "numpy_mix",
    "matmul",
    "sort_key",
    "zlib_threads",
    "text",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("programs", nargs="*", default=PROGRAMS)
    options = parser.parse_args()
    plain: dict[str, list[float]] = {p: [] for p in options.programs}
    perf: dict[str, list[float]] = {p: [] for p in options.programs}
    quality: dict[str, list[dict[str, float]]] = {p: [] for p in options.programs}
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", flush=True)
        for program in options.programs:
            order = [None, "perf"] if number % 2 else ["perf", None]
            for engine in order:
                result = run(program, engine)
                (plain if engine is None else perf)[program].append(result["elapsed"])
                if engine is not None:
                    quality[program].append(result["quality"])
    rows: list[list[object]] = []
    for program in options.programs:
        base, with_perf = statistics.median(plain[program]), statistics.median(perf[program])
        worst = {
            key: min((q[key] for q in quality[program] if key in q), default=float("nan"))
            for key in ("stitched", "lines")
        }
        rows.append([program, base, with_perf / base, worst["stitched"], worst["lines"]])
    print(table(["program", "seconds", "ratio", "stitched", "lines"], rows))
    ratios = [float(str(row[2])) for row in rows]
    print(f"median {statistics.median(ratios):.3f} (bar 1.03), worst {max(ratios):.3f} (bar 1.15)")
    save(
        "overhead",
        {
            "rounds": options.rounds,
            "median": statistics.median(ratios),
            "worst": max(ratios),
            "programs": {
                str(row[0]): dict(
                    zip(["seconds", "ratio", "stitched", "lines"], row[1:], strict=True)
                )
                for row in rows
            },
        },
    )


if __name__ == "__main__":
    main()
