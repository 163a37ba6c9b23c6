"""The trip network: streets and timetables of a city, prepared once for all who search trips in it.

Several threads may ask at once: what is missing is made by the first who asks, the others wait for
it. What is shared is read-only but for the ways it remembers. Only the memory of a transit search
is one thread's, so whoever searches keeps `OwnDays`.
"""

from collections import OrderedDict
from datetime import date
from threading import RLock
from typing import TYPE_CHECKING, Literal

import msgspec

from aspan.compose.city_base import CityBase
from aspan.journeys.ground import Spot
from aspan.journeys.network import (
    BlockTimes,
    JourneyNetwork,
    TransitDay,
    prepare_network,
)
from aspan.journeys.raptor import Workspace
from aspan.primitives.instants import ms_to_local
from aspan.world.city import City
from aspan.world.feed import Feed
from aspan.world.readers.service_days import find_used_day

if TYPE_CHECKING:
    from aspan.journeys.street_roads import StreetRoads

DAYS_KEPT = 3
"""Days whose timetables are kept."""


class LentDay(msgspec.Struct, frozen=True, kw_only=True):
    """A day that a feed does not know, and the day whose timetable stands in for it.

    Parameters
    ----------
    first, last
        Days the feed knows, both included.
    """

    feed: Feed
    day: date
    used: date
    first: date
    last: date


class TripNetwork:
    """What all searches of a city share; nothing is made before it is asked for."""

    def __init__(self, city: City, block_ms: BlockTimes, base: CityBase | None = None) -> None:
        """Read the feeds, `InvalidInput` if one is not sound; prepare nothing yet.

        Parameters
        ----------
        block_ms
            As `prepare_network` takes it.
        base
            What the city shares with others that have some of the same sites; its own if None.
        """
        self.city = city
        self.block_ms = block_ms
        self._base = CityBase(city) if base is None else base
        self._making = RLock()
        self._network: JourneyNetwork | None = None
        self._roads: StreetRoads | None = None

    @property
    def feeds(self) -> tuple[Feed, ...]:
        """The feeds of the city."""
        return self._base.feeds

    @property
    def is_bare(self) -> bool:
        """Say whether the city has neither streets nor timetables, so that circles are all."""
        return self.city.streets is None and not self.feeds

    def get_network(self) -> JourneyNetwork:
        """Return the network; its stops are those of the city's fair day, whoever asks first."""
        if self._network is None:
            with self._making:
                if self._network is None:
                    self._roads = self._base.find_roads()
                    self._network = prepare_network(
                        self.city,
                        self.block_ms,
                        self._base.fair_timetable,
                        roads=self._roads,
                        bus=self.city.transit.bus,
                    )
        return self._network

    def find_day(self, at_ms: int) -> TransitDay | None:
        """Return the timetables of the local day of an instant; None if the city has no feeds."""
        return self._base.find_day(self.get_network(), self.day_of(at_ms))

    def day_of(self, at_ms: int) -> date:
        """Return the local day of an instant."""
        return ms_to_local(at_ms, self.city.time_zone).date()

    def is_reached(self, point: Spot) -> bool:
        """Say whether a point lies near enough to a street; true in a city without streets."""
        self.get_network()
        return self._roads is None or self._roads.is_reached(point)

    def find_line(
        self, start: Spot, end: Spot, at_ms: int, mode: Literal["drive", "walk"]
    ) -> list[tuple[float, float]]:
        """Return the streets of a way, longitude and latitude [deg]; empty if none are known."""
        network = self.get_network()
        if self._roads is None:
            return []
        return self._roads.line(start, end, network.local_hour(at_ms), mode)

    def list_lent_days(self, at_ms: int) -> list[LentDay]:
        """Return the feeds that do not know the local day of an instant."""
        day = self.day_of(at_ms)
        lent = []
        for feed in self.feeds:
            known = feed.calendar()
            if known is None or known[0] <= day <= known[1]:
                continue
            used = find_used_day(day, *known)
            lent.append(LentDay(feed=feed, day=day, used=used, first=known[0], last=known[1]))
        return lent


class OwnDays:
    """The timetables as one thread searches them: shared, with a memory of its own."""

    def __init__(self, shared: TripNetwork) -> None:
        self._shared = shared
        self._days: OrderedDict[date, TransitDay] = OrderedDict()

    def find(self, at_ms: int) -> TransitDay | None:
        """Return the timetables of the local day of an instant; None if the city has no feeds."""
        day = self._shared.day_of(at_ms)
        if day not in self._days:
            lent = self._shared.find_day(at_ms)
            if lent is None:
                return None
            self._days[day] = msgspec.structs.replace(lent, workspace=Workspace(lent.index))
            while len(self._days) > DAYS_KEPT:
                self._days.popitem(last=False)
        self._days.move_to_end(day)
        return self._days[day]
