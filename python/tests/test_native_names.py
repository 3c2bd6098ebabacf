"""Native functions are called what the user wrote, in C++, Rust, Cython and pybind11."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from natives import cpp_library, cython_module, rust_library
from perfrun import needs_perf, profile_of, stack_of

from nativeprofile.tables.categories import PLUMBING, Category
from nativeprofile.tables.profile import Profile

pytestmark = needs_perf

BEFORE = """
import ctypes, sys
sys.path.insert(0, {folder!r})
from made import grid
def burn(name):
    function = getattr(ctypes.CDLL({folder!r} + "/lib" + name + ".so"), name + "_burn")
    function.argtypes, function.restype = [ctypes.c_uint64], ctypes.c_uint64
    return function
"""
CELL = """
burn("cpp")(100_000_000)
{rust}
grid.Grid().walk(20_000_000)
grid.work(4_000_000)
"""


class Frame(NamedTuple):
    source: str
    line: int
    defined: int
    entry: str
    plumbing: bool


def leaves(profile: Profile) -> dict[str, tuple[float, Frame]]:
    """Share and dearest place of each function that is the innermost but for machinery."""
    strings, functions, frames = profile.strings, profile.functions, profile.frames
    total = sum(profile.samples.values[0])
    costs: dict[tuple[str, Frame], float] = {}
    for row, value in zip(profile.samples.stack, profile.samples.values[0], strict=True):
        while functions.flags[frames.function[profile.stacks.frame[row]]] & PLUMBING:
            row = profile.stacks.prefix[row]
        frame = profile.stacks.frame[row]
        function = frames.function[frame]
        source = functions.source[function] if functions.source else -1
        place = Frame(
            Path(strings[source]).name if source >= 0 else "",
            frames.line[frame],
            functions.line[function],
            strings[functions.entry[function]] if functions.entry[function] >= 0 else "",
            bool(functions.flags[function] & PLUMBING),
        )
        key = strings[functions.name[function]], place
        costs[key] = costs.get(key, 0) + value / total
    found: dict[str, tuple[float, Frame]] = {}
    for (name, place), cost in sorted(costs.items(), key=lambda item: item[1]):
        found[name] = found.get(name, (0.0, place))[0] + cost, place
    return found


@pytest.fixture(scope="module")
def rust(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    return rust_library(tmp_path_factory.mktemp("rust"))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, rust: Path | None) -> Profile:
    folder = tmp_path_factory.mktemp("native")
    cpp_library(folder)
    cython_module(folder)
    if rust:
        (folder / rust.name).symlink_to(rust)
    run = tmp_path_factory.mktemp("run")
    cell = CELL.format(rust='burn("rust")(100_000_000)' if rust else "")
    return profile_of(run, cell, before=BEFORE.format(folder=str(folder)))


def test_cpp(recorded: Profile) -> None:
    found = leaves(recorded)
    share, walk = found["geo::Grid<unsigned long>::walk"]
    assert share > 0.02
    assert (walk.source, walk.line) == ("cpp.cpp", 9)
    assert 7 <= walk.defined <= 9
    reduce = next(n for n in found if n.startswith("geo::reduce<unsigned long, cpp_burn"))
    assert "(unsigned long)" not in reduce.replace("{lambda(unsigned long, unsigned long)", "")
    assert found[reduce][1].source == "cpp.cpp"


def test_rust(recorded: Profile, rust: Path | None) -> None:
    if rust is None:
        pytest.skip("rustc is not installed")
    share, area = leaves(recorded)["<shapes::Square as shapes::Shape>::area"]
    assert share > 0.02
    assert (area.source, area.line) == ("rust.rs", 7)


def test_cython(recorded: Profile) -> None:
    found = leaves(recorded)
    _, inner = found["made.grid.Grid.inner"]
    assert (inner.source, inner.line) == ("grid.pyx", 6)
    assert 3 <= inner.defined <= 5
    _, work = found["made.grid.work"]
    assert work.entry == "made.grid.work"
    assert (work.source, work.defined) == ("grid.pyx", 11)
    assert work.line in (13, 14)
    names = [recorded.strings[name] for name in recorded.functions.name]
    assert "made.grid.Grid.walk" in names
    assert not any(name.startswith(("__pyx_pw", "__pyx_f_")) for name in names)


def test_all_of_it_is_extension_code(recorded: Profile) -> None:
    leaf = {row: stack_of(recorded, row)[-1].name for row in set(recorded.samples.stack)}
    native = [row for row, name in leaf.items() if name.startswith(("geo::", "<shapes::", "made."))]
    assert len(native) > 2
    assert {recorded.stacks.category[row] for row in native} == {Category.EXTENSION}


def test_pybind11(tmp_path: Path) -> None:
    pytest.importorskip("scipy.spatial._distance_pybind")
    cell = "for _ in range(8):\n    m.pdist_canberra(x)\n    m.pdist_euclidean(x)\n"
    before = "import numpy\nimport scipy.spatial._distance_pybind as m\nx = numpy.eye(700)\n"
    profile = profile_of(tmp_path, cell, before=before)
    strings, functions = profile.strings, profile.functions
    shares: dict[str, float] = {}
    for row, value in zip(profile.samples.stack, profile.samples.values[0], strict=True):
        place = stack_of(profile, row)
        known = next((p for p in place if p.name.startswith("scipy.spatial._dist")), None)
        if known:
            line = next(p.line for p in place if p.file == "In[5]")
            key = f"{known.name.rpartition('.')[2]} {line}"
            shares[key] = shares.get(key, 0) + value / sum(profile.samples.values[0])
    assert shares["pdist_canberra 2"] + shares["pdist_euclidean 3"] > 0.9
    named = {
        strings[name]: entry for name, entry in zip(functions.name, functions.entry, strict=True)
    }
    assert named.get("pybind11::cpp_function::dispatcher", -1) < 0
