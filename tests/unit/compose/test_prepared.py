"""What days share: prepared once or for each day, in a city alone or beside others, same bytes."""

from datetime import date
from functools import cache

import msgspec
import pytest

from aspan.compose.city_base import CityBase
from aspan.compose.door_tables import find_door_tables
from aspan.compose.prepared import Prepared
from aspan.compose.runs import RunSettings, fly, open_twin
from aspan.primitives.errors import InvariantError
from aspan.world.city import City
from shipped import read_shipped

DAYS = (date(2025, 1, 3), date(2025, 4, 15), date(2025, 7, 4))


@cache
def base_of(name: str) -> CityBase:
    """Return what cities with sites of a shipped one share."""
    return CityBase(read_shipped(name))


def keep_sites(city: City, count: int) -> City:
    """Return a city with the last sites only, and the lanes between them."""
    sites = city.vertiports[-count:]
    known = {site.vertiport_id for site in sites}
    lanes = tuple(
        lane for lane in city.lanes.lanes if lane.origin in known and lane.destination in known
    )
    frames = tuple(
        msgspec.structs.replace(frame, home_vertiport_id=sites[n % count].vertiport_id)
        for n, frame in enumerate(city.airframes)
    )
    lane_plan = msgspec.structs.replace(city.lanes, lanes=lanes)
    return msgspec.structs.replace(city, vertiports=sites, lanes=lane_plan, airframes=frames)


def settings(day: date, seed: int) -> RunSettings:
    """Return a day with few aircraft."""
    return RunSettings(day=day, seed=seed, fleet=4)


@pytest.mark.parametrize("name", ["tiny", "alatau"])
def test_days_that_share_keep_their_bytes(name: str) -> None:
    """A day flown after others on what they share has the log it has alone."""
    city = read_shipped(name)
    shared = Prepared(city, base=base_of(name))
    days = [settings(day, seed) for seed, day in enumerate(DAYS)]
    flown = [fly(open_twin(city, day, prepared=shared)) for day in days]
    alone = fly(open_twin(city, days[-1]))
    assert flown[-1].head_sha256() == alone.head_sha256()
    assert len({log.head_sha256() for log in flown}) == len(days)


def test_a_city_with_some_of_the_sites_keeps_its_bytes() -> None:
    """Streets and door tables of all sites give a smaller city the log that its own give it."""
    city = keep_sites(read_shipped("alatau"), 3)
    day = settings(DAYS[1], 7)
    shared = Prepared(city, base=base_of("alatau"))
    flown = fly(open_twin(city, day, prepared=shared))
    assert flown.head_sha256() == fly(open_twin(city, day)).head_sha256()


def test_door_tables_are_cut_from_those_of_the_base() -> None:
    """Rides among the sites that are left are those of the whole city."""
    whole, city = read_shipped("alatau"), keep_sites(read_shipped("alatau"), 3)
    tables, cut = find_door_tables(whole), find_door_tables(city, base_of("alatau"))
    assert cut.sites == 3
    assert cut.doors == tables.doors
    last = slice(tables.doors + tables.sites - 3, tables.doors + tables.sites)
    mine = slice(cut.doors, cut.doors + 3)
    assert (cut.ride_ms[:, mine, mine] == tables.ride_ms[:, last, last]).all()


def test_rates_are_kept_by_factor() -> None:
    """Twice the demand is twice the bookings, and asked for again is not reckoned again."""
    shared = Prepared(read_shipped("tiny"))
    once, twice = shared.find_rates(1.0), shared.find_rates(2.0)
    assert shared.find_rates(1.0) is once
    pair = min(once.bookings)
    assert sum(twice.bookings[pair]) == pytest.approx(2.0 * sum(once.bookings[pair]))


def test_what_is_prepared_of_another_city_is_refused() -> None:
    """A run says when its city is not the one that was prepared."""
    city = read_shipped("tiny")
    other = keep_sites(city, 2)
    with pytest.raises(InvariantError, match="prepared"):
        open_twin(other, settings(DAYS[0], 1), prepared=Prepared(city))


def test_a_base_of_other_places_is_refused() -> None:
    """A site that stands elsewhere than in the base has no ways there."""
    city = read_shipped("tiny")
    moved = msgspec.structs.replace(city.vertiports[0], lon_deg=city.vertiports[0].lon_deg + 0.01)
    other = msgspec.structs.replace(city, vertiports=(moved, *city.vertiports[1:]))
    with pytest.raises(InvariantError, match=city.vertiports[0].vertiport_id):
        Prepared(other, base=base_of("tiny"))
