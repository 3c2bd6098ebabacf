"""Debug information from a debuginfod server, where the user asked for it.

The web interface and the cache are those of elfutils (debuginfod(8), debuginfod_find_debuginfo(3)):
what one tool has fetched, the others find.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from . import elf

URLS = "DEBUGINFOD_URLS"
_BLOCK = 1 << 18
_ANSWER_SECONDS = 10.0


class Unreachable(Exception):
    """A server did not answer as it should: the message says which and why."""


def servers(environment: Mapping[str, str]) -> list[str]:
    """The addresses in `DEBUGINFOD_URLS`."""
    urls = environment.get(URLS, "").split()
    return [url.rstrip("/") for url in urls if url.startswith(("http://", "https://"))]


def cache(environment: Mapping[str, str]) -> Path:
    """The folder that holds what was fetched."""
    if chosen := environment.get("DEBUGINFOD_CACHE_PATH"):
        return Path(chosen)
    base = environment.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "debuginfod_client"


def fetch(build_id: str, urls: list[str], folder: Path, deadline: float) -> Path | None:
    """The file with the debug information of a build, out of the cache or from the first
    server that has it; None if none has. `deadline` as `time.monotonic` counts. Raises
    Unreachable, OSError."""
    import urllib.error  # slow to import, and seldom wanted

    place = folder / build_id / "debuginfo"
    if _fits(place, build_id):
        return place
    failure: Exception | None = None
    for url in urls:
        try:
            _download(f"{url}/buildid/{build_id}/debuginfo", place, deadline)
            if _fits(place, build_id):
                return place
            place.unlink()
            failure = Unreachable(f"{url} sent something else")
        except urllib.error.HTTPError as error:
            if error.code != 404:
                failure = Unreachable(f"{url} answered {error.code}")
        except (urllib.error.URLError, TimeoutError, ValueError) as error:
            failure = Unreachable(f"{url} did not answer: {getattr(error, 'reason', error)}")
    if failure:
        raise failure
    return None


def _download(url: str, place: Path, deadline: float) -> None:
    """Writes what a server sends to `place`, which is there whole or not at all."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("time is up")
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file, _open(url, min(left, _ANSWER_SECONDS)) as answer:
            while block := answer.read(_BLOCK):
                if time.monotonic() > deadline:
                    raise TimeoutError("time is up")
                file.write(block)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        if not any(place.parent.iterdir()):
            place.parent.rmdir()
        raise


def _open(url: str, seconds: float) -> BinaryIO:
    import urllib.request

    answer: BinaryIO = urllib.request.urlopen(url, timeout=seconds)
    return answer


def _fits(place: Path, build_id: str) -> bool:
    facts = elf.read(place)
    return facts is not None and facts.has_lines and facts.build_id == build_id
