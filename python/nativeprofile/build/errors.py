"""The one kind of error here."""

from __future__ import annotations


class BuildError(Exception):
    """A build that cannot be: one sentence what and why, one what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
