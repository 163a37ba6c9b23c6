"""Contacts told with bookings, by a real service: who is kept, how long, and who erases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from aspan.primitives.ids import BookingId
from aspan.primitives.units import MS_PER_DAY
from selling import Shop, new_key, open_shop, refused

DANA = {"name": "Dana", "phone": "+7 701 234 56 78"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Return a service of the small city at nine in the morning."""
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


def test_nothing_on_the_log_follows_from_a_contact(shop: Shop) -> None:
    """The digest is that of the request without it; told otherwise under a key, the first stays."""
    key, wish = new_key(), shop.wish()
    first = shop.post("/v1/bookings", {**wish, "contact": DANA}, key=key)
    again = shop.post("/v1/bookings", {**wish, "contact": {"name": "Aigerim"}}, key=key)
    assert (first.status_code, again.status_code) == (201, 200), again.text
    assert again.json()["person_id"] == first.json()["person_id"]
    person_id = first.json()["person_id"]
    assert shop.sales.vault.get(person_id, who="test", why="test", at_ms=0).name == "Dana"
    held = shop.twin.run.engine.state.bookings[BookingId(first.json()["booking_id"])].held
    assert held is not None
    assert held.digest != sha256(first.request.content).hexdigest()[:16]
    refused(
        shop.post("/v1/bookings", wish, key=key), 422, "idempotency_key_reused", "Idempotency-Key"
    )


def test_a_refused_hold_leaves_the_vault_alone(shop: Shop) -> None:
    """Nobody is kept for it, so nobody has to be erased whom another request just named."""
    before = shop.sales.vault.list_access()
    wish = {**shop.wish(), "contact": DANA, "travellers": [{}] * 8}
    refused(shop.post("/v1/bookings", wish), 409, "party_too_large")
    assert shop.sales.vault.list_access() == before


def test_a_person_looked_at_a_thousand_times_is_erased(shop: Shop) -> None:
    """Who told of a person is known however often they were looked at since."""
    person_id = shop.hold(contact=DANA)["person_id"]
    vault = shop.sales.vault
    with ThreadPoolExecutor(32) as pool:
        for _ in range(1_001):
            pool.submit(vault.get, person_id, who="desk", why="test", at_ms=0)
    assert {line.what for line in vault.list_access(person_id)} == {"looked"}
    answer = shop.http.delete(f"/v1/people/{person_id}", headers=shop.partner)
    assert answer.status_code == 204, answer.text
    assert vault.find(person_id, who="test", why="test", at_ms=0) is None


def test_a_person_is_kept_for_the_trip_it_is_changed_to(shop: Shop) -> None:
    """A booking changed to a later day keeps its person until then."""
    held = shop.book(contact=DANA, in_min=60.0)
    later = shop.wish(in_min=3 * MS_PER_DAY / 60_000)["departure"]
    answer = shop.post(f"/v1/bookings/{held['booking_id']}/change", {"departure": later})
    assert answer.status_code == 201, answer.text
    (line,) = [p for p in shop.sales.vault.list_people() if p.person_id == held["person_id"]]
    assert line.trip_at_ms == answer.json()["off_block_at_ms"] > held["off_block_at_ms"]
