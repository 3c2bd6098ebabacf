"""The one place where an error of ours becomes an HTTP status and a body."""

from __future__ import annotations

from typing import TypedDict

from nativeprofile.engines.base import EngineError


class _Sentences(TypedDict):
    message: str
    remedy: str


class ErrorModel(_Sentences, total=False):
    """The body of an answer that is not a success; `needs` is the option of a request that would
    make it one."""

    needs: str


class Refusal(Exception):
    """What is not answered: the HTTP status, why, what to do, and which option is missing."""

    def __init__(self, status: int, message: str, remedy: str, needs: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.remedy = remedy
        self.needs = needs


def describe(error: Exception) -> tuple[int, ErrorModel]:
    """The status and body for `error`; what is not ours is 500, without its details."""
    if isinstance(error, EngineError):
        return 503, {"message": error.message, "remedy": error.remedy}
    if isinstance(error, Refusal):
        words: ErrorModel = {"message": error.message, "remedy": error.remedy}
        return error.status, {**words, "needs": error.needs} if error.needs else words
    return 500, {
        "message": "The server extension of nativeprofile failed.",
        "remedy": "The server's log has the traceback.",
    }
