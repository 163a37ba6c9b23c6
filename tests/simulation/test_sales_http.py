"""Buying over HTTP from a real service: the whole way, and every way it is refused."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from aspan.faces.http.problem import MEDIA_TYPE
from aspan.faces.http.route_parts import BODY_BYTES_MAX
from aspan.operations import sales_events as sale
from aspan.operations.commands import CheckIn
from aspan.primitives.ids import BookingId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from receiving import Receiver
from selling import OTHER, OTHER_SECRET, Shop, new_key, open_shop

INFANTS = [{"kind": "infant"}, {"kind": "infant"}]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Return a service of the small city at nine in the morning."""
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


def refused(answer: httpx.Response, status: int, code: str, field: str = "") -> dict[str, Any]:
    """Return the problem of an answer, which must be this one."""
    page: dict[str, Any] = answer.json()
    found = (answer.status_code, page["code"], page.get("field", ""))
    assert found == (status, code, field), answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert page["title"]
    assert page["detail"]
    return page


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


# ---- bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"travellers": [{"mass_kg": 140.0, "bag_kg": 40.0}] * 4}, 409, "party_too_large", ""),
        ({"travellers": [{"mass_kg": -80.0}]}, 422, "invalid_value", "travellers[0].mass_kg"),
        ({"travellers": [{"bag_kg": -5.0}]}, 422, "invalid_value", "travellers[0].bag_kg"),
        ({"travellers": [{"mass_kg": 80.0}] * 10_000}, 413, "body_too_large", "body"),
        ({"travellers": [{}] * 2_000}, 422, "invalid_value", "travellers"),
        ({"travellers": [{}] * 8}, 409, "party_too_large", ""),
        ({"travellers": []}, 422, "invalid_value", "travellers"),
        ({"travellers": [{"kind": "child"}]}, 422, "child_alone", "travellers"),
        ({"travellers": [{"kind": "infant"}]}, 422, "no_traveller", "travellers"),
        ({"travellers": [{}, *INFANTS]}, 422, "infants_exceed_adults", "travellers"),
        ({"travellers": [{"name": "Иван"}]}, 422, "unknown_field", "travellers[0].name"),
        ({"currency": "USD"}, 422, "foreign_currency", "currency"),
        ({"currency": "TENGE"}, 422, "invalid_value", "currency"),
        ({"departure": None}, 422, "one_of_two", "offer"),
        ({"offer": "o1.x.y"}, 422, "one_of_two", "offer"),
        ({"departure": None, "offer": "o1.x.y"}, 422, "invalid_offer", "offer"),
        ({"departure": None, "offer": "🚁" * 100}, 422, "invalid_offer", "offer"),
        ({"contact": {"name": ""}}, 422, "invalid_value", "contact.name"),
        ({"contact": {"name": "a\nb"}}, 422, "invalid_value", "name"),
        ({"contact": {"name": "A", "phone": "call me"}}, 422, "invalid_value", "phone"),
        ({"surprise": 1}, 422, "unknown_field", "surprise"),
    ],
)  # fmt: skip
def test_a_booking_that_makes_no_sense_is_refused_whole(
    shop: Shop, change: dict[str, Any], status: int, code: str, field: str
) -> None:
    """Each is refused with its code, in the asker's language, and no seat or person is kept."""
    before = shop.twin.log.kept
    people = len(shop.sales.vault.list_people())
    answer = shop.post("/v1/bookings", {**shop.wish(), **change})
    page = refused(answer, status, code, field)
    assert len(shop.sales.vault.list_people()) == people
    rows = [row.line for row in shop.twin.log.list_rows(before, 1_000)]
    assert not [line for line in rows if b'"BookingHeld"' in line]
    told = shop.http.post(
        "/v1/bookings",
        json={**shop.wish(), **change},
        headers={**shop.partner, "Idempotency-Key": new_key(), "Accept-Language": "kk"},
    )
    assert told.json()["title"] != page["title"]
    assert told.json()["code"] == code


