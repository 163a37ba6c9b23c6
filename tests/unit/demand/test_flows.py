"""Flows add up to what the zones and segments say."""

import msgspec
import numpy as np
import pytest

from aspan.demand.flows import check_demand_model, mean_party, party_flows, zone_distances_m
from aspan.primitives.errors import InvalidInput
from aspan.world.city import City


def test_flows_add_up_to_residents_and_airport_passengers(city: City) -> None:
    """Parties times mean size are trips per resident times residents, plus the airport's."""
    flows = party_flows(city.demand)
    residents = sum(zone.population for zone in city.demand.zones)
    passengers = sum(zone.airport_passengers_per_day for zone in city.demand.zones)
    for number, segment in enumerate(city.demand.segments):
        persons = flows[number].sum() * mean_party(segment)
        expected = segment.trips_per_resident_day * residents + segment.airport_share * passengers
        assert persons == pytest.approx(expected, rel=1e-9)


def test_every_pair_is_left_as_often_as_it_is_reached(city: City) -> None:
    """Whoever goes out comes home: a day's flows are symmetric between zones."""
    day = party_flows(city.demand).sum(axis=3)
    assert day == pytest.approx(day.transpose(0, 2, 1), rel=1e-9)
    assert np.diagonal(day, axis1=1, axis2=2) == pytest.approx(0.0)


def test_mornings_go_out_and_evenings_home(city: City) -> None:
    """Without an airport, more leave the zone of few jobs at 8 than return, and less at 18."""
    zones = list(city.demand.zones)
    zones[0] = msgspec.structs.replace(zones[0], attraction=1.0)
    zones[2] = msgspec.structs.replace(zones[2], airport_passengers_per_day=0.0)
    flows = party_flows(msgspec.structs.replace(city.demand, zones=tuple(zones)))
    leaving, returning = flows[:, 0].sum(axis=(0, 1)), flows[:, :, 0].sum(axis=(0, 1))
    assert leaving[8] > 2.0 * returning[8]
    assert returning[18] > 2.0 * leaving[18]


def test_pull_falls_with_distance_by_the_gravity_length(city: City) -> None:
    """Equal attractions at different distances draw in the ratio of the exponential."""
    zones = [
        msgspec.structs.replace(zone, attraction=1.0, population=1.0 * (number == 0))
        for number, zone in enumerate(city.demand.zones)
    ]
    zones = [msgspec.structs.replace(zone, airport_passengers_per_day=0.0) for zone in zones]
    demand = msgspec.structs.replace(city.demand, zones=tuple(zones))
    day = party_flows(demand)[0].sum(axis=2)
    apart = zone_distances_m(demand)
    expected = np.exp((apart[0, 2] - apart[0, 1]) / demand.gravity_length_m)
    assert day[0, 1] / day[0, 2] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("air_constant", 0.1),
        ("party_shares", (0.5, 0.5, 0.5, 0.0)),
        ("hourly_shares", (1.0,)),
        ("value_of_time_median_kzt_h", 0.0),
        ("out_of_vehicle_weight", 0.5),
        ("airport_share", 0.9),
    ],
)
def test_a_segment_that_cannot_be_is_refused_by_name(city: City, field: str, value: object) -> None:
    """Each field of a segment is checked at the door, and named."""
    first, *others = city.demand.segments
    wrong = msgspec.structs.replace(first, **{field: value})
    with pytest.raises(InvalidInput, match=field):
        check_demand_model(msgspec.structs.replace(city.demand, segments=(wrong, *others)))
