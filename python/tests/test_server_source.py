"""The route that gives source files: who may ask, and which files are given."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from servers import Denying, Fetch, ReadOnly, post, refusal
from tornado.httpclient import HTTPClientError

from nativeprofile.server import source
from nativeprofile.tables.columns import encode_column, encode_strings

pytest_plugins = ["pytest_jupyter.jupyter_server"]

TEXT = "def f():\n    return 1\n"


@pytest.fixture
def module(jp_root_dir: Path) -> Path:
    """A Python file below the server's root."""
    file = jp_root_dir / "tool.py"
    file.write_text(TEXT, encoding="utf-8")
    return file


def body(
    path: Path | str,
    *,
    file: str | None = None,
    native: str | None = None,
    line: str | None = None,
) -> str:
    """A request for `path` of a profile that names `file` (default: it), `native`, and `line` as
    the file of a line."""
    strings = ["f", file if file is not None else str(path), native or "", line or ""]
    functions = {"file": encode_column([1]), "source": encode_column([2 if native else -1])}
    profile = {"strings": encode_strings(strings), "functions": functions}
    if line is not None:
        profile["lines"] = {"file": encode_column([-1, 3])}
    return json.dumps({"path": str(path), "profile": profile})


async def ask(fetch: Fetch, request: str) -> dict[str, Any]:
    answer: dict[str, Any] = await post(fetch, "source", request)
    return answer


async def refused(fetch: Fetch, request: str, **options: Any) -> tuple[int, str]:
    """The status and the sentence of a refusal."""
    status, body = await refusal(fetch, "source", request, **options)
    assert TEXT not in json.dumps(body)
    return status, body.get("message", "")


async def test_gives_a_file_that_the_profile_names(jp_fetch: Fetch, module: Path) -> None:
    answer = await ask(jp_fetch, body(module))
    assert answer == {"path": str(module), "text": TEXT, "modified": module.stat().st_mtime}


async def test_gives_python_of_any_environment(jp_fetch: Fetch, tmp_path: Path) -> None:
    package = tmp_path / "env" / "lib" / "python3.11" / "site-packages" / "tool.py"
    package.parent.mkdir(parents=True)
    package.write_text(TEXT, encoding="utf-8")
    assert (await ask(jp_fetch, body(package)))["text"] == TEXT


@pytest.mark.parametrize("name", ["dgemm.c", "shape.cpp", "shape.hpp", "fast.pyx"])
async def test_gives_native_source_wherever_it_is(
    jp_fetch: Fetch, tmp_path: Path, name: str
) -> None:
    native = tmp_path / name
    native.write_text(TEXT, encoding="utf-8")
    request = body(native, file="/lib/blas.so", native=str(native))
    assert (await ask(jp_fetch, request))["text"] == TEXT


async def test_gives_a_header_that_only_lines_name(jp_fetch: Fetch, tmp_path: Path) -> None:
    header = tmp_path / "small.h"
    header.write_text(TEXT, encoding="utf-8")
    request = body(header, file="/lib/blas.so", native="/src/dgemm.c", line=str(header))
    assert (await ask(jp_fetch, request))["text"] == TEXT


@pytest.mark.parametrize("name", ["secret", "notes.txt", "settings.py"])
async def test_lines_name_nothing_but_source(jp_fetch: Fetch, tmp_path: Path, name: str) -> None:
    file = tmp_path / "elsewhere" / name
    file.parent.mkdir()
    file.write_text(TEXT, encoding="utf-8")
    status, _ = await refused(jp_fetch, body(file, file="/other.py", line=str(file)))
    assert status == 403


async def test_refuses_a_request_without_a_token(jp_fetch: Fetch, module: Path) -> None:
    status, _ = await refused(jp_fetch, body(module), headers={"Authorization": ""})
    assert status == 403


@pytest.mark.parametrize(
    "jp_server_config",
    [{"authorizer_class": ReadOnly}, {"authorizer_class": Denying}],
    indirect=True,
)
async def test_refuses_who_may_not_run_code_or_not_ask(jp_fetch: Fetch, module: Path) -> None:
    status, _ = await refused(jp_fetch, body(module))
    assert status == 403


async def test_refuses_what_the_profile_does_not_name(jp_fetch: Fetch, module: Path) -> None:
    status, message = await refused(jp_fetch, body(module, file="/other.py"))
    assert (status, message) == (403, f"The profile does not name {module}.")


@pytest.mark.parametrize(
    "path",
    [
        "{root}/../{name}/tool.py",
        "{root}/./tool.py",
        "tool.py",
        "../tool.py",
        "{root}//tool.py",
        "",
    ],
)
async def test_refuses_a_path_that_is_not_plain(jp_fetch: Fetch, module: Path, path: str) -> None:
    asked = path.format(root=module.parent, name=module.parent.name)
    status, message = await refused(jp_fetch, body(asked))
    assert status == 403
    assert "plain path" in message or "no absolute path" in message