def test_one_heavy_traveller_is_carried_if_the_aircraft_can(shop: Shop) -> None:
    """A person of 140 kg with a bag of 40 kg is a party of 180 kg, no more and no less."""
    heavy = shop.hold(travellers=[{"mass_kg": 140.0, "bag_kg": 40.0}])
    assert heavy["payload_kg"] == 180.0
    party = [{"mass_kg": 140.0, "bag_kg": 40.0}] * 2
    answer = shop.post("/v1/bookings", shop.wish(travellers=party))
    limit_kg = shop.twin.run.city.aircraft_type.payload_kg_max
    assert (answer.status_code == 201) == (limit_kg >= 360.0)


@pytest.mark.parametrize(
    "body",
    ['{"travellers": [{"mass_kg": NaN}]}', "{", "[" * 9_000, "\udcff", '"' + "x" * 5_000 + '"', ""],
)
def test_what_is_no_json_is_refused(shop: Shop, body: str) -> None:
    """Broken, deep, foreign and empty bodies are answered with 400 or 422, on both ways in."""
    headers = {**shop.partner, "Content-Type": "application/json"}
    for path in ("/v1/bookings", "/v1/bookings?lang=ru"):
        answer = shop.http.post(
            path,
            content=body.encode("utf-8", "surrogateescape"),
            headers={**headers, "Idempotency-Key": new_key()},
        )
        assert answer.status_code in (400, 422), answer.text
        assert answer.json()["code"] in ("malformed_json", "invalid_value", "missing_field")


def test_five_megabytes_are_not_read(shop: Shop) -> None:
    """A body beyond the limit is refused on both ways in, said or unsaid how long it is."""

    def in_parts() -> Iterator[bytes]:
        for _ in range(80):
            yield b" " * (1 << 16)

    headers = {**shop.partner, "Idempotency-Key": new_key(), "Content-Type": "application/json"}
    for path in ("/v1/bookings", "/v1/bookings?lang=ru", "/v1/payments", "/v1/oauth/token"):
        for content in (b" " * (5 << 20), in_parts()):
            try:
                answer = shop.http.post(path, content=content, headers=headers)
            except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
                continue  # it hung up on us in the middle
            assert answer.status_code == 413, answer.text
    assert BODY_BYTES_MAX < 100_000


def test_other_content_and_other_methods_are_refused(shop: Shop) -> None:
    """A form, and a method that is not taken, have codes of their own."""
    answer = shop.http.post("/v1/bookings", data={"a": "b"}, headers=shop.partner)
    refused(answer, 415, "unsupported_media_type", "Content-Type")
    refused(
        shop.http.put("/v1/bookings", headers=shop.partner), 405, "method_not_allowed", "method"
    )
    refused(shop.http.get("/v1/nothing"), 404, "unknown_path", "path")
    refused(shop.post("/v1/bookings?colour=red", shop.wish()), 400, "invalid_parameter", "colour")
    for key in ("short", "x" * 65, "with spaces in it", ""):
        answer = shop.post("/v1/bookings", shop.wish(), key=key)
        refused(answer, 400, "missing_idempotency_key", "Idempotency-Key")


def test_a_changed_price_is_refused(shop: Shop) -> None:
    """Whoever says what they were shown is never charged more: the hold is refused instead."""
    wish = shop.wish()
    wish["departure"]["fare_tiyn"] = 1
    refused(shop.post("/v1/bookings", wish), 409, "price_changed")
    wish["departure"]["fare_tiyn"] = 10**9
    assert shop.post("/v1/bookings", wish).json()["fare"]["total_tiyn"] < 10**9


def test_a_scope_that_is_not_there_is_refused(shop: Shop) -> None:
    """A token does what it was given for, and no more."""
    looker = shop.log_in("sandbox", "sandbox-secret", "offers")
    refused(shop.post("/v1/bookings", shop.wish(), looker), 403, "wrong_scope")
    refused(shop.post("/v1/payments", {"amount_tiyn": 1}, looker), 403, "wrong_scope")
    refused(shop.get("/v1/webhook", looker), 403, "wrong_scope")
    refused(
        shop.get("/v1/departures?origin=WEST&destination=EAST", shop.log_in(OTHER, OTHER_SECRET)),
        403,
        "wrong_scope",
    )
    answer = shop.http.post("/v1/oauth/token", data={"grant_type": "password"})
    assert refused(answer, 400, "unsupported_grant_type")["error"] == "unsupported_grant_type"


