"""Reliability: quantiles of the log-normal and the exponential law, and who misses a departure."""

from math import exp, log
from statistics import NormalDist

import pytest

from aspan.primitives.dice import draw_normal
from aspan.primitives.units import MS_PER_MIN, MS_PER_S
from aspan.world.reliability import (
    CAUGHT_SHARE,
    NORMAL_CAUGHT,
    WayKind,
    WayLeg,
    find_departure_after,
    share_below,
)
from unit.journeys.test_chance import STATED

NORMAL_90 = 1.2815515655
"""Upper tenth of the standard normal distribution (Abramowitz and Stegun 1964, table 26.5)."""


@pytest.mark.parametrize(
    ("kind", "spread"),
    [("walk", 0.08), ("leave", 0.08), ("pick_up", 0.4), ("ride", 0.18), ("wait", 0.0)],
)
def test_a_leg_is_log_normal_about_its_plan(kind: WayKind, spread: float) -> None:
    """The plan is the median; nine of ten take less than exp(1.2816 spread) of it."""
    leg = WayLeg(kind, 10 * MS_PER_MIN)
    assert STATED.draw_ms(leg, 0.0) == leg.duration_ms
    assert STATED.draw_ms(leg, NORMAL_90) == round(leg.duration_ms * exp(NORMAL_90 * spread))


def test_shares_below_are_those_of_the_normal_table() -> None:
    """One half below the median, nine tenths below the upper tenth, nobody below nothing."""
    assert share_below(0.3, 1.0) == pytest.approx(0.5)
    assert share_below(0.3, exp(0.3 * NORMAL_90)) == pytest.approx(0.9, abs=1e-9)
    assert share_below(0.3, exp(-0.3 * NORMAL_90)) == pytest.approx(0.1, abs=1e-9)
    assert share_below(0.3, 0.0) == 0.0


def test_a_vehicle_is_late_exponentially() -> None:
    """The median delay is ln 2 times the mean, and the luckiest has none."""
    assert STATED.draw_delay_ms(0.0) == 0
    assert STATED.draw_delay_ms(0.5) == round(log(2.0) * 45.0 * MS_PER_S)
    assert STATED.draw_delay_ms(1.0 - exp(-3.0)) == pytest.approx(135 * MS_PER_S, abs=1)


@pytest.mark.parametrize(
    ("late", "again", "leaves"),
    [(-5, 300, 0), (0, 300, 0), (1, 300, 300), (300, 300, 300), (301, 300, 600), (1, 0, None)],
)
def test_who_misses_one_takes_a_later_one(late: int, again: int, leaves: int | None) -> None:
    """Just in time is in time; later ones follow at equal distances, or none does."""
    assert find_departure_after(late, again) == leaves


def test_the_quantile_is_that_of_the_share_caught() -> None:
    """Share and quantile are stated apart and belong together."""
    assert NormalDist().cdf(NORMAL_CAUGHT) == pytest.approx(CAUGHT_SHARE, abs=1e-9)


def test_the_cushion_holds_nine_times_of_ten() -> None:
    """Exact for one leg; for a wait and a ride nine tenths of many sums lie below it."""
    ride, wait = WayLeg("ride", 30 * MS_PER_MIN), WayLeg("pick_up", 6 * MS_PER_MIN)
    assert STATED.leaving_cushion_ms([]) == 0
    assert STATED.leaving_cushion_ms([WayLeg("wait", 60_000)]) == 0
    alone_ms = STATED.leaving_cushion_ms([ride])
    assert alone_ms == pytest.approx(ride.duration_ms * (exp(NORMAL_90 * 0.18) - 1.0), abs=1)
    both_ms = STATED.leaving_cushion_ms([wait, ride])
    played = [
        sum(
            STATED.draw_ms(leg, draw_normal(1, leg.kind, n)) - leg.duration_ms
            for leg in (wait, ride)
        )
        for n in range(4_000)
    ]
    assert sum(late <= both_ms for late in played) / 4_000 == pytest.approx(0.9, abs=0.012)
