"""Callgrind files that are cut off, damaged, hostile or too large."""

from __future__ import annotations

from pathlib import Path

import pytest
from callgrinds import WHOLE, costs, load, write

from nativeprofile import formats
from nativeprofile.cli import main
from nativeprofile.formats import callgrind
from nativeprofile.formats.callgrind import read_recording
from nativeprofile.formats.callgrind.profile import profile_of
from nativeprofile.tables.encode import encode
from nativeprofile.tables.errors import FormatError


def test_every_cut(tmp_path: Path) -> None:
    """A file that ends anywhere: what is shown is in the whole file, and it is said."""
    whole = load(tmp_path, WHOLE)
    rows, calls = costs(whole), whole.calls.count.tolist()
    for end in range(len(WHOLE)):
        try:
            found = load(tmp_path, WHOLE[:end])
        except FormatError as error:
            assert "events" in error.message
            continue
        assert costs(found) == rows[: len(costs(found))]
        assert found.calls.count.tolist() == calls[: len(found.calls.count)]
        end_is_there = found.parts[0].totals == whole.parts[0].totals
        assert end_is_there or profile_of(found, "x").quality["notes"], WHOLE[:end][-30:]


def test_a_cut_file_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, WHOLE[: WHOLE.index("0 500 25") + 4])
    notes = formats.open(path).quality["notes"]
    assert any("cut off" in note for note in notes)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("5 12 x\n", 1),
        ("5 12 3 4 5\n", 1),
        ("0x\n", 1),
        ("+ 3\n", 1),
        ("5 *\n", 1),
        ("5 99999999999999999999\n", 1),
        ("calls=\n5 5\n", 1),
        ("calls=x 5\n5 5\n", 1),
        ("calls=1 5\ncalls=1 5\n6 1\n", 1),
        ("what is this\n", 1),
        ("\x00\x01\x02\n", 1),
        (" 5 5\n", 1),
        ("jcnd=3 5\n5\n", 0),
    ],
)
def test_lines_that_cannot_be_read(tmp_path: Path, line: str, expected: int) -> None:
    text = f"events: Ir Dr\nfl=a.c\nfn=f\ncfn=g\n1 1\n{line}9 9\n"
    recording = load(tmp_path, text)
    assert recording.damaged == expected
    assert recording.first_damaged == (6 if expected else 0)
    # A call that cannot be read takes its cost with it.
    assert recording.calls.count.tolist() == ([1] if line.startswith("calls=1") else [])
    assert (costs(recording)[0], costs(recording)[-1]) == (
        ("f", "a.c", 1, 1, 0),
        ("f", "a.c", 9, 9, 0),
    )


@pytest.mark.parametrize(
    "text",
    ["", "\n", "hello\n", "# callgrind format\n", "events:\nfn=f\n1 1\n", "fn=f\n1 1\nevents: Ir\n",
     "version: 7\nevents: Ir\n", "positions: moon\nevents: Ir\n",
     "events: " + "a " * 300 + "\n", "events: Ir\nfn=f\n1 1\nevents: Dr\n2 2\n"],
)  # fmt: skip
def test_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(FormatError) as caught:
        load(tmp_path, text)
    assert caught.value.message.endswith(".")


def test_negative_and_huge_numbers(tmp_path: Path) -> None:
    text = "events: Memory\nfl=a.c\nfn=f\n1 -5\n-7 3\n99999999999 1\n0xffffffffffff 2\n"
    found = costs(load(tmp_path, text))
    assert found[0] == ("f", "a.c", 1, -5)
    assert [row[3] for row in found] == [-5, 3, 1, 2]
    assert all(0 <= row[2] < 2**31 for row in found)  # type: ignore[operator]
    with pytest.raises(FormatError):
        encode(formats.open(write(tmp_path, "events: Ir\nfn=f\n1 999999999999999999\n")))


def test_costs_of_no_function(tmp_path: Path) -> None:
    """They belong to none that is named later."""
    text = "events: Ir\nfl=a.c\n1 1\ncfn=f\ncalls=1 5\n2 4\nfn=f\n5 4\n"
    profile = formats.open(write(tmp_path, text))
    names = [profile.strings[name] for name in profile.functions.name]
    assert dict(zip(names, (profile.functions.self_value or [[]])[0], strict=True)) == {
        "???": 1,
        "f": 4,
    }


def test_hostile_names_stay_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = b"events: Ir\nob=<script>x\x1b[31m\nfl=../../\xff\xfe\n"
    text += b"fn=\x1b]0;owned\x07<img src=x>\n1 5\n"
    path = write(tmp_path, text)
    assert main(["report", str(path)]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said and "owned" in said
    assert main(["report", "--html", str(path)]) == 0
    assert "<img src=x>" not in capsys.readouterr().out


def test_too_large_for_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, WHOLE)
    monkeypatch.setattr(callgrind, "_BYTES_OF_MEMORY", 1 << 40)
    with pytest.raises(FormatError, match="GB of memory"):
        read_recording(path)
