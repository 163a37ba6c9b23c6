"""The sandbox over HTTP: eight routes, plain ASGI, so that it starts at once and answers fast.

An answer that is lost is begun and never ended; the server then drops the line.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast
from urllib.parse import parse_qs, unquote

import msgspec

from aspan.faces.sandbox.checkout import (
    choose_language,
    draw_page,
    find_return_url,
    make_policy,
)
from aspan.faces.sandbox.mischief import Mischief
from aspan.faces.sandbox.provider import Reply, SandboxProvider
from aspan.faces.sandbox.webhooks import WebhookSender
from aspan.live.payment_wire import OrderBody
from aspan.operations.ports import PaymentFound, PaymentKind
from aspan.primitives.errors import InvalidInput

BODY_BYTES_MAX: Final = 16_384

KEY_CHARACTERS_MAX: Final = 120

_ORDERS: Final[dict[str, PaymentKind]] = {"capture": "capture", "void": "void", "refund": "refund"}

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class _Bad(Exception):
    """A request that is answered at once."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status


class SandboxApp:
    """The ASGI application over a sandbox provider.

    Parameters
    ----------
    request_key
        What whoever orders must show.
    """

    def __init__(
        self, provider: SandboxProvider, request_key: str, webhooks: WebhookSender | None
    ) -> None:
        self._provider = provider
        self._bearer = f"Bearer {request_key}".encode()
        self._webhooks = webhooks
        self._order_of = msgspec.json.Decoder(OrderBody).decode

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        try:
            body = await _read(receive)
            await self._route(scope, headers, body, send)
        except _Bad as bad:
            reply = msgspec.json.encode({"code": str(bad)})
            await _answer(send, bad.status, reply)
        except InvalidInput as error:
            fault = {"code": "invalid", "field": error.field, "expected": error.expected}
            await _answer(send, 422, msgspec.json.encode(fault))

    async def _route(
        self, scope: Scope, headers: dict[bytes, bytes], body: bytes, send: Send
    ) -> None:
        method = scope["method"]
        parts = [unquote(part) for part in scope["raw_path"].decode("ascii").split("/")[1:]]
        match method, parts:
            case ("POST", ["v1", "payments"]):
                await self._pay(headers, "authorise", "", body, send)
            case ("POST", ["v1", "payments", payment_id, kind]) if kind in _ORDERS:
                await self._pay(headers, _ORDERS[kind], payment_id, body, send)
            case ("GET", ["v1", "payments", payment_id]):
                self._check_key(headers)
                await _reply(send, self._provider.find(payment_id))
            case ("GET" | "POST", ["checkout", provider_ref]):
                await self._show_page(scope, headers, provider_ref, body, send)
            case ("GET", ["sandbox", "books"]):
                books = self._provider.list_books()
                if self._webhooks is not None:
                    books |= {
                        "webhooks_sent": self._webhooks.sent,
                        "webhooks_dropped": self._webhooks.dropped,
                    }
                await _answer(send, 200, msgspec.json.encode(books))
            case ("GET", ["sandbox", "mischief"]):
                await _answer(send, 200, msgspec.json.encode(self._provider.mischief))
            case ("PUT", ["sandbox", "mischief"]):
                self._provider.mischief = _change(self._provider.mischief, body)
                await _answer(send, 200, msgspec.json.encode(self._provider.mischief))
            case _:
                raise _Bad(404, "unknown_path")

    def _check_key(self, headers: dict[bytes, bytes]) -> None:
        if not hmac.compare_digest(headers.get(b"authorization", b""), self._bearer):
            raise _Bad(401, "unauthorised")

    async def _pay(
        self,
        headers: dict[bytes, bytes],
        kind: PaymentKind,
        payment_id: str,
        body: bytes,
        send: Send,
    ) -> None:
        self._check_key(headers)
        key = headers.get(b"idempotency-key", b"").decode("latin-1")
        if not 0 < len(key) <= KEY_CHARACTERS_MAX:
            raise _Bad(400, "idempotency_key_missing")
        try:
            order = self._order_of(body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise _Bad(400, "malformed") from None
        name = payment_id or order.reference
        if not 0 < len(name) <= KEY_CHARACTERS_MAX:
            raise _Bad(422, "reference")
        await _reply(send, self._provider.order(kind, key, name, order))

    async def _show_page(
        self,
        scope: Scope,
        headers: dict[bytes, bytes],
        provider_ref: str,
        body: bytes,
        send: Send,
    ) -> None:
        provider = self._provider
        payment_id = provider.books.find_id(provider_ref)
        line = None
        found = None
        if payment_id is not None:
            provider.settle(payment_id)
            found = cast("PaymentFound", provider.books.find(payment_id))
            line = provider.books.find_line(found.operations[0].key)
        return_url = "" if line is None else find_return_url(line.method)
        if scope["method"] == "POST":
            choice = parse_qs(body.decode("latin-1")).get("choice", [""])[0]
            if choice not in ("pay", "decline"):
                raise _Bad(400, "choice")
            provider.decide(provider_ref, pays=choice == "pay")
            if return_url:
                return await _answer(send, 303, b"", location=return_url)
            found = (
                None
                if payment_id is None
                else cast("PaymentFound", provider.books.find(payment_id))
            )
        query = scope["query_string"].decode("latin-1")
        accepted = headers.get(b"accept-language", b"").decode("latin-1")
        page = draw_page(found, return_url, choose_language(query, accepted))
        await _answer(
            send,
            404 if found is None else 200,
            page.encode(),
            kind=b"text/html; charset=utf-8",
            policy=make_policy(return_url),
        )
        return None


def _change(mischief: Mischief, body: bytes) -> Mischief:
    """Return mischief with what a body names changed; `InvalidInput` if it makes no sense."""
    try:
        changes = msgspec.json.decode(body, type=dict[str, int | float])
        return msgspec.convert(msgspec.to_builtins(mischief) | changes, Mischief)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidInput("body", "", f"fields of the mischief ({error})") from None


async def _read(receive: Receive) -> bytes:
    """Return the body of a request; refused where it is longer than any that makes sense."""
    body = b""
    while True:
        message = await receive()
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > BODY_BYTES_MAX:
            raise _Bad(413, "too_long")
        if not message.get("more_body"):
            return body


async def _reply(send: Send, reply: Reply) -> None:
    if reply.slow_s:
        await asyncio.sleep(reply.slow_s)
    if reply.body is None:
        headers = [(b"content-length", b"64"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        return
    await _answer(send, reply.status, reply.body)


async def _answer(
    send: Send,
    status: int,
    body: bytes,
    *,
    kind: bytes = b"application/json",
    location: str = "",
    policy: str = "",
) -> None:
    headers = [
        (b"content-type", kind),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
    ]
    if location:
        headers.append((b"location", location.encode("ascii", "replace")))
    if policy:
        headers.append((b"content-security-policy", policy.encode("ascii", "replace")))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
