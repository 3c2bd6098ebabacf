"""`nativeprofile kernelspec`: Python kernels that run under Callgrind, as Jupyter lists them."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any

from .engines.base import EngineError
from .engines.callgrind_command import Counting

NAME = "callgrind"
_NAMES = re.compile(r"[a-z0-9._-]+", re.IGNORECASE)
_MADE_BY = "nativeprofile"
"""The key of a specification's metadata by which ours are known."""
_MISSING = "Run: pip install jupyter_client ipykernel"
_START = (
    "import sys; sys.path[:] = filter(None, sys.path); "
    "from nativeprofile.cli import main; sys.exit(main())"
)
"""As `-m nativeprofile` does, but without the notebook's folder: its modules are the user's."""


def install(
    counting: Counting,
    name: str = NAME,
    *,
    malloc: bool = False,
    user: bool = False,
    prefix: str | None = None,
) -> Path:
    """Writes a specification for this Python; returns its folder. Raises EngineError.

    For the user, into `prefix` (of an environment), or for all users of the system; `malloc` as in
    `specification`.
    """
    if _NAMES.fullmatch(name) is None:
        raise EngineError(
            f"A kernel cannot be called {name!r}.", "Use letters, digits, dots, - and _."
        )
    existing = _specs().get(name)
    if existing is not None and not _is_ours(existing):
        raise EngineError(
            f"There is a kernel called {name} that nativeprofile did not install.",
            "Give another --name.",
        )
    with tempfile.TemporaryDirectory(prefix="nativeprofile-") as folder:
        source = Path(folder, name)
        source.mkdir()
        told = specification(counting, malloc=malloc)
        for logo in _logos():
            shutil.copy(logo, source)
        (source / "kernel.json").write_text(json.dumps(told, indent=1))
        try:
            made: str = _manager().install_kernel_spec(str(source), name, user=user, prefix=prefix)
        except OSError as error:
            raise EngineError(
                f"The kernel cannot be installed in {error.filename}: {error.strerror}.",
                "Add --user or --sys-prefix.",
            ) from error
    return Path(made)


def specification(counting: Counting, *, malloc: bool = False) -> dict[str, Any]:
    """The content of kernel.json.

    With `malloc` objects are allocated by the C library, whose cost depends less on what ran before
    than that of CPython's own allocator (docs/callgrind.md).
    """
    options = options_of(counting)
    shown = " ".join(["Callgrind", *options, *["malloc"] * malloc]).replace("--", "")
    return {
        "argv": [sys.executable, "-c", _START, "serve-kernel", *options, "{connection_file}"],
        "display_name": f"Python {sys.version_info.major} ({shown})",
        "language": "python",
        "env": {"PYTHONMALLOC": "malloc"} if malloc else {},
        "interrupt_mode": "signal",
        "metadata": {"debugger": False, _MADE_BY: options},
    }


def options_of(counting: Counting) -> list[str]:
    """The options of a command that ask for this."""
    words = []
    for one in fields(counting):
        value = getattr(counting, one.name)
        if value:
            words.append(f"--{one.name}" if value is True else f"--{one.name}={value}")
    return words


def installed() -> dict[str, Path]:
    """Our kernels by name, and the folders of their specifications. Raises EngineError."""
    return {name: folder for name, folder in _specs().items() if _is_ours(folder)}


def remove(name: str) -> Path:
    """Removes one of ours; returns the folder that it had. Raises EngineError."""
    folder = installed().get(name)
    if folder is None:
        raise EngineError(
            f"nativeprofile has installed no kernel called {name}.",
            "Run: nativeprofile kernelspec list",
        )
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise EngineError(f"{folder} cannot be removed: {error.strerror}.") from error
    return folder


def _specs() -> dict[str, Path]:
    return {name: Path(folder) for name, folder in _manager().find_kernel_specs().items()}


def _is_ours(folder: Path) -> bool:
    try:
        told = json.loads((folder / "kernel.json").read_text())
        return _MADE_BY in told["metadata"]
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _logos() -> list[Path]:
    """The pictures of ipykernel's own specification."""
    from ipykernel import kernelspec

    return sorted(Path(kernelspec.RESOURCES).glob("logo*"))


def _manager() -> Any:
    try:
        import ipykernel  # noqa: F401
        from jupyter_client.kernelspec import KernelSpecManager
    except ImportError as error:
        raise EngineError(f"{error.name} is not installed in this Python.", _MISSING) from error
    return KernelSpecManager()
