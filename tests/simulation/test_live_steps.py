"""One booking followed over HTTP through every step that its passenger is told, in order."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aspan.live import wall_clock
from aspan.operations.actions import CancelSortie
from aspan.operations.commands import TakeAction
from aspan.primitives.ids import SortieId
from aspan.primitives.units import MS_PER_MIN, MS_PER_S
from selling import WAIT_S, Shop, new_key, open_shop

SPEED = 30.0
TICK_S = 0.5
"""Of the wall's clock, which stands still between ticks: 15 s of the service's."""

STEPS = [
    "pay",
    "on_the_way",
    "check_in",
    "gate",
    "boarding",
    "taxiing",
    "in_flight",
    "landed",
    "arrived",
]
TIMES = ("leave_at_ms", "be_there_at_ms", "off_block_at_ms", "on_block_at_ms", "arrive_at_ms")


class Follower:
    """Moves the service's clock, and reads a booking's page at each tick."""

    def __init__(self, shop: Shop, wall_s: list[float]) -> None:
        self.shop = shop
        self._wall_s = wall_s

    def tick(self) -> None:
        """Let a little time pass; return when the service has worked it off."""
        clock = self.shop.twin.clock
        until_ms = clock.now_ms() + round(TICK_S * SPEED * MS_PER_S)
        self._wall_s[0] += TICK_S
        clock.nudge()
        until_s = time.monotonic() + WAIT_S
        while clock.now_ms() < until_ms - MS_PER_S:
            assert time.monotonic() < until_s, "the service does not go on"
            self.shop.twin.service.find_answer(lambda: None)

    def look(self, held: dict[str, Any], lang: str = "en") -> dict[str, Any]:
        """Return a booking's page."""
        answer = self.shop.get(f"/v1/bookings/{held['booking_id']}?lang={lang}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def follow(self, held: dict[str, Any], last: str) -> dict[str, list[dict[str, Any]]]:
        """Return the pages by step, in the order in which the steps came."""
        pages: dict[str, list[dict[str, Any]]] = {}
        for _ in range(1_000):
            page = self.look(held)
            step = page["live"]["step"]
            assert step not in pages or step == list(pages)[-1], f"{step} after {list(pages)}"
            pages.setdefault(step, []).append(page)
            if step == last:
                return pages
            self.tick()
        raise AssertionError(f"never came: {last}; {list(pages)}")


@pytest.fixture
def follower(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Follower]:
    """Return a service whose wall clock is moved by hand."""
    wall_s = [1_000.0]
    monkeypatch.setattr(wall_clock, "monotonic", lambda: wall_s[0])
    with open_shop(tmp_path, speed=SPEED) as shop:
        yield Follower(shop, wall_s)


def test_every_step_of_a_trip_is_told_in_order(follower: Follower) -> None:
    """From the payment to the arrival each step comes once, with what it owes the passenger."""
    shop = follower.shop
    held = shop.hold(in_min=60.0)
    unpaid = follower.look(held)
    payment = shop.pay(held["fare"]["total_tiyn"])
    path = f"/v1/bookings/{held['booking_id']}/confirmation"
    assert shop.post(path, {"payment_id": payment["payment_id"]}).status_code == 200
    pages = {unpaid["live"]["step"]: [unpaid], **follower.follow(held, "arrived")}
    assert list(pages) == STEPS
    check_times(pages)
    check_endings(pages)
    check_aircraft(pages)
    for step, (page, *_) in pages.items():
        has_ticket = page["status"] in ("confirmed", "checked_in", "boarded")
        assert page["is_ticket_ready"] == has_ticket, step
        is_open = page["status"] in ("held", "confirmed", "checked_in")
        assert page["cancellation"]["is_open"] == is_open, step
        assert page["live"]["text"], step
        assert page["live"]["delay_ms"] == 0, step
    assert len({page["live"]["text"] for (page, *_) in pages.values()}) == len(STEPS)
    texts = {follower.look(held, lang)["live"]["text"] for lang in ("kk", "ru", "en")}
    assert len(texts) == 3


def check_times(pages: dict[str, list[dict[str, Any]]]) -> None:
    """See that the times of every page stand in order, and that no step begins before its own."""
    for step, all_of in pages.items():
        for page in all_of:
            times = [page["trip"][name] for name in TIMES]
            assert times == sorted(times), step
    trips = {step: page["trip"] for step, (page, *_) in pages.items()}
    at_ms = {step: page["now_ms"] for step, (page, *_) in pages.items()}
    assert at_ms["check_in"] >= trips["check_in"]["be_there_at_ms"] - 15 * MS_PER_MIN
    assert at_ms["gate"] < at_ms["boarding"] < trips["boarding"]["off_block_at_ms"]
    assert at_ms["taxiing"] >= trips["taxiing"]["off_block_at_ms"] - MS_PER_MIN
    assert at_ms["arrived"] <= trips["arrived"]["promised_arrival_at_ms"]


def check_endings(pages: dict[str, list[dict[str, Any]]]) -> None:
    """See that each step says when it ends, as far as that can be said."""
    named = {
        "pay": lambda page: page["expires_at_ms"],
        "on_the_way": lambda page: page["trip"]["be_there_at_ms"],
        "check_in": lambda page: page["trip"]["be_there_at_ms"],
        "gate": lambda page: page["trip"]["off_block_at_ms"],
        "boarding": lambda page: page["trip"]["off_block_at_ms"],
        "in_flight": lambda page: page["trip"]["on_block_at_ms"],
    }
    for step, all_of in pages.items():
        for page in all_of:
            until_ms = named[step](page) if step in named else None
            assert page["live"]["until_ms"] == until_ms, step
    statuses = {step: {page["status"] for page in all_of} for step, all_of in pages.items()}
    assert statuses["pay"] == {"held"}
    assert statuses["on_the_way"] == statuses["check_in"] == {"confirmed"}
    assert statuses["gate"] == {"checked_in"}
    assert statuses["boarding"] <= {"checked_in", "boarded"}
    assert statuses["taxiing"] == statuses["in_flight"] == {"boarded"}
    assert statuses["arrived"] <= {"flown", "settled"}


def check_aircraft(pages: dict[str, list[dict[str, Any]]]) -> None:
    """See that the stand is told to whom boards, and where the aircraft is to whom flies."""
    assert all(page["live"]["stand_id"] for page in pages["boarding"])
    assert all(page["live"]["aircraft_id"] for step in STEPS[4:] for page in pages[step])
    for step, all_of in pages.items():
        for page in all_of[: 1 if step == "landed" else None]:
            has_position = page["live"]["position"] is not None
            assert has_position == (step in ("taxiing", "in_flight", "landed")), step
    air = [page["live"] for page in pages["in_flight"]]
    trip = pages["in_flight"][0]["trip"]
    assert len(air) >= 4
    assert all(len(live["path"]) >= 2 for live in air)
    lons = [live["position"]["lon"] for live in air]
    assert lons == sorted(lons), "it flies from west to east, and never back"
    assert trip["origin"]["lon"] - 0.01 <= lons[0]
    assert lons[-1] <= trip["destination"]["lon"] + 0.01
    assert max(live["position"]["ground_speed_mps"] for live in air) > 40.0
    ground_m = pages["taxiing"][0]["live"]["position"]["altitude_amsl_m"]
    assert max(live["position"]["altitude_amsl_m"] for live in air) > ground_m + 100.0


def test_who_is_driven_is_told_until_the_door(follower: Follower) -> None:
    """The taxi's step ends when it is due at the door; from then on they have arrived."""
    shop = follower.shop
    held = shop.book(in_min=120.0)
    sortie_id = SortieId(follower.look(held)["trip"]["sortie_id"])
    order = TakeAction(
        key=new_key(), who="test", why="test", action=CancelSortie(sortie_id=sortie_id)
    )
    assert not shop.twin.service.take_action(order).record.reason
    pages = follower.follow(held, "arrived")
    assert list(pages) == ["ride", "arrived"]
    due_ms = pages["ride"][0]["live"]["until_ms"]
    assert all(page["now_ms"] < due_ms for page in pages["ride"])
    (last,) = pages["arrived"]
    assert last["now_ms"] >= due_ms
    assert (last["status"], last["live"]["until_ms"]) == ("refunded", None)
    assert last["live"]["text"] != pages["ride"][0]["live"]["text"]
    assert last["refund_tiyn"] == held["fare"]["total_tiyn"]
