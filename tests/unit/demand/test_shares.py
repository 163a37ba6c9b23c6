"""Shares of the modes: logits, held to hand-made numbers and to their limits."""

from math import exp, log

import pytest

from aspan.demand.choice import Alternative, choose, plan_choice
from aspan.demand.shares import air_chance, share_out
from aspan.primitives.errors import InvalidInput
from aspan.world.city import City

VALUES_KZT_H = (100.0, 3_000.0, 1e9)


class Party:
    """A party of one without a taste."""

    party = 1
    taste_kzt = 0.0

    def __init__(self, value_of_time_kzt_h: float) -> None:
        self.value_of_time_kzt_h = value_of_time_kzt_h


def test_shares_are_those_of_the_logit() -> None:
    """Two ways apart by ln 3 scales are taken 3 to 1, whatever their level."""
    for level_kzt in (-1e3, -1e9):
        ways = {"car": level_kzt, "transit": level_kzt - 500.0 * log(3.0)}
        shares = share_out(ways, scale_kzt=500.0)
        assert shares == pytest.approx({"car": 0.75, "transit": 0.25}, abs=1e-6)


@pytest.mark.parametrize("scale_kzt", [1e-3, 10.0, 1e7])
def test_shares_sum_to_one(scale_kzt: float) -> None:
    """Whatever the scale, however far apart the ways."""
    shares = share_out({"walk": -50.0, "car": -4000.0, "transit": -9e8}, scale_kzt=scale_kzt)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert all(0.0 <= share <= 1.0 for share in shares.values())


def test_the_less_is_unknown_the_more_take_the_best() -> None:
    """Towards a scale of 0 all take the best way, as the twin's travellers do; one alone is all."""
    ways = {"walk": -900.0, "car": -1000.0, "transit": -950.0}
    best = [share_out(ways, scale_kzt=scale)["walk"] for scale in (10_000.0, 100.0, 1.0)]
    assert best[0] < best[1] < best[2] == pytest.approx(1.0)
    assert share_out({"car": -5.0}, scale_kzt=1.0) == {"car": 1.0}


def test_whom_an_hour_is_worth_everything_takes_the_fastest(city: City) -> None:
    """With a boundless value of time the fastest way has every share, not so with a small one."""
    ways = (
        Alternative("walk", 0.0, 0, 7_200_000, 0),
        Alternative("car", 2_500.0, 1_500_000, 300_000, 0),
        Alternative("transit", 120.0, 1_200_000, 400_000, 0),
    )
    segment = city.demand.segments[0]
    found = []
    for value in VALUES_KZT_H:
        choice = choose(plan_choice(city.demand, segment, Party(value), ways))
        utilities = dict(zip(("walk", "car", "transit"), choice.utilities_kzt, strict=True))
        found.append(share_out(utilities, scale_kzt=segment.logit_scale_kzt))
    weighted_ms = {
        way.mode: way.in_vehicle_ms + segment.out_of_vehicle_weight * way.out_of_vehicle_ms
        for way in ways
    }
    fastest = min(weighted_ms, key=lambda mode: weighted_ms[mode])
    assert found[-1][fastest] == pytest.approx(1.0)
    assert found[0]["walk"] > found[-1]["walk"]


@pytest.mark.parametrize("advantage_kzt", [-1e9, -4000.0, 0.0, 4000.0, 1e9])
def test_air_is_taken_with_the_binary_logit(advantage_kzt: float) -> None:
    """The chance is that of a logistic taste above the disadvantage, and grows with it."""
    chance = air_chance(advantage_kzt, scale_kzt=2000.0, air_constant=-1.0)
    if abs(advantage_kzt) < 1e6:
        odds = advantage_kzt / 2000.0 - 1.0
        assert chance == pytest.approx(1.0 / (1.0 + exp(-odds)))
    assert 0.0 <= chance <= 1.0
    assert chance <= air_chance(advantage_kzt + 100.0, scale_kzt=2000.0, air_constant=-1.0)
    assert chance <= air_chance(advantage_kzt, scale_kzt=2000.0, air_constant=0.0)


def test_nothing_to_share_out_is_refused() -> None:
    """No way and no scale are errors that name the thing."""
    with pytest.raises(InvalidInput, match="at least one"):
        share_out({}, scale_kzt=1.0)
    with pytest.raises(InvalidInput, match="scale_kzt"):
        share_out({"car": 1.0}, scale_kzt=0.0)
