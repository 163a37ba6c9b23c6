"""Doors: where trips of a city begin and end, and how long the ways between them are.

Each zone has a fixed list of doors, the first points of an even spread over its disc: streets are
searched once for all days, and demand and journeys speak of the same spots. A disc has half of its
radius as its standard deviation on each axis, `Zone.spread_m`.

`DoorTables` holds the ways among doors, vertiports and stations. Where a city has no streets they
are great circles with the detour of the car model (`tabulate_crow`); where it has,
`journeys.door_tables` finds them.

References
----------
.. [1] J. G. van der Corput, *Verteilungsfunktionen*, 1935: the digits of a number, mirrored.
.. [2] R. Cranley, T. N. L. Patterson, *Randomization of number theoretic methods for multiple
   integration*, SIAM Journal on Numerical Analysis 13, 1976: a shift of its own for each use.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from math import cos, degrees, pi, radians, sin, sqrt
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.primitives.dice import draw
from aspan.world.access import NEAREST_VERTIPORTS
from aspan.world.car import rides_ms
from aspan.world.city import City
from aspan.world.geodesy import EARTH_RADIUS_M, great_circles_m
from aspan.world.zones import DemandModel, Zone

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Millis = NDArray[np.int32]

DOORS_A_ZONE: Final = 16
"""Assumed: enough that the doors of a district of 3 km differ as its people do."""

POINTS_TRIED_MAX: Final = 1024
"""Points of a zone's disc that are looked at for a street near them."""

SITES_AN_END_MAX: Final = 6
"""Vertiports looked at from either door of a trip, nearest first."""

RIDE_MPS_MAX: Final = 25.0
"""No metro, train or bus covers a great circle faster than 90 km/h. For bounds only. [m/s]"""

_GOLDEN_TURN: Final = (3.0 - sqrt(5.0)) / 2.0
"""Share of a turn between two doors: neighbours in the list look in different directions."""

Point = tuple[float, float]
"""Longitude and latitude [deg]."""


class DoorTables(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Ways among the points of a city: doors zone by zone, then vertiports, then stations.

    Parameters
    ----------
    lon_deg, lat_deg
        Of points.
    door_first
        Doors of zone z, in the order of the city: from `door_first[z]` to `door_first[z + 1]`.
    sites
        Number of vertiports, in the order of the city.
    kind_of_hour
        Hours whose roads are alike share a number.
    ride_ms, road_m
        By car, shape (kinds of hour, points, points); −1 and infinite where no road leads.
    walk_m
        On foot, shape (points, points), infinite beyond `walk_m_max`; a row is spread from its
        point, so it may differ from the column by a millimetre.
    sites_an_end
        Vertiports that whoever searches a journey looks at from either door, nearest first.
    is_stop_anywhere
        Whether scheduled vehicles stop elsewhere than at the stations told here.
    """

    lon_deg: Floats
    lat_deg: Floats
    door_first: Ints
    sites: int
    kind_of_hour: Ints
    ride_ms: Millis
    road_m: Floats
    walk_m: Floats
    walk_m_max: float
    sites_an_end: int = SITES_AN_END_MAX
    is_stop_anywhere: bool = False

    @property
    def doors(self) -> int:
        """Number of doors of all zones."""
        return int(self.door_first[-1])

    def crow_m(self) -> Floats:
        """Return great circles between all points, shape (points, points)."""
        lon, lat = self.lon_deg, self.lat_deg
        return great_circles_m(lon[:, None], lat[:, None], lon, lat)


def walk_limit_m(demand: DemandModel) -> float:
    """Return how far people walk in all [m] who have not said how far they would."""
    return 2.0 * demand.walk_m_max


def spread_points(zone: Zone) -> Iterator[Point]:
    """Yield points spread evenly over the disc of a zone, to a millionth of a degree.

    The first 16, and any power of two, lie in as many rings of equal area, one in each; so the mean
    square distance from the zone's point is that of its spread. Where in the rings, and in which
    direction the first of them lies, is each zone's own: zones do not share a pattern.
    """
    inward, turned = (draw(0, "doors", zone.zone_id, number) for number in range(2))
    for number in range(POINTS_TRIED_MAX):
        share = (_mirror_digits(number) + inward / DOORS_A_ZONE) % 1.0
        angle = 2.0 * pi * ((turned + number * _GOLDEN_TURN) % 1.0)
        away_m = 2.0 * zone.spread_m * sqrt(share)
        north_deg = degrees(away_m * sin(angle) / EARTH_RADIUS_M)
        east_deg = degrees(away_m * cos(angle) / EARTH_RADIUS_M) / cos(radians(zone.lat_deg))
        yield round(zone.lon_deg + east_deg, 6), round(zone.lat_deg + north_deg, 6)


def _mirror_digits(number: int) -> float:
    """Return the binary digits of a number mirrored at the point, in [0, 1): reference 1."""
    mirrored, place = 0.0, 0.5
    while number:
        mirrored += place * (number & 1)
        number >>= 1
        place /= 2.0
    return mirrored


def list_site_points(city: City) -> list[Point]:
    """Return the vertiports of a city as points."""
    return [(site.lon_deg, site.lat_deg) for site in city.vertiports]


def tabulate_crow(
    city: City, stations: Sequence[Point] = (), *, is_stop_anywhere: bool = False
) -> DoorTables:
    """Return the tables of a city without streets.

    Without timetables too, journeys are found directly (`journeys/direct.py`): fewer vertiports are
    looked at, and no walk to one is longer than `DemandModel.walk_m_max`.

    Parameters
    ----------
    stations
        Where metro or rail stop.
    """
    car, zones = city.demand.car, city.demand.zones
    doors = [point for zone in zones for point in islice(spread_points(zone), DOORS_A_ZONE)]
    points = np.array([*doors, *list_site_points(city), *stations])
    lon, lat = points[:, 0].copy(), points[:, 1].copy()
    crow_m = great_circles_m(lon[:, None], lat[:, None], lon, lat)
    speeds, kinds = np.unique(np.array(car.speed_mps_by_hour), return_inverse=True)
    rides = np.stack([rides_ms(car, crow_m, speed) for speed in speeds])
    road_m = crow_m * car.detour
    is_bare = not (stations or is_stop_anywhere)
    limit_m = city.demand.walk_m_max if is_bare else walk_limit_m(city.demand)
    return DoorTables(
        lon_deg=lon,
        lat_deg=lat,
        door_first=np.arange(len(zones) + 1) * DOORS_A_ZONE,
        sites=len(city.vertiports),
        kind_of_hour=kinds,
        ride_ms=rides.astype(np.int32),
        road_m=np.broadcast_to(road_m, rides.shape),
        walk_m=np.where(road_m <= limit_m, road_m, np.inf),
        walk_m_max=limit_m,
        sites_an_end=NEAREST_VERTIPORTS if is_bare else SITES_AN_END_MAX,
        is_stop_anywhere=is_stop_anywhere,
    )
