"""gcov in the live kernel: which lines and branches of C and C++ extensions a cell ran.

The counters of extensions built with `gcc --coverage` are written to the run's directory as the
cell starts and as it ends; the reader subtracts. So what ran before does not count, and nothing in
the extensions is set back. Nothing appears where the extensions were built, neither then nor when
the kernel ends: libgcov takes what was written once for done.
"""

from __future__ import annotations

import platform
import shutil
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from .base import EngineError, Options, Probe, Raw
from .gcov_images import Image, dump, images
from .loaded import Memory, own_memory

_INSTEAD = "Use --engine perf or cprofile."
_BUILD = (
    "Build it with nativeprofile build PATH --for gcov (or gcc --coverage), restart the kernel and "
    "import it in this cell or one before."
)
_FAULT = "{0} {1}, so its counters cannot be found."
_GONE = "{0} was unloaded while the cell ran: what it counted is lost."
_LEVEL = 1
"""Of zlib: counters are mostly zeros."""


class Dump(TypedDict):
    """One library's counters: the folder with those before (None: it was loaded later) and after,
    relative to the run's directory. Below them a .gcda file stands under its own whole path."""

    image: str
    before: str | None
    after: str


@dataclass(frozen=True)
class _Part:
    """What one run counted; its files by name in the run's directory, packed."""

    name: str
    dumps: list[Dump]
    files: dict[str, bytes]


_parts: list[_Part] = []
"""The last run with those that it was added to, in case that the next one is added, too."""


class Gcov:
    name = "gcov"
    title = "gcov: lines and branches of extensions built with --coverage, counted"
    kind = "exact"

    def probe(self) -> Probe:
        """Whether extensions can be measured; `stop` looks whether there are any."""
        obstacle = _obstacle()
        if obstacle is not None:
            return Probe(available=False, reason=obstacle.message, remedy=obstacle.remedy)
        return Probe(
            available=True,
            reason="It sees C and C++ extensions that were built with gcc --coverage.",
        )

    def start(self, options: Options, directory: str) -> Recording:
        obstacle = _obstacle()
        if obstacle is not None:
            raise obstacle
        recording = Recording(Path(directory), options)
        recording.start()
        return recording


class Recording:
    """gcov at work; see `base.Running`."""

    def __init__(self, directory: Path, options: Options) -> None:
        self._directory = directory
        self._name = options.name or ""
        self._earlier = list(_parts) if options.add else []
        self._folder = directory / f"part-{len(self._earlier)}"
        self._before: dict[Image, str] = {}
        """The names of the folders with what was counted before."""

    def start(self) -> None:
        """Raises EngineError."""
        for image in _sound(_loaded()):
            self._before[image] = self._dump(image, f"before-{len(self._before)}")

    def stop(self) -> Raw:
        found = _loaded()
        sound = _sound(found)
        faults = [_FAULT.format(Path(i.path).name, i.fault) for i in found if i not in sound]
        if not sound:
            if faults:
                raise EngineError(" ".join(faults), found[0].remedy)
            raise EngineError(
                "No extension that is loaded in this kernel was built with --coverage, as gcov "
                "needs.",
                _BUILD,
            )
        dumps = [
            Dump(image=i.path, before=self._before.get(i), after=self._dump(i, f"after-{n}"))
            for n, i in enumerate(sound)
        ]
        gone = [_GONE.format(Path(i.path).name) for i in self._before if i not in sound]
        return Raw(data={"parts": self._keep(dumps)}, notes=[*gone, *faults])

    def abort(self) -> None:
        pass

    def samples(self) -> int | None:
        return None

    def _dump(self, image: Image, name: str) -> str:
        """Writes the counters as they are now; the folder's name within the run's directory."""
        dump(image, self._folder / name)
        return f"{self._folder.name}/{name}"

    def _keep(self, dumps: list[Dump]) -> list[dict[str, Any]]:
        """Writes the earlier runs beside this one, and keeps all of them for the next; returns
        `parts` of the engine's data."""
        try:
            for part in self._earlier:
                for name, packed in part.files.items():
                    path = self._directory / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(zlib.decompress(packed))
            files = {
                str(path.relative_to(self._directory)): zlib.compress(path.read_bytes(), _LEVEL)
                for path in self._folder.rglob("*")
                if path.is_file()
            }
        except OSError as error:
            raise EngineError(
                f"gcov's counters could not be written to the temporary folder: {error.strerror}.",
                "Free space there, or point TMPDIR elsewhere and restart the kernel.",
            ) from error
        _parts[:] = [*self._earlier, _Part(self._name, dumps, files)]
        return [{"name": part.name, "dumps": part.dumps} for part in _parts]


def _loaded() -> list[Image]:
    """The libraries built with `--coverage`. Raises EngineError."""
    with own_memory(Memory) as memory:
        return list(images(memory, set()))


def _sound(found: list[Image]) -> list[Image]:
    return [image for image in found if not image.fault]


def _obstacle() -> EngineError | None:
    """Why gcov cannot work in this process."""
    if sys.platform != "linux" or sys.maxsize < 1 << 32 or sys.byteorder != "little":
        here = f"{platform.system()} on {platform.machine()}"
        return EngineError(f"gcov in a kernel needs 64-bit Linux; this is {here}.", _INSTEAD)
    if shutil.which("gcov") is None:
        return EngineError(
            "gcov, which comes with GCC, is not installed.", "Run: apt-get install gcc"
        )
    return None


ENGINE = Gcov()
