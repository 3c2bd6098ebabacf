"""What trampolines add: calibrated in the kernel, taken out of the profile, said beside it."""

from __future__ import annotations

import ctypes
import json
import sys
from pathlib import Path

import pytest
from perfrun import needs_perf, profile_of, pythons, stacks

from nativeprofile.mixed import calibration, trampolines
from nativeprofile.mixed.calibration import ENTRY, HOOK, STEPS, Calibration
from nativeprofile.mixed.trampolines import Part, Role, correct, look
from nativeprofile.mixed.unwind import EVALUATOR, Frame
from nativeprofile.symbols.maps import Maps
from nativeprofile.symbols.symtab import functions
from nativeprofile.tables.profile import Profile

TWICE = Calibration(plain=50, dearer=110, steps=10, entry=20)
"""60 ns more, of which 30 are seen."""
needs_trampolines = pytest.mark.skipif(sys.version_info < (3, 12), reason="they came with 3.12")
PROGRAM = """
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
def flat():
    x = 1
    for i in range(30_000): x = (x * 31 + i) & 0xFFFFFFF
def measure(rounds):
    from time import thread_time_ns
    times = [0, 0, 0]
    for _ in range(rounds):
        for n, call in enumerate((lambda: fib(21), flat)):
            start = thread_time_ns()
            call()
            times[n] += thread_time_ns() - start
    return times[0] / (times[0] + times[1])
"""


def _maps() -> Maps:
    return Maps(Path("/proc/self/maps").read_text())


def _interpreter() -> str:
    address = ctypes.cast(ctypes.pythonapi.PyObject_Vectorcall, ctypes.c_void_p).value or 0
    place = _maps().in_file(address)
    assert place is not None
    return place[0]


def test_passing_samples_go_first_then_halves_of_the_evaluator() -> None:
    parts = [
        Part(10, Role.STEP, place=1),
        Part(20, Role.ENTRY, place=1),
        Part(10, Role.BETWEEN, place=1),
        Part(100, Role.INSIDE, place=1, caller=7),
        Part(400, Role.INSIDE, place=2, caller=1),
        Part(460, Role.NONE, place=1),
    ]
    # 60 were added: 40 are those of the way, 10 come from the caller and 10 from the called.
    found = correct(parts, TWICE)
    assert found.weights == [0, 0, 0, 90, 390, 460]
    assert found.removed == pytest.approx(0.06)


def test_where_one_half_is_not_there_the_other_side_gives_it() -> None:
    parts = [
        Part(30, Role.STEP, place=1),
        Part(4, Role.INSIDE, place=1),
        Part(300, Role.INSIDE, place=2, caller=1),
    ]
    # All steps: 60 were added, 30 of them beyond the way.
    assert correct(parts, TWICE).weights == [0, 0, 300 - 26]
    unknown = [Part(30, Role.STEP, place=1), Part(90, Role.INSIDE, place=1)]
    assert correct(unknown, TWICE).weights == [0, 60]
    alone = [Part(30, Role.STEP, place=1), Part(4, Role.INSIDE, place=2)]
    assert correct(alone, TWICE).weights == [0, 4]  # of another place nothing is taken


def test_no_weight_falls_below_nothing_and_samples_elsewhere_keep_theirs() -> None:
    parts = [
        Part(100, Role.STEP, place=1),
        Part(5, Role.INSIDE, place=1, caller=1),
        Part(7, Role.INSIDE, place=3, caller=4),
        Part(9, Role.NONE, place=1),
    ]
    assert correct(parts, TWICE).weights == [0, 0, 7, 9]


def test_calls_from_c_lose_the_trampoline_alone() -> None:
    parts = [Part(8, Role.HOOK, place=1), Part(50, Role.INSIDE, place=2, caller=-1)]
    found = correct(parts, TWICE)
    assert found.weights == [0, 50]
    assert found.removed == pytest.approx(8 / 58)


def test_long_work_on_arguments_is_no_sign_of_many_calls() -> None:
    few = [Part(10, Role.STEP, place=1), Part(1000, Role.ENTRY, place=1)]
    # By the steps there was one call, so at most 25 of the 1000 count: 2 * 35 were added.
    assert sum(correct(few, TWICE).weights) == pytest.approx(1010 - 70, abs=2)


def test_without_samples_nothing_is_taken() -> None:
    assert correct([], TWICE) == ([], 0.0)
    assert trampolines.estimated([]) == 0.0


def frames(*symbols: str) -> list[Frame]:
    """`py` is a trampoline, `E` the evaluator."""
    return [Frame(EVALUATOR if s == "E" else s, "/python", 0, 0, int(s == "py")) for s in symbols]


