"""What a thread waits for, told by the library function that its stack ends in.

py-spy does not say whether a thread ran. A thread inside one of these functions nearly always
waits there; `read` and `write` of what is in memory already count as input and output too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nativeprofile.mixed.classify import Group
from nativeprofile.mixed.shown import Shown
from nativeprofile.tables.categories import Category

_SLEEP = re.compile(r"(clock_)?nanosleep|u?sleep")
_IO = re.compile(
    r"p?(read|write)v?(64)?|(recv|send)(from|to|m?msg|file(64)?)?|splice|connect|accept4?|"
    r"p?(poll|select)|epoll_p?wait2?|f(data)?sync|flock|lockf"
)
_OTHER = re.compile(r"wait(3|4|id|pid)?|pause|sigsuspend|sig(timed)?wait(info)?")
_FUTEX = re.compile(r"pthread_(cond_\w*wait|mutex_\w*lock|rwlock|join)|sem_\w*wait|lll_lock_wait")
_SLEEP_OF_PYTHON = "time_sleep"
"""Up to CPython 3.10 it sleeps by a `select` of no files."""
_LOCK_OF_PYTHON = ("PyThread_acquire_lock", "lock_", "rlock_", "thread_PyThread")


def waiting(stack: Sequence[Shown]) -> Category | None:
    """The category of a stack (leaf first) that waits; None for one that works."""
    names: list[str] = []
    caller: Shown | None = None
    lock = False
    for frame in stack:
        facts = frame.facts
        if facts.symbol.startswith(_LOCK_OF_PYTHON):
            lock = True
        if facts.group is not Group.SYSTEM:
            caller = frame
            break
        if facts.symbol:
            names.append(facts.symbol.lstrip("_"))
    if lock:
        return Category.LOCK
    if not names:
        # From CPython 3.13 on threads are joined by a function of the C library without a name.
        joins = caller is not None and caller.machinery and not caller.notebook
        return Category.LOCK if joins and caller is not stack[0] else None
    asleep = caller is not None and caller.facts.symbol == _SLEEP_OF_PYTHON
    leaf = names[0].removesuffix("_nocancel")
    for pattern, category in (
        (_SLEEP, Category.SLEEP),
        (_IO, Category.IO),
        (_OTHER, Category.WAITING),
    ):
        if pattern.fullmatch(leaf):
            return Category.SLEEP if asleep else category
    if not any(_FUTEX.match(name) for name in names):
        return None
    # Python itself waits on a condition only for its lock; a library for other threads.
    of_python = caller is not None and caller.facts.group is not Group.LIBRARY
    return Category.GIL if of_python else Category.LOCK
