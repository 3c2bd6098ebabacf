"""Frames of formats that give a name and a file and no more: what kind each one is."""

from __future__ import annotations

from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Category, Kind
from nativeprofile.tables.profile import Profile

from .calls import python_category
from .modules import module_of

KERNEL_FILES = ("[kernel]", "[kernel.kallsyms]", "[guest.kernel.kallsyms]")


def add_frame(
    builder: Builder, prefix: int, name: str, file: str | None, line: int = -1, column: int = -1
) -> int:
    """Extends a stack by a frame; returns the new stack.

    A frame with Python's file is Python's; one of the kernel is the kernel's; other native
    code belongs to whatever Python called (extension), or to nobody in Python (system).
    """
    if file is not None and (file in KERNEL_FILES or file.endswith((".ko", ".ko]"))):
        kind, category = Kind.KERNEL, Category.KERNEL
    elif file is not None and _is_python(file):
        kind, category = Kind.PYTHON, python_category(file)
    else:
        kind, category = Kind.NATIVE, _native(builder.profile, prefix)
    function = builder.function(
        name,
        kind=kind,
        category=category,
        file=file,
        module=_module(kind, file),
        identity=category,
    )
    return builder.stack(prefix, builder.frame(function, line, column), category)


def function_file(profile: Profile, function: int) -> str | None:
    """The file of a function as these formats give it: `[kernel]` for kernel code."""
    if profile.functions.kind[function] == Kind.KERNEL:
        return KERNEL_FILES[0]
    file = profile.functions.file[function]
    return profile.strings[file] if file >= 0 else None


def function_name(profile: Profile, function: int) -> str:
    """The name of a function: the one it has in Python where it has one."""
    entry = profile.functions.entry[function]
    return profile.strings[entry if entry >= 0 else profile.functions.name[function]]


def _is_python(file: str) -> bool:
    return file.endswith((".py", ".pyw", ".ipynb")) or file.startswith(("In[", "<"))


def _module(kind: Kind, file: str | None) -> str | None:
    if kind == Kind.KERNEL:
        return "kernel"
    if file is None:
        return None
    return module_of(file) if kind == Kind.PYTHON else file.rpartition("/")[2]


def _native(profile: Profile, stack: int) -> Category:
    while stack >= 0:
        function = profile.frames.function[profile.stacks.frame[stack]]
        if profile.functions.kind[function] == Kind.PYTHON:
            return Category.EXTENSION
        stack = profile.stacks.prefix[stack]
    return Category.SYSTEM