def test_somebody_else_s_booking_is_none(shop: Shop) -> None:
    """Another partner is answered as if there were no such booking, whatever it asks."""
    held = shop.book()
    other = shop.log_in(OTHER, OTHER_SECRET)
    path = f"/v1/bookings/{held['booking_id']}"
    wish = {"departure": shop.wish()["departure"]}
    refused(shop.get(path, other), 404, "unknown_booking")
    refused(shop.post(path + "/cancellation", {}, other), 404, "unknown_booking")
    refused(shop.post(path + "/confirmation", {"payment_id": "P"}, other), 404, "unknown_booking")
    refused(shop.post(path + "/change", wish, other), 404, "unknown_booking")
    refused(shop.get("/v1/bookings/BAAAAAAAAAAAA"), 404, "unknown_booking")
    assert shop.get(path).json()["status"] == "confirmed"


def test_a_payment_pays_once_and_enough(shop: Shop) -> None:
    """Declined, too small, another's or used elsewhere, a payment confirms nothing."""
    first, second = shop.hold(), shop.hold()
    path = f"/v1/bookings/{first['booking_id']}/confirmation"
    declined = shop.post("/v1/payments", {"amount_tiyn": 10**7, "method": "tok_no"}).json()
    assert declined["state"] == "declined"
    refused(shop.post(path, {"payment_id": declined["payment_id"]}), 409, "payment_not_authorised")
    small = shop.pay(100)
    refused(shop.post(path, {"payment_id": small["payment_id"]}), 409, "payment_too_small")
    refused(shop.post(path, {"payment_id": "PAAAAAAAAAAAA"}), 404, "unknown_payment")
    own = shop.pay(10**7, who={})
    refused(shop.post(path, {"payment_id": own["payment_id"]}), 404, "unknown_payment")
    refused(shop.get(f"/v1/payments/{own['payment_id']}"), 404, "unknown_payment")
    good = shop.pay(first["fare"]["total_tiyn"])
    assert shop.post(path, {"payment_id": good["payment_id"]}).status_code == 200
    elsewhere = f"/v1/bookings/{second['booking_id']}/confirmation"
    refused(shop.post(elsewhere, {"payment_id": good["payment_id"]}), 409, "payment_used")
    assert (
        shop.get(f"/v1/payments/{good['payment_id']}").json()["booking_id"] == first["booking_id"]
    )
    answer = shop.post("/v1/payments", {"amount_tiyn": 100, "currency": "USD"})
    refused(answer, 422, "foreign_currency", "currency")


def test_a_person_is_changed_and_erased_by_their_seller_alone(shop: Shop) -> None:
    """A contact can be told anew and erased; afterwards nobody is there, and the booking is."""
    held = shop.hold(contact={"name": "Dana", "email": "dana@example.kz"})
    path = f"/v1/bookings/{held['booking_id']}/contact"
    answer = shop.http.put(path, json={"name": "Дана", "lang": "ru"}, headers=shop.partner)
    assert answer.json() == {"person_id": held["person_id"]}
    vault, person_id = shop.sales.vault, held["person_id"]
    assert vault.get(person_id, who="test", why="test", at_ms=0).name == "Дана"
    gone = f"/v1/people/{person_id}"
    refused(shop.http.delete(gone), 401, "unauthorized")
    refused(shop.http.delete(gone, headers=shop.owner(shop.hold(who={}))), 404, "unknown_person")
    assert shop.http.delete(gone, headers=shop.partner).status_code == 204
    assert vault.find(person_id, who="test", why="test", at_ms=0) is None
    refused(shop.http.delete(gone, headers=shop.partner), 404, "unknown_person")
    assert shop.get(f"/v1/bookings/{held['booking_id']}").json()["status"] == "held"


