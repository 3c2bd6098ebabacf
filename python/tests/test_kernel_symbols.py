"""The copy of the kernel's symbols: the same profile with it as without, and only in its time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from perfrun import needs_perf, record

from nativeprofile import mixed
from nativeprofile.mixed import kernel_symbols
from nativeprofile.tables.categories import Kind
from nativeprofile.tables.profile import Profile

SOURCE = """
import os, time
end = time.thread_time() + 0.3
with open("/dev/zero", "rb", buffering=0) as zeros:
    while time.thread_time() < end:
        zeros.read(1 << 20)
"""


@pytest.fixture(autouse=True)
def no_copy() -> Iterator[None]:
    yield
    _, descriptors = kernel_symbols.arguments()
    kernel_symbols._copy = None
    for descriptor in descriptors:
        os.close(descriptor)


def kernel_functions(profile: Profile) -> set[str]:
    table = profile.functions
    return {
        profile.strings[name]
        for name, kind in zip(table.name, table.kind, strict=True)
        if kind == Kind.KERNEL
    }


@needs_perf
def test_the_copy_names_the_same_functions(tmp_path: Path) -> None:
    run = record(tmp_path, SOURCE)
    without = kernel_functions(mixed.read(tmp_path, run, lambda samples: None))
    mixed.prepare(lambda: True)
    if not kernel_symbols.arguments()[1]:
        pytest.skip("This system's kernel hides its addresses.")
    assert kernel_functions(mixed.read(tmp_path, run, lambda samples: None)) == without
    assert any("read" in name for name in without)


def test_nothing_is_copied_when_the_cell_has_ended() -> None:
    mixed.prepare(lambda: False)
    assert kernel_symbols.arguments() == ([], ())


def test_hidden_addresses_are_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = tmp_path / "kallsyms"
    hidden.write_text("0000000000000000 T _stext\n" * 500)
    monkeypatch.setattr(kernel_symbols, "_SYMBOLS", hidden)
    kernel_symbols.prepare()
    assert kernel_symbols.arguments() == ([], ())
