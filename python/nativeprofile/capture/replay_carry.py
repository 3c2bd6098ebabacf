"""The values that a replayed cell reads, written to a file for a fresh process.

cloudpickle does it: functions and classes of the notebook go by value, with the names that they
read themselves, modules and what they define by import.
"""

from __future__ import annotations

import importlib
import io
import os
import pickle
import re
import sys
import types
from collections.abc import Iterable
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from nativeprofile.engines.base import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE = "namespace"
"""What stands in the file for the notebook's own namespace."""
_STREAMS = ("stdout", "stderr", "__stdout__", "__stderr__", "stdin")
_KIND = re.compile(r"cannot pickle '?([\w.]+)'? object")
_SECTIONS = 4
"""So many names that cannot be carried are explained one by one."""


class NotCarriedError(EngineError):
    """Names that the cell reads and that cannot go to another process, with the reasons."""


class _RefusedError(pickle.PicklingError):
    """An object of a kind that can be pickled, but not in a way that helps here."""


@contextmanager
def cloudpickle() -> Iterator[Any]:
    """cloudpickle's module, which is not loaded any more afterwards if it was not before.

    Raises EngineError where it is not installed.
    """
    before = set(sys.modules)
    try:
        yield importlib.import_module("cloudpickle")
    except ImportError as error:
        if error.name != "cloudpickle":
            raise
        raise EngineError(
            "To replay a cell its names are carried to another process with cloudpickle, which "
            "is not installed.",
            f"{sys.executable} -m pip install cloudpickle",
        ) from error
    finally:
        for name in set(sys.modules) - before:
            if name.partition(".")[0] == "cloudpickle":
                del sys.modules[name]


def carry(
    file: IO[bytes], namespace: dict[str, Any], needed: Iterable[str], perhaps: Iterable[str]
) -> list[str]:
    """Writes names and values, one pickle after another, and None; returns the names written.

    Of `perhaps` those stay behind that cannot be carried. Raises NotCarriedError, also EngineError.
    """
    with cloudpickle() as module:
        kind = _pickler(module)
        optional = {name: _why_not(kind, name, namespace, {}) for name in perhaps}
        names = [*needed, *(name for name, why in optional.items() if why is None)]
        pickler = kind(file, namespace, {})
        try:
            for name in names:
                pickler.dump((name, namespace[name]))
            pickler.dump(None)
        except OSError as error:
            raise EngineError(
                f"The names that the cell reads could not be written: {error.strerror}.",
                "Free space in the folder for temporary files, or read less in the cell.",
            ) from error
        except Exception as error:
            raise _explained(kind, names, namespace, error) from error
    return names


def _pickler(module: Any) -> Any:
    """The class that pickles for `namespace`, apart from `others`: objects by their address."""

    class Pickler(module.Pickler):  # type: ignore[misc]
        def __init__(
            self, file: IO[bytes], namespace: dict[str, Any], others: dict[int, str]
        ) -> None:
            super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
            self._others = others
            # The dict that functions of the notebook get as their globals: the new notebook's.
            self._globals: dict[str, Any] = {}
            self.globals_ref[id(namespace)] = self._globals

        def persistent_id(self, value: Any) -> Any:
            if value is self._globals:
                return NAMESPACE
            if id(value) in self._others:
                return self._others[id(value)]
            for name in _STREAMS:
                if value is getattr(sys, name, None) and value is not None:
                    return name
            return None

        def reducer_override(self, value: Any) -> Any:
            _refuse(value)
            return super().reducer_override(value)

    return Pickler


def _refuse(value: Any) -> None:
    """Raises for what pickle would carry as something else: an open file as its text, a GPU's
    memory as a copy that another process under Valgrind cannot put back."""
    if isinstance(value, io.IOBase) and not isinstance(value, (io.StringIO, io.BytesIO)):
        raise _RefusedError(f"an open file ({getattr(value, 'name', 'without a name')})")
    if isinstance(value, type):
        return
    if getattr(type(value), "__cuda_array_interface__", None) is not None and _is_on_gpu(value):
        raise _RefusedError(f"memory of a GPU ({type(value).__module__}.{type(value).__name__})")


def _is_on_gpu(value: Any) -> bool:
    try:
        return bool(value.is_cuda)  # PyTorch's tensors all have the interface
    except AttributeError:
        pass
    try:
        return value.__cuda_array_interface__ is not None
    except Exception:  # JAX's arrays that are elsewhere
        return False


def _explained(
    kind: Any, names: list[str], namespace: dict[str, Any], error: Exception
) -> EngineError:
    """Which names cannot be carried, and why, of those that the cell needs."""
    reached = _reached(names, namespace)
    reasons: dict[str, str] = {}
    for name in reached:
        why = _why_not(kind, name, namespace, _others(name, reached, namespace))
        if why is not None:
            through = reached[name]
            reasons[name] = f"{name} ({why}{f'; {through} reads it' if through else ''})"
    if not reasons:
        reasons[names[0]] = f"{', '.join(names)} ({_words(error)})"
    told = list(reasons.values())
    more = f" and {len(told) - _SECTIONS} more" if len(told) > _SECTIONS else ""
    return NotCarriedError(
        "The cell cannot be replayed, because what it reads cannot be carried to another process: "
        f"{'; '.join(told[:_SECTIONS])}{more}.",
        "Make it within the cell, or profile the cell with the notebook's state in a Callgrind "
        "kernel (nativeprofile kernelspec install).",
    )


def _why_not(kind: Any, name: str, namespace: dict[str, Any], others: dict[int, str]) -> str | None:
    """Why a name's value cannot be pickled, None if it can; `others` are taken as known."""
    with open(os.devnull, "wb") as nowhere:
        try:
            kind(nowhere, namespace, others).dump(namespace[name])
        except Exception as error:
            return _words(error)
    return None


def _others(name: str, names: Iterable[str], namespace: dict[str, Any]) -> dict[int, str]:
    """The values of all names but one, by address: what is wrong with them is not its fault."""
    own = id(namespace[name])
    return {id(namespace[one]): one for one in names if id(namespace[one]) != own}


def _reached(names: Iterable[str], namespace: dict[str, Any]) -> dict[str, str]:
    """The names, and those that functions and classes of the notebook behind them read, each with
    the one through which it is reached (empty for the names themselves)."""
    found = dict.fromkeys(names, "")
    waiting = list(found)
    while waiting:
        name = waiting.pop()
        for code in _codes(namespace[name], namespace):
            for used in _globals_of(code):
                if used in namespace and used not in found:
                    found[used] = name
                    waiting.append(used)
    return found


def _codes(value: Any, namespace: dict[str, Any]) -> Iterable[types.CodeType]:
    """The code of a function of the notebook, or of the methods of a class."""
    values = list(vars(value).values()) if isinstance(value, type) else [value]
    for one in values:
        function = getattr(one, "__func__", one)
        if isinstance(function, types.FunctionType) and function.__globals__ is namespace:
            yield function.__code__


def _globals_of(code: types.CodeType) -> Iterable[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _globals_of(constant)


def _words(error: BaseException) -> str:
    """An error's message as the reason in brackets."""
    text = " ".join(str(error).split()).rstrip(".")
    kind = _KIND.search(text)
    if kind is not None:
        return f"a {kind[1]}"
    return text[:1].lower() + text[1:] if text else type(error).__name__
