"""The summary: who is charged for what."""

from __future__ import annotations

from typing import Any

from profiles import COST, profile

from nativeprofile.tables.categories import Category
from nativeprofile.tables.profile import Profile
from nativeprofile.tables.summary import summarise


def functions(measured: Profile) -> dict[str, tuple[float, float]]:
    """Self and inclusive samples by name."""
    rows = summarise(measured)["functions"]
    return {row["name"]: (row["self"] / COST, row["inclusive"] / COST) for row in rows}


def lines(measured: Profile) -> dict[str, tuple[float, float]]:
    rows = summarise(measured)["lines"]
    return {
        f"{row['file']}:{row['line']}": (row["self"] / COST, row["inclusive"] / COST)
        for row in rows
    }


def categories(measured: Profile) -> dict[str, float]:
    return {name: value / COST for name, value in summarise(measured)["categories"].items()}


def test_self_and_inclusive() -> None:
    measured = profile("""
        In[5]:2 > f:3   2
        In[5]:2 > f:3 > sorted [builtin]   3
        In[5]:4   1
    """)
    assert functions(measured) == {"sorted": (3, 3), "f": (2, 5), "In[5]": (1, 6)}
    assert categories(measured) == {"python": 3, "builtin": 3}


def test_recursion_is_counted_once_a_sample() -> None:
    measured = profile("""
        In[5]:1 > f:3 > f:3 > g:4 > f:3   2
        In[5]:1 > g:4 > f:5   1
    """)
    assert functions(measured) == {"f": (3, 3), "In[5]": (0, 3), "g": (0, 3)}
    assert lines(measured)["In[5]:3"] == (2, 2)


def test_recursion_five_thousand_deep() -> None:
    measured = profile("In[5]:1 > " + " > ".join(["f:2"] * 5000) + "   3")
    assert functions(measured) == {"f": (3, 3), "In[5]": (0, 3)}


def test_machinery_is_folded_into_its_caller() -> None:
    measured = profile("""
        In[5]:1 > eval [plumbing] > f:2 > eval [plumbing]   2
        In[5]:1 > eval [plumbing]   1
    """)
    assert functions(measured) == {"f": (2, 2), "In[5]": (1, 3)}
    assert lines(measured) == {"In[5]:1": (1, 3), "In[5]:2": (2, 2)}


def test_native_time_belongs_to_the_innermost_python_line() -> None:
    measured = profile("""
        In[5]:1 > dot [extension numpy] > gemm [extension openblas] > sys_mmap [kernel]   1
        In[5]:1 > dot [extension numpy] > callback:3   2
    """)
    assert lines(measured) == {"In[5]:1": (1, 3), "In[5]:3": (2, 2)}
    (row,) = (row for row in summarise(measured)["lines"] if row["line"] == 1)
    assert row["categories"] == {"kernel": COST, "python": 2 * COST}


def test_an_unknown_line_charges_no_other_line() -> None:
    measured = profile("In[5]:1 > f:-1 > sorted [builtin]   2")
    assert lines(measured) == {"In[5]:1": (0, 2)}


def test_lines_of_cells_come_first_with_their_text() -> None:
    measured = profile("In[5]:2 > f@lib.py:9   5\nIn[5]:4   1")
    rows = summarise(measured)["lines"]
    assert [(row["file"], row["line"], row.get("text")) for row in rows] == [
        ("In[5]", 2, "work()"),
        ("In[5]", 4, "return sorted(rows)"),
        ("lib.py", 9, None),
    ]
    assert "cell" not in rows[2]


def test_waiting_is_the_wall_time_off_the_cpu_and_not_in_the_total() -> None:
    measured = profile("In[5]:1   4", wall_ns=10 * COST, thread_cpu_ns=4 * COST)
    assert categories(measured) == {"python": 4, "waiting": 6}
    summary = summarise(measured)
    assert summary["total"] == 4 * COST
    assert summary["measured"] == {"waiting": 6 * COST}


def test_wall_time_is_that_of_the_cells_own_thread() -> None:
    """Two threads of a pool idle while the cell works."""
    measured = profile("In[5]:1   4\nidle:7   8\nidle:8   8")
    measured.values = [{"name": "wall", "unit": "ns"}]
    measured.threads.tid += [2]
    measured.threads.pid += [1]
    measured.threads.name += [-1]
    measured.threads.main += [0]
    measured.samples.thread = [0] * 4 + [1] * 16
    summary = summarise(measured)
    assert summary["total"] == 4 * COST
    assert summary["effective"] == 4
    assert [row["name"] for row in summary["functions"]] == ["In[5]"]
    measured.threads.main = [0, 0]  # which one it is was not told
    assert summarise(measured)["total"] == 20 * COST


def test_what_was_not_measured_is_absent() -> None:
    summary: dict[str, Any] = summarise(profile("In[5]:1   4"))
    assert "waiting" not in summary["categories"]
    assert "measured" not in summary
    assert "calls" not in summary["functions"][0]


def test_the_top_fifty() -> None:
    measured = profile("\n".join(f"In[5]:1 > f{i}:{i + 2}   {i + 1}" for i in range(80)))
    summary = summarise(measured)
    assert len(summary["functions"]) == len(summary["lines"]) == 50
    assert summary["functions"][0]["name"] == "f79"


def test_a_function_has_the_category_of_most_of_its_own_cost() -> None:
    measured = profile("In[5]:1 > gemm [extension]   3\nIn[5]:1   1")
    measured.functions.category = [Category.PYTHON, Category.SYSTEM]
    rows = {row["name"]: row["category"] for row in summarise(measured)["functions"]}
    assert rows == {"gemm": "extension", "In[5]": "python"}
