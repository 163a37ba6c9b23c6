"""Flows: how many parties of each segment wish to go from zone to zone in each hour of a day.

Residents. A zone's people make `trips_per_resident_day` wishes between zones. Half of them go out,
to zones drawn by a gravity model of the production-constrained kind (A. G. Wilson, *A statistical
theory of spatial distribution models*, Transportation Research 1, 1967): the chance of zone j from
zone i is proportional to attraction_j · exp(−distance_ij / gravity_length). The other half are the
same wishes home again. Which of the two a wish of hour h is follows from the day itself: the share
going home is the share of the day's wishes already made, which makes each exactly one half.

Airport passengers. Half arrive and half depart. Their other end is drawn half by where people live
and half by what attracts, without decay: an airport's catchment is the whole region. Assumed.
Passengers who change planes are not told apart from the others.

A wish begins at a door of its zone and ends at one of the other zone, all doors of a zone being as
likely (`world/doors.py`).

Wishes are counted in persons and travel in parties, so persons are divided by the mean party.
"""

import numpy as np

from aspan.demand.draws import Floats
from aspan.primitives.errors import InvalidInput
from aspan.world.car import HOURS_A_DAY, check_car_model
from aspan.world.geodesy import great_circles_m
from aspan.world.zones import DemandModel, Segment

_SUM_TOLERANCE = 1e-6
PARTY_MAX = 4


def check_demand_model(demand: DemandModel) -> None:
    """Raise `InvalidInput`, naming the field, unless the model can be used."""
    check_car_model(demand.car)
    if len(demand.zones) < 2:
        raise InvalidInput("demand.zones", len(demand.zones), "at least two zones")
    if not demand.gravity_length_m > 0.0:
        raise InvalidInput("demand.gravity_length_m", demand.gravity_length_m, "more than 0 m")
    for segment in demand.segments:
        _check_segment(segment)
    airport_share = sum(segment.airport_share for segment in demand.segments)
    if airport_share > 1.0 + _SUM_TOLERANCE:
        raise InvalidInput("demand.segments: airport_share", airport_share, "a sum of at most 1")
    for name in ("airport_arrival_shares", "airport_departure_shares"):
        if getattr(demand, name):
            _check_shares(f"demand.{name}", getattr(demand, name), HOURS_A_DAY)


def _check_segment(segment: Segment) -> None:
    name = f"segment {segment.segment_id}"
    _check_shares(f"{name}: party_shares", segment.party_shares, PARTY_MAX)
    _check_shares(f"{name}: hourly_shares", segment.hourly_shares, HOURS_A_DAY)
    if segment.air_constant > 0.0:
        raise InvalidInput(
            f"{name}: air_constant", segment.air_constant, "0 or less; nothing raises air"
        )
    for field in ("value_of_time_median_kzt_h", "logit_scale_kzt"):
        if not getattr(segment, field) > 0.0:
            raise InvalidInput(f"{name}: {field}", getattr(segment, field), "more than 0")
    for field in ("value_of_time_sigma", "trips_per_resident_day", "airport_share"):
        if not getattr(segment, field) >= 0.0:
            raise InvalidInput(f"{name}: {field}", getattr(segment, field), "0 or more")
    if segment.out_of_vehicle_weight < 1.0:
        raise InvalidInput(
            f"{name}: out_of_vehicle_weight", segment.out_of_vehicle_weight, "1 or more"
        )


def _check_shares(field: str, shares: tuple[float, ...], count: int) -> None:
    if len(shares) != count:
        raise InvalidInput(field, len(shares), f"{count} shares")
    if min(shares) < 0.0 or abs(sum(shares) - 1.0) > _SUM_TOLERANCE:
        raise InvalidInput(field, sum(shares), "shares of 0 or more that sum to 1")


def zone_distances_m(demand: DemandModel) -> Floats:
    """Return great circles between zone points [m], shape (zones, zones)."""
    lon = np.array([zone.lon_deg for zone in demand.zones])
    lat = np.array([zone.lat_deg for zone in demand.zones])
    return great_circles_m(lon[:, None], lat[:, None], lon[None, :], lat[None, :])


def mean_party(segment: Segment) -> float:
    """Return the mean number of persons in a party of the segment."""
    return sum(size * share for size, share in enumerate(segment.party_shares, start=1))


def party_flows(demand: DemandModel) -> Floats:
    """Return the expected parties of one day at factor 1.

    Returns
    -------
    Floats
        Shape (segments, zones, zones, 24): segment, origin, destination, local hour.
    """
    going_out = _gravity_shares(demand)
    population = np.array([zone.population for zone in demand.zones])
    outward = population[:, None] * going_out
    to_airport = _airport_departures(demand)
    flows = np.zeros((len(demand.segments), *outward.shape, HOURS_A_DAY))
    for number, segment in enumerate(demand.segments):
        hourly = np.array(segment.hourly_shares)
        home_share = np.cumsum(hourly) - hourly / 2.0
        wishes = segment.trips_per_resident_day
        flows[number] = wishes * outward[:, :, None] * (hourly * (1.0 - home_share))
        flows[number] += wishes * outward.T[:, :, None] * (hourly * home_share)
        departing = np.array(demand.airport_departure_shares or segment.hourly_shares)
        arriving = np.array(demand.airport_arrival_shares or segment.hourly_shares)
        flows[number] += segment.airport_share * to_airport[:, :, None] * departing
        flows[number] += segment.airport_share * to_airport.T[:, :, None] * arriving
        flows[number] /= mean_party(segment)
    return flows


def _gravity_shares(demand: DemandModel) -> Floats:
    """Return the chance of each destination (columns) from each zone (rows); rows sum to 1 or 0."""
    attraction = np.array([zone.attraction for zone in demand.zones])
    pull = attraction[None, :] * np.exp(-zone_distances_m(demand) / demand.gravity_length_m)
    np.fill_diagonal(pull, 0.0)
    total = pull.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(pull, total, out=np.zeros_like(pull), where=total > 0.0)
    return shares


def _airport_departures(demand: DemandModel) -> Floats:
    """Return departing airport passengers a day from each zone (rows) to each airport (columns)."""
    passengers = np.array([zone.airport_passengers_per_day for zone in demand.zones])
    is_city = passengers <= 0.0
    people = np.array([zone.population for zone in demand.zones]) * is_city
    pull = np.array([zone.attraction for zone in demand.zones]) * is_city
    weight = np.zeros(len(passengers))
    for column in (people, pull):
        if column.sum() > 0.0:
            weight += column / column.sum()
    if weight.sum() > 0.0:
        weight /= weight.sum()
    departures: Floats = weight[:, None] * passengers[None, :] / 2.0
    return departures
