"""The worker's protocol: one line in, one line of JSON out, or one sentence and a remedy."""

from __future__ import annotations

import cProfile
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from nativeprofile import convert
from nativeprofile.capture import launch
from nativeprofile.render import embed
from nativeprofile.tables.encode import MIME_TYPE
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.schema import schema

ROOT = Path(__file__).parents[1]
START = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from nativeprofile import convert; "
CELL = "/tmp/ipykernel_1/2.py"


def recorded(directory: Path, **changes: Any) -> Path:
    """A run's directory, as the kernel leaves it after a cell under cProfile."""
    source = "def f(n):\n    return sum(range(n))\nf(1000)\n"
    profiler = cProfile.Profile()
    profiler.runctx(compile(source, CELL, "exec"), {}, {})  # type: ignore[arg-type]
    profiler.dump_stats(directory / "profile.pstats")
    run = {
        "format": 1, "engine": "cprofile", "engine_version": "3.13", "engine_reason": "asked for",
        "kind": "exact", "rate": None, "name": "In[5]", "prompt": 5, "cell_id": "c",
        "status": "ok", "started": 1.5, "wall_ns": 10**6, "cpu_ns": 10**6, "thread_cpu_ns": 10**6,
        "pid": 1, "tid": 1, "python": "CPython 3.13", "platform": "Linux",
        "cells": [
            {"filename": "/other.py", "name": "In[1]", "prompt": 1, "id": None, "source": "x"},
            {"filename": CELL, "name": "In[5]", "prompt": 5, "id": "c", "source": source},
        ],
        "notes": ["a note of capture"], "data": {"file": "profile.pstats"}, **changes,
    }  # fmt: skip
    (directory / "run.json").write_text(json.dumps(run))
    return directory