@pytest.mark.parametrize(
    ("stack", "role", "callers"),
    [
        (("E", "py", HOOK, "_PyEval_Vector", "E", "py"), Role.INSIDE, 1),
        (("E", "py", HOOK, "gen_iternext", "E", "py"), Role.INSIDE, 1),
        (("E", "py", HOOK, "_PyEval_Vector", "list_sort", "E", "py"), Role.INSIDE, 0),
        (("PyObject_Vectorcall", "E", "py"), Role.INSIDE, 0),
        (("_PyEval_Vector", "PyObject_Vectorcall", "E", "py"), Role.STEP, 0),
        (("PyUnstable_Code_GetExtra", HOOK, "PyObject_Vectorcall", "E", "py"), Role.STEP, 0),
        (("initialize_locals", "_PyEval_Vector", "E", "py"), Role.ENTRY, 0),
        (("memset", "_PyEvalFramePushAndInit", "_PyEval_Vector", "E", "py"), Role.BETWEEN, 0),
        (("py", HOOK, "_PyEval_Vector", "E", "py"), Role.BETWEEN, 1),
        ((HOOK, "_PyEval_Vector", "list_sort", "cfunction", "E", "py"), Role.HOOK, 0),
        (("_PyEval_Vector", "list_sort", "cfunction", "E", "py"), Role.NONE, 0),
        (("list_sort", "cfunction", "E", "py"), Role.NONE, 0),
        (("work", "start_thread"), Role.NONE, 0),
    ],
)
def test_stacks_tell_what_a_sample_has_to_do_with_calls(
    stack: tuple[str, ...], role: Role, callers: int
) -> None:
    assert look(frames(*stack)) == (role, callers)


def test_symbol_tables_tell_where_functions_lie() -> None:
    wanted = ctypes.cast(ctypes.pythonapi.PyObject_Vectorcall, ctypes.c_void_p).value or 0
    place = _maps().in_file(wanted)
    assert place is not None
    found = functions(place[0], ["PyObject_Vectorcall", "no_such_function"])
    assert list(found) == ["PyObject_Vectorcall"]
    start, end = found["PyObject_Vectorcall"]
    assert start == place[1] < end
    assert functions(__file__, ["PyObject_Vectorcall"]) == {}


@needs_trampolines
def test_a_calibration_is_what_the_addresses_say() -> None:
    maps, ranges = _maps(), functions(_interpreter(), STEPS | ENTRY)
    if HOOK not in ranges:
        pytest.skip("this Python's own functions have no symbols")
    start = {name: maps.address(_interpreter(), ranges[name][0]) for name in ranges}
    counts = [[start[HOOK], 150], [start["_PyEvalFramePushAndInit"], 300], [1, 550]]
    facts = {"plain": 50.0, "trampolines": 90.0, "empty": 80.0, "addresses": [counts]}
    found = calibration.read(facts, maps)
    assert found is not None
    assert (found.steps, found.entry) == pytest.approx((12, 24))
    assert found.for_each_seen == pytest.approx(40 / 36)
    few = [[address, count // 10] for address, count in counts]
    assert calibration.read({**facts, "addresses": [few]}, maps) is None
    assert calibration.read({**facts, "addresses": [counts[1:]]}, maps) is None
    # Most of the samplings must be good; of these the one in the middle counts.
    assert calibration.read({**facts, "addresses": [counts, few]}, maps) is None
    late = [[address, count * (1 if address != 1 else 9)] for address, count in counts]
    early = [[address, count * (4 if address != 1 else 1)] for address, count in counts]
    assert calibration.read({**facts, "addresses": [late, counts, early]}, maps) == found
    assert calibration.read({**facts, "trampolines": 49.0}, maps) is None
    assert calibration.read({}, maps) is None


_ATTEMPTS = 5


def _uncalibrated(profile: Profile) -> bool:
    return any("could not be calibrated" in note for note in profile.quality["notes"])


@needs_perf
@needs_trampolines
@pytest.mark.parametrize("python", pythons())
def test_shares_of_calls_move_to_those_of_the_unprofiled_program(
    tmp_path: Path, python: str
) -> None:
    before = PROGRAM + "PLAIN = measure(40)\n"
    # Code of its own: the cell's must not have been specialized without trampolines.
    source = PROGRAM + (
        "dearer = measure(120)\nimport json\n"
        "json.dump([PLAIN, dearer], open(DIRECTORY + '/shares', 'w'))\n"
    )
    # A machine that is busy with something else may be too uneven for a calibration.
    for _ in range(_ATTEMPTS):
        profile = profile_of(tmp_path, source, before=before, stacks="full", python=python)
        if not _uncalibrated(profile):
            break
    else:
        assert python != sys.executable or HOOK not in functions(_interpreter(), [HOOK])
        pytest.skip("no symbols that would tell the trampolines' functions")
    plain, dearer = json.loads((tmp_path / "shares").read_text())
    spent = {"fib": 0, "flat": 0}
    for stack, _, weight in stacks(profile):
        inside = {place.name for place in stack} & spent.keys()
        for name in inside:
            spent[name] += weight
    share = spent["fib"] / sum(spent.values())
    assert abs(share - plain) < abs(dearer - plain) * 0.6
    removed = profile.quality["trampolines"]
    assert 0.1 < removed < 0.5
    assert any("measured in this kernel" in note for note in profile.quality["notes"])
    assert sum(profile.samples.values[0]) < profile.meta["cpu_ns"] * (1 - removed / 2)


@needs_perf
@needs_trampolines
def test_trampolines_of_the_user_cannot_rest_and_are_only_estimated(tmp_path: Path) -> None:
    before = "import sys\nsys.activate_stack_trampoline('perf')\n"
    profile = profile_of(tmp_path, PROGRAM + "fib(27)\n", before=before, stacks="full")
    Path(f"/tmp/perf-{profile.threads.pid[0]}.map").unlink(missing_ok=True)
    assert "trampolines" not in profile.quality
    assert any("not taken out" in note for note in profile.quality["notes"])
