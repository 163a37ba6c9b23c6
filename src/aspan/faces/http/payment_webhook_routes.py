"""Where a provider of payments tells that something has changed: raw bytes and a signature.

What it says is never believed beyond that: the worker looks the payment up.
"""

from collections.abc import Callable
from time import time
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.status_codes import HTTP_204_NO_CONTENT

from aspan.faces.http.problem import Problem
from aspan.live.payment_wire import (
    SIGNATURE_HEADER,
    WEBHOOK_BYTES_MAX,
    WebhookCheck,
    WebhookRefused,
)


class PaymentWebhooks(msgspec.Struct, frozen=True):
    """Who tells true webhooks from others, and what looks at a payment when one came."""

    check: WebhookCheck
    nudge: Callable[[str], None]


def payment_webhook_routes(webhooks: PaymentWebhooks) -> list[HTTPRouteHandler]:
    """Return the route of the provider's webhooks."""

    @post(
        "/v1/payments/webhook",
        status_code=HTTP_204_NO_CONTENT,
        request_max_body_size=WEBHOOK_BYTES_MAX,
        include_in_schema=False,
    )
    async def take_webhook(request: Request[Any, Any, Any]) -> Response[None]:
        """Look at a payment of which its provider says that it has changed."""
        body = await request.body()
        header = request.headers.get(SIGNATURE_HEADER, "")
        said = webhooks.check.check(body, header, now_s=int(time()))
        if isinstance(said, WebhookRefused):
            raise Problem(f"webhook_{said.code}", field=SIGNATURE_HEADER)
        webhooks.nudge(said.reference)
        return Response(None, status_code=HTTP_204_NO_CONTENT)

    return [take_webhook]
