"""The line to a provider: requests over kept connections, each within a time and a length.

`http.client` of the standard library, not `httpx`: a request costs a quarter of the processor time
(0.4 ms against 1.8 ms on the reference machine), and it is spent beside the engine.
"""

import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from queue import Empty, LifoQueue
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

import msgspec

from aspan.primitives.errors import InvalidInput

CONNECTIONS_MAX: Final = 32
"""Connections kept for the next request; more may be open while they are used."""

IDLE_S_MAX: Final = 15.0
"""A connection that nobody used for so long is not used again: the other side may have left."""

ANSWER_BYTES_MAX: Final = 262_144
"""Longest answer that is read: a payment of some two thousand operations."""

_PART_BYTES: Final = 65_536


class NoAnswer(Exception):
    """Nothing came back that could be read.

    Parameters
    ----------
    wait_s
        How long the provider asked us to wait.
    """

    def __init__(self, why: str, wait_s: float = 0.0) -> None:
        super().__init__(why)
        self.wait_s = wait_s


class Answer(msgspec.Struct, frozen=True):
    """What came back."""

    status: int
    data: bytes
    retry_after: str = ""


class ProviderLine:
    """Sends requests to one provider; any thread may, several at once.

    Parameters
    ----------
    timeout_s
        Wall time of one request, all in all.
    """

    def __init__(self, base_url: str, headers: Mapping[str, str], *, timeout_s: float) -> None:
        expected = "none, sandbox, or an http address"
        try:
            url = urlsplit(base_url)
            host, port = url.hostname, url.port
        except ValueError:
            raise InvalidInput("--payments", base_url, expected) from None
        if url.scheme not in ("http", "https") or not host:
            raise InvalidInput("--payments", base_url, expected)
        self._host, self._port = host, port
        self._root = url.path.rstrip("/")
        self._context = ssl.create_default_context() if url.scheme == "https" else None
        self._headers = dict(headers)
        self._timeout_s = timeout_s
        self._free: LifoQueue[tuple[float, HTTPConnection]] = LifoQueue(CONNECTIONS_MAX)
        self._is_closed = False

    def send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        """Return the answer to a request; `NoAnswer` if there is none that can be read."""
        connection = self._take()
        until_s = monotonic() + self._timeout_s
        try:
            connection.request(method, self._root + path, body, self._headers | dict(headers))
            self._allow(connection, until_s)
            response = connection.getresponse()
            data = b""
            while part := response.read1(_PART_BYTES):
                data += part
                if len(data) > ANSWER_BYTES_MAX:
                    raise NoAnswer(f"an answer longer than {ANSWER_BYTES_MAX} bytes")
                self._allow(connection, until_s)
            is_whole = not response.length
            response.close()
        except (OSError, HTTPException, ValueError) as error:
            connection.close()
            raise NoAnswer(f"no answer: {str(error) or type(error).__name__}") from None
        except NoAnswer:
            connection.close()
            raise
        if not is_whole:
            connection.close()
            raise NoAnswer("no answer: it ended too soon")
        self._give_back(connection)
        return Answer(response.status, data, response.headers.get("Retry-After", ""))

    def close(self) -> None:
        """Let go of the connections that nobody uses; the others end with their request."""
        self._is_closed = True
        while True:
            try:
                self._free.get_nowait()[1].close()
            except Empty:
                return

    def _take(self) -> HTTPConnection:
        while True:
            try:
                idle_since_s, connection = self._free.get_nowait()
            except Empty:
                break
            if monotonic() - idle_since_s <= IDLE_S_MAX:
                if connection.sock is not None:
                    connection.sock.settimeout(self._timeout_s)
                return connection
            connection.close()
        if self._context is None:
            return HTTPConnection(self._host, self._port, timeout=self._timeout_s)
        return HTTPSConnection(
            self._host, self._port, timeout=self._timeout_s, context=self._context
        )

    def _give_back(self, connection: HTTPConnection) -> None:
        if self._is_closed or connection.sock is None or self._free.full():
            connection.close()
            return
        self._free.put((monotonic(), connection))

    def _allow(self, connection: HTTPConnection, until_s: float) -> None:
        """Let the next read last until the request's time is over, and no longer."""
        left_s = until_s - monotonic()
        if left_s <= 0.0:
            raise NoAnswer(f"no answer within {self._timeout_s:g} s")
        if connection.sock is not None:
            connection.sock.settimeout(left_s)
