"""The gprof engine leaves the process as it was, and says why where it does not start."""

from __future__ import annotations

import ctypes
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from conftest import Kernel
from gprofs import library, process, read
from natives import c_library

from nativeprofile.engines import gprof, loaded, registry
from nativeprofile.engines.base import EngineError, Options
from nativeprofile.engines.gprof_images import Libraries


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(tmp_path_factory.mktemp("counted"))


REFUSED = """
try:
    measured({folder!r}, lambda: None)
except base.EngineError as error:
    print(error.message, error.remedy)
"""


def test_without_pg(tmp_path: Path) -> None:
    plain = c_library(tmp_path)
    code = f"lib = ctypes.CDLL({str(plain)!r})\n" + REFUSED.format(folder=str(tmp_path / "run"))
    said = process(tmp_path, code)
    assert said.startswith("No extension that is loaded in this kernel was built with -pg")
    assert "%nativeprofile_build PATH --for gprof" in said


@pytest.mark.parametrize(
    "use",
    [
        "signal.setitimer(signal.ITIMER_PROF, 100)",
        "signal.signal(signal.SIGPROF, lambda *_: None)",
    ],
)
def test_a_signal_in_use(counted: Path, tmp_path: Path, use: str) -> None:
    code = f"{use}\nlib = ctypes.CDLL({str(counted)!r})\n"
    said = process(tmp_path, code + REFUSED.format(folder=str(tmp_path / "run")))
    assert "uses the signal SIGPROF" in said


def test_everything_is_put_back(counted: Path, tmp_path: Path) -> None:
    code = f"""
        import importlib.machinery, pathlib
        lib = ctypes.CDLL({str(counted)!r})
        def state():
            maps = pathlib.Path("/proc/self/maps").read_text()
            mine = [line for line in maps.splitlines() if "libcounted" in line]
            pointers = [n for n, line in enumerate(mine) if "r--p" in line or "rw-p" in line]
            data = []
            for n in pointers:
                start, end = (int(part, 16) for part in mine[n].split()[0].split("-"))
                data.append(ctypes.string_at(start, end - start))
            action = ctypes.create_string_buffer(152)
            ctypes.CDLL(None).sigaction(signal.SIGPROF, None, action)
            loader = importlib.machinery.ExtensionFileLoader.create_module
            return (mine, data[:-1], action.raw[:8], signal.getitimer(signal.ITIMER_PROF), loader)
        before = state()
        during = []
        measured({str(tmp_path / "run")!r}, lambda: during.append(state()))
        print(before == state(), [a != b for a, b in zip(before, during[0])])
        def fail():
            raise ValueError
        try:
            measured({str(tmp_path / "failed")!r}, fail)
        except ValueError:
            print(before == state())
        """
    said = process(tmp_path, code).split("\n")
    # The mappings are as they were meanwhile, too: a page is writable for a moment only.
    assert said[0] == "True [False, True, True, True, True]"
    assert said[1] == "True"


def test_imports_fail_and_succeed_as_ever(counted: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.so").write_bytes(b"no library")
    said = process(
        tmp_path,
        f"""
        import traceback
        from nativeprofile.engines import loaded
        lib = ctypes.CDLL({str(counted)!r})
        sys.path.insert(0, {str(tmp_path)!r})
        def work():
            try:
                import broken
            except ImportError:
                print(traceback.format_exc().count("File "))
            loaded.mappings = None  # so that what comes after an import fails
            import _decimal, _testcapi
            lib.burn(10, 1)
            loaded.mappings = mappings
        mappings = loaded.mappings
        measured({str(tmp_path / "run")!r}, work)
        """,
    )
    assert said == "1\n"
    assert read(tmp_path / "run").calls["mid"] == 10


def test_a_python_with_a_gprof_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "void monstartup(long, long);\nvoid start(void) { monstartup(0, 0); }"
    program = c_library(tmp_path, source=source)
    counting = ctypes.CDLL(str(program))
    with loaded.own_memory(Libraries) as memory:
        assert not memory.program_counts()
        monkeypatch.setattr(os.path, "realpath", lambda path: str(program))
        assert memory.program_counts() and counting.start
        probe = registry.probe("gprof")
    assert not probe.available and "This Python was itself built with -pg" in probe.reason


def test_machines_and_systems_that_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gprof, "_has_wide_exchange", lambda: False)
    assert "cmpxchg16b" in registry.probe("gprof").reason
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert "Linux on x86-64; this is Linux on aarch64" in registry.probe("gprof").reason


@pytest.mark.parametrize("engine", ["gprof", "gcov"])
def test_memory_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, engine: str
) -> None:
    def denied() -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(loaded, "mappings", denied)
    with pytest.raises(EngineError, match="cannot read its own memory: Permission denied"):
        registry.load(engine).start(Options(), str(tmp_path))