def worker(line: str, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    code = START + f"sys.exit(convert.main({list(words)!r}))"
    return subprocess.run(
        [sys.executable, "-I", "-c", code],
        input=line, capture_output=True, text=True, timeout=60, check=False, **options,
    )  # fmt: skip


def failure(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    answer: dict[str, str] = json.loads(line)
    assert set(answer) == {"message", "remedy"}
    return answer


class TestProtocol:
    def test_answers_with_one_line_of_json(self, tmp_path: Path) -> None:
        done = worker(f"{recorded(tmp_path)}\n", "--wait")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("\n") == 1
        bundle = json.loads(done.stdout)
        assert list(bundle) == [MIME_TYPE, "text/plain", "text/html"]
        jsonschema.validate(bundle[MIME_TYPE], schema())

    def test_keeps_all_of_its_files_in_the_runs_folder(self, tmp_path: Path) -> None:
        package, directory = tmp_path / "root" / "nativeprofile", tmp_path / "run"
        package.mkdir(parents=True)
        directory.mkdir()
        (package / "__init__.py").touch()
        (package / "convert.py").write_text(
            "import os, tempfile\n"
            "def main(words):\n    print(tempfile.mkdtemp(), flush=True); os.read(0, 1)\n"
        )
        with subprocess.Popen(
            [sys.executable, "-I", launch.__file__, str(package.parent), str(directory)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stdin is not None and process.stdout is not None
            folder = Path(process.stdout.readline().strip())
            assert folder.parent == directory
            process.stdin.close()
        assert not directory.exists()

    def test_ends_quietly_when_the_cell_is_given_up(self) -> None:
        done = worker("", "--wait")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_a_directory_that_is_gone(self, tmp_path: Path) -> None:
        answer = failure(worker(f"{tmp_path / 'gone'}\n"))
        assert answer["message"].startswith("The recording is gone (No such file or directory)")
        assert answer["remedy"] == "Run the cell again."

    def test_is_not_stopped_by_a_reader_that_left(self, tmp_path: Path) -> None:
        recorded(tmp_path)
        read, write = os.pipe()
        os.close(read)
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", START + "sys.exit(convert.main([]))"],
            stdin=subprocess.PIPE, stdout=write, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        os.close(write)
        _, said = process.communicate(f"{tmp_path}\n", timeout=60)
        assert process.returncode != 0
        assert "Traceback" not in said

    def test_leaves_the_directory_as_it_was(self, tmp_path: Path) -> None:
        recorded(tmp_path)
        before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
        worker(f"{tmp_path}\n")
        assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


class TestBundle:
    def test_names_the_cell_and_keeps_its_source(self, tmp_path: Path) -> None:
        bundle = convert.convert(recorded(tmp_path), lambda samples: None)
        message = bundle[MIME_TYPE]
        assert [cell["name"] for cell in message["meta"]["cells"]] == ["In[5]"]
        names = {row["name"]: row for row in message["summary"]["functions"]}
        assert names["In[5]"]["file"] == "In[5]"
        assert names["f"]["calls"] == 1
        assert names["sum"]["category"] == "builtin"
        assert message["meta"]["thread_cpu_ns"] == 10**6
        assert "a note of capture" in message["quality"]["notes"]
        assert bundle["text/plain"].startswith("In[5]  1.00 ms")
        assert "In[5]" in bundle["text/html"]
        json.dumps(bundle, allow_nan=False).encode()

    def test_a_name_of_its_own(self, tmp_path: Path) -> None:
        bundle = convert.convert(recorded(tmp_path, name="my run"), lambda samples: None)
        assert bundle["text/plain"].startswith("my run  ")
        assert any(row["name"] == "In[5]" for row in bundle[MIME_TYPE]["summary"]["functions"])

    def test_the_viewer_in_the_place_of_the_picture(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        static = tmp_path / "static"
        static.mkdir()
        monkeypatch.setattr(embed, "_STATIC", static)
        run = recorded(tmp_path, html="interactive")
        picture = convert.convert(run, lambda samples: None)["text/html"]
        assert picture.startswith("<div>")  # the viewer is not built
        for name in ("embedded.js", "viewer.css"):
            (static / name).write_text("")
        frame = convert.convert(run, lambda samples: None)["text/html"]
        assert frame.startswith('<div class="np-frame"')
        assert picture in frame


class TestDamage:
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("", "run.json is damaged"),
            ("{", "run.json is damaged"),
            ("[]", "a format unknown here"),
            ('{"format": 2}', "a format unknown here"),
            ('{"format": 1}', "lacks engine, kind, name, wall_ns, status"),
        ],
    )
    def test_run_json(self, content: str, said: str, tmp_path: Path) -> None:
        (tmp_path / "run.json").write_text(content)
        with pytest.raises(FormatError, match=said):
            convert.convert(tmp_path, lambda samples: None)

    def test_an_unknown_engine(self, tmp_path: Path) -> None:
        with pytest.raises(FormatError, match="engine 'vtune'"):
            convert.convert(recorded(tmp_path, engine="vtune"), lambda samples: None)

    def test_raw_files_cut_off_anywhere(self, tmp_path: Path) -> None:
        raw = recorded(tmp_path) / "profile.pstats"
        data = raw.read_bytes()
        for cut in range(0, len(data) - 2, max(1, len(data) // 40)):
            raw.write_bytes(data[:cut])
            with pytest.raises(FormatError, match="is not a pstats dump, or is damaged"):
                convert.convert(tmp_path, lambda samples: None)

    def test_a_raw_file_outside_the_directory_is_not_read(self, tmp_path: Path) -> None:
        (tmp_path / "run").mkdir()
        outside = recorded(tmp_path) / "profile.pstats"
        run = recorded(tmp_path / "run", data={"file": str(outside)})
        (run / "profile.pstats").unlink()
        with pytest.raises(FormatError, match="cannot be read"):
            convert.convert(run, lambda samples: None)

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (MemoryError(), "not enough memory"),
            (OSError(28, "No space left on device", "/x"), "No space left on device"),
            (ZeroDivisionError("a\nb"), "ZeroDivisionError"),
            (FormatError("This.", "That."), "This."),
        ],
    )
    def test_every_error_has_a_sentence_and_a_remedy(self, error: Exception, said: str) -> None:
        message, remedy = convert.explain(error)
        assert said in message
        assert remedy
