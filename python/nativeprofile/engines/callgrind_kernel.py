"""What a Callgrind kernel counts and where its files lie, as its launcher tells it."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, fields
from pathlib import Path

from .callgrind_command import Counting

VARIABLE = "NATIVEPROFILE_CALLGRIND"
"""The environment variable by which the launcher tells it."""
_HEAD = 1 << 16
"""Bytes of a file in which its header ends."""
OUT, LOG = "out.%p", "log"
"""The names of Callgrind's files in the folder: `out.PID.PART-THREAD`, and of its log."""


@dataclass(frozen=True, order=True)
class Dump:
    """A file of Callgrind's: which dump it is, and of which thread by Valgrind's number."""

    part: int
    thread: int
    path: Path

    def is_of(self, trigger: bytes) -> bool:
        """Whether it was asked for with these words."""
        with self.path.open("rb") as file:
            return b"\ndesc: Trigger: Client Request: %b\n" % trigger in file.read(_HEAD)


@dataclass(frozen=True)
class CallgrindKernel:
    """A kernel that was started under Callgrind by `nativeprofile serve-kernel`."""

    folder: Path
    """Private, and removed when the kernel has ended."""
    counting: Counting
    version: str
    """Valgrind's."""

    def variable(self) -> str:
        """What the environment variable holds."""
        told = {one.name: getattr(self.counting, one.name) for one in fields(Counting)}
        return json.dumps({"folder": str(self.folder), "version": self.version, **told})

    @property
    def log(self) -> Path:
        """What Valgrind says."""
        return self.folder / LOG

    def dumps(self, pid: int) -> list[Dump]:
        """What the process has written, in its order."""
        found = []
        for path in self.folder.glob(f"{OUT.replace('%p', str(pid))}.*-*"):
            part, _, thread = path.name.rpartition(".")[2].partition("-")
            if part.isdigit() and thread.isdigit():
                found.append(Dump(int(part), int(thread), path))
        return sorted(found)

    def written(self) -> list[Path]:
        """Every file of costs in the folder but those that Callgrind begins with."""
        return [path for path in self.folder.glob("out.*") if not path.suffix[1:].isdigit()]

    def processes(self) -> set[int]:
        """Those that have written costs."""
        found = (path.name.split(".")[1].split("-")[0] for path in self.written())
        return {int(number) for number in found if number.isdigit()}

    def lacks(self, asked: Counting) -> str | None:
        """The option of a cell that this kernel was started without, None if it has all.

        Threads are always kept apart, so that those of the notebook can be left out.
        """
        for one in fields(Counting):
            wanted, has = getattr(asked, one.name), getattr(self.counting, one.name)
            if wanted and wanted != has and one.name != "threads":
                return f"--{one.name}" + (f" {wanted}" if one.name == "toggle" else "")
        return None


def callgrind_kernel() -> CallgrindKernel | None:
    """This process's, None if it was started in another way."""
    try:
        told = json.loads(os.environ[VARIABLE])
        folder, version = Path(told.pop("folder")), told.pop("version")
        kernel = CallgrindKernel(folder, Counting(**told), version)
    except (KeyError, ValueError, TypeError, AttributeError):
        return None
    return kernel if folder.is_dir() else None


def under_valgrind() -> bool:
    """Whether this process runs under Valgrind, whoever started it."""
    return sys.platform == "linux" and "vgpreload_core" in os.environ.get("LD_PRELOAD", "")
