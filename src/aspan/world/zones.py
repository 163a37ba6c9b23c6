"""Demand zones and traveller segments, as the city states them."""

import msgspec

from aspan.primitives.ids import ZoneId
from aspan.world.vertiport import Names


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """An area where trips begin and end; people spread about its point with `spread_m`.

    Parameters
    ----------
    population
        Residents.
    attraction
        Weight as a destination: jobs, visitors, services; relative.
    airport_passengers_per_day
        Terminal passengers, both directions together; 0 for a zone that is no airport.
    """

    zone_id: ZoneId
    names: Names
    lon_deg: float
    lat_deg: float
    spread_m: float
    population: float
    attraction: float
    airport_passengers_per_day: float = 0.0


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
    """Car taxi: distance = great circle × detour; speed by hour; the cited tariff (facts 3.21)."""

    detour: float
    speed_mps_by_hour: tuple[float, ...]
    base_kzt: float
    per_km_kzt: float
    per_min_kzt: float
    out_of_town_per_km_kzt: float
    city_trip_m_max: float
    pick_up_s: float


class DemandModel(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the wishes of a day are made from."""

    zones: tuple[Zone, ...]
    segments: tuple[Segment, ...]
    car: CarModel
    gravity_length_m: float
    saving_ms_min: int
