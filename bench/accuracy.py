"""Accuracy of ours and of other profilers on programs whose true shares are known.

    npm run bench -- accuracy [--rounds N] [--programs A,B] [--tools A,B] [--resume | --report]
        [--python315 PYTHON]

Each program measures its own truth by the clock of its thread while it runs
(bench/programs/README.md). Writes docs/accuracy.md and docs/accuracy.json; a run of some
programs or tools only prints its table.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from support import comparison, documents
from support.runs import Rounds, Row
from support.statistics import median_interval
from support.tools import PLAIN, Failed, Tool, chosen, ours, peers

RATE = 999
SECONDS = 2.4
"""What a run takes, about."""


@dataclass(frozen=True)
class Case:
    """A program, and how its answers are judged."""

    what: str
    spy: tuple[str, ...] = ()
    """Flags that py-spy needs for it."""
    needs: tuple[str, ...] = ()
    """What a tool must follow to have an answer."""
    calls: bool = False
    """Call-heavy: profiling shifts the program's own shares, so the truth is that of the
    unprofiled runs."""

    def asks(self, tool: Tool) -> bool:
        """Whether a run under this tool, or unprofiled, tells anything."""
        if tool is PLAIN:
            return self.calls
        return not any(need in tool.lacks for need in self.needs)

    def flags(self, tool: Tool) -> tuple[str, ...]:
        """What a tool that samples from outside is told besides."""
        if tool.peer.startswith("py-spy"):
            return self.spy
        if tool.peer.startswith("sampling"):
            return ("--mode", "wall" if "--idle" in self.spy else "cpu")
        return ()

    @property
    def bar(self) -> float:
        return 2.0 if self.calls else 1.5


CASES = {
    "two_lines": Case("two lines that call a C extension"),
    "split:10": Case("C extension, 10 %"),
    "split:50": Case("C extension, 50 %"),
    "split:90": Case("C extension, 90 %"),
    "callbacks": Case("C that calls Python back"),
    "cheap_dear": Case("cheap frequent calls, dear rare ones", calls=True),
    "recursive": Case("recursion", calls=True),
    "generators": Case("generators"),
    "threads": Case("two Python threads", needs=("threads",)),
    "thread_pool": Case("zlib in a thread pool", needs=("threads",)),
    "blas": Case("OpenBLAS on two threads", needs=("threads",)),
    "gil": Case("GIL contention", needs=("threads",)),
    "sleeps": Case("sleeping", spy=("--idle",)),
    "memory": Case("memory-bound code"),
    "child": Case("a forked child", spy=("--subprocesses",), needs=("children",)),
    "tasks": Case("two asyncio tasks"),
}
_INTRODUCTION = """# Accuracy

Written by `npm run bench -- accuracy` on {date}: {machine}; {versions}.

Each program (`bench/programs`) knows its true shares: it reads the CPU clock of its own thread
around what it does. A question is the share of one line, function or kind of code. The table gives
each profiler's error in percentage points, the median of {rounds} runs with its 95 % interval
(percentile bootstrap), each run in a process of its own, the profilers by turns. `–`: the profiler
has no answer to the question (no lines, no native code, one thread only).

