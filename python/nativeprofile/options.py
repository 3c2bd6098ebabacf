"""Reads the options of the magics and of `arm`."""

from __future__ import annotations

from typing import Any

from .config import MAGIC, HelpRequested, OptionError, RunOptions


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

    from .option_parser import VALUED

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
        needs_value = not needs_value and "=" not in text and text in VALUED
    return words, line[position:].strip()


def help_text(program: str, positional: str = "") -> str:
    """The text of `--help`."""
    from .option_parser import make_parser

    return make_parser(program, positional).format_help().rstrip()


def _unquote(word: str) -> str:
    import shlex

    try:
        return " ".join(shlex.split(word))
    except ValueError as error:
        raise OptionError(f"The option {word} has an open quote.") from error


def _parse(words: list[str], program: str, positional: str = "") -> RunOptions:
    if "--help" in words or "-h" in words:
        raise HelpRequested(help_text(program, positional))
    from .option_parser import make_parser

    values = vars(make_parser(program, positional).parse_args(words))
    del values["help"]
    return RunOptions(**values)
