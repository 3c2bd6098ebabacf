"""The one place where an error of ours becomes an HTTP status and a body."""

from __future__ import annotations

from typing import TypedDict

from nativeprofile.engines.base import EngineError


class ErrorModel(TypedDict):
    """The body of an answer that is not a success."""

    message: str
    remedy: str


def describe(error: Exception) -> tuple[int, ErrorModel]:
    """The status and body for `error`; what is not ours is 500, without its details."""
    if isinstance(error, EngineError):
        return 503, {"message": error.message, "remedy": error.remedy}
    return 500, {
        "message": "The server extension of nativeprofile failed.",
        "remedy": "The server's log has the traceback.",
    }
