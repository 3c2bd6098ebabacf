"""Faults around a profiled cell: one clear sentence, the cell's result, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Execution, Kernel, children, settled

Fresh = Callable[..., Kernel]

FIND_OURS = (
    "import os, glob, tempfile\n"
    "ours = glob.glob(os.path.join(tempfile.gettempdir(), 'nativeprofile-*'))\n"
)


def loaded(fresh: Fresh, env: dict[str, str] | None = None) -> Kernel:
    kernel = fresh(env)
    kernel.run("%load_ext nativeprofile")
    return kernel


def one_sentence(cell: Execution) -> str:
    assert cell.status == "ok" and not cell.errors, cell.outputs
    assert len(cell.failures) == 1, cell.ours
    assert "Traceback" not in cell.failures[0] and "\n" not in cell.failures[0]
    return cell.failures[0]


def child_running(kernel: Kernel, word: bytes) -> int:
    """The child process of the kernel with `word` at the end of one of its arguments."""
    for process in Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
        except (OSError, IndexError):
            continue
        if parent == str(kernel.pid) and any(part.endswith(word) for part in command):
            return int(process.name)
    raise AssertionError(f"no {word!r} is running")


def test_interrupt_keeps_the_partial_profile(kernel: Kernel, engine: str) -> None:
    cell = kernel.run(
        f"%%nativeprofile --engine {engine}\nprint('go', flush=True)\n"
        "def spin():\n    while True:\n        sum(range(1000))\nspin()",
        interrupt_when=lambda cell: "go" in cell.text() and bool(cell.progress),
    )
    assert cell.status == "error" and cell.errors[0]["ename"] == "KeyboardInterrupt"
    assert "nativeprofile/" not in cell.traceback and "callback" not in cell.traceback
    assert cell.profile["meta"]["status"] == "interrupted"
    assert [p for p in cell.progress if p["engine"] == engine and p["phase"] == "running"]
    assert "spin" in [f["name"] for f in cell.profile["summary"]["functions"]]
    assert kernel.run("1 + 1").result == "2"
    assert kernel.leftovers() == []


def test_interrupt_of_an_awaiting_cell(kernel: Kernel, engine: str) -> None:
    cell = kernel.run(
        f"%%nativeprofile --engine {engine}\nimport asyncio\nprint('go', flush=True)\n"
        "await asyncio.sleep(2)",  # ipykernel answers when the sleep is over
        interrupt_when=lambda cell: "go" in cell.text(),
    )
    assert cell.status == "error" and cell.profile["meta"]["status"] == "interrupted"
    assert kernel.leftovers() == []


def test_interrupt_while_the_profile_is_read(fresh: Fresh) -> None:
    kernel = loaded(fresh)
    kernel.run("%%nativeprofile --engine cprofile\n1")
    cell = kernel.run(
        "%%nativeprofile --engine cprofile\nimport nativeprofile.capture.session as s\n"
        "worker = get_ipython().magics_manager.magics['cell']['nativeprofile']"
        ".__self__._session._worker\n"
        "import os, signal\nos.kill(worker._process.pid, signal.SIGSTOP)\n"
        "print('done', flush=True)\n5",
        interrupt_when=lambda cell: bool([p for p in cell.progress if p["phase"] == "converting"]),
    )
    assert cell.result == "5" and "interrupted while reading" in one_sentence(cell)
    assert kernel.leftovers() == []
    assert kernel.run("%%nativeprofile --engine cprofile\n1").profiles


def test_worker_that_hangs_is_ended(fresh: Fresh) -> None:
    kernel = loaded(fresh)
    kernel.run(
        "import nativeprofile.capture.worker as w, os, signal\nw.CONVERT_TIMEOUT = 0.5\n"
        "magic = get_ipython().magics_manager.magics['cell']['nativeprofile'].__self__"
    )
    cell = kernel.run(
        "%%nativeprofile --engine cprofile\n"
        "os.kill(magic._session._worker._process.pid, signal.SIGSTOP)\n6"
    )
    assert cell.result == "6" and "took no step" in one_sentence(cell)
    assert kernel.leftovers() == []


def test_worker_that_is_killed(kernel: Kernel) -> None:
    sent = kernel.send("%%nativeprofile --engine cprofile\nimport time\ntime.sleep(1)\n7")
    time.sleep(0.5)
    os.kill(child_running(kernel, b"launch.py"), signal.SIGKILL)
    cell = kernel.wait(sent)
    assert cell.result == "7"
    assert "SIGKILL" in one_sentence(cell) or "is gone" in one_sentence(cell)
    assert kernel.leftovers() == []


def test_perf_killed_in_mid_cell(kernel: Kernel, engine: str) -> None:
    if engine != "perf":
        pytest.skip("about perf")
    sent = kernel.send(f"%%nativeprofile --engine {engine}\nimport time\ntime.sleep(1.5)\n14")
    time.sleep(1.0)
    os.kill(child_running(kernel, b"record"), signal.SIGKILL)
    cell = kernel.wait(sent)
    assert cell.result == "14"
    assert len(cell.ours) == 1 and (cell.profiles or "perf" in one_sentence(cell))
    assert kernel.leftovers() == []
    assert kernel.run(f"%%nativeprofile --engine {engine}\n1").profiles


def test_os_exit_leaves_nothing(fresh: Fresh, engine: str) -> None:
    kernel = loaded(fresh)
    pid = kernel.pid
    kernel.run(f"%%nativeprofile --engine {engine}\n1")
    # The child keeps what it inherited open for a while longer than the kernel lives.
    kernel.send(
        f"%%nativeprofile --engine {engine}\nimport os, time\n"
        "if os.fork() == 0:\n    time.sleep(15)\n    os._exit(0)\n"
        "time.sleep(0.5)\nos._exit(3)"
    )
    deadline = time.monotonic() + 20
    while kernel.manager.is_alive() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not kernel.manager.is_alive()

    def left() -> list[str]:
        named = [str(p) for p in kernel.tmp.rglob("nativeprofile-*")]
        listing = [line for line in children(1) if str(kernel.tmp) in line or f"-p {pid}" in line]
        return named + listing + [str(p) for p in Path("/tmp").glob(f"perf-{pid}.map")]

    assert settled(left) == []


def test_a_kernel_killed_as_its_run_begins_leaves_no_folder(fresh: Fresh) -> None:
    kernel = loaded(fresh)
    kernel.run(
        "import os\nmake = os.mkdir\n"
        "def mkdir(*words):\n    make(*words)\n    os.kill(os.getpid(), 9)\n"
        "os.mkdir = mkdir"
    )
    kernel.send("%%nativeprofile --engine cprofile\n1")
    assert settled(lambda: ["alive"] if kernel.manager.is_alive() else []) == []
    assert settled(lambda: [str(p) for p in kernel.tmp.rglob("nativeprofile-*")]) == []


def test_forked_children_leave_the_run_alone(kernel: Kernel, engine: str) -> None:
    cell = kernel.run(
        f"%%nativeprofile --engine {engine}\nimport os, time\n"
        "child = os.fork()\n"
        "if child == 0:\n    sum(range(10000))\n    os._exit(0)\n"
        "status = os.waitpid(child, 0)[1]\n"
        "sleeper = os.fork()\n"
        "if sleeper == 0:\n    time.sleep(60)\n    os._exit(0)\n"
        "status"
    )
    assert cell.result == "0" and cell.profile["meta"]["status"] == "ok"
    kernel.run("os.kill(sleeper, 9); os.waitpid(sleeper, 0); del child, sleeper, status")
    assert kernel.leftovers() == []


def test_multiprocessing_in_the_cell(kernel: Kernel, engine: str) -> None:
    cell = kernel.run(
        f"%%nativeprofile --engine {engine}\nimport multiprocessing\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    squares = pool.map(abs, range(-3, 3))\nsquares"
    )
    assert cell.result == "[3, 2, 1, 0, 1, 2]" and cell.profiles
    assert kernel.leftovers() == []


def test_cell_deletes_the_temporary_folder(kernel: Kernel, engine: str) -> None:
    cell = kernel.run(
        f"%%nativeprofile --engine {engine}\n{FIND_OURS}import shutil\n"
        "for folder in ours: shutil.rmtree(folder)\nlen(ours)"
    )
    assert cell.result == "1"
    assert "folder" in one_sentence(cell)
    assert kernel.leftovers() == []
    assert kernel.run(f"%%nativeprofile --engine {engine}\n1").profiles


@pytest.mark.parametrize("taken", [False, True])
def test_cell_closes_descriptors_that_are_not_its_own(
    kernel: Kernel, engine: str, taken: bool
) -> None:
    """All that the run opened, and none of the kernel's own, which other threads may open or
    close at any moment. `taken`: a file of the cell's has each number from then on."""
    kernel.run(
        "import os\ndef pipes():\n    found = {}\n"
        "    for number in map(int, os.listdir('/proc/self/fd')):\n"
        "        try:\n            file = os.readlink(f'/proc/self/fd/{number}')\n"
        "        except OSError:\n            continue\n"
        "        if file.startswith('pipe:'):\n            found[file] = number\n"
        "    return found\n"
        "before = pipes()\nnull = os.open('/dev/null', os.O_RDONLY)"
    )
    cell = kernel.run(
        f"%%nativeprofile --engine {engine}\n"
        "strangers = [number for file, number in pipes().items() if file not in before]\n"
        f"for number in strangers: {'os.dup2(null, number)' if taken else 'os.close(number)'}\n"
        "len(strangers)"
    )
    assert cell.result == ("6" if engine == "perf" else "3")
    one_sentence(cell)
    if taken:
        same = "all(os.path.sameopenfile(number, null) for number in strangers)"
        assert kernel.value(same) == "True"
        kernel.run("for number in strangers: os.close(number)")
    kernel.run("os.close(null)\ndel null, pipes, before, strangers, number")
    assert settled(kernel.leftovers) == []
    assert kernel.run(f"%%nativeprofile --engine {engine}\n1").profiles


