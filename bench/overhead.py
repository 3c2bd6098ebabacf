"""Overhead of ours and of other profilers on pyperformance's programs, and on two with numpy.

    npm run bench -- overhead [--rounds N] [--programs A,B] [--tools A,B] [--resume | --report]

Runs are interleaved: in each round each program runs once under each profiler and unprofiled,
in a process of its own. Writes docs/overhead.md and docs/overhead.json; a run of some
programs or tools only prints its tables.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from itertools import pairwise

from support import comparison, documents
from support.runs import Rounds, Row
from support.statistics import median_interval
from support.tools import PLAIN, Failed, Tool, chosen, ours, peers

LOOPS = {
    "async_tree none": 1,
    "deepcopy": 300,
    "deltablue": 80,
    "generators": 4,
    "json_dumps": 30,
    "json_loads": 800,
    "logging simple": 1300,
    "nbody": 4,
    "pickle pickle": 1300,
    "pyflate": 1,
    "raytrace": 2,
    "regex_v8": 12,
    "richards": 7,
    "sqlite_synth": 20_000,
    "xml_etree parse": 2,
}
"""pyperformance's programs, and how often each is run: about 0.7 s on a usual machine."""
PROGRAMS = {
    **{name: f"pyperformance:{name}:{loops}" for name, loops in LOOPS.items()},
    "numpy": "numpy_mix",
    "OpenBLAS": "matmul",
}
SHELL = Tool("unprofiled cell")
"""The same IPython shell as ours runs in, without the magic."""
SECONDS = 1.7
"""What a run takes, about."""
BAR = 1.02
NATIVE = ("py-spy native",)
"""Peers with native stacks."""
_INTRODUCTION = """# Overhead

Written by `npm run bench -- overhead` on {date}: {machine}; {versions}.

How much longer a program takes while it is profiled: its time in the profiled part against the
same unprofiled, the median of {rounds} runs each, by turns, each run in a process of its own.
Starting and stopping a profiler is not in it. perf is this project's engine at its 999 samples a
second, in an IPython shell, against the same shell without it; the others profile a script, each
at its own default rate (py-spy 100 a second, Scalene 100, pyinstrument 1000, cProfile every call),
against the unprofiled script. The first programs are pyperformance's, run without pyperf; the last
two use numpy and OpenBLAS.

Noise: an unprofiled run differs from another unprofiled run of the same program by {noise:.1%}
(median), {most:.1%} (nine tenths of all differ less).
"""


def measure(program: str, tool: Tool) -> Row:
    """One run's times."""
    try:
        result = tool.run(PROGRAMS[program])
    except Failed as failure:
        return {"failed": str(failure)}
    quality = result.get("profile", {}).get("quality", {})
    kept = {key: quality[key] for key in ("stitched", "lines", "lost") if key in quality}
    return {"elapsed": result["elapsed"], "cpu": result["cpu"], "quality": kept}


def ratio(rounds: Rounds, program: str, tool: Tool, clock: str) -> float | None:
    """Profiled against unprofiled; None without both."""
    plain = rounds.of(program, PLAIN.name if tool.peer else SHELL.name)
    runs = rounds.of(program, tool.name)
    if not plain or not runs:
        return None
    whole = statistics.median(float(row[clock]) for row in plain)
    return statistics.median(float(row[clock]) for row in runs) / whole


def noise(rounds: Rounds, programs: Sequence[str]) -> list[float]:
    """How much unprofiled runs differ from the one before, relatively; ascending."""
    found = []
    for program in programs:
        for tool in (PLAIN, SHELL):
            runs = [row["elapsed"] for row in rounds.of(program, tool.name)]
            found += [abs(b / a - 1) for a, b in pairwise(runs)]
    return sorted(found)


def report(rounds: Rounds, programs: list[str], tools: list[Tool]) -> tuple[str, Row]:
    """The document's results, and every figure."""
    parts, data = [], {}
    medians: dict[str, tuple[float, float, float]] = {}
    for clock, title in (("elapsed", "Wall time"), ("cpu", "CPU time of the process")):
        ratios = {
            tool.name: {program: ratio(rounds, program, tool, clock) for program in programs}
            for tool in tools
        }
        data[clock] = ratios
        rows = [
            [program, *(_cell(ratios[tool.name][program]) for tool in tools)]
            for program in programs
        ]
        known = {name: [r for r in by.values() if r is not None] for name, by in ratios.items()}
        figures = {name: median_interval(values) for name, values in known.items() if values}
        rows.append(["**median**", *(_median(figures.get(tool.name)) for tool in tools)])
        worst = (max(known[tool.name], default=None) for tool in tools)
        rows.append(["**worst**", *map(_cell, worst)])
        table = documents.markdown_table(["program", *(tool.name for tool in tools)], rows)
        parts.append(f"## {title}\n\n{table}")
        if clock == "elapsed":
            medians = figures
    parts.insert(0, "\n".join(f"- {line}" for line in _verdicts(medians, tools)))
    if failures := rounds.failures():
        parts.append("## Runs that failed\n\n" + "\n".join(f"- {line}" for line in failures))
    return "\n\n".join(parts), data


def _verdicts(medians: dict[str, tuple[float, float, float]], tools: list[Tool]) -> list[str]:
    """Whether our bars hold."""
    said = []
    for tool in tools:
        if tool.peer or tool.name not in medians:
            continue
        median, low, high = medians[tool.name]
        verdict = "within" if median <= BAR else "above"
        said.append(
            f"{tool.name}: median {median:.3f} (95 % interval over the programs "
            f"{low:.3f} to {high:.3f}), {verdict} its bar of {BAR}."
        )
        said += [
            f"{peer}, which has native stacks too, disturbs less: {medians[peer][0]:.3f}."
            for peer in NATIVE
            if peer in medians and medians[peer][2] < low
        ]
    return said


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _median(figure: tuple[float, float, float] | None) -> str:
    return "–" if figure is None else f"**{figure[0]:.3f}** ({figure[1]:.2f}–{figure[2]:.2f})"


def main() -> None:
    options = comparison.parser(__doc__).parse_args()
    every = ours() + peers()
    tools = chosen(every, options.tools)
    programs = comparison.chosen_programs(options.programs, list(PROGRAMS))
    by_name = {tool.name: tool for tool in (*tools, PLAIN, SHELL)}
    whole = tools == every and programs == list(PROGRAMS)
    rounds = Rounds("overhead" if whole else "overhead-part", options.resume or options.report)
    if not options.report:
        pairs = [(program, tool) for program in programs for tool in by_name]
        rounds.run(
            options.rounds, pairs, lambda program, tool: measure(program, by_name[tool]), SECONDS
        )
    text, data = report(rounds, programs, tools)
    print(text)
    differences = noise(rounds, programs) or [float("nan")]
    if whole:
        comparison.publish(
            "overhead",
            _INTRODUCTION,
            text,
            {"differences": differences, **data},
            rounds,
            SHELL,
            noise=statistics.median(differences),
            most=differences[len(differences) * 9 // 10],
        )


if __name__ == "__main__":
    main()
