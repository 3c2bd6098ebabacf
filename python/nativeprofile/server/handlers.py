"""The routes under `nativeprofile/`: each authenticated, authorised and off the event loop."""

from __future__ import annotations

import asyncio
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
from nativeprofile.server import opening
from nativeprofile.server.disassembly import read_disassembly
from nativeprofile.server.errors import Refusal, describe
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
            self.fail(error)
        else:
            self.finish(json.dumps(result))

    def fail(self, error: Exception) -> None:
        """Answers with an error; the log gets what is not ours."""
        status, body = describe(error)
        self.set_status(status)
        if status == 500:
            self.log.error("nativeprofile: %s failed", self.request.path, exc_info=error)
        self.finish(json.dumps(body))


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


class OpenHandler(Handler):
    """`POST nativeprofile/open`: the profile in a file that the file browser shows, as wire JSON.

    Who may read the server's files may ask. Nobody waits any longer: nothing is read any longer.
    """

    @web.authenticated
    @authorized("read")  # type: ignore[untyped-decorator]
    @authorized("read", "contents")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        self._reading = asyncio.ensure_future(self._read(self.get_json_body()))
        try:
            profile = await self._reading
        except asyncio.CancelledError:
            return
        except Exception as error:
            self.fail(error)
        else:
            self.finish(profile)

    def on_connection_close(self) -> None:
        super().on_connection_close()
        if self._reading is not None:
            self._reading.cancel()

    async def _read(self, body: Any) -> bytes:
        contents = self.contents_manager
        root = getattr(contents, "root_dir", None)
        if root is None:
            raise Refusal(
                501,
                "The files of this server do not lie in a folder.",
                "Download the file and use: nativeprofile report FILE --html",
            )
        turn = self.settings.setdefault("nativeprofile_reading", asyncio.Semaphore(opening.AT_ONCE))
        async with turn:
            return await opening.read(opening.checked(body, Path(root), contents.allow_hidden))

    _reading: asyncio.Future[bytes] | None = None


def routes(base_url: str) -> list[tuple[str, type[Handler]]]:
    """The handlers below `base_url`."""
    handlers: dict[str, type[Handler]] = {
        "engines": EnginesHandler,
        "source": SourceHandler,
        "disassembly": DisassemblyHandler,
        "open": OpenHandler,
    }
    return [
        (url_path_join(base_url, RESOURCE, name), handler) for name, handler in handlers.items()
    ]
