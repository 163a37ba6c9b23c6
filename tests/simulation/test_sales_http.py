"""Buying over HTTP from a real service: the whole way, and every way it is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aspan.operations.actions import (
    AnyAction,
    CancelSortie,
    CloseFato,
    Pause,
)
from aspan.operations.commands import CheckIn, TakeAction
from aspan.primitives.ids import BookingId, SortieId, VertiportId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from selling import OTHER, OTHER_SECRET, Shop, new_key, open_shop, refused


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Return a service of the small city at nine in the morning."""
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


def count_bookings(shop: Shop) -> int:
    """Return how many bookings the state knows."""
    found = shop.twin.service.find_answer(lambda: len(shop.twin.run.engine.state.bookings))
    assert found is not None
    return found


# ---- the whole way -----------------------------------------------------------------------------


def test_a_partner_holds_pays_confirms_and_cancels(shop: Shop) -> None:
    """A booking goes from held to confirmed to cancelled, and each page says so."""
    held = shop.hold(contact={"name": "Айгерім 🚁", "phone": "+7 701 234 56 78", "lang": "kk"})
    assert held["status"] == "held"
    assert held["expires_at_ms"] > shop.now_ms
    assert held["access_token"] is None
    assert held["person_id"]
    path = f"/v1/bookings/{held['booking_id']}"
    page = shop.get(path + "?lang=ru").json()
    assert (page["status"], page["live"]["step"]) == ("held", "pay")
    assert "Оплатите" in page["live"]["text"]
    payment = shop.pay(held["fare"]["total_tiyn"])
    assert payment["state"] == "authorised"
    done = shop.post(path + "/confirmation", {"payment_id": payment["payment_id"]})
    assert done.json() == {
        "booking_id": held["booking_id"],
        "status": "confirmed",
        "payment_id": payment["payment_id"],
        "fare_tiyn": held["fare"]["total_tiyn"],
        "is_repeated": False,
    }
    again = shop.post(path + "/confirmation", {"payment_id": payment["payment_id"]})
    assert again.json() == {**done.json(), "is_repeated": True}
    page = shop.get(path).json()
    assert (page["status"], page["payment_id"]) == ("confirmed", payment["payment_id"])
    assert page["trip"]["be_there_at_ms"] < page["trip"]["off_block_at_ms"]
    assert page["live"]["step"] in ("on_the_way", "check_in")
    terms = shop.get(path + "/cancellation").json()
    assert terms == page["cancellation"]
    assert terms["is_open"]
    ended = shop.post(path + "/cancellation", {})
    assert ended.json() == {
        "booking_id": held["booking_id"],
        "status": "cancelled",
        "refund_tiyn": terms["refund_tiyn"],
        "fee_tiyn": terms["fee_tiyn"],
    }
    assert shop.post(path + "/cancellation", {}).json() == ended.json()
    receipt = shop.get(path + "/receipt").json()
    assert receipt["charged_tiyn"] == held["fare"]["total_tiyn"]
    assert receipt["refund_tiyn"] == terms["refund_tiyn"]


def test_fares_add_up_with_the_tax_in_them(shop: Shop) -> None:
    """The lines of a fare add up to it, and the tax is part of it."""
    fare = shop.hold()["fare"]
    assert sum(line["amount_tiyn"] for line in fare["lines"]) == fare["total_tiyn"]
    assert fare["currency"] == "KZT"
    tax = fare["tax"]
    assert tax["amount_tiyn"] == pytest.approx(
        fare["total_tiyn"] * tax["rate"] / (1.0 + tax["rate"]), abs=1.0
    )


def test_the_tariff_is_public_and_bounds_what_is_charged(shop: Shop) -> None:
    """Without a token everybody reads the tariff; no seat costs more than its bound."""
    page = shop.http.get("/v1/tariff?lang=kk").json()
    (pair,) = [p for p in page["pairs"] if (p["origin"], p["destination"]) == ("WEST", "EAST")]
    assert pair["least_tiyn"] <= shop.hold()["fare"]["total_tiyn"] <= pair["most_tiyn"]
    assert pair["origin_name"] == "Батыс"


def test_what_is_offered_is_explained_like_what_is_held(shop: Shop) -> None:
    """A departure's fare has the lines that the hold made with its token has."""
    page = shop.get("/v1/departures?origin=EAST&destination=WEST&party=2&lang=ru").json()
    line = page["departures"][6]
    body = {"offer": line["token"], "travellers": [{}, {}]}
    held = shop.post("/v1/bookings?lang=ru", body).json()
    assert len(line["fare"]["lines"]) >= 2
    assert held["fare"] == line["fare"]


