"""Profile one notebook cell through Python, native code and the operating system.

`%load_ext nativeprofile` adds the `%%nativeprofile` and `%nativeprofile` magics. This
module and `arm` are all that `import nativeprofile` loads; the rest comes with the first
profiled cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .arm import arm
from .config import __version__

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["__version__", "arm", "load_ipython_extension", "unload_ipython_extension"]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Called by `%load_ext nativeprofile`."""
    from . import magic

    magic.load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Called by `%unload_ext nativeprofile`: takes every hook out again."""
    from . import magic

    magic.unload(shell)
