"""Puts each distinct stack into the profile's prefix tree, its Python frames at their lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from nativeprofile.symbols.linetable import Position
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Category

from . import lines
from .classify import Facts, Group, classify
from .evidence import Callees, Evidence
from .functions import Functions
from .kinds import Kind, Kinds
from .processes import Processes
from .recording import Recording
from .roots import Root, Verdict, of_child, of_main, of_main_leaf, of_program, of_thread
from .shown import Shown
from .unwind import Frame, Unwinder


class Placement:
    """`place` fills in what `Kind` says about its place in the profile."""

    def __init__(
        self,
        recording: Recording,
        processes: Processes,
        unwinder: Unwinder,
        kinds: Kinds,
        functions: Functions,
        builder: Builder,
        cell: str | None,
    ) -> None:
        """`cell` is the compiled file name of the cell that ran."""
        self._recording = recording
        self._processes = processes
        self._unwinder = unwinder
        self._kinds = kinds
        self._functions = functions
        self._builder = builder
        self._cell = cell
        self.ballot = lines.Ballot()
        self.evidence = Evidence(recording.jumps, recording.opcodes)
        self.callees = Callees(recording, processes, unwinder)
        self._called: dict[tuple[int, int], int] = {}
        """The rows of native functions by the row of the Python frame that led to them."""

    def learn(self) -> None:
        """Makes the ballot ready to tell lines; comes before `place`."""
        for count in (self.ballot.vote, self.ballot.learn):
            for kind in self._kinds.all:
                for site in self._sites(kind):
                    if site is not None:
                        count(site, kind.samples)

    def place(self, kind: Kind) -> None:
        """Puts the stack into the profile's prefix tree, from the cell on."""
        shown = self._kinds.stack(kind.stack)
        kind.complete = kind.read or self._kinds.complete(kind.stack)
        kind.verdict, root = self._root(kind, shown)
        if kind.verdict is Verdict.OUTSIDE:
            return
        before = self.ballot.inferred
        rows = self._rows(kind, shown)
        kind.inferred = self.ballot.inferred - before
        partial = self._recording.partial or not kind.complete
        program = self._recording.program
        cut = kind.main and partial and not shown[root].root and not program
        if cut:
            kind.row = self.cell_row()
        kept = rows[: root + 1 + len(rows) - len(shown)]
        if kind.left:
            kept = [row for row in kept if row[0].facts.group is not Group.KERNEL]
        for frame, place in reversed(kept):
            kind.row = self._put(kind.row, frame, place)
            if frame.facts.group is Group.PYTHON:
                kind.launch = kind.row
                kind.python_frames += 1
                kind.known_lines += place[0] > 0
            else:
                kind.native_frames += 1
                kind.resolved += frame.resolved
        inside = [frame for frame, _ in kept]
        # Where a stack of the cell's thread was cut off, it was Python that called, further below.
        # And a program stands for itself: its time is its own, not the system's.
        below = [Facts(Group.PYTHON)] if cut or program else []
        self._categorize(kind, kind.row, inside, *below)
        kind.libraries = frozenset(
            frame.library
            for frame in takewhile(lambda frame: frame.facts.group is not Group.PYTHON, inside)
            if frame.library
        )
        if kind.launch >= 0:
            self._remember(kind)

    def _root(self, kind: Kind, shown: Sequence[Shown]) -> Root:
        if self._recording.program:
            return of_program(shown)
        if kind.pid != self._recording.pid:
            return of_child(shown)
        if not kind.main:
            return of_thread(shown)
        of_cell = of_main_leaf if self._recording.partial else of_main
        return of_cell(shown, kind.complete)

    def _remember(self, kind: Kind) -> None:
        """Takes note of the native functions that a Python frame had called."""
        table, row = self._builder.profile, kind.row
        while row != kind.launch:
            self._called[kind.launch, table.frames.function[table.stacks.frame[row]]] = row
            row = table.stacks.prefix[row]

    def completed(self, kind: Kind, launch: int) -> Kind:
        """The same for samples whose stack was cut off below its last frame, which this row's
        Python frame had called."""
        shown = self._native(kind)
        row = self._called.get((launch, shown[-1].function), -1)
        row = self.graft(kind, launch) if row < 0 else self._upon(row, kind, shown[:-1])
        return replace(kind, row=row, launch=launch, samples=0)

    def graft(self, kind: Kind, launch: int) -> int:
        """A worker's frames upon the Python frame that launched it."""
        return self._upon(launch, kind, self._native(kind))

    def _native(self, kind: Kind) -> list[Shown]:
        shown = [f for f in self._kinds.stack(kind.stack) if f.library or f.resolved]
        return [f for f in shown if not kind.left or f.facts.group is not Group.KERNEL]

    def _upon(self, row: int, kind: Kind, shown: Sequence[Shown]) -> int:
        for frame in reversed(shown):
            row = self._put(row, frame, (frame.line, -1, -1))
        self._categorize(kind, row, shown, Facts(Group.PYTHON))
        return row

    def _put(self, row: int, frame: Shown, place: Position) -> int:
        """A frame, and what the compiler put into it, upon a row of the prefix tree."""
        row = self._builder.stack(row, self._builder.frame(frame.function, *place), Category.PYTHON)
        for function, line in frame.inlined:
            inner = self._builder.frame(function, line, inlined=True)
            row = self._builder.stack(row, inner, Category.PYTHON)
        return row

    def cell_row(self) -> int:
        """The cell alone, at no line: under it stands what was cut off."""
        function = self._functions.python.cell(self._cell)
        if function is None:
            return -1
        return self._builder.stack(-1, self._builder.frame(function), Category.PYTHON)

    def _sites(self, kind: Kind) -> list[lines.Site | None]:
        """The Python frames, innermost first; None where the code object is unknown."""
        numbers, shown = self._unwinder.stacks[kind.stack], self._kinds.stack(kind.stack)
        sites: list[lines.Site | None] = []
        kernel = (n for n, f in enumerate(shown) if f.facts.group is not Group.KERNEL)
        interrupted = next(kernel, 0)  # how many frames of the system's kernel stand at the leaf
        for n, frame in enumerate(shown):
            if frame.facts.group is Group.PYTHON:
                # A caller that was read beside the sample has no frame of the evaluator of its own.
                inner = n > 0 and shown[n - 1].facts.group not in (Group.KERNEL, Group.PYTHON)
                evaluator = numbers[n - 1] if inner else -1
                found = kind.found[len(sites)]
                code = frame.code
                leaf = inner and n == 1 + interrupted
                site = None
                if code is not None:
                    operation = shown[n - 2].facts.symbol if inner and n > 1 else ""
                    callees = () if leaf or not inner else self.callees.upon(numbers, n)
                    told = self.evidence.units(code, operation, callees)
                    site = lines.Site(code, found, evaluator, leaf, told)
                sites.append(site)
        return sites

    def _rows(self, kind: Kind, shown: Sequence[Shown]) -> list[tuple[Shown, Position]]:
        """The stack's frames and where each was; native ones have a line only. The function that
        the innermost Python one had entered without a trampoline is put in."""
        sites = self._sites(kind)
        entered = self._entered(kind, sites)
        if entered is not None and sites[0] is not None:
            code = sites[0].code
            told = self.evidence.units(code, "", [entered.code.start])
            sites[0] = lines.Site(code, (), entered.evaluator, False, told)
        rest, rows = iter(sites), list[tuple[Shown, Position]]()
        for frame in shown:
            site = None
            if frame.facts.group is Group.PYTHON:
                site = next(rest)
                if entered is not None:
                    function = self._functions.show(Frame("", "", 0, -1, entered.number))
                    rows.append((function, self._place(entered)))
                    entered = None
            rows.append((frame, (frame.line, -1, -1) if site is None else self._place(site)))
        return rows

    def _place(self, site: lines.Site) -> Position:
        return self._functions.python.in_characters(site.code, self.ballot.place(site))

    def _entered(self, kind: Kind, sites: Sequence[lines.Site | None]) -> lines.Site | None:
        """The function that the evaluator of the innermost Python frame runs, where its pointers
        tell another one than the trampoline."""
        site, others = sites[0] if sites else None, self.ballot.usual(kind.others)
        code = self._processes.code(others[0].code) if others else None
        if site is None or code is None or site.evaluator < 0:
            return None
        found = tuple((p.slot, p.units) for p in others if p.code == others[0].code)
        return lines.Site(code, found, site.evaluator, True, number=others[0].code)

    def _categorize(self, kind: Kind, row: int, shown: Sequence[Shown], *below: Facts) -> None:
        """Sets the category of the samples whose leaf `row` is; all have these frames. What a
        thread waited for off the CPU has a leaf of its own."""
        if not kind.left:
            facts = [*(frame.facts for frame in shown), *below]
            self._builder.profile.stacks.category[row] = int(classify(facts))
