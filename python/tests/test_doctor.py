"""The doctor: what it finds on this machine, and on machines that lack something."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from nativeprofile.doctor import GROUPS, building, examine, folders, libraries, perf, pyspy
from nativeprofile.doctor.check import Check
from nativeprofile.engines import perf_probe, perf_process, privileges, pyspy_process

SOURCES = Path(__file__).parents[1]


def doctor(*before: str, env: dict[str, str] | None = None) -> dict[str, dict[str, Check]]:
    """The doctor's checks in a process of its own, started by the command `before`."""
    done = subprocess.run(
        [*before, sys.executable, "-m", "nativeprofile.cli", "doctor", "--json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SOURCES), **(env or {})},
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return {
        group: {check["name"]: Check(**check) for check in checks}
        for group, checks in answer["checks"].items()
    }


def settings(monkeypatch: pytest.MonkeyPatch, **values: int) -> None:
    """Lets the numbers of /proc/sys/kernel be these, and the process without privileges."""
    monkeypatch.setattr(privileges, "setting", lambda name: values.get(name))
    monkeypatch.setattr(privileges, "holds", lambda *numbers: False)
    monkeypatch.setattr(privileges, "filtered", lambda: False)


def events(monkeypatch: pytest.MonkeyPatch, user: int, kernel: int, hardware: int) -> None:
    """Lets perf_event_open answer with these error numbers."""

    def answer(flags: int, kind: int = 1, event: int = 0) -> int:
        return hardware if kind == 0 else user if flags == perf_probe.USER_ONLY else kernel

    monkeypatch.setattr(perf_probe, "open_event", answer)


def named(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


needs_perf = pytest.mark.skipif(shutil.which("perf") is None, reason="perf is not installed")


def test_every_group_answers_and_every_lack_has_words() -> None:
    found = examine()
    assert set(found) == set(GROUPS)
    for checks in found.values():
        assert checks and all(check.words for check in checks)
        assert not any("could not be examined" in check.words for check in checks)


def test_a_group_that_fails_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GROUPS, "perf", lambda: [][0])
    found = examine()
    assert found["perf"][0].state == "lacks" and "IndexError" in found["perf"][0].words
    assert found["py-spy"]


@needs_perf
@pytest.mark.skipif(os.geteuid() != 0, reason="dropping capabilities needs root")
def test_without_capabilities_the_level_decides() -> None:
    level = privileges.setting("perf_event_paranoid")
    if level is None or level < 2:
        pytest.skip("this system permits all")
    found = doctor("setpriv", "--bounding-set=-all", "--inh-caps=-all")
    kernel = found["perf"]["kernel frames"]
    assert kernel.state == "less"
    assert kernel.remedy == "sudo sysctl kernel.perf_event_paranoid=1"
    assert "capabilities" not in found["perf"]["permission"].words
    assert found["perf"]["kernel symbols"].state == "less"


def test_an_empty_path_names_what_to_install() -> None:
    found = doctor(env={"PATH": "/nonexistent"})
    program = found["perf"]["program"]
    assert program.words == "perf is not installed" and "nstall" in program.remedy
    assert "install" in found["Folders and tools"]["valgrind"].remedy
    # py-spy is that of the environment, not one on the path.
    assert found["py-spy"]["program"].state == "ok"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("WARNING: perf not found for kernel 6.8.0-31", "no perf is installed for the running"),
        ("error while loading shared libraries", "does not run: error while loading"),
    ],
)
def test_a_perf_that_does_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, words: str
) -> None:
    broken = tmp_path / "perf"
    broken.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 2\n")
    broken.chmod(0o755)
    monkeypatch.setattr(perf_probe, "perf_path", lambda: str(broken))
    program = named(perf.checks())["program"]
    assert program.state == "lacks" and words in program.words and program.remedy


def test_a_perf_without_compression_copies_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perf_probe, "perf_path", lambda: "/usr/bin/perf")
    monkeypatch.setattr(perf_probe, "perf_facts", lambda path: ("6.1", False, ""))
    assert "zstd" in named(perf.checks())["program"].words


@pytest.mark.parametrize(
    ("level", "user", "kernel", "state", "remedy"),
    [
        (3, errno.EACCES, errno.EACCES, "lacks", "sudo sysctl kernel.perf_event_paranoid=1"),
        (2, 0, errno.EACCES, "ok", ""),
        (1, 0, 0, "ok", ""),
        (-1, 0, 0, "ok", ""),
        (2, errno.EPERM, errno.EPERM, "lacks", "Run: perf record -e cpu-clock true"),
    ],
)
def test_levels(
    monkeypatch: pytest.MonkeyPatch, level: int, user: int, kernel: int, state: str, remedy: str
) -> None:
    settings(monkeypatch, perf_event_paranoid=level, perf_event_mlock_kb=516)
    events(monkeypatch, user, kernel, 0)
    found = named(perf.checks())
    assert found["permission"].state == state and found["permission"].remedy == remedy
    words = found["permission"].words
    assert ("refused" if remedy.startswith("Run") else f"paranoid is {level}") in words
    assert ("kernel frames" in found) == (state == "ok")
    if state == "ok":
        assert (found["kernel frames"].state == "ok") == (kernel == 0)


