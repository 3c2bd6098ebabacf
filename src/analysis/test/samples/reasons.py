"""Makes reasons.json: a recorded profile for each reason that a line can have.

    python src/analysis/test/samples/reasons.py

One line is one profile, so that a new recording of one program changes one line (names given as
arguments: only these are recorded again).
Each program does one thing for about half a second, mostly in the line that ends in `#: causes`;
these causes are what the viewer is to say. They are recorded as a cell is, by the perf engine.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

PROGRAMS = {
    "loop": """
def spin(n):
    total = 0
    for i in range(n):
        total = (total * 31 + i) & 0xFFFFFFF  #: python
    return total
spin(4_000_000)
""",
    "tolist": """
for _ in range(8):
    values = numbers.tolist()  #: conversion
""",
    "asarray": """
for _ in range(6):
    array = np.array(values)  #: conversion
""",
    "elements": """
total = 0.0
for i in range(2_500_000):
    total += numbers[i % 1000]  #: python conversion
""",
    "gil": """
def spin(n):
    total = 0
    for i in range(n):
        total = (total * 31 + i) & 0xFFFFFFF
other = threading.Thread(target=spin, args=(7_000_000,))
other.start()
while other.is_alive():
    time.sleep(0)  #: gil
""",
    "files": """
with open(path, "wb", buffering=0) as file:
    for _ in range(12_000):
        file.write(block)  #: io
        file.seek(0)
""",
    "pipe": """
reader, writer = os.pipe()
other = threading.Thread(target=feed, args=(writer,))
other.start()
while os.read(reader, 10):  #: io
    pass
""",
    "imports": """
import http.server, xmlrpc.client, unittest.mock, sqlite3, turtledemo  #: import
""",
    "objects": """
gc.disable()
for _ in range(250):
    rows = [[] for _ in range(20_000)]  #: allocation
gc.enable()
""",
    "faults": """
for _ in range(12):
    fresh = np.ones(8_000_000)  #: faults
""",
    "matmul": """
for _ in range(12):
    product = square @ square  #: extension
""",
    "sorting": """
for _ in range(4):
    ordered = sorted(values)  #: call
""",
    "sleep": """
for _ in range(10):
    time.sleep(0.03)  #: sleep
""",
    "lock": """
other = threading.Thread(target=time.sleep, args=(0.4,))
other.start()
other.join()  #: lock
""",
    "garbage": """
for _ in range(12):
    gc.collect()  #: gc
""",
    "collected": """
for _ in range(2):
    rows = [[] for _ in range(1_000_000)]  #: gc faults
""",
    "compiling": """
for _ in range(40):
    compile(text, "text", "exec")  #: compile
""",
}

PREPARE = """
import gc, os, random, tempfile, threading, time
import numpy as np
numbers = np.random.default_rng(1).random(1_000_000)
values = numbers.tolist()
square = np.ones((700, 700))
block = bytes(1 << 18)
path = os.path.join(tempfile.mkdtemp(), "file")
text = "\\n".join(f"def f{i}(a, b): return [a + {i}, b * {i}]" for i in range(400))
held = [[i] for i in range(400_000)]
def feed(writer):
    for _ in range(10):
        time.sleep(0.04)
        os.write(writer, b"x")
    os.close(writer)
"""


def record(name: str, source: str) -> dict[str, object]:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    from nativeprofile.config import MIME_TYPE

    shell = InteractiveShell.instance()
    with capture_output() as captured:
        cell = f"%%nativeprofile --engine perf --rate 499 --name {name}\n{source.strip()}\n"
        shell.run_cell(cell, store_history=True).raise_error()
    for output in captured.outputs:
        wire = output.data.get(MIME_TYPE, {})
        if "tables" in wire:
            lines = cell.split("\n")
            number = next(i for i, line in enumerate(lines, 1) if "#: " in line)
            causes = lines[number - 1].split("#: ")[1].split()
            return {"causes": causes, "line": number, "profile": neutral(wire)}
    raise SystemExit(f"{name}: no profile came: {captured.stderr}")


def neutral(wire: dict[str, Any]) -> dict[str, Any]:
    """The profile without what it says of the machine that it was recorded on."""
    strings = wire["strings"]
    if isinstance(strings, dict):
        strings = json.loads(gzip.decompress(base64.b64decode(strings["data"])))
    folder = re.compile(r"^/.*?/(?=(bin|lib)/|[^/]*$)")
    wire["strings"] = [folder.sub("/usr/", text) for text in strings]
    wire["meta"] = {**wire["meta"], "platform": "Linux", "engine_reason": "asked for"}
    wire["quality"] = {**wire["quality"], "notes": []}
    wire["summary"] = {**wire["summary"], "functions": [], "lines": []}
    return wire


def main() -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.run_cell(PREPARE).raise_error()
    shell.run_line_magic("load_ext", "nativeprofile")
    file = Path(__file__).with_suffix(".json")
    kept = json.loads(file.read_text(encoding="utf-8")) if sys.argv[1:] else {}
    made = {name: record(name, PROGRAMS[name]) for name in sys.argv[1:] or PROGRAMS}
    rows = (
        f"{json.dumps(name)}: {json.dumps(profile, separators=(',', ':'))}"
        for name, profile in {**kept, **made}.items()
    )
    file.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
