"""The server extension: who may ask, and what is answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from servers import Denying, Fetch
from tornado.httpclient import HTTPClientError

from nativeprofile.engines import registry
from nativeprofile.engines.base import EngineError

pytest_plugins = ["pytest_jupyter.jupyter_server"]

ENGINE = {
    "name": "perf",
    "title": "perf",
    "kind": "sampled",
    "available": False,
    "reason": "perf is not installed.",
    "remedy": "sudo apt-get install linux-perf",
    "version": "",
}


async def refused(fetch: Fetch, *path: str, **options: Any) -> HTTPClientError:
    with pytest.raises(HTTPClientError) as raised:
        await fetch(*path, **options)
    return raised.value


async def test_lists_the_engines_of_this_machine(jp_fetch: Fetch) -> None:
    response = await jp_fetch("nativeprofile", "engines")
    assert response.code == 200
    assert response.headers["Content-Type"].startswith("application/json")
    engines = json.loads(response.body)
    assert {engine["name"] for engine in engines} >= {"perf", "cprofile"}
    for engine in engines:
        assert set(engine) == set(ENGINE)
        assert engine["available"] or engine["reason"], engine
    assert next(e for e in engines if e["name"] == "cprofile")["available"] is True


async def test_passes_on_reason_and_remedy(
    jp_fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nativeprofile.engines.registry.probe_all", lambda: [dict(ENGINE)])
    response = await jp_fetch("nativeprofile", "engines")
    assert json.loads(response.body) == [ENGINE]


async def test_refuses_a_request_without_a_token(jp_fetch: Fetch) -> None:
    error = await refused(jp_fetch, "nativeprofile", "engines", headers={"Authorization": ""})
    assert error.code == 403


@pytest.mark.parametrize("jp_server_config", [{"authorizer_class": Denying}], indirect=True)
async def test_refuses_a_user_whom_the_authorizer_denies(jp_fetch: Fetch) -> None:
    Denying.asked.clear()
    error = await refused(jp_fetch, "nativeprofile", "engines")
    assert error.code == 403
    assert ("read", "nativeprofile") in Denying.asked


async def test_an_error_of_ours_carries_its_remedy(
    jp_fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> list[registry.Row]:
        raise EngineError("perf cannot start.", "Install it.")

    monkeypatch.setattr(registry, "probe_all", fail)
    error = await refused(jp_fetch, "nativeprofile", "engines")
    assert error.code == 503
    assert error.response is not None
    assert json.loads(error.response.body) == {
        "message": "perf cannot start.",
        "remedy": "Install it.",
    }


async def test_an_unexpected_error_keeps_its_details_to_the_log(
    jp_fetch: Fetch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> list[registry.Row]:
        raise RuntimeError("secret of the machine")

    monkeypatch.setattr(registry, "probe_all", fail)
    error = await refused(jp_fetch, "nativeprofile", "engines")
    assert error.code == 500
    assert error.response is not None
    assert b"secret" not in error.response.body
    assert "secret of the machine" in caplog.text


async def test_other_methods_are_not_allowed(jp_fetch: Fetch) -> None:
    error = await refused(jp_fetch, "nativeprofile", "engines", method="DELETE")
    assert error.code == 405
