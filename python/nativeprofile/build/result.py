"""What a build made, and how it is used."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .purposes import Purpose


@dataclass
class Built:
    """`folder` goes on `sys.path` where there are modules."""

    purpose: Purpose
    folder: Path
    imports: list[str] = field(default_factory=list)
    """What to import: packages and modules that stand in the folder."""
    modules: list[str] = field(default_factory=list)
    """The compiled modules, by their full names."""
    library: Path | None = None
    program: Path | None = None
    notes: list[str] = field(default_factory=list)

    def text(self) -> str:
        """For a person: what is there and the lines to type."""
        what = self.program or self.library or self.folder
        lines = [f"Built for {self.purpose.name} ({self.purpose.title}): {what}"]
        lines += [f"  {note}" for note in self.notes]
        magic = f"%%nativeprofile --engine {self.purpose.engine}"
        if self.program is not None:
            lines += ["In a notebook:", f"    {magic} --command {str(self.program)!r}"]
        elif self.library is not None:
            load = f"import ctypes; library = ctypes.CDLL({str(self.library)!r})"
            # Callgrind replays a cell, and a library that is loaded cannot be carried there.
            both = (magic, load) if self.purpose.engine == "callgrind" else (load, magic)
            lines += ["In a notebook:", *(f"    {line}" for line in both)]
        else:
            names = ", ".join(self.imports)
            lines += [
                f"Compiled: {', '.join(self.modules)}",
                "In a notebook, in a cell of its own, before anything imports the usual build:",
                f"    import sys; sys.path.insert(0, {str(self.folder)!r})",
                f"    import {names}",
                "then, in the cells to profile:",
                f"    {magic}",
                f"A kernel that has imported {names} already keeps what it has: restart it first.",
            ]
        return "\n".join(lines)

    def json(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "purpose": self.purpose.name,
            "engine": self.purpose.engine,
            "folder": str(self.folder),
            "imports": self.imports,
            "modules": self.modules,
            "library": str(self.library) if self.library else None,
            "program": str(self.program) if self.program else None,
            "notes": self.notes,
            "text": self.text(),
        }
