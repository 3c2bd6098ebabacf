"""A cell in a fresh process under Callgrind, with the names that it reads."""

from __future__ import annotations

import ast
import json
import marshal
import os
import pickle
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from IPython.lib import pretty

from nativeprofile.engines.base import EngineError
from nativeprofile.engines.program import Ended, Program

from .cells import Cells
from .command import folder
from .interrupts import Deferred
from .program import Outcome
from .replay_carry import carry
from .replay_child import BEGAN, CELL, OUTCOME
from .replay_error import replayed_error
from .replay_names import names_read

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_CHILD = Path(__file__).with_name("replay_child.py")
_ROOT = Path(__file__).parents[2]
_INLINE = "module://matplotlib_inline"
_NAMED = 8
"""So many of the names that were carried are told."""
_SHELL = "get_ipython"
_CALLS = {"run_line_magic": "%", "run_cell_magic": "%%", "system": "!", "getoutput": "!"}
"""What IPython makes of magics and shell commands, and what they begin with."""


class Replay:
    """The job (`program.Job`) of running a cell elsewhere; `finish` shows what came of it."""

    def __init__(
        self, shell: InteractiveShell, cells: Cells, tree: ast.Module, filename: str, shows: bool
    ) -> None:
        """`tree` is the cell's code with the lines of `filename`; `shows`: whether the value of
        its last expression is wanted. Raises EngineError where the code cannot be replayed."""
        self._shell = shell
        self._cells = cells
        self._tree = tree
        self._shows = shows
        self._filename = filename
        self.ended: Ended | None = None
        """Set when it has run."""
        self._outcome: dict[str, Any] = {}
        _check(tree)

    def prepare(self, directory: str, interrupts: Deferred) -> Program:
        namespace = self._shell.user_ns
        own = self._shell.user_ns_hidden
        # `exit`, `open` and the like are IPython's own.
        theirs = {k for k, v in namespace.items() if not callable(v) or own.get(k) is not v}
        flags = self._shell.compile.flags
        names = names_read(self._tree, flags, theirs)
        head = {
            "codes": [marshal.dumps(code) for code in _codes(self._tree, self._filename, flags)],
            "shows": self._shows,
            "path": sys.path,
            "argv": sys.argv,
            "pretty": pretty.__file__,
        }
        with open(os.path.join(directory, CELL), "wb") as file:
            pickle.dump(head, file)
            self._carried = carry(file, namespace, names.needed, names.perhaps)
        argv = [sys.executable, str(_CHILD), str(_ROOT), directory]
        return Program(argv, _environment(), folder(), os.path.join(directory, BEGAN))

    def outcome(self, ended: Ended, directory: str) -> Outcome:
        self.ended = ended
        try:
            told = json.loads(Path(directory, OUTCOME).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            told = {
                "ran": os.path.exists(os.path.join(directory, BEGAN)),
                "shown": [],
                "error": None,
            }
        self._outcome = told
        if not told["ran"]:
            raise EngineError(*_not_begun(ended, told["error"]))
        status = "ok"
        if "error" in told:
            status = "interrupted" if ended.stopped else "error"
        return Outcome(
            status,
            "callgrind was asked for; it needs a process of its own.",
            [self._notice(), *(_stopped(ended) if status == "interrupted" else ())],
            self._cells.rows(),
            (told["wall"], told["cpu"]) if "wall" in told else None,
        )

    def finish(self) -> None:
        """Shows what the cell displayed; raises its exception, or KeyboardInterrupt if the user
        stopped it. May raise EngineError."""
        ended = self.ended
        assert ended is not None
        for bundle in self._outcome.get("shown", ()):
            self._shell.display_pub.publish(data=bundle, metadata={})
        told = self._outcome.get("error")
        if not self._outcome["ran"] and not ended.stopped:
            raise EngineError("The cell was not run.")
        if ended.stopped == "time limit":
            return
        if told is not None:
            cells = {
                row["filename"]: (row["name"], row["source"].splitlines())
                for row in self._cells.rows()
            }
            raise replayed_error(told, cells)
        if ended.stopped:
            raise KeyboardInterrupt
        if "error" in self._outcome:
            raise EngineError(*_died(ended))

    def _notice(self) -> str:
        names = self._carried[:_NAMED]
        more = len(self._carried) - len(names)
        carried = f" with {', '.join(names)}{f' and {more} more' * bool(more)} of this notebook"
        return (
            f"The cell ran in a fresh process under Valgrind{carried * bool(names)}: "
            "the variables of this kernel are as they were. Its time is the slower one there."
        )


def _codes(tree: ast.Module, filename: str, flags: int) -> Iterator[CodeType]:
    """The code of all statements but a last expression, and that of the expression."""
    flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    body = tree.body
    last = body[-1] if body else None
    if isinstance(last, ast.Expr):
        body = body[:-1]
    if body:
        yield compile(ast.Module(body, []), filename, "exec", flags, True)
    if isinstance(last, ast.Expr):
        yield compile(ast.Expression(last.value), filename, "eval", flags, True)


def _check(tree: ast.Module) -> None:
    """Raises EngineError for what needs this kernel's shell."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == _SHELL:
            what = "calls get_ipython"
        elif isinstance(node, ast.Attribute) and node.attr in _CALLS and _is_shell(node.value):
            what = f"has a magic or a shell command ({_CALLS[node.attr]})"
        else:
            continue
        raise EngineError(
            f"Line {node.lineno} {what}, which a fresh process without IPython cannot run.",
            "Take it out of this cell, or profile the cell in a Callgrind kernel "
            "(nativeprofile kernelspec install).",
        )


def _is_shell(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == _SHELL


def _environment() -> dict[str, str]:
    """This process's, so that two replays count the same and figures need no notebook."""
    env = {"PYTHONHASHSEED": "0", **os.environ}
    if env.get("MPLBACKEND", "").startswith(_INLINE):
        env["MPLBACKEND"] = "agg"
    return env


def _stopped(ended: Ended) -> Sequence[str]:
    if ended.stopped == "time limit":
        return ["The time limit ended the cell; what was counted until then is shown."]
    return ()


def _not_begun(ended: Ended, error: dict[str, Any] | None) -> tuple[str, str]:
    if ended.stopped:
        return "The fresh process was stopped before the cell began.", ""
    if error is None:
        return _died(ended, "before the cell began")
    if error["links"][-1]["name"] == EngineError.__name__:
        return error["value"], ""
    return (
        "The names that the cell reads could not be put up in a fresh process: "
        f"{error['links'][-1]['text']}.",
        "Make them within the cell, or profile it in a Callgrind kernel "
        "(nativeprofile kernelspec install).",
    )


def _died(ended: Ended, when: str = "in the middle of the cell") -> tuple[str, str]:
    how = f"ended with status {ended.returncode}"
    if ended.returncode < 0:
        how = f"was ended by {signal.Signals(-ended.returncode).name}"
    return f"The fresh process {how} {when}.", ""
