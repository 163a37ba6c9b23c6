"""Door tables by streets: the doors of each zone near a street, and the ways among all points.

A door is a point of its zone's spread from which a car comes to a street within `snap_m_max`; it
stays where it is, and the way to the street counts. A zone without one keeps its own point, to
which no road leads. The numbers are those of `StreetRoads`, which the search asks.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np

from aspan.journeys.road_index import Anchor, RoadIndex
from aspan.journeys.road_matrix import drive_matrix, walk_matrix
from aspan.journeys.roads import prepare_roads, snap
from aspan.world.city import City
from aspan.world.doors import (
    DOORS_A_ZONE,
    DoorTables,
    Floats,
    Millis,
    Point,
    list_site_points,
    spread_points,
    walk_limit_m,
)
from aspan.world.zones import Zone

Progress = Callable[[int, int], None]
"""Told how many kinds of hour are done, and of how many."""


def tabulate_streets(
    city: City,
    stations: Sequence[Point] = (),
    *,
    is_stop_anywhere: bool = False,
    progress: Progress | None = None,
) -> DoorTables:
    """Return the tables of a city with streets: a search of all streets for each point and hour.

    Parameters
    ----------
    stations
        Where metro or rail stop.
    """
    index = prepare_roads(city, [])
    doors = [list(_list_doors(index, zone)) for zone in city.demand.zones]
    points = [point for of_zone in doors for point in of_zone]
    points += [*list_site_points(city), *stations]
    anchors = [snap(index, lon, lat) for lon, lat in points]
    ride_ms, road_m = _drive(index, anchors, progress)
    limit_m = walk_limit_m(city.demand)
    return DoorTables(
        lon_deg=np.array([lon for lon, _ in points]),
        lat_deg=np.array([lat for _, lat in points]),
        door_first=np.cumsum([0, *(len(of_zone) for of_zone in doors)]),
        sites=len(city.vertiports),
        kind_of_hour=np.array(index.profile_of_hour),
        ride_ms=ride_ms,
        road_m=road_m,
        walk_m=walk_matrix(index, anchors, limit_m),
        walk_m_max=limit_m,
        is_stop_anywhere=is_stop_anywhere,
    )


def _list_doors(index: RoadIndex, zone: Zone) -> Iterator[Point]:
    """Yield the doors of a zone; its own point if no point of its disc lies near a street."""
    anchored = (p for p in spread_points(zone) if _may_drive(snap(index, *p)))
    found = list(islice(anchored, DOORS_A_ZONE))
    yield from found or [(zone.lon_deg, zone.lat_deg)]


def _may_drive(anchor: Anchor | None) -> bool:
    return anchor is not None and anchor.drive_edge >= 0


def _drive(
    index: RoadIndex, anchors: Sequence[Anchor | None], progress: Progress | None
) -> tuple[Millis, Floats]:
    """Return rides and roads in each kind of hour."""
    kinds, rides, roads = len(index.speed_mps), [], []
    for kind in range(kinds):
        drives = drive_matrix(index, anchors, index.profile_of_hour.index(kind))
        rides.append(drives.duration_ms.astype(np.int32))
        roads.append(drives.distance_m)
        if progress is not None:
            progress(kind + 1, kinds)
    return np.stack(rides), np.stack(roads)
