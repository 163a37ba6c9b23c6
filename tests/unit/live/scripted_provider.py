"""The real sandbox in a thread, with what befalls each request written down beforehand."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import uvicorn

from aspan.faces.http.server import bind
from aspan.faces.sandbox.app import SandboxApp
from aspan.faces.sandbox.journal import Journal
from aspan.faces.sandbox.mischief import Fate, Mischief
from aspan.faces.sandbox.provider import SandboxProvider
from aspan.live.payment_http import HttpPaymentProvider
from aspan.operations.ports import PaymentFound

if TYPE_CHECKING:
    from socket import socket

KEY = "key-of-the-requests"


class ScriptedProvider:
    """A sandbox whose requests each meet the next fate of a list; with none left, none.

    Attributes
    ----------
    met
        What was asked, in order.
    waits
        Pauses that our end of the line made [s]; it makes them in no time.
    """

    def __init__(self, journal: Journal, address: str) -> None:
        self.fates: deque[Fate] = deque()
        self.met: list[str] = []
        self.waits: list[float] = []
        self.now_ms = 0
        self.told: list[str] = []
        self.sandbox = SandboxProvider(
            journal,
            salt="salt",
            checkout_url=f"{address}/checkout/",
            mischief=Mischief(),
            now_ms=lambda: self.now_ms,
            tell=lambda webhook_id, payment_id, is_doubled: self.told.append(payment_id),
            settle_later=lambda payment_id: None,
        )
        self.sandbox._meet = self._meet  # type: ignore[method-assign]
        self.line = HttpPaymentProvider(address, KEY, wait=self._wait, timeout_s=5.0)

    def _meet(self, what: str, *, is_order: bool, moves_money: bool) -> Fate:
        self.met.append(what)
        return self.fates.popleft() if self.fates else Fate()

    def _wait(self, pause_s: float) -> bool:
        self.waits.append(pause_s)
        return False

    def look(self, payment_id: str) -> PaymentFound:
        """Return what its books say."""
        found = self.sandbox.books.find(payment_id)
        assert isinstance(found, PaymentFound)
        return found


@contextmanager
def open_scripted(folder: Path) -> Iterator[ScriptedProvider]:
    """Run one until the block ends."""
    listener: socket = bind("127.0.0.1", 0)
    journal = Journal(folder / "books.sqlite")
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    scripted = ScriptedProvider(journal, address)
    app = SandboxApp(scripted.sandbox, KEY, None)
    config = uvicorn.Config(app, log_level="critical", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    ready = Event()

    def run() -> None:
        ready.set()
        server.run(sockets=[listener])

    thread = Thread(target=run, daemon=True)
    thread.start()
    ready.wait()
    try:
        yield scripted
    finally:
        scripted.line.close()
        server.should_exit = True
        thread.join(10)
        listener.close()
        journal.close()
