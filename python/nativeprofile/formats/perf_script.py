"""A perf recording made elsewhere, read through `perf script`.

Python functions come from the `py::name:file` symbols of CPython's perf map file. Nothing
is unwound anew: recordings of our own engine are read by `nativeprofile.mixed` instead.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Kind
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

from . import perf_header, runs
from .perf_map import PerfMap, python_name
from .programs import own_code
from .text_frames import add_frame

_MAGIC = (b"PERFILE2", b"2ELIFREP")
_HEAD = re.compile(
    r"(?P<comm>.*?)\s+(?P<pid>-?\d+)/(?P<tid>-?\d+)\s+"
    r"(?P<s>\d+)\.(?P<ns>\d{9}):\s+(?P<period>\d+)\s"
)
_FRAME = re.compile(
    r"\s+(?P<ip>[0-9a-f]+)\s(?P<symbol>.*)\s\((?P<library>[^()]*)(?: \(deleted\))?\)$"
)
_TIMED = re.compile(r"^\S.*\s(?:cpu-clock|task-clock)\S*:\s*$", re.MULTILINE)
_REMEDY = "Record it again, or take another copy of the file."


def sniff(head: bytes, path: Path) -> bool:
    """Whether a file begins as perf's recordings do."""
    return head.startswith(_MAGIC)


def read(path: Path, map_file: Path | None = None) -> Profile:
    """The profile of a recording; `map_file` is CPython's `perf-PID.map`. Raises FormatError."""
    perf = shutil.which("perf")
    if perf is None:
        raise FormatError(
            "Reading perf.data needs perf, which is not installed.",
            "Install it: apt-get install linux-perf (Debian), linux-tools-generic (Ubuntu).",
        )
    names = PerfMap.read(map_file) if map_file is not None else None
    command = [perf, "script", "-i", str(path), "--no-inline", "--ns"]
    command += ["-F", "comm,pid,tid,time,period,event,ip,sym,symoff,dso"]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=600,
            env={**os.environ, "LC_ALL": "C", "PERF_PAGER": "cat"},
        )
    except subprocess.TimeoutExpired as error:
        raise FormatError("perf script took longer than ten minutes.", _REMEDY) from error
    text = done.stdout.decode("utf-8", "backslashreplace")
    if done.returncode or not text.strip():
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise FormatError(
            f"perf cannot read {path.name}: {said[-1] if said else 'it holds no samples'}.",
            _REMEDY,
        )
    profile = _profile(text, path.name, names)
    if note := perf_header.elsewhere(path):
        profile.quality["notes"].insert(0, note)
    return profile


def _profile(text: str, name: str, names: PerfMap | None) -> Profile:
    timed = _TIMED.search(text)
    value = ("cpu", "ns") if timed else ("period", "count")
    builder = Builder([{"name": value[0], "unit": value[1]}])
    threads: dict[tuple[int, int], int] = {}
    rows = []
    unknown = native = 0
    for block in re.split(r"\n\s*\n", text):
        head, *lines = block.strip("\n").split("\n")
        match = _HEAD.match(head)
        if match is None:
            continue
        stack = -1
        for line in reversed(lines):
            frame = _FRAME.match(line)
            if frame is None:
                continue
            mapped = names.name(int(frame["ip"], 16)) if names is not None else None
            known = mapped or _symbol(frame["symbol"])
            python = python_name(known)
            if python is not None:
                stack = add_frame(builder, stack, python.name, python.file)
                continue
            native += 1
            unknown += known == "[unknown]"
            stack = add_frame(builder, stack, known, frame["library"])
        if stack < 0:
            stack = add_frame(builder, -1, "[unknown]", None)
        who = (int(match["pid"]), int(match["tid"]))
        if who not in threads:
            threads[who] = builder.thread(*who, match["comm"].strip(), main=not threads)
        time = int(match["s"]) * 10**9 + int(match["ns"])
        rows.append((time, threads[who], stack, int(match["period"])))
    if not rows:
        raise FormatError(f"{name} holds no samples with stacks.", "Record it with -g.")
    start = min(rows)[0]
    for time, thread, stack, period in rows:
        builder.sample(thread, stack, (time - start) // 1000, period)
    builder.profile.meta = runs.meta(
        {
            "name": name,
            "status": "ok",
            "engine": "perf",
            "engine_reason": "read from a recording made elsewhere",
            "kind": "sampled",
            "wall_ns": max(rows)[0] - start,
        }
    )
    notes = []
    if not own_code(builder.profile):
        if names is None:
            notes.append("Without a map file, Python functions have no names.")
        if Kind.PYTHON not in builder.profile.functions.kind:
            notes.append("No stack reaches a Python function: its native time is shown as system.")
    share = unknown / native if native else 0.0
    return builder.finish({"samples": len(rows), "unresolved": share, "notes": notes})


def _symbol(text: str) -> str:
    """A symbol without its offset."""
    return re.sub(r"\+0x[0-9a-f]+$", "", text.strip()) or "[unknown]"
