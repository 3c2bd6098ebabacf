"""Native frames of real recordings have their source lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from natives import C_SOURCE, c_library, symbol
from natives import run as command
from perfrun import category_shares, needs_perf, profile_of, record
from perfrun import stacks as stacks_of

from nativeprofile import mixed
from nativeprofile.tables import layout
from nativeprofile.tables.categories import Category
from nativeprofile.tables.profile import Profile

pytestmark = needs_perf

CALL = """
import ctypes
burn = ctypes.CDLL({library!r}).burn
burn.argtypes, burn.restype = [ctypes.c_uint64], ctypes.c_uint64
burn({times})
"""


def own(profile: Profile) -> dict[tuple[str, str, int, bool], float]:
    """The shares of leaves by function, source file, line, and whether it was inlined."""
    strings, functions, frames = profile.strings, profile.functions, profile.frames
    shares: dict[tuple[str, str, int, bool], float] = {}
    total = sum(profile.samples.values[0])
    for row, value in zip(profile.samples.stack, profile.samples.values[0], strict=True):
        frame = profile.stacks.frame[row]
        function = frames.function[frame]
        source = functions.source[function] if functions.source else -1
        name, file = strings[functions.name[function]], strings[source] if source >= 0 else ""
        inlined = bool(frames.inlined and frames.inlined[frame])
        place = name, Path(file).name, frames.line[frame], inlined
        shares[place] = shares.get(place, 0) + value / total
    return shares


def test_lines_and_inlined_functions_of_a_c_library(tmp_path: Path) -> None:
    library = c_library(tmp_path)
    run = record(tmp_path, CALL.format(library=str(library), times=2_000_000))
    profile = mixed.read(tmp_path, run, lambda samples: None)
    shares = own(profile)
    called, looped = (shares.get(("burn", "native.c", line, False), 0) for line in (11, 12))
    assert called / (called + looped) == pytest.approx(1 / 4, abs=0.1)
    assert called + looped > 0.8
    assert profile.frames.inlined is None
    functions, strings = profile.functions, profile.strings
    burn = [strings[name] for name in functions.name].index("burn")
    assert 7 <= functions.line[burn] <= 9  # of its first instruction
    assert strings[functions.file[burn]] == str(library)
    assert functions.source is not None
    assert strings[functions.source[burn]] == str(tmp_path / "native.c")

    run["data"]["inlined"] = True
    expanded = mixed.read(tmp_path, run, lambda samples: None)
    layout.check(expanded)
    shares = own(expanded)
    assert shares["mix", "native.c", 4, True] == pytest.approx(called, abs=0.02)
    assert shares["burn", "native.c", 12, False] == pytest.approx(looped, abs=0.02)
    stacks = {tuple(place[:3] for place in stack) for stack, _, _ in stacks_of(expanded)}
    assert any(s[-2:] == (("burn", str(library), 11), ("mix", str(library), 4)) for s in stacks)


def test_a_library_that_was_built_anew_while_it_was_loaded(tmp_path: Path) -> None:
    library = c_library(tmp_path)
    before = CALL.format(library=str(library), times=1)
    before += f"import os\nos.remove({str(library)!r})\n"
    run = record(tmp_path, "\nburn(1_000_000)\n", before=before)
    c_library(tmp_path, "-O0")
    profile = mixed.read(tmp_path, run, lambda samples: None)
    assert [note for note in profile.quality["notes"] if "libnative.so was changed" in note]
    assert profile.quality["unresolved"] > 0.1
    shares = own(profile)
    assert shares["libnative (changed on disk)", "", -1, False] > 0.8
    assert profile.quality["stitched"] > 0.95
    assert {(stack[0].name, stack[0].line) for stack, _, _ in stacks_of(profile)} == {("In[5]", 2)}
    assert category_shares(profile)[Category.EXTENSION] > 0.8


def test_a_library_that_was_changed_after_the_recording(tmp_path: Path) -> None:
    library = c_library(tmp_path)
    run = record(tmp_path, CALL.format(library=str(library), times=1_000_000))
    library.unlink()
    c_library(tmp_path, source=C_SOURCE.replace("burn", "other"))
    profile = mixed.read(tmp_path, run, lambda samples: None)
    assert [note for note in profile.quality["notes"] if "libnative.so was changed" in note]
    assert not [name for name in profile.strings if name in ("burn", "other", "mix")]


def test_a_stripped_library_has_names_that_stay_the_same(tmp_path: Path) -> None:
    source = C_SOURCE.replace("uint64_t burn", "static __attribute__((noinline)) uint64_t hidden")
    library = c_library(
        tmp_path, source=f"{source}uint64_t burn(uint64_t n) {{ return hidden(n) + 1; }}"
    )
    start = symbol(library, "hidden")
    command("strip", "--strip-all", library)
    profile = profile_of(tmp_path, CALL.format(library=str(library), times=1_000_000))
    assert own(profile)[f"libnative+0x{start:x}", "", -1, False] > 0.8
    assert profile.quality["unresolved"] > 0.1
    assert profile.quality["stitched"] > 0.95
