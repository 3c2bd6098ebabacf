"""What goes wrong around a recording: each fault ends in one sentence, nothing stays behind."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from perfrun import SOURCES, needs_perf, record, run_child

from nativeprofile import mixed
from nativeprofile.engines import perf_probe, perf_process
from nativeprofile.engines.perf import ENGINE
from nativeprofile.formats import perfdata
from nativeprofile.formats.perfdata import PerfData, Record
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

BUSY = "x = 1\nfor i in range(3000000):\n    x = (x * 31 + i) & 0xFFFFFFF\n"


def read(directory: Path) -> Profile:
    run = json.loads((directory / "run.json").read_text())
    return mixed.read(directory, run, lambda samples: None)


def recorders(directory: Path) -> list[int]:
    """Processes that record into `directory`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"record" in words and any(str(directory).encode() in word for word in words):
            found.append(int(entry.name))
    return found


def gone(directory: Path) -> bool:
    """Whether no perf records into `directory` any more; waits for it a little."""
    end = time.monotonic() + 5
    while recorders(directory) and time.monotonic() < end:
        time.sleep(0.05)
    return not recorders(directory)


def test_a_missing_perf_is_said_with_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perf_probe.shutil, "which", lambda name: None)
    if sys.version_info >= (3, 12) and sys.platform == "linux":
        probe = ENGINE.probe()
        assert not probe.available
        assert probe.reason == "perf is not installed."
        assert "install" in probe.remedy.lower()


def test_a_perf_that_does_not_run_is_said_with_its_words(tmp_path: Path) -> None:
    broken = tmp_path / "perf"
    broken.write_text("#!/bin/sh\necho 'perf not found for kernel 6.1' >&2\nexit 2\n")
    broken.chmod(0o755)
    version, _, failure = perf_probe.perf_facts(str(broken))
    assert version == ""
    assert failure == "perf not found for kernel 6.1"


@pytest.mark.parametrize(
    ("said", "message", "remedy"),
    [
        ("write failed: No space left on device", "no space is left", "TMPDIR"),
        ("Consider adjusting /proc/sys/kernel/perf_event_paranoid", "not permit", "sysctl"),
        ("failed to mmap with 12 (Cannot allocate memory)", "locked in memory", "mlock_kb"),
        (
            "Permission error mapping pages.\nConsider increasing "
            "/proc/sys/kernel/perf_event_mlock_kb,",
            "locked in memory",
            "mlock_kb",
        ),
        (
            "Access to performance monitoring and observability operations is limited.\n"
            "Consider adjusting /proc/sys/kernel/perf_event_paranoid setting to open\n"
            "perf_event_paranoid setting is 4:\n>= 3: Disallow all event access",
            "not permit",
            "sysctl kernel.perf_event_paranoid",
        ),
        (
            "error: Maximum frequency rate (500 Hz) exceeded.\nPlease use -F freq option with a "
            "lower value or consider\ntweaking /proc/sys/kernel/perf_event_max_sample_rate.",
            "fewer samples",
            "max_sample_rate",
        ),
        ("something else", "something else", "perf record"),
    ],
)
def test_perfs_words_become_a_sentence_and_a_remedy(said: str, message: str, remedy: str) -> None:
    error = perf_process.explain("perf ended", said)
    assert message in error.message
    assert remedy in error.remedy


@needs_perf
def test_the_probe_passes_and_changes_nothing() -> None:
    active = sys.is_stack_trampoline_active()
    assert ENGINE.probe().version
    assert ENGINE.selftest().available
    assert sys.is_stack_trampoline_active() == active


