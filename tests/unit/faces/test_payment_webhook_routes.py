"""The provider's webhook at our door: a true one makes somebody look, any other is a problem."""

from collections.abc import Iterator
from time import time

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from aspan.faces.http.faults import FAULT_ANSWERS
from aspan.faces.http.payment_webhook_routes import PaymentWebhooks, payment_webhook_routes
from aspan.faces.http.problem import MEDIA_TYPE
from aspan.live.payment_wire import (
    SIGNATURE_HEADER,
    WEBHOOK_AGE_S_MAX,
    WEBHOOK_BYTES_MAX,
    WebhookBody,
    WebhookCheck,
    sign_webhook,
)

PATH = "/v1/payments/webhook"
SECRET = b"shared"
BODY = msgspec.json.encode(WebhookBody(id="w1", type="payment.changed", reference="PABC"))


class Door:
    """The route, and which payments it had looked at."""

    def __init__(self) -> None:
        self.looked: list[str] = []
        hooks = PaymentWebhooks(WebhookCheck(SECRET), self.looked.append)
        app = Litestar(
            route_handlers=payment_webhook_routes(hooks), exception_handlers=FAULT_ANSWERS
        )
        self.client = TestClient(app)

    def send(self, body: bytes, header: str) -> tuple[int, str]:
        """Return status and code of the answer."""
        answer = self.client.post(PATH, content=body, headers={SIGNATURE_HEADER: header})
        if not answer.content:
            return answer.status_code, ""
        assert answer.headers["Content-Type"] == MEDIA_TYPE
        return answer.status_code, answer.json()["code"]


@pytest.fixture
def door() -> Iterator[Door]:
    """Return one that nobody has come to yet."""
    door = Door()
    with door.client:
        yield door


def test_a_true_webhook_makes_somebody_look_once(door: Door) -> None:
    """The payment is looked at; the same webhook again is told that it was here."""
    header = sign_webhook(SECRET, BODY, at_s=int(time()))
    assert door.send(BODY, header) == (204, "")
    assert door.send(BODY, header) == (409, "webhook_replayed")
    assert door.looked == ["PABC"]


def test_any_other_is_a_problem_and_nobody_looks(door: Door) -> None:
    """Forged, unsigned, old, nonsense, or long: each has its code, and nothing is done."""
    now_s = int(time())
    long = b" " * (WEBHOOK_BYTES_MAX + 1)
    cases = [
        (BODY, sign_webhook(b"other", BODY, at_s=now_s), 401, "webhook_bad_signature"),
        (BODY, "", 401, "webhook_bad_signature"),
        (
            BODY,
            sign_webhook(SECRET, BODY, at_s=now_s - WEBHOOK_AGE_S_MAX - 60),
            403,
            "webhook_stale",
        ),
        (b"{}", sign_webhook(SECRET, b"{}", at_s=now_s), 422, "webhook_malformed"),
        (long, sign_webhook(SECRET, long, at_s=now_s), 413, "body_too_large"),
    ]
    for body, header, status, code in cases:
        assert door.send(body, header) == (status, code)
    assert door.looked == []
