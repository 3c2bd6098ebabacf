"""Which engine measures: the one that was asked for, or the first that works here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nativeprofile.engines import registry
from nativeprofile.engines.base import Engine


@dataclass
class Choice:
    """An engine to try, and why it is this one."""

    engine: Engine
    version: str
    reason: str


class Chooser:
    """Walks the engines in order; what failed becomes part of the reason for the next."""

    def __init__(self, asked: str) -> None:
        self.asked = asked
        self._refused: list[str] = []

    def candidates(self) -> Iterator[Choice]:
        """Engines whose probe passes, best first; `refuse` the one that then did not start."""
        names = list(registry.NAMES)
        if self.asked != "auto":
            names.remove(self.asked)
            names.insert(0, self.asked)
        for name in names:
            probe = registry.probe(name)
            if not probe.available:
                self.refuse(name, probe.reason, probe.remedy)
                continue
            yield Choice(registry.load(name), probe.version, self._reason(name))

    def refuse(self, name: str, reason: str, remedy: str) -> None:
        """Notes why `name` was not used."""
        self._refused.append(f"{name} is not available: {_sentence(reason, remedy)}")

    @property
    def refusal(self) -> str:
        """Why the engines before the chosen one were not used; empty if none was refused."""
        return " ".join(self._refused)

    def _reason(self, name: str) -> str:
        if self._refused:
            return f"{name} was used because {self.refusal}"
        if self.asked == "auto":
            return f"auto chose {name}, the first engine whose self-test passed."
        return f"{name} was asked for."


def _sentence(reason: str, remedy: str) -> str:
    text = reason.strip() or "no reason given"
    if text[-1] not in ".!?":
        text += "."
    return f"{text} To mend it: {remedy.strip()}" if remedy.strip() else text
