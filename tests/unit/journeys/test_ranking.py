"""Ranking: who is first in what, what is one to a traveller, and how many are shown."""

import pytest

from aspan.journeys.ranking import SHOWN_MAX, Taste, cost_kzt, rank
from unit.journeys.itineraries import make

TASTE = Taste(value_of_time_kzt_h=1800.0, out_of_vehicle_weight=2.0, transfer_penalty_s=300.0)
CAR = make(("wait", 6), ("car", 60), price_tiyn=400_000)
AIR = make(("car", 5), ("process", 10), ("air", 9), ("car", 5), price_tiyn=7_000_000)
BUS = make(("walk", 5), ("bus", 80), ("walk", 5), price_tiyn=12_000)
METRO = make(("car", 20), ("metro", 20), ("car", 15), price_tiyn=200_000)


def test_the_cost_is_price_and_weighted_time() -> None:
    """By hand: 4,000 KZT, an hour in the car, six minutes of waiting that count twice."""
    assert cost_kzt(CAR, TASTE, party=1) == pytest.approx(4000.0 + 1800.0 * (60 + 2 * 6) / 60)
    assert cost_kzt(CAR, TASTE, party=4) == pytest.approx(1000.0 + 1800.0 * (60 + 2 * 6) / 60)
    changed = make(("car", 20), ("metro", 20), ("car", 15), price_tiyn=200_000)
    assert cost_kzt(changed, TASTE, party=1) == pytest.approx(2000.0 + 1800.0 * (55 + 2 * 5) / 60)


def test_each_best_is_shown_with_its_reason() -> None:
    """The first, the fastest, the cheapest are named; the same way is named once."""
    ranked = rank([AIR, CAR, BUS, METRO], TASTE, party=1)
    reasons = {one.itinerary.mode: one.reason for one in ranked if one.reason != "other"}
    assert ranked[0].reason == "best"
    assert reasons["air"] == "fastest"
    assert "cheapest" in {ranked[0].reason, *reasons.values()} or ranked[0].itinerary is BUS
    assert len(ranked) == 4


def test_order_does_not_hang_on_the_order_given() -> None:
    """The same itineraries the other way round rank the same."""
    there = rank([AIR, CAR, BUS, METRO], TASTE, party=1)
    back = rank([METRO, BUS, CAR, AIR], TASTE, party=1)
    assert [one.itinerary for one in there] == [one.itinerary for one in back]


def test_two_alike_are_one() -> None:
    """The same modes within a minute and two percent are shown once; ten minutes later, twice."""
    twin = make(("wait", 6), ("car", 60.5), price_tiyn=403_000)
    later = make(("wait", 6), ("car", 70), price_tiyn=380_000)
    assert len(rank([CAR, twin], TASTE, party=1)) == 1
    assert len(rank([CAR, later], TASTE, party=1)) == 2


def test_few_are_shown_and_every_mode_is_among_them() -> None:
    """Of thirty no more than the limit is shown, and the dear flight is not lost."""
    many = [
        make(("walk", 5), ("bus", 30 + 2 * n), ("walk", 5), price_tiyn=40_000 - 1_000 * n)
        for n in range(30)
    ]
    ranked = rank([*many, AIR, CAR], TASTE, party=1)
    assert len(ranked) == SHOWN_MAX
    assert {"air", "car", "transit"} == {one.itinerary.mode for one in ranked}


def test_nothing_ranks_as_nothing() -> None:
    """No itinerary, no answer."""
    assert rank([], TASTE, party=1) == []
