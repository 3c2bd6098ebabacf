"""The routes under `nativeprofile/`: each authenticated, authorised and off the event loop."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.ioloop import IOLoop

from nativeprofile.engines import registry
from nativeprofile.server.disassembly import read_disassembly
from nativeprofile.server.errors import describe
from nativeprofile.server.source import read_source

RESOURCE = "nativeprofile"
"""What an authorizer is asked about."""


class Handler(APIHandler):
    """Answers with the JSON of a function, or with the status and body of its error."""

    auth_resource = RESOURCE

    async def answer(self, work: Callable[[], Any]) -> None:
        """Runs `work` in a thread: probing starts processes, other requests go on."""
        try:
            result = await IOLoop.current().run_in_executor(None, work)
        except Exception as error:
            status, result = describe(error)
            self.set_status(status)
            if status == 500:
                self.log.exception("nativeprofile: %s failed", self.request.path)
        self.finish(json.dumps(result))


class EnginesHandler(Handler):
    """`GET nativeprofile/engines`: a list of `registry.Row`."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        await self.answer(registry.probe_all)


class FileHandler(Handler):
    """Tells something out of a file of the machine.

    That is what a kernel's user can do anyway, by running a cell; who may not execute on kernels
    must not do it here either.
    """

    @web.authenticated
    @authorized("read")  # type: ignore[untyped-decorator]
    @authorized("execute", "kernels")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        request = self.get_json_body()
        root = Path(self.settings["server_root_dir"]).expanduser()
        await self.answer(lambda: self.read(request, root))

    def read(self, request: Any, root: Path) -> Any:
        """What `request` asks for; `root` is the server's root folder. Raises Refusal."""
        raise NotImplementedError


class SourceHandler(FileHandler):
    """`POST nativeprofile/source`: a `source.Text`."""

    def read(self, request: Any, root: Path) -> Any:
        return read_source(request, root)


class DisassemblyHandler(FileHandler):
    """`POST nativeprofile/disassembly`: a `disassembly.Disassembly`."""

    def read(self, request: Any, root: Path) -> Any:
        return read_disassembly(request)


def routes(base_url: str) -> list[tuple[str, type[Handler]]]:
    """The handlers below `base_url`."""
    handlers: dict[str, type[Handler]] = {
        "engines": EnginesHandler,
        "source": SourceHandler,
        "disassembly": DisassemblyHandler,
    }
    return [
        (url_path_join(base_url, RESOURCE, name), handler) for name, handler in handlers.items()
    ]
