"""What the stacks of a profile cost, and which functions and lines are charged for it.

Machinery (functions flagged as plumbing) is folded into what called it, as in the views.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import numpy.typing as npt

from .categories import PLUMBING, Category, Kind
from .profile import Profile

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


def of_own_thread(profile: Profile) -> npt.NDArray[np.bool_]:
    """Which samples are those of the cell's own thread."""
    main = np.asarray(profile.threads.main, dtype=np.bool_)
    return main[np.asarray(profile.samples.thread, dtype=np.int64)]


def first_costs(profile: Profile) -> Floats:
    """What each sample counts in a picture that begins: its first value. Wall time added up over
    threads is mostly that of those which idle in a pool, so only the cell's own thread has it."""
    costs = np.asarray(profile.samples.values[0], dtype=np.float64)
    own = of_own_thread(profile)
    return costs * own if profile.values[0]["name"] == "wall" and own.any() else costs


class StackCosts:
    """What each row of the stack table costs, and which of its functions and lines it is.

    `own[row]` is the cost of the samples that end there, `below[row, category]` of those that
    end there or deeper; `depth[row]` counts its callers. `function[row]` is the row's function
    and `line[row]` its source line (a row of `places`, -1: none). `owner` and `line_owner` are
    who is charged for `own`, once machinery is folded. `first_function` and `first_line` tell
    whether the row is the outermost of its function or line: summing those counts recursion
    once.
    """

    def __init__(self, profile: Profile) -> None:
        stacks, frames, functions = profile.stacks, profile.frames, profile.functions
        length = len(stacks.prefix)
        samples = np.asarray(profile.samples.stack, dtype=np.int64)
        self.prefix = np.asarray(stacks.prefix, dtype=np.int64)
        self.category = np.asarray(stacks.category, dtype=np.int64)
        self.own: Floats = np.bincount(samples, weights=first_costs(profile), minlength=length)

        frame = np.asarray(stacks.frame, dtype=np.int64)
        functions_of_frames = np.asarray(frames.function, dtype=np.int64)
        self.function: Rows = functions_of_frames[frame]
        self.plumbing = (np.asarray(functions.flags, dtype=np.int64) & PLUMBING != 0)[self.function]
        python = (np.asarray(functions.kind, dtype=np.int64) == Kind.PYTHON)[self.function]
        self.places: list[tuple[int, int]] = []
        self.line: Rows = self._intern_lines(profile)[frame]
        self._fold(python)
        self.below = self._accumulate()
        self.first_function, self.first_line = self._outermost()

    def categories(self) -> dict[str, int]:
        """The cost of each category that was met."""
        totals = np.bincount(self.category, weights=self.own, minlength=len(Category))
        return {c.label: int(totals[c]) for c in Category if totals[c] > 0}

    def usual_categories(self, profile: Profile) -> list[int]:
        """For each function the category of the largest part of its own cost.

        One that has no cost of its own keeps the category that its table gives.
        """
        table = np.asarray(profile.functions.category, dtype=np.int64)
        split = np.zeros((len(table), len(Category)))
        np.add.at(split, (self.owner, self.category), self.own)
        usual = np.where(split.any(axis=1), split.argmax(axis=1), table)
        return [int(category) for category in usual]

    def _intern_lines(self, profile: Profile) -> Rows:
        frames, functions = profile.frames, profile.functions
        known: dict[tuple[int, int], int] = {}
        line_of_frame = np.full(len(frames.function), -1, dtype=np.int64)
        for row, (function, line) in enumerate(zip(frames.function, frames.line, strict=True)):
            file = functions.file[function]
            plumbing = functions.flags[function] & PLUMBING
            if functions.kind[function] == Kind.PYTHON and line > 0 and file >= 0 and not plumbing:
                line_of_frame[row] = known.setdefault((file, line), len(known))
        self.places = list(known)
        return line_of_frame

    def _fold(self, python: npt.NDArray[np.bool_]) -> None:
        """Finds who owns each row's own cost: itself, or its nearest caller that is shown.

        The owner of a line is the innermost Python line; a Python frame whose line is unknown
        owns its cost itself, so that no other line is charged for it.
        """
        owner, line_owner = self.function.tolist(), self.line.tolist()
        plumbing, is_python = self.plumbing.tolist(), python.tolist()
        for row, prefix in enumerate(self.prefix.tolist()):
            if prefix < 0:
                continue
            if plumbing[row]:
                owner[row] = owner[prefix]
            if line_owner[row] < 0 and (plumbing[row] or not is_python[row]):
                line_owner[row] = line_owner[prefix]
        self.owner: Rows = np.array(owner, dtype=np.int64)
        self.line_owner: Rows = np.array(line_owner, dtype=np.int64)

    def _accumulate(self) -> Floats:
        length = len(self.prefix)
        depth = [0] * length
        for row, prefix in enumerate(self.prefix.tolist()):
            if prefix >= 0:
                depth[row] = depth[prefix] + 1
        below = np.zeros((length, len(Category)))
        below[np.arange(length), self.category] = self.own
        self.depth: Rows = np.array(depth, dtype=np.int64)
        return self.with_callees(below)

    def with_callees(self, below: Floats) -> Floats:
        """Adds what each row of the stack table has to its callers, in place."""
        order = np.argsort(self.depth, kind="stable")
        deepest = int(self.depth.max(initial=0))
        starts = np.searchsorted(self.depth[order], np.arange(deepest + 2))
        for level in range(len(starts) - 2, 0, -1):
            level_rows = order[starts[level] : starts[level + 1]]
            np.add.at(below, self.prefix[level_rows], below[level_rows])
        return below

    def _outermost(self) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        length = len(self.prefix)
        first_function = np.zeros(length, dtype=np.bool_)
        first_line = np.zeros(length, dtype=np.bool_)
        children: dict[int, list[int]] = defaultdict(list)
        for row, prefix in enumerate(self.prefix.tolist()):
            children[prefix].append(row)
        functions, lines = self.owner.tolist(), self.line.tolist()
        folded = (self.plumbing & (self.owner != self.function)).tolist()
        on_path: dict[int, int] = defaultdict(int)
        lines_on_path: dict[int, int] = defaultdict(int)
        agenda = list(reversed(children[-1]))
        while agenda:
            row = agenda.pop()
            if row < 0:  # back from the subtree of ~row
                on_path[functions[~row]] -= 1
                lines_on_path[lines[~row]] -= 1
                continue
            function, line = functions[row], lines[row]
            if not folded[row] and not on_path[function]:
                first_function[row] = True
            if line >= 0 and not lines_on_path[line]:
                first_line[row] = True
            on_path[function] += 1
            lines_on_path[line] += 1
            if row in children:
                agenda.append(~row)
                agenda.extend(reversed(children[row]))
            else:
                on_path[function] -= 1
                lines_on_path[line] -= 1
        return first_function, first_line
