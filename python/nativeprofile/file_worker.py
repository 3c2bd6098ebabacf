"""The worker that reads one file for the server: `python -I file_worker.py`, run by path.

One line of JSON comes in, `{"path", "beside": {option: path}, "part": name | null}`; the wire JSON
goes out, or `{"message", "remedy", "needs"?}` on standard error with status 1. A file comes from
anyone: what is wrong with it, or too much, ends this process and nothing else.
"""

from __future__ import annotations

import gc
import json
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

LARGEST = 64_000_000
"""Bytes of the answer, about: a larger profile is folded until it fits."""


def main() -> int:
    """Reads a request and answers it; returns the exit status."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    gc.disable()
    request = json.loads(sys.stdin.readline())
    path = Path(request["path"])
    try:
        _limit_memory()
        sys.stdout.write(_answer(path, request))
        sys.stdout.flush()
    except Exception as error:
        sys.stderr.write(json.dumps(_failure(error, path.name)) + "\n")
        return 1
    return 0


def _answer(path: Path, request: dict[str, Any]) -> str:
    from nativeprofile import formats
    from nativeprofile.tables.encode import dumps
    from nativeprofile.tables.shrink import encode_within

    beside = {option: Path(other) for option, other in request["beside"].items()}
    profile = formats.read(formats.recognise(path), path, beside, request["part"])
    return dumps(encode_within(profile, LARGEST))


def _failure(error: Exception, name: str) -> dict[str, str]:
    """What happened and what to do."""
    from nativeprofile.tables.errors import FormatError, MissingFileError

    if isinstance(error, FormatError):
        said = {"message": error.message, "remedy": error.remedy}
        return {**said, "needs": error.option} if isinstance(error, MissingFileError) else said
    if isinstance(error, MemoryError):
        return {
            "message": f"There is not enough memory to read {name}.",
            "remedy": "Record less at a time, or read it on a larger machine.",
        }
    return {
        "message": f"Reading {name} failed: {type(error).__name__}: {error}".rstrip(".") + ".",
        "remedy": "Look whether it is complete, and please report this.",
    }


def _limit_memory() -> None:
    """Has what is more than the machine has free fail here, before the system ends processes."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        facts = Path("/proc/meminfo").read_text(encoding="ascii")
        match = re.search(r"^MemAvailable:\s*(\d+) kB", facts, re.MULTILINE)
        if match is not None:
            free = int(match[1]) * 1024
            resource.setrlimit(resource.RLIMIT_DATA, (free, free))


if __name__ == "__main__":
    sys.exit(main())
