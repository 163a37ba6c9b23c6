"""Prepared: what all simulated days of one city share, made once.

A day hangs on its date, its seed and its settings; which pairs can be served, who wishes to
travel, streets and timetables do not. Nothing here changes while days are flown, but for ways that
the network remembers, and those change no answer: logs are the same, byte for byte, with what was
prepared for one day and with what many days share.
"""

from functools import cached_property

import numpy as np

from aspan.compose.city_base import CityBase
from aspan.compose.door_tables import find_door_tables
from aspan.compose.serviceability import Serviceable, list_serviceable
from aspan.compose.trip_network import TripNetwork
from aspan.demand.forecast import ExpectedRates, expected_rates
from aspan.demand.sampling import DemandIndex, prepare_demand
from aspan.operations.city_index import CityIndex
from aspan.primitives.ids import VertiportId, ZoneId
from aspan.world.city import City

BEST_CASE = 0.9
"""Block times in the best case over those in still air. Assumed: a tail wind of 8 m/s."""

RATES_KEPT = 16
"""Demand factors whose expected rates are kept."""


class Prepared:
    """What all days of one city share; each part is made when it is first asked for.

    Parameters
    ----------
    index
        Of the city; made here if None.
    base
        What the city shares with other cities of the same folder; its own if None.
    """

    def __init__(
        self, city: City, *, index: CityIndex | None = None, base: CityBase | None = None
    ) -> None:
        whole = None
        if base is not None:
            base.check(city)
            whole = base.index
        self.city = city
        self.base = CityBase(city) if base is None else base
        self.index = CityIndex(city, whole) if index is None else index
        self._rates: dict[float, ExpectedRates] = {}

    @cached_property
    def served(self) -> Serviceable:
        """Which pairs can be served, and why the others cannot."""
        return list_serviceable(self.index)

    @cached_property
    def best_ms(self) -> dict[tuple[VertiportId, VertiportId], int]:
        """Block times of the pairs that can be served, in the best case."""
        return {pair: int(ms * BEST_CASE) for pair, ms in self.served.block_ms.items()}

    @cached_property
    def demand(self) -> DemandIndex:
        """Who could wish to travel."""
        return prepare_demand(self.city, self.best_ms, find_door_tables(self.city, self.base))

    @cached_property
    def zone_of_door(self) -> dict[tuple[float, float], ZoneId]:
        """The zone of each door that wishes begin or end at, by longitude and latitude."""
        doors = self.demand.table.doors
        ends = zip(doors.lon_deg.tolist(), doors.lat_deg.tolist(), strict=True)
        points = list(ends)[: doors.doors]
        zones = np.repeat(np.arange(len(self.city.demand.zones)), np.diff(doors.door_first))
        ids = [self.city.demand.zones[number].zone_id for number in zones.tolist()]
        return dict(zip(points, ids, strict=True))

    @cached_property
    def network(self) -> TripNetwork:
        """Streets and timetables, for all who search trips."""
        return TripNetwork(self.city, self.best_ms, self.base)

    def find_rates(self, factor: float) -> ExpectedRates:
        """Return the expected bookings of any day at a demand factor."""
        if factor not in self._rates:
            while len(self._rates) >= RATES_KEPT:
                self._rates.pop(next(iter(self._rates)))
            self._rates[factor] = expected_rates(self.demand, factor=factor)
        return self._rates[factor]
