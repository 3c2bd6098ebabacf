"""The options as argparse has them, and its complaints as sentences.

Imported when options are read, so that loading the extension stays quick.
"""

from __future__ import annotations

import argparse
import difflib
from typing import Any, NoReturn, get_args

from .config import MAX_DEPTH, MAX_RATE, MIN_DEPTH, Html, OptionError, RunOptions
from .engines.base import EVENTS, Stacks
from .engines.registry import AUTO, NAMES, PROGRAMS

ENGINES = tuple(dict.fromkeys((*NAMES, *PROGRAMS)))

VALUED = (
    *("-o", "--engine", "--rate", "--depth", "--stacks", "--events", "--html", "--output"),
    *("--name", "--toggle", "--time-limit", "--command", "--language", "--cflags", "--library"),
)
"""Options with a value after them."""
LANGUAGES = ("c", "c++", "cpp")
_CHOICES = {
    "--stacks": get_args(Stacks),
    "--html": get_args(Html),
    "--language": LANGUAGES,
}
"""What can follow an option that takes one of a few words."""
ONLY = {
    "callgrind": ("cache", "branch", "asm", "jumps", "systime", "threads", "toggle", "plumbing"),
    "gcov": ("add",),
    "sprof": ("library",),
}
"""Options that one engine alone knows."""
_SINGLE = [f"--{name}" for names in ONLY.values() for name in names]
_ALL = dict.fromkeys((*VALUED[1:], *_SINGLE, "--inlined", "--debuginfod", "--quiet", "--help"))


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise OptionError(_sentence(message, self.prog))


def make_parser(program: str, positional: str) -> argparse.ArgumentParser:
    """The parser of all options; raises OptionError. It does not act on `--help`."""
    parser = _Parser(
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
        help=f"the profiler; auto (default) takes the first of {', '.join(AUTO)} that works here",
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
        "--add",
        action="store_true",
        help="gcov: add to what the runs before counted, back to the last one without --add",
    )
    parser.add_argument(
        "--html",
        choices=get_args(Html),
        default=RunOptions.html,
        help="what frontends without the extension show (Colab, VS Code, nbconvert): static "
        "(default): a picture and tables; interactive: the viewer itself, which adds about "
        "280 kB to the output",
    )
    _add_callgrind(parser)
    _add_programs(parser)
    parser.add_argument(
        "--time-limit",
        type=_seconds,
        metavar="SECONDS",
        help="end a program, or a cell that is replayed, after so long, and show what was "
        "collected until then",
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


def _add_callgrind(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("options of --engine callgrind")
    for name, what in (
        ("--cache", "simulate the caches and count their misses; slower"),
        ("--branch", "simulate the prediction of branches and count what it gets wrong; slower"),
        ("--asm", "count each machine instruction, for the view of machine code"),
        ("--jumps", "count jumps, and how often each was taken"),
        ("--systime", "count calls of the system, and the time that they took"),
        ("--threads", "count each thread for itself"),
        ("--plumbing", "show the interpreter's own functions that only pass calls on"),
    ):
        group.add_argument(name, action="store_true", help=what)
    group.add_argument(
        "--toggle",
        metavar="FUNCTION",
        help="count only inside the native function of this name; * stands for anything",
    )


def _add_programs(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        f"programs, in a process of their own, under {', '.join(PROGRAMS)}"
    )
    group.add_argument(
        "--command",
        metavar="WORDS",
        help="run a program with its arguments (no shell), as in --command './prog 10'",
    )
    group.add_argument(
        "--language",
        choices=LANGUAGES,
        help="the cell is C or C++: compile it with debug information and run it",
    )
    group.add_argument(
        "--library", metavar="FILE", help="the shared library that --engine sprof counts calls of"
    )
    group.add_argument(
        "--cflags", default="", metavar="FLAGS", help="further options for its compiler"
    )


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number of seconds above 0, not {text!r}")
    return value


def _whole(low: int, high: int) -> Any:
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
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in EVENTS:
            close = difflib.get_close_matches(name, EVENTS, n=1, cutoff=0.5)
            hint = f"did you mean {close[0]}?" if close else f"choose of {', '.join(EVENTS)}"
            raise argparse.ArgumentTypeError(f"knows no event {name!r}: {hint}")
    return names


def _json_file(text: str) -> str:
    if not text.endswith(".json"):
        raise argparse.ArgumentTypeError(
            f"writes a file whose name ends in .json, not {text!r}; "
            "`nativeprofile convert` makes other formats of it"
        )
    return text


def _sentence(message: str, program: str) -> str:
    """argparse's message as one sentence with the closest match and the way to the help."""
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
        choices = _CHOICES.get(option, ("auto", *ENGINES))
        close = difflib.get_close_matches(given, choices, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]}?" if close else f"choose {', '.join(choices)}."
        return f"{option} {given} does not exist: {hint}"
    return f"{option} {problem}; see {program} --help."
