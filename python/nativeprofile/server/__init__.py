"""The jupyter-server extension: what the Lab asks of the machine that it runs on.

Imported by jupyter-server alone, never in a kernel. Tornado and jupyter-server come in
with `handlers`, when the extension is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "nativeprofile.server"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    from nativeprofile.server.handlers import routes

    app.web_app.add_handlers(".*$", routes(app.base_url))  # type: ignore[no-untyped-call]
