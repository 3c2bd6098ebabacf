"""The route that opens profiles in files: who may ask, which files are read, and by what."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gprofs import program
from jupyter_server.auth.authorizer import Authorizer
from servers import Denying, Fetch, post, refusal

from nativeprofile import file_worker
from nativeprofile.server import opening
from nativeprofile.tables.decode import decode

pytest_plugins = ["pytest_jupyter.jupyter_server"]

CALLGRIND = """\
# callgrind format
version: 1
pid: 7
events: Ir
fl=a.c
fn=main
3 5
cfn=work
calls=2 9
4 60
fn=work
9 60
"""


class WithoutFiles(Authorizer):
    """Lets everyone do everything but look at files."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return resource != "contents"


@pytest.fixture
def callgrind(jp_root_dir: Path) -> Path:
    file = jp_root_dir / "runs" / "callgrind.out.7"
    file.parent.mkdir()
    file.write_text(CALLGRIND)
    return file


async def ask(fetch: Fetch, path: str, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = await post(fetch, "open", json.dumps({"path": path, **more}))
    return answer


async def refused(fetch: Fetch, path: str, **more: Any) -> tuple[int, dict[str, str]]:
    return await refusal(fetch, "open", json.dumps({"path": path, **more}))


async def test_reads_a_file_of_any_format(jp_fetch: Fetch, callgrind: Path) -> None:
    profile = decode(await ask(jp_fetch, "runs/callgrind.out.7"))
    assert profile.meta["engine"] == "callgrind"
    assert profile.meta["name"] == "callgrind.out.7"


async def test_refuses_a_request_without_a_token(jp_fetch: Fetch, callgrind: Path) -> None:
    body = json.dumps({"path": "runs/callgrind.out.7"})
    status, _ = await refusal(jp_fetch, "open", body, headers={"Authorization": ""})
    assert status == 403


@pytest.mark.parametrize(
    "jp_server_config",
    [{"authorizer_class": WithoutFiles}, {"authorizer_class": Denying}],
    indirect=True,
)
async def test_refuses_who_may_not_read_files(jp_fetch: Fetch, callgrind: Path) -> None:
    status, _ = await refused(jp_fetch, "runs/callgrind.out.7")
    assert status == 403


async def test_reads_nothing_outside_the_root(
    jp_fetch: Fetch, callgrind: Path, tmp_path: Path, jp_root_dir: Path
) -> None:
    outside = tmp_path / "elsewhere" / "callgrind.out.1"
    outside.parent.mkdir()
    outside.write_text(CALLGRIND)
    (jp_root_dir / "link.out").symlink_to(outside)
    (jp_root_dir / "folder").symlink_to(outside.parent)
    (jp_root_dir / ".hidden").mkdir()
    for hidden in (".callgrind.out", ".hidden/callgrind.out"):
        (jp_root_dir / hidden).write_text(CALLGRIND)
    (jp_root_dir / "innocent").symlink_to(jp_root_dir / ".callgrind.out")
    os.mkfifo(jp_root_dir / "pipe")
    for path, expected in (
        (str(outside), 404),
        (os.path.relpath(outside, jp_root_dir), 404),
        ("runs/../../elsewhere/callgrind.out.1", 404),
        ("link.out", 403),
        ("folder/callgrind.out.1", 403),
        (".callgrind.out", 404),
        (".hidden/callgrind.out", 404),
        ("innocent", 404),
        ("nowhere", 404),
        ("runs/callgrind.out.7\0", 404),
        ("lone \ud800", 404),
        ("long" * 2000, 404),
        ("", 404),
        ("runs", 415),
        ("pipe", 415),
    ):
        status, body = await refused(jp_fetch, path)
        assert (path, status) == (path, expected)
        assert body["message"] and body["remedy"]
        # The same holds for what it is to be read with.
        status, _ = await refused(jp_fetch, "runs/callgrind.out.7", beside={"map": path})
        assert (path, status) == (path, expected)
    (jp_root_dir / "inside.out").symlink_to(callgrind)
    assert (await ask(jp_fetch, "inside.out"))["version"] == 1


@pytest.mark.parametrize(
    "body", ["[]", "7", "{}", '{"path": 3}', '{"path": "a", "beside": {"config": "b"}}',
             '{"path": "a", "part": 4}', '{"path": "a", "beside": [1]}']
)  # fmt: skip
async def test_refuses_what_is_no_request(jp_fetch: Fetch, body: str) -> None:
    status, _ = await refusal(jp_fetch, "open", body)
    assert status == 400


async def test_says_what_is_wrong_with_a_file(jp_fetch: Fetch, jp_root_dir: Path) -> None:
    for name, text, expected in (
        ("notes.txt", "hello", "notes.txt is in no format known here."),
        ("callgrind.out", "# callgrind format\nfn=f\n1 1\n", "events"),
        ("a.pstats", b"{\0\0\0", "a.pstats"),
    ):
        (jp_root_dir / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        status, body = await refused(jp_fetch, name)
        assert status == 422
        assert expected in body["message"]
    status, body = await refused(jp_fetch, "callgrind.out", part="7")
    assert status == 422


async def test_a_gmon_asks_for_its_program(
    jp_fetch: Fetch, jp_root_dir: Path, tmp_path: Path
) -> None:
    binary, gmon = program(tmp_path)
    folder = jp_root_dir / "c"
    folder.mkdir()
    (jp_root_dir / "gmon.out").write_bytes(gmon.read_bytes())
    (folder / "prog").write_bytes(binary.read_bytes())
    status, body = await refused(jp_fetch, "gmon.out")
    assert (status, body["needs"]) == (422, "binary")
    named = decode(await ask(jp_fetch, "gmon.out", beside={"binary": "c/prog"}))
    (folder / "gmon.out").write_bytes(gmon.read_bytes())
    found = decode(await ask(jp_fetch, "c/gmon.out"))
    assert named.functions.calls == found.functions.calls
    assert any("prog, which lies beside" in note for note in found.quality["notes"])
    (folder / "prog2").write_bytes(binary.read_bytes())
    status, body = await refused(jp_fetch, "c/gmon.out")
    assert "prog, prog2" in body["message"]


async def test_a_file_that_is_too_large(
    jp_fetch: Fetch, callgrind: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LARGEST", 20)
    status, body = await refused(jp_fetch, "runs/callgrind.out.7")
    assert status == 413
    assert body["remedy"]


@pytest.fixture
def endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A worker that never ends; it and its child write their numbers into the file. It has a
    temporary folder, as those for gcov are, in `temporary`."""
    script = tmp_path / "endless.py"
    pids = tmp_path / "pids"
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    script.write_text(
        "import os, subprocess, sys, tempfile, time\n"
        "tempfile.mkdtemp()\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}} ')\n"
        "time.sleep(600)\n"
    )
    monkeypatch.setattr(file_worker, "__file__", str(script))
    return pids


def is_alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


def written(pids: Path) -> bool:
    return pids.exists() and len(pids.read_text().split()) == 2


async def test_what_takes_too_long_is_ended(
    jp_fetch: Fetch, callgrind: Path, endless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "SECONDS", 3.0)
    status, body = await refused(jp_fetch, "runs/callgrind.out.7")
    assert status == 504
    assert "within 3 seconds" in body["message"]
    await until(lambda: not any(map(is_alive, endless.read_text().split())))
    await until(lambda: not any((endless.parent / "temporary").iterdir()))


async def test_it_ends_when_nobody_waits(
    jp_fetch: Fetch,
    jp_base_url: str,
    jp_http_port: int,
    jp_auth_header: dict[str, str],
    callgrind: Path,
    endless: Path,
) -> None:
    body = json.dumps({"path": "runs/callgrind.out.7"}).encode()
    headers = {**jp_auth_header, "Host": "127.0.0.1", "Content-Length": str(len(body))}
    lines = [f"POST {jp_base_url}nativeprofile/open HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    _, client = await asyncio.open_connection("127.0.0.1", jp_http_port)
    client.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    await until(lambda: written(endless))
    pids = endless.read_text().split()
    assert all(map(is_alive, pids))
    client.close()
    await until(lambda: not any(map(is_alive, pids)))
    await until(lambda: not any((endless.parent / "temporary").iterdir()))


async def test_a_worker_that_is_killed(
    jp_fetch: Fetch, callgrind: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "killed.py"
    script.write_text("import os\nos.kill(os.getpid(), 9)\n")
    monkeypatch.setattr(file_worker, "__file__", str(script))
    status, body = await refused(jp_fetch, "runs/callgrind.out.7")
    assert status == 500
    assert "ended before it was done" in body["message"]
