"""Builds a profile row by row, interning everything that repeats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from .categories import Category, Kind
from .layout import make_columns
from .profile import Column, Edges, Profile, Quality, Value


class Builder:
    """Collects rows into a `Profile`; each method returns the row's index."""

    def __init__(self, values: list[Value], meta: dict[str, Any] | None = None) -> None:
        self.profile = Profile(meta=meta if meta is not None else {}, quality={}, values=values)
        make_columns(self.profile)
        self._strings: dict[str, int] = {}
        self._functions: dict[tuple[Any, ...], int] = {}
        self._frames: dict[tuple[int, int, int, int, bool], int] = {}
        self._stacks: dict[tuple[int, int], int] = {}

    def string(self, text: str | None) -> int:
        """The index of `text`, -1 for None."""
        if text is None:
            return -1
        index = self._strings.get(text)
        if index is None:
            index = self._strings[text] = len(self.profile.strings)
            self.profile.strings.append(text)
        return index

    def strings(self, texts: Iterable[str | None]) -> list[int]:
        """The indices of many texts."""
        known, before = self._strings, len(self._strings)
        found = [-1 if text is None else known.setdefault(text, len(known)) for text in texts]
        self.profile.strings.extend(islice(known, before, None))
        return found

    def thread(
        self, pid: int, tid: int, name: str, main: bool = False, *, process: str | None = None
    ) -> int:
        """Adds a thread (call once for each), all of them or none with the name of its process."""
        table = self.profile.threads
        if process is not None:
            table.process = [*(table.process or []), self.string(process)]
        table.pid.append(pid)
        table.tid.append(tid)
        table.name.append(self.string(name))
        table.main.append(int(main))
        return len(table.pid) - 1

    def function(
        self,
        name: str,
        *,
        kind: Kind,
        category: Category,
        file: str | None = None,
        line: int = -1,
        module: str | None = None,
        entry: str | None = None,
        source: str | None = None,
        flags: int = 0,
        identity: object = None,
    ) -> int:
        """Interns a function by name, file, line, source, kind and `identity`.

        `source` is the source file of a native function. `identity` tells apart functions
        that share name, file and line (two lambdas).
        """
        key = (name, file, line, source, kind, identity)
        index = self._functions.get(key)
        if index is None:
            table = self.profile.functions
            index = self._functions[key] = len(table.name)
            table.name.append(self.string(name))
            table.entry.append(self.string(entry))
            table.file.append(self.string(file))
            table.line.append(line)
            table.module.append(self.string(module))
            table.kind.append(int(kind))
            table.category.append(int(category))
            table.flags.append(flags)
            if source is not None and table.source is None:
                table.source = [-1] * index
            if table.source is not None:
                table.source.append(self.string(source))
        return index

    def frame(
        self,
        function: int,
        line: int = -1,
        column: int = -1,
        end_column: int = -1,
        inlined: bool = False,
    ) -> int:
        """Interns a place in a function, one that the compiler put into its caller if `inlined`."""
        key = (function, line, column, end_column, inlined)
        index = self._frames.get(key)
        if index is None:
            table = self.profile.frames
            index = self._frames[key] = len(table.function)
            table.function.append(function)
            table.line.append(line)
            table.column.append(column)
            table.end_column.append(end_column)
            if inlined and table.inlined is None:
                table.inlined = [0] * index
            if table.inlined is not None:
                table.inlined.append(int(inlined))
        return index

    def stack(self, prefix: int, frame: int, category: Category) -> int:
        """Interns a stack: `prefix` (-1 for a root) extended by `frame`.

        `category` is that of a sample whose leaf this is; the first caller decides.
        """
        key = (prefix, frame)
        index = self._stacks.get(key)
        if index is None:
            table = self.profile.stacks
            index = self._stacks[key] = len(table.prefix)
            table.prefix.append(prefix)
            table.frame.append(frame)
            table.category.append(int(category))
        return index

    def sample(self, thread: int, stack: int, time_us: int, *values: int) -> int:
        """Adds a sample; `values` in the order and units of `profile.values`."""
        table = self.profile.samples
        table.thread.append(thread)
        table.stack.append(stack)
        table.time.append(time_us)
        _append(table.values, values)
        return len(table.thread) - 1

    def edge(
        self,
        caller: int,
        callee: int,
        calls: int,
        self_value: Sequence[int] | None,
        inclusive: Sequence[int],
    ) -> None:
        """Adds an exact caller-to-callee edge; costs of each stored value.

        `self_value` is None where it is not known, then of all edges.
        """
        if self.profile.edges is None:
            self.profile.edges = Edges(self_value=None if self_value is None else [])
        table = self.profile.edges
        table.caller.append(caller)
        table.callee.append(callee)
        table.calls.append(calls)
        if table.self_value is not None and self_value is not None:
            _append(table.self_value, self_value)
        _append(table.inclusive, inclusive)

    def code(self, function: int, symbol: str | None, build: str, start: int) -> int:
        """Adds the machine code of a function (call once for each stretch of it)."""
        table = self.profile.code
        table.function.append(function)
        table.symbol.append(self.string(symbol))
        table.build.append(self.string(build))
        table.start.append(start)
        return len(table.function) - 1

    def instruction(self, code: int, offset: int, *values: int) -> int:
        """Adds an address that was sampled; `values` as for `sample`, over the whole profile."""
        table = self.profile.instructions
        table.code.append(code)
        table.offset.append(offset)
        _append(table.values, values)
        return len(table.code) - 1

    def finish(self, quality: Quality) -> Profile:
        """The finished profile, its samples in the order of their times."""
        self.profile.quality = quality
        samples = self.profile.samples
        # Recorders write one processor's samples after another's.
        order = sorted(range(len(samples.time)), key=samples.time.__getitem__)
        if order != list(range(len(order))):
            samples.thread, samples.stack, samples.time = (
                [column[row] for row in order]
                for column in (samples.thread, samples.stack, samples.time)
            )
            samples.values = [[column[row] for row in order] for column in samples.values]
            if samples.own is not None:
                samples.own = [samples.own[row] for row in order]
            if samples.task is not None:
                samples.task = [samples.task[row] for row in order]
        return self.profile


def _append(columns: list[Column], amounts: Sequence[int]) -> None:
    """Adds a row to the columns of values, which are made with the first."""
    if not columns:
        columns.extend([] for _ in amounts)
    for column, amount in zip(columns, amounts, strict=True):
        column.append(amount)
