"""What trampolines add: calibrated in the kernel, taken out of the profile, said beside it."""

from __future__ import annotations

import ctypes
import json
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from perfrun import needs_perf, profile_of, pythons, stacks

from nativeprofile.mixed import calibration, trampolines
from nativeprofile.mixed.calibration import ENTRY, HOOK, STEPS, Calibration, median_interval
from nativeprofile.mixed.trampolines import Part, Role, correct, look, notes
from nativeprofile.mixed.unwind import EVALUATOR, Frame
from nativeprofile.symbols.maps import Maps
from nativeprofile.symbols.symtab import functions

TWICE = Calibration(plain=50, dearer=110, for_each_seen=2, error=0.1, entry=2)
"""60 ns more, of which 30 are seen: 10 in steps."""
MANY_CALLS = [Part(1000, Role.STEP, place=1)] * 400 + [Part(1000, Role.INSIDE, place=1)] * 1200
"""Half of the time is what trampolines added."""
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
    assert correct([], TWICE) == ([], 0.0, 0.0)
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


def test_the_error_is_that_of_the_calibration_and_of_the_calls_sampled() -> None:
    found = correct(MANY_CALLS, replace(TWICE, error=0.0))
    assert found.removed == pytest.approx(0.5, abs=0.001)
    assert found.error == pytest.approx(found.removed * 1.96 / 20)
    both = correct(MANY_CALLS, replace(TWICE, error=1.96 / 20))
    assert both.error == pytest.approx(2**0.5 * found.error)
    # What a function has lost too much, another one's share has gained.
    assert both.shares_off == pytest.approx(2 * both.error, rel=0.01)


def test_what_is_too_unsure_is_not_taken_out_but_told() -> None:
    even, uneven = TWICE, replace(TWICE, error=0.6)
    sure, unsure = correct(MANY_CALLS, even), correct(MANY_CALLS, uneven)
    assert sure.sure and not unsure.sure
    assert "50% ± 7% of the CPU time, which is taken out" in notes(sure, even)[0]
    assert "50% ± 30% of the time shown, which is too unsure" in notes(unsure, uneven)[0]
    assert not correct(MANY_CALLS[395:], even).sure  # five samples of calls say little
    assert notes(sure._replace(removed=0.04), even) == []


def test_the_median_of_few_has_an_interval_that_holds_it_nineteen_times_of_twenty() -> None:
    assert median_interval([1, 2, 3, 4, 5]) is None
    assert median_interval([6, 2, 3, 4, 5, 1]) == (1, 6)
    assert median_interval(range(12)) == (2, 9)
    draw = Random(1)
    inside = 0
    for _ in range(2000):
        # Of a distribution whose median is 1 and whose mean is far off.
        low, high = median_interval([draw.random() ** -2 / 4 for _ in range(12)]) or (0, 0)
        inside += low <= 1 <= high
    assert 0.95 < inside / 2000 < 0.975


@needs_trampolines
def test_a_calibration_is_what_the_turns_say() -> None:
    maps, ranges = _maps(), functions(_interpreter(), STEPS | ENTRY)
    if HOOK not in ranges:
        pytest.skip("this Python's own functions have no symbols")
    start = {name: maps.address(_interpreter(), ranges[name][0]) for name in ranges}

    def turn(plain: float = 50, hooks: int = 50, entry: int = 150) -> dict[str, object]:
        counts = [[start[HOOK], hooks], [start["_PyEvalFramePushAndInit"], entry], [1, 800]]
        return {"plain": plain, "trampolines": 100.0, "addresses": counts}

    found = calibration.read([turn()] * 6, maps)
    assert found is not None
    assert (found.plain, found.dearer, found.error) == (50, 100, 0)
    assert found.for_each_seen == pytest.approx(0.5 / 0.2)
    assert found.entry == pytest.approx(3)
    # Turns differ: the one in the middle counts, and how far the others are from it either way.
    for times in ((10, 40, 50, 50, 60, 80), (20, 40, 50, 50, 60, 90)):
        uneven = calibration.read([turn(plain) for plain in times], maps)
        assert uneven is not None
        assert uneven.for_each_seen == pytest.approx(0.5 / 0.2)
        assert uneven.error == pytest.approx(0.8)
    inlined = calibration.read([turn(entry=0)] * 6, maps)
    assert inlined is not None and inlined.entry == 0
    # A turn that saw no calls is none, and of too few nothing is said.
    assert calibration.read([*[turn()] * 6, turn(hooks=0)], maps) == found
    assert calibration.read([*[turn()] * 5, *[turn(hooks=0)] * 7], maps) is None
    assert calibration.read([turn(plain=101)] * 6, maps) is None
    assert calibration.read([], maps) is None


@needs_perf
@needs_trampolines
@pytest.mark.parametrize("python", pythons())
def test_shares_of_calls_move_to_those_of_the_unprofiled_program(
    tmp_path: Path, python: str
) -> None:
    before = PROGRAM + "PLAIN = measure(80)\n"
    # Code of its own: the cell's must not have been specialized without trampolines.
    source = PROGRAM + (
        "dearer = measure(240)\nimport json\n"
        "json.dump([PLAIN, dearer], open(DIRECTORY + '/shares', 'w'))\n"
    )
    profile = profile_of(tmp_path, source, before=before, stacks="full", python=python)
    if any("could not be calibrated" in note for note in profile.quality["notes"]):
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
    removed, error = profile.quality["trampolines"], profile.quality["trampolines_error"]
    assert 0.1 < removed < 0.5
    assert 0 < error < removed / 2
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