@needs_perf
def test_nothing_stays_behind(tmp_path: Path) -> None:
    before = (
        "import os, sys, threading\n"
        "STATE = lambda: (sorted(os.listdir('/proc/self/fd')), threading.active_count(),\n"
        "    [sys.monitoring.get_tool(n) for n in range(6)])\n"
        "BEFORE = STATE()\n"
        "import atexit\n"
        "def check():\n"
        "    map = f'/tmp/perf-{os.getpid()}.map'\n"
        "    fds = len(STATE()[0]) - len(BEFORE[0])\n"
        "    print('LEFT', os.path.exists(map), fds, STATE()[1:] == BEFORE[1:])\n"
        "atexit.register(check)\n"
    )
    done = run_child(tmp_path, BUSY, before=before)
    assert done.returncode == 0, done.stderr
    # CPython keeps its own map file open and we read it: two descriptors, no file.
    assert "LEFT False 2 True" in done.stdout
    assert gone(tmp_path)


@needs_perf
@pytest.mark.parametrize("end", ["os._exit(7)", "os.kill(os.getpid(), 9)"])
def test_a_cell_that_ends_the_process_leaves_no_perf_and_no_map(tmp_path: Path, end: str) -> None:
    source = f"import os\nprint('PID', os.getpid(), flush=True)\n{end}\n"
    done = run_child(tmp_path, source)
    pid = done.stdout.split("PID ")[1].split()[0]
    assert gone(tmp_path)
    assert not Path(f"/tmp/perf-{pid}.map").exists()


@needs_perf
def test_a_child_that_outlives_the_cell_does_not_keep_perf(tmp_path: Path) -> None:
    source = "import os, subprocess\nsubprocess.Popen(['sleep', '20'])\nos._exit(0)\n"
    run_child(tmp_path, source + BUSY)
    assert gone(tmp_path)


@needs_perf
def test_a_fork_neither_stops_the_recording_nor_leaves_a_map(tmp_path: Path) -> None:
    source = (
        "import os\nchild = os.fork()\n"
        "if child == 0:\n"
        "    RUNNING.abort()\n"
        "    sum(map(lambda n: n, range(1000)))\n"
        "    os._exit(os.path.exists(f'/tmp/perf-{os.getpid()}.map'))\n"
        "STATUS = os.waitpid(child, 0)[1]\nassert STATUS == 0\n"
    )
    record(tmp_path, source + BUSY)
    assert read(tmp_path).quality["samples"] > 50
    assert gone(tmp_path)


@needs_perf
def test_perf_killed_in_mid_cell_shows_what_it_had(tmp_path: Path) -> None:
    source = BUSY + "import os\nos.kill(RUNNING._process.process.pid, 9)\n" + BUSY
    done = run_child(tmp_path, source)
    if done.returncode == 3:
        assert "killed" in done.stdout or "signal" in done.stdout
    else:
        run = json.loads((tmp_path / "run.json").read_text())
        assert "perf ended by signal 9" in run["notes"][0]
        assert read(tmp_path).quality["samples"] > 0
    assert gone(tmp_path)


@needs_perf
def test_a_cell_that_closes_stray_descriptors_keeps_its_own_files(tmp_path: Path) -> None:
    source = BUSY + (
        "import os\nos.closerange(3, 64)\n"
        "import tempfile\nfiles = [tempfile.TemporaryFile() for _ in range(20)]\n"
    )
    after = "[f.write(b'x') for f in files]; [f.close() for f in files]"
    done = run_child(tmp_path, source + after + "\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert read(tmp_path).quality["samples"] > 50
    assert gone(tmp_path)


@needs_perf
def test_a_cell_that_deletes_the_folder_gets_one_sentence(tmp_path: Path) -> None:
    done = run_child(tmp_path, f"import shutil\nshutil.rmtree({str(tmp_path)!r})\n")
    assert done.returncode == 3
    assert "folder" in json.loads(done.stdout)["message"]
    assert gone(tmp_path)


@needs_perf
def test_a_full_disk_is_said(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("mounting a small disk needs root")
    try:
        done = run_child(
            disk, "import zlib, os\nfor _ in range(30):\n    zlib.compress(os.urandom(1000000))\n"
        )
        assert done.returncode == 3, done.stdout + done.stderr
        failure = json.loads(done.stdout)
        assert "space" in failure["message"]
        assert "TMPDIR" in failure["remedy"]
    finally:
        subprocess.run(["umount", str(disk)], check=False)


@needs_perf
def test_a_second_recording_is_refused_while_one_runs(tmp_path: Path) -> None:
    source = (
        "try:\n    ENGINE.start(Options(), DIRECTORY)\n"
        "except Exception as error:\n    REFUSED = error.message\n"
        "assert 'Another cell' in REFUSED\n"
    )
    record(tmp_path, source + BUSY)
    assert read(tmp_path).quality["samples"] > 50


@needs_perf
def test_ctrl_c_reaches_the_cell_and_not_perf(tmp_path: Path) -> None:
    source = (
        "import os, signal\n"
        "try:\n    os.killpg(os.getpgrp(), signal.SIGINT)\n"
        "    for _ in range(10 ** 9): pass\n"
        "except KeyboardInterrupt:\n    pass\n"
    )
    done = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r});"
            "from pathlib import Path; from perfrun import record;"
            f"record(Path({str(tmp_path)!r}), {source + BUSY!r})",
        ],
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        stderr=subprocess.DEVNULL,
    )
    done.wait(60)
    run = tmp_path / "run.json"
    if run.exists():  # the helper's own process may take the signal too
        assert read(tmp_path).quality["samples"] > 50
    assert gone(tmp_path)


