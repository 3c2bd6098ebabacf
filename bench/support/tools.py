"""The profilers that are compared: how each is run and what it can tell."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import environment, reports

HERE = Path(__file__).parent.parent
_PATIENCE = 180


class Failed(Exception):
    """A run that brought no result, in one sentence."""


@dataclass(frozen=True)
class Tool:
    """`name` as in the tables. Ours has `options` for the magic, a peer the name that hooks.py
    knows; `rate` 0: its own. `lacks`: the words of questions that it has no answer to, and what
    it does not follow (`threads`, `children`)."""

    name: str
    options: tuple[str, ...] = ()
    peer: str = ""
    rate: int = 0
    lacks: tuple[str, ...] = ()
    python: str = ""
    """What runs the peer, if not the Python of its environment."""

    def run(self, program: str, flags: Sequence[str] = ()) -> dict[str, Any]:
        """One run in a process of its own. Raises Failed."""
        if self.peer:
            peer = " ".join((self.peer, *flags))
            python = self.python or str(environment.python())
            command = [python, str(HERE / "peer.py"), program, peer, str(self.rate)]
        else:
            python = sys.executable
            command = [sys.executable, str(HERE / "cell.py"), program, *self.options]
        variables = {**environment.variables(), "BENCH_PYTHON": python}
        with tempfile.TemporaryDirectory(prefix="nativeprofile-bench-") as folder:
            status, output, errors = _run(command, {**variables, "TMPDIR": folder})
        if status != 0:
            last = errors.strip().splitlines()[-1:] or [f"ended with status {status}"]
            raise Failed(last[0][:300])
        try:
            result: dict[str, Any] = json.loads(output.splitlines()[-1])
        except (IndexError, ValueError):
            raise Failed("gave no result") from None
        return result

    def share(self, result: dict[str, Any], question: str) -> float | None:
        """What a run's figures say; None without an answer."""
        if self.peer and self.answers(question):
            return reports.of_peer(result).share(question) if result["report"] else None
        if "profile" in result and self.answers(question):
            return reports.of_profile(result["profile"], result["lines"]).share(question)
        return None

    def answers(self, question: str) -> bool:
        """Whether it can tell, in principle."""
        return not any(word in question.split() for word in self.lacks)


def _run(command: list[str], variables: dict[str, str]) -> tuple[int, str, str]:
    """Status, output and errors. What takes too long is ended, with all that it started."""
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(
            command, stdout=pipe, stderr=pipe, text=True, env=variables, start_new_session=True
        )
    except OSError as error:
        raise Failed(f"cannot be started: {error.strerror}") from None
    try:
        output, errors = process.communicate(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        raise Failed(f"took longer than {_PATIENCE} s") from None
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    return process.returncode, output, errors


def ours() -> list[Tool]:
    """The perf engine as it is by default (paired stacks), and with the other kinds."""
    from nativeprofile.options import help_text

    tools = [Tool("perf", ("--engine", "perf"))]
    choices = re.search(r"--stacks \{(.*?)\}", help_text("%%nativeprofile"))
    for stacks in choices.group(1).split(",") if choices else ():
        if stacks not in ("auto", "paired"):
            # Leaf knows no Python callers: time below Python functions cannot be told.
            lacks = ("inclusive",) if stacks == "leaf" else ()
            options = ("--engine", "perf", "--stacks", stacks)
            tools.append(Tool(f"perf {stacks}", options, lacks=lacks))
    return tools


PLAIN = Tool("unprofiled", peer="none")


def peers(rate: int = 0, python315: str | None = None) -> list[Tool]:
    """The others; `rate` samples a second where one can choose it, 0: their own. With a
    Python 3.15, its own profiler too."""
    found = [
        Tool("py-spy", peer="py-spy", rate=rate, lacks=("native", "gil")),
        # At 999 samples a second it stops the program for most of the time.
        Tool("py-spy native", peer="py-spy --native", lacks=("gil",)),
        Tool("Scalene", peer="scalene", lacks=("gil", "inclusive")),
        Tool("pyinstrument", peer="pyinstrument", lacks=("gil", "threads", "children")),
        Tool("cProfile", peer="cprofile", lacks=("line", "gil", "threads", "children")),
    ]
    if python315:
        lacks = ("native", "gil", "children")
        found.append(
            Tool("3.15 sampling", peer="sampling --all-threads", lacks=lacks, python=python315)
        )
    return found


def chosen(tools: list[Tool], names: str | None) -> list[Tool]:
    """Those named, comma-separated; all by default. SystemExit for a name unknown."""
    if names is None:
        return tools
    wanted = names.split(",")
    unknown = set(wanted) - {tool.name for tool in tools}
    if unknown:
        known = ", ".join(tool.name for tool in tools)
        raise SystemExit(f"No such tool: {', '.join(sorted(unknown))}. There are: {known}.")
    return [tool for tool in tools if tool.name in wanted]