async def test_refuses_a_path_with_a_null(jp_fetch: Fetch, module: Path) -> None:
    status, _ = await refused(jp_fetch, body(f"{module}\0.py"))
    assert status == 403


async def test_refuses_a_path_that_no_file_has(jp_fetch: Fetch, module: Path) -> None:
    status, _ = await refused(jp_fetch, body(module).replace("tool", "\\ud800"))
    assert status == 403


@pytest.mark.parametrize("name", ["secret", "id_rsa", ".env", "notes.txt", "tool.py.bak", "x.c"])
async def test_refuses_what_is_not_python_source(
    jp_fetch: Fetch, jp_root_dir: Path, name: str
) -> None:
    file = jp_root_dir / name
    file.write_text(TEXT, encoding="utf-8")
    status, message = await refused(jp_fetch, body(file))
    assert status == 403
    assert "not named like source code" in message


async def test_refuses_python_outside_the_folders_of_code(jp_fetch: Fetch, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "settings.py"
    file.parent.mkdir()
    file.write_text(TEXT, encoding="utf-8")
    status, message = await refused(jp_fetch, body(file))
    assert status == 403
    assert "outside the folders" in message


@pytest.mark.parametrize("target", ["secret.txt", "settings.py"])
async def test_refuses_a_link_to_what_is_refused(
    jp_fetch: Fetch, jp_root_dir: Path, tmp_path: Path, target: str
) -> None:
    secret = tmp_path / "elsewhere" / target
    secret.parent.mkdir()
    secret.write_text(TEXT, encoding="utf-8")
    link = jp_root_dir / "tool.py"
    link.symlink_to(secret)
    status, _ = await refused(jp_fetch, body(link))
    assert status == 403


async def test_follows_a_link_to_what_is_given(jp_fetch: Fetch, module: Path) -> None:
    link = module.parent / "link.py"
    link.symlink_to(module)
    assert (await ask(jp_fetch, body(link)))["text"] == TEXT


async def test_refuses_a_pipe_without_waiting_for_it(jp_fetch: Fetch, jp_root_dir: Path) -> None:
    pipe = jp_root_dir / "pipe.py"
    os.mkfifo(pipe)
    status, message = await refused(jp_fetch, body(pipe))
    assert status == 403
    assert "no regular file" in message


async def test_refuses_a_folder(jp_fetch: Fetch, jp_root_dir: Path) -> None:
    folder = jp_root_dir / "folder.py"
    folder.mkdir()
    status, message = await refused(jp_fetch, body(folder))
    assert status == 403
    assert "no regular file" in message


async def test_refuses_a_file_beyond_the_limit(jp_fetch: Fetch, module: Path) -> None:
    module.write_bytes(b"#" * source.LARGEST)
    assert len((await ask(jp_fetch, body(module)))["text"]) == source.LARGEST
    module.write_bytes(b"#" * (source.LARGEST + 1))
    status, message = await refused(jp_fetch, body(module))
    assert status == 413
    assert "larger than 2 MB" in message


async def test_refuses_what_is_not_text(jp_fetch: Fetch, module: Path) -> None:
    module.write_bytes(b"\x7fELF\0\0")
    status, message = await refused(jp_fetch, body(module))
    assert status == 415
    assert "not text" in message


async def test_says_that_a_file_is_gone(jp_fetch: Fetch, module: Path) -> None:
    module.unlink()
    status, message = await refused(jp_fetch, body(module))
    assert status == 404
    assert str(module) in message


@pytest.mark.parametrize(
    "data",
    [
        "# -*- coding: latin-1 -*-\nx = 'ä'".encode("latin-1"),
        "x = 'ä'".encode("latin-1"),
        "\ufeffx = 'ä'".encode(),
    ],
)
async def test_reads_the_encoding_that_python_reads(
    jp_fetch: Fetch, module: Path, data: bytes
) -> None:
    module.write_bytes(data)
    text = (await ask(jp_fetch, body(module)))["text"]
    assert text.endswith("x = 'ä'")
    assert not text.startswith("\ufeff")


@pytest.mark.parametrize(
    "request_body",
    [
        "null",
        "[]",
        "{}",
        '{"path": 1}',
        '{"path": "/x.py"}',
        '{"path": "/x.py", "profile": {"strings": 1, "functions": {}}}',
        '{"path": "/x.py", "profile": {"strings": ["/x.py"], "functions": {"file": "no"}}}',
        '{"path": "/x", "profile": {"strings": ["/x"], "functions": {}, "lines": {"file": 1}}}',
    ],
)
async def test_refuses_what_is_no_request(jp_fetch: Fetch, request_body: str) -> None:
    status, message = await refused(jp_fetch, request_body)
    assert status == 400
    assert message


async def test_other_methods_are_not_allowed(jp_fetch: Fetch) -> None:
    with pytest.raises(HTTPClientError) as raised:
        await jp_fetch("nativeprofile", "source")
    assert raised.value.code == 405
