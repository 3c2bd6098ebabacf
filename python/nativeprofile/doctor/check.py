"""One finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "less", "lacks"]
"""As it should be; works, but shows or allows less; does not work."""


@dataclass(frozen=True)
class Check:
    """One line: what was looked at, how it is, and the command that would make it better."""

    name: str
    state: State
    words: str
    remedy: str = ""
