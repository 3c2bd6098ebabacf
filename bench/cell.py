"""Runs one program of bench/programs in an IPython shell of its own and says what came out.

    python bench/cell.py PROGRAM [ENGINE [RATE]]    one line of JSON on standard output

Without ENGINE the cell runs unprofiled. The shell is a real one with the real magic, so
a benchmark measures what a user gets, whatever the parts behind it are called.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter

PROGRAMS = Path(__file__).parent / "programs"
MARK = "# %% cell\n"


def run(program: str, engine: str | None, rate: int) -> dict[str, object]:
    """Runs the program's cell; `elapsed` and `truth` as the cell left them, its `cpu` time,
    `around` the seconds that starting, stopping and showing added, and the profile's plain
    parts."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    prepare, cell = (PROGRAMS / f"{program}.py").read_text().split(MARK)
    # CPU time as well: on a machine that does other things too, it is the steadier measure.
    prepare += "\nfrom time import process_time\n"
    cell = cell.replace("start = perf_counter()", "start = perf_counter(); cpu = process_time()")
    cell = cell.replace("\nelapsed =", "\ncpu = process_time() - cpu; elapsed =")
    sys.path.insert(0, str(PROGRAMS))
    shell = InteractiveShell.instance()
    shell.run_cell(prepare).raise_error()
    if engine is not None:
        shell.run_cell("%load_ext nativeprofile").raise_error()
        cell = f"%%nativeprofile --engine {engine} --rate {rate}\n{cell}"
    with capture_output() as captured:
        start = perf_counter()
        shell.run_cell(cell, store_history=True).raise_error()
        whole = perf_counter() - start
    from nativeprofile.config import MIME_TYPE  # not before: its import is part of what is timed

    elapsed = shell.user_ns["elapsed"]
    result: dict[str, object] = {
        "program": program,
        "engine": engine,
        "elapsed": elapsed,
        "cpu": shell.user_ns["cpu"],
        "around": whole - elapsed,
        "truth": shell.user_ns.get("truth", {}),
    }
    for output in captured.outputs:
        wire = output.data.get(MIME_TYPE)
        if wire is not None and "error" in wire:
            raise SystemExit(f"{program}: {wire['error']['message']}")
        if wire is not None and "summary" in wire:
            result.update(
                meta={k: v for k, v in wire["meta"].items() if k != "cells"},
                quality=wire["quality"],
                summary=wire["summary"],
                bytes=sum(len(json.dumps(part)) for part in output.data.values()),
            )
    return result


if __name__ == "__main__":
    arguments = sys.argv[1:]
    print(
        json.dumps(
            run(
                arguments[0],
                arguments[1] if len(arguments) > 1 else None,
                int(arguments[2]) if len(arguments) > 2 else 999,
            )
        )
    )
