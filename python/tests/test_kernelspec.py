"""`nativeprofile kernelspec`: what it writes for Jupyter, lists and removes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from nativeprofile import cli, kernelspec
from nativeprofile.engines.base import EngineError
from nativeprofile.engines.callgrind_command import Counting


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of Jupyter, empty."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "kernels"


def test_a_kernel_is_installed_listed_and_removed(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["kernelspec", "install", "--user", "--cache", "--toggle", "leaf", "--name", "mine"]
    assert cli.main(words) == 0
    told = json.loads((data / "mine" / "kernel.json").read_text())
    assert told["display_name"] == "Python 3 (Callgrind cache toggle=leaf)"
    assert told["argv"][-3:] == ["--cache", "--toggle=leaf", "{connection_file}"]
    assert told["interrupt_mode"] == "signal"
    assert list((data / "mine").glob("logo*"))
    assert cli.main(["kernelspec", "list"]) == 0
    assert f"mine {'':15} {data / 'mine'}" in capsys.readouterr().out
    assert cli.main(["kernelspec", "remove", "mine"]) == 0
    assert not (data / "mine").exists()
    assert cli.main(["kernelspec", "remove", "mine"]) == 2
    assert "no kernel called mine" in capsys.readouterr().err


def test_a_kernel_may_have_the_c_librarys_allocator(data: Path) -> None:
    assert cli.main(["kernelspec", "install", "--user", "--malloc", "--name", "mine"]) == 0
    told = json.loads((data / "mine" / "kernel.json").read_text())
    assert told["display_name"] == "Python 3 (Callgrind malloc)"
    assert told["env"] == {"PYTHONMALLOC": "malloc"}
    assert "--malloc" not in told["argv"]
    assert "malloc" not in str(kernelspec.specification(Counting()))


def test_kernels_of_others_are_left_alone(data: Path) -> None:
    (data / "other").mkdir(parents=True)
    (data / "other" / "kernel.json").write_text('{"argv": [], "display_name": "Other"}')
    with pytest.raises(EngineError, match="did not install"):
        kernelspec.install(Counting(), "other", user=True)
    with pytest.raises(EngineError, match="no kernel called other"):
        kernelspec.remove("other")
    with pytest.raises(EngineError, match="cannot be called"):
        kernelspec.install(Counting(), "../other", user=True)
    with pytest.raises(SystemExit):
        cli.main(["kernelspec", "install", "--threads"])
    assert "other" not in kernelspec.installed()


def test_without_valgrind_the_kernel_starts_and_says_so(tmp_path: Path) -> None:
    # A notebook's folder may have modules of any name, which are no business of the kernel's start.
    for name in ("random", "select", "nativeprofile"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the notebook folder was imported')")
    argv = kernelspec.specification(Counting())["argv"]
    process = subprocess.Popen(
        [*argv[:-1], str(tmp_path / "new.json")],
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PATH": str(tmp_path)},
        text=True,
    )
    assert process.stderr is not None
    assert "Valgrind is not installed, so this kernel runs without it" in process.stderr.readline()
    process.kill()
    process.communicate()
