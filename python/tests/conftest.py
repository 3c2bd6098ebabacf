"""Real kernels for the tests, and what their cells put out, as a notebook would hold it."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import zmq
from jupyter_client.manager import KernelManager
from undisturbed import UNDISTURBED

from nativeprofile.config import MIME_TYPE

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks `alone` whatever is not known to bear another test beside it."""
    for item in items:
        if item.path.stem not in UNDISTURBED:
            item.add_marker("alone")


def interpreters() -> list[str]:
    """This Python, and those in NATIVEPROFILE_PYTHONS (with nativeprofile and ipykernel)."""
    others = os.environ.get("NATIVEPROFILE_PYTHONS", "").split(os.pathsep)
    return [sys.executable, *(python for python in others if python)]


@dataclass
class Execution:
    """What one execution answered; `outputs` as a notebook would store them."""

    reply: dict[str, Any]
    outputs: list[dict[str, Any]] = field(default_factory=list)
    progress: list[dict[str, Any]] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        return str(self.reply["status"])

    def text(self, name: str = "stdout") -> str:
        return "".join(o["text"] for o in self.outputs if o.get("name") == name)

    @property
    def result(self) -> str | None:
        """`text/plain` of the last expression."""
        for output in self.outputs:
            if output["output_type"] == "execute_result":
                return str(output["data"]["text/plain"])
        return None

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [o for o in self.outputs if o["output_type"] == "error"]

    @property
    def traceback(self) -> str:
        return _ANSI.sub("", "\n".join(self.errors[0]["traceback"]))

    @property
    def own(self) -> list[dict[str, Any]]:
        """Outputs without ours: what the cell would have put out unprofiled."""
        return [o for o in self.outputs if MIME_TYPE not in o.get("data", {})]

    @property
    def ours(self) -> list[dict[str, Any]]:
        """The messages of our MIME type: profiles and failures."""
        return [o["data"][MIME_TYPE] for o in self.outputs if MIME_TYPE in o.get("data", {})]

    @property
    def profiles(self) -> list[dict[str, Any]]:
        return [message for message in self.ours if "tables" in message]

    @property
    def profile(self) -> dict[str, Any]:
        """The one profile; fails with what there was instead."""
        assert len(self.ours) == 1 and len(self.profiles) == 1, self.outputs
        return self.profiles[0]

    @property
    def failures(self) -> list[str]:
        """Our sentences (message and remedy)."""
        errors = [message["error"] for message in self.ours if "error" in message]
        return [f"{error['message']} {error['remedy']}".strip() for error in errors]


