"""Where C functions that Python can call begin, with the names that Python gives them.

The addresses are read from the live objects: `ml_meth` of builtin functions and method
descriptors, and the slots of extension types (`perf_layout` knows where they lie).
"""

from __future__ import annotations

import sys
import types

from .perf_layout import LAYOUT, word
from .perf_pybind11 import Records

_HAVE_VECTORCALL = 1 << 11

_FUNCTIONS = (types.BuiltinFunctionType,)
_DESCRIPTORS = (types.MethodDescriptorType, types.ClassMethodDescriptorType)
_CYTHON = ("cython_function_or_method", "fused_cython_function")


_MODULE = type.__dict__["__module__"]
"""Asked of the type, not of an object that may have an attribute of this name."""


class _Python:
    """A class written in Python: its slots lead back to Python and name no C function."""

    def __call__(self) -> None: ...

    def __init__(self) -> None: ...

    def __new__(cls) -> _Python:
        return super().__new__(cls)

    def __next__(self) -> None: ...


def _generic_slots() -> set[int]:
    """Slots that stand for no function of their own: `object`'s, `type`'s, Python classes'."""
    generic = {0}
    for kind in (object, type, _Python, types.GeneratorType, types.CoroutineType):
        generic.update(word(id(kind) + offset) for offset, _ in LAYOUT.slots)
    plain: type = type("Plain", (), {})
    generic.update(word(id(plain) + offset) for offset, _ in LAYOUT.slots)
    return generic


class Entries:
    """The table, filled a little at a time: each module and type is looked at once."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self._modules: set[str] = set()
        self._types: set[int] = set()
        self._generic: set[int] = set()
        self._where: dict[type, int] = {}
        self._records = Records()

    def update(self) -> None:
        """Adds what has been imported or defined since the last call."""
        with self._records:
            self._update()

    def _update(self) -> None:
        if not self._generic:
            self._generic = _generic_slots()
        for name, module in list(sys.modules.items()):
            if name not in self._modules and isinstance(module, types.ModuleType):
                self._modules.add(name)
                for key, value in list(vars(module).items()):
                    self._value(value, key if name == "builtins" else f"{name}.{key}")
        pending: list[type] = [object]
        while pending:
            kind = pending.pop()
            pending += type.__subclasses__(kind)
            if id(kind) not in self._types:
                self._types.add(id(kind))
                self._type(kind)
        self._where.clear()

    def _value(self, value: object, name: str) -> None:
        kind = type(value)
        if kind.__name__ == "instancemethod":
            value = value.__func__  # type: ignore[attr-defined]
            kind = type(value)
        offset = self._where.get(kind)
        if offset is None:
            offset = self._where[kind] = _where(kind)
        if offset > 0:
            bound = self._records.addresses(value) if kind in _FUNCTIONS else None
            if bound is None:
                bound = [word(word(id(value) + offset) + 8)]
            for address in bound:
                self._add(address, name)
        elif offset < 0:
            self._add(word(id(value) - offset), f"{_qualified(kind)}.__call__")

    def _type(self, kind: type) -> None:
        name = _qualified(kind)
        for key, value in list(vars(kind).items()):
            if type(value) is staticmethod:
                value = value.__func__
            elif type(value) is property:
                value = value.fget
            self._value(value, f"{name}.{key}")
        iterator = name.endswith("iterator")
        for offset, slot in LAYOUT.slots:
            # What a for loop does with a list or dict is the evaluator's own work.
            if not (iterator and slot == "__next__"):
                address = word(id(kind) + offset)
                if address not in self._generic:
                    self._add(address, f"{name}.{slot}" if slot else name)

    def _add(self, address: int, name: str) -> None:
        if address:
            self.names.setdefault(address, name)


def _where(kind: type) -> int:
    """Where an object of this type tells its C function: the offset of a pointer to its
    PyMethodDef, minus the offset of its vectorcall pointer, or 0 for neither."""
    if kind in _FUNCTIONS or kind.__name__ in _CYTHON:
        return LAYOUT.function_method
    if kind in _DESCRIPTORS:
        return LAYOUT.descriptor_method
    if kind.__flags__ & _HAVE_VECTORCALL and kind.__module__ != "builtins":
        offset = word(id(kind) + LAYOUT.vectorcall_offset)
        return -offset if LAYOUT.function_method <= offset <= kind.__basicsize__ - 8 else 0
    return 0


def address_of(value: object) -> int:
    """Where the C function begins that runs when `value` is called, 0 if that is not told
    by the object itself."""
    offset = _where(type(value))
    if offset > 0:
        return word(word(id(value) + offset) + 8)
    return word(id(value) - offset) if offset < 0 else 0


def _qualified(kind: type) -> str:
    module = _MODULE.__get__(kind)
    if not isinstance(module, str) or module == "builtins":
        return kind.__qualname__
    return f"{module}.{kind.__qualname__}"
