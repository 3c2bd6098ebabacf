"""Says by SIGPROF where CPU time goes: the timer ITIMER_PROF counts that of all threads, and its
signal finds the one that ran (setitimer(2), signal(7))."""

from __future__ import annotations

import ctypes
import signal

from .base import EngineError

_DEFAULT, _IGNORED = 0, 1
"""SIG_DFL, SIG_IGN."""
_SIGINFO, _RESTART = 0x4, 0x10000000


class _Action(ctypes.Structure):
    """`struct sigaction` of glibc."""

    _fields_ = (
        ("handler", ctypes.c_size_t),
        ("mask", ctypes.c_ulong * 16),
        ("flags", ctypes.c_int),
        ("restorer", ctypes.c_void_p),
    )


class Clock:
    """Lets code handle the signal from `start` to `stop`."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None)
        self._before: _Action | None = None
        self._handler = 0
        self.taken = False
        """Whether the cell took signal or timer for itself, so that samples are missing."""

    def obstacle(self) -> EngineError | None:
        """Why it cannot start, None if it can."""
        free = self._action().handler in (_DEFAULT, _IGNORED)
        if free and signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0):
            return None
        return EngineError(
            "Something else in this kernel (another profiler, or signal.setitimer) uses the "
            "signal SIGPROF, by which gprof measures time.",
            "Stop it (signal.setitimer(signal.ITIMER_PROF, 0); signal.signal(signal.SIGPROF, "
            "signal.SIG_DFL)), or restart the kernel.",
        )

    def start(self, handler: int, rate: int) -> None:
        """`handler` is the address of code, `rate` signals a second of CPU time: the system
        sends as many as its clock ticks at most. Raises EngineError."""
        obstacle = self.obstacle()
        if obstacle is not None:
            raise obstacle
        self._before, self._handler = self._action(), handler
        self._set(_Action(handler, flags=_SIGINFO | _RESTART))
        signal.setitimer(signal.ITIMER_PROF, 1 / rate, 1 / rate)

    def stop(self) -> None:
        """Puts timer and handler back; what the cell itself set up stays. May be called twice."""
        if self._before is None:
            return
        before, self._before = self._before, None
        ours = self._action().handler == self._handler
        self.taken = not ours or signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
        if ours:
            signal.setitimer(signal.ITIMER_PROF, 0)
            # Drops a signal that is still on its way; by default it would end the process.
            self._set(_Action(_IGNORED))
            self._set(before)

    def _action(self) -> _Action:
        action = _Action()
        self._libc.sigaction(signal.SIGPROF, None, ctypes.byref(action))
        return action

    def _set(self, action: _Action) -> None:
        self._libc.sigaction(signal.SIGPROF, ctypes.byref(action), None)