def test_a_webhook_is_set_seen_and_dropped(shop: Shop) -> None:
    """The secret is told once; a strange address is refused; each partner has its own."""
    for url in (
        "ftp://example.kz/x",
        "not an address",
        "http://user:pw@example.kz/",
        "http://[::1",
    ):
        answer = shop.http.put("/v1/webhook", json={"url": url}, headers=shop.partner)
        refused(answer, 422, "invalid_url", "url")
    refused(shop.get("/v1/webhook"), 404, "unknown_webhook")
    made = shop.http.put("/v1/webhook", json={"url": "http://127.0.0.1:9/x"}, headers=shop.partner)
    assert len(made.json()["secret"]) >= 32
    assert shop.get("/v1/webhook").json()["secret"] is None
    refused(shop.get("/v1/webhook", shop.log_in(OTHER, OTHER_SECRET)), 404, "unknown_webhook")
    assert shop.http.delete("/v1/webhook", headers=shop.partner).status_code == 204
    refused(shop.get("/v1/webhook", {}), 401, "unauthorized")


def test_a_partner_is_told_what_becomes_of_a_booking(shop: Shop) -> None:
    """Every step of its bookings comes once taken, signed, in order, and of no other's."""
    receiver = Receiver("")
    seen: dict[str, int] = {}

    def answer(message: dict[str, Any]) -> int:
        seen[message["id"]] = seen.get(message["id"], 0) + 1
        return 503 if seen[message["id"]] == 1 and int(message["id"]) % 3 == 0 else 200

    receiver.answer = answer
    made = shop.http.put("/v1/webhook", json={"url": receiver.url}, headers=shop.partner)
    receiver.secret = made.json()["secret"]
    held, other = shop.book(), shop.book(who={})
    path = f"/v1/bookings/{held['booking_id']}"
    shop.post(path + "/cancellation", {})
    told = [
        "aspan.booking.held",
        "aspan.booking.confirmed",
        "aspan.booking.cancelled",
    ]
    receiver.wait(
        lambda: sum(subject == held["booking_id"] for subject, _ in receiver.taken) == len(told)
    )
    kinds = {message["id"]: message["type"] for message in receiver.heard}
    mine = [kinds[number] for subject, number in receiver.taken if subject == held["booking_id"]]
    assert mine == told
    assert other["booking_id"] not in {message["subject"] for message in receiver.heard}
    assert "aspan.payment.authorised" in kinds.values()
    shop.http.delete("/v1/webhook", headers=shop.partner)
    receiver.close()


def test_a_hold_that_ran_out_confirms_nothing(shop: Shop) -> None:
    """After its time a hold is over, its seats are free, and whoever pays late is told so."""
    held = shop.hold()
    payment = shop.pay(held["fare"]["total_tiyn"])
    path = f"/v1/bookings/{held['booking_id']}"
    clock = shop.twin.clock
    clock.set_speed(5_000.0)
    for _ in range(2_000):
        page = shop.get(path).json()
        if page["status"] != "held":
            break
    clock.set_speed(1.0)
    assert (page["status"], page["live"]["step"]) == ("expired", "expired")
    late = shop.post(path + "/confirmation", {"payment_id": payment["payment_id"]})
    refused(late, 409, "hold_expired")


def test_the_log_names_nobody(shop: Shop) -> None:
    """Names and contacts are nowhere on the log, and every hold there says who sold it."""
    held = shop.hold(contact={"name": "Quetzalcoatl", "phone": "+7 777 000 11 22"})
    rows = shop.twin.log.list_rows(0, 100_000)
    assert not [row for row in rows if b"Quetzalcoatl" in row.line or b"777 000" in row.line]
    found = [row for row in rows if held["booking_id"].encode() in row.line]
    assert b'"seller":"sandbox"' in found[0].line
    assert sale.BookingHeld.__name__.encode() in found[0].line


def test_the_tariff_is_public(shop: Shop) -> None:
    """Nobody need say who asks; a fare on sale lies within the bounds told for its pair."""
    answer = shop.http.get("/v1/tariff", params={"lang": "ru"})
    assert answer.status_code == 200
    (told,) = [
        pair
        for pair in answer.json()["pairs"]
        if (pair["origin"], pair["destination"]) == ("NORTH", "EAST")
    ]
    page = shop.get("/v1/departures?origin=NORTH&destination=EAST").json()
    fares = [one["fare"]["total_tiyn"] for one in page["departures"]]
    assert fares
    assert all(told["least_tiyn"] <= fare <= told["most_tiyn"] for fare in fares)
    refused(shop.http.get("/v1/tariff", params={"x": "y"}), 400, "invalid_parameter", "x")