class Kernel:
    """A real ipykernel with its own working directory and folder for temporary files."""

    def __init__(self, python: str, folder: Path, env: dict[str, str] | None = None) -> None:
        self.cwd, self.tmp = folder / "cwd", folder / "tmp"
        self.cwd.mkdir(parents=True)
        self.tmp.mkdir()
        self.manager = KernelManager()
        spec = self.manager.kernel_spec
        assert spec is not None
        spec.argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        self.manager.start_kernel(
            cwd=str(self.cwd),
            env={**os.environ, "TMPDIR": str(self.tmp), "IPYTHONDIR": str(folder), **(env or {})},
            stderr=subprocess.DEVNULL,
        )
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    @property
    def pid(self) -> int:
        return int(self.manager.provisioner.pid)  # type: ignore[union-attr]

    def run(
        self,
        code: str,
        *,
        cell_id: str | None = None,
        silent: bool = False,
        expressions: dict[str, str] | None = None,
        answers: list[str] | None = None,
        interrupt_when: Callable[[Execution], bool] | None = None,
        subshell: str | None = None,
        timeout: float = 60,
    ) -> Execution:
        """Executes `code` as the Lab does and waits for its reply and for the idle status."""
        sent = self.send(code, cell_id, silent, expressions, answers is not None, subshell)
        return self.wait(sent, answers=answers, interrupt_when=interrupt_when, timeout=timeout)

    def send(
        self,
        code: str,
        cell_id: str | None = None,
        silent: bool = False,
        expressions: dict[str, str] | None = None,
        stdin: bool = False,
        subshell: str | None = None,
    ) -> str:
        content = {
            "code": code,
            "silent": silent,
            "store_history": not silent,
            "user_expressions": expressions or {},
            "allow_stdin": stdin,
            "stop_on_error": True,
        }
        metadata = {"cellId": cell_id} if cell_id else {}
        message = self.client.session.msg("execute_request", content, metadata=metadata)
        message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def wait(
        self,
        sent: str,
        *,
        answers: list[str] | None = None,
        interrupt_when: Callable[[Execution], bool] | None = None,
        timeout: float = 60,
    ) -> Execution:
        execution = Execution(reply={})
        displays: dict[str, int] = {}
        idle, deadline = False, time.monotonic() + timeout
        poller = zmq.Poller()
        for channel in (self.client.iopub_channel, self.client.shell_channel):
            poller.register(channel.socket, zmq.POLLIN)
        if answers is not None:
            poller.register(self.client.stdin_channel.socket, zmq.POLLIN)
        while not (idle and execution.reply):
            if not self.manager.is_alive():
                raise AssertionError(f"the kernel died: {execution}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"no end after {timeout} s: {execution}")
            poller.poll(50)
            with contextlib.suppress(queue.Empty):
                message = self.client.get_iopub_msg(timeout=0)
                if message["parent_header"].get("msg_id") == sent:
                    idle |= message["content"].get("execution_state") == "idle"
                    self._collect(execution, message, displays)
            if interrupt_when is not None and interrupt_when(execution):
                interrupt_when = None
                self.manager.interrupt_kernel()
            with contextlib.suppress(queue.Empty):
                if answers is not None and not execution.reply:
                    prompt = self.client.get_stdin_msg(timeout=0)
                    execution.inputs.append(prompt["content"]["prompt"])
                    self.client.input(answers.pop(0))
            with contextlib.suppress(queue.Empty):
                reply = self.client.get_shell_msg(timeout=0)
                if reply["parent_header"].get("msg_id") == sent:
                    execution.reply = reply["content"]
        return execution

    def value(self, expression: str) -> str:
        """The repr of an expression, evaluated without a trace in history or hooks."""
        reply = self.run("", silent=True, expressions={"value": expression}).reply
        value = reply["user_expressions"]["value"]
        assert value["status"] == "ok", value
        return str(value["data"]["text/plain"])

    def leftovers(self) -> list[str]:
        """Files of ours in the folder for temporary files, and child processes."""
        files = [str(p) for p in self.tmp.rglob("*") if p.name.startswith("nativeprofile-")]
        files += [str(p) for p in Path("/tmp").glob(f"perf-{self.pid}.map")]
        return files + children(self.pid)

    def open_files(self) -> Counter[str]:
        """What the kernel has open, but for the history database, which comes and goes with its
        journal."""
        found = Counter[str]()
        for descriptor in Path(f"/proc/{self.pid}/fd").iterdir():
            with contextlib.suppress(OSError):  # closed meanwhile
                found[str(descriptor.readlink())] += 1
        return Counter({file: n for file, n in found.items() if "history.sqlite" not in file})

    def opened_since(self, before: Counter[str]) -> list[str]:
        """What stays open beside `before`. When a thread that has put something out ends (ours
        that shows the progress does), ipykernel closes its eventfd within ten seconds."""
        return settled(lambda: sorted((self.open_files() - before).elements()))

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def _collect(
        self, execution: Execution, message: dict[str, Any], displays: dict[str, int]
    ) -> None:
        kind, content = message["header"]["msg_type"], message["content"]
        outputs = execution.outputs
        shown = content.get("data", {}).get(MIME_TYPE, {})
        if "progress" in shown:
            execution.progress.append(shown["progress"])
        if kind == "stream":
            last = outputs[-1] if outputs else {}
            if last.get("name") == content["name"]:
                last["text"] += content["text"]
            else:
                outputs.append({"output_type": "stream", **content})
        elif kind == "update_display_data":
            outputs[displays[content["transient"]["display_id"]]]["data"] = content["data"]
        elif kind in ("display_data", "execute_result", "error"):
            display_id = content.get("transient", {}).get("display_id")
            if display_id is not None:
                displays[display_id] = len(outputs)
            kept = {k: v for k, v in content.items() if k != "transient"}
            outputs.append({"output_type": kind, **kept})


def settled(check: Callable[[], list[str]]) -> list[str]:
    """What `check` finds once whatever is ending has ended, however busy the machine is."""
    deadline = time.monotonic() + 60
    while (found := check()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def children(pid: int) -> list[str]:
    """The command lines of all descendants of a process."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 2) for line in listing.splitlines()]
    found, parents = [], {str(pid)}
    for _ in range(4):
        for child, parent, *command in rows:
            if parent in parents and child not in parents:
                parents.add(child)
                found.append(" ".join(command))
    return found


@pytest.fixture
def jp_server_config(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Of servers in tests: with our extension, and the options that a test is given."""
    server: dict[str, Any] = {"jpserver_extensions": {"nativeprofile.server": True}}
    return {"ServerApp": {**server, **getattr(request, "param", {})}}


@pytest.fixture(scope="session", params=interpreters(), ids=lambda p: Path(p).parts[-3])
def python(request: pytest.FixtureRequest) -> str:
    """Each Python that the tests with kernels run on."""
    return str(request.param)


@pytest.fixture(scope="session")
def kernel(python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel shared by all tests that leave it as it was, with the extension loaded."""
    kernel = Kernel(python, tmp_path_factory.mktemp("kernel"))
    kernel.run("%load_ext nativeprofile")
    yield kernel
    kernel.close()


@pytest.fixture
def fresh(python: str, tmp_path: Path) -> Iterator[Callable[..., Kernel]]:
    """Starts kernels for one test: `fresh(env={...})`; the extension is not loaded."""
    started: list[Kernel] = []

    def start(env: dict[str, str] | None = None) -> Kernel:
        started.append(Kernel(python, tmp_path / str(len(started)), env))
        return started[-1]

    yield start
    for kernel in started:
        kernel.close()


@pytest.fixture(params=["perf", "cprofile"])
def engine(request: pytest.FixtureRequest, kernel: Kernel) -> str:
    """Each engine that works in the shared kernel; skips with its reason where one does not."""
    probe = f"__import__('nativeprofile.engines.registry', fromlist=['x']).probe({request.param!r})"
    if "available=True" not in kernel.value(probe):
        pytest.skip(kernel.value(probe))
    return str(request.param)
