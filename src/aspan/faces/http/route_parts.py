"""What the routes of bookings share: who asks, what may be sent, how refusals are documented."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, Parameter
from litestar.types import Guard

from aspan.faces.http.callers import Caller, Callers
from aspan.faces.http.problem import MEDIA_TYPE, Problem, ProblemPage, read_problems

BODY_BYTES_MAX: Final = 16_384
"""Size of a request; eight travellers with an offer of many rides take less than half of it."""

FRESH: Final = {"Cache-Control": "no-store"}
BEARER: Final = [{"bearer": []}]  # type: ignore[var-annotated]

IdempotencyKey = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        description="16 to 64 letters, digits, - or _; new for a new wish, the same to repeat one",
        schema_extra={"pattern": "^[A-Za-z0-9_-]{16,64}$"},
    ),
]
LangParam = Annotated[
    str,
    Parameter(
        description="language of texts: kk, ru or en; else Accept-Language, else en",
        schema_extra={"enum": ["kk", "ru", "en"]},
    ),
]
NamedId = Annotated[str, Parameter(max_length=64, description="id as it was given out")]

_ALWAYS: Final = (
    "invalid_parameter",
    "invalid_token",
    "too_many_requests",
    "unavailable",
)
_BODY: Final = (
    "malformed_json",
    "invalid_value",
    "unknown_field",
    "missing_field",
    "body_too_large",
    "unsupported_media_type",
)
_OWN: Final = ("unauthorized", "wrong_scope", "unknown_booking")
_OFFER: Final = (
    "missing_idempotency_key",
    "idempotency_key_reused",
    "one_of_two",
    "foreign_currency",
    "invalid_offer",
    "stale_offer",
    "wrong_party",
    "unknown_vertiport",
    "price_changed",
    "departure_changed",
    "sold_out",
    "party_too_large",
    "too_many_holds",
    "too_far_ahead",
    "refused",
)
_STANDS: Final = (
    "booking_held",
    "booking_confirmed",
    "booking_checked_in",
    "booking_boarded",
    "booking_flown",
    "booking_cancelled",
    "booking_refused",
    "booking_no_show",
    "booking_rebooked",
    "booking_refunded",
)
REFUSALS: Final[Mapping[str, tuple[str, ...]]] = {
    "hold": (
        *_BODY,
        *_OFFER,
        "wrong_scope",
        "no_traveller",
        "child_alone",
        "infants_exceed_adults",
    ),
    "confirm": (
        *_BODY,
        *_OWN,
        *_STANDS,
        "hold_expired",
        "unknown_payment",
        "payment_used",
        "payment_not_authorised",
        "payment_too_small",
    ),
    "change": (*_BODY, *_OWN, *_OFFER, *_STANDS, "not_changeable"),
    "look": _OWN,
    "ticket": (*_OWN, "no_ticket"),
    "cancel": (*_OWN, "no_body", "body_too_large", "not_cancellable"),
    "remedy": (*_BODY, *_OWN, *_STANDS, "no_remedy"),
    "contact": (*_BODY, *_OWN, "no_contact", "unknown_person"),
    "erase": ("unauthorized", "wrong_scope", "unknown_person"),
    "pay": (
        *_BODY,
        "wrong_scope",
        "missing_idempotency_key",
        "idempotency_key_reused",
        "foreign_currency",
        "too_many_payments",
    ),
    "payment": ("unauthorized", "wrong_scope", "unknown_payment"),
    "token": (
        "invalid_client",
        "unsupported_grant_type",
        "invalid_scope",
        "missing_field",
        "invalid_value",
        "body_too_large",
        "unsupported_media_type",
    ),
    "gate": ("unauthorized", "wrong_scope", "missing_value", "invalid_value"),
    "scan": (
        *(code for code in _BODY if code != "unsupported_media_type"),
        *_STANDS,
        "unauthorized",
        "wrong_scope",
        "unknown_booking",
        "missing_value",
        "too_heavy",
        "refused",
    ),
    "webhook": ("unauthorized", "wrong_scope", "unknown_webhook"),
    "set_webhook": (*_BODY, "unauthorized", "wrong_scope", "invalid_url"),
    "search": ("missing_value", "not_ready"),
    "departures": ("missing_value", "unknown_vertiport", "wrong_scope"),
    "tariff": (),
    "places": ("missing_value",),
}
"""Codes with which each kind of request may be refused, besides those of every request."""


def refusals(kind: str) -> dict[int, ResponseSpec]:
    """Return how a kind of request may be refused, for the description: codes by status."""
    entries = read_problems()
    by_status: dict[int, list[str]] = {}
    for code in (*REFUSALS[kind], *_ALWAYS):
        by_status.setdefault(entries[code].status, []).append(code)
    return {
        status: ResponseSpec(
            data_container=ProblemPage,
            generate_examples=False,
            media_type=MEDIA_TYPE,
            description="code: " + ", ".join(sorted(codes)),
        )
        for status, codes in sorted(by_status.items())
    }


def repeated(kind: type[msgspec.Struct]) -> dict[int, ResponseSpec]:
    """Return how a request is answered that was made before under its key, for the description."""
    return {
        200: ResponseSpec(
            data_container=kind,
            generate_examples=False,
            description="The same was asked before under this key; this is what came of it.",
        )
    }


def caller_of(
    callers: Callers, request: ASGIConnection[Any, Any, Any, Any], *, must: bool = False
) -> Caller:
    """Return who asks; a `Problem` if they may not."""
    return callers.identify(
        request.headers.get("authorization", ""), address_of(request), must=must
    )


def at_their_rate(callers: Callers) -> Guard:
    """Return a guard of routes open to everybody: nobody asks more often than their rate allows."""

    def check(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        caller_of(callers, connection)

    return check


def address_of(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the address a request comes from; a proxy's word for another is not taken."""
    return "" if request.client is None else request.client.host


def only_json(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse a body that does not say it is JSON; no form of another site can send such a one."""
    kind = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem("unsupported_media_type", field="Content-Type", expected="application/json")
