"""asyncio tasks of real recordings: each sample names the task that it ran for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from perfrun import needs_perf, profile_of, pythons

from nativeprofile.tables.profile import Profile

pytestmark = needs_perf

BURN = """
import asyncio, time

async def burn(milliseconds):
    end = time.thread_time() + milliseconds / 1000
    while time.thread_time() < end:
        sum(range(300))
        await asyncio.sleep(0)
"""


def shares(profile: Profile) -> dict[str, float]:
    """The share of each task in the CPU time of all tasks, by its name. The rest is the event
    loop's own."""
    assert profile.samples.task is not None
    spent: Counter[str] = Counter()
    for task, value in zip(profile.samples.task, profile.samples.values[0], strict=True):
        if task >= 0:
            spent[profile.strings[profile.tasks.name[task]]] += value
    assert spent.total() > 0.5 * sum(profile.samples.values[0])
    return {name: value / spent.total() for name, value in spent.items()}


@pytest.mark.parametrize("python", pythons())
def test_tasks_of_one_coroutine_are_told_apart(tmp_path: Path, python: str) -> None:
    # The clock is that of the thread: each task counts the time of all three, so that they share
    # alike until the shortest has ended, and so on: 100 each, then 100 each of two, then 100.
    source = BURN + (
        "async def main():\n"
        "    async with asyncio.TaskGroup() as group:\n"
        "        for name, share in ('one', 300), ('two', 500), ('three', 600):\n"
        "            group.create_task(burn(share), name=name)\n"
        "asyncio.run(main())\n"
    )
    found = shares(profile_of(tmp_path, source, before="import asyncio", python=python))
    total = 600
    for name, milliseconds in ("one", 100), ("two", 200), ("three", 300):
        assert found[name] == pytest.approx(milliseconds / total, abs=0.06)


@pytest.mark.parametrize("python", pythons())
def test_short_tasks_in_the_same_memory(tmp_path: Path, python: str) -> None:
    source = BURN + (
        "async def main():\n"
        "    for n in range(60):\n"
        "        name, time = (('long', 8), ('short', 4))[n % 2]\n"
        "        await asyncio.create_task(burn(time), name=name)\n"
        "asyncio.run(main())\n"
    )
    profile = profile_of(tmp_path, source, before="import asyncio", python=python)
    found = shares(profile)
    assert found["short"] == pytest.approx(1 / 3, abs=0.06)
    assert found["long"] == pytest.approx(2 / 3, abs=0.08)
    assert len(profile.tasks.name) > 40
    parents = {profile.tasks.parent[row] for row in range(1, len(profile.tasks.name))}
    assert parents == {0}, "all were created by the first task"
    assert profile.strings[profile.tasks.coroutine[0]] == "main"


def test_of_very_many_tasks_the_first_are_noted(tmp_path: Path) -> None:
    source = BURN + (
        "async def nothing():\n    pass\n"
        "async def main():\n"
        "    await asyncio.create_task(burn(50), name='early')\n"
        "    for _ in range(60):\n"
        "        await asyncio.gather(*(asyncio.create_task(nothing()) for _ in range(100)))\n"
        "    await asyncio.create_task(burn(50), name='late')\n"
        "asyncio.run(main())\n"
    )
    profile = profile_of(tmp_path, source, before="import asyncio")
    names = {profile.strings[name] for name in profile.tasks.name}
    assert "early" in names and "late" not in names
    assert any("the first 5,000 were noted" in note for note in profile.quality["notes"])


def test_a_cell_without_tasks_has_no_table(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, "sum(i * i for i in range(3000000))", before="import asyncio")
    assert profile.samples.task is None
    assert not profile.tasks.name
