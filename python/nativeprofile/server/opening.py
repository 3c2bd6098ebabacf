"""Profiles in files below the server's root folder.

Who may ask is decided in `handlers`; what may be read, here: regular files that the server's own
list of files shows, so none that is hidden, and none that a symbolic link has outside the root. A
process of its own reads them, limited in time, size and memory.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_core.paths import is_hidden

from nativeprofile import file_worker
from nativeprofile.engines import lifeline
from nativeprofile.server.errors import Refusal

LARGEST = 2_000_000_000
"""Bytes of the largest file that is read."""
SECONDS = 180.0
"""How long reading may take."""
AT_ONCE = 2
"""So many files are read at the same time; further requests wait."""

_OPTIONS = ("binary", "map")
_REMEDY = "Choose a file that JupyterLab's file browser shows."
_SMALLER = "Convert it where it is: nativeprofile convert IN OUT.nativeprofile.json"


@dataclass(frozen=True)
class Request:
    """A file to read, those to read it with, by option, and which of its parts."""

    path: Path
    beside: dict[str, Path]
    part: str | None


def checked(body: Any, root: Path, allow_hidden: bool = False) -> Request:
    """The request in `body`, `{path, beside?: {option: path}, part?}` with paths relative to
    `root`. Raises Refusal."""
    beside = body.get("beside") or {} if isinstance(body, dict) else None
    if (
        not isinstance(beside, dict)
        or not isinstance(path := body.get("path"), str)
        or not isinstance(part := body.get("part"), str | None)
        or not all(key in _OPTIONS and isinstance(one, str) for key, one in beside.items())
    ):
        raise Refusal(400, "The request lacks the path of a file.", "Send it as JSON.")
    return Request(
        path=_file(path, root, allow_hidden),
        beside={option: _file(one, root, allow_hidden) for option, one in beside.items()},
        part=part,
    )


def _file(path: str, root: Path, allow_hidden: bool) -> Path:
    """The file behind a path as the contents API has it. Raises Refusal."""
    pieces = path.strip("/").split("/")
    if "\0" in path or "\\" in path or any(piece in ("", ".", "..") for piece in pieces):
        raise Refusal(404, f"{path!r} is no path of a file on this server.", _REMEDY)
    top = Path(os.path.realpath(root))
    named = top.joinpath(*pieces)
    try:
        file = Path(os.path.realpath(named))
        if not file.is_relative_to(top):
            raise Refusal(403, f"{path} leads out of the folder that this server shows.", _REMEDY)
        if not allow_hidden and any(is_hidden(str(one), str(top)) for one in (named, file)):
            raise Refusal(404, f"{path} is not on this server, or hidden.", _REMEDY)
        facts = file.stat()
    except (OSError, ValueError) as error:  # ValueError: no file can have this name
        raise Refusal(404, f"{path!r} is not on this server.", _REMEDY) from error
    if not stat.S_ISREG(facts.st_mode):
        raise Refusal(415, f"{path} is no regular file.", _REMEDY)
    if facts.st_size > LARGEST:
        size, most = (f"{number / 1e9:.2f} GB" for number in (facts.st_size, LARGEST))
        raise Refusal(413, f"{path} has {size}; {most} are read at most.", _SMALLER)
    return file


async def read(request: Request) -> bytes:
    """The wire JSON of a file. Raises Refusal; ends the worker when it is cancelled."""
    # A worker that is ended removes no files of its own.
    with tempfile.TemporaryDirectory(prefix="nativeprofile-") as folder:
        return await _read(request, folder)


async def _read(request: Request, folder: str) -> bytes:
    worker = await asyncio.create_subprocess_exec(
        *lifeline.tied(),
        sys.executable,
        "-I",
        file_worker.__file__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "TMPDIR": folder},
        start_new_session=True,
    )
    line = {
        "path": str(request.path),
        "beside": {option: str(path) for option, path in request.beside.items()},
        "part": request.part,
    }
    name = request.path.name
    try:
        out, said = await asyncio.wait_for(
            worker.communicate(json.dumps(line).encode() + b"\n"), SECONDS
        )
    except asyncio.TimeoutError as error:
        raise Refusal(
            504, f"{name} could not be read within {SECONDS:.0f} seconds.", _SMALLER
        ) from error
    finally:
        if worker.returncode is None:
            # With what it started: perf, addr2line.
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            await worker.wait()
    if worker.returncode != 0:
        raise _refusal(said, name)
    return out


def _refusal(said: bytes, name: str) -> Refusal:
    """What the worker said at its end; it may have been ended in the middle of it."""
    try:
        words = json.loads(said.splitlines()[-1])
        return Refusal(422, str(words["message"]), str(words["remedy"]), words.get("needs"))
    except (IndexError, KeyError, TypeError, ValueError):
        return Refusal(
            500, f"What reads {name} ended before it was done.", "The file may be too large."
        )
