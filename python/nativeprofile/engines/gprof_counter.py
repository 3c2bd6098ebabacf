"""Lets libraries built with `-pg` count their calls in our table while a cell runs."""

from __future__ import annotations

import ctypes
import mmap

from .gprof_images import Image, Slot
from .gprof_table import IN_REGISTERS, ON_STACK, Table
from .loaded import mappings


class Counter:
    """Puts our counter into libraries' pointers, and takes it out again."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._attached: dict[Slot, tuple[str, int]] = {}
        """The library of each pointer, and what it was."""

    def attach(self, image: Image) -> None:
        """Lets a library count. Raises EngineError."""
        for slot in image.slots:
            start = IN_REGISTERS if slot.counter == b"__fentry__" else ON_STACK
            before = ctypes.c_uint64.from_address(slot.address).value
            self._attached[slot] = image.code[0].file, before
            self._store(slot, self._table.code + start)

    def detach(self) -> None:
        """Puts the pointers back, in libraries that are still loaded."""
        mapped = mappings() if self._attached else []
        while self._attached:
            slot, (file, before) = self._attached.popitem()
            if any(m.start <= slot.address < m.end and m.file == file for m in mapped):
                self._store(slot, before)

    def _store(self, slot: Slot, value: int) -> None:
        page = slot.address & -mmap.PAGESIZE
        if not slot.writable:
            self._table.protect(page, mmap.PROT_READ | mmap.PROT_WRITE)
        # One aligned store: another thread finds the old or the new pointer, nothing between.
        ctypes.c_uint64.from_address(slot.address).value = value
        if not slot.writable:
            self._table.protect(page, mmap.PROT_READ)
