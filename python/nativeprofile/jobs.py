"""What a cell that runs in a process of its own is to the magics: its text, and who runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from IPython.core.error import UsageError

from .config import MAGIC

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .capture.cells import Cells
    from .capture.program import Job, ProgramSession
    from .engines.base import EngineError
    from .engines.program import Ended


class Typed(NamedTuple):
    """The cell that runs, as it was typed."""

    prompt: int
    cell_id: str | None
    text: str

    @property
    def above(self) -> int:
        """How many lines stand above the code: up to that of our magic, if it has one."""
        for number, line in enumerate(self.text.splitlines()):
            if line.strip():
                return number + 1 if line.split()[0] == f"%%{MAGIC}" else 0
        return 0


class Runner(Protocol):
    """Who runs jobs, one at a time."""

    shell: InteractiveShell
    cells: Cells

    def run_job(self, session: ProgramSession, job: Job) -> Ended:
        """Raises UsageError if nothing ran, KeyboardInterrupt."""


def nothing_ran(error: EngineError) -> UsageError:
    """What IPython shows where a job did not begin; the remedy, last, may be a command."""
    return UsageError(f"{error.message} Nothing was run. {error.remedy}".rstrip())
