"""The clocks around a cell."""

from __future__ import annotations

from time import perf_counter, process_time

_began = _took = (0.0, 0.0)


def begin() -> None:
    """Starts them, anew if they run."""
    global _began
    _began = perf_counter(), process_time()


def end() -> None:
    global _took
    _took = perf_counter() - _began[0], process_time() - _began[1]


def took() -> dict[str, float]:
    """Seconds of wall time and of the process's CPU time."""
    return {"elapsed": _took[0], "cpu": _took[1]}