def test_a_buyer_without_a_login_keeps_what_is_theirs(shop: Shop) -> None:
    """The token that comes with a booking opens it, and no other; without one nothing opens."""
    mine, yours = shop.book(who={}), shop.hold(who={})
    me, you = shop.owner(mine), shop.owner(yours)
    path = f"/v1/bookings/{mine['booking_id']}"
    assert shop.get(path, me).json()["status"] == "confirmed"
    refused(shop.get(path, you), 404, "unknown_booking")
    refused(shop.get(path, {}), 401, "unauthorized")
    refused(shop.get(path), 404, "unknown_booking")
    refused(
        shop.get(path, {"Authorization": me["Authorization"][:-4] + "AAAA"}), 401, "invalid_token"
    )


def test_departures_can_be_held_by_their_tokens(shop: Shop) -> None:
    """What is listed today and tomorrow can be had, for the fare and at the time it was listed."""
    for date in ("", "&date=2025-04-13"):
        page = shop.get(f"/v1/departures?origin=WEST&destination=EAST&party=2{date}").json()
        line = page["departures"][3]
        party = [{"mass_kg": 70.0}, {"mass_kg": 80.0, "bag_kg": 10.0}]
        answer = shop.post("/v1/bookings", {"offer": line["token"], "travellers": party})
        assert answer.status_code == 201, answer.text
        held = answer.json()
        assert held["fare"]["total_tiyn"] <= line["fare"]["total_tiyn"]
        assert held["off_block_at_ms"] == pytest.approx(
            line["off_block_at_ms"], abs=15 * MS_PER_MIN
        )


def test_a_booking_is_changed_for_another(shop: Shop) -> None:
    """The new seats are held and paid; then the old booking is replaced, and says by which."""
    old = shop.book(in_min=120.0)
    path = f"/v1/bookings/{old['booking_id']}"
    wish = shop.wish(in_min=240.0)["departure"]
    answer = shop.post(path + "/change", {"departure": wish})
    assert answer.status_code == 201, answer.text
    new = answer.json()
    assert new["replaces"] == old["booking_id"]
    assert shop.get(path).json()["status"] == "confirmed"
    payment = shop.pay(new["fare"]["total_tiyn"])
    done = shop.post(
        f"/v1/bookings/{new['booking_id']}/confirmation", {"payment_id": payment["payment_id"]}
    )
    assert done.status_code == 200
    page = shop.get(path).json()
    assert (page["status"], page["replaced_by"]) == ("rebooked", new["booking_id"])


def test_live_status_follows_the_party_to_the_gate(shop: Shop) -> None:
    """Checked in, a party is told to wait at the gate."""
    held = shop.book()
    shop.twin.service.submit("book/check_in", CheckIn(booking_id=BookingId(held["booking_id"])))
    page = shop.get(f"/v1/bookings/{held['booking_id']}?lang=kk").json()
    assert page["live"]["step"] == "gate"
    assert page["live"]["text"]
    assert page["live"]["until_ms"] == page["trip"]["off_block_at_ms"]


def order(shop: Shop, action: AnyAction) -> None:
    """Have the desk order something."""
    command = TakeAction(key=new_key(), who="test", why="test", action=action)
    assert not shop.twin.service.take_action(command).record.reason


@pytest.fixture
def still(tmp_path: Path) -> Iterator[Shop]:
    """Return a service of its own whose clock stands still, so that each case is one case."""
    with open_shop(tmp_path) as shop:
        order(shop, Pause())
        yield shop


