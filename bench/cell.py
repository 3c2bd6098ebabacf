"""Runs one program of bench/programs in an IPython shell of its own and says what came out.

    python bench/cell.py PROGRAM [OPTIONS OF %%nativeprofile]

One line of JSON on standard output: `elapsed` and `cpu` (seconds of the cell), `around` (the
seconds that starting, stopping and showing added), the program's own `truth`, `lines` (those
that it marks) and the `profile` as its output holds it. The shell is a real one with the real
magic, so a benchmark measures what a user gets, whatever the parts behind it are called.
"""

from __future__ import annotations

import json
import shlex
import sys
from time import perf_counter

from support import clocks, programs


def run(name: str, options: list[str]) -> dict[str, object]:
    """Runs the program's cell; without options it runs unprofiled."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    program = programs.load(name)
    sys.path.insert(0, str(programs.FOLDER))
    shell = InteractiveShell.instance()
    shell.user_ns["clocks"] = clocks
    shell.run_cell(program.prepare).raise_error()
    cell = f"clocks.begin()\n{program.cell}\nclocks.end()\n"
    if options:
        shell.run_cell("%load_ext nativeprofile").raise_error()
        cell = f"%%nativeprofile {shlex.join(options)}\n{cell}"
    with capture_output() as captured:
        start = perf_counter()
        shell.run_cell(cell, store_history=True).raise_error()
        whole = perf_counter() - start
    from nativeprofile.config import MIME_TYPE  # not before: its import is part of what is timed

    took = clocks.took()
    result: dict[str, object] = {
        "program": name,
        **took,
        "around": whole - took["elapsed"],
        "truth": shell.user_ns.get("truth", {}),
        "lines": programs.marks(cell),
    }
    for output in captured.outputs:
        wire = output.data.get(MIME_TYPE, {})
        if "error" in wire:
            raise SystemExit(f"{name}: {wire['error']['message']}")
        if "tables" in wire:
            result["profile"] = wire
            result["bytes"] = sum(len(json.dumps(part)) for part in output.data.values())
    if options and "profile" not in result:
        raise SystemExit(f"{name}: no profile came: {captured.stderr.strip()}")
    return result


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], sys.argv[2:])))
