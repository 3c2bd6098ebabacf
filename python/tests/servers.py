"""Requests to the routes of the server extension, and users who may not make them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import pytest
from jupyter_server.auth.authorizer import Authorizer
from tornado.httpclient import HTTPClientError, HTTPResponse

Fetch = Callable[..., Awaitable[HTTPResponse]]


class Denying(Authorizer):
    """Lets nobody near our resource; everything else is allowed."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        self.asked.append((action, resource))
        return resource != "nativeprofile"


class ReadOnly(Authorizer):
    """Lets everyone look and nobody run code."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return action != "execute"


async def post(fetch: Fetch, route: str, request: str, **options: Any) -> Any:
    """The answer to a request, as JSON."""
    response = await fetch("nativeprofile", route, method="POST", body=request, **options)
    assert response.headers["Content-Type"].startswith("application/json")
    return json.loads(response.body)


async def refusal(
    fetch: Fetch, route: str, request: str, **options: Any
) -> tuple[int, dict[str, str]]:
    """The status and the body of a refusal, which tells nothing of our code."""
    with pytest.raises(HTTPClientError) as raised:
        await post(fetch, route, request, **options)
    response = raised.value.response
    assert response is not None
    assert b"Traceback" not in response.body
    return raised.value.code, json.loads(response.body)
