"""What breaks on a day of the twin, by profile."""

from datetime import date, timedelta

import pytest

from aspan.compose.runs import RunSettings, fly, open_twin, pair
from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations.city_index import CityIndex
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId, PlaceId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_H
from aspan.twin.clock import AlertList, LeapingClock
from aspan.twin.disruptions import (
    FIRST_H,
    FOG_VISIBILITY_M,
    LAST_H,
    PROFILES,
    Disruptions,
    get_profile,
)
from aspan.twin.weather import WeatherTruth
from aspan.world.city import City
from aspan.world.readers import load_city
from shipped import read_shipped

DAY = date(2025, 4, 15)
FLEET = tuple(AircraftId(f"A{n}") for n in range(6))


@pytest.fixture(scope="module")
def city() -> City:
    """Return Alatau, which has high and low sites."""
    return read_shipped("alatau")


def _breaking(city: City, profile: str, seed: int = 1) -> Disruptions:
    return Disruptions(city, get_profile(profile), seed=seed, fleet=FLEET)


@pytest.mark.parametrize("name", PROFILES)
def test_every_order_is_undone_and_begins_by_day(city: City, name: str) -> None:
    """What is grounded or closed is returned or opened later, as often as the profile says."""
    orders = _breaking(city, name).list_orders(DAY)
    profile = PROFILES[name]
    assert len(orders) == 2 * (profile.groundings + profile.closures)
    midnight_ms = local_midnight_ms(DAY, city.time_zone)
    begun = {order.key[: -len("begins")]: at for at, order in orders if "begins" in order.key}
    ended = {order.key[: -len("ends")]: at for at, order in orders if "ends" in order.key}
    assert begun.keys() == ended.keys()
    for key, at_ms in begun.items():
        assert FIRST_H * MS_PER_H <= at_ms - midnight_ms < LAST_H * MS_PER_H
        assert ended[key] > at_ms


def test_the_same_seed_breaks_the_same_and_another_something_else(city: City) -> None:
    """Dice are keyed by seed and date: two of either kind agree, others differ."""
    told = _breaking(city, "mixed").list_orders(DAY)
    assert _breaking(city, "mixed").list_orders(DAY) == told
    assert _breaking(city, "mixed", seed=2).list_orders(DAY) != told
    assert _breaking(city, "mixed").list_orders(DAY + timedelta(days=1)) != told


def test_a_profile_more_moves_no_other_chance(city: City) -> None:
    """What `grounded` breaks first, `mixed` breaks at the same instant."""
    first = [o for o in _breaking(city, "grounded").list_orders(DAY) if "-0-" in o[1].key]
    mixed = _breaking(city, "mixed").list_orders(DAY)
    assert [
        o for o in mixed if isinstance(o[1].action, act.GroundAircraft | act.ReturnAircraft)
    ] == first


def test_fog_lies_over_the_low_sites_of_its_hours_and_nowhere_else(city: City) -> None:
    """With fog the truth is below minima where and when a bank lies, and as modelled elsewhere."""
    breaking = _breaking(city, "fog")
    clear, foggy = WeatherTruth(city, 1), WeatherTruth(city, 1, cover=breaking.cover)
    (bank,) = breaking.list_fog(DAY)
    midnight_ms = local_midnight_ms(DAY, city.time_zone)
    lowest = min(
        s.elevation_amsl_m for s in city.vertiports if PlaceId(s.vertiport_id) in bank.hours
    )
    assert bank.hours
    for site in city.vertiports:
        place_id = PlaceId(site.vertiport_id)
        for hour in range(24):
            at_ms = midnight_ms + hour * MS_PER_H
            there = foggy.at(place_id, at_ms)
            if bank.is_over(there.place_id, at_ms):
                assert there.visibility_m <= FOG_VISIBILITY_M
                assert there.present_weather == "FG"
                assert site.elevation_amsl_m <= lowest + 600.0
            else:
                assert there == clear.at(place_id, at_ms)


def test_an_unknown_profile_is_refused_by_name() -> None:
    """The refusal lists what there is."""
    with pytest.raises(InvalidInput, match="none, grounded, fato, fog, mixed"):
        RunSettings(day=DAY, faults="locusts")


def test_a_day_with_disruptions_is_the_same_again_and_rebuilt_from_its_log() -> None:
    """The same seed writes the same log; a twin opened on half of it goes on to the same end."""
    index = CityIndex(load_city("tiny"))
    settings = RunSettings(day=DAY, demand=8.0, faults="mixed")
    log = fly(open_twin(index.city, settings, index=index))
    orders = [e for e in log.events if isinstance(e, ev.ActionTaken | ev.ActionRefused)]
    assert {type(o.action) for o in orders} == {
        act.GroundAircraft, act.ReturnAircraft, act.CloseFato, act.OpenFato
    }  # fmt: skip
    assert any(
        e.weather.present_weather == "FG" for e in log.events if isinstance(e, ev.WeatherReported)
    )
    run = open_twin(index.city, settings, index=index)
    half = fly(run, until_ms=run.start_ms + 13 * MS_PER_H)
    resumed = open_twin(index.city, settings, index=index, log=half)
    clock = LeapingClock(run.start_ms + 13 * MS_PER_H)
    pair(resumed, half, clock=clock, notices=AlertList()).run(run.end_ms)
    assert half.head_sha256() == log.head_sha256()
