"""Tells when an extension module was loaded."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from types import FunctionType, ModuleType


class Imports:
    """Calls `loaded` after each extension module that is loaded, from `watch` to `close`."""

    def __init__(self, loaded: Callable[[], None]) -> None:
        self._original = original = ExtensionFileLoader.create_module

        def create_module(self: ExtensionFileLoader, spec: ModuleSpec) -> ModuleType:
            module = original(self, spec)
            with contextlib.suppress(Exception):  # what fails here is not the import's failure
                loaded()
            return module

        assert isinstance(original, FunctionType)
        # Python leaves its own import machinery out of tracebacks: it knows it by this name.
        create_module.__code__ = create_module.__code__.replace(
            co_filename=original.__code__.co_filename
        )
        self._ours = create_module

    def watch(self) -> None:
        """Begins to watch."""
        ExtensionFileLoader.create_module = self._ours  # type: ignore[method-assign]

    def close(self) -> None:
        """Takes itself out again; may be called twice."""
        if ExtensionFileLoader.create_module is self._ours:
            ExtensionFileLoader.create_module = self._original  # type: ignore[method-assign]
