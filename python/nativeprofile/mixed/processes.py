"""The processes of a recording: the kernel's own, and those that the cell started.

Each has trampolines and code objects at addresses of its own: one address may mean different
functions in two processes. A Python frame is therefore known by a number, the address of its
trampoline with the number of its process above; the kernel's is 0.

perf's records of forks and mappings tell, as they pass, when a process comes to have which
trampolines; ELF files with their unwind information are put in their place then.
"""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Sequence

from nativeprofile.formats import perfdata
from nativeprofile.formats.perf_events import RECORD
from nativeprofile.symbols.elf_writer import TEXT_OFFSET, Region

from .ledgers import Ledger, read_ledgers
from .process import ABOVE, Process, mapping
from .recording import Code, Recording, map_names
from .tasks import TaskFinder

_FORK = struct.Struct("<IIIIQ")
_PIDS, _RANGE = struct.Struct("<II"), struct.Struct("<QQ")


class Processes:
    """All of them, by process id. A child's tables are made when it is met."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._ledgers = read_ledgers(recording.directory)
        self._kernel = Process(0, recording, recording.rows, recording.tasks, recording.names)
        self._all = [self._kernel]
        self._names = {
            int(path.stem[len("child-") :]): map_names(path)
            for path in recording.directory.glob("child-*.map")
            if path.stem[len("child-") :].isdigit()
        }
        self._threads = dict(recording.threads)
        for ledger in self._ledgers.values():
            self._threads.update(ledger.threads)
        self._found: dict[int, Process | None] = {recording.pid: self._kernel}
        self._like: dict[int, int] = {}
        """Forked processes that told nothing yet, and whose memory they have."""
        self._files = {region.path: (self._kernel, region) for region in recording.arenas}

    def of(self, pid: int) -> Process | None:
        """The process, None if nothing is known of its Python code."""
        if pid not in self._found:
            self._found[pid] = self._make(pid)
        found = self._found[pid]
        return self.of(self._like[pid]) if found is None and pid in self._like else found

    def told(self, pid: int) -> bool:
        """Whether a process told which Python code it ran."""
        return pid == self._recording.pid or pid in self._ledgers

    def has_names(self, pid: int) -> bool:
        """Whether functions, but no lines, are known of a process that told nothing."""
        return bool(self._names.get(pid))

    def named(self, number: int) -> tuple[str, str] | None:
        """Function and file of a Python frame whose code object is unknown."""
        return self._all[number >> ABOVE].names.get(number & ((1 << ABOVE) - 1))

    def own(self, pid: int) -> bool:
        """Whether it is the kernel itself."""
        return pid == self._recording.pid

    def thread(self, tid: int) -> str:
        """Python's name for a thread, empty if it is unknown."""
        return self._threads.get(tid, "")

    def name(self, pid: int) -> str:
        """multiprocessing's name for a child, empty if it has none."""
        ledger = self._ledgers.get(pid)
        return "" if ledger is None or ledger.name == "MainProcess" else ledger.name

    def code(self, number: int) -> Code | None:
        """The code object of a Python frame."""
        return self._all[number >> ABOVE].codes.get(number)

    def bytecode(self, pid: int, start: int) -> tuple[int, int] | None:
        """The number of the Python frame whose bytecode begins at an address of a process that
        has no trampolines, and how many bytes it has; None if it is unknown."""
        process = self.of(pid)
        if process is None:
            return None
        number = process.above | start
        code = process.codes.get(number)
        return None if code is None else (number, code.size)

    def trampoline(self, path: str, ip: int) -> int | None:
        """The number of the Python frame at an address relative to a file that was put in."""
        found = self._files.get(path)
        if found is None:
            return None
        process, region = found
        address = region.start + ip - TEXT_OFFSET
        # What ran in a child before it could tell has trampolines, too.
        return process.trampoline(address) or process.above | address

    def passed_on(self, kind: int, data: bytes, start: int, size: int, trailer: int) -> bytes:
        """What perf script is to see of a record that is no sample, `trailer` bytes of which
        tell when it was written."""
        record = data[start : start + size]
        when = record[size - trailer :]
        if kind == perfdata.FORK:
            pid, parent = _PIDS.unpack_from(record, 8)
            if pid != parent:
                self._like[pid] = parent
                return record + self._forked(pid, when)
        elif kind == perfdata.COMM:
            if int.from_bytes(record[4:6], "little") & perfdata.MISC_EXEC:
                pid, tid = _PIDS.unpack_from(record, 8)
                return self._begun_anew(pid, tid, when) + record
        elif kind in (perfdata.MMAP, perfdata.MMAP2):
            pid, (address, length) = _PIDS.unpack_from(record, 8)[0], _RANGE.unpack_from(record, 16)
            process = self.of(pid)
            if process is self._kernel:
                # What is mapped there would hide the files that we map: code made later on, or
                # something larger that has been removed by the time when it was made.
                end = address + length
                hidden = (r for r in self._recording.regions if r.start < end and address < r.end)
                return record + b"".join(mapping(pid, region, when) for region in hidden)
            # A child that was forked before the cell still has the kernel's trampolines.
            if process is not None and any(
                one.has_any(address, address + length) for one in (process, self._kernel)
            ):
                return mapping(pid, self._region(pid, process, address, address + length), when)
        return record

    def _forked(self, pid: int, when: bytes) -> bytes:
        """The trampolines that a forked process has from the beginning, and those that it will
        have: records of several processors come in no order."""
        process = self.of(pid)
        if process is None or pid not in self._ledgers or self._ledgers[pid].known < 0:
            return b""
        regions = [self._region(pid, process, start, end) for start, end in process.pages()]
        return b"".join(mapping(pid, region, when) for region in regions)

    def _begun_anew(self, pid: int, tid: int, when: bytes) -> bytes:
        """perf script keeps a process's mappings when it runs another program, and mistakes
        them for the new ones: this fork, of the kind that copies none, makes it forget."""
        parent = self._like.pop(pid, self._recording.pid)
        body = _FORK.pack(pid, parent, tid, parent, 0)
        size = RECORD.size + len(body) + len(when)
        return RECORD.pack(perfdata.FORK, perfdata.MISC_EXEC, size) + body + when

    def _region(self, pid: int, process: Process, start: int, end: int) -> Region:
        """A file of its own name for each process; what is in it depends on the size only."""
        directory = self._recording.directory.resolve()
        size = end - start
        common = directory / f"size-{size:x}.so"
        path = directory / f"process-{pid}-{start:x}-{size:x}.so"
        if not common.exists():
            common.write_bytes(self._recording.arena(size, []))
        with contextlib.suppress(FileExistsError):
            os.link(common, path)
        region = Region(start, end, str(path))
        self._files[region.path] = process, region
        return region

    def _make(self, pid: int) -> Process | None:
        ledger, names, length = self._ledgers.get(pid), self._names.get(pid), self._recording.length
        if ledger is not None:
            if ledger.template[:length] != self._recording.template[:length]:
                return None  # another Python
            codes, evaluator = self._codes(ledger, len(ledger.codes)), ledger.evaluator
        elif names:
            codes, evaluator = [], 0
        else:
            return None
        process = Process(len(self._all), self._recording, codes, TaskFinder([]), names, evaluator)
        self._all.append(process)
        return process

    def _codes(self, ledger: Ledger, count: int) -> Sequence[Code]:
        """A child's code objects when it had told so many itself, the inherited ones first."""
        if ledger.known < 0:
            return ledger.codes[:count]
        if ledger.parent == self._recording.pid:
            inherited: Sequence[Code] = self._recording.rows[: ledger.known]
        else:
            above = self._ledgers.get(ledger.parent)
            inherited = self._codes(above, ledger.known) if above is not None else []
        return [*inherited, *ledger.codes[:count]]
