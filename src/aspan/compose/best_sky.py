"""The best sky: a service that grants every flight at once, for the best case of a whole search.

What `demand.best_case` reckons for columns of trips this is for the search: no wait, the shortest
block time, the flat fare of the city, within the hours of service. Weather, aircraft, slots and
seats taken by others are left out.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from aspan.journeys.availability import AirAsk, AirDeparture
from aspan.journeys.network import BlockTimes
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import local_instant_ms, parse_local_time
from aspan.world.city import City
from aspan.world.fare import pair_fare_tiyn


class BestSky:
    """`AirService` of one local date."""

    def __init__(self, city: City, block_ms: BlockTimes, day: date) -> None:
        hours = city.rules.hours
        self._city, self._block_ms = city, block_ms
        self._wait_ms_max = city.rules.service.wait_ms_max
        self._from_ms, self._until_ms = (
            local_instant_ms(day, parse_local_time(text, field="rules.hours"), city.time_zone)
            for text in (hours.from_local, hours.until_local)
        )
        self._seat_tiyn = {pair: self._price(*pair) for pair in sorted(block_ms)}

    def _price(self, origin: VertiportId, destination: VertiportId) -> int:
        start, end = self._city.get_vertiport(origin), self._city.get_vertiport(destination)
        return pair_fare_tiyn(self._city.rules.fares, start, end)

    def list_departures(
        self,
        origin: VertiportId,
        destination: VertiportId,
        ready_at_ms: int,
        party: int,
        payload_kg: float,
    ) -> tuple[AirDeparture, ...]:
        """Return the flight as soon as the party is ready and the service open, if it is."""
        kind = self._city.aircraft_type
        off_ms = max(ready_at_ms, self._from_ms)
        if (
            (origin, destination) not in self._block_ms
            or party > kind.seats
            or payload_kg > kind.payload_kg_max
            or off_ms - ready_at_ms > self._wait_ms_max
            or ready_at_ms >= self._until_ms
        ):
            return ()
        pair = (origin, destination)
        on_ms = off_ms + self._block_ms[pair]
        return (AirDeparture(off_ms, on_ms, self._seat_tiyn[pair] * party),)

    def list_answers(self, asks: Iterable[AirAsk]) -> Iterator[tuple[AirDeparture, ...]]:
        """Yield the same for each ask by a time of departure; nothing for others."""
        for ask in asks:
            if ask.ready_at_ms is None:
                yield ()
            else:
                yield self.list_departures(
                    ask.origin, ask.destination, ask.ready_at_ms, ask.party, ask.payload_kg
                )
