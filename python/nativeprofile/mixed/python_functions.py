"""Python functions of the profile: their modules, whether a cell holds them or machinery."""

from __future__ import annotations

from typing import Any

from nativeprofile.formats import modules
from nativeprofile.symbols.linetable import Position
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import PLUMBING, Category, Kind

from .classify import Facts, Group
from .recording import Code
from .shown import Shown

_CALLBACKS = frozenset(
    f"nativeprofile.engines.perf_{name}"
    for name in ("codes", "tasks", "children", "ledger", "trampoline")
)
_RUNS_CELLS = "IPython.core.interactiveshell", "run_code"


class PythonFunctions:
    """Makes functions of the profile out of names and files, each once."""

    def __init__(self, builder: Builder, run: dict[str, Any]) -> None:
        self._builder = builder
        self._cells: dict[str | None, Any] = {c["filename"]: c for c in run.get("cells", [])}
        self._sources: dict[str, list[str]] = {}

    def is_cell(self, file: str) -> bool:
        """Whether this is the compiled file name of a cell."""
        return file in self._cells

    def cell(self, file: str | None) -> int | None:
        """The function that stands for the code of a whole cell, by its compiled file name."""
        cell = self._cells.get(file)
        if cell is None:
            return None
        name = cell["name"]
        return self._builder.function(
            name, kind=Kind.PYTHON, category=Category.PYTHON, file=name, line=1, module=name
        )

    def show(
        self,
        name: str,
        qualname: str,
        file: str,
        *,
        defined: int = -1,
        identity: object = None,
        line: int = -1,
    ) -> Shown:
        """A function and its facts. `defined` is the line of its definition, `line` the one that
        runs (-1: unknown); `identity` tells functions of one name, file and line apart."""
        cell = self._cells.get(file)
        root = cell is not None and (qualname == "<module>" or name.startswith("<cell line"))
        module = cell["name"] if cell else modules.module_or_stem(file)
        machinery = cell is None and modules.is_machinery(module)
        function = self.cell(file) if root else None
        if function is None:
            function = self._builder.function(
                qualname,
                kind=Kind.PYTHON,
                category=Category.PYTHON,
                file=(cell["name"] if cell else file) or None,
                line=defined,
                module=module or None,
                flags=PLUMBING if machinery else 0,
                identity=identity,
            )
        return Shown(
            function,
            Facts(
                Group.PYTHON,
                name if module.startswith("importlib") else "",
                profiler=module in _CALLBACKS,
            ),
            line=line,
            cell=cell is not None,
            begins=module == "multiprocessing.process" and name == "_bootstrap",
            root=root,
            machinery=machinery,
            notebook=cell is None and modules.is_notebook(module),
            ours=module == "nativeprofile" or module.startswith("nativeprofile."),
            runs_cells=(module, name) == _RUNS_CELLS,
        )

    def in_characters(self, code: Code, place: Position) -> Position:
        """The place with its columns in characters where the source is a cell's."""
        line, column, end = place
        cell = self._cells.get(code.file)
        if cell is None or line < 1 or column < 0:
            return place
        text = self._sources.setdefault(code.file, cell["source"].split("\n"))
        if line > len(text) or text[line - 1].isascii():
            return place
        encoded = text[line - 1].encode()
        characters = [len(encoded[: max(n, 0)].decode(errors="ignore")) for n in (column, end)]
        return line, characters[0], characters[1] if end >= 0 else -1
