"""Which of Valgrind's threads are the cell's: all but those that serve the notebook."""

from __future__ import annotations

import re
import threading
from pathlib import Path

from .callgrind_kernel import CallgrindKernel
from .callgrind_requests import Requests

_THREAD = re.compile(r"^Thread (\d+): status = .*\(lwpid (\d+)\)", re.MULTILINE)
_NOTEBOOK = ("ipykernel", "IPython", "nativeprofile", "zmq", "tornado", "jupyter_client", "debugpy")
"""Packages whose threads serve the notebook."""
_BELOW = "ZMQbg"
"""How libzmq names its threads."""


class Threads:
    """Valgrind's numbers of this process's threads, read when the run starts."""

    def __init__(self, kernel: CallgrindKernel, requests: Requests) -> None:
        before = kernel.log.stat().st_size if kernel.log.exists() else 0
        requests.log_threads()
        with kernel.log.open("rb") as file:
            file.seek(before)
            text = file.read().decode(errors="replace")
        numbers = {int(native): int(number) for number, native in _THREAD.findall(text)}
        self.own = numbers.get(threading.get_native_id(), 1)
        """The thread that runs the cell."""
        self._serving = {numbers[native] for native in _serving() if native in numbers}
        self._serving |= {numbers[native] for native in numbers if _is_below(native)}

    def counted(self, number: int) -> bool:
        """Whether what another thread of this number counted is the cell's."""
        return number != self.own and number not in self._serving


def _serving() -> list[int]:
    return [
        thread.native_id for thread in threading.enumerate() if thread.native_id and _serves(thread)
    ]


def _serves(thread: threading.Thread) -> bool:
    if thread.name.startswith("nativeprofile-"):
        return True
    target = getattr(thread, "_target", None)
    for one in (type(thread), target):
        if str(getattr(one, "__module__", "")).split(".")[0] in _NOTEBOOK:
            return True
    return False


def _is_below(native: int) -> bool:
    try:
        return Path(f"/proc/self/task/{native}/comm").read_text().startswith(_BELOW)
    except OSError:
        return False
