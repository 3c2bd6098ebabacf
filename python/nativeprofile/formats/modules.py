"""Which Python module a source file is, and which modules run notebooks."""

from __future__ import annotations

import re
from pathlib import PurePath

_LIBRARY = re.compile(
    r"[/\\](?:(?:site|dist)-packages|lib(?:64)?[/\\]python3(?:\.\d+t?)?)(?=[/\\])", re.I
)
_NOTEBOOK = re.compile(
    r"(ipykernel|IPython|tornado|zmq|traitlets|nativeprofile|jupyter_client|comm|debugpy|"
    r"ipykernel_launcher|decorator)(\.|$)"
)
_LOOPS = re.compile(
    r"(asyncio|threading|concurrent\.futures|multiprocessing|joblib\.externals\.loky|selectors|"
    r"contextlib|contextvars|anyio|runpy)(\.|$)"
)


def module_of(file: str) -> str | None:
    """`json.encoder` for a file of the standard library or an installed package; None for
    anything else."""
    if file.startswith("<frozen ") and file.endswith(">"):
        return file[len("<frozen ") : -1]
    parts = _LIBRARY.split(file)
    return _dotted(parts[-1]) if len(parts) > 1 else None


def module_or_stem(file: str) -> str:
    """The module of a file; of one that is in no library the file's own name."""
    return module_of(file) or _package(file) or PurePath(file).stem or file


def _package(file: str) -> str:
    """The dotted name of a module of this package in a checkout."""
    at = file.rfind("/nativeprofile/")
    return _dotted(file[at:]) if at >= 0 else ""


def _dotted(path: str) -> str:
    names = re.split(r"[/\\]", re.sub(r"\.pyx?$", "", path).strip("/\\"))
    if names[-1] == "__init__" and len(names) > 1:
        names.pop()
    return ".".join(names)


def is_notebook(module: str) -> bool:
    """Whether a module belongs to what runs notebooks."""
    return bool(_NOTEBOOK.match(module))


def is_machinery(module: str) -> bool:
    """Whether a module runs notebooks, threads or event loops: it passes calls on."""
    return is_notebook(module) or bool(_LOOPS.match(module))
