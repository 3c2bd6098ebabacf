"""Another process's memory, read while it runs."""

from __future__ import annotations

import ctypes

PAGE = 4096
_PAGES = 4
"""Read at once below the innermost frame: most callers lie there."""
_SMALL_BYTES = 512


class _Part(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class Gone(Exception):
    """Memory that is not there (any more)."""


class Memory:
    """Another process's memory."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._call = ctypes.CDLL(None).process_vm_readv
        self.small = ctypes.create_string_buffer(_SMALL_BYTES)
        self.large = ctypes.create_string_buffer(PAGE * _PAGES)
        self._to, self._from = _Part(), _Part()
        self._pages_to = _Part()
        self._pages_from = (_Part * _PAGES)()
        self._small = ctypes.addressof(self.small)
        self._large = ctypes.addressof(self.large)

    def read(self, address: int, size: int) -> None:
        """Into `small`. Raises Gone."""
        self._to.base, self._to.length = self._small, size
        self._from.base, self._from.length = address, size
        if self._call(self._pid, ctypes.byref(self._to), 1, ctypes.byref(self._from), 1, 0) != size:
            raise Gone

    def pages(self, address: int) -> int:
        """The page of an address and those below it into `large`, the highest one first: how
        many were there."""
        page = address & -PAGE
        self._pages_to.base, self._pages_to.length = self._large, PAGE * _PAGES
        for number, part in enumerate(self._pages_from):
            part.base, part.length = page - number * PAGE, PAGE
        count: int = self._call(
            self._pid, ctypes.byref(self._pages_to), 1, self._pages_from, _PAGES, 0
        )
        return max(0, count) // PAGE