def test_two_cells_at_once(kernel: Kernel) -> None:
    """A cell in a subshell (ipykernel 7) while another one is being profiled."""
    reply = kernel.client.session.msg("create_subshell_request", {})
    kernel.client.control_channel.send(reply)
    answer = kernel.client.get_control_msg(timeout=10)
    if answer["content"].get("status") != "ok":
        pytest.skip("this ipykernel has no subshells")
    subshell = answer["content"]["subshell_id"]
    first = kernel.send("%%nativeprofile --engine cprofile\nimport time\ntime.sleep(1.0)\n1")
    time.sleep(0.5)
    second = kernel.run("%%nativeprofile --engine cprofile\n2", subshell=subshell)
    assert second.result == "2" and "is being profiled at this moment" in one_sentence(second)
    deadline = time.monotonic() + 20
    while kernel.value("_") not in ("1", "2") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert first and kernel.run("%%nativeprofile --engine cprofile\n3").profiles


def test_a_profiled_cell_inside_a_profiled_cell(kernel: Kernel) -> None:
    cell = kernel.run(
        "%%nativeprofile --engine cprofile\n"
        "r = get_ipython().run_cell('%%nativeprofile\\n40 + 2')\nr.result"
    )
    assert cell.result == "42" and len(cell.profiles) == 1
    assert len(cell.failures) == 1 and "is being profiled" in cell.failures[0]
    nested = kernel.run("%%nativeprofile --engine cprofile\n%nativeprofile 40 + 3")
    assert nested.result == "43" and len(nested.profiles) == 1 and len(nested.failures) == 1


