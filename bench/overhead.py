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
    runs: dict[tuple[str, str | None], list[dict[str, float]]] = {
        (program, engine): [] for program in options.programs for engine in (None, "perf")
    }
    quality: dict[str, list[dict[str, float]]] = {p: [] for p in options.programs}
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", flush=True)
        for program in options.programs:
            order = [None, "perf"] if number % 2 else ["perf", None]
            for engine in order:
                result = run(program, engine)
                runs[program, engine].append({k: result[k] for k in ("elapsed", "cpu")})
                if engine is not None:
                    quality[program].append(result["quality"])
    rows: list[list[object]] = []
    for program in options.programs:
        seconds = {
            (engine, clock): statistics.median(run[clock] for run in runs[program, engine])
            for engine in (None, "perf")
            for clock in ("elapsed", "cpu")
        }
        wall = seconds["perf", "elapsed"] / seconds[None, "elapsed"]
        cpu = seconds["perf", "cpu"] / seconds[None, "cpu"]
        worst = {
            key: min((q[key] for q in quality[program] if key in q), default=float("nan"))
            for key in ("stitched", "lines")
        }
        rows.append(
            [program, seconds[None, "elapsed"], wall, cpu, worst["stitched"], worst["lines"]]
        )
    head = ["program", "seconds", "wall ratio", "cpu ratio", "stitched", "lines"]
    print(table(head, rows))
    ratios = [float(str(row[2])) for row in rows]
    cpus = [float(str(row[3])) for row in rows]
    print(f"wall: median {statistics.median(ratios):.3f}, worst {max(ratios):.3f}")
    print(f"cpu: median {statistics.median(cpus):.3f}, worst {max(cpus):.3f}")
    print("bars: median 1.03, worst 1.15")
    save(
        "overhead",
        {
            "rounds": options.rounds,
            "median": statistics.median(ratios),
            "worst": max(ratios),
            "cpu median": statistics.median(cpus),
            "cpu worst": max(cpus),
            "programs": {str(row[0]): dict(zip(head[1:], row[1:], strict=True)) for row in rows},
        },
    )


if __name__ == "__main__":
    main()
