"""Which line a Python frame is at: pointers, evidence, and what they are worth."""

from __future__ import annotations

import binascii
from collections import Counter
from pathlib import Path

import pytest
from perfrun import needs_perf, profile_of, pythons, stacks

from nativeprofile.mixed.evidence import Evidence
from nativeprofile.mixed.lines import Ballot, Site
from nativeprofile.mixed.recording import Code

CALL, ADD, RETURN, SUBSCRIPT = 1, 2, 3, 4
OPCODES = {"CALL": CALL, "BINARY_OP": ADD, "RETURN_VALUE": RETURN, "BINARY_SUBSCR": SUBSCRIPT}
FIRST, SECOND = 0x1000, 0x2000
"""Two functions that are called."""
GOOD, STALE = 70, 61
"""Slots."""


def code_of(*opcodes: int, calls: list[list[int]] | None = None) -> Code:
    """One instruction of one unit on each line, from line 11 on; the first line is 10."""
    content = b"".join(bytes([opcode, 0]) for opcode in opcodes)
    # Location entries of one unit, no column, one line further (kind 13).
    table = b"".join(bytes([0x80 | 13 << 3, 2]) for _ in opcodes)
    text = [binascii.b2a_base64(data, newline=False).decode() for data in (table, content)]
    return Code(1, 1, "f", "f", "f.py", 10, *text, calls or [])


def line(ballot: Ballot, site: Site) -> int:
    return ballot.place(site)[0]


class TestEvidence:
    code = code_of(CALL, CALL, ADD, CALL, calls=[[0, FIRST], [1, SECOND], [3, FIRST]])

    def evidence(self, jumps: dict[int, frozenset[int]] | None = None) -> Evidence:
        return Evidence(lambda address: (jumps or {}).get(address, frozenset()), OPCODES)

    def test_calls_of_what_stands_on_the_stack(self) -> None:
        assert self.evidence().units(self.code, "", [0x99, FIRST]) == {0, 3}

    def test_the_outermost_callee_counts(self) -> None:
        assert self.evidence().units(self.code, "", [SECOND, FIRST]) == {1}

    def test_a_callee_that_left_by_a_jump(self) -> None:
        jumps = {SECOND: frozenset({0x3000})}
        assert self.evidence(jumps).units(self.code, "", [0x3000]) == {1}

    def test_operators_by_their_c_functions(self) -> None:
        assert self.evidence().units(self.code, "PyNumber_Add", []) == {2}
        assert self.evidence().units(self.code, "PyNumber_Subtract", []) == set()

    def test_nothing_known_is_no_evidence(self) -> None:
        assert self.evidence().units(self.code, "strlen", [0x99]) == set()


class TestBallot:
    code = code_of(CALL, ADD, CALL, RETURN)

    def site(self, *found: tuple[int, int], told: set[int] | None = None, at: int = 5) -> Site:
        return Site(self.code, found, at, False, frozenset(told or ()))

    def test_slots_that_contradict_the_evidence_lose(self) -> None:
        # The stale slot is there more often, so without evidence it would win.
        ballot = Ballot()
        ballot.vote(self.site((GOOD, 3), (STALE, 1), told={2}), 10)
        ballot.vote(self.site((STALE, 1)), 90)
        assert line(ballot, self.site((STALE, 1), (GOOD, 3))) == 13

    def test_without_evidence_the_usual_slot_wins(self) -> None:
        ballot = Ballot()
        ballot.vote(self.site((STALE, 1)), 90)
        ballot.vote(self.site((GOOD, 3)), 10)
        assert line(ballot, self.site((STALE, 1), (GOOD, 3))) == 11

    def test_a_slot_that_follows_the_instructions_wins(self) -> None:
        # The stale slot tells the same instruction wherever the evaluator was, but for chance.
        ballot, register = Ballot(), -2
        for at, unit in ((5, 1), (6, 2), (7, 4)):
            ballot.vote(self.site((register, unit), (STALE, 1), at=at), 100)
        ballot.vote(self.site((STALE, 4), at=8), 3)
        assert line(ballot, self.site((STALE, 1), (register, 2), at=6)) == 12

    def test_evidence_tells_the_line_of_a_frame_without_pointers(self) -> None:
        ballot = Ballot()
        assert line(ballot, self.site(told={2})) == 13
        assert ballot.inferred == 1

    def test_evidence_for_two_lines_tells_none(self) -> None:
        assert line(Ballot(), self.site(told={0, 2})) == -1

    def test_of_two_lines_the_one_where_it_nearly_always_is(self) -> None:
        ballot = Ballot()
        ballot.learn(self.site((GOOD, 3), told={2}), 96)
        assert line(ballot, self.site(told={0, 2}, at=6)) == 13
        ballot.learn(self.site((GOOD, 1), told={0}), 20)
        assert line(ballot, self.site(told={0, 2}, at=6)) == -1

    def test_a_reliable_pointer_counts_more_than_what_was_called_first(self) -> None:
        ballot = Ballot()
        ballot.vote(self.site((GOOD, 1), told={0}), 9)
        # The call on line 13 calls something else by now.
        assert line(ballot, self.site((GOOD, 3), told={0})) == 13

    def test_of_two_functions_the_one_that_can_have_called_what_stands_upon_it(self) -> None:
        # The caller's pointer lies where one usually does; the function itself was seen once.
        ballot = Ballot()
        ballot.vote(self.site((GOOD, 1)), 90)
        caller = self.site((GOOD, 1))._replace(number=1)
        own = self.site((STALE, 3), told={2})._replace(number=2)
        assert ballot.likely([caller, own]).number == 2
        assert ballot.likely([caller, own._replace(evidence=frozenset())]).number == 1

    def test_a_slot_may_point_at_its_instruction(self) -> None:
        ballot = Ballot()
        ballot.vote(self.site((GOOD, 2), told={2}), 9)
        assert line(ballot, self.site((GOOD, 0))) == 11

    def test_a_handler_s_opcode_tells_the_line(self) -> None:
        ballot = Ballot()
        ballot.learn(self.site((GOOD, 2), told={1}), 9)
        assert line(ballot, self.site()) == 12

    def test_entry_and_exit_belong_to_the_first_line(self) -> None:
        leaf = Site(self.code, (), 5, True)
        outside = Site(self.code, (), -1, False)
        assert line(Ballot(), leaf) == line(Ballot(), outside) == 10


MADE = """class Point:
    def __init__(self):
        for step in range(3_000):
            self.x = step

def make():
    return Point()

for _ in range(6_000):
    make()
"""


@needs_perf
@pytest.mark.parametrize("python", pythons())
def test_functions_entered_without_a_trampoline_have_their_frame(
    tmp_path: Path, python: str
) -> None:
    profile = profile_of(tmp_path, MADE, python=python)
    found = Counter[tuple[int, ...]]()
    for stack, _, weight in stacks(profile):
        lines = [place.line for place in stack if place.file == "In[5]"]
        names = [place.name for place in stack]
        found[tuple(lines[1:3]) if "Point.__init__" in names else ()] += weight
    inside = found[7, 3] + found[7, 4]
    assert inside > 0.9 * found.total(), found
    assert profile.quality["lines"] > 0.98
