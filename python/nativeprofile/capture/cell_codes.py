"""The compiled code of cells, handed on before it runs: IPython drops it when a cell ends."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class CellCodes:
    """Calls `keep` with each code object that `shell` runs, until `close`."""

    def __init__(self, shell: InteractiveShell, keep: Callable[[CodeType], None]) -> None:
        original: Callable[..., Any] = shell.run_code

        def run_code(code: CodeType, *arguments: Any, **options: Any) -> Any:
            keep(code)
            return original(code, *arguments, **options)

        self._shell = shell
        self._ours = run_code
        self._before = vars(shell).get("run_code")
        vars(shell)["run_code"] = run_code

    def close(self) -> None:
        """Takes itself out again; may be called twice."""
        if vars(self._shell).get("run_code") is not self._ours:
            return
        del vars(self._shell)["run_code"]
        if self._before is not None:
            vars(self._shell)["run_code"] = self._before
