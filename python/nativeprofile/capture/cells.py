"""Which cells the kernel ran: their code's file names, prompts, ids and text.

IPython's compiler keeps the prompt of each file name it made, so cells that ran before this
package was loaded are known too. The same text run twice has one file name: the newest wins.
"""

from __future__ import annotations

import linecache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class Cells:
    """What the kernel ran so far; ids of cells are learnt while the hooks are in place."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._ids: dict[int, str] = {}
        self._ran: dict[int, str] = {}

    def next_prompt(self) -> int:
        """The prompt of a cell that is about to run.

        The shell's own counter will not do: IPython 8 steps it after a cell, 9 before.
        """
        history = self._shell.history_manager
        recorded = len(history.input_hist_raw) if history is not None else 0
        return recorded or int(self._shell.execution_count)

    def ran(self, prompt: int, cell_id: str | None) -> None:
        """Notes the notebook's id of the cell that runs as `In[prompt]`."""
        if cell_id is not None:
            self._ids[prompt] = cell_id

    def keep_typed(self, prompt: int, typed: str) -> None:
        """Puts what the user typed into `In[prompt]`, where IPython keeps what it ran."""
        parsed = self._parsed()
        if prompt < len(parsed) and parsed[prompt] != typed:
            self._ran[prompt] = parsed[prompt]
            parsed[prompt] = typed

    def rows(self) -> list[dict[str, Any]]:
        """The `cells` of run.json, oldest first."""
        file_names: dict[str, int] = getattr(self._shell.compile, "_filename_map", {})
        rows: list[dict[str, Any]] = [
            {
                "filename": name,
                "name": f"In[{prompt}]",
                "prompt": prompt,
                "id": self._ids.get(prompt),
                "source": self._source(name, prompt),
            }
            for name, prompt in file_names.items()
        ]
        return sorted(rows, key=lambda row: row["prompt"])

    def _source(self, filename: str, prompt: int) -> str:
        """The text as typed, if that is what the file name stands for; else the code as run.

        Code that a cell itself ran through IPython (`%%capture`) carries the cell's prompt
        but has a text of its own.
        """
        entry = linecache.cache.get(filename)
        lines: list[str] = list(entry[2]) if entry is not None and len(entry) == 4 else []
        history = self._shell.history_manager
        raw: list[str] = history.input_hist_raw if history is not None else []
        typed = raw[prompt] if prompt < len(raw) else ""
        if not lines:
            return typed
        parsed = self._parsed()
        ran = self._ran.get(prompt) or (parsed[prompt] if prompt < len(parsed) else "")
        code = "".join(lines)
        if code.strip() not in (ran.strip(), typed.strip()):
            return code
        typed_lines = typed.splitlines(keepends=True)
        # IPython drops leading blank lines: line 1 of the code is the first that is left.
        while len(typed_lines) > len(lines) and not typed_lines[0].strip():
            del typed_lines[0]
        return "".join(typed_lines)

    def _parsed(self) -> list[str]:
        history = self._shell.history_manager
        parsed: list[str] = history.input_hist_parsed if history is not None else []
        return parsed