@needs_perf
def test_a_monitoring_tool_that_holds_all_ids_is_named(tmp_path: Path) -> None:
    before = "import sys\nfor n in (2, 3, 4): sys.monitoring.use_tool_id(n, 'other')\n"
    done = run_child(tmp_path, "pass\n", before=before)
    assert done.returncode == 3
    assert "sys.monitoring" in json.loads(done.stdout)["message"]


@needs_perf
@pytest.mark.skipif(sys.version_info < (3, 12), reason="there is no sys.monitoring")
def test_a_cell_that_takes_our_monitoring_tool_keeps_it(tmp_path: Path) -> None:
    source = (
        "import sys\nmonitoring = sys.monitoring\n"
        "ours = next(n for n in range(6) if monitoring.get_tool(n) == 'nativeprofile')\n"
        "monitoring.free_tool_id(ours)\nmonitoring.use_tool_id(ours, 'mine')\n"
        "called = lambda *facts: None\n"
        "monitoring.register_callback(ours, monitoring.events.PY_START, called)\n"
        "monitoring.set_events(ours, monitoring.events.PY_START)\n"
    )
    check = (
        "import atexit, sys\ndef check():\n    monitoring = sys.monitoring\n"
        "    assert monitoring.get_tool(ours) == 'mine'\n"
        "    assert monitoring.get_events(ours) == monitoring.events.PY_START\n"
        "    print('KEPT', monitoring.register_callback(ours, 1, None) is called)\n"
        "atexit.register(check)\n"
    )
    done = run_child(tmp_path, source + BUSY, before=check)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "KEPT True" in done.stdout
    assert (
        "freed the profiler's tool" in json.loads((tmp_path / "run.json").read_text())["notes"][0]
    )


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("recorded")
    record(directory, BUSY)
    return directory


