"""Lanes cut from a greater city are those that the smaller one would lay by itself."""

import msgspec
import pytest

from aspan.airspace.lane_cut import find_cut_network
from aspan.operations.city_index import CityIndex
from aspan.world.city import City
from shipped import read_shipped

replace = msgspec.structs.replace


def told(lanes: object) -> bytes:
    """Return lanes as bytes: two lanes are never equal by themselves."""
    return msgspec.json.encode(lanes)


def keep_sites(city: City, numbers: tuple[int, ...]) -> City:
    """Return a city with some of its sites and the lanes between them."""
    sites = tuple(city.vertiports[number] for number in numbers)
    known = {site.vertiport_id for site in sites}
    lanes = tuple(
        lane for lane in city.lanes.lanes if lane.origin in known and lane.destination in known
    )
    return replace(city, vertiports=sites, lanes=replace(city.lanes, lanes=lanes))


@pytest.mark.parametrize("numbers", [(0, 1), (0, 2, 3), (1, 2, 3)])
def test_a_cut_index_is_the_one_made_anew(numbers: tuple[int, ...]) -> None:
    """Lanes, conflicts, footprints, zones entered and places watched are the same, in order."""
    whole = CityIndex(read_shipped("alatau"))
    city = keep_sites(whole.city, numbers)
    anew, cut = CityIndex(city), CityIndex(city, whole)
    assert told(cut.network.lanes) == told(anew.network.lanes)
    assert told(list(cut.lanes.items())) == told(list(anew.lanes.items()))
    assert told(list(cut.other_lanes.items())) == told(list(anew.other_lanes.items()))
    assert list(cut.crossings.items()) == list(anew.crossings.items())
    assert list(cut.watches.items()) == list(anew.watches.items())
    ours, theirs = cut.network.conflicts, anew.network.conflicts
    assert list(ours.pairs.items()) == list(theirs.pairs.items())
    assert list(ours.volume_pairs.items()) == list(theirs.volume_pairs.items())
    assert ours.neighbours == theirs.neighbours
    assert ours.footprints == theirs.footprints


def test_what_is_built_or_bought_moves_no_lane() -> None:
    """Stands, power and batteries leave lanes as they are; they are cut, not laid."""
    whole = CityIndex(read_shipped("tiny"))
    site = replace(whole.city.vertiports[0], site_power_limit_kw=999.0)
    city = replace(
        whole.city,
        vertiports=(site, *whole.city.vertiports[1:]),
        aircraft_type=replace(whole.city.aircraft_type, gross_kwh=140.0),
    )
    cut = find_cut_network(city, whole.city, whole.network)
    assert cut is not None
    assert told(cut.lanes) == told(whole.network.lanes)


def test_other_pads_or_rules_or_lanes_are_laid_anew() -> None:
    """A moved pad, a faster aircraft, another separation or a lane that is new is no part."""
    whole = CityIndex(read_shipped("tiny"))
    city = whole.city
    first = city.vertiports[0]
    others = [
        replace(city, vertiports=(replace(first, elevation_amsl_m=1.0), *city.vertiports[1:])),
        replace(city, aircraft_type=replace(city.aircraft_type, transition_s=30.0)),
        replace(
            city,
            rules=replace(
                city.rules, separation=replace(city.rules.separation, conformance_lateral_m=60.0)
            ),
        ),
        replace(
            city,
            lanes=replace(
                city.lanes,
                lanes=(
                    replace(city.lanes.lanes[0], layer=1 - city.lanes.lanes[0].layer),
                    *city.lanes.lanes[1:],
                ),
            ),
        ),
    ]
    assert all(find_cut_network(one, city, whole.network) is None for one in others)
