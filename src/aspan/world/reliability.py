"""Reliability and emissions: how far journeys scatter about their plan, and what they emit.

Numbers of the city, `[reliability]` and `[emissions]` of `city.toml`, with their ranges among its
quantities; a city may state neither, and then nothing is said of either.
"""

import msgspec


class Reliability(msgspec.Struct, frozen=True, kw_only=True):
    """What may be late, and how much.

    Parameters
    ----------
    ride_spread, walk_spread, pick_up_spread
        Standard deviation of the logarithm of time by car or estimated bus, on foot, and until a
        car comes, over what is planned, which is the median.
    timetable_delay_s
        Mean delay of a vehicle by timetable, exponential.
    air_late_share, air_delay_s
        Share of sorties flown late, and their mean delay, exponential.
    air_cancelled_share
        Chance that a confirmed booking is not flown.
    cushion_s, cushion_share
        What a promised arrival adds to the planned one: so many seconds, or that share of the
        whole journey, whichever is more.
    """

    ride_spread: float
    walk_spread: float
    pick_up_spread: float
    timetable_delay_s: float
    air_late_share: float
    air_delay_s: float
    air_cancelled_share: float
    cushion_s: float
    cushion_share: float


class Emissions(msgspec.Struct, frozen=True, kw_only=True):
    """Carbon dioxide of travel, from well to wheel where the source says so.

    Parameters
    ----------
    car_g_per_km
        Of a car taxi, whoever sits in it.
    bus_g_per_km, rail_g_per_km
        Of one passenger.
    grid_g_per_kwh
        Of electricity at the meter.
    air_seats_taken
        Passengers an aircraft carries in the mean; its energy is shared among them.
    """

    car_g_per_km: float
    bus_g_per_km: float
    rail_g_per_km: float
    grid_g_per_kwh: float
    air_seats_taken: float
