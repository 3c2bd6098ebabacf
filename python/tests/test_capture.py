"""A run as a whole: arming from the Lab, saved notebooks, progress, files, choice of engine."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from conftest import Kernel
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from nativeprofile.capture.choose import Chooser
from nativeprofile.config import MIME_TYPE
from nativeprofile.engines import registry
from nativeprofile.engines.base import Probe


def arm(kernel: Kernel, **options: object) -> dict[str, object]:
    """What the Lab does before it executes a cell."""
    call = f"__import__('nativeprofile').arm({json.dumps(json.dumps(options))})"
    reply = kernel.run("", silent=True, expressions={"nativeprofile": call}).reply
    data = reply["user_expressions"]["nativeprofile"]["data"]
    answer: dict[str, object] = data["application/json"]
    assert json.loads(data["text/plain"]) == answer
    return answer


def test_armed_cell_is_profiled_as_it_stands(fresh: Callable[..., Kernel]) -> None:
    """No %load_ext, nothing in the history, the cell's text unchanged."""
    kernel = fresh()
    assert arm(kernel, cell_id="c1", engine="cprofile", rate=99)["ok"] is True
    cell = kernel.run("\n1 / 0", cell_id="c1")
    assert cell.reply["execution_count"] == 1
    assert cell.profile["meta"]["cell_id"] == "c1" and cell.profile["meta"]["name"] == "In[1]"
    assert cell.profile["meta"]["cells"][0]["id"] == "c1"
    assert cell.profile["meta"]["cells"][0]["source"] == "1 / 0"
    assert "line 1" in cell.traceback
    assert kernel.value("In") == repr(["", "1 / 0"])
    assert kernel.run("2", cell_id="c1").profiles == []


def test_arming_ends_when_another_cell_comes_next(kernel: Kernel) -> None:
    arm(kernel, cell_id="c1", engine="cprofile")
    assert kernel.run("1", cell_id="c2").ours == []
    assert kernel.run("1", cell_id="c1").ours == []
    arm(kernel, cell_id="c1", engine="cprofile")
    kernel.run("x = = 1", cell_id="c1")
    assert kernel.run("1", cell_id="c1").ours == []


def test_silent_requests_do_not_disarm(kernel: Kernel) -> None:
    arm(kernel, cell_id="c1", engine="cprofile")
    kernel.run("0", silent=True)
    assert kernel.run("1", cell_id="c1").profile


def test_the_cells_own_magic_wins_over_arming(kernel: Kernel) -> None:
    arm(kernel, cell_id="c1", engine="cprofile", name="armed")
    cell = kernel.run("%%nativeprofile --engine cprofile --name typed\n1", cell_id="c1")
    assert cell.profile["meta"]["name"] == "typed"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"engine": "vtune"}, "--engine vtune does not exist"),
        ({"rate": -1}, "--rate must be a whole number"),
        ({"unheard": 1}, "no option --unheard"),
    ],
)
def test_arming_refuses_bad_options(
    kernel: Kernel, options: dict[str, object], sentence: str
) -> None:
    answer = arm(kernel, cell_id="c", **options)
    assert answer["ok"] is False and sentence in str(answer["message"])
    assert kernel.run("1", cell_id="c").ours == []


def test_arming_outside_a_kernel() -> None:
    import nativeprofile

    assert nativeprofile.arm('{"engine": "auto"}')["ok"] is False
    assert "JSON" in str(nativeprofile.arm("[1]")["message"])


def test_output_is_saved_as_it_is_shown(kernel: Kernel) -> None:
    cell = kernel.run(
        "%%nativeprofile --engine cprofile --output saved.json --quiet\n"
        "import os; os.chdir('/')\n13"
    )
    kernel.run(f"os.chdir({str(kernel.cwd)!r})")
    assert cell.result == "13" and cell.ours == []
    saved = json.loads((kernel.cwd / "saved.json").read_text())
    assert saved["version"] == 1 and saved["meta"]["engine"] == "cprofile"
    (kernel.cwd / "saved.json").unlink()


def test_progress_is_replaced_by_the_profile(kernel: Kernel, engine: str) -> None:
    cell = kernel.run(
        f"%%nativeprofile --engine {engine}\nimport time\nend = time.time() + 2.3\n"
        "while time.time() < end: sum(range(1000))"
    )
    running = [p for p in cell.progress if p["phase"] == "running"]
    assert len(running) >= 2 and running[0]["elapsed_ns"] < running[1]["elapsed_ns"]
    assert all(p["engine"] == engine for p in cell.progress)
    assert len(cell.ours) == 1 and cell.profile["summary"]["total"] > 0


