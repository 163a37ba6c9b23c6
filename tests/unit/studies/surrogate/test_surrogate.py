"""The surrogate on a small city: the same every time, right in the mean, moved the right way."""

from functools import lru_cache

import msgspec
import numpy as np
import pytest

from aspan.compose.door_tables import find_door_tables
from aspan.compose.serviceability import list_serviceable
from aspan.demand.forecast import expected_rates
from aspan.demand.sampling import prepare_demand
from aspan.operations.city_index import CityIndex
from aspan.studies.plan import Plan
from aspan.studies.plan_city import make_city, own_plan
from aspan.studies.setting import Setting
from aspan.studies.surrogate.energy import require_kwh, tabulate_energy, take_in_air
from aspan.studies.surrogate.skies import judge_skies, list_sky_days
from aspan.studies.surrogate.surrogate import Surrogate
from aspan.world.city import City
from aspan.world.readers import load_city

SUMMER = Setting(months=(6,))


@lru_cache(maxsize=1)
def tiny() -> City:
    """Return the small city, loaded once."""
    return load_city("tiny")


@lru_cache(maxsize=1)
def surrogate() -> Surrogate:
    """Return its surrogate, prepared once."""
    return Surrogate(tiny())


def with_fare(factor: float) -> Plan:
    """Return the city's own network at a fare."""
    return msgspec.structs.replace(own_plan(tiny()), fare_factor=factor)


def test_it_is_the_same_every_time() -> None:
    """Two preparations say the same of a plan, to the last bit."""
    plan = own_plan(tiny())
    again = Surrogate(tiny()).estimate(plan, Setting())
    assert msgspec.json.encode(again) == msgspec.json.encode(surrogate().estimate(plan, Setting()))


@pytest.mark.parametrize(
    ("fare_factor", "setting"),
    [
        (1.0, SUMMER),
        (0.5, SUMMER),
        (1.0, Setting(months=(6,), value_of_time_factor=1.5)),
        (1.0, Setting(months=(6,), process_s=1200)),
    ],
)
def test_those_who_want_to_fly_are_those_of_the_forecast(
    fare_factor: float, setting: Setting
) -> None:
    """As many parties want to fly as the forecast expects, less the tenth of the block time."""
    plan = with_fare(fare_factor)
    city = make_city(tiny(), plan, setting)
    block_ms = list_serviceable(CityIndex(city)).block_ms
    rates = expected_rates(prepare_demand(city, block_ms, find_door_tables(city))).bookings
    forecast = sum(sum(hours) for hours in rates.values())
    wanting = surrogate().estimate(plan, setting).parties_wanting
    assert wanting == pytest.approx(forecast, rel=0.1)


def test_figures_move_the_right_way() -> None:
    """More people fly at lower fares and for more demand, fewer if the way through is longer."""
    found = {factor: surrogate().estimate(with_fare(factor), SUMMER) for factor in (0.5, 1.0, 2.0)}
    passengers = [found[factor].passengers_flown for factor in (0.5, 1.0, 2.0)]
    assert passengers == sorted(passengers, reverse=True)
    assert passengers[2] > 0.0
    plan = own_plan(tiny())
    twice = surrogate().estimate(plan, Setting(months=(6,), demand=2.0))
    slow = surrogate().estimate(plan, Setting(months=(6,), process_s=1500))
    assert found[1.0].passengers_flown < twice.passengers_flown < 2.2 * found[1.0].passengers_flown
    assert slow.passengers_flown < found[1.0].passengers_flown


def test_value_of_time_draws_to_what_costs_less_of_it() -> None:
    """Dearer time means fewer flights where they weigh more of it, and more where they weigh less.

    Check-in counts 1.6 to 1.8 times a ride, so flying a few minutes faster weighs more time here;
    were it counted as a ride is, and as good as free of waiting, it would weigh less.
    """
    usual = [
        surrogate().estimate(with_fare(0.8), Setting(value_of_time_factor=factor)).passengers_flown
        for factor in (0.5, 1.0, 2.0)
    ]
    assert usual[0] > usual[1] > usual[2]
    city = tiny()
    segments = tuple(
        msgspec.structs.replace(segment, out_of_vehicle_weight=1.0)
        for segment in city.demand.segments
    )
    plain = Surrogate(
        msgspec.structs.replace(
            city,
            demand=msgspec.structs.replace(city.demand, segments=segments, transfer_penalty_s=0.0),
        ),
        parties=600,
    )
    alike = [
        plain.estimate(
            with_fare(0.8), Setting(value_of_time_factor=factor, process_s=0)
        ).passengers_flown
        for factor in (0.5, 1.0, 2.0)
    ]
    assert alike[0] < alike[1] < alike[2]


