"""What each engine needs of the compiler and the linker.

GCC's manual: "Program Instrumentation Options", "Debugging Options"; Valgrind's manual, 2.2.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Purpose:
    """`compile` and `link` are given always, `wished` as far as the compiler knows them."""

    name: str
    title: str
    engine: str
    """What profiles the result."""
    compile: tuple[str, ...]
    link: tuple[str, ...] = ()
    wished: tuple[str, ...] = ()


PURPOSES = {
    purpose.name: purpose
    for purpose in (
        Purpose(
            "gprof",
            "calls are counted: -pg",
            "gprof",
            ("-g", "-O2", "-pg"),
            ("-pg",),
            # A call at a function's end must not become a jump: its caller would be lost.
            ("-fno-optimize-sibling-calls",),
        ),
        Purpose(
            "gcov",
            "lines and branches are counted: --coverage",
            "gcov",
            ("-g", "-O0", "--coverage"),
            # Nothing else refers to these two; the engine calls them.
            ("--coverage", "-Wl,-u,__gcov_dump", "-Wl,-u,__gcov_reset"),
            ("-fprofile-update=atomic", "-fprofile-abs-path"),
        ),
        Purpose(
            "debug",
            "source lines and whole stacks: -g -O2 -fno-omit-frame-pointer",
            "perf",
            ("-g", "-O2", "-fno-omit-frame-pointer"),
        ),
        Purpose(
            "callgrind",
            "the same, without instructions that Valgrind does not know",
            "callgrind",
            ("-g", "-O2", "-fno-omit-frame-pointer"),
            wished=("-mno-avx512f",),
        ),
    )
}
"""By name."""
