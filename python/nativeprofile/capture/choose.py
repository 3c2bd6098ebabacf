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
        names = list(registry.auto())
        if self.asked != "auto":
            names = [self.asked, *(name for name in names if name != self.asked)]
        for name in names:
            probe = registry.probe(name, thorough=self.asked == "auto")
            if not probe.available:
                self.refuse(name, probe.reason, probe.remedy)
                continue
            yield Choice(registry.load(name), probe.version, self._reason(name))

    def refuse(self, name: str, reason: str, remedy: str) -> None:
        """Notes why `name` was not used."""
        self._refused.append(f"{name} is not available: {sentence(reason, remedy)}")

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


def sentence(reason: str, remedy: str) -> str:
    """Reason and remedy in one line; a remedy without a full stop is a command."""
    text, mend = reason.strip() or "no reason was given", remedy.strip()
    if not text.endswith((".", "!", "?")):
        text += "."
    if mend and not mend.endswith("."):
        mend = mend if mend.startswith("Run: ") else f"Run: {mend}"
    return f"{text} {mend}".rstrip()
