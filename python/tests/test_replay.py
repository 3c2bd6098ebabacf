"""A cell replayed in a fresh process under Callgrind: what is counted, carried, shown and left."""

from __future__ import annotations

import ast
import io
import json
import os
import platform
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Kernel, settled
from natives import c_library
from profiles import Named
from valgrinds import needs_valgrind

from nativeprofile.capture.replay_carry import carry
from nativeprofile.capture.replay_names import names_read
from nativeprofile.tables.decode import decode

C_COUNTS = """\
__attribute__((noinline)) int tick(int x) { __asm__ volatile(""); return x + 1; }
int call(int (*callback)(int), int times)
{
    int sum = 0;
    for (int i = 0; i < times; i++) sum += callback(i);
    return sum;
}
int ticks(int times) { int x = 0; for (int i = 0; i < times; i++) x = tick(x); return x; }
"""

DEFINED = """\
import ctypes, sys
total = 0
def once(): pass
def tens():
    for _ in range(10): once()
def negative(number): return -number
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
def add(number):
    global total
    total += number
class Counter:
    step = 3
    def count(self): add(self.step)
"""

COUNTED = """\
%%nativeprofile --engine callgrind
library = ctypes.CDLL({library!r})
print("begins", flush=True)
for _ in range(20):
    tens()
sorted(range(510), key=negative)
Counter().count()
back = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x)
library.call(back, 10)
library.ticks(1_000_000)
fib(9), total
"""


def calls(message: dict[str, Any]) -> dict[str, int]:
    """How often each function was called."""
    return Named(decode(message)).calls


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel of this Python alone, for what depends on none in particular."""
    kernel = Kernel(sys.executable, tmp_path_factory.mktemp("local"))
    kernel.run("%load_ext nativeprofile")
    yield kernel
    assert kernel.leftovers() == []
    assert list(kernel.cwd.iterdir()) == []
    kernel.close()


@pytest.fixture
def untouched(kernel: Kernel) -> Iterator[Kernel]:
    """The shared kernel, which is to have no file or process more afterwards."""
    before = set(kernel.cwd.iterdir())
    yield kernel
    assert kernel.leftovers() == []
    assert set(kernel.cwd.iterdir()) == before


@needs_valgrind
def test_a_cell_with_what_it_reads(untouched: Kernel, tmp_path: Path) -> None:
    kernel = untouched
    library = c_library(tmp_path, "-O1", "-g", source=C_COUNTS, name="counts")
    kernel.run(DEFINED)
    names = "{name for name in get_ipython().user_ns if not name.startswith('_')}"
    before = kernel.value(names)
    cell = kernel.run(COUNTED.format(library=str(library)))
    assert cell.status == "ok"
    assert cell.text() == "begins\n"
    assert [o["data"]["text/plain"] for o in cell.own if "data" in o] == ["(34, 3)"]
    found = calls(cell.profile)
    assert found["tick"] == 1_000_000
    assert cell.profile["meta"]["kind"] == "exact"
    assert [one["name"] for one in cell.profile["meta"]["cells"]][-1] == cell.profile["meta"][
        "name"
    ]
    if kernel.value("hasattr(sys, 'activate_stack_trampoline')") == "True":
        python = {"once": 200, "tens": 20, "negative": 510, "fib": 109, "add": 1}
        assert {name: found.get(name) for name in python} == python
    said = " ".join(cell.profile["quality"]["notes"])
    assert "the variables of this kernel are as they were" in said
    assert "tens" in said
    assert kernel.value("total") == "0"
    assert kernel.value("'cloudpickle' in sys.modules") == "False"
    assert ast.literal_eval(kernel.value(names)) == ast.literal_eval(before)


SHOWN = """\
class Bundle:
    def _repr_mimebundle_(self, include, exclude):
        return {"text/html": "<b>1</b>", "text/plain": "one"}, {"width": 1}
