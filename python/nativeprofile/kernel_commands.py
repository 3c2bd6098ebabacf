"""The commands `nativeprofile kernelspec` and `serve-kernel`."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from .engines.callgrind_command import Counting

_COUNTS = {
    "cache": "misses of simulated caches; slower",
    "branch": "branches that a simulated predictor gets wrong; slower",
    "asm": "each machine instruction, for the view of machine code",
    "jumps": "jumps, and how often each was taken",
    "systime": "system calls and the time that they took",
    "plumbing": "the interpreter's functions that only pass calls on, for themselves",
}
"""What a kernel can be told to count; threads are apart in any."""


def add(commands: Any) -> None:
    """Adds them to the parser's commands."""
    spec = commands.add_parser("kernelspec", help="kernels that run under Callgrind, for Jupyter")
    actions = spec.add_subparsers(title="actions", required=True, metavar="ACTION")

    one = actions.add_parser(
        "install",
        help="add a kernel Python 3 (Callgrind) to Jupyter",
        description="Adds a kernel for this Python to Jupyter that starts under Valgrind and "
        "counts the cells that are profiled with the engine callgrind. What it counts is settled "
        "here, as Valgrind has to know it from its start.",
    )
    one.add_argument("--name", help="what Jupyter calls it (default: callgrind)")
    where = one.add_mutually_exclusive_group()
    where.add_argument("--user", action="store_true", help="for this user")
    where.add_argument(
        "--sys-prefix", action="store_true", help="into this Python's environment (default)"
    )
    where.add_argument("--prefix", metavar="FOLDER", help="into the environment in that folder")
    _add_counting(one)
    one.add_argument(
        "--malloc",
        action="store_true",
        help="allocate objects by the C library, not by CPython's allocator: a cell then counts "
        "the same each time, but allocation costs more than in other kernels",
    )
    one.set_defaults(run=_install)

    one = actions.add_parser("list", help="show those that are installed")
    one.set_defaults(run=_list)

    one = actions.add_parser("remove", help="take one away")
    one.add_argument("name", nargs="?", default="callgrind", help="default: callgrind")
    one.set_defaults(run=_remove)

    one = commands.add_parser("serve-kernel", help="become a kernel under Callgrind (for Jupyter)")
    one.add_argument("connection_file", metavar="FILE", help="as Jupyter gives it")
    _add_counting(one)
    one.set_defaults(run=_serve)


def _install(options: argparse.Namespace) -> int:
    from . import kernelspec

    name = options.name or kernelspec.NAME
    prefix = options.prefix or (None if options.user else sys.prefix)
    folder = kernelspec.install(
        _counting(options), name, malloc=options.malloc, user=options.user, prefix=prefix
    )
    print(f"Installed the kernel {name} in {folder}")
    return 0


def _list(options: argparse.Namespace) -> int:
    from . import kernelspec

    found = kernelspec.installed()
    for name, folder in found.items():
        print(f"{name:<20} {folder}")
    if not found:
        print("None. Run: nativeprofile kernelspec install")
    return 0


def _remove(options: argparse.Namespace) -> int:
    from . import kernelspec

    print(f"Removed {kernelspec.remove(options.name)}")
    return 0


def _serve(options: argparse.Namespace) -> int:
    from .serve_kernel import serve

    return serve(options.connection_file, _counting(options))


def _add_counting(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is counted, beside instructions and calls")
    for name, what in _COUNTS.items():
        group.add_argument(f"--{name}", action="store_true", help=what)
    group.add_argument(
        "--toggle",
        metavar="FUNCTION",
        help="count only inside the native function of this name; * stands for anything",
    )


def _counting(options: argparse.Namespace) -> Counting:
    return Counting(**{name: getattr(options, name) for name in (*_COUNTS, "toggle")})