def test_a_fleet_too_small_turns_people_away() -> None:
    """With the demand of a great city one aircraft carries less than three, and is busier."""
    crowd = Setting(months=(6,), demand=20.0)
    plan = own_plan(tiny())
    few = surrogate().estimate(msgspec.structs.replace(plan, fleet=1), crowd)
    more = surrogate().estimate(msgspec.structs.replace(plan, fleet=3), crowd)
    assert few.passengers_flown < more.passengers_flown
    assert few.refused_capacity > more.refused_capacity > 0.0


def test_sums_are_those_of_their_parts() -> None:
    """Passengers, minutes and fares by pair, zone and segment add up to the whole."""
    told = surrogate().estimate(own_plan(tiny()), Setting())
    whole = pytest.approx(told.passengers_flown)
    assert sum(pair.passengers_flown for pair in told.pairs) == whole
    assert sum(told.passengers_by_zone.values()) == whole
    assert sum(told.passengers_by_segment.values()) == whole
    assert sum(pair.minutes_saved for pair in told.pairs) == pytest.approx(told.minutes_saved)
    assert sum(month.passengers_flown for month in told.months) / 12.0 == whole


def test_fog_and_batteries_take_passengers_away() -> None:
    """More fog and tired packs cost passengers, the packs by what energy refuses."""
    plan, winter = own_plan(tiny()), (1, 12)
    usual = surrogate().estimate(plan, Setting(months=winter))
    foggy = surrogate().estimate(plan, Setting(months=winter, fog_factor=3.0))
    hungry = surrogate().estimate(plan, Setting(months=winter, soh=0.55))
    assert foggy.passengers_flown < usual.passengers_flown
    assert hungry.passengers_flown < usual.passengers_flown
    assert hungry.refused_energy > usual.refused_energy


def test_a_plan_on_which_nobody_can_fly_comes_to_nothing() -> None:
    """Where no pack has the energy for any pair every figure is 0, and nothing is divided by it."""
    hopeless = Setting(soh=0.5, gross_kwh=50.0, energy_factor=1.5)
    told = surrogate().estimate(own_plan(tiny()), hopeless)
    assert (told.passengers_flown, told.sorties_flown, told.load_factor) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("energy_factor", [1.0, 1.3])
def test_energies_are_those_of_the_planner(energy_factor: float) -> None:
    """In standard still air a full aircraft needs what `list_serviceable` says, within 3 %."""
    base = tiny()
    city = make_city(base, own_plan(base), Setting(energy_factor=energy_factor))
    index = CityIndex(city)
    tables = tabulate_energy(CityIndex(base))
    days = list_sky_days(base.weather, (6,), days_a_month=1)
    skies = judge_skies(CityIndex(base), base.weather, days, np.zeros(len(tables.origin)))
    still = msgspec.structs.replace(
        skies, warmth_k=0.0 * skies.warmth_k, headwind_mps=0.0 * skies.headwind_mps
    )
    every = np.ones(len(base.vertiports), dtype=np.bool_)
    found = energy_factor * require_kwh(
        tables, take_in_air(tables, still), base.rules.reserve, every
    )
    kind, served = city.aircraft_type, list_serviceable(index)
    seats = {pair: served.seats.get(pair, 0) for pair in sorted(index.lanes)}
    usable = (kind.ceiling_soc - kind.floor_soc) * kind.gross_kwh
    for row, pair in enumerate(sorted(index.lanes)):
        if seats[pair] == kind.seats:
            assert found[0, 0, row, 1] <= 1.03 * usable
        else:
            assert found[0, 0, row, 1] >= 0.97 * usable
