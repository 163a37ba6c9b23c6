"""The routes of payments: ask for one, see how it stands."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import JSONBody
from litestar.types import ControllerRouterHandler

from aspan.faces.http.callers import Callers
from aspan.faces.http.payment_desk import PaymentDesk
from aspan.faces.http.problem import lang_of
from aspan.faces.http.query import only
from aspan.faces.http.route_parts import (
    BEARER,
    BODY_BYTES_MAX,
    FRESH,
    IdempotencyKey,
    LangParam,
    NamedId,
    caller_of,
    only_json,
    refusals,
    repeated,
)
from aspan.faces.http.wire_sales import PaymentPage, PaymentRequest

TAG = ["payments"]


def payment_routes(callers: Callers, desk: PaymentDesk) -> list[ControllerRouterHandler]:
    """Return the routes of payments."""

    @post(
        "/v1/payments",
        summary="Ask the provider to authorise an amount; waits 3 s, else says `requested`",
        tags=TAG,
        security=BEARER,
        guards=[only("lang"), only_json],
        request_max_body_size=BODY_BYTES_MAX,
        responses={**repeated(PaymentPage), **refusals("pay")},
    )
    async def pay(
        request: Request[Any, Any, Any],
        data: JSONBody[PaymentRequest],
        key: IdempotencyKey = "",
        lang: LangParam = "",
    ) -> Response[PaymentPage]:
        caller, body = caller_of(callers, request), await request.body()
        page, is_repeated = await desk.request(caller, key, data, body=body, lang=lang_of(request))
        return Response(page, status_code=200 if is_repeated else 201, headers=FRESH)

    @get(
        "/v1/payments/{payment_id:str}",
        summary="How a payment stands",
        tags=TAG,
        security=BEARER,
        guards=[only("lang")],
        responses=refusals("payment"),
    )
    async def payment(
        request: Request[Any, Any, Any], payment_id: NamedId, lang: LangParam = ""
    ) -> Response[PaymentPage]:
        page = await desk.find(caller_of(callers, request), payment_id, lang=lang_of(request))
        return Response(page, headers=FRESH)

    return [pay, payment]
