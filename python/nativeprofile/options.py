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
    if options.language is not None:
        raise OptionError(f"--language is for a whole cell: %%{MAGIC} --language c, code below.")
    if options.command is not None and statement:
        raise OptionError(
            f"%{MAGIC} runs --command or a statement, not both: put {statement!r} elsewhere, or "
            "the whole command in quotes."
        )
    if not statement and options.command is None:
        raise OptionError(f"%{MAGIC} needs a statement to run: %{MAGIC} f(x).")
    return options, statement


def options_from_json(values: dict[str, Any]) -> RunOptions:
    """Options as the Lab sends them: the same names, the same checks; null means not given."""
    words: list[str] = []
    for key, value in values.items():
        if value is None or value is False:
            continue
        words.append(f"--{key}" if value is True else f"--{key}={value}")
    options = _parse(words, "arm")
    if options.is_program:
        raise OptionError("What is armed is a cell of Python: programs are run by the magics.")
    return options


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
        if needs_value and words[-1].startswith("--"):
            words[-1] += f"={_unquote(text)}"  # so that it may begin with a dash: --cflags -lm
        else:
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
    options = RunOptions(**values)
    _check(options)
    return options


def _check(options: RunOptions) -> None:
    """Raises OptionError for what the chosen engine does not know."""
    from .engines.registry import NAMES, PROGRAMS
    from .option_parser import ONLY

    for engine, names in ONLY.items():
        asked = [name for name in names if getattr(options, name)]
        if asked and options.engine != engine:
            raise OptionError(f"--{asked[0]} is an option of --engine {engine} alone: add that.")
    if options.is_program:
        _check_program(options)
    elif options.engine not in ("auto", *NAMES) and options.engine in PROGRAMS:
        raise OptionError(f"{options.engine} profiles programs: add --command './prog'.")
    elif options.cflags:
        raise OptionError("--cflags is for a cell of C or C++: add --language c.")
    elif options.time_limit is not None and options.engine != "callgrind":
        raise OptionError(
            "--time-limit is for what runs in a process of its own: add --engine callgrind."
        )


def _check_program(options: RunOptions) -> None:
    from .engines.registry import PROGRAMS

    if options.command is not None and options.language is not None:
        raise OptionError("--command and --language are two programs: take one of them.")
    if options.cflags and options.language is None:
        raise OptionError("--cflags is for a cell of C or C++: add --language c.")
    if options.add:
        raise OptionError(
            "--add adds up cells; `nativeprofile convert FILES` adds up coverage of programs."
        )
    if options.engine not in ("auto", *PROGRAMS):
        raise OptionError(
            f"{options.engine} does not profile programs: choose {', '.join(PROGRAMS)}."
        )
    if options.engine == "sprof" and not options.library:
        raise OptionError("--engine sprof needs the library to profile: --library libx.so.1.")
