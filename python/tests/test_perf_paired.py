"""Full stacks without trampolines: the callers of real recordings against known shares."""

from __future__ import annotations

import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from perfrun import BURN, needs_perf, profile_of, pythons, record, share, stacks

from nativeprofile import mixed
from nativeprofile.mixed import paired
from nativeprofile.mixed.frames import Caller

pytestmark = [
    needs_perf,
    pytest.mark.skipif(sys.version_info < (3, 11), reason="3.10 has full stacks of its own"),
]

WORK = (
    BURN
    + """def first():
    burn(10)
def second():
    burn(30)
def third(v):
    burn(60)
    return v
"""
)


@pytest.mark.parametrize("python", pythons())
def test_callers_are_known_and_right(tmp_path: Path, python: str) -> None:
    # Of the three callers, one stands under C code.
    source = WORK + "for _ in range(12):\n    first(); second(); sorted([1], key=third)\n"
    profile = profile_of(tmp_path, source, python=python, stacks="paired")
    (note,) = (text for text in profile.quality["notes"] if "--stacks paired" in text)
    near = int(re.search(r"(\d+)% within", note)[1]) / 100  # type: ignore[index]
    # What was read further away, on a busy machine, may be of another moment: the note says so.
    for name, expected in ("first", 0.1), ("second", 0.3), ("third", 0.6):
        found = share(profile, "In[5]", name, "burn")
        assert found == pytest.approx(expected, abs=0.03 + 0.5 * (1 - near))
    assert share(profile, "In[5]", "sorted", "list.sort", "third", "burn", "small") > 0.05
    assert profile.quality["lines"] > 0.97
    lines = {
        place.line
        for stack, _, _ in stacks(profile)
        for place, callee in pairwise(stack)
        if place.name == "second" and callee.name == "burn"
    }
    assert lines == {13}


def test_nothing_is_switched_on(tmp_path: Path) -> None:
    source = WORK + "import sys\nfirst()\nassert not sys.is_stack_trampoline_active()\n"
    record(tmp_path, source, stacks="paired")


def test_frames_that_could_not_be_read_leave_partial_stacks(tmp_path: Path) -> None:
    source = WORK + "RUNNING._sampler._process.kill()\nfor _ in range(5):\n    second()\n"
    run = record(tmp_path, source, stacks="paired")
    profile = mixed.read(tmp_path, run, lambda samples: None)
    assert any("Python frames beside the recording" in note for note in profile.quality["notes"])
    assert share(profile, "In[5]") > 0.95


def test_a_child_that_outlives_the_cell_does_not_hold_up_the_end(tmp_path: Path) -> None:
    source = WORK + (
        "import os\nif os.fork() == 0:\n    time.sleep(4)\n    os._exit(0)\n"
        "for _ in range(5):\n    second()\n"
    )
    profile = profile_of(tmp_path, source, stacks="paired")
    assert not any("damaged" in note for note in profile.quality["notes"])
    assert share(profile, "In[5]", "second", "burn") > 0.9


@pytest.mark.skipif(sys.version_info < (3, 12), reason="trampolines came with 3.12")
def test_a_recursion_deeper_than_the_dump_keeps_its_root(tmp_path: Path) -> None:
    source = WORK + (
        "import sys\nsys.setrecursionlimit(9000)\n"
        "def deep(n):\n    return max(map(deep, [n - 1])) if n else burn(20) or 0\n"
        "for _ in range(15):\n    deep(600)\n"
    )
    profile = profile_of(tmp_path, source, stacks="paired")
    assert profile.quality["truncated"] > 0.3
    assert share(profile, "In[5]", "deep", "deep", "deep") > 0.8
    # Where the dump ends there is no frame between those that are known.
    assert not any("[unknown]" in place.name for stack, _, _ in stacks(profile) for place in stack)


def test_a_look_that_is_a_call_ahead_or_behind_is_cut_or_continued() -> None:
    def group(*codes: int) -> list[Caller]:
        return [Caller(code, 10 * code) for code in codes]

    # The look had entered 3 from the function that the sample was in.
    assert paired._spliced(2, group(1, 2, 3), ()) == tuple(group(1))
    # The look was still in 2, which calls 4: another look tells.
    assert paired._spliced(4, group(1, 2), [*group(9), Caller(2, 7), *group(4)]) == (
        Caller(1, 10),
        Caller(2, 7),
    )
    # Nothing in common: the other look as it is; without one, nothing.
    assert paired._spliced(4, group(1), group(8, 4)) == tuple(group(8))
    assert paired._spliced(4, group(1), ()) is None