def test_many_runs_in_one_kernel(fresh: Fresh, engine: str) -> None:
    """Nothing may pile up from run to run until the kernel breaks."""
    kernel = loaded(fresh)
    kernel.run(f"%%nativeprofile --engine {engine}\n1")
    mapped = "sum(1 for line in open('/proc/self/maps'))"
    files, mappings = kernel.open_files(), int(kernel.value(mapped))
    cell = kernel.run(
        "import tempfile\nfrom nativeprofile.engines import base, registry\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    for _ in range(60):\n"
        f"        running = registry.load({engine!r}).start(base.Options(), folder)\n"
        "        running.abort()\n'alive'"
    )
    assert cell.result == "'alive'"
    assert kernel.run(f"%%nativeprofile --engine {engine}\n1").profiles
    assert kernel.opened_since(files) == []
    assert int(kernel.value(mapped)) < mappings + 60


def test_25_perf_missing(fresh: Fresh) -> None:
    kernel = loaded(fresh, {"PATH": "/nonexistent"})
    cell = kernel.run("%%nativeprofile\nruns = globals().get('runs', 0) + 1\nruns")
    assert cell.result == "1" and cell.profile["meta"]["engine"] == "pyspy"
    reason = cell.profile["meta"]["engine_reason"]
    assert "perf is not available" in reason and "\n" not in reason
    assert reason.splitlines()[0] in " ".join(
        next(o for o in cell.outputs if "application/vnd.nativeprofile.v1+json" in o["data"])[
            "data"
        ]["text/plain"].split()
    )
    asked = kernel.run("%%nativeprofile --engine perf\nruns = runs + 1\nruns")
    assert asked.result == "2" and asked.profiles[0]["meta"]["engine"] == "pyspy"
    assert "perf is not available" in asked.failures[0] and len(asked.failures) == 1


