"""City base: what every city made from one folder shares, whichever of its sites are built.

Timetables, streets with their tables, and the ways from doors do not hang on which vertiports a
plan builds, so a process that flies many plans of one city reads and prepares them once. All of
it is made when it is first asked for, by one thread; what is shared is read-only but for the ways
it remembers.
"""

from collections import OrderedDict
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np

from aspan.journeys.door_tables import tabulate_streets
from aspan.journeys.network import (
    HUB_MODES,
    HUBS_MAX,
    JourneyNetwork,
    TransitDay,
    list_hubs,
    list_site_spots,
    list_stop_spots,
    prepare_transit_day,
)
from aspan.journeys.street_roads import StreetRoads
from aspan.operations.city_index import CityIndex
from aspan.primitives.errors import ensure
from aspan.world.city import City
from aspan.world.doors import Point
from aspan.world.readers import load_feeds
from aspan.world.readers.door_file import (
    FILE_NAME,
    DoorFile,
    describe_zone,
    read_door_file,
    stamp_streets,
)
from aspan.world.readers.timetable import build_timetable
from aspan.world.timetable import Timetable

if TYPE_CHECKING:
    from aspan.journeys.ground import Spot
    from aspan.world.feed import Feed

DAYS_KEPT = 128
"""Days whose timetables are kept: a study flies the same dates with every plan. Alatau's take 0.2
MB each."""


class CityBase:
    """What is shared by a city and all cities that have some of its sites.

    Parameters
    ----------
    city
        With every site that any of them has.
    """

    def __init__(self, city: City) -> None:
        """Read the feeds, `InvalidInput` if one is not sound; prepare nothing yet."""
        self.city = city
        self.feeds: tuple[Feed, ...] = load_feeds(city)
        self._making = RLock()
        self._roads: StreetRoads | None = None
        self._days: OrderedDict[tuple[date, float], TransitDay] = OrderedDict()

    def check(self, city: City) -> None:
        """Raise `InvariantError` unless a city shares this one's streets, feeds and sites."""
        base = self.city
        ensure(
            (city.folder, city.files_sha256, city.time_zone)
            == (base.folder, base.files_sha256, base.time_zone)
            and city.streets is base.streets
            and city.street_model == base.street_model
            and city.transit == base.transit,
            f"city {city.city_id} has the streets and feeds of its base",
        )
        places = {spot.spot_id: (spot.lon_deg, spot.lat_deg) for spot in list_site_spots(base)}
        for site in city.vertiports:
            ensure(
                places.get(site.vertiport_id) == (site.lon_deg, site.lat_deg),
                f"vertiport {site.vertiport_id} stands where the base city has it",
            )

    @cached_property
    def index(self) -> CityIndex:
        """The index of the base city, from which those of its parts are cut."""
        return CityIndex(self.city)

    # ---- timetables ------------------------------------------------------------------------

    def build_timetable(self, day: date) -> Timetable | None:
        """Return the timetables of a local day; None if the city has no feeds."""
        if not self.feeds:
            return None
        return build_timetable(
            self.feeds,
            day,
            self.city.time_zone,
            price_defaults=self.city.transit.price_defaults(),
        )

    @cached_property
    def fair_timetable(self) -> Timetable | None:
        """The timetables of the city's fair day, whose stops and lines are those of all days."""
        return self.build_timetable(self.city.fair_weather_date)

    def find_day(self, network: JourneyNetwork, day: date) -> TransitDay | None:
        """Return the timetables of a local day, ready to be searched; None without feeds."""
        key = (day, network.ground.walk_speed_mps)
        with self._making:
            if key not in self._days:
                timetable = self.build_timetable(day)
                if timetable is None:
                    return None
                self._days[key] = prepare_transit_day(network, timetable)
                while len(self._days) > DAYS_KEPT:
                    self._days.popitem(last=False)
            self._days.move_to_end(key)
            return self._days[key]

    # ---- streets ---------------------------------------------------------------------------

    def find_roads(self) -> StreetRoads | None:
        """Return the streets with tables for all sites and hubs; None in a city without them."""
        if self.city.streets is None:
            return None
        with self._making:
            if self._roads is None:
                timetable = self.fair_timetable
                stops: tuple[Spot, ...] = list_stop_spots(timetable)
                hubs = list_hubs(timetable, stops)
                self._roads = StreetRoads(self.city, list_site_spots(self.city), stops, hubs)
            return self._roads

    # ---- doors -----------------------------------------------------------------------------

    @cached_property
    def stations(self) -> tuple[tuple[Point, ...], bool]:
        """Where metro and rail stop, and whether anything by timetable stops elsewhere.

        No stations if there are more than the journey search rides to by car.
        """
        modes = {route.mode for feed in self.feeds for route in feed.routes}
        points = tuple(
            (feed.stops[number].lon_deg, feed.stops[number].lat_deg)
            for feed in self.feeds
            for number in np.unique(feed.stop_times.stop).tolist()
        )
        if not modes <= set(HUB_MODES) or len(points) > HUBS_MAX:
            return (), True
        return points, False

    @cached_property
    def stored_doors(self) -> DoorFile | None:
        """The city's file of ways from doors; None if it is missing or of other streets."""
        stored = read_door_file(Path(self.city.folder) / FILE_NAME)
        if stored is None or stored.stamp != stamp_streets(self.city):
            return None
        return stored

    @cached_property
    def found_doors(self) -> DoorFile:
        """The ways from doors of all sites, found over the streets: a search that takes long."""
        stations, is_stop_anywhere = self.stations
        city = self.city
        return DoorFile(
            stamp="",
            credit="",
            zones=tuple(describe_zone(zone) for zone in city.demand.zones),
            tables=tabulate_streets(city, stations, is_stop_anywhere=is_stop_anywhere),
        )
