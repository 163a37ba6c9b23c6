"""What a hold says comes back until when is what the engine pays back then, to the tiyn."""

from collections.abc import Iterator
from typing import Any

import pytest

from aspan.operations.holds import find_refund_tiyn
from aspan.primitives.ids import BookingId
from aspan.primitives.units import MS_PER_H
from selling import Shop, open_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Return a service of the small city at nine in the morning."""
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


def refund_at(shop: Shop, booking_id: str, at_ms: int) -> int:
    """Return what the engine would pay back to who cancels at an instant."""
    state = shop.twin.run.engine.state
    found = shop.twin.service.find_answer(
        lambda: find_refund_tiyn(state, state.bookings[BookingId(booking_id)], at_ms)
    )
    assert found is not None
    return found


def confirm(shop: Shop, held: dict[str, Any]) -> None:
    """Pay for a hold and confirm it."""
    payment = shop.pay(held["fare"]["total_tiyn"])
    body = {"payment_id": payment["payment_id"]}
    answer = shop.post(f"/v1/bookings/{held['booking_id']}/confirmation", body)
    assert answer.status_code == 200, answer.text


def test_what_was_shown_before_paying_is_paid_back(shop: Shop) -> None:
    """Each step holds up to its instant and not beyond it; in the free minutes all comes back."""
    held = shop.hold(in_min=180.0)
    path = f"/v1/bookings/{held['booking_id']}"
    told = shop.get(path).json()["conditions"]
    fare_tiyn = held["fare"]["total_tiyn"]
    confirm(shop, held)
    page = shop.get(path).json()
    now_ms, off_ms = page["now_ms"], page["trip"]["off_block_at_ms"]
    assert refund_at(shop, held["booking_id"], now_ms + told["free_ms"] - 60_000) == fare_tiyn
    assert len(told["steps"]) > 1
    for step, later in zip(told["steps"], [*told["steps"][1:], None], strict=True):
        after_tiyn = 0 if later is None else later["refund_tiyn"]
        assert refund_at(shop, held["booking_id"], step["until_ms"] - 1) == step["refund_tiyn"]
        assert refund_at(shop, held["booking_id"], step["until_ms"] + 1) == after_tiyn
        assert after_tiyn < step["refund_tiyn"] <= fare_tiyn
    assert told["check_in_closes_at_ms"] <= off_ms
    assert [one["refund_tiyn"] for one in told["late"]] == [fare_tiyn // 4, fare_tiyn // 2]
    assert told["offers_ground"]
    assert page["conditions"]["steps"][0]["refund_tiyn"] == fare_tiyn
    assert page["conditions"]["steps"][1:] == told["steps"]
    shop.post(path + "/cancellation", {})
    assert shop.get(path).json()["conditions"] is None


def test_what_replaces_a_booking_tells_what_giving_that_one_up_would_have_cost(
    shop: Shop,
) -> None:
    """Who changes to a later flight in order to give up for nothing is told so before paying."""
    old = shop.hold(in_min=40.0)
    confirm(shop, old)
    state = shop.twin.run.engine.state
    record = state.bookings[BookingId(old["booking_id"])]
    record.confirmed_at_ms -= MS_PER_H  # its free minutes are long over
    wish = shop.wish(in_min=240.0)["departure"]
    answer = shop.post(f"/v1/bookings/{old['booking_id']}/change", {"departure": wish})
    held = answer.json()
    told = shop.get(f"/v1/bookings/{held['booking_id']}").json()["conditions"]
    confirm(shop, held)
    for step in told["steps"]:
        assert refund_at(shop, held["booking_id"], step["until_ms"] - 1) == step["refund_tiyn"]
    fare_tiyn = held["fare"]["total_tiyn"]
    assert told["steps"][0]["refund_tiyn"] < fare_tiyn


def test_who_tells_its_mass_has_a_mean_bag(shop: Shop) -> None:
    """Bags that are not told weigh what they do in the mean; none that are told weigh nothing."""
    service = shop.twin.run.index.rules.service
    masses = []
    for more in ({}, {"bag_kg": 0}, {"bag_kg": 12}):
        held = shop.hold(travellers=[{"mass_kg": 70.0, **more}])
        masses.append(held["payload_kg"])
    assert masses == [70.0 + service.bag_mass_kg, 70.0, 82.0]
