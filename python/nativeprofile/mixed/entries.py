"""C functions by the names that Python gives them."""

from __future__ import annotations

from .jit import PATH
from .recording import Recording


class Entries:
    """From where a native function begins to its name in Python (`list.sort`)."""

    def __init__(self, recording: Recording) -> None:
        self._names: dict[tuple[str, int], str] = {}
        for address, name in recording.entry_names.items():
            place = recording.maps.in_file(address) or (PATH, address)
            self._names.setdefault(place, name)

    def name(self, path: str, start: int) -> str | None:
        """The name of the function that begins `start` bytes into the file, if Python can
        call it."""
        return self._names.get((path, start))
