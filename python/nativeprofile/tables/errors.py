"""The errors of everything that reads a profile."""

from __future__ import annotations


class FormatError(Exception):
    """A file or JSON is not the profile it should be: what is wrong, and what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()


class MissingFileError(FormatError):
    """A file can only be read with another one, which `option` names (`binary`)."""

    def __init__(self, message: str, remedy: str, option: str) -> None:
        super().__init__(message, remedy)
        self.option = option