@needs_perf
class TestDamage:
    """A recording whose files are missing, cut off or overwritten."""

    @pytest.fixture
    def copy(self, recorded: Path, tmp_path: Path) -> Path:
        for file in recorded.iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes())
        return tmp_path

    def test_without_the_map_file_all_is_read(self, copy: Path) -> None:
        (copy / "perf.map").unlink()
        assert read(copy).quality["stitched"] > 0.99

    def test_with_a_map_file_cut_off_all_is_read(self, copy: Path) -> None:
        data = (copy / "perf.map").read_bytes()
        (copy / "perf.map").write_bytes(data[: len(data) // 2 + 3])
        assert read(copy).quality["stitched"] > 0.99

    @pytest.mark.parametrize("name", ["perf.data", "table.json", "maps"])
    def test_a_missing_file_is_an_error(self, copy: Path, name: str) -> None:
        (copy / name).unlink()
        with pytest.raises(FormatError):
            read(copy)

    @pytest.mark.parametrize("size", [0, 50, 104, 400])
    def test_a_recording_without_its_beginning_is_an_error(self, copy: Path, size: int) -> None:
        data = (copy / "perf.data").read_bytes()
        (copy / "perf.data").write_bytes(data[:size])
        with pytest.raises(FormatError):
            read(copy)

    @pytest.mark.parametrize("share", [0.5, 0.9])
    def test_a_recording_cut_off_gives_what_is_whole(self, copy: Path, share: float) -> None:
        data = (copy / "perf.data").read_bytes()
        (copy / "perf.data").write_bytes(data[: int(len(data) * share)])
        try:
            assert read(copy).quality["samples"] >= 0
        except FormatError as error:
            assert error.message

    @pytest.mark.parametrize("seed", range(12))
    def test_overwritten_bytes_give_a_profile_or_an_error(self, copy: Path, seed: int) -> None:
        data = bytearray((copy / "perf.data").read_bytes())
        at = (seed * 7919 + 13) * 104729 % len(data)
        data[at : at + 64] = bytes((seed * 37 + n * 11) & 255 for n in range(64))
        (copy / "perf.data").write_bytes(data)
        try:
            read(copy)
        except FormatError as error:
            assert error.message

    @pytest.mark.parametrize("size", [8, 12, 4093, 1 << 63])
    def test_stacks_of_another_size_give_a_profile_or_an_error(
        self, copy: Path, size: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As after damage that leaves the compressed records whole."""
        chunks = PerfData.chunks

        def damaged(self: PerfData) -> Iterator[tuple[bytes, list[Record]]]:
            for data, records in chunks(self):
                changed = bytearray(data)
                for kind, start, _ in records:
                    if kind == perfdata.SAMPLE:
                        _, stack, _, _ = self.event_of(data, start)[1].stack(data, start)
                        changed[stack - 8 : stack] = struct.pack("<Q", size)
                yield bytes(changed), records

        monkeypatch.setattr(PerfData, "chunks", damaged)
        if size == 8:
            assert read(copy).quality["samples"] > 0
        else:
            with pytest.raises(FormatError, match="damaged"):
                read(copy)

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', "\x00\xff"])
    def test_a_damaged_table_is_an_error(self, copy: Path, text: str) -> None:
        (copy / "table.json").write_text(text, encoding="latin-1")
        with pytest.raises(FormatError):
            read(copy)


@needs_perf
@pytest.mark.parametrize("threads", [0, 400])
def test_cpu_time_without_samples_is_said(tmp_path: Path, threads: int) -> None:
    source = (
        "import threading\n"
        f"for _ in range({threads}):\n"
        "    thread = threading.Thread(target=sum, args=(range(10000),))\n"
        "    thread.start()\n    thread.join()\n"
    )
    record(tmp_path, source if threads else BUSY)
    notes = read(tmp_path).quality["notes"]
    assert any("CPU time have no sample" in note for note in notes) == bool(threads), notes


@needs_perf
def test_samples_that_perf_could_not_take_are_counted(tmp_path: Path) -> None:
    # Half of the cell runs while perf is stopped: its buffer is full after a while.
    source = (
        "import os, signal, time\n"
        "def burn(seconds):\n"
        "    end = time.thread_time() + seconds\n"
        "    while time.thread_time() < end:\n"
        "        sum(range(500))\n"
        "perf = RUNNING._process.process.pid\n"
        "burn(0.3)\n"
        "os.kill(perf, signal.SIGSTOP)\n"
        "burn(0.6)\n"
        "os.kill(perf, signal.SIGCONT)\n"
        "burn(0.3)\n"
    )
    record(tmp_path, source)
    quality = read(tmp_path).quality
    assert 0.1 < quality["lost"] < 0.5
    assert 0.9 < quality["samples"] / (1 - quality["lost"]) / 1200 < 1.1
    assert any("lost" in note for note in quality["notes"])
