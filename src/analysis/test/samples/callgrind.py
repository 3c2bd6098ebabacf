"""Makes callgrind.json: the profile of a real program under Callgrind, and what Valgrind's own
callgrind_annotate says of the lines of its source.

    python callgrind.py > callgrind.json

gcc and Valgrind are needed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from nativeprofile import formats
from nativeprofile.tables.encode import encode

_SOURCE = """\
static int table[64];
static inline __attribute__((always_inline)) int weigh(int x) { return x * 3 + (x >> 2); }
__attribute__((noinline)) int lookup(int at) { return table[at & 63] + weigh(at); }
__attribute__((noinline)) int fib(int n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
int main(void)
{
    long sum = 0;
    for (int i = 0; i < 510; i++) {
        if (i % 3 == 0)
            sum += lookup(i * 17);
        else
            table[i & 63] = i;
    }
    return sum + fib(9) == 0;
}
"""
_LINE = re.compile(r"^ *([\d,]+|\.) +(.*)$")
_CALL = re.compile(r"^=> .*:(\w+)(?:'2)? \((\d[\d,]*)x\)")


def annotated(out: Path, source: Path) -> list[tuple[int, dict[str, int]]]:
    """For each line of the source its own instructions, and how often it calls whom."""
    text = subprocess.run(
        [
            "callgrind_annotate",
            "--show=Ir",
            "--threshold=100",
            "--show-percs=no",
            "--context=999",
            str(out),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    part = text.partition(f"-- Auto-annotated source: {source}\n")[2].partition("Ir")[2]
    found: list[tuple[int, dict[str, int]]] = []
    for row in part.splitlines()[2:]:
        match = _LINE.match(row)
        if match is None:
            break
        call = _CALL.match(match[2])
        if call is not None:
            calls = found[-1][1]
            calls[call[1]] = calls.get(call[1], 0) + int(call[2].replace(",", ""))
        else:
            found.append((0 if match[1] == "." else int(match[1].replace(",", "")), {}))
    return found


def main() -> None:
    with TemporaryDirectory() as folder:
        source, program, out = (Path(folder) / name for name in ("p.c", "p", "callgrind.out"))
        source.write_text(_SOURCE)
        subprocess.run(["gcc", "-g", "-O1", "-o", program, source], check=True)
        options = ["--collect-jumps=yes", "--cache-sim=yes", "--toggle-collect=main"]
        subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *options, str(program)],
            check=True,
            capture_output=True,
        )
        lines = annotated(out, source)
        profile = formats.open(out)
        profile.strings = [text.replace(folder, "/src") for text in profile.strings]
        profile.meta["engine_reason"] = "read from a callgrind file"
        json.dump({"lines": lines, "message": encode(profile)}, sys.stdout)


main()
