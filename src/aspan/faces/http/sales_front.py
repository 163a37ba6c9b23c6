"""The front: the two requests that every sale is made of, answered before the router is asked.

A hold and its confirmation are most of what a busy service is asked, and the framework around a
route costs more than twice what all else does. So the server speaks to this first; whatever is not
one of the two, or carries parameters, goes on to the application, whose routes do the same with the
same words and are what the description shows.
"""

import logging
from typing import Any, Final, cast

import msgspec
from litestar.types import ASGIApp, HTTPRequestEvent, Receive, Scope, Send

from aspan.booking.ids import ID_CHARACTERS
from aspan.faces.http.callers import Caller
from aspan.faces.http.people_desk import PeopleDesk
from aspan.faces.http.problem import MEDIA_TYPE, Problem, choose_lang, encode_problem, find_plain
from aspan.faces.http.route_parts import BODY_BYTES_MAX
from aspan.faces.http.sales_desk import SalesDesk, decode
from aspan.faces.http.wire_sales import BookingRequest, ConfirmationRequest

HOLD: Final = "/v1/bookings"
BEFORE: Final = f"{HOLD}/"
AFTER: Final = "/confirmation"

_log = logging.getLogger(__name__)
_JSON: Final = b"application/json"


class SalesFront:
    """An ASGI application around another.

    Parameters
    ----------
    headers
        Of every answer.
    """

    def __init__(
        self,
        app: ASGIApp,
        desk: SalesDesk,
        people: PeopleDesk,
        *,
        headers: dict[str, str],
    ) -> None:
        self._app = app
        self._desk = desk
        self._people = people
        self._headers = [(name.lower().encode(), text.encode()) for name, text in headers.items()]
        self._headers.append((b"cache-control", b"no-store"))
        self._bookings = msgspec.json.Decoder(BookingRequest)
        self._confirmations = msgspec.json.Decoder(ConfirmationRequest)
        self._encoder = msgspec.json.Encoder()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one of the two requests, or hand on."""
        asked = cast("dict[str, Any]", scope)
        if asked["type"] == "http" and asked["method"] == "POST" and not asked["query_string"]:
            path = asked["path"]
            if path == HOLD:
                await self._answer(scope, receive, send, "")
                return
            if path.startswith(BEFORE) and path.endswith(AFTER):
                booking_id = path[len(BEFORE) : -len(AFTER)]
                if len(booking_id) == ID_CHARACTERS + 1 and booking_id.isalnum():
                    await self._answer(scope, receive, send, booking_id)
                    return
        await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, booking_id: str) -> None:
        headers = dict(scope["headers"])
        kind = b"application/json"
        extra: list[tuple[bytes, bytes]] = []
        lang = choose_lang("", headers.get(b"accept-language", b"").decode("latin-1"))
        try:
            caller, body = self._identify(scope, headers), await self._read(headers, receive)
            status, content = await self._do(caller, headers, body, booking_id, lang)
        except Exception as fault:
            problem = find_plain(fault)
            if problem.code == "internal_error":
                _log.error("POST %s", scope["path"], exc_info=fault)
            status, content = encode_problem(problem, lang)
            kind = MEDIA_TYPE.encode()
            extra = [(k.lower().encode(), v.encode()) for k, v in problem.headers.items()]
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [
                    (b"content-type", kind),
                    (b"content-length", str(len(content)).encode()),
                    *extra,
                    *self._headers,
                ],
            }
        )
        await send({"type": "http.response.body", "body": content, "more_body": False})

    def _identify(self, scope: Scope, headers: dict[bytes, bytes]) -> Caller:
        client = scope["client"]
        authorization = headers.get(b"authorization", b"").decode("latin-1")
        return self._desk.callers.identify(authorization, client[0] if client else "")

    async def _read(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        """Return the body; a `Problem` as soon as it is known to be none of ours."""
        if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != _JSON:
            raise Problem(
                "unsupported_media_type", field="Content-Type", expected="application/json"
            )
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > BODY_BYTES_MAX:
            raise _too_large()
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Problem("malformed_json", field="body")
            part = cast("HTTPRequestEvent", message)
            body += part.get("body", b"")
            if len(body) > BODY_BYTES_MAX:
                raise _too_large()
            if not part.get("more_body", False):
                return body

    async def _do(
        self, caller: Caller, headers: dict[bytes, bytes], body: bytes, booking_id: str, lang: str
    ) -> tuple[int, bytes]:
        if booking_id:
            asked = decode(self._confirmations, body)
            done = await self._desk.confirm(caller, booking_id, asked.payment_id)
            return 200, self._encoder.encode(done)
        wanted = decode(self._bookings, body)
        key = headers.get(b"idempotency-key", b"").decode("latin-1")
        held = await self._people.hold(caller, key, wanted, lang=lang)
        return 200 if held.is_repeated else 201, self._encoder.encode(held)


def _too_large() -> Problem:
    return Problem("body_too_large", field="body", bytes=BODY_BYTES_MAX)
