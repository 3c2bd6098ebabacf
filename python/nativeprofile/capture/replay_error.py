"""The exception of a replayed cell, raised in the kernel as if it had happened there."""

from __future__ import annotations

import linecache
from collections.abc import Iterable, Mapping
from typing import Any

_AROUND = 2
"""Lines shown before and after the one in which it happened."""


Cell = tuple[str, list[str]]
"""A cell's name and its lines."""


def replayed_error(told: Mapping[str, Any], cells: Mapping[str, Cell]) -> BaseException:
    """An exception of the same name, which IPython shows with the frames of the fresh process.

    `told` is what `replay_child` wrote, `cells` are those of the notebook by their file names.
    It is a KeyboardInterrupt where that ended the cell.
    """
    last = told["links"][-1]
    base = KeyboardInterrupt if last["name"] == "KeyboardInterrupt" else Exception
    shown = [line for link in told["links"] for line in _lines(link, cells)]
    return shown_as(str(last["name"]), str(told["value"]), shown, base)


def shown_as(
    name: str, value: str, lines: list[str], base: type[BaseException] = Exception
) -> BaseException:
    """An exception that IPython calls `name` and shows as `lines`."""

    def render(self: BaseException) -> list[str]:
        return lines

    # IPython names an exception by its class.
    members = {"_render_traceback_": render, "__module__": "builtins"}
    error: BaseException = type(name, (base,), members)(value)
    return error


def _lines(link: Mapping[str, Any], cells: Mapping[str, Cell]) -> Iterable[str]:
    yield f"{link['name']:<42}Traceback (most recent call last), in the fresh process"
    for filename, number, function in link["frames"]:
        name, lines = cells.get(filename, ("", []))
        inside = "" if function == "<module>" else f", in {function}"
        yield f"Cell {name}, line {number}{inside}" if name else f"File {filename}:{number}{inside}"
        yield from _around(lines or linecache.getlines(filename), number)
    yield f"\n{link['text']}"


def _around(lines: list[str], number: int) -> Iterable[str]:
    """The line of that number and those beside it."""
    for at in range(max(number - _AROUND, 1), min(number + _AROUND, len(lines)) + 1):
        yield f"{'---->' if at == number else '     '} {at} {lines[at - 1].rstrip()}".rstrip()
