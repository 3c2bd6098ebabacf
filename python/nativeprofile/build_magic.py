"""`%nativeprofile_build`: the command `nativeprofile build`, with this kernel's Python.

It runs in a process of its own, so that nothing of it stays here; what it says is shown at once.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from .config import MAGIC

_ROOT = str(Path(__file__).parents[1])
_START = (
    "import sys; sys.path[0] = sys.argv.pop(1); "
    "from nativeprofile.cli import main; sys.exit(main())"
)
"""As `-m` does, but from where this package is and without the working directory."""


def build(line: str) -> None:
    """Build an extension for gprof, gcov, debug (perf) or callgrind, beside its usual build.

    `%nativeprofile_build PATH --for gprof`; `%nativeprofile_build --help` lists the options.
    Raises UsageError with why it failed.
    """
    __tracebackhide__ = True
    import shlex

    from IPython.core.error import UsageError

    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UsageError(f"%{MAGIC}_build cannot read its line: {error}.") from None
    helped = not words or "--help" in words or "-h" in words
    arguments = ["build", "--help"] if helped else ["build", "--json", *words]
    said, failure = _run(arguments)
    if failure:
        raise UsageError(failure)
    if helped:
        print(said.rstrip())
    else:
        _show(said)


def _run(arguments: list[str]) -> tuple[str, str]:
    """What the command answers, and why it failed, which its last message says; the others are
    printed as they come."""
    process = subprocess.Popen(
        [sys.executable, "-c", _START, _ROOT, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    with process:
        assert process.stdout is not None and process.stderr is not None
        try:
            last = ""
            for message in process.stderr:
                print(last, end="", flush=True)
                last = message
            said, status = process.stdout.read(), process.wait()
            if status:
                return said, last.strip().removeprefix("nativeprofile: ") or f"status {status}"
            print(last, end="", flush=True)
            return said, ""
        finally:
            # After an interrupt, compilers are still at work.
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)


def _show(said: str) -> None:
    built = json.loads(said)
    print(built["text"])
    loaded = [name for name in built["imports"] if name in sys.modules]
    if loaded:
        print(f"This kernel has already imported {', '.join(loaded)}: restart it first.")
