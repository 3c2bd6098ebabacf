"""Whether the files on disk are still those that ran."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from nativeprofile.symbols import elf

_DELETED = " (deleted)"
"""What the kernel appends to the path of a file that is no longer there."""


def named(path: str) -> str:
    """The path under which a library was loaded."""
    return path.removesuffix(_DELETED)


class Images:
    """The libraries of one recording."""

    def __init__(self, build_ids: Mapping[str, str]) -> None:
        """`build_ids` are those in memory, by path."""
        self._build_ids = build_ids
        self._changed: dict[str, bool] = {}

    def changed(self, path: str) -> bool:
        """Whether a library was replaced or removed since it was loaded: then the file tells
        nothing of what ran."""
        known = self._changed.get(path)
        if known is None:
            known = self._changed[path] = self._compare(path)
        return known

    @property
    def notes(self) -> list[str]:
        """One sentence for each library that changed."""
        return [
            f"{PurePath(named(path)).name} was changed or removed on disk after it was loaded: "
            "what ran of it has no names or lines. Restart the kernel to load it anew."
            for path, changed in self._changed.items()
            if changed
        ]

    def _compare(self, path: str) -> bool:
        if path.endswith(_DELETED):
            return True
        ran = self._build_ids.get(path)
        if ran is None:
            return False
        facts = elf.read(path)
        return facts is None or facts.build_id != ran
