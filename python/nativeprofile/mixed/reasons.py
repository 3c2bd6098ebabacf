"""What a thread off the CPU waited for, told by the frames in which it left, or by the call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

from nativeprofile.tables.categories import Category

from .classify import GIL, Facts, Group

_TAKES_GIL = GIL | {
    "drop_gil",
    "PyEval_RestoreThread",
    "PyEval_AcquireThread",
    "PyGILState_Ensure",
}
"""Functions that wait for nothing else; the last three have names in stripped builds, too."""


class Timeout(Enum):
    """Where a system call that waits for descriptors has its time-out."""

    NONE = auto()
    EPOLL = auto()
    """epoll_wait: the fourth argument, in milliseconds."""
    POLL = auto()
    """poll: the third argument, in milliseconds."""
    SELECT = auto()
    """select: out of reach; without descriptors it only sleeps."""
    UNTOLD = auto()
    """The call's arguments are not known."""


class Reason(NamedTuple):
    """The category of an absence, and how a time-out may yet change it."""

    category: Category
    timeout: Timeout = Timeout.NONE


_NAMES: tuple[tuple[str, Reason], ...] = (
    (
        r"hrtimer_nanosleep|do_nanosleep|common_nsleep|_*(x64_sys_)?(clock_)?nanosleep|usleep|"
        r"pysleep|time_sleep",
        Reason(Category.SLEEP),
    ),
    (
        r"_*futex_|do_futex|__x64_sys_futex|_*(GI_)?_*pthread_(cond|mutex|rwlock|barrier|join|"
        r"clockjoin|timedjoin)|_*(new_)?sem_(wait|timedwait|clockwait)|do_semtimedop|"
        r"PyThread_acquire_lock|_PyParkingLot_|_PySemaphore_|fcntl_setlk|flock_lock|__lll_lock",
        Reason(Category.LOCK),
    ),
    (r"ep_poll|do_epoll_|_*epoll_p?wait", Reason(Category.IO, Timeout.EPOLL)),
    (r"do_sys_poll|do_poll|_*p?poll$", Reason(Category.IO, Timeout.POLL)),
    (r"do_select|core_sys_select|_*p?select(64)?$", Reason(Category.IO, Timeout.SELECT)),
    (
        r"do_wait$|kernel_wait|_*wait(4|id|pid)$|do_sigtimedwait|sigtimedwait|sigwait|"
        r"sigsuspend|_*pause$",
        Reason(Category.WAITING),
    ),
    (
        r"io_schedule|folio_wait|(anon_)?pipe_(read|write|wait)|sock_|_*sk_wait|__skb_|tcp_|udp_|"
        r"unix_|inet_|vfs_(read|write|fsync)|ksys_(read|write)|n?_?tty_|do_splice|"
        r"_*(libc_)?(pread|pwrite|readv?|writev?|recv(from|msg|mmsg)?|send(to|msg|mmsg|file)?|"
        r"connect|accept4?|fsync|fdatasync|open(at)?)(64|_nocancel)*$",
        Reason(Category.IO),
    ),
)
"""Functions of the kernel, the C library and Python by the start of their names."""
_PATTERNS = [(re.compile(pattern), reason) for pattern, reason in _NAMES]

UNKNOWN = Reason(Category.WAITING)
_FILES = (
    r"(p?(read|write)v?2?|open|f(data)?sync|sendfile|splice|copy_file_range|(posix_)?fallocate)"
)
_CALLS: tuple[tuple[str, Reason], ...] = (
    (r"(\w+\.)*sleep", Reason(Category.SLEEP)),
    (
        r"(.+\.)?(lock|RLock|SemLock)\.(acquire(_lock)?|__enter__)|(.+\.)?SimpleQueue\.get|"
        r"(.+\.)?_ThreadHandle\.join|fcntl\.(flock|lockf)",
        Reason(Category.LOCK),
    ),
    (r"select\.(select|e?poll\.poll)", Reason(Category.WAITING, Timeout.UNTOLD)),
    (
        rf"(posix|os)\.{_FILES}|(.+\.)?socket\.(recv\w*|send\w*|_accept|connect(_ex)?)|"
        r"(.+\.)?_SSLSocket\.(read|write|do_handshake|shutdown)|open|input|_io\.open|"
        r"_io\.\w+\.((read|write)\w*|flush|__next__)",
        Reason(Category.IO),
    ),
)
"""C functions by the names that Python gives them (`perf_entries`)."""
_OF_CALLS = [(re.compile(pattern), reason) for pattern, reason in _CALLS]
_OF_INSTRUCTIONS = {
    "RESUME": Reason(Category.GIL),
    "JUMP_BACKWARD": Reason(Category.GIL),
    "BEFORE_WITH": Reason(Category.LOCK),
}
"""Where the evaluator hands on its lock, and where it enters a C object: only locks wait there."""

_MILLISECOND = 1_000_000
_SLACK_NS = 300_000
"""Between the call with a time-out and the thread's leaving."""


def reason(stack: Sequence[Facts]) -> Reason:
    """Why a thread with this stack (leaf first) was off the CPU, if it left of itself."""
    found = None
    for frame in stack:
        if frame.group is Group.PYTHON:
            break
        if frame.symbol in _TAKES_GIL:
            return Reason(Category.GIL)
        if found is None and frame.symbol:
            found = next((r for pattern, r in _PATTERNS if pattern.match(frame.symbol)), None)
    return found or UNKNOWN


def reason_of_call(instruction: str, called: str) -> Reason:
    """Why a thread of which no more than the Python frames is known was off the CPU, if it left of
    itself: by the name of the innermost instruction, and of the C function that it calls ("":
    none, or not known)."""
    if not called:
        return _OF_INSTRUCTIONS.get(instruction, UNKNOWN)
    return next((r for pattern, r in _OF_CALLS if pattern.fullmatch(called)), UNKNOWN)


def settle(found: Reason, arguments: tuple[int, int, int], duration: int) -> Category:
    """The category of one absence: a wait for descriptors that ended by its time-out was a
    sleep. `arguments` are the system call's first, third and fourth."""
    first, third, fourth = arguments
    if found.timeout is Timeout.EPOLL:
        limit = _signed(fourth)
    elif found.timeout is Timeout.POLL:
        limit = _signed(third)
    else:
        idle = found.timeout is Timeout.SELECT and not _signed(first)
        return Category.SLEEP if idle else found.category
    slept = limit > 0 and duration >= limit * _MILLISECOND - _SLACK_NS
    return Category.SLEEP if slept else found.category


def _signed(argument: int) -> int:
    """A C int in a register."""
    return (argument & 0xFFFFFFFF ^ 0x80000000) - 0x80000000