def test_a_cell_that_takes_the_signal_keeps_it(counted: Path, tmp_path: Path) -> None:
    said = process(
        tmp_path,
        f"""
        lib = ctypes.CDLL({str(counted)!r})
        def work():
            signal.signal(signal.SIGPROF, handler)
            signal.setitimer(signal.ITIMER_PROF, 100)
            lib.burn(10, 1)
        def handler(*_):
            pass
        measured({str(tmp_path / "run")!r}, work)
        kept = signal.getsignal(signal.SIGPROF) is handler
        print(kept, signal.getitimer(signal.ITIMER_PROF)[0] > 0)
        """,
    )
    assert said == "True True\n"
    found = read(tmp_path / "run")
    assert "The cell used SIGPROF" in found.notes and found.calls["mid"] == 10


def test_children_and_the_end_of_the_process_in_mid_run(counted: Path, tmp_path: Path) -> None:
    process(
        tmp_path,
        f"""
        lib = ctypes.CDLL({str(counted)!r})
        def work():
            for leave in (os._exit, sys.exit):
                child = os.fork()
                if not child:
                    lib.burn(1000, 1000)
                    leave(3)
                assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
            lib.burn(10, 1)
        measured({str(tmp_path / "run")!r}, work)
        """,
    )
    assert read(tmp_path / "run").calls["mid"] == 10
    # This one ends while it is measured, with a thread in the library.
    process(
        tmp_path,
        f"""
        lib = ctypes.CDLL({str(counted)!r})
        running = registry.load("gprof").start(base.Options(), {str(tmp_path)!r})
        threading.Thread(target=lib.burn, args=(10**9, 100), daemon=True).start()
        lib.burn(1000, 100)
        sys.exit(4)
        """,
        status=4,
    )


def test_many_runs_with_threads_that_never_rest(counted: Path, tmp_path: Path) -> None:
    process(
        tmp_path,
        f"""
        lib = ctypes.CDLL({str(counted)!r})
        for _ in range(3):
            threading.Thread(target=lib.burn, args=(10**9, 1), daemon=True).start()
        for n in range(30):
            measured({str(tmp_path)!r} + f"/{{n}}", lambda: lib.mid(10))
        os._exit(0)
        """,
    )
    assert read(tmp_path / "29").calls["leaf"] > 0


def test_a_library_built_anew_since(tmp_path: Path) -> None:
    built = library(tmp_path)
    process(
        tmp_path,
        f"""
        import shutil
        lib = ctypes.CDLL({str(built)!r})
        os.rename({str(built)!r}, {str(built)!r} + ".old")
        measured({str(tmp_path / "moved")!r}, lambda: lib.burn(10, 1))
        os.unlink({str(built)!r} + ".old")
        measured({str(tmp_path / "gone")!r}, lambda: lib.burn(10, 1))
        """,
    )
    found = read(tmp_path / "gone")
    assert "was changed or removed on disk after it was loaded" in found.notes
    assert found.calls["libcounted.so.old (no symbol)"] == 1 + 10 + 110


def test_in_a_kernel(fresh: Callable[..., Kernel], counted: Path) -> None:
    kernel = fresh()
    kernel.run(f"%load_ext nativeprofile\nimport ctypes\nlib = ctypes.CDLL({str(counted)!r})")
    for _ in range(2):
        done = kernel.run("%%nativeprofile --engine gprof\nlib.burn(510, 2000)\n6 * 7")
        assert done.result == "42" and done.profile["meta"]["engine"] == "gprof"
        rows = {row["name"]: row.get("calls") for row in done.profile["summary"]["functions"]}
        assert (rows["burn"], rows["mid"], rows["leaf"]) == (1, 510, 5610)
    raised = kernel.run("%%nativeprofile --engine gprof\nlib.burn(10, 1)\n1 / 0")
    assert raised.errors[0]["ename"] == "ZeroDivisionError"
    assert raised.profile["meta"]["status"] == "error"
    stopped = kernel.run(
        "%%nativeprofile --engine gprof\nfor n in range(10**12):\n    lib.burn(1, 1)\n"
        "    if n == 1000: print('begun', flush=True)",
        interrupt_when=lambda execution: "begun" in execution.text(),
    )
    assert stopped.profile["meta"]["status"] == "interrupted"
    rows = {row["name"]: row.get("calls") for row in stopped.profile["summary"]["functions"]}
    assert rows["leaf"] == 11 * rows["mid"] == 11 * rows["burn"]
    assert kernel.value("__import__('signal').getitimer(2)") == "(0.0, 0.0)"
    assert list(kernel.cwd.iterdir()) == [] and kernel.leftovers() == []


def test_without_an_extension_the_next_engine_runs(fresh: Callable[..., Kernel]) -> None:
    kernel = fresh()
    done = kernel.run("%load_ext nativeprofile")
    done = kernel.run("%%nativeprofile --engine gprof\nsum(range(1000))")
    assert done.result == "499500" and "was built with -pg" in done.failures[0]
    assert done.profiles[0]["meta"]["engine"] != "gprof"