class Html:
    def _repr_html_(self): return "<b>2</b>", {"width": 2}
    def __repr__(self): return "two"
"""


@needs_valgrind
def test_values_show_themselves_as_in_the_kernel(local: Kernel) -> None:
    local.run(SHOWN)
    code = "display(Bundle(), Html())\nlist(range(1001))"
    here, replayed = (
        [o["data"] for o in local.run(f"{first}\n{code}").own]
        for first in ("", "%%nativeprofile --engine callgrind")
    )
    assert replayed == here
    assert [data.get("text/html") for data in here] == ["<b>1</b>", "<b>2</b>", None]
    assert here[2]["text/plain"].endswith("...]")


LATE = """\
%%nativeprofile --engine callgrind
import os, sys
recording = sys.modules["nativeprofile.engines.callgrind"].Recording
stop = recording.stop
def interrupted(self):
    print("on", flush=True)
    __import__("signal").sigtimedwait([], 5)
    return stop(self)
recording.stop = interrupted
6 * 7
"""


@needs_valgrind
def test_an_interrupt_after_its_end_costs_a_cell_nothing(local: Kernel) -> None:
    cell = local.run(LATE, interrupt_when=lambda so_far: "on" in so_far.text())
    assert [o["data"]["text/plain"] for o in cell.own if "data" in o] == ["42"]
    assert cell.profile["meta"]["status"] == "ok"
    assert "could tell the names" not in " ".join(cell.profile["quality"]["notes"])


@needs_valgrind
def test_names_that_cannot_be_carried(untouched: Kernel, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    untouched.run(
        "import threading, socket\n"
        "lock = threading.Lock()\n"
        "def locked(): return lock\n"
        "numbers = (n for n in range(3))\n"
        "file = open('/dev/null')\n"
        "port = socket.socket()\n"
        "class OnGpu:\n"
        "    __cuda_array_interface__ = {}\n"
        "tensor = OnGpu()"
    )
    for code, reasons in (
        ("locked()", ["lock (a _thread.lock; locked reads it)"]),
        ("numbers, file", ["numbers (a generator)", "file (an open file (/dev/null))"]),
        ("[port, tensor]", ["port (", "tensor (memory of a GPU"]),
    ):
        cell = untouched.run(
            f"%%nativeprofile --engine callgrind\nopen({str(marker)!r}, 'w')\n{code}"
        )
        assert cell.status == "error" and not cell.profiles
        said = cell.text("stderr")
        assert all(reason in said for reason in reasons), said
        assert "locked (" not in said
        assert "Nothing was run." in said
    assert not marker.exists()
    untouched.run("port.close(); file.close()")


class NotOnGpu:
    """As JAX's arrays in the computer's own memory."""

    @property
    def __cuda_array_interface__(self) -> None:
        raise RuntimeError("not on a GPU")


class OnCpu(NotOnGpu):
    """As PyTorch's tensors there."""

    is_cuda = False


def test_what_else_is_carried() -> None:
    values = {"tensor": OnCpu(), "array": NotOnGpu(), "out": sys.stdout, "lock": threading.Lock()}
    file = io.BytesIO()
    assert carry(file, values, ["tensor", "array", "out"], ["lock"]) == ["tensor", "array", "out"]


@needs_valgrind
@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("x = 1\n!ls", "Line 3 has a magic or a shell command (!)"),
        ("%time 1", "Line 2 has a magic or a shell command (%)"),
        ("%%time\n1", "Line 2 has a magic or a shell command (%%)"),
        ("a = get_ipython()", "Line 2 calls get_ipython"),
    ],
)
def test_what_only_the_kernel_can_run(local: Kernel, code: str, sentence: str) -> None:
    cell = local.run(f"%%nativeprofile --engine callgrind\n{code}")
    assert cell.status == "error"
    assert sentence in cell.text("stderr")


