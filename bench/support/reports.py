"""What a profiler says to a question of bench/programs/README.md: a share, or None if it has
no answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from nativeprofile.tables.categories import Category, Kind
from nativeprofile.tables.decode import decode
from nativeprofile.tables.profile import Profile

_WAITING = {
    Category.GIL, Category.WAITING, Category.IO, Category.SLEEP, Category.LOCK, Category.QUEUED,
}  # fmt: skip
_NATIVE = {Category.BUILTIN, Category.EXTENSION, Category.SYSTEM}


class Report(Protocol):
    """The figures of one run."""

    def share(self, question: str) -> float | None: ...


@dataclass(frozen=True)
class Frame:
    """A frame of Python (`cell`: of the program's own file) or of native code."""

    function: str
    line: int
    cell: bool
    native: bool


@dataclass(frozen=True)
class Sample:
    """A stack from the root on with its weights; `off` tells why it did not run. Wall time is
    unknown (0) where only CPU time was sampled."""

    stack: tuple[Frame, ...]
    cpu: float
    wall: float
    main: bool
    native: bool
    off: str = ""


def _divide(part: float, whole: float) -> float | None:
    return part / whole if whole else None


class Stacks:
    """Figures of profilers that keep stacks."""

    def __init__(self, samples: list[Sample], lines: dict[str, int]) -> None:
        self._samples, self._lines = samples, lines

    def share(self, question: str) -> float | None:
        question = question.removeprefix("inclusive ")
        kind, _, rest = question.partition(" ")
        if kind == "wall":
            samples = [s for s in self._samples if s.main]
            inside = self._inside(rest)
            whole = sum(s.wall for s in samples)
            return _divide(sum(s.wall for s in samples if inside(s)), whole)
        if kind == "gil":
            inside = self._inside(rest.replace("in ", "function ", 1))
            samples = [s for s in self._samples if inside(s)]
            waited = sum(s.wall for s in samples if s.off == "gil")
            return _divide(waited, sum(s.wall for s in samples))
        inside = self._inside(question)
        whole = sum(s.cpu for s in self._samples)
        return _divide(sum(s.cpu for s in self._samples if inside(s)), whole)

    def _inside(self, question: str) -> Callable[[Sample], bool]:
        kind, _, name = question.partition(" ")
        if kind == "native":
            return lambda sample: sample.native
        if kind == "function":
            return lambda sample: any(f.function == name for f in sample.stack)
        number = self._lines[name]
        return lambda sample: any(f.cell and f.line == number for f in sample.stack)


class Lines:
    """Scalene's figures: what each line of the program's file took by itself, the code in
    other files below it included."""

    def __init__(self, rows: Iterable[list[float]], source: str, marks: dict[str, int]) -> None:
        self._rows = {int(line): (python, c, off) for line, python, c, off in rows}
        self._source, self._marks = source, marks

    def share(self, question: str) -> float | None:
        kind, _, rest = question.partition(" ")
        if not self._rows or kind == "gil":
            return None
        python, c, off = (sum(row[n] for row in self._rows.values()) for n in range(3))
        if kind == "native":
            return _divide(c, python + c)
        waiting = kind == "wall"
        if waiting:
            kind, _, rest = rest.partition(" ")
        lines = self._lines(kind, rest)
        part = sum(sum(self._rows.get(n, (0, 0, 0))[: 3 if waiting else 2]) for n in lines)
        return _divide(part, python + c + (off if waiting else 0))

    def _lines(self, kind: str, name: str) -> Iterable[int]:
        import ast

        if kind == "line":
            return [self._marks[name]]
        for node in ast.walk(ast.parse(self._source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
                return range(node.lineno, (node.end_lineno or node.lineno) + 1)
        return []


class Functions:
    """cProfile's figures: seconds of functions, C functions among them, on one thread."""

    def __init__(self, rows: list[list[Any]]) -> None:
        self._rows = [row for row in rows if not row[1].endswith("hooks.py")]

    def share(self, question: str) -> float | None:
        whole = sum(own for _, _, _, own, _ in self._rows)
        kind, _, name = question.removeprefix("wall ").partition(" ")
        if kind == "native":
            return _divide(sum(own for _, file, _, own, _ in self._rows if file == "~"), whole)
        if kind == "function":
            return _divide(sum(all_ for f, _, _, _, all_ in self._rows if f == name), whole)
        return None


def of_profile(wire: dict[str, Any], lines: dict[str, int]) -> Report:
    """Of our own profile, as its output holds it."""
    profile = decode(wire)
    names = [value["name"] for value in profile.values]
    cpu = profile.samples.values[names.index("cpu")]
    wall = profile.samples.values[names.index("wall")] if "wall" in names else None
    stacks = _stacks(profile)
    samples = []
    for n, row in enumerate(profile.samples.stack):
        category = profile.stacks.category[row]
        own = profile.samples.own
        if own is not None and own[n] >= 0:
            category = profile.stacks.category[own[n]]
        samples.append(
            Sample(
                stacks[row],
                cpu[n],
                wall[n] if wall else 0,
                bool(profile.threads.main[profile.samples.thread[n]]),
                category in _NATIVE or (category == Category.KERNEL and _called(profile, row)),
                Category(category).name.lower() if category in _WAITING else "",
            )
        )
    return Stacks(samples, lines)


def _stacks(profile: Profile) -> list[tuple[Frame, ...]]:
    strings, functions, frames = profile.strings, profile.functions, profile.frames
    known = []
    for function, line in zip(frames.function, frames.line, strict=True):
        name = strings[functions.name[function]].rsplit(".", 1)[-1]
        cell = strings[functions.file[function]].startswith("In[")
        native = functions.kind[function] != Kind.PYTHON
        known.append(Frame(name, line, cell and not native, native))
    stacks: list[tuple[Frame, ...]] = []
    for prefix, frame in zip(profile.stacks.prefix, profile.stacks.frame, strict=True):
        stacks.append((*(stacks[prefix] if prefix >= 0 else ()), known[frame]))
    return stacks


def _called(profile: Profile, row: int) -> bool:
    """Whether C code that Python called stands below the kernel's frames: interrupts of the
    evaluator are none of it."""
    while row >= 0:
        function = profile.frames.function[profile.stacks.frame[row]]
        kind = profile.functions.kind[function]
        if kind == Kind.PYTHON:
            return False
        if kind == Kind.NATIVE and profile.functions.category[function] in _NATIVE:
            return True
        row = profile.stacks.prefix[row]
    return True


def of_peer(result: dict[str, Any]) -> Report:
    """Of another profiler's run (`peer.py`)."""
    report, lines = result["report"], result["lines"]
    if report["kind"] == "functions":
        return Functions(report["rows"])
    if report["kind"] == "lines":
        return Lines(report["rows"], result["source"], lines)
    samples = []
    for stack, weight in report["rows"]:
        frames = tuple(
            Frame(name, line, Path(file).name == "program.py", not file.endswith(".py"))
            for name, file, line in stack
        )
        native = frames[-1].native if frames else False
        samples.append(Sample(frames, weight, weight, True, native))
    return Stacks(samples, lines)
