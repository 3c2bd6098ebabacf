"""Tables and facts for the documents that benchmarks write."""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .environment import REQUIREMENTS, ROOT

DOCS = ROOT / "docs"
_BUSY = 0.03
_PROFILERS = {"py-spy": "py-spy", "scalene": "Scalene", "pyinstrument": "pyinstrument"}


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; the first column to the left, the others to the right."""
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def machine() -> str:
    """What was measured on, without names."""
    return (
        f"{_processor()}, {len(os.sched_getaffinity(0))} CPUs; {platform.system()} "
        f"{platform.release().split('-')[0]}; {_perf()}; "
        f"{platform.python_implementation()} {platform.python_version()}"
    )


def versions(names: Mapping[str, str] = _PROFILERS) -> str:
    """The peers that were compared with; `names` are how they are called by those of packages."""
    pins = dict(re.findall(r"^([\w-]+)==(\S+)$", REQUIREMENTS.read_text(), re.MULTILINE))
    return ", ".join(f"{shown} {pins[name]}" for name, shown in names.items())


def warning(waited: float) -> str:
    """What stands above figures of a machine on which programs waited for a CPU: `waited` is
    their share of wall time."""
    if waited < _BUSY:
        return ""
    return (
        f"**The machine was busy: unprofiled programs waited for a CPU {waited:.0%} of their time. "
        "Errors and ratios of what measures wall time say little.**\n\n"
    )


def today() -> str:
    return datetime.datetime.now(datetime.timezone.utc).date().isoformat()


def write(name: str, text: str, data: object) -> None:
    """docs/NAME.md, and docs/NAME.json with every figure."""
    (DOCS / f"{name}.md").write_text(text.rstrip() + "\n")
    (DOCS / f"{name}.json").write_text(json.dumps(data, indent=1) + "\n")
    print(f"written: docs/{name}.md, docs/{name}.json")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _perf() -> str:
    try:
        said = subprocess.run(["perf", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return "no perf"
    return " ".join(said.stdout.split()[0:3:2])
