"""How long a user waits for a profile, beside the cell itself, in a real kernel.

    python bench/latency.py [repetitions]

Prints a table and writes bench/results/latency.json. Each profiled cell alternates with the
same cell unprofiled; figures are medians in milliseconds:

- `import`: `import nativeprofile` in a fresh kernel's Python (IPython loaded before).
- `0.2 s cell, all overhead`: from the request to the idle status, less the same unprofiled.
- `5 s cell, end to output`: from the clock at the end of the cell's code to the moment when
  the client holds the profile.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import Any

from harness import save, table
from jupyter_client.manager import start_new_kernel

from nativeprofile.config import MIME_TYPE

BARS = {"import": 30.0, "0.2 s cell, all overhead": 500.0, "5 s cell, end to output": 1500.0}

SHORT = "import time\nend = time.perf_counter() + 0.2\nwhile time.perf_counter() < end: pass"
LONG = (
    "import json, re, time\nend = time.perf_counter() + 5\n"
    "rows = [{'a': i, 'b': str(i)} for i in range(300)]\n"
    "while time.perf_counter() < end:\n"
    "    text = json.dumps(rows)\n    json.loads(text)\n    re.findall(r'\\d+', text)\n"
    "    sorted(rows, key=lambda row: row['b'])\n"
    "done = time.time()"
)


def measure_import(repetitions: int) -> list[float]:
    """Milliseconds of the import, each in a process of its own."""
    code = (
        "import IPython, time; t = time.perf_counter(); import nativeprofile; "
        "print((time.perf_counter() - t) * 1e3)"
    )
    return [
        float(subprocess.check_output([sys.executable, "-c", code], text=True))
        for _ in range(repetitions)
    ]


class Cells:
    """A kernel that runs cells and tells when what arrived."""

    def __init__(self) -> None:
        self.manager, self.client = start_new_kernel(kernel_name="python3")
        self.run("%load_ext nativeprofile")

    def run(self, code: str) -> tuple[float, float | None]:
        """Seconds from request to idle, and the clock when the profile was there."""
        arrived: list[float] = []

        def hook(message: dict[str, Any]) -> None:
            shown = message["content"].get("data", {}).get(MIME_TYPE)
            if shown and "error" in shown:
                raise SystemExit(shown["error"]["message"])
            if shown and "tables" in shown:
                arrived.append(time.time())

        began = time.perf_counter()
        reply = self.client.execute_interactive(code, output_hook=hook, timeout=120)
        if reply["content"]["status"] != "ok":
            raise SystemExit(f"{code}: {reply['content']}")
        return time.perf_counter() - began, arrived[0] if arrived else None

    def finished(self) -> float:
        """The kernel's clock when the last long cell's code ended."""
        reply = self.client.execute_interactive(
            "", silent=True, user_expressions={"done": "done"}, timeout=60
        )
        return float(reply["content"]["user_expressions"]["done"]["data"]["text/plain"])

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def measure_cells(engine: str, repetitions: int) -> dict[str, list[float]]:
    """Overheads in milliseconds, profiled and unprofiled runs taking turns."""
    cells = Cells()
    magic = f"%%nativeprofile --engine {engine}\n"
    figures: dict[str, list[float]] = {"first": [], "short": [], "long": []}
    try:
        cells.run(SHORT)
        for repetition in range(repetitions + 1):
            plain, _ = cells.run(SHORT)
            profiled, _ = cells.run(magic + SHORT)
            name = "short" if repetition else "first"
            figures[name].append((profiled - plain) * 1e3)
        for _ in range(max(3, repetitions // 3)):
            _, arrived = cells.run(magic + LONG)
            assert arrived is not None
            figures["long"].append((arrived - cells.finished()) * 1e3)
    finally:
        cells.close()
    return figures


def main() -> int:
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    rows: list[list[object]] = []

    def row(engine: str, what: str, values: list[float]) -> None:
        bar = BARS.get(what)
        verdict = "" if bar is None else "ok" if statistics.median(values) <= bar else "over"
        rows.append(
            [engine, what, statistics.median(values), min(values), max(values), bar or "", verdict]
        )

    row("", "import", measure_import(repetitions))
    for engine in ("auto", "cprofile"):
        figures = measure_cells(engine, repetitions)
        row(engine, "first cell of a kernel", figures["first"])
        row(engine, "0.2 s cell, all overhead", figures["short"])
        row(engine, "5 s cell, end to output", figures["long"])
    head = ["engine", "what", "median ms", "least", "most", "bar", "verdict"]
    print(table(head, rows))
    save("latency", {"repetitions": repetitions, "head": head, "rows": rows})
    return int(any(row[-1] == "over" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