Truth is that of the same run. In call-heavy programs (marked *) profiling itself shifts it, so
there it is that of unprofiled runs (for 3.15 sampling, whose Python is another, its own run's).

perf is this project's engine at {rate} samples a second as a user gets it by default; *perf full*
takes CPython's trampolines for full stacks and their cost out of the shares, *perf leaf* does
without callers (`--stacks`), so questions about what lies below Python functions are not put to it.

py-spy and pyinstrument sample as often; py-spy with native stacks stops the program for most of
its time at that rate and so has its own, 100, as Scalene has. *3.15 sampling* is Python 3.15's
`profiling.sampling`, where one is at hand. py-spy counts waiting threads or children only where
the question needs them.

A function's share is inclusive; Scalene's is the sum of its lines. *inclusive* marks what calls
functions of the program, which lines by themselves do not tell. *native* is code below a C
function that Python called, callbacks excluded: for py-spy a stack that ends in native code, for
cProfile and pyinstrument what they call built-in, for Scalene C. *wall* is a share of the main
thread's wall time, *gil* of that of the named function, the others are shares of CPU time;
cProfile and pyinstrument know wall time only.
"""


def measure(program: str, tool: Tool) -> Row:
    """One run's truth and answers."""
    case = CASES[program]
    try:
        result = tool.run(program, case.flags(tool))
        truth = result["truth"]
        shares = {question: tool.share(result, question) for question in truth}
    except Failed as failure:
        return {"failed": str(failure)}
    except Exception as error:  # whatever a profiler's file may hold: the others go on
        return {"failed": f"its figures cannot be read: {type(error).__name__}: {error}"}
    return {
        "elapsed": result["elapsed"],
        "cpu": result["cpu"],
        "truth": truth,
        "shares": shares,
    }


def questions(rounds: Rounds, programs: list[str]) -> list[tuple[str, str]]:
    """Each program's questions."""
    found: dict[tuple[str, str], None] = {}
    for program in programs:
        for row in rounds.rows:
            if row["program"] == program:
                found.update({(program, question): None for question in row.get("truth", {})})
    return list(found)


def errors(rounds: Rounds, program: str, tool: Tool, question: str) -> list[float]:
    """Percentage points by which each run's answer was off. Another version of Python does the
    program's work in other shares: its runs are judged by their own truth."""
    unprofiled = [row["truth"][question] for row in rounds.of(program, PLAIN.name)]
    found = []
    for row in rounds.of(program, tool.name):
        share = row["shares"].get(question)
        truth = row["truth"][question]
        if CASES[program].calls and unprofiled and not tool.python:
            truth = statistics.median(unprofiled)
        if share is not None:
            found.append(100 * abs(share - truth))
    return found


def report(rounds: Rounds, programs: list[str], tools: list[Tool]) -> tuple[str, list[Row]]:
    """The document's results, and every figure."""
    head = ["program", "question", "truth %", *(tool.name for tool in tools)]
    rows, data, verdicts = [], [], []
    for program, question in questions(rounds, programs):
        case = CASES[program]
        truth_rows = rounds.of(program, PLAIN.name) if case.calls else rounds.rows
        truths = [
            row["truth"][question]
            for row in truth_rows
            if row["program"] == program and "truth" in row
        ]
        figures: dict[str, tuple[float, float, float]] = {}
        for tool in tools:
            off = errors(rounds, program, tool, question)
            if off:
                figures[tool.name] = median_interval(off)
        shown = [_cell(figures.get(tool.name)) for tool in tools]
        name = case.what + (" *" if case.calls else "")
        truth = 100 * statistics.median(truths) if truths else float("nan")
        rows.append([name, question, f"{truth:.1f}", *shown])
        data.append({"program": program, "question": question, "truth": truth, "errors": figures})
        verdicts += _verdicts(case, name, question, figures, tools)
    text = documents.markdown_table(head, rows)
    if any(not tool.peer for tool in tools):
        text += "\n\n## Where perf falls short\n\n"
        text += "\n".join(f"- {verdict}" for verdict in verdicts) or (
            "Nowhere: it is within 1.5 points (call-heavy code: 2), and no other is better by "
            "more than the intervals."
        )
    if failures := rounds.failures():
        text += "\n\n## Runs that failed\n\n" + "\n".join(f"- {line}" for line in failures)
    return text, data


def _cell(figure: tuple[float, float, float] | None) -> str:
    if figure is None:
        return "–"
    return f"{figure[0]:.1f} ({figure[1]:.1f}–{figure[2]:.1f})"


def _verdicts(
    case: Case,
    name: str,
    question: str,
    figures: dict[str, tuple[float, float, float]],
    tools: list[Tool],
) -> list[str]:
    """Sentences on a question that our best mode does not answer well."""
    mine = {t.name: figures[t.name] for t in tools if not t.peer and t.name in figures}
    others = {t.name: figures[t.name] for t in tools if t.peer and t.name in figures}
    if not mine:
        return [f"{name}, {question}: no answer."]
    said = []
    for tool, (median, low, _) in mine.items():
        if median > case.bar:
            said.append(f"{name}, {question}: {tool} is {median:.1f} points off.")
        best = min(others.items(), key=lambda item: item[1][0], default=None)
        if best and best[1][0] < median and best[1][2] < low:
            said.append(f"{name}, {question}: {best[0]} is nearer than {tool}.")
    return said


def main() -> None:
    parser = comparison.parser(__doc__)
    parser.add_argument("--python315", help="a Python 3.15, to compare with its own profiler too")
    options = parser.parse_args()
    every = ours() + peers(RATE, options.python315)
    tools = chosen(every, options.tools)
    programs = comparison.chosen_programs(options.programs, list(CASES))
    by_name = {tool.name: tool for tool in (*tools, PLAIN)}
    whole = tools == every and programs == list(CASES)
    name = "accuracy" if whole else "accuracy-part"
    rounds = Rounds(name, options.resume or options.report)
    if not options.report:
        pairs = [
            (program, tool)
            for program in programs
            for tool in by_name
            if CASES[program].asks(by_name[tool])
        ]
        rounds.run(
            options.rounds, pairs, lambda program, tool: measure(program, by_name[tool]), SECONDS
        )
    text, data = report(rounds, programs, tools)
    print(text)
    if whole:
        comparison.publish("accuracy", _INTRODUCTION, text, {"questions": data}, rounds, rate=RATE)


if __name__ == "__main__":
    main()
