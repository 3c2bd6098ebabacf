"""The lines of a cell before IPython sees them: our magic's line, and what becomes of it."""

from __future__ import annotations

from .config import MAGIC, HelpRequested, OptionError
from .options import parse_cell_options
from .program_magic import runs_elsewhere

PREFIX = f"%%{MAGIC}"


def comment_out(lines: list[str]) -> list[str]:
    """The input transformer: pure, since IPython also calls it to see if input is complete.

    Blank lines above the magic become comments too, so that line numbers stay those of the
    cell's gutter. Where another cell magic follows, which must come first, our line is dropped.
    """
    index = magic_line(lines)
    if index is None:
        return lines
    try:
        options = parse_cell_options(arguments(lines[index]))
    except (OptionError, HelpRequested):
        return _for_ipython(lines, index)
    if runs_elsewhere(options):
        return _for_ipython(lines, index)
    after = index + 1
    while after < len(lines) and not lines[after].strip():
        after += 1
    if after < len(lines) and lines[after].lstrip().startswith("%%"):
        return lines[after:]
    indent = lines[index][: len(lines[index]) - len(lines[index].lstrip())]
    above = [f"{indent}#\n"] * index
    return [*above, f"{indent}#{lines[index].lstrip()}", *lines[index + 1 :]]


def _for_ipython(lines: list[str], index: int) -> list[str]:
    """The cell whose magic IPython is to call: it knows no cell magic without a cell below."""
    if "".join(lines[index + 1 :]).strip():
        return lines
    return [lines[index].replace(PREFIX, f"%{MAGIC}", 1)]


def magic_line(lines: list[str]) -> int | None:
    """The index of our magic's line, if it is the first that is not blank."""
    for index, line in enumerate(lines):
        if line.strip():
            words = line.split(None, 1)
            return index if words[0] == PREFIX else None
    return None


def arguments(line: str) -> str:
    """What stands behind our magic."""
    return line.strip()[len(PREFIX) :].strip()


def has_code(raw_cell: str) -> bool:
    """Whether a cell has more than our magic's line and comments."""
    lines = raw_cell.splitlines()
    index = magic_line(lines)
    rest = lines if index is None else lines[index + 1 :]
    return any(line.strip() and not line.strip().startswith("#") for line in rest)
