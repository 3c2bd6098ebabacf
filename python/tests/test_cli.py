"""The command line: what it prints, what it writes, how it fails."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from profiles import profile
from test_formats import notebook_of

from nativeprofile import cli, formats, report
from nativeprofile.engines import registry
from nativeprofile.render import embed

EXAMPLE = "In[5]:2 > work:4 > sorted [builtin]   30\nIn[5]:2   9"


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    formats.write("wire", profile(EXAMPLE), tmp_path / "one.json")
    return tmp_path / "one.json"


@pytest.fixture
def executed(tmp_path: Path) -> Path:
    made = [profile(EXAMPLE, name=f"In[{number}]") for number in (1, 2)]
    (tmp_path / "n.ipynb").write_text(json.dumps(notebook_of(*made)))
    return tmp_path / "n.ipynb"


def build_viewer(folder: Path) -> None:
    """Files where `npm run build` leaves the standalone viewer, their names for content."""
    for name in ("viewer.js", "worker.js", "charts.js", "viewer.css"):
        (folder / name).write_text(name)


class TestReport:
    def test_text(self, stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["report", str(stored)]) == 0
        assert capsys.readouterr().out.startswith("In[5]  20.0 ms")

    def test_every_profile_of_a_notebook(
        self, executed: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        cli.main(["report", str(executed)])
        heads = [line[:5] for line in capsys.readouterr().out.split("\n") if line.startswith("In[")]
        assert heads == ["In[1]", "In[2]"]

    def test_json_of_one_cell(self, executed: Path, capsys: pytest.CaptureFixture[str]) -> None:
        cli.main(["report", str(executed), "--json", "--cell", "In[2]"])
        (one,) = json.loads(capsys.readouterr().out)["profiles"]
        assert one["meta"]["name"] == "In[2]"
        assert one["summary"]["functions"][0]["name"] == "sorted"

    def test_a_page_with_the_viewer(
        self, executed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build_viewer(tmp_path)
        monkeypatch.setattr(report, "_STATIC", tmp_path)
        assert cli.main(["report", str(executed), "--html", "-o", str(tmp_path / "r.html")]) == 0
        page = (tmp_path / "r.html").read_text()
        assert page.count('class="np-profile"') == 2
        assert "<script>viewer.js</script>" in page

    def test_profiles_of_several_files_stand_on_one_page(
        self, stored: Path, executed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build_viewer(tmp_path)
        monkeypatch.setattr(report, "_STATIC", tmp_path)
        target = tmp_path / "r.html"
        words = ["report", str(stored), str(executed), "--html", "-o", str(target)]
        assert cli.main(words) == 0
        assert target.read_text().count('class="np-profile"') == 3

    @pytest.mark.parametrize("words", [["--html"], ["--html", "page"], ["--html=page"]])
    def test_a_path_may_follow_the_form(
        self, words: list[str], stored: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(["report", *words, str(stored)]) == 0
        assert capsys.readouterr().out.startswith("<!DOCTYPE html>")

    def test_a_frame_for_each_profile(
        self, executed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        for name in ("embedded.js", "viewer.css"):
            (tmp_path / name).write_text("")
        monkeypatch.setattr(embed, "_STATIC", tmp_path)
        assert cli.main(["report", "--html", "interactive", str(executed)]) == 0
        out, told = capsys.readouterr()
        assert [line[:21] for line in out.splitlines()] == 2 * ['<div class="np-frame"']
        assert not told

    def test_a_page_without_the_viewer_says_so(
        self,
        stored: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(report, "_STATIC", tmp_path / "nowhere")
        assert cli.main(["report", str(stored), "--html"]) == 0
        out, told = capsys.readouterr()
        assert "<img" in out
        assert "the viewer is not built (npm run build)" in told


class TestConvert:
    @pytest.mark.parametrize("name", ["x.folded", "x.speedscope.json", "x.json"])
    def test_by_the_name_of_the_output(self, name: str, stored: Path, tmp_path: Path) -> None:
        assert cli.main(["convert", str(stored), str(tmp_path / name)]) == 0
        assert formats.open(tmp_path / name).samples.values
        assert sorted(file.name for file in tmp_path.iterdir()) == sorted({"one.json", name})

    def test_standard_input_and_output(self, stored: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "nativeprofile.cli", "convert", "-", "-", "--to", "collapsed"],
            input=stored.read_bytes(), capture_output=True, check=True, timeout=60,
        )  # fmt: skip
        assert done.stdout == (
            b"In[5] (In[5]:2);work (In[5]:4);sorted 30000000\nIn[5] (In[5]:2) 9000000\n"
        )

    def test_a_failure_keeps_the_old_output(self, stored: Path, tmp_path: Path) -> None:
        target = tmp_path / "x.pstats"
        target.write_text("precious")
        assert cli.main(["convert", str(stored), str(target)]) == 2
        assert target.read_text() == "precious"
        assert sorted(file.name for file in tmp_path.iterdir()) == ["one.json", "x.pstats"]


class TestFailures:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["report", "/no/such"], "cannot be read: No such file"),
            (["report", "{dir}"], "cannot be read: Is a directory"),
            (["report", "{stored}", "--cell", "In[9]"], "has no profile called In[9]. It has: "),
            (
                ["convert", "{stored}", "x.unknown"],
                "Add --to: pstats, speedscope, wire, lcov, collapsed",
            ),
            (["convert", "{stored}"], "Add --to"),
            (["convert", "{stored}", "a.json", "-o", "b.json"], "named twice"),
            (["convert", "{stored}", "/no/such/a.json"], "No such file or directory"),
            (["convert", "{stored}", "a.json", "--map", "m"], "--map belongs to perf"),
            (["convert", "{dir}", "a.json"], "recording is gone"),
            (["report", "{stored}", "--from", "pstats"], "is not a pstats dump"),
        ],
    )
    def test_one_sentence_and_status_2(
        self,
        words: list[str],
        said: str,
        stored: Path,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        (tmp_path / "dir").mkdir()
        places = {"stored": str(stored), "dir": str(tmp_path / "dir")}
        assert cli.main([word.format(**places) if "{" in word else word for word in words]) == 2
        out, told = capsys.readouterr()
        assert out == ""
        assert told.startswith("nativeprofile: ")
        assert said in told
        assert told.count("\n") == 1

    def test_a_reader_that_leaves(self, executed: Path) -> None:
        line = f"{sys.executable} -m nativeprofile.cli report {executed} --json"
        with subprocess.Popen(
            line.split(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert b"Traceback" not in process.stderr.read()

    def test_no_command_shows_the_usage(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            cli.main([])
        assert ended.value.code == 2
        assert "usage: nativeprofile" in capsys.readouterr().err


class TestDoctor:
    def test_names_every_engine(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["doctor"]) == 0
        out = capsys.readouterr().out
        assert all(f"{name} " in out for name in registry.NAMES)

    def test_json(self, capsys: pytest.CaptureFixture[str]) -> None:
        cli.main(["doctor", "--json"])
        rows = json.loads(capsys.readouterr().out)["engines"]
        assert [row["name"] for row in rows] == list(registry.NAMES)

    def test_reasons_and_remedies(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        row = {
            "name": "perf", "title": "perf", "kind": "sampled", "available": False, "version": "",
            "reason": "perf is missing.", "remedy": "apt-get install linux-perf",
        }  # fmt: skip
        monkeypatch.setattr(registry, "probe_all", lambda thorough: [row])
        assert cli.main(["doctor"]) == 1
        out = capsys.readouterr().out
        assert "perf        not available  perf" in out
        assert "reason:  perf is missing." in out
        assert "remedy:  apt-get install linux-perf" in out


def test_standard_input_from_a_terminal_of_the_test(
    stored: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stored.read_bytes())))
    assert cli.main(["report", "-"]) == 0
    assert capsys.readouterr().out.startswith("In[5]")
