"""Getting to and from a vertiport: on foot when it is near, else by car taxi.

Both the offer of itineraries and the expectation of demand need it, so it stands below both.
"""

import msgspec

from aspan.primitives.units import MS_PER_S
from aspan.world.car import ride_ms, ride_price_tiyn
from aspan.world.zones import DemandModel

NEAREST_VERTIPORTS = 3
"""Vertiports considered at each end of a trip, nearest first; a limit of the search."""


class AccessRide(msgspec.Struct, frozen=True):
    """One way to or from a vertiport, waiting for the car not counted."""

    is_walk: bool
    duration_ms: int
    price_tiyn: int


def plan_access(demand: DemandModel, distance_m: float, speed_mps: float) -> AccessRide:
    """Return how a traveller covers the great circle `distance_m` to or from a vertiport.

    Parameters
    ----------
    speed_mps
        Of cars in the hour in which the ride is asked for.
    """
    road_m = distance_m * demand.car.detour
    if road_m <= demand.walk_m_max:
        return AccessRide(True, round(road_m / demand.walk_speed_mps * MS_PER_S), 0)
    duration_ms = ride_ms(demand.car, distance_m, speed_mps)
    return AccessRide(False, duration_ms, ride_price_tiyn(demand.car, distance_m, duration_ms))
