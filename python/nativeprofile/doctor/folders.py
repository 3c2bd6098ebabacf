"""The folder for temporary files, and programs that further engines use."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from nativeprofile.engines.programs import ask

from .check import Check

_ENOUGH = 512 << 20
"""Bytes: perf writes about 1 MB a second when it compresses, 16 MB when it cannot."""


def checks() -> list[Check]:
    """The folder, then valgrind."""
    return [_temporary(), _valgrind()]


def _temporary() -> Check:
    try:
        folder = tempfile.gettempdir()
        with tempfile.NamedTemporaryFile(prefix="nativeprofile-") as file:
            file.write(bytes(65_536))
            file.flush()
    except OSError as error:
        words = f"nothing can be written to the temporary folder: {error.strerror}"
        return Check("temporary folder", "lacks", words, _elsewhere())
    free = shutil.disk_usage(folder).free
    if free < _ENOUGH:
        words = f"{folder} has {free >> 20} MB left; a long recording may fill it"
        return Check("temporary folder", "less", words, _elsewhere())
    return Check("temporary folder", "ok", f"{folder}, {free >> 20:,} MB free")


def _elsewhere() -> str:
    """Another folder to use, with room: the command that says so to the next kernel."""
    for folder in ("/var/tmp", str(Path.home())):
        if os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= _ENOUGH:
            return f"export TMPDIR={folder}"
    return "export TMPDIR=FOLDER (one on a disk with room)"


def _valgrind() -> Check:
    path = shutil.which("valgrind")
    if path is None:
        words = "valgrind, which the callgrind engine needs, is not installed"
        return Check("valgrind", "less", words, "sudo apt-get install valgrind")
    try:
        version = re.search(r"valgrind-(\S+)", ask(path, "--version").stdout)
    except (OSError, subprocess.SubprocessError) as error:
        words = f"valgrind, which the callgrind engine needs, does not run: {error}"
        return Check("valgrind", "less", words, "sudo apt-get install --reinstall valgrind")
    return Check("valgrind", "ok", version[1] if version else "installed")
