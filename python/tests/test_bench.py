"""What the benchmarks publish: the answers read out of each profiler's figures."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parents[2] / "bench"
sys.path.insert(0, str(BENCH))

from support import programs, reports, runs, statistics  # noqa: E402

SOURCE = """def first():
    burn()

def second():
    burn()
    burn()
first()  #: first
second()
"""


def peer(kind: str, rows: list[Any]) -> reports.Report:
    lines = programs.marks(SOURCE)
    return reports.of_peer(
        {"report": {"kind": kind, "rows": rows}, "lines": lines, "source": SOURCE}
    )


def test_stacks() -> None:
    module, other = ["<module>", "/tmp/x/program.py", 7], ["<module>", "/tmp/x/program.py", 8]
    report = peer(
        "stacks",
        [
            [[module, ["first", "/tmp/x/program.py", 2], ["burn", "burn.so", -1]], 3],
            [[other, ["second", "/tmp/x/program.py", 6]], 1],
        ],
    )
    assert report.share("function first") == 0.75
    assert report.share("inclusive line first") == 0.75
    assert report.share("wall function second") == 0.25
    assert report.share("native") == 0.75


def test_scalenes_lines_add_up_to_functions() -> None:
    rows = [[2, 10.0, 20.0, 0.0], [5, 5.0, 25.0, 0.0], [6, 0.0, 20.0, 20.0]]
    report = peer("lines", rows)
    assert report.share("function first") == pytest.approx(30 / 80)
    assert report.share("wall function second") == pytest.approx(70 / 100)
    assert report.share("native") == pytest.approx(65 / 80)
    assert report.share("gil in first") is None


def test_cprofiles_functions() -> None:
    rows = [["first", "program.py", 1, 1.0, 4.0], ["<built-in method burn>", "~", 0, 3.0, 3.0]]
    report = peer("functions", rows)
    assert report.share("function first") == 1.0
    assert report.share("native") == 0.75
    assert report.share("line first") is None


def test_the_interval_of_a_median_holds_it_and_stays_the_same() -> None:
    values = [0.1, 0.2, 0.2, 0.3, 5.0]
    median, low, high = statistics.median_interval(values)
    assert (median, low, high) == statistics.median_interval(values)
    assert low <= median == 0.2 <= high


def test_rounds_go_on_where_they_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "BENCH", tmp_path)
    pairs = [("p", "a"), ("p", "b"), ("q", "a")]
    seen: list[tuple[str, str]] = []

    def measure(program: str, tool: str) -> dict[str, object]:
        seen.append((program, tool))
        return {"failed": "it broke"} if tool == "b" else {"elapsed": 1.0}

    runs.Rounds("x", resume=False).run(2, pairs, measure, 0.0)
    again = runs.Rounds("x", resume=True)
    again.run(1, pairs, measure, 0.0)
    assert [row["round"] for row in again.rows] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert seen[:3] == pairs
    assert seen[3:6] == [("p", "b"), ("p", "a"), ("q", "a")]
    assert len(again.of("p", "a")) == 3
    assert again.failures() == ["p under b: it broke"]


@pytest.mark.parametrize("file", sorted((BENCH / "programs").glob("[a-z]*.py")))
def test_programs_are_two_cells(file: Path) -> None:
    program = programs.load(f"{file.stem}:50" if file.stem == "split" else file.stem)
    compile(program.prepare, file.name, "exec")
    compile(program.cell, file.name, "exec")
    marked = set(re.findall(r'line (\w+)"', program.cell))
    assert marked <= set(programs.marks(program.cell))