def test_a_seccomp_filter_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    settings(monkeypatch, perf_event_paranoid=2)
    events(monkeypatch, errno.EPERM, errno.EPERM, errno.EPERM)
    monkeypatch.setattr(privileges, "filtered", lambda: True)
    permission = named(perf.checks())["permission"]
    assert "seccomp" in permission.words and "--cap-add PERFMON" in permission.remedy


def test_small_limits_have_their_sysctl(monkeypatch: pytest.MonkeyPatch) -> None:
    settings(
        monkeypatch, perf_event_paranoid=2, perf_event_mlock_kb=64, perf_event_max_sample_rate=500
    )
    events(monkeypatch, 0, errno.EACCES, errno.ENOENT)
    found = named(perf.checks())
    assert found["buffer"].remedy == "sudo sysctl kernel.perf_event_mlock_kb=516"
    assert "500 samples" in found["rate"].words and found["rate"].remedy.endswith("=100000")
    assert found["hardware counters"].state == "less"


def test_the_buffer_is_what_may_be_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privileges, "holds", lambda *numbers: False)
    assert perf_process.ring_pages() == 128
    monkeypatch.setattr(privileges, "holds", lambda *numbers: True)
    assert perf_process.ring_pages() > 128


@pytest.mark.parametrize(
    ("capabilities", "users", "holds"),
    [
        ("0", "0 0 4294967295", False),
        (f"{1 << 14:x}", "0 0 4294967295", True),
        (f"{1 << 14:x}", "0 1000 1", False),
    ],
    ids=["without", "with", "user namespace"],
)
def test_capabilities_count_in_the_system_itself(
    tmp_path: Path, capabilities: str, users: str, holds: bool
) -> None:
    (tmp_path / "self").mkdir()
    (tmp_path / "self/status").write_text(f"Name:\tx\nCapEff:\t{capabilities}\nSeccomp:\t0\n")
    (tmp_path / "self/uid_map").write_text(users + "\n")
    assert privileges.holds(privileges.IPC_LOCK, proc=tmp_path) is holds
    assert not privileges.filtered(tmp_path)


def test_py_spy_missing_and_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pyspy_process, "binary", lambda: None)
    assert named(pyspy.checks())["program"].remedy == "pip install py-spy"
    broken = tmp_path / "py-spy"
    broken.write_text("not a program")
    broken.chmod(0o755)
    monkeypatch.setattr(pyspy_process, "binary", lambda: str(broken))
    assert "does not run" in named(pyspy.checks())["program"].words


def test_a_full_or_missing_temporary_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usage = shutil.disk_usage("/")
    full, empty = usage._replace(free=3 << 20), usage._replace(free=1 << 40)
    monkeypatch.setattr(shutil, "disk_usage", lambda at: full if at == str(tmp_path) else empty)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = named(folders.checks())["temporary folder"]
    assert found.state == "less" and "has 3 MB left" in found.words
    assert found.remedy == "export TMPDIR=/var/tmp"
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    found = named(folders.checks())["temporary folder"]
    assert found.state == "lacks" and found.remedy == "export TMPDIR=/var/tmp"


def test_stripped_libraries_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, whole, stripped = tmp_path / "a.c", tmp_path / "libwhole.so", tmp_path / "libbare.so"
    source.write_text(
        "static int inner(int n) { return n; }\nint outer(int n) { return inner(n); }"
    )
    built = [["-o", str(whole)], ["-s", "-o", str(stripped)]]
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed")
    for options in built:
        subprocess.run(["gcc", "-shared", "-fPIC", *options, str(source)], check=True)
    monkeypatch.setattr(libraries, "_mapped", lambda: [whole, stripped])
    found = named(libraries.checks())
    assert "1 of 2 libraries" in found["function names"].words
    assert "libbare.so" in found["stripped"].words and "libwhole" not in found["stripped"].words


def test_compilers_that_are_there_and_that_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = named(building.checks())
    assert {check.state for check in found.values()} == {"ok"}, found
    gcc = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=True)
    assert found["gcov"].words == gcc.stdout.strip()
    # A gcov of another version than the compiler.
    other = tmp_path / "gcov"
    other.write_text("#!/bin/sh\necho 'gcov (Any 9-1) 7.5.0'\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert named(building.checks())["gcov"].words.startswith("gcov 7.5.0 does not read what gcc ")
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    lacking = named(building.checks())
    for name in ("C compiler", "C++ compiler", "gcov"):
        assert lacking[name].state == "lacks" and "apt-get install" in lacking[name].remedy
