"""Factors: unknowns of the city and its costs, put into settings and costs."""

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.studies.factors import list_factors, make_costs, make_setting
from aspan.studies.setting import Setting
from aspan.world.readers import load_city
from aspan.world.readers.costs import load_costs

CITY = load_city("alatau")
COSTS = load_costs(CITY)
FACTORS = {factor.name: factor for factor in list_factors(CITY, COSTS)}


def test_unknowns_of_the_issue_are_there() -> None:
    """Energy, battery, price, demand, fog, reserve and the worth of time are unknowns of Alatau."""
    wanted = {
        "energy_factor", "gross_kwh", "soh", "demand", "fog_factor", "reserve_s", "process_s",
        "value_of_time_factor", "aircraft.price_usd", "terms.kzt_per_usd",
    }  # fmt: skip
    assert wanted <= set(FACTORS)
    assert all(factor.source for factor in FACTORS.values())
    assert FACTORS["reserve_s"].levels == (1200.0, 1800.0)
    assert FACTORS["gross_kwh"].low == CITY.quantities["aircraft_type.gross_kwh"].low
    assert FACTORS["process_s"].value == CITY.rules.service.process_ms / 1000
    assert FACTORS["energy_factor"].card == "level_flight"
    assert FACTORS["aircraft.price_usd"].card == ""


def test_multiples_are_of_the_city_ranges() -> None:
    """Demand may be off as far as trips per resident of all segments together."""
    stated = [
        CITY.quantities[f"segments.{segment.segment_id}.trips_per_resident_day"]
        for segment in CITY.demand.segments
    ]
    expected = sum(q.high for q in stated) / sum(q.value for q in stated)
    assert FACTORS["demand"].high == pytest.approx(expected)
    assert FACTORS["demand"].value == 1.0


@pytest.mark.parametrize("end", ["low", "value", "high"])
def test_every_end_makes_a_setting_and_costs(end: str) -> None:
    """Both ends and the value of every factor are taken by the setting and by the costs."""
    factors = tuple(FACTORS.values())
    row = [getattr(factor, end) for factor in factors]
    setting, costs = make_setting(Setting(), factors, row), make_costs(COSTS, factors, row)
    assert setting.demand == getattr(FACTORS["demand"], end)
    assert costs.aircraft.price_usd == getattr(FACTORS["aircraft.price_usd"], end)


def test_multiples_multiply_what_the_study_asks() -> None:
    """A study of half the demand stays one: what is sampled multiplies its own."""
    (factor,) = list_factors(CITY, None, names=["demand"])
    assert make_setting(Setting(demand=0.5), [factor], [1.2]).demand == pytest.approx(0.6)


def test_what_the_study_fixes_is_no_unknown() -> None:
    """A study about 30 min of reserve does not sample the reserve."""
    names = [f.name for f in list_factors(CITY, None, Setting(reserve_s=1800))]
    assert "reserve_s" not in names
    assert "demand" in names


def test_unknown_name_is_refused() -> None:
    """A factor nobody states is refused, naming those there are."""
    with pytest.raises(InvalidInput, match="sampling: factors"):
        list_factors(CITY, COSTS, names=["moon"])
