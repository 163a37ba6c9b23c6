"""From the search to the arrival on the real twin, with the sandbox provider, in each language.

Searched, held, paid on the provider's page, fog, moved to a later sortie, boarded, flown.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from web.buying import LONG_MS, PHONE, WORDS, buy, heading, press
from web.real_town import Town, open_town
from web.test_axe import LANGUAGES

pytestmark = pytest.mark.web

CLEAR_M = 20_000.0
MIN_MS = 60_000


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Return the small city, begun anew, so that each language meets the same morning."""
    with open_town(tmp_path) as town:
        yield town


@pytest.mark.parametrize("language", LANGUAGES)
def test_searched_paid_fogged_moved_and_flown(
    town: Town, open_page: Callable[..., Any], language: str
) -> None:
    """A passenger is carried through fog to the other side of the city, told of it at each step."""
    words = WORDS[language]
    page = open_page("about:blank", locale=LANGUAGES[language], expects="Failed to load", **PHONE)
    booking_id, token = buy(town, page, words)
    trip = f"{town.url}go#/b/{booking_id}/{token}"
    press(page, words["ticket"])
    page.locator(".code img").wait_for(timeout=LONG_MS)
    first = town.booking(booking_id, token)["trip"]
    fly_later(town, first)
    page.goto("about:blank")
    page.goto(trip)
    town.fog("EAST")
    town.await_that(lambda: is_moved(town, booking_id, token), "a party that was moved")
    town.order(action="set_pace", speed=1)
    page.get_by_role("heading", name=re.compile(words["moved"])).wait_for(timeout=LONG_MS)
    assert town.booking(booking_id, token)["trip"]["sortie_id"] != first["sortie_id"]
    page.goto(f"{trip}/ticket")
    page.locator(".code img").wait_for(timeout=LONG_MS)
    page.go_back()
    town.fog("EAST", visibility_m=CLEAR_M)
    town.await_that(
        lambda: pass_a_little(town, booking_id, token) == "in_flight", "a sortie in the air"
    )
    town.order(action="set_pace", speed=1)
    heading(page, words["fly"])
    town.await_that(
        lambda: pass_a_little(town, booking_id, token) == "arrived", "a party that has arrived"
    )
    heading(page, words["there"])
    assert page.evaluate("document.documentElement.lang") == language


def fly_later(town: Town, trip: dict[str, Any]) -> None:
    """Let somebody else book a sortie of the same pair half an hour later."""
    departure = {
        "origin": trip["origin"]["id"],
        "destination": trip["destination"]["id"],
        "ready_at_ms": trip["off_block_at_ms"] + 30 * MIN_MS,
    }
    held = town.post("/v1/bookings", {"departure": departure, "travellers": [{"kind": "adult"}]})
    amount = held["fare"]["total_tiyn"]
    payment = town.post("/v1/payments", {"amount_tiyn": amount, "method": "tok_ok"})
    path = f"/v1/bookings/{held['booking_id']}/confirmation"
    town.post(path, {"payment_id": payment["payment_id"]})


def is_moved(town: Town, booking_id: str, token: str) -> bool:
    """Let fog lie and the clock run on; return whether the party was given another sortie."""
    town.keep_fog("EAST")
    pass_a_little(town, booking_id, token)
    return any(one["kind"] == "moved" for one in town.booking(booking_id, token)["care"])


def pass_a_little(town: Town, booking_id: str, token: str) -> str:
    """Let the clock run on, slower where something is to be seen; return the trip's step."""
    step = str(town.booking(booking_id, token)["live"]["step"])
    town.order(action="set_pace", speed=10 if step in ("taxiing", "in_flight") else 60)
    return step
