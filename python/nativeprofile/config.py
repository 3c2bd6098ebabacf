"""What the user can choose: the options of the magics and of `arm`, and fixed limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, get_args

from .engines.base import EVENTS, Stacks
from .engines.base import Options as EngineOptions
from .engines.registry import NAMES as ENGINES

if TYPE_CHECKING:
    from argparse import ArgumentParser

__version__ = "0.1.0"

MAGIC = "nativeprofile"
MIME_TYPE = "application/vnd.nativeprofile.v1+json"

PROGRESS_AFTER = 1.0
"""Seconds a cell runs before its output says that it is being profiled."""
PROGRESS_EVERY = 1.0
"""Seconds between two updates of that output."""
CONVERT_TIMEOUT = 120.0
"""Seconds that the worker may be silent while it converts."""

MAX_RATE = 20_000
MIN_DEPTH, MAX_DEPTH = 1_024, EngineOptions.depth


class OptionError(Exception):
    """An option that does not exist or does not fit: one sentence for the user."""


class HelpRequested(Exception):
    """`--help` was given; the message is the help text."""


@dataclass(frozen=True)
class RunOptions:
    """What was asked for, for one run."""

    engine: str = "auto"
    rate: int = EngineOptions.rate
    depth: int = EngineOptions.depth
    output: str | None = None
    quiet: bool = False
    name: str | None = None
    inlined: bool = False
    debuginfod: bool = False
    stacks: Stacks = "auto"
    events: tuple[str, ...] = ()


def parse_cell_options(line: str) -> RunOptions:
    """The options on the line of `%%nativeprofile`; raises OptionError, HelpRequested."""
    words, rest = split_options(line)
    options = _parse(words, f"%%{MAGIC}")
    if rest:
        raise OptionError(
            f"%%{MAGIC} takes options only, not {rest.split()[0]!r}: put code on the next line, "
            f"or use %{MAGIC} STATEMENT."
        )
    return options


def parse_line_options(line: str) -> tuple[RunOptions, str]:
    """The options of `%nativeprofile` and the statement after them, as it was typed."""
    words, statement = split_options(line)
    options = _parse(words, f"%{MAGIC}", "STATEMENT")
    if not statement:
        raise OptionError(f"%{MAGIC} needs a statement to run: %{MAGIC} f(x).")
    return options, statement


def options_from_json(values: dict[str, Any]) -> RunOptions:
    """Options as the Lab sends them: the same names, the same checks; null means not given."""
    words: list[str] = []
    for key, value in values.items():
        if value is None or value is False:
            continue
        words.append(f"--{key}" if value is True else f"--{key}={value}")
    return _parse(words, "arm")


def split_options(line: str) -> tuple[list[str], str]:
    """Splits leading options (unquoted as a shell does) from the rest (left as it is)."""
    import re

    word = re.compile(r"""\s*((?:[^\s'"\\]|\\.|'[^']*'|"(?:\\.|[^"\\])*"|['"].*)+)""")
    words: list[str] = []
    position, needs_value = 0, False
    while match := word.match(line, position):
        text = match.group(1)
        if not needs_value and not text.startswith("-"):
            break
        position = match.end()
        if text == "--":
            break
        words.append(_unquote(text))
        needs_value = not needs_value and "=" not in text and _takes_value(text)
    return words, line[position:].strip()


def help_text(program: str, positional: str = "") -> str:
    """The text of `--help`."""
    return _parser(program, positional).format_help().rstrip()


_VALUED = ("--engine", "--rate", "--depth", "--stacks", "--events", "--output", "--name")
_ALL = (*_VALUED, "--inlined", "--debuginfod", "--quiet", "--help")


def _takes_value(word: str) -> bool:
    return word in _VALUED or word == "-o"


def _unquote(word: str) -> str:
    import shlex

    try:
        return " ".join(shlex.split(word))
    except ValueError as error:
        raise OptionError(f"The option {word} has an open quote.") from error


def _parse(words: list[str], program: str, positional: str = "") -> RunOptions:
    if "--help" in words or "-h" in words:
        raise HelpRequested(help_text(program, positional))
    values = vars(_parser(program, positional).parse_args(words))
    del values["help"]
    return RunOptions(**values)


def _parser(program: str, positional: str) -> ArgumentParser:
    import argparse

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise OptionError(_sentence(message, self.prog))

    parser = Parser(
        prog=program,
        # argparse puts the usage through the % operator.
        usage=f"{program} [options] {positional}".rstrip().replace("%", "%%"),
        description="Run the cell under a profiler and show where its time went. "
        "The cell's own result stays as it is.",
        add_help=False,
        allow_abbrev=False,
        formatter_class=lambda prog: argparse.HelpFormatter(prog, width=79),
    )
    parser.add_argument(
        "--engine",
        choices=("auto", *ENGINES),
        default="auto",
        help="the profiler; auto (default) takes the first of "
        f"{', '.join(ENGINES)} that works here",
    )
    parser.add_argument(
        "--rate",
        type=_whole(1, MAX_RATE),
        default=RunOptions.rate,
        metavar="HZ",
        help=f"samples a second, 1 to {MAX_RATE} (default {RunOptions.rate})",
    )
    parser.add_argument(
        "--depth",
        type=_whole(MIN_DEPTH, MAX_DEPTH),
        default=RunOptions.depth,
        metavar="BYTES",
        help=f"bytes of stack copied with a sample, {MIN_DEPTH} to {MAX_DEPTH} (default)",
    )
    parser.add_argument(
        "--stacks",
        choices=get_args(Stacks),
        default=RunOptions.stacks,
        help="how callers of Python functions are known; paired: read from outside and joined by "
        "time, nothing is disturbed; full: exactly, which makes calls dearer (CPython 3.12 on); "
        "leaf: only where C code lies between; auto (default): paired where it works",
    )
    parser.add_argument(
        "--events",
        type=_events,
        default=RunOptions.events,
        metavar="NAMES",
        help="what else is counted beside time, with its stacks (perf), separated by commas: "
        f"{', '.join(EVENTS)}",
    )
    parser.add_argument(
        "--inlined",
        action="store_true",
        help="show native functions that the compiler put into others, where debug information "
        "names them; takes longer after the cell",
    )
    parser.add_argument(
        "--debuginfod",
        action="store_true",
        help="fetch missing debug information of system libraries from the servers in "
        "DEBUGINFOD_URLS; nothing is fetched without this option",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=_json_file,
        metavar="FILE",
        help="also save the profile to FILE (.json); `nativeprofile convert` makes "
        "other formats of it",
    )
    parser.add_argument("--name", help="what to call the profile (default: In[n])")
    parser.add_argument(
        "--quiet", action="store_true", help="show no profile below the cell, only failures"
    )
    parser.add_argument("-h", "--help", action="store_true", help="show this text, run nothing")
    return parser


def _whole(low: int, high: int) -> Any:
    import argparse

    def convert(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(
                f"must be a whole number from {low} to {high}, not {text!r}"
            )
        return value

    return convert


def _events(text: str) -> tuple[str, ...]:
    import argparse
    import difflib

    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in EVENTS:
            close = difflib.get_close_matches(name, EVENTS, n=1, cutoff=0.5)
            hint = f"did you mean {close[0]}?" if close else f"choose of {', '.join(EVENTS)}"
            raise argparse.ArgumentTypeError(f"knows no event {name!r}: {hint}")
    return names


def _json_file(text: str) -> str:
    import argparse

    if not text.endswith(".json"):
        raise argparse.ArgumentTypeError(
            f"writes a file whose name ends in .json, not {text!r}; "
            "`nativeprofile convert` makes other formats of it"
        )
    return text


def _sentence(message: str, program: str) -> str:
    """argparse's message as one sentence with the closest match and the way to the help."""
    import difflib

    unknown = message.removeprefix("unrecognized arguments: ")
    if unknown != message:
        option = unknown.split()[0].partition("=")[0]
        close = difflib.get_close_matches(option, _ALL, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]}?" if close else f"see {program} --help."
        return f"{program} has no option {option}: {hint}"
    argument, colon, problem = message.removeprefix("argument ").partition(": ")
    if not colon:
        return f"{program}: {message}; see {program} --help."
    option = argument.split("/")[-1]
    if problem.startswith("invalid choice"):
        given = problem.split("'")[1]
        choices = get_args(Stacks) if option == "--stacks" else ("auto", *ENGINES)
        close = difflib.get_close_matches(given, choices, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]}?" if close else f"choose {', '.join(choices)}."
        return f"{option} {given} does not exist: {hint}"
    return f"{option} {problem}; see {program} --help."
