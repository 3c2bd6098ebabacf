"""The statement of `%nativeprofile STATEMENT`, compiled where the user typed it."""

from __future__ import annotations

import ast
import sys
import tokenize
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def compile_statement(shell: InteractiveShell, statement: str) -> Callable[[], Any]:
    """A function that runs `statement` in the user's namespace and returns its value, if any.

    The code carries the cell's file name and the line of the magic, so tracebacks and
    profiles name the cell. Raises SyntaxError.
    """
    tree, filename = parse(shell, statement)
    flags = shell.compile.flags
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        before = ast.Module(tree.body[:-1], [])
        run_before = compile(before, filename, "exec", flags, True)
        run_last = compile(ast.Expression(last.value), filename, "eval", flags, True)
    else:
        run_before, run_last = compile(tree, filename, "exec", flags, True), None

    def run() -> Any:
        __tracebackhide__ = True
        if run_last is None or before.body:
            exec(run_before, shell.user_global_ns, shell.user_ns)
        if run_last is None:
            return None
        return eval(run_last, shell.user_global_ns, shell.user_ns)

    return run


def parse(shell: InteractiveShell, code: str, line: int | None = None) -> tuple[ast.Module, str]:
    """The code, magics resolved, with the file name of the cell that is running and the cell's
    lines: `line` is that of the code's first one, by default the line that runs now.

    Raises SyntaxError.
    """
    filename, here = _place(shell)
    blank = len(code) - len(code.lstrip())
    source: str = shell.input_transformer_manager.transform_cell(code)
    # IPython drops blank lines above.
    above = (here if line is None else line) - 1 + code[:blank].count("\n")
    try:
        tree = ast.parse(source, filename)
    except SyntaxError as error:
        error.lineno = (error.lineno or 1) + above
        raise
    ast.increment_lineno(tree, above)
    return tree, filename


def _place(shell: InteractiveShell) -> tuple[str, int]:
    """File name and line of the innermost cell code below us; a made-up name if there is none."""
    names = getattr(shell.compile, "_filename_map", {})
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_filename not in names:
        frame = frame.f_back
    if frame is None:
        return f"<{__package__} statement>", 1
    return frame.f_code.co_filename, frame.f_lineno


def ends_in_semicolon(code: str) -> bool:
    """Whether the value of the last expression is not to be shown."""
    from IPython.core.displayhook import DisplayHook

    try:
        ends: Callable[[str], bool] = DisplayHook.semicolon_at_end_of_expression
        return bool(ends(code))
    except (tokenize.TokenError, SyntaxError):
        return False  # a magic's text, say