def cancel_sortie_of(shop: Shop, held: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a booking's page before and after the desk cancelled its sortie."""
    path = f"/v1/bookings/{held['booking_id']}"
    before = shop.get(path).json()
    order(shop, CancelSortie(sortie_id=SortieId(before["trip"]["sortie_id"])))
    return before, shop.get(path).json()


def test_a_party_whose_flight_is_cancelled_flies_with_the_next(still: Shop) -> None:
    """A departure twenty minutes later beats any taxi: the party is moved to it and told so."""
    held = still.book(in_min=70.0)
    before, page = cancel_sortie_of(still, held)
    assert (page["status"], page["refund_tiyn"]) == ("confirmed", 0)
    assert [(note["kind"], note["reason"]) for note in page["care"]][:1] == [("moved", "desk")]
    assert page["trip"]["sortie_id"] != before["trip"]["sortie_id"]
    later_ms = page["trip"]["off_block_at_ms"] - before["trip"]["off_block_at_ms"]
    assert later_ms == pytest.approx(20 * MS_PER_MIN, abs=MS_PER_MIN)
    told = still.get(f"/v1/bookings/{held['booking_id']}?lang=ru").json()
    assert "Мы перенесли вас на другой рейс" in told["care"][0]["text"]


def test_a_party_whose_flight_is_cancelled_is_driven_where_that_is_sooner(still: Shop) -> None:
    """Half an hour before the next departure a taxi is sooner, and the whole fare comes back."""
    held = still.book(in_min=120.0)
    before, page = cancel_sortie_of(still, held)
    assert (page["status"], page["live"]["step"]) == ("refunded", "ride")
    assert page["refund_tiyn"] == held["fare"]["total_tiyn"]
    told = [(note["kind"], note["reason"], note["amount_tiyn"]) for note in page["care"]]
    assert told == [("taxi_at_door", "desk", held["fare"]["total_tiyn"])]
    assert page["trip"]["sortie_id"] == before["trip"]["sortie_id"]
    words = {
        still.get(f"/v1/bookings/{held['booking_id']}?lang={lang}").json()["care"][0]["text"]
        for lang in ("kk", "ru", "en")
    }
    assert len(words) == 3


def test_a_party_that_waits_may_choose_its_money(still: Shop) -> None:
    """While its FATOs are closed the open remedies are told; the money back is one, and given."""
    held = still.book(in_min=60.0)
    path = f"/v1/bookings/{held['booking_id']}"
    assert still.get(path).json()["remedies"] == []
    refused(still.post(path + "/remedy", {"remedy": "refund"}), 409, "no_remedy")
    site = still.twin.run.city.get_vertiport(VertiportId("WEST"))
    for fato in site.fatos:
        order(still, CloseFato(vertiport_id=site.vertiport_id, fato_id=fato.fato_id))
    page = still.get(path).json()
    assert page["status"] == "confirmed"
    assert [(note["kind"], note["reason"]) for note in page["care"]] == [("waits", "fato_closed")]
    assert page["remedies"][0]["sortie_id"] == page["trip"]["sortie_id"]
    assert {one["remedy"] for one in page["remedies"]} == {"air", "ground", "refund"}
    assert page["remedies_until_ms"] == page["trip"]["off_block_at_ms"]
    done = still.post(path + "/remedy", {"remedy": "refund"})
    assert done.status_code == 200, done.text
    told = (done.json()["status"], done.json()["refund_tiyn"])
    assert told == ("cancelled", held["fare"]["total_tiyn"])
    kinds = [note["kind"] for note in still.get(path).json()["care"]]
    assert kinds == ["taken", "money_back"]
    refused(still.post(path + "/remedy", {"remedy": "refund"}), 409, "no_remedy")


# ---- repeated ----------------------------------------------------------------------------------


def test_a_repeated_request_finds_what_the_first_did(shop: Shop) -> None:
    """The same key and body give the same booking, with 200; nothing is held twice."""
    key, wish = new_key(), shop.wish()
    first = shop.post("/v1/bookings", wish, key=key)
    before = count_bookings(shop)
    again = shop.post("/v1/bookings", wish, key=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {**first.json(), "is_repeated": True}
    assert first.json()["booking_id"] == shop.name_booking(key)
    assert count_bookings(shop) == before


def test_a_repeated_offer_is_answered_also_when_it_is_over(shop: Shop) -> None:
    """Whoever asks again late, with an offer that held when they first did, gets their booking."""
    page = shop.get("/v1/departures?origin=NORTH&destination=EAST").json()
    body = {"offer": page["departures"][0]["token"], "travellers": [{"mass_kg": 80.0}]}
    key = new_key()
    first = shop.post("/v1/bookings", body, key=key)
    assert first.status_code == 201, first.text
    shop.sales.desk.now_ms = lambda: shop.now_ms + MS_PER_H
    try:
        again = shop.post("/v1/bookings", body, key=key)
        fresh = shop.post("/v1/bookings", body)
    finally:
        shop.sales.desk.now_ms = shop.twin.clock.now_ms
    assert again.json() == {**first.json(), "is_repeated": True}
    refused(fresh, 409, "stale_offer", "offer")


def test_a_key_is_good_for_one_body(shop: Shop) -> None:
    """The same key with another body is refused, for bookings and for payments."""
    key = new_key()
    shop.post("/v1/bookings", shop.wish(), key=key)
    other = shop.wish(in_min=90.0)
    refused(
        shop.post("/v1/bookings", other, key=key), 422, "idempotency_key_reused", "Idempotency-Key"
    )
    shop.post("/v1/payments", {"amount_tiyn": 100}, key=key)
    answer = shop.post("/v1/payments", {"amount_tiyn": 101}, key=key)
    refused(answer, 422, "idempotency_key_reused", "Idempotency-Key")


def test_keys_of_two_sellers_do_not_meet(shop: Shop) -> None:
    """The same key under another partner is another booking."""
    key, other = new_key(), shop.log_in(OTHER, OTHER_SECRET)
    ids = {
        shop.post("/v1/bookings", shop.wish(), who, key).json()["booking_id"]
        for who in (None, other, {})
    }
    assert len(ids) == 3
