"""Lets an engine evaluate a cell's code itself, where it counts that code and nothing around it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_STATEMENT = "nativeprofile.statement"
_CALLERS = (
    ("IPython.core.interactiveshell", "exec"),
    (_STATEMENT, "exec"),
    (_STATEMENT, "eval"),
)
"""The modules that run what the user typed, and by which builtin functions."""


class Evaluating(Protocol):
    """An engine that wants to run the code."""

    evaluator: Callable[[CodeType, Any, Any], Any]
    """`exec` and `eval`, without a Python frame of its own: tracebacks show frames."""

    def keep(self, code: CodeType) -> None:
        """Is given each code object of the cell before it runs."""

    def enter(self) -> None:
        """Called before code that awaits: the event loop runs it, from here to `leave`."""

    def leave(self) -> None: ...


class CellCalls:
    """Puts an engine in the place of `exec` where cells and statements are run, until `close`."""

    def __init__(self, shell: InteractiveShell, engine: Evaluating) -> None:
        original: Callable[..., Any] = shell.run_code

        async def run_code(
            code: CodeType, result: Any = None, *, async_: bool = False, **options: Any
        ) -> Any:
            engine.keep(code)
            if async_:
                engine.enter()
                try:
                    return await original(code, result, async_=async_, **options)
                finally:
                    engine.leave()
            with _Shown(shell) as shown:
                failed = await original(code, result, async_=async_, **options)
            return shown.show(result) or failed

        self._shell = shell
        self._before = vars(shell).get("run_code")
        vars(shell)["run_code"] = run_code
        for module, name in _CALLERS:
            if module in sys.modules:
                setattr(sys.modules[module], name, engine.evaluator)

    def close(self) -> None:
        """Takes itself out again; may be called twice."""
        for module, name in _CALLERS:
            if module in sys.modules:
                vars(sys.modules[module]).pop(name, None)
        vars(self._shell).pop("run_code", None)
        if self._before is not None:
            vars(self._shell)["run_code"] = self._before
            self._before = None


class _Shown:
    """Keeps the value of a cell's last expression from being displayed, which is work of the
    kernel, until the code has run."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._values: list[Any] = []

    def __enter__(self) -> _Shown:
        self._before = sys.displayhook
        # Where every expression is shown, output in between must keep its place.
        if self._shell.ast_node_interactivity != "all":
            sys.displayhook = self._values.append
        return self

    def __exit__(self, *exception: object) -> None:
        sys.displayhook = self._before

    def show(self, result: Any) -> bool:
        """Displays it; whether that failed, which is said as IPython says it."""
        for value in self._values:
            try:
                self._before(value)
            except BaseException as error:
                if result is not None:
                    result.error_in_exec = error
                self._shell.showtraceback()
                return True
        return False
