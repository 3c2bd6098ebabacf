"""The first file of the fresh process in which a cell is replayed, run by path:
`python replay_child.py ROOT DIRECTORY`.

Reads what `replay` wrote into DIRECTORY, runs the cell, and leaves there what Callgrind's engine
tells of it and what became of the cell. Nothing is counted but the cell.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import functools
import importlib.util
import inspect
import json
import marshal
import os
import pickle
import signal
import sys
import time
import traceback
import types
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import IO, Any

CELL, BEGAN, OUTCOME = "cell.pickle", "began", "outcome.json"
"""What passes between the two processes, beside the engine's own; the second says that the cell
has begun."""
Show = Callable[[Any], dict[str, Any]]
"""Gives a value's bundle of MIME types."""
_MIMES = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_latex_": "text/latex",
    "_repr_json_": "application/json",
}


def main() -> int:
    root, directory = sys.argv[1:3]
    # Until the cell begins an interrupt ends this process without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    outcome: dict[str, Any] = {"ran": False, "shown": []}
    try:
        with open(Path(directory, CELL), "rb") as file:
            cell = pickle.load(file)
            sys.path.insert(0, root)
            from nativeprofile.engines import base, callgrind, callgrind_replay

            sys.path[:], sys.argv[:] = cell["path"], cell["argv"]
            namespace = _namespace(file)
        recording = callgrind.ENGINE.start(base.Options(), directory)
        # Lines are shown as they are printed, though this is no terminal.
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
        show = _shower(cell["pretty"])
        _display_into(outcome["shown"], show)
        outcome["ran"] = True
        Path(directory, BEGAN).touch()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        clocks = time.perf_counter_ns(), time.process_time_ns()
        try:
            value = _run([marshal.loads(code) for code in cell["codes"]], namespace, recording)
        finally:
            outcome["wall"] = time.perf_counter_ns() - clocks[0]
            outcome["cpu"] = time.process_time_ns() - clocks[1]
            # The cell has ended: an interrupt must not cost what was counted.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            raw = recording.stop()
            left = json.dumps({"data": raw.data, "notes": raw.notes})
            Path(directory, callgrind_replay.RAW).write_text(left, encoding="utf-8")
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if cell["shows"] and value is not None:
            outcome["shown"].append(show(value))
    except BaseException as error:
        outcome["error"] = _told(error, root)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Path(directory, OUTCOME).write_text(json.dumps(outcome), encoding="utf-8")
    return 0


class _Unpickler(pickle.Unpickler):
    """Gives functions of the notebook the new namespace as their globals."""

    def __init__(self, file: IO[bytes], namespace: dict[str, Any]) -> None:
        super().__init__(file)
        self._namespace = namespace

    def persistent_load(self, name: str) -> Any:
        return self._namespace if name == "namespace" else getattr(sys, name)


def _namespace(file: IO[bytes]) -> dict[str, Any]:
    """The namespace of a new `__main__` with the names in the file, as `replay_carry` wrote it."""
    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = builtins
    sys.modules["__main__"] = module
    unpickler = _Unpickler(file, vars(module))
    while (pair := unpickler.load()) is not None:
        vars(module)[pair[0]] = pair[1]
    return vars(module)


def _run(codes: list[types.CodeType], namespace: dict[str, Any], recording: Any) -> Any:
    """Runs the parts of the cell, counted, and returns the value of the last."""
    for code in codes:
        recording.keep(code)
    if not any(_awaits(code) for code in codes):
        value = None
        for code in codes:
            value = recording.evaluator(code, namespace, namespace)
        return value
    import asyncio

    recording.enter()
    try:
        return asyncio.run(_await_all(codes, namespace))
    finally:
        recording.leave()


async def _await_all(codes: list[types.CodeType], namespace: dict[str, Any]) -> Any:
    value = None
    for code in codes:
        value = eval(code, namespace)
        if _awaits(code):
            assert isinstance(value, Coroutine)
            value = await value
    return value


def _awaits(code: types.CodeType) -> bool:
    return bool(code.co_flags & inspect.CO_COROUTINE)


def _display_into(shown: list[dict[str, Any]], show: Show) -> None:
    """Gives the cell the `display` that it has in a notebook."""

    def display(*values: Any, **_: Any) -> None:
        shown.extend(show(value) for value in values)

    vars(builtins)["display"] = display


def _shower(pretty: str) -> Show:
    """What gives values in the forms in which they show themselves in notebooks. `pretty` is the
    file of IPython's module of that name, without which long values would be shown in full; the
    whole of IPython takes seconds to import under Valgrind."""

    def show(value: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": _module(pretty).pretty(value)}
        if isinstance(value, type):
            return bundle
        forms = {mime: _form(value, method) for method, mime in _MIMES.items()}
        several = _form(value, "_repr_mimebundle_", include=None, exclude=None)
        for mime, data in {**forms, **(several if type(several) is dict else {})}.items():
            if isinstance(data, bytes):
                data = base64.b64encode(data).decode()
            with contextlib.suppress(TypeError, ValueError):
                if data is not None:
                    bundle[mime] = json.loads(json.dumps(data))
        return bundle

    return show


def _form(value: Any, method: str, **arguments: Any) -> Any:
    """What a value's method answers, without metadata; None where it has none, or that fails."""
    with contextlib.suppress(Exception):
        data = getattr(value, method)(**arguments)
        return data[0] if isinstance(data, tuple) else data
    return None


@functools.lru_cache(maxsize=1)
def _module(file: str) -> Any:
    """A module by its file, whatever package it is in."""
    spec = importlib.util.spec_from_file_location("pretty", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _told(error: BaseException, root: str) -> dict[str, Any]:
    """An exception as plain data, with those that led to it, the first one first, without frames
    of the package in `root`."""
    ours = os.path.join(root, "nativeprofile", "")
    links = [
        {
            "name": type(link).__name__,
            "text": "".join(traceback.format_exception_only(type(link), link)).strip(),
            "frames": [
                [frame.filename, frame.lineno, frame.name]
                for frame in traceback.extract_tb(link.__traceback__)
                if not frame.filename.startswith(ours)
            ],
        }
        for link in _chain(error)
    ]
    return {"links": links[::-1], "value": str(error)}


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


if __name__ == "__main__":
    sys.exit(main())
