"""Tables on the screen, and results in bench/results."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results"


def table(head: list[str], rows: list[list[object]]) -> str:
    """Rows as aligned text; numbers to the right."""
    cells = [head] + [[f"{c:.3f}" if isinstance(c, float) else str(c) for c in r] for r in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = []
    for n, row in enumerate(cells):
        values = [head if n == 0 else rows[n - 1]][0]
        lines.append(
            "  ".join(
                text.ljust(width)
                if isinstance(value, str) and n
                else text.rjust(width)
                if n
                else text.ljust(width)
                for text, value, width in zip(row, values, widths, strict=True)
            ).rstrip()
        )
    return "\n".join(lines)


def save(name: str, result: dict[str, Any]) -> None:
    """Writes bench/results/NAME.json with what it was measured on."""
    RESULTS.mkdir(exist_ok=True)
    machine = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    (RESULTS / f"{name}.json").write_text(json.dumps({"on": machine, **result}, indent=1) + "\n")
