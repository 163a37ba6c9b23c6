"""A partner's receiver of webhooks, on a port of its own."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any

import msgspec

from aspan.live.webhook_event import SIGNATURE, is_signed

WAIT_S = 20.0


class Receiver:
    """A partner's receiver; `answer` says what it does with a message."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.heard: list[dict[str, Any]] = []
        self.taken: list[tuple[str, str]] = []
        self.answer: Callable[[dict[str, Any]], int] = lambda _: 204
        self._news = Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(receiver.hear(body, self.headers[SIGNATURE]))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def hear(self, body: bytes, signature: str) -> int:
        """Take a message or not, and say so."""
        message = msgspec.json.decode(body)
        at_s = int(signature.partition(",")[0].removeprefix("t="))
        with self._news:
            is_ours = is_signed(signature, body, self.secret, now_s=at_s)
            status = self.answer(message) if is_ours else 401
            self.heard.append(message)
            if status < 300:
                self.taken.append((message["subject"], message["id"]))
            self._news.notify_all()
        return status

    def wait(self, until: Callable[[], bool]) -> None:
        """Return when something is so; fail if it never is."""
        with self._news:
            assert self._news.wait_for(until, WAIT_S), self.taken[-5:]

    def close(self) -> None:
        """Hear nothing more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