@needs_valgrind
def test_a_syntax_error(local: Kernel) -> None:
    cell = local.run("%%nativeprofile --engine callgrind\n\nx = 1\ndef (")
    assert [error["ename"] for error in cell.errors] == ["SyntaxError"]
    assert "line 4" in cell.traceback and "nativeprofile" not in cell.traceback
    assert not cell.ours


@needs_valgrind
def test_without_cloudpickle(local: Kernel) -> None:
    local.run("import sys; sys.modules['cloudpickle'] = None; known = 1")
    cell = local.run("%%nativeprofile --engine callgrind\nknown")
    local.run("del sys.modules['cloudpickle']")
    assert "cloudpickle, which is not installed. Nothing was run." in cell.text("stderr")
    assert "-m pip install cloudpickle" in cell.text("stderr")


@needs_valgrind
def test_without_a_working_directory(local: Kernel) -> None:
    local.run("import os; was = os.getcwd(); os.mkdir('x'); os.chdir('x'); os.rmdir('../x')")
    cell = local.run("%%nativeprofile --engine callgrind\n1")
    local.run("os.chdir(was)")
    assert "working directory is gone" in cell.text("stderr")
    assert "Nothing was run." in cell.text("stderr")


@needs_valgrind
def test_an_exception(untouched: Kernel) -> None:
    untouched.run("def divide(by):\n    return 1 / by")
    cell = untouched.run(
        "%%nativeprofile --engine callgrind\n"
        "try:\n    divide(0)\nexcept ZeroDivisionError as e:\n    raise KeyError('x') from e"
    )
    assert cell.status == "error"
    assert [error["ename"] for error in cell.errors] == ["KeyError"]
    prompt = cell.profile["meta"]["prompt"]
    assert f"Cell In[{prompt}], line 3\n" in cell.traceback
    assert f"Cell In[{prompt - 1}], line 2, in divide\n" in cell.traceback
    assert "---->" in cell.traceback and "replay_child" not in cell.traceback
    assert cell.profile["meta"]["status"] == "error"


@needs_valgrind
def test_an_interrupt_keeps_what_was_counted(untouched: Kernel) -> None:
    cell = untouched.run(
        "%%nativeprofile --engine callgrind\n"
        "def endless():\n    print('on', flush=True)\n    while True: pass\nendless()",
        interrupt_when=lambda execution: "on" in execution.text(),
    )
    assert [error["ename"] for error in cell.errors] == ["KeyboardInterrupt"]
    assert cell.profile["meta"]["status"] == "interrupted"
    assert cell.profile["summary"]["total"] > 1_000_000
    assert "100 times slower" in cell.progress[0]["note"]


@needs_valgrind
def test_a_time_limit(local: Kernel) -> None:
    cell = local.run("%%nativeprofile --engine callgrind --time-limit 0.5\nwhile True: pass")
    assert cell.status == "ok"
    assert cell.profile["meta"]["status"] == "interrupted"
    assert cell.profile["summary"]["total"] > 1_000_000
    assert any("time limit" in note for note in cell.profile["quality"]["notes"])


@needs_valgrind
def test_armed_with_await_and_display(local: Kernel) -> None:
    options = json.dumps({"engine": "callgrind", "cell_id": "replayed"})
    armed = f"__import__('nativeprofile').arm({options!r})"
    local.run("", silent=True, expressions={"armed": armed})
    cell = local.run(
        "import asyncio\n"
        "class Bold:\n    def _repr_html_(self): return '<b>x</b>'\n"
        "display(Bold())\n"
        "await asyncio.sleep(0.01, result=42)",
        cell_id="replayed",
    )
    assert cell.status == "ok" and cell.profile
    shown = [output["data"] for output in cell.own if "data" in output]
    assert [data["text/plain"] for data in shown][1:] == ["42"]
    assert shown[0]["text/html"] == "<b>x</b>"
    assert local.value("'Bold' in globals()") == "False"


