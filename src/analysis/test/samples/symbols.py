"""Makes cpythonSymbols.json: functions of real builds of CPython with their source files.

    python symbols.py libpython3.10.so.1.0 libpython3.13.so.1.0 ... > cpythonSymbols.json

The libraries need symbols and debug information; `nm` and `addr2line` (binutils) read them. Of all
functions every ninth is kept, by source file.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys

_STEP = 9
_PIECE = re.compile(r"\.(part|constprop|isra|cold|lto_priv|localalias)\b.*$")


def functions(library: str) -> set[tuple[str, str]]:
    """Source file and name of each function."""
    table = subprocess.run(["nm", library], capture_output=True, text=True, check=True).stdout
    rows = [row.split() for row in table.splitlines()]
    found = [(row[0], row[2]) for row in rows if len(row) == 3 and row[1] in "tT"]
    lines = subprocess.run(
        ["addr2line", "-a", "-i", "-e", library],
        input="\n".join(address for address, _ in found),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    # What was put into a function's first instruction stands above the function itself.
    places = re.split(r"^0x[0-9a-f]+\n", lines, flags=re.MULTILINE)[1:]
    files = [place.strip().splitlines()[-1].rpartition(":")[0] for place in places]
    short = [re.sub(r"^.*?Python-[\d.]+/(\./)?", "", file) for file in files]
    return {
        (file, _PIECE.sub("", name))
        for file, (_, name) in zip(short, found, strict=True)
        if "/" in file
    }


def main() -> None:
    names = sorted(set().union(*(functions(library) for library in sys.argv[1:])))
    by_file: dict[str, list[str]] = {}
    for file, name in names[::_STEP]:
        by_file.setdefault(file, []).append(name)
    text = {file: " ".join(found) for file, found in by_file.items()}
    print(json.dumps(text, indent=2))


if __name__ == "__main__":
    main()
