"""Bought and cancelled on the real twin, with the sandbox provider, in each language."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from web.buying import LONG_MS, PHONE, WORDS, buy, heading, press
from web.real_town import Town, open_town
from web.test_axe import LANGUAGES

pytestmark = pytest.mark.web


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Return the small city for all languages."""
    with open_town(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.mark.parametrize("language", LANGUAGES)
def test_cancelled_and_paid_back(town: Town, open_page: Callable[..., Any], language: str) -> None:
    """What comes back is shown, then given back, by the provider's own books."""
    words = WORDS[language]
    page = open_page("about:blank", locale=LANGUAGES[language], expects="Failed to load", **PHONE)
    booking_id, token = buy(town, page, words)
    press(page, words["cancel"])
    page.locator(".is-grave").wait_for(timeout=LONG_MS)
    shown = page.locator(".lines .is-sum dd").inner_text()
    press(page, words["sure"])
    heading(page, words["cancelled"])
    page.get_by_text(re.compile(words["back"])).first.wait_for(timeout=LONG_MS)
    assert shown in page.locator(".lead").inner_text()
    booking = town.booking(booking_id, token)
    assert booking["status"] == "cancelled"
    assert booking["refund_tiyn"] == booking["fare"]["total_tiyn"]  # within the free minutes
    state = town.twin.run.engine.state
    payment = next(p for p in state.payments.values() if p.booking_id == booking_id)
    town.await_that(
        lambda: str(payment_state(town, payment.payment_id)) in ("voided", "refunded"),
        "the money set aside set free",
    )


def payment_state(town: Town, payment_id: str) -> object:
    """Return how a payment stands by the log."""
    return next(
        p.state for p in town.twin.run.engine.state.payments.values() if p.payment_id == payment_id
    )
