"""What one address may keep open at once, of a real service; nothing of it on the log."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from aspan.faces.http.callers import Caller
from aspan.faces.http.partners import OWN_SELLER
from aspan.faces.http.payment_desk import ADDRESS_PAGES_MAX, PaymentDesk
from aspan.faces.http.problem import Problem
from aspan.faces.http.sales_desk import ADDRESS_HOLDS_MAX
from aspan.faces.http.wire_sales import PaymentRequest
from aspan.operations.ports import CHECKOUT
from selling import Shop, new_key, open_shop, refused

NOBODY: dict[str, str] = {}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Return a service of the small city at nine in the morning."""
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


def test_one_address_holds_only_so_many_seats_for_nothing(shop: Shop) -> None:
    """One more is refused and may be asked for again under its key; a partner is not concerned."""
    held: list[dict[str, Any]] = []
    key, wish = new_key(), shop.wish()
    for _ in range(1_000):
        if len(held) == ADDRESS_HOLDS_MAX:
            break
        answer = shop.post("/v1/bookings", shop.wish(), NOBODY)
        if answer.status_code == 201:
            held.append(answer.json())
    before = shop.twin.log.kept
    answer = shop.post("/v1/bookings", wish, NOBODY, key)
    refused(answer, 429, "too_many_holds")
    assert int(answer.headers["Retry-After"]) <= 120
    assert shop.twin.log.kept == before
    shop.hold()
    path = f"/v1/bookings/{held[0]['booking_id']}/cancellation"
    assert shop.http.post(path, headers=shop.owner(held[0])).status_code == 200
    assert shop.post("/v1/bookings", wish, NOBODY, key).status_code == 201
    refused(shop.post("/v1/bookings", shop.wish(), NOBODY), 429, "too_many_holds")


def test_one_address_has_only_so_many_payers_on_the_page(shop: Shop) -> None:
    """One more is refused and not on the log; from another address it is taken."""
    desk = PaymentDesk(
        shop.sales.gate,
        callers=shop.sales.callers,
        payments=None,
        make_method=lambda url: f"{CHECKOUT}{url}",
    )
    asked = PaymentRequest(amount_tiyn=1_000, return_url="http://127.0.0.1/go")

    async def pay(address: str) -> str:
        caller = Caller(OWN_SELLER, address=address)
        page, _ = await desk.request(caller, new_key(), asked, body=b"{}", lang="en")
        return page.state

    async def fill() -> None:
        for _ in range(ADDRESS_PAGES_MAX):
            assert await pay("192.0.2.1") == "requested"
        before = len(shop.twin.run.engine.state.payments)
        with pytest.raises(Problem, match="too_many_payments"):
            await pay("192.0.2.1")
        assert len(shop.twin.run.engine.state.payments) == before
        assert await pay("192.0.2.2") == "requested"

    asyncio.run(fill())
