"""Demand zones and traveller segments, as the city states them."""

import msgspec

from aspan.primitives.ids import ZoneId
from aspan.world.vertiport import Names


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """An area at whose doors trips begin and end (`world/doors.py`), spread about its point.

    Parameters
    ----------
    spread_m
        Standard deviation of where people are, on each axis.
    population
        Residents.
    attraction
        Weight as a destination: jobs, visitors, services; relative.
    airport_passengers_per_day
        Terminal passengers, both directions together; 0 for a zone that is no airport.
    phase
        First phase of the network in which its people are counted apart, from 1.
    """

    zone_id: ZoneId
    names: Names
    lon_deg: float
    lat_deg: float
    spread_m: float
    population: float
    attraction: float
    airport_passengers_per_day: float = 0.0
    phase: int = 1


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A group of travellers who value time alike (facts 8.11 to 8.13).

    Parameters
    ----------
    trips_per_resident_day
        Inter-zone wishes a day for each resident of the origin zone.
    airport_share
        Share of airport passengers who belong to the segment, in [0, 1].
    value_of_time_median_kzt_h, value_of_time_sigma
        Log-normal value of in-vehicle time.
    out_of_vehicle_weight
        Value of a minute waiting or walking over one in a vehicle.
    air_constant
        Utility of choosing air beyond time and cost; never above 0: nothing raises air.
    logit_scale_kzt
        Spread of unobserved taste, in money.
    party_shares
        Chance that a party has 1, 2, 3, 4 persons; sums to 1.
    hourly_shares
        Chance that a wish falls in local hour 0 … 23; sums to 1.
    """

    segment_id: str
    trips_per_resident_day: float
    airport_share: float
    value_of_time_median_kzt_h: float
    value_of_time_sigma: float
    out_of_vehicle_weight: float
    air_constant: float
    logit_scale_kzt: float
    party_shares: tuple[float, ...]
    hourly_shares: tuple[float, ...]


class CarModel(msgspec.Struct, frozen=True, kw_only=True):
    """Car taxi: distance = great circle × detour; speed by hour; the cited tariff (facts 3.21).

    Parameters
    ----------
    city_trip_m_max
        Road beyond this is driven and paid as out of town.
    base_distance_m, base_s
        Covered by `base_kzt`: 1 km and 3 min in the cited tariff.
    out_of_town_speed_mps
        On road beyond `city_trip_m_max`; the speed of the hour if None.
    """

    detour: float
    speed_mps_by_hour: tuple[float, ...]
    base_kzt: float
    per_km_kzt: float
    per_min_kzt: float
    out_of_town_per_km_kzt: float
    city_trip_m_max: float
    pick_up_s: float
    base_distance_m: float = 1000.0
    base_s: float = 180.0
    out_of_town_speed_mps: float | None = None


CHECKS = (
    "car_trips_per_day",
    "metro_passengers_per_day",
    "transit_passengers_per_day",
)
"""Published totals of a day that a city may state as `[checks]`, noted among its quantities: what
the model comes to is told beside them, and nothing is fitted to them."""


class DemandModel(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the wishes of a day are made from.

    Parameters
    ----------
    gravity_length_m
        Distance over which the pull of a destination falls by 1/e.
    saving_ms_min
        Air is looked at only where its best case by car and on foot saves at least this against
        the car.
    transfer_penalty_s
        Each change between vehicles weighs as much as this in a vehicle (facts 8.13).
    walk_speed_mps
        R. W. Bohannon, Age and Ageing 26, 1997: comfortable 1.27 to 1.46 m/s.
    ground_scale_share
        Scale of the unobserved liking among ways on the ground over that between them and air
        (`Segment.logit_scale_kzt`), in (0, 1]: the dissimilarity of a nested logit. Only reports
        use it. Assumed.
    walk_m_max
        Road to or from a vertiport that is walked, not driven. Assumed.
    airport_arrival_shares, airport_departure_shares
        Chance that an airport passenger leaves the terminal, or the door for it, in local hour
        0 … 23; those of the segment if empty.
    """

    zones: tuple[Zone, ...]
    segments: tuple[Segment, ...]
    car: CarModel
    gravity_length_m: float
    saving_ms_min: int
    transfer_penalty_s: float = 600.0
    walk_speed_mps: float = 1.3
    walk_m_max: float = 800.0
    ground_scale_share: float = 0.5
    airport_arrival_shares: tuple[float, ...] = ()
    airport_departure_shares: tuple[float, ...] = ()
