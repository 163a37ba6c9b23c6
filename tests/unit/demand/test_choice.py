"""The choice among alternatives follows the logit and raises nothing."""

from math import exp, log

import pytest

from aspan.demand.choice import Alternative, ChoiceProblem, choose
from aspan.primitives.dice import draw_at
from aspan.primitives.errors import InvalidInput

CAR = Alternative("car", 4_000.0, 3_300_000, 300_000, 0)
AIR = Alternative("air", 30_000.0, 1_500_000, 900_000, 1)


def make_problem(**changes: object) -> ChoiceProblem:
    """Return a party of one before car and air."""
    numbers: dict[str, object] = {
        "alternatives": (CAR, AIR),
        "party": 1,
        "value_of_time_kzt_h": 20_000.0,
        "out_of_vehicle_weight": 1.5,
        "transfer_penalty_ms": 600_000.0,
        "air_constant": -0.4,
        "logit_scale_kzt": 9_000.0,
        "taste_kzt": 0.0,
    }
    return ChoiceProblem(**{**numbers, **changes})  # type: ignore[arg-type]


def test_shares_equal_the_binary_logit() -> None:
    """Over many tastes the share of air is 1 / (1 + exp(−ΔU)) within four standard errors."""
    car_h = (3_300_000 + 1.5 * 300_000) / 3_600_000
    air_h = (1_500_000 + 1.5 * 900_000 + 600_000) / 3_600_000
    difference = (4_000 - 30_000 + 20_000 * (car_h - air_h)) / 9_000 - 0.4
    expected = 1.0 / (1.0 + exp(-difference))
    size, flown = 20_000, 0
    for number in range(size):
        uniform = draw_at(77, number)
        taste_kzt = 9_000 * log((uniform + 1e-300) / (1.0 - uniform))
        flown += choose(make_problem(taste_kzt=taste_kzt)).mode == "air"
    assert flown / size == pytest.approx(expected, abs=4 * (expected / size) ** 0.5)


def test_equal_utilities_leave_the_first() -> None:
    """Of two equal ways the one named first is taken."""
    assert choose(make_problem(alternatives=(CAR, CAR))).index == 0


def test_a_party_shares_the_price_of_the_car() -> None:
    """Four persons in one car pay a quarter each, and each a seat by air."""
    one = choose(make_problem()).utilities_kzt
    by_air = Alternative("air", 120_000.0, 1_500_000, 900_000, 1)
    four = choose(make_problem(party=4, alternatives=(CAR, by_air))).utilities_kzt
    assert four[1] == pytest.approx(one[1])
    assert four[0] == pytest.approx(one[0] + 3_000.0)


def test_more_wait_never_makes_air_better() -> None:
    """Utility of air falls strictly with every minute out of a vehicle."""
    waits = [Alternative("air", 30_000.0, 1_500_000, 60_000 * minute, 1) for minute in range(20)]
    utilities = choose(make_problem(alternatives=tuple(waits))).utilities_kzt
    assert list(utilities) == sorted(utilities, reverse=True)
    assert len(set(utilities)) == 20


@pytest.mark.parametrize(
    ("field", "value"), [("air_constant", 0.01), ("alternatives", ()), ("party", 0)]
)
def test_what_cannot_be_is_refused(field: str, value: object) -> None:
    """A constant that raises air, an empty choice and an empty party are bad input."""
    with pytest.raises(InvalidInput, match=field):
        make_problem(**{field: value})
