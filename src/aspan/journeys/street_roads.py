"""Street roads: the street graph as the ground sees it, with tables for vertiports and hubs.

Doors are tied to the streets when they are first asked about, and the last few remembered; ways
between two places are remembered for each hour.
"""

from functools import lru_cache
from math import isfinite
from typing import Literal

from aspan.journeys import roads
from aspan.journeys.ground import Spot
from aspan.journeys.road_index import Anchor
from aspan.journeys.road_lines import route
from aspan.journeys.roads import Drive
from aspan.journeys.roads_plain import Floats
from aspan.world.city import City

DOORS_KEPT = 4096
"""Doors whose place on the streets, and stops near by, are remembered."""

DRIVES_KEPT = 1 << 15
"""Ways by car to or from a door that are remembered: people of the twin share few doors."""

Key = tuple[str, str]
"""Kind and id of a place: numbers of vertiports differ between cities that share streets."""


class StreetRoads:
    """`Roads` on the streets of a city; a point off every street has no ways."""

    def __init__(
        self, city: City, sites: tuple[Spot, ...], stops: tuple[Spot, ...], hubs: tuple[Spot, ...]
    ) -> None:
        places = (*sites, *hubs)
        self._index = roads.prepare_roads(city, [(p.lon_deg, p.lat_deg) for p in places])
        self._place: dict[Key, int] = {(p.kind, p.spot_id): n for n, p in enumerate(places)}
        index = self._index
        self._stops = tuple(roads.snap(index, stop.lon_deg, stop.lat_deg) for stop in stops)
        self._table = roads.tabulate(self._stops)
        self._snap = lru_cache(maxsize=DOORS_KEPT)(lambda lon, lat: roads.snap(index, lon, lat))
        self._near_place = lru_cache(maxsize=DOORS_KEPT)(self._list_near_place)
        self._near_door = lru_cache(maxsize=DOORS_KEPT)(self._list_near_door)
        of_hour = index.profile_of_hour
        self._hour_of_profile = {profile: of_hour.index(profile) for profile in of_hour}
        self._door_drive = lru_cache(maxsize=DRIVES_KEPT)(self._drive)
        self._from_places = lru_cache(maxsize=DOORS_KEPT)(self._drive_from_places)
        self._to_places = lru_cache(maxsize=DOORS_KEPT)(self._drive_to_places)

    def drive(self, start: Spot, end: Spot, hour: int) -> Drive | None:
        """Return ride [ms] and road [m] by car at a local hour."""
        # Hours of one profile are the same hour to a car.
        hour = self._hour_of_profile[roads.profile_at(self._index, hour)]
        first, last = self._find_place(start), self._find_place(end)
        if first >= 0:
            return self._from_places(end, hour)[first]
        if last >= 0:
            return self._to_places(start, hour)[last]
        return self._door_drive(start, end, hour)

    def _drive(self, start: Spot, end: Spot, hour: int) -> Drive | None:
        begin, goal = self._anchor(start), self._anchor(end)
        if begin is None or goal is None:
            return None
        return roads.drive(self._index, begin, goal, hour)

    def _drive_from_places(self, end: Spot, hour: int) -> tuple[Drive | None, ...]:
        goal = self._anchor(end)
        if goal is None:
            return (None,) * len(self._index.places)
        return roads.drive_from_places(self._index, goal, hour)

    def _drive_to_places(self, start: Spot, hour: int) -> tuple[Drive | None, ...]:
        begin = self._anchor(start)
        if begin is None:
            return (None,) * len(self._index.places)
        return roads.drive_to_places(self._index, begin, hour)

    def walk_m(self, start: Spot, end: Spot, limit_m: float) -> float | None:
        """Return the way on foot [m]; None if it is longer than `limit_m` or there is none."""
        first, last = self._find_place(start), self._find_place(end)
        begin, goal = self._anchor(start), self._anchor(end)
        if begin is None or goal is None:
            return None
        if first >= 0:
            return roads.walk_from_place(self._index, first, goal, limit_m)
        if last >= 0:
            return roads.walk_to_place(self._index, begin, last, limit_m)
        return roads.walk(self._index, begin, goal, limit_m)

    def list_stops_near(self, door: Spot, limit_m: float) -> list[tuple[int, float]]:
        """Return number and way on foot [m] of every stop within `limit_m` of a spot."""
        if not self._stops:
            return []
        place = self._find_place(door)
        if place >= 0:
            return self._near_place(place, limit_m)
        return self._near_door(door, limit_m)

    def _list_near_door(self, door: Spot, limit_m: float) -> list[tuple[int, float]]:
        anchor = self._anchor(door)
        if anchor is None:
            return []
        return _list_finite(roads.walk_to_many(self._index, anchor, self._table, limit_m))

    def _list_near_place(self, place: int, limit_m: float) -> list[tuple[int, float]]:
        return _list_finite(roads.walk_place_to_many(self._index, place, self._table, limit_m))

    def is_reached(self, door: Spot) -> bool:
        """Say whether a spot lies near enough to a street."""
        return self._anchor(door) is not None

    def line(
        self, start: Spot, end: Spot, hour: int, mode: Literal["drive", "walk"]
    ) -> list[tuple[float, float]]:
        """Return the streets of the fastest way, longitude and latitude [deg]; empty if none."""
        begin, goal = self._anchor(start), self._anchor(end)
        if begin is None or goal is None:
            return []
        return route(self._index, begin, goal, hour, mode)

    def _find_place(self, spot: Spot) -> int:
        return self._place.get((spot.kind, spot.spot_id), -1) if spot.kind != "door" else -1

    def _anchor(self, spot: Spot) -> Anchor | None:
        if spot.kind == "stop":
            return self._stops[spot.number]
        return self._snap(spot.lon_deg, spot.lat_deg)


def _list_finite(metres: Floats) -> list[tuple[int, float]]:
    return [(number, m) for number, m in enumerate(metres.tolist()) if isfinite(m)]
