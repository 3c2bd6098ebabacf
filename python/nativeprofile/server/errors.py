"""The one place where an error of ours becomes an HTTP status and a body."""

from __future__ import annotations

from typing import TypedDict

from nativeprofile.engines.base import EngineError


class ErrorModel(TypedDict):
    """The body of an answer that is not a success."""

    message: str
    remedy: str


class Refusal(Exception):
    """What is not answered: the HTTP status, why, and what to do."""

    def __init__(self, status: int, message: str, remedy: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.remedy = remedy


def describe(error: Exception) -> tuple[int, ErrorModel]:
    """The status and body for `error`; what is not ours is 500, without its details."""
    if isinstance(error, EngineError):
        return 503, {"message": error.message, "remedy": error.remedy}
    if isinstance(error, Refusal):
        return error.status, {"message": error.message, "remedy": error.remedy}
    return 500, {
        "message": "The server extension of nativeprofile failed.",
        "remedy": "The server's log has the traceback.",
    }
