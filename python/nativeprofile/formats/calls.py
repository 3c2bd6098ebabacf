"""Which category a function belongs to when all that is known of it is its name.

cProfile names C functions as `<built-in method time.sleep>` or
`<method 'acquire' of '_thread.lock' objects>` and Python functions by file.
"""

from __future__ import annotations

import re
import sys
from typing import NamedTuple

from nativeprofile.tables.categories import Category

from .modules import is_notebook

_FUNCTION = re.compile(r"<?\{?(?:built-in (?:method|function) )?(?P<name>[\w.]+)\}?>?$")
_PYTHON = re.compile(r"<(?:function|bound method) (?P<name>\S+).* at 0x[0-9a-f]+>+$")
_METHOD = re.compile(
    r"[<{](?:method|slot wrapper|wrapper) '(?P<name>[^']+)' of '(?P<type>[^']+)' objects[>}]$"
)

_WAITS = {
    "_io.BufferedReader": "read read1 readinto",
    "_io.FileIO": "read readinto readall write",
    "_multiprocessing.SemLock": "acquire",
    "_queue.SimpleQueue": "get",
    "_socket": "getaddrinfo gethostbyname",
    "_socket.socket": (
        "accept connect connect_ex recv recv_into recvfrom recvfrom_into send sendall sendto"
    ),
    "_ssl._SSLSocket": "read write do_handshake",
    "_thread.RLock": "acquire",
    "_thread._ThreadHandle": "join",
    "_thread.lock": "acquire acquire_lock",
    "builtins": "input",
    "posix": "read write fsync wait waitpid wait3 wait4 waitid sendfile",
    "select": "select",
    "select.epoll": "poll",
    "select.kqueue": "control",
    "select.poll": "poll",
    "time": "sleep",
}
_WAITING = frozenset(f"{owner}.{name}" for owner, names in _WAITS.items() for name in names.split())
_IMPORT = frozenset(("builtins.__import__", "builtins.compile", "marshal.loads", "marshal.load"))
_IMPORT_FILES = ("<frozen importlib", "<frozen zipimport")


class CFunction(NamedTuple):
    """A C function as Python code knows it: `list.sort` of `builtins`, and its category."""

    name: str
    module: str
    category: Category


def c_function(label: str) -> CFunction:
    """What a label of cProfile for a C function says."""
    wrapped = _PYTHON.match(label)
    if wrapped is not None:
        return CFunction(wrapped["name"], "", Category.PYTHON)
    method = _METHOD.match(label)
    if method is not None:
        full = f"{method['type']}.{method['name']}"
        module = method["type"].rpartition(".")[0] or "builtins"
    else:
        function = _FUNCTION.match(label)
        full = function["name"] if function is not None else label.strip("<>{}")
        module = full.rpartition(".")[0] if function is not None else ""
        module = module or "builtins"
    return CFunction(full.removeprefix("builtins."), module, _category(full, module))


def _category(full: str, module: str) -> Category:
    owner = module.split(".")[0]
    if full in _WAITING:
        return Category.WAITING
    if full.startswith("_lsprof."):
        return Category.PROFILER
    if full == "gc.collect":
        return Category.GC
    if owner == "_imp" or full in _IMPORT:
        return Category.IMPORT
    if owner in sys.stdlib_module_names:
        return Category.BUILTIN
    return Category.EXTENSION


def python_category(file: str) -> Category:
    """Python, unless the file is the import machinery's."""
    return Category.IMPORT if file.startswith(_IMPORT_FILES) else Category.PYTHON


def is_plumbing(module: str | None) -> bool:
    """Whether a module belongs to what runs cells: the notebook's own and the event loop."""
    return module is not None and (is_notebook(module) or module.split(".")[0] == "asyncio")
