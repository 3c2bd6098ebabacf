"""Symbols of compiled code as a person reads them.

Recorders hand over symbols in several forms: mangled or not, with or without parameters, with
what a compiler or linker appended. Mangling: Itanium C++ ABI, chapter 5.1; Rust: RFC 2603 and
the older form with a hash at the end.
"""

from __future__ import annotations

import ctypes
import re
from functools import cache, lru_cache
from typing import NamedTuple

LIMIT = 80
"""From how many characters on arguments of templates are left out."""
_DEEPEST = 200
_APPENDED = re.compile(
    r"(@.*|\.(constprop|isra|part|lto_priv|llvm|localalias|cold|clone|cfi|resolver)(\.\d+)*"
    r"| \[clone [^\]]*\])+$"
)
"""Symbol versions, and the parts and copies that compilers make of a function."""
_HASH = re.compile(r"(::h[0-9a-f]{16}$|\[[0-9a-f]{10,16}\])")
_ESCAPED = {
    "$LT$": "<", "$GT$": ">", "$RF$": "&", "$BP$": "*", "$C$": ",", "$u20$": " ", "$u7b$": "{",
    "$u7d$": "}", "$LP$": "(", "$RP$": ")", "$u27$": "'", "..": "::",
}  # fmt: skip
_OPERATOR = re.compile(r"\boperator ?(\(\)|\[\]|->\*?|<=>|<<=?|>>=?|<=?|>=?)")
_QUALIFIERS = re.compile(r"( const| volatile| &&?| noexcept)+$")
_WORDY = (
    (re.compile(r"\bstd::__(cxx11|1|2)::"), "std::"),
    (re.compile(r"\bstd::basic_string<char, std::char_traits<char>, std::allocator<char> ?>"),
     "std::string"),
    (re.compile(r"(?<=>) (?=>)"), ""),
)  # fmt: skip
_LAMBDA = re.compile(r"'lambda(\d*)'")
_CLOSING = {"<": ">", "(": ")", "{": "}", "[": "]"}


def base(symbol: str) -> str:
    """A symbol without its version and without what compilers append to parts of a function."""
    return _APPENDED.sub("", symbol) or symbol


@lru_cache(maxsize=65_536)
def readable(symbol: str) -> str:
    """The name of a function without parameters and result, long arguments of templates left
    out (`geo::reduce<…>`)."""
    name = base(symbol)
    if name.startswith(("_Z", "__Z", "___Z")):
        name = _demangled(name) or name
    if "::" not in name and "(" not in name and "<" not in name:
        return name
    name = _HASH.sub("", name)
    for escaped, text in _ESCAPED.items() if "$" in name else ():
        name = name.replace(escaped, text).removeprefix("_")
    for pattern, text in _WORDY:
        name = pattern.sub(text, name)
    tree = _parse(_LAMBDA.sub("{lambda}", name))
    if tree is None:
        return name if len(name) <= LIMIT else name[:LIMIT] + "…"
    parts = _bare(tree)
    short = _render(parts, _DEEPEST)
    for level in (3, 2, 1, 0):
        if len(short) > LIMIT:
            short = _render(parts, level)
    return short or name


class _Group(NamedTuple):
    """What stands in brackets; `left_out`: it may be, to make the name shorter."""

    bracket: str
    parts: list[str | _Group]
    left_out: bool


def _parse(name: str) -> list[str | _Group] | None:
    """Text and groups in turn; None where brackets do not match."""
    parts: list[str | _Group] = [""]
    open_groups: list[tuple[list[str | _Group], str, bool]] = []
    at = 0
    while at < len(name):
        char = name[at]
        operator = _OPERATOR.match(name, at)
        if operator or name.startswith("->", at):
            text = operator.group() if operator else "->"
            parts[-1] = f"{parts[-1]}{text}"
            at += len(text)
            continue
        if char in _CLOSING:
            before = parts[-1]
            told = len(parts) > 1 if before == "" else str(before)[-1] not in " ,<(&*"
            open_groups.append((parts, char, told and char in "<("))
            parts = [""]
        elif open_groups and char == _CLOSING[open_groups[-1][1]]:
            inside = parts
            parts, bracket, left_out = open_groups.pop()
            parts += [_Group(bracket, inside, left_out), ""]
        elif char in ">)}]":
            return None
        else:
            parts[-1] = f"{parts[-1]}{char}"
        if len(open_groups) > _DEEPEST:
            return None
        at += 1
    return None if open_groups else parts


def _bare(parts: list[str | _Group]) -> list[str | _Group]:
    """Without parameters, qualifiers and the type of the result."""
    if any(isinstance(part, str) and " thunk to " in part for part in parts):
        return parts
    parts = list(parts)
    last = parts[-1]
    if isinstance(last, str) and _QUALIFIERS.fullmatch(last):
        parts[-1] = last = ""
    named = len(parts) > 3 or (len(parts) > 1 and parts[0])
    end = parts[-2] if last == "" and named else None
    if isinstance(end, _Group) and end.bracket == "(":
        # A name does not end in parentheses, but for those of an operator, which are text.
        del parts[-2:]
    for number in range(len(parts) - 1, -1, -1):
        part = parts[number]
        if not isinstance(part, str):
            continue
        operator = re.search(r"\boperator\b", part)
        space = part.rfind(" ", 0, operator.start() if operator else None)
        if space >= 0:
            return [part[space + 1 :], *parts[number + 1 :]]
    return parts


def _render(parts: list[str | _Group], levels: int) -> str:
    """As text, groups that are more than `levels` deep left out."""
    text = []
    for part in parts:
        if isinstance(part, str):
            text.append(part)
        else:
            inside = _render(part.parts, levels - part.left_out)
            if part.left_out and levels <= 0 and inside:
                inside = "…"
            text.append(f"{part.bracket}{inside}{_CLOSING[part.bracket]}")
    return "".join(text)


def _demangled(symbol: str) -> str | None:
    """What the C++ runtime makes of a symbol, None without it or if it is none of C++."""
    function = _cxa_demangle()
    if function is None:
        return None
    status = ctypes.c_int()
    # Some systems put a further underscore before every symbol.
    pointer = function(symbol[symbol.index("_Z") :].encode(), None, None, ctypes.byref(status))
    if not pointer:
        return None
    try:
        return ctypes.string_at(pointer).decode(errors="replace")
    finally:
        ctypes.CDLL(None).free(ctypes.c_void_p(pointer))


@cache
def _cxa_demangle() -> ctypes._NamedFuncPointer | None:
    try:
        function = ctypes.CDLL("libstdc++.so.6").__cxa_demangle
    except (OSError, AttributeError):
        return None
    function.restype = ctypes.c_void_p
    function.argtypes = [
        ctypes.c_char_p,
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.POINTER(ctypes.c_int),
    ]
    return function
