"""What a cell limits for itself, as an exercise or to be safe, does not bind the profiler."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

try:
    import resource
except ImportError:  # Windows has no such limits
    _NEEDED: dict[int, int] = {}
else:
    _NEEDED = {
        resource.RLIMIT_NOFILE: 1024,
        resource.RLIMIT_FSIZE: resource.RLIM_INFINITY,
        resource.RLIMIT_AS: resource.RLIM_INFINITY,
    }
    """Open files, bytes of a file, bytes of memory."""


@contextlib.contextmanager
def lifted() -> Iterator[None]:
    """Raises this process's own (soft) limits as far as they may be, and puts them back."""
    before = {}
    for limit, needed in _NEEDED.items():
        soft, hard = resource.getrlimit(limit)
        wanted = _least(needed, hard)
        if _least(soft, wanted) != wanted:
            resource.setrlimit(limit, (wanted, hard))
            before[limit] = soft, hard
    try:
        yield
    finally:
        for limit, values in before.items():
            resource.setrlimit(limit, values)


def _least(one: int, other: int) -> int:
    return min(one, other, key=lambda limit: limit % (1 << 64))