def test_other_profiler_is_active(fresh: Fresh) -> None:
    kernel = loaded(fresh)
    kernel.run("import cProfile, sys\nother = cProfile.Profile()\nother.enable()")
    cell = kernel.run("%%nativeprofile --engine cprofile\n9")
    assert cell.result == "9"
    assert any("another profiler is running" in failure for failure in cell.failures)
    kernel.run("other.disable()")
    assert kernel.run("%%nativeprofile --engine cprofile\n9").profile


@pytest.fixture
def small_tmp(fresh: Fresh) -> Iterator[Kernel]:
    """A kernel whose folder for temporary files holds 256 kB."""
    kernel = loaded(fresh)
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(kernel.tmp)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small file system needs root")
    yield kernel
    subprocess.run(["umount", "-l", str(kernel.tmp)], check=True)


def test_disk_is_full(small_tmp: Kernel, engine: str) -> None:
    cell = small_tmp.run(
        f"%%nativeprofile --engine {engine}\nimport os, tempfile\n"
        "with open(os.path.join(tempfile.gettempdir(), 'fill'), 'wb', buffering=0) as fill:\n"
        "    try:\n        while True: fill.write(bytes(4096))\n"
        "    except OSError: pass\n"
        "sum(i * i for i in range(5000000)) > 0"
    )
    assert cell.result == "True"
    assert "space" in one_sentence(cell).lower()
    assert small_tmp.leftovers() == []
    small_tmp.run("os.remove(fill.name)")


@pytest.mark.parametrize(
    ("limit", "value"), [("NOFILE", "20"), ("FSIZE", "1000"), ("AS", "mapped + (4 << 20)")]
)
def test_limits_that_a_cell_sets_bind_the_cell_only(
    fresh: Fresh, engine: str, limit: str, value: str
) -> None:
    kernel = loaded(fresh)
    cell = kernel.run(
        f"%%nativeprofile --engine {engine}\nimport resource\n"
        "mapped = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        f"hard = resource.getrlimit(resource.RLIMIT_{limit})[1]\n"
        f"resource.setrlimit(resource.RLIMIT_{limit}, ({value}, hard))\n"
        "sum(i * i for i in range(1000000)) > 0"
    )
    assert cell.result == "True" and cell.profile["meta"]["status"] == "ok"
    next_cell = kernel.run(
        f"%%nativeprofile --engine {engine}\n"
        f"resource.getrlimit(resource.RLIMIT_{limit}) == ({value}, hard)"
    )
    assert next_cell.result == "True" and next_cell.profile
    kernel.run(f"resource.setrlimit(resource.RLIMIT_{limit}, (hard, hard))")
    assert settled(kernel.leftovers) == []


def test_no_temporary_folder(fresh: Fresh) -> None:
    kernel = loaded(fresh)
    kernel.run("import tempfile\ntempfile.tempdir = '/nonexistent'")
    cell = kernel.run("%%nativeprofile --engine cprofile\n11")
    assert cell.result == "11" and "No temporary folder could be made" in one_sentence(cell)


def test_output_that_cannot_be_written(kernel: Kernel) -> None:
    cell = kernel.run("%%nativeprofile --engine cprofile --output no/such/folder/p.json\n12")
    assert cell.result == "12" and "could not be saved" in one_sentence(cell)
    assert len(cell.profiles) == 1, "the profile stands beside the sentence"


