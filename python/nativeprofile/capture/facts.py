"""What a run knows beside the engine's files: run.json (docs/architecture.md)."""

from __future__ import annotations

import json
import platform
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nativeprofile.config import RunOptions
from nativeprofile.engines.base import EngineError, Kind, Raw

from .folder import NO_SPACE


@dataclass(frozen=True)
class Ran:
    """What ran: when, for how long (nanoseconds), by whom, and what became of it."""

    status: str
    """`ok`, `error` or `interrupted`."""
    started: float
    """Seconds since the epoch."""
    wall: int
    cpu: int
    pid: int
    tid: int
    thread: tuple[int, int] | None = None
    """CPU time of the cell's own thread and how long it waited for a CPU, where known."""


@dataclass(frozen=True)
class Measured:
    """Under which engine, and why it was that one."""

    engine: str
    version: str
    reason: str
    kind: Kind


def write_facts(
    directory: str,
    named: dict[str, Any],
    ran: Ran,
    measured: Measured,
    options: RunOptions,
    cells: Sequence[dict[str, Any]],
    raw: Raw,
) -> None:
    """Writes run.json; `named` are `name`, `prompt` and `cell_id`. Raises EngineError."""
    facts = {
        "format": 1,
        "engine": measured.engine,
        "engine_version": measured.version,
        "engine_reason": measured.reason,
        "kind": measured.kind,
        "rate": options.rate if measured.kind == "sampled" else None,
        **named,
        "status": ran.status,
        "started": ran.started,
        "wall_ns": ran.wall,
        "cpu_ns": ran.cpu,
        "pid": ran.pid,
        "tid": ran.tid,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": platform.platform(),
        "cells": list(cells),
        "html": options.html,
        "notes": raw.notes,
        "data": raw.data,
    }
    if ran.thread is not None:
        facts["thread_cpu_ns"], facts["thread_queued_ns"] = ran.thread
    try:
        Path(directory, "run.json").write_text(json.dumps(facts), encoding="utf-8")
    except FileNotFoundError as error:
        raise EngineError(
            "The run's temporary folder is gone: something removed it while the cell ran.",
            "Keep the cell from deleting nativeprofile-* in the folder for temporary files, "
            "then run it again.",
        ) from error
    except OSError as error:
        raise EngineError(
            f"The profile could not be written to {tempfile.gettempdir()}: {error.strerror}.",
            NO_SPACE,
        ) from error
