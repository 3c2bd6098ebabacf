"""What the benchmarks that compare profilers share: their options, and their document."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from . import documents
from .runs import Rounds
from .tools import PLAIN, Tool


def parser(about: str | None) -> argparse.ArgumentParser:
    """The options of each of them."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--programs", help="comma-separated; all by default")
    parser.add_argument("--tools", help="comma-separated; all by default")
    parser.add_argument("--resume", action="store_true", help="add rounds to those there are")
    parser.add_argument("--report", action="store_true", help="no runs, only the document")
    return parser


def chosen_programs(names: str | None, known: Sequence[str]) -> list[str]:
    """The programs with these comma-separated names. SystemExit for one that is not known."""
    programs = names.split(",") if names else list(known)
    if unknown := set(programs) - set(known):
        raise SystemExit(f"No such program: {', '.join(unknown)}. There are: {', '.join(known)}.")
    return programs


def publish(
    name: str,
    introduction: str,
    text: str,
    data: dict[str, object],
    rounds: Rounds,
    plain: Tool = PLAIN,
    **facts: object,
) -> None:
    """Writes the document: the introduction with the facts of machine and rounds filled in, a
    warning if programs under `plain` had to wait, the text; and the figures in `data`."""
    filled = introduction.format(
        date=documents.today(),
        machine=documents.machine(),
        versions=documents.versions(),
        rounds=rounds.number,
        **facts,
    )
    warning = documents.warning(rounds.waited(plain.name))
    documents.write(name, f"{filled}\n{warning}{text}", {"rounds": rounds.number, **data})
