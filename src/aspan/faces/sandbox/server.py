"""The sandbox's process: books from disk, a socket of its own, an end with whoever began it."""

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from socket import socket
from time import time

import msgspec
import uvicorn

from aspan.faces.sandbox.app import SandboxApp
from aspan.faces.sandbox.journal import Journal
from aspan.faces.sandbox.mischief import Mischief
from aspan.faces.sandbox.provider import SandboxProvider
from aspan.faces.sandbox.webhooks import WebhookSender
from aspan.live.payment_wire import derive_keys
from aspan.twin.payments import SLOW_METHOD_MS

GRACE_S = 2


class SandboxSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a sandbox is begun.

    Parameters
    ----------
    webhook_url
        Where changes are told. Nowhere if empty.
    ends_with_stdin
        It ends when its standard input does: with the process that began it, however that ends.
    """

    store: Path
    secret: str
    mischief: Mischief
    webhook_url: str = ""
    ends_with_stdin: bool = False


def run_sandbox(
    settings: SandboxSettings, listener: socket, *, ready: Callable[[str], None]
) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is told the address once it answers."""
    asyncio.run(_run(settings, listener, ready))


async def _run(settings: SandboxSettings, listener: socket, ready: Callable[[str], None]) -> None:
    loop = asyncio.get_running_loop()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    keys = derive_keys(settings.secret)
    journal = Journal(settings.store)
    webhooks: WebhookSender | None = None

    def tell(webhook_id: str, payment_id: str, is_doubled: bool) -> None:
        if webhooks is not None:
            webhooks.put(webhook_id, payment_id, is_doubled)

    def settle_later(payment_id: str) -> None:
        loop.call_later(SLOW_METHOD_MS / 1000.0 + 0.001, provider.settle, payment_id)

    try:
        provider = SandboxProvider(
            journal,
            salt=settings.secret,
            checkout_url=f"{address}/checkout/",
            mischief=settings.mischief,
            now_ms=lambda: int(time() * 1000),
            tell=tell,
            settle_later=settle_later,
        )
        if settings.webhook_url:
            webhooks = WebhookSender(
                settings.webhook_url,
                keys.webhook_secret,
                find_mischief=lambda: provider.mischief,
                now_s=lambda: int(time()),
            )
            webhooks.start()
        for payment_id in provider.list_slow():
            settle_later(payment_id)
        server = _make_server(SandboxApp(provider, keys.request_key, webhooks))
        await _serve(server, listener, settings, lambda: ready(address))
        if webhooks is not None:
            await webhooks.stop()
    finally:
        journal.close()


def _make_server(app: SandboxApp) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        log_level="critical",  # an answer lost on purpose is no error to tell of
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=75,
        server_header=False,
        date_header=False,
    )
    return uvicorn.Server(config)


async def _serve(
    server: uvicorn.Server, listener: socket, settings: SandboxSettings, ready: Callable[[], None]
) -> None:
    loop = asyncio.get_running_loop()

    def end(*_: object) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    watch = asyncio.ensure_future(_end_with_stdin(end)) if settings.ends_with_stdin else None
    loop.call_soon(ready)
    try:
        await server.serve(sockets=[listener])
    finally:
        if watch is not None:
            watch.cancel()
        for number, handler in before.items():
            signal.signal(number, handler)


async def _end_with_stdin(end: Callable[[], None]) -> None:
    """End when standard input does."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass
    end()
