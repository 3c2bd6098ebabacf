"""Lines of debug information as places in the files that the user wrote."""

from __future__ import annotations

import os

from . import cython
from .addr2line import Chain, Line


class SourceLines:
    """Knows the generated files that it has read."""

    def __init__(self) -> None:
        self._cython = cython.Sources()

    def own(self, chain: Chain, symbol: str) -> Chain:
        """The lines of an instruction of a function, the last in what the user wrote."""
        if len(chain) > 1 and cython.is_inside(chain[-2].function, symbol):
            return chain[:-1]
        return chain

    def written(self, symbol: str, line: Line) -> tuple[str, int]:
        """The file and line of a place in a function; no file and -1 where that is not known."""
        if line.line > 0 and cython.name_of(symbol):
            found = self._cython.written(line.file, line.line)
            if found:
                return found
        return os.path.normpath(line.file) if line.file else "", line.line