def test_repeated_interrupts_keep_the_partial_profile(kernel: Kernel, engine: str) -> None:
    # The second comes while the profile is read: after the cell's end ipykernel may drop the reply.
    kernel.run(
        "import os, signal\n"
        "from nativeprofile.capture.result import Result\n"
        "whole = Result._read\n"
        "def interrupted(*arguments):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    return whole(*arguments)\n"
        "Result._read = interrupted"
    )
    cell = kernel.run(
        f"%%nativeprofile --engine {engine}\ndef spin():\n    while True:\n"
        "        sum(range(1000))\nprint('spinning')\nspin()",
        interrupt_when=lambda seen: "spinning" in seen.text(),
    )
    kernel.run("Result._read = whole")
    assert cell.status == "error" and "callback" not in cell.text()
    assert cell.profile["meta"]["status"] == "interrupted"
    assert settled(kernel.leftovers) == []


def test_an_interrupt_while_the_engine_starts(kernel: Kernel, engine: str) -> None:
    for wait in (0.005, 0.02, 0.05):
        kernel.send(f"%%nativeprofile --engine {engine}\nimport time\ntime.sleep(0.5)\n15")
        time.sleep(wait)
        os.kill(kernel.pid, signal.SIGINT)
        # ipykernel drops a request, without a reply, that is interrupted before its code runs.
        kernel.run("0")
        assert settled(kernel.leftovers) == []
    assert kernel.run(f"%%nativeprofile --engine {engine}\n16").profiles


def test_an_interrupt_between_the_start_of_the_engine_and_the_code(kernel: Kernel) -> None:
    kernel.run(
        "class Interrupted:\n"
        "    def visit(self, tree):\n"
        "        shell.ast_transformers.remove(self)\n"
        "        raise KeyboardInterrupt\n"
        "shell = get_ipython()\n"
        "shell.run_cell('1')\n"
        "shell.ast_transformers.append(Interrupted())"
        # The cell that follows is the first that it sees.
    )
    kernel.run("%%nativeprofile --engine cprofile\n17")
    assert settled(kernel.leftovers) == []
    cells = kernel.run("%%nativeprofile --engine cprofile\nfor _ in 'ab': shell.run_cell('18')\n19")
    assert cells.status == "ok" and len(cells.profiles) == 1
    assert settled(kernel.leftovers) == []


@pytest.mark.parametrize(("size", "words"), [("64k", "Only "), ("1100k", "o space")])
def test_a_full_disk_is_one_sentence(fresh: Fresh, tmp_path: Path, size: str, words: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small disk needs root")
    try:
        kernel = loaded(fresh, {"TMPDIR": str(disk)})
        # As much CPU time on a quick machine as on a slow one: the samples fill the disk.
        work = (
            "import os, time, zlib\nend = time.thread_time() + 3\n"
            "while time.thread_time() < end: zlib.compress(os.urandom(10**6))\n5"
        )
        cell = kernel.run(f"%%nativeprofile --engine perf\n{work}")
        assert cell.result == "5" and len(cell.failures) == 1, cell.failures
        assert words in cell.failures[0] and "TMPDIR" in cell.failures[0]
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


REFUSE = """
import ctypes, struct
libc = ctypes.CDLL(None, use_errno=True)
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, 298), (6, 0, 0, 0x50000 | {code}), (6, 0, 0, 0x7FFF0000)]
program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
filter = struct.pack("H6xQ", len(steps), ctypes.addressof(program))
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, filter, 0, 0) == 0
"""


@pytest.mark.parametrize("code", [1, 13, 38], ids=["EPERM", "EACCES", "ENOSYS"])
def test_seccomp_refuses_perf(fresh: Fresh, code: int) -> None:
    kernel = loaded(fresh)
    assert kernel.run(REFUSE.format(code=code)).status == "ok"
    cell = kernel.run("%%nativeprofile --engine perf\n17")
    assert cell.result == "17" and cell.profiles[0]["meta"]["engine"] == "pyspy"
    assert "seccomp" in cell.failures[0] and "docker run" in cell.failures[0]
    assert kernel.leftovers() == []
