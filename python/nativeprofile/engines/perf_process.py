"""The perf process that records this one: its arguments, its control channel, its end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from . import perf_counters, privileges
from .base import EngineError, Options
from .lifeline import tied
from .perf_trampoline import HIGH_DESCRIPTOR

START_SECONDS = 10.0
STOP_SECONDS = 10.0
SWITCH_RATE = 100_000
"""Stacks a second of a thread that leaves its CPU, at most: all of them but in a storm. A lower
rate would leave out what follows a quick succession, a long wait as likely as a short one."""
SWITCH_DEPTH = 16_384
"""Bytes of stack copied then."""
_RING_BYTES = 64 << 20
_UNPRIVILEGED_PAGES = 128
"""What perf_event_mlock_kb's default lets an ordinary user lock for each CPU."""


def command(
    perf: str,
    options: Options,
    output: str,
    compress: bool,
    pids: Sequence[int],
    switches: bool,
    events: Sequence[str] = (),
) -> list[str]:
    """perf's arguments, without the control channel; what `pids` start is recorded too.
    `switches`: the system lets us have the stacks of threads that leave their CPU (the times
    it tells everybody). `events` are further ones, which the machine has."""
    # Where nothing ties it to us perf notices our end by itself, unless children that the cell
    # left behind are still recorded.
    return [
        *tied(),
        *recorded(perf, options, output, compress, switches, events),
        f"--pid={','.join(map(str, pids))}",
        "--delay=-1",
    ]


def recorded(
    perf: str,
    options: Options,
    output: str,
    compress: bool,
    switches: bool,
    events: Sequence[str] = (),
) -> list[str]:
    """What is recorded, whatever the processes are; a program and its arguments may follow."""
    return [
        perf,
        "record",
        "--quiet",
        f"--output={output}",
        f"--freq={options.rate}",
        "--event=cpu-clock",
        *([_switch_event(options)] if switches else []),
        *perf_counters.arguments(events, options.rate, options.depth),
        "--switch-events",
        f"--call-graph=dwarf,{options.depth}",
        f"--mmap-pages={ring_pages()}",
        "--clockid=monotonic",
        "--no-buildid",
        "--no-buildid-cache",
        "--no-bpf-event",
        *(["--compression-level=1"] if compress else []),
    ]


def _switch_event(options: Options) -> str:
    rate, depth = min(SWITCH_RATE, perf_counters.most_samples()), min(SWITCH_DEPTH, options.depth)
    return f"--event=context-switches/freq={rate},call-graph=dwarf,stack-size={depth // 8 * 8}/"


def ring_pages() -> int:
    """Pages of perf's ring buffer for each CPU: a power of two, 16 MiB where that is allowed."""
    if not privileges.holds(privileges.IPC_LOCK):
        return _UNPRIVILEGED_PAGES
    pages = _RING_BYTES // os.sysconf("SC_PAGE_SIZE") // (os.cpu_count() or 1)
    return 1 << (max(256, min(4096, pages)).bit_length() - 1)


class Descriptor:
    """One end of a pipe, which the cell may close behind our back: it is used only while
    it is still ours, so that we never write to or close a file of the user."""

    def __init__(self, number: int) -> None:
        self.number = number
        status = os.fstat(number)
        self._identity = status.st_dev, status.st_ino

    def ours(self) -> bool:
        try:
            status = os.fstat(self.number)
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == self._identity

    def close(self) -> None:
        if self.ours():
            os.close(self.number)
        self._identity = (-1, -1)


def high(number: int) -> int:
    """The same file under a number that is out of the way of the user's."""
    try:
        high = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, HIGH_DESCRIPTOR)
    except OSError:
        return number
    os.close(number)
    return high


class PerfProcess:
    """A running `perf record`; `enable` begins the recording, `stop` ends it."""

    def __init__(self, arguments: list[str], directory: str) -> None:
        self._errors = Path(directory, "perf.stderr")
        control_read, control_write = os.pipe()
        ack_read, ack_write = os.pipe()
        try:
            with self._errors.open("wb") as errors:
                self.process = subprocess.Popen(
                    [*arguments, f"--control=fd:{control_read},{ack_write}"],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    pass_fds=(control_read, ack_write),
                    start_new_session=True,
                    env={**os.environ, "LC_ALL": "C"},
                )
        except OSError as error:
            os.close(control_write)
            os.close(ack_read)
            raise EngineError(f"perf could not be started: {error}.", "Reinstall perf.") from error
        finally:
            os.close(control_read)
            os.close(ack_write)
        self._control, self._ack = Descriptor(high(control_write)), Descriptor(high(ack_read))

    def enable(self) -> None:
        """Waits until perf records. Raises EngineError with what perf said if it does not."""
        with contextlib.suppress(BrokenPipeError):  # perf has ended: its words are read below
            os.write(self._control.number, b"enable\n")
        end = time.monotonic() + START_SECONDS
        ready = select.poll()
        ready.register(self._ack.number, select.POLLIN)
        answer = b""
        while not answer:
            if not ready.poll(max(0, int(1000 * (end - time.monotonic())))):
                raise EngineError(
                    f"perf did not begin to record within {START_SECONDS:.0f} seconds.",
                    "Try again on a less busy machine, or use --engine cprofile.",
                )
            answer = os.read(self._ack.number, 64)
            if not answer:
                self.process.wait(STOP_SECONDS)
                raise self.failure("perf ended before it began to record")

    def stop(self) -> bool:
        """Ends the recording; False if perf had ended before or ended badly."""
        if self.process.poll() is not None:
            self._close()
            return False
        try:
            if self._control.ours():
                os.write(self._control.number, b"stop\n")
            else:
                self.process.send_signal(signal.SIGINT)
            self.process.wait(STOP_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            self.kill()
            return False
        finally:
            self._close()
        return self.process.returncode in (0, -signal.SIGINT)

    def kill(self) -> None:
        """Ends perf at once; never raises, may be called in any state."""
        self._close()
        try:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait(STOP_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            pass

    def _close(self) -> None:
        self._control.close()
        self._ack.close()

    def failure(self, what: str) -> EngineError:
        """What perf's own words mean, with what to do."""
        return explain(what, self.said())

    def said(self) -> str:
        """What perf wrote to its standard error."""
        try:
            return self._errors.read_text(errors="replace").strip()
        except OSError:
            return ""


def explain(what: str, text: str) -> EngineError:
    """An error out of perf's message `text`."""
    low = text.lower()
    if "no space left" in low:
        return EngineError(
            f"{what}: no space is left in the temporary folder.",
            "Free space there, or point TMPDIR to a larger disk.",
        )
    if "maximum frequency" in low:
        return EngineError(
            f"{what}: the system allows fewer samples a second.",
            "sudo sysctl kernel.perf_event_max_sample_rate=100000",
        )
    # perf calls this a permission error, too.
    if "mlock" in low or "mmap" in low or "mapping pages" in low:
        return EngineError(
            f"{what}: its buffers exceed what may be locked in memory.",
            "sudo sysctl kernel.perf_event_mlock_kb=4096",
        )
    if "perf_event_paranoid" in low or "permission" in low or "not permitted" in low:
        return EngineError(
            f"{what}: the system does not permit it.",
            "sudo sysctl kernel.perf_event_paranoid=1",
        )
    last = " ".join(text.split())[-300:]
    return EngineError(
        f"{what}{': ' + last if last else ''}.", "Run: perf record -e cpu-clock true"
    )
