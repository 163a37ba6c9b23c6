"""The routes that only partners need: tokens, and where to tell them what happens.

Here too, for whoever meets a code: the list of all problems.
"""

import base64
import binascii
import ipaddress
from typing import Annotated, Any, Final
from urllib.parse import unquote_plus, urlsplit

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.params import JSONBody, URLEncodedBody
from litestar.types import ControllerRouterHandler

from aspan.faces.http.callers import Callers
from aspan.faces.http.oauth import TokenDesk, TokenPage
from aspan.faces.http.partners import make_secret
from aspan.faces.http.problem import Problem, lang_of, read_problems
from aspan.faces.http.query import only
from aspan.faces.http.rate import Rate
from aspan.faces.http.route_parts import (
    BEARER,
    BODY_BYTES_MAX,
    FRESH,
    LangParam,
    address_of,
    caller_of,
    only_json,
    refusals,
)
from aspan.faces.http.wire_sales import Asked
from aspan.faces.http.workers import Workers
from aspan.live.webhook_store import Endpoint
from aspan.live.webhooks import Webhooks

TOKEN_RATE: Final = Rate(per_s=1.0, burst=20)
"""Tokens asked for from one address: each costs 50 ms of a processor."""

TAG = ["partners"]
_EXPECTED: Final = "https://…"


class TokenForm(msgspec.Struct, frozen=True, kw_only=True):
    """Asks for a token (RFC 6749, section 4.4.2); the client may name itself by Basic instead."""

    grant_type: str
    client_id: str = ""
    client_secret: str = ""
    scope: str = ""


class WebhookAsked(Asked, frozen=True, kw_only=True):
    """Where to tell this partner what becomes of its bookings."""

    url: Annotated[str, msgspec.Meta(min_length=8, max_length=500)]


class WebhookPage(msgspec.Struct, frozen=True, kw_only=True):
    """How telling goes.

    Parameters
    ----------
    secret
        Messages are signed with; told once, when the address is set.
    waiting, told, given_up
        Messages not taken yet, taken, and those nobody took for three days.
    failure
        Of the last attempt; empty if it was taken.
    """

    url: str
    waiting: int
    told: int
    given_up: int
    failure: str
    secret: str | None = None


class ProblemLine(msgspec.Struct, frozen=True, kw_only=True):
    """A code, its status and what it means."""

    code: str
    status: int
    title: str
    detail: str


class ProblemsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Every code that has words of its own; others are reasons of the field, with status 409."""

    problems: tuple[ProblemLine, ...]


def partner_routes(
    callers: Callers, tokens: TokenDesk, webhooks: Webhooks, workers: Workers, *, is_local: bool
) -> list[ControllerRouterHandler]:
    """Return the routes of partners."""
    return [
        *_token_routes(callers, tokens, workers),
        *_webhook_routes(callers, webhooks, workers, is_local=is_local),
    ]


def _token_routes(
    callers: Callers, tokens: TokenDesk, workers: Workers
) -> list[ControllerRouterHandler]:
    @post(
        "/v1/oauth/token",
        summary="A token of an hour for a partner (OAuth 2.0 client credentials)",
        tags=TAG,
        status_code=200,
        guards=[only("lang")],
        request_max_body_size=BODY_BYTES_MAX,
        responses=refusals("token"),
    )
    async def token(
        request: Request[Any, Any, Any], data: URLEncodedBody[TokenForm], lang: LangParam = ""
    ) -> Response[TokenPage]:
        callers.slow(f"token/{address_of(request)}", TOKEN_RATE)
        client_id, secret = _find_client(request.headers.get("authorization", ""), data)
        if data.grant_type != "client_credentials":
            raise Problem("unsupported_grant_type", error="unsupported_grant_type")
        page = await workers.run(tokens.issue, client_id, secret, data.scope)
        return Response(page, headers=FRESH)

    @get(
        "/v1/problems",
        summary="Every code of a refusal, with its status and what it means",
        tags=TAG,
        guards=[only("lang")],
    )
    async def problems(request: Request[Any, Any, Any], lang: LangParam = "") -> ProblemsPage:
        spoken = lang_of(request)
        return ProblemsPage(
            problems=tuple(
                ProblemLine(
                    code=code,
                    status=entry.status,
                    title=entry.title[spoken],
                    detail=entry.detail[spoken],
                )
                for code, entry in sorted(read_problems().items())
            )
        )

    return [token, problems]


def _find_client(authorization: str, form: TokenForm) -> tuple[str, str]:
    """Return id and secret, from the header if they are there (RFC 6749, section 2.3.1)."""
    kind, _, text = authorization.partition(" ")
    if kind.lower() != "basic":
        return form.client_id, form.client_secret
    try:
        client_id, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError, ValueError):
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)


def _webhook_routes(
    callers: Callers, webhooks: Webhooks, workers: Workers, *, is_local: bool
) -> list[ControllerRouterHandler]:
    def partner_of(request: Request[Any, Any, Any]) -> str:
        caller = caller_of(callers, request, must=True)
        if caller.scopes is None:
            raise Problem("wrong_scope", scope="webhooks")
        caller.need("webhooks")
        return caller.seller

    @put(
        "/v1/webhook",
        summary="Set where this partner is told of its bookings; gives the secret, once",
        tags=TAG,
        security=BEARER,
        guards=[only("lang"), only_json],
        request_max_body_size=BODY_BYTES_MAX,
        responses=refusals("set_webhook"),
    )
    async def put_webhook(
        request: Request[Any, Any, Any], data: JSONBody[WebhookAsked], lang: LangParam = ""
    ) -> Response[WebhookPage]:
        partner_id = partner_of(request)
        check_url(data.url, is_local=is_local)
        secret = make_secret()
        endpoint = await workers.run(webhooks.put, partner_id, data.url, secret)
        return Response(_tell(endpoint, secret), headers=FRESH)

    @get(
        "/v1/webhook",
        summary="How telling this partner goes",
        tags=TAG,
        security=BEARER,
        guards=[only("lang")],
        responses=refusals("webhook"),
    )
    async def get_webhook(
        request: Request[Any, Any, Any], lang: LangParam = ""
    ) -> Response[WebhookPage]:
        endpoint = await workers.run(webhooks.find, partner_of(request))
        if endpoint is None:
            raise Problem("unknown_webhook")
        return Response(_tell(endpoint, None), headers=FRESH)

    @delete(
        "/v1/webhook",
        summary="Tell this partner nothing more",
        tags=TAG,
        security=BEARER,
        guards=[only("lang")],
        responses=refusals("webhook"),
    )
    async def delete_webhook(request: Request[Any, Any, Any], lang: LangParam = "") -> None:
        if not await workers.run(webhooks.drop, partner_of(request)):
            raise Problem("unknown_webhook")

    return [put_webhook, get_webhook, delete_webhook]


def _tell(endpoint: Endpoint, secret: str | None) -> WebhookPage:
    return WebhookPage(
        url=endpoint.url,
        waiting=endpoint.waiting,
        told=endpoint.told,
        given_up=endpoint.given_up,
        failure=endpoint.failure,
        secret=secret,
    )


def check_url(url: str, *, is_local: bool) -> None:
    """Refuse an address that a partner should not make this service call.

    Where others than this machine can ask, only https and names are taken, no plain addresses: a
    partner must not reach what stands beside the service. A name that leads there all the same is
    for the network to stop.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise Problem("invalid_url", field="url", expected=_EXPECTED) from None
    is_plain = url.isascii() and url.isprintable() and " " not in url
    schemes = ("https", "http") if is_local else ("https",)
    is_good = is_plain and host and parts.scheme in schemes and parts.username is None
    if is_good and not is_local:
        is_good = "." in host and not _is_address(host) and not host.endswith(".local")
    if not is_good:
        raise Problem("invalid_url", field="url", expected=_EXPECTED)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.replace(".", "").isdigit()
    return True
