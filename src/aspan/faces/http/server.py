"""The server: a socket bound before anything is promised, and streams that end with it."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from errno import EADDRNOTAVAIL
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn

from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from litestar import Litestar

GRACE_S = 3
"""Wall time that open requests have to end after Ctrl-C."""


def bind(host: str, port: int) -> socket.socket:
    """Return a socket listening on `host` and `port` (0: any free one).

    Raises `InvalidInput` naming the port if it is taken, the host if it is not ours.
    """
    if not 0 <= port <= 65_535:
        raise InvalidInput("--port", port, "0 to 65535")
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except (OSError, UnicodeError):  # a name too long to be one is a UnicodeError
        raise InvalidInput("--host", host, "an address of this machine") from None
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Head and body of an answer leave in two writes: the second would wait for the first to be
    # acknowledged, 40 ms on a kept connection (RFC 896 with RFC 1122, 4.2.3.2).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except OSError as fault:
        listener.close()
        if fault.errno == EADDRNOTAVAIL:
            raise InvalidInput("--host", host, "an address of this machine") from None
        raise InvalidInput("--port", port, f"a free port on {host} ({fault.strerror})") from None
    return listener


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run to its end what serves, on the faster event loop where this system has one."""
    factory: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
    with suppress(ImportError):
        from uvloop import new_event_loop as factory
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(work)


class _Server(uvicorn.Server):
    """A uvicorn server that ends the streams when it is told to stop."""

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_streams = end_streams

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End at the first signal; more of them while it ends, within `GRACE_S`, change nothing."""
        if not self.should_exit:
            super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._end_streams()
        await super().shutdown(sockets)


def make_server(app: "Litestar") -> uvicorn.Server:
    """Return a quiet server for `app`; `await server.serve(sockets=[bind(host, port)])` runs it.

    SIGINT and SIGTERM end it, and so does `server.should_exit = True`; open streams end first.
    """
    config = uvicorn.Config(
        app.state.get("front", app),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
        ws="none",
        server_header=False,
        date_header=False,
    )
    return _Server(config, app.state.broadcaster.close)


def run_server(app: "Litestar", *, host: str, port: int) -> None:
    """Serve `app` until Ctrl-C."""
    with bind(host, port) as listener:
        make_server(app).run(sockets=[listener])