def test_run_facts(kernel: Kernel, engine: str) -> None:
    cell = kernel.run(
        f"%%nativeprofile --engine {engine} --rate 499\nimport time\ntime.sleep(0.3)\n"
        "end = time.process_time() + 0.2\nwhile time.process_time() < end: pass"
    )
    meta = cell.profile["meta"]
    assert meta["kind"] == ("sampled" if engine == "perf" else "exact")
    assert meta["rate"] == (499 if engine == "perf" else None)
    assert meta["wall_ns"] > 0.5e9 > meta["cpu_ns"] - 0.1e9 > 0.1e9
    assert engine in meta["engine_reason"] and meta["engine_version"]


def notebook(*cells: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])


@pytest.fixture
def execute(tmp_path: Path) -> Callable[[nbformat.NotebookNode], None]:
    def run(book: nbformat.NotebookNode) -> None:
        manager = KernelManager()
        assert manager.kernel_spec is not None
        manager.kernel_spec.argv[0] = sys.executable
        NotebookClient(book, timeout=60, resources={"metadata": {"path": tmp_path}}).execute()

    return run


def test_7_errors_stop_run_all_and_keep_the_profile(
    execute: Callable[[nbformat.NotebookNode], None],
) -> None:
    book = notebook("%load_ext nativeprofile", "%%nativeprofile\nx = 1\n1 / 0", "never = 1")
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        execute(book)
    shown = [o["data"][MIME_TYPE] for o in book.cells[1].outputs if "data" in o]
    assert len(shown) == 1 and shown[0]["meta"]["status"] == "error"
    assert book.cells[2].outputs == [] and book.cells[2].execution_count is None


def test_24_output_stays_small_and_rerun_replaces(
    execute: Callable[[nbformat.NotebookNode], None],
) -> None:
    code = (
        "%%nativeprofile\nimport json, time\nend = time.time() + 1\n"
        "while time.time() < end: json.dumps([{'a': i} for i in range(200)])"
    )
    book = notebook("%load_ext nativeprofile", code)
    execute(book)
    execute(book)
    assert len(book.cells[1].outputs) == 1
    assert len(json.dumps(book.cells[1].outputs)) <= 100_000
    assert set(book.cells[1].outputs[0]["data"]) == {MIME_TYPE, "text/plain", "text/html"}
    nbformat.validate(book)


def test_chooser_walks_the_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    probes = {
        "perf": Probe(False, "It is not there", "apt-get install perf"),
        "pyspy": Probe(False, "Nor is it.", "pip install py-spy"),
        "cprofile": Probe(True),
    }
    monkeypatch.setattr(registry, "probe", lambda name, thorough=False: probes[name])
    choice = next(Chooser("auto").candidates())
    assert choice.engine.name == "cprofile"
    assert choice.reason == (
        "cprofile was used because perf is not available: It is not there. "
        "Run: apt-get install perf pyspy is not available: Nor is it. Run: pip install py-spy"
    )
    probes["perf"] = Probe(True, version="6.1")
    chooser = Chooser("auto")
    candidates = chooser.candidates()
    assert next(candidates).engine.name == "perf"
    chooser.refuse("perf", "It ended.", "Try again.")
    assert "perf is not available: It ended. Try again." in next(candidates).reason
    assert next(Chooser("cprofile").candidates()).reason == "cprofile was asked for."


def test_registry_tolerates_a_broken_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nativeprofile.engines.perf", None)
    rows = {row["name"]: row for row in registry.probe_all()}
    assert (rows["perf"]["available"] is False and "ImportError" in rows["perf"]["reason"]) or (
        "ModuleNotFoundError" in rows["perf"]["reason"]
    )
    assert rows["cprofile"]["available"] is True and rows["cprofile"]["kind"] == "exact"
    assert set(rows["perf"]) == {
        "name",
        "title",
        "kind",
        "available",
        "reason",
        "remedy",
        "version",
    }


def test_the_thread_that_shows_progress_is_not_the_cells(kernel: Kernel) -> None:
    cell = kernel.run(
        "%%nativeprofile --engine cprofile\n"
        "import threading, time\n"
        "from nativeprofile.engines import perf_mode\n"
        "time.sleep(0.1)\n"
        "serving = perf_mode.serving()\n"
        "print(*(thread.name for thread in threading.enumerate() if thread.native_id in serving))"
    )
    assert "nativeprofile-progress" in cell.text("stdout")
