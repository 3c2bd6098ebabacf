"""The worker: turns a run's directory into the MIME bundle of its output.

Runs in a process of its own (`python -I -m nativeprofile.convert`), never in the user's
kernel; docs/architecture.md defines what it reads and writes.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

Progress = Callable[[int], None]
_MOMENT = 0.5
"""Seconds that a cell must run on before what only long cells gain from is prepared."""


def main(arguments: list[str] | None = None) -> int:
    """Reads a directory's name from standard input and answers; returns the exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    # A short life with large tables: looking for cycles in them would only take time.
    gc.disable()
    try:
        if "--wait" in words:
            _prepare()
        line = sys.stdin.readline()
        if not line.strip():
            return 0  # the cell was given up
        bundle = convert(Path(line.rstrip("\n")), _print_progress)
        sys.stdout.write(json.dumps(bundle, allow_nan=False) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        return 1  # nobody is listening any more
    except KeyboardInterrupt:
        _fail("Reading the recording was interrupted.", "Run the cell again.")
        return 1
    except Exception as error:
        if os.environ.get("NATIVEPROFILE_DEBUG"):
            traceback.print_exc()
        _fail(*explain(error))
        return 1
    return 0


def convert(directory: Path, progress: Progress) -> dict[str, Any]:
    """The MIME bundle of the run in `directory`; `progress` is told the samples read."""
    from nativeprofile.formats import runs

    run = runs.read_run(directory)
    return bundle(_read_run(directory, run, progress), interactive=run.get("html") == "interactive")


def read_directory(directory: Path, progress: Progress) -> Profile:
    """The profile of the run in `directory`. Raises FormatError, or what the reader raises."""
    from nativeprofile.formats import runs

    return _read_run(directory, runs.read_run(directory), progress)


def _read_run(directory: Path, run: dict[str, Any], progress: Progress) -> Profile:
    from nativeprofile.formats import cell_code, runs

    profile = _read(directory, run, progress)
    profile.meta = {**runs.meta(run), **profile.meta}
    if not profile.meta["cells"]:
        runs.name_cells(profile, run)
    cell_code.keep_text(profile, run)
    return profile


def bundle(profile: Profile, interactive: bool = False) -> dict[str, Any]:
    """The MIME bundle of a profile: the wire JSON, a text, and a static picture or the viewer."""
    from nativeprofile.render import embed
    from nativeprofile.render.static_html import static_html
    from nativeprofile.render.text import text
    from nativeprofile.tables.costs import StackCosts
    from nativeprofile.tables.encode import MIME_TYPE
    from nativeprofile.tables.shrink import encode_within, limit_of

    costs = StackCosts(profile) if profile.samples.stack else None
    message = encode_within(profile, limit_of(profile), costs)
    profile.quality = message["quality"]
    html = static_html(profile, message["summary"], costs)
    viewer = embed.viewer() if interactive else None
    return {
        MIME_TYPE: message,
        "text/plain": text(message["meta"], message["quality"], message["summary"], profile.values),
        "text/html": embed.fragment(message, html, *viewer) if viewer else html,
    }


def explain(error: BaseException) -> tuple[str, str]:
    """What happened and what to do, of any exception."""
    message = getattr(error, "message", None)
    if isinstance(message, str):  # FormatError, EngineError and their like
        return message, str(getattr(error, "remedy", ""))
    if isinstance(error, MemoryError):
        return "There was not enough memory to read the recording.", "Profile a shorter cell."
    if isinstance(error, OSError):
        what = f"{error.strerror or error} ({error.filename})" if error.filename else str(error)
        return f"The recording could not be read: {what}.", "Run the cell again."
    return (
        f"Reading the recording failed: {type(error).__name__}: {error}".rstrip(".") + ".",
        "Run the cell again with --engine cprofile, and please report this.",
    )


def _read(directory: Path, run: dict[str, Any], progress: Progress) -> Profile:
    engine = run["engine"]
    if engine == "perf":
        from nativeprofile import mixed

        return mixed.read(directory, run, progress)
    if engine == "pyspy":
        from nativeprofile import pyspy

        return pyspy.read(directory, run, progress)
    if engine == "cprofile":
        from nativeprofile.formats import pstats

        return pstats.read_run(directory, run)
    if engine in ("gprof", "sprof") and "binary" in run.get("data", {}):
        from nativeprofile.formats.gmon import run as gmon

        return gmon.read_run(directory, run)
    if engine == "gprof":
        from nativeprofile import gprof

        return gprof.read(directory, run)
    if engine == "callgrind":
        from nativeprofile import callgrind

        return callgrind.read(directory, run)
    if engine == "gcov":
        from nativeprofile import gcov

        return gcov.read(directory, run, progress)
    raise FormatError(
        f"No reader is known for recordings of the engine {engine!r}.",
        "Update nativeprofile: pip install -U nativeprofile",
    )


def _prepare() -> None:
    """Done while the cell runs, so that nothing is left to import or to find out at its end."""
    import contextlib
    import importlib

    for name in (
        "numpy",
        "formats.pstats",
        "mixed",
        "pyspy",
        "tables.shrink",
        "render.static_html",
    ):
        # What is missing is said when a run needs it.
        with contextlib.suppress(ImportError):
            importlib.import_module(name if name == "numpy" else f"nativeprofile.{name}")
    with contextlib.suppress(ImportError):
        from nativeprofile import mixed

        mixed.prepare(_cell_goes_on)


def _cell_goes_on() -> bool:
    """Waits a moment; False as soon as there is a recording to be read."""
    import select

    return not select.select([sys.stdin], [], [], _MOMENT)[0]


def _print_progress(samples: int) -> None:
    sys.stderr.write(f"progress {samples}\n")
    sys.stderr.flush()


def _fail(message: str, remedy: str) -> None:
    answer = {"message": " ".join(message.split()), "remedy": " ".join(remedy.split())}
    sys.stderr.write(json.dumps(answer) + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