@needs_valgrind
def test_a_statement_counts_the_same_twice(local: Kernel) -> None:
    local.run("def work(n): return {str(i): i for i in range(n)}")
    totals = [
        local.run("%nativeprofile --engine callgrind work(2000);").profile["summary"]["total"]
        for _ in range(2)
    ]
    assert abs(totals[0] - totals[1]) < totals[0] / 1000


@needs_valgrind
@pytest.mark.skipif(platform.machine() != "x86_64", reason="the instruction is one of x86-64")
def test_an_instruction_that_valgrind_does_not_know(local: Kernel, tmp_path: Path) -> None:
    # vpxord of AVX-512
    source = 'void unknown(void) { __asm__ volatile(".byte 0x62,0xf1,0x7d,0x48,0xef,0xc0"); }'
    library = c_library(tmp_path, source=source, name="unknown")
    cell = local.run(
        "%%nativeprofile --engine callgrind\nimport ctypes\nsorted(range(100))\n"
        f"ctypes.CDLL({str(library)!r}).unknown()"
    )
    assert "was ended by SIGILL in the middle of the cell" in cell.text("stderr")
    assert "list_sort_impl" in calls(cell.profile)
    said = " ".join(cell.profile["quality"]["notes"])
    assert "Valgrind does not know the instruction at 0x" in said


@needs_valgrind
def test_nothing_outlives_the_kernel(tmp_path: Path) -> None:
    kernel = Kernel(sys.executable, tmp_path)
    kernel.run("%load_ext nativeprofile")
    sent = kernel.send("%%nativeprofile --engine callgrind\nprint('on')\nwhile True: pass")
    with pytest.raises(AssertionError, match="the kernel died"):
        kernel.wait(sent, interrupt_when=lambda e: "on" in e.text() and kill(kernel))
    left = f"{kernel.tmp}/nativeprofile-"
    assert settled(lambda: [line for line in everything() if left in line]) == []
    assert settled(kernel.leftovers) == []
    kernel.close()


def kill(kernel: Kernel) -> bool:
    """Ends a kernel without a chance to tidy up."""
    os.kill(kernel.pid, signal.SIGKILL)
    return False


def everything() -> list[str]:
    """The command lines of all processes."""
    found = subprocess.run(
        ["ps", "-A", "-ww", "-o", "args="], capture_output=True, text=True, check=True
    )
    return found.stdout.splitlines()


def test_without_valgrind_another_engine_runs_the_cell(fresh: Callable[..., Kernel]) -> None:
    kernel = fresh(env={"PATH": "/nonexistent"})
    kernel.run("%load_ext nativeprofile\nran = 0")
    cell = kernel.run("%%nativeprofile --engine callgrind\nran += 1\nran")
    assert cell.result == "1"
    assert "callgrind is not available: Valgrind is not installed" in " ".join(cell.failures)
    assert len(cell.profiles) == 1


@pytest.mark.parametrize(
    ("code", "needed", "perhaps"),
    [
        ("a\nb = 1\nb", "a", ""),
        ("a += 1", "a", ""),
        ("for a in b: a", "b", "a"),
        ("if c: a = 1\na", "c", "a"),
        ("def f(x): return a + x\nf(b)", "a b", ""),
        ("class C:\n    a = 1\n    b = a + c", "c", ""),
        ("[a for a in b]", "b", ""),
        ("import a.b\na.c", "", ""),
        ("def f():\n    global a\n    a = b\nf()\na", "b", "a"),
        ("del a", "a", ""),
        ("await a(b)", "a b", ""),
        ("(a := 1) + a", "", "a"),
    ],
)
def test_names_that_a_cell_reads(code: str, needed: str, perhaps: str) -> None:
    tree = compile(code, "x", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
    names = names_read(tree, 0, set("abc"))
    assert (sorted(names.needed), sorted(names.perhaps)) == (needed.split(), perhaps.split())
