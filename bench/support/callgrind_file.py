"""A long callgrind file out of a real one: its functions over and over, each time others."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_PROGRAM = "import json, re; json.loads(json.dumps(list(range(100))))"
_NAME = re.compile(r"(\w+=)\((\d+)\)(?: (.*))?$")
_LINE = re.compile(r"^\d+(?= )")


def record(target: Path, *options: str) -> None:
    """Lets Callgrind write the file of a Python program. SystemExit without Valgrind."""
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={target}", *options]
    try:
        done = subprocess.run(
            [*command, sys.executable, "-S", "-c", _PROGRAM], capture_output=True, check=False
        )
    except FileNotFoundError:
        raise SystemExit("Valgrind is not installed: apt-get install valgrind") from None
    if done.returncode:
        raise SystemExit(done.stderr.decode().strip()[-500:])


def replicate(source: Path, target: Path, size: int) -> None:
    """Writes copies of a file's body until there are `size` bytes.

    In each copy names have other numbers and another ending, and lines lie elsewhere.
    """
    head, _, body = source.read_text().partition("\n\nob=")
    head = re.sub(r"summary: .*", "", head)
    lines = re.sub(r"totals: .*", "", f"ob={body}").splitlines()
    most = max(int(number) for number in re.findall(r"=\((\d+)\)", body)) + 1
    with target.open("w") as file:
        file.write(head + "\n\n")
        copy = 0
        while file.tell() < size:
            file.writelines(_moved(line, copy, most) for line in lines)
            copy += 1


def _moved(line: str, copy: int, most: int) -> str:
    name = _NAME.match(line)
    if name is not None:
        ending = f" {name[3]}.{copy}" if name[3] else ""
        return f"{name[1]}({int(name[2]) + copy * most}){ending}\n"
    return _LINE.sub(lambda match: str(int(match[0]) + copy), line, count=1) + "\n"
