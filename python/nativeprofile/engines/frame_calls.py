"""How a child process asks to have its Python frames read, as the kernel's own are.

It writes one line to a FIFO in the run's directory, which `frame_sampler` reads: JSON of its
process id, the address of a thread state that stays, and its `Layout`. Where nobody
reads there is no FIFO, and nothing happens.
"""

from __future__ import annotations

import contextlib
import os
from typing import NamedTuple

from . import frame_layout
from .frame_sampler.layout import Layout
from .ptrace import let_trace

FIFO = "frames.fifo"


class Place(NamedTuple):
    """Where a process keeps its frames; `state` is the address of a thread's state."""

    state: int
    layout: Layout


def here() -> Place | None:
    """This process's place, None if its frames cannot be read from outside."""
    try:
        layout, state = frame_layout.find()
    except frame_layout.Unreadable:
        return None
    return Place(state, layout)


def ask(directory: str, kernel: int, place: Place) -> None:
    """Asks the sampler, a child of the process `kernel`, to read this process too. Never raises.

    Where Yama asks for it the kernel's descendants may trace this process from now on, until the
    kernel ends: also the sampler of its next cell.
    """
    let_trace(kernel)
    announce(directory, os.getpid(), place)


def announce(directory: str, pid: int, place: Place) -> None:
    """Asks in the name of a process. Never raises."""
    # Without a reader, or with a full FIFO, it stays unread.
    with contextlib.suppress(OSError):
        fifo = os.open(f"{directory}/{FIFO}", os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            os.write(fifo, f"[{pid}, {place.state}, {list(place.layout)}]\n".encode())
        finally:
            os.close(fifo)
