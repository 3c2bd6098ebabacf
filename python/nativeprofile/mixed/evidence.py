"""Which instructions of a function can have called what stands upon its frame.

The calls are known from the process itself (what was called first at each), operators by the
C functions that do them. So the evaluator's pointers can be checked, and done without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .evaluator import EVALUATOR
from .processes import Processes
from .recording import Code, Recording
from .unwind import Unwinder

_BINARY = [
    "Add",
    "And",
    "FloorDivide",
    "Lshift",
    "MatrixMultiply",
    "Multiply",
    "Remainder",
    "Or",
    "Power",
    "Rshift",
    "Subtract",
    "TrueDivide",
    "Xor",
]
"""The operators by BINARY_OP's argument (NB_ADD and so on in CPython's opcode.h)."""

_OPERATIONS: dict[str, tuple[str, tuple[int, ...]]] = {
    **{f"PyNumber_{name}": ("BINARY_OP", (n,)) for n, name in enumerate(_BINARY)},
    **{f"PyNumber_InPlace{name}": ("BINARY_OP", (n + 13,)) for n, name in enumerate(_BINARY)},
    "_PyLong_Add": ("BINARY_OP", (0, 13)),
    "_PyLong_Multiply": ("BINARY_OP", (5, 18)),
    "_PyLong_Subtract": ("BINARY_OP", (10, 23)),
    "PyUnicode_Concat": ("BINARY_OP", (0, 13)),
    "PyFloat_FromDouble": ("BINARY_OP", ()),
    "PyObject_RichCompare": ("COMPARE_OP", ()),
    "PyObject_GetItem": ("BINARY_SUBSCR", ()),
    "PyObject_SetItem": ("STORE_SUBSCR", ()),
    "PyObject_DelItem": ("DELETE_SUBSCR", ()),
    "PyObject_SetAttr": ("STORE_ATTR", ()),
    "PyObject_GetIter": ("GET_ITER", ()),
    "PyNumber_Negative": ("UNARY_NEGATIVE", ()),
    "PyNumber_Invert": ("UNARY_INVERT", ()),
    "_PyEval_LoadName": ("LOAD_NAME", ()),
    "_PyEval_ImportName": ("IMPORT_NAME", ()),
    "_PyEval_ImportFrom": ("IMPORT_FROM", ()),
    "_PyUnicode_JoinArray": ("BUILD_STRING", ()),
    "_PyList_Extend": ("LIST_EXTEND", ()),
    "_PyDict_SetItem_Take2": ("MAP_ADD", ()),
    "_PyDict_FromItems": ("BUILD_MAP", ()),
    "PyObject_Format": ("FORMAT_SIMPLE", ()),
}
"""C functions by which the evaluator does one kind of instruction, and the arguments that it
has then (none: any)."""
_SUBSCRIPT = 26
"""BINARY_OP's argument for a subscript, which has no instruction of its own from CPython 3.14."""

_NONE: frozenset[int] = frozenset()


class Callees:
    """The functions that stand upon a frame, by where they begin in memory."""

    def __init__(self, recording: Recording, processes: Processes, unwinder: Unwinder) -> None:
        self._recording = recording
        self._processes = processes
        self._unwinder = unwinder
        self._addresses: dict[int, int] = {}
        """Of native frames, 0 if unknown."""

    def upon(self, frames: Sequence[int], end: int) -> list[int]:
        """Those upon the Python frame with the number `end` of a stack, outermost first, up to
        the bytecode of the next Python one, or to the evaluator that runs it."""
        starts: list[int] = []
        for n in range(end - 1, -1, -1):
            number = frames[n]
            frame = self._unwinder.frames[number]
            if frame.trampoline:
                code = self._processes.code(frame.trampoline)
                return [*starts, code.start] if code else starts
            if frame.symbol == EVALUATOR and n < end - 1:
                return starts
            address = self._addresses.get(number)
            if address is None:
                address = self._recording.maps.address(frame.path, frame.start) or 0
                self._addresses[number] = address
            if address:
                starts.append(address)
        return starts


class Evidence:
    """Answers are kept: the same function calls the same ones many times."""

    def __init__(self, jumps: Callable[[int], frozenset[int]], opcodes: Mapping[str, int]) -> None:
        """`jumps` tells where a function may jump to: one that leaves so has no frame."""
        self._jumps = jumps
        self._operations = {
            symbol: (opcodes[name], arguments)
            for symbol, (name, arguments) in _OPERATIONS.items()
            if name in opcodes
        }
        if "BINARY_SUBSCR" not in opcodes and "BINARY_OP" in opcodes:
            self._operations["PyObject_GetItem"] = opcodes["BINARY_OP"], (_SUBSCRIPT,)
        self._units: dict[tuple[int, str, tuple[int, ...]], frozenset[int]] = {}

    def units(self, code: Code, operation: str, callees: Sequence[int]) -> frozenset[int]:
        """Code units of instructions. `operation`: the C function that the evaluator itself had
        called; `callees`: where the functions begin that stand upon the frame, outermost
        first, up to the bytecode of the next Python one."""
        key = code.start, operation, tuple(callees)
        found = self._units.get(key)
        if found is None:
            found = self._units[key] = self._find(code, operation, callees)
        return found

    def _find(self, code: Code, operation: str, callees: Sequence[int]) -> frozenset[int]:
        for callee in callees:
            units = [u for u, a in code.calls if a == callee or callee in self._jumps(a)]
            if units:
                return frozenset(units)
        known = self._operations.get(operation)
        if known is None:
            return _NONE
        opcode, arguments = known
        return frozenset(
            unit
            for unit, found in enumerate(code.opcodes)
            if found == opcode and (not arguments or code.arguments[unit] in arguments)
        )
