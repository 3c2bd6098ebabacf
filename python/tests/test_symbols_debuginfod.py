"""Debug information from a server: fetched once, checked, and only where it is wanted."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from natives import c_library, run, symbol

from nativeprofile.mixed.images import Images
from nativeprofile.mixed.sources import Sources
from nativeprofile.mixed.unwind import Frame
from nativeprofile.symbols import debuginfod, elf

BUILD_ID = "00112233445566778899aabbccddeeff00112233"


class Server(http.server.ThreadingHTTPServer):
    """Serves `answers` by path on the loopback, and counts what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        answer = self.server.answers.get(self.path)
        self.send_response(404 if answer is None else 200)
        self.end_headers()
        self.wfile.write(answer or b"")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as found:
        thread = threading.Thread(target=found.serve_forever, args=(0.02,))
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.fixture
def stripped(tmp_path: Path, server: Server) -> Path:
    """A library without debug information, which the server has."""
    library = c_library(tmp_path, f"-Wl,--build-id=0x{BUILD_ID}")
    debug = tmp_path / "whole.debug"
    run("objcopy", "--only-keep-debug", library, debug)
    server.answers[f"/buildid/{BUILD_ID}/debuginfo"] = debug.read_bytes()
    debug.unlink()
    run("objcopy", "--strip-debug", library)
    return library


def read(library: Path, fetch: bool) -> tuple[Sources, Frame]:
    facts, address = elf.read(library), symbol(library, "burn")
    assert facts is not None
    start = facts.offset(address)
    assert start is not None
    frame = Frame("burn", str(library), start + 4, start, 0)
    sources = Sources(Images({}), fetch=fetch)
    sources.read([frame])
    return sources, frame


def test_fetched_once(
    tmp_path: Path, stripped: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEBUGINFOD_URLS", f"file:///etc {server.url}/")
    monkeypatch.setenv("DEBUGINFOD_CACHE_PATH", str(tmp_path / "cache"))
    for _ in range(2):
        sources, frame = read(stripped, fetch=True)
        assert sources.place(frame).source == str(tmp_path / "native.c")
        assert sources.notes == []
    assert server.asked == [f"/buildid/{BUILD_ID}/debuginfo"]
    cached = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert cached == [tmp_path / "cache" / BUILD_ID / "debuginfo"]


def test_nothing_is_fetched_unless_asked_for(
    tmp_path: Path, stripped: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEBUGINFOD_URLS", server.url)
    monkeypatch.setenv("DEBUGINFOD_CACHE_PATH", str(tmp_path / "cache"))
    sources, frame = read(stripped, fetch=False)
    assert sources.place(frame).line == -1
    assert server.asked == [] and not (tmp_path / "cache").exists()


def test_without_servers_a_note_says_so(stripped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEBUGINFOD_URLS", raising=False)
    sources, _ = read(stripped, fetch=True)
    assert "DEBUGINFOD_URLS" in sources.notes[0]


def fetch(server: Server, folder: Path, seconds: float = 30) -> Path | None:
    return debuginfod.fetch(BUILD_ID, [server.url], folder, time.monotonic() + seconds)


def test_what_no_server_has(server: Server, tmp_path: Path) -> None:
    assert fetch(server, tmp_path / "cache") is None
    assert not any((tmp_path / "cache").rglob("*"))


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\x7fELF\x02\x01" + bytes(90)])
def test_what_is_something_else_is_not_kept(server: Server, tmp_path: Path, answer: bytes) -> None:
    server.answers[f"/buildid/{BUILD_ID}/debuginfo"] = answer
    with pytest.raises(debuginfod.Unreachable, match="something else"):
        fetch(server, tmp_path / "cache")
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_a_server_that_is_not_there_becomes_a_note(
    tmp_path: Path, stripped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEBUGINFOD_URLS", "http://127.0.0.1:9")
    monkeypatch.setenv("DEBUGINFOD_CACHE_PATH", str(tmp_path / "cache"))
    sources, _ = read(stripped, fetch=True)
    assert len(sources.notes) == 1
    assert sources.notes[0].startswith("Debug information could not be fetched: http://127.0.0.1:9")


def test_time_runs_out(server: Server, tmp_path: Path) -> None:
    with pytest.raises(debuginfod.Unreachable, match="time is up"):
        fetch(server, tmp_path / "cache", seconds=0)


def test_without_the_program_a_note_says_what_to_install(
    tmp_path: Path, stripped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nativeprofile.symbols.addr2line.program", lambda: None)
    assert read(stripped, fetch=False)[0].notes == []
    whole = c_library(tmp_path, name="whole")
    assert "apt-get install binutils" in read(whole, fetch=False)[0].notes[0]
