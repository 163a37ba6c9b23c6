"""Public transport of a city beside its feeds: what a boarding costs, and buses without a feed."""

from collections.abc import Iterable

import msgspec

from aspan.world.quantity import Quantity
from aspan.world.timetable import Line, VehicleMode


class BusEstimate(msgspec.Struct, frozen=True, kw_only=True):
    """Buses as an average, for a city whose buses have no open feed.

    It says nothing of single lines: whoever goes by it walks, waits half a headway on the mean,
    rides at the mean speed and walks again. Not modelled: where lines run, changes, crowding.

    Parameters
    ----------
    headway_s
        Between two buses of a line. [s]
    speed_mps
        Mean operating speed, stops included. [m/s]
    line_m
        Mean length of a line, one way: no ride is longer. [m]
    walk_m
        From a door to the next stop, and again at the other end. [m]
    from_local, until_local
        Hours in which they run, wall clock.
    fare_tiyn
        Of one boarding. [tiyn]
    stated
        Each number with its range, source and mark, by its name.
    """

    headway_s: float
    speed_mps: float
    line_m: float
    walk_m: float
    from_local: str
    until_local: str
    fare_tiyn: int
    stated: dict[str, Quantity] = {}


class Transit(msgspec.Struct, frozen=True, kw_only=True):
    """What the city says of its public transport.

    Parameters
    ----------
    feeds
        Paths of its GTFS feeds, from the city's folder; read by `load_feeds` when they are needed.
    metro_fare_tiyn, bus_fare_tiyn
        Of one boarding for one adult where a feed tells no price; the bus fare holds for every mode
        but metro and air. [tiyn]
    bus
        None if the city makes no such estimate.
    """

    feeds: tuple[str, ...] = ()
    metro_fare_tiyn: int = 0
    bus_fare_tiyn: int = 0
    bus: BusEstimate | None = None

    def price_defaults(self) -> dict[VehicleMode, int]:
        """Return the price of a boarding [tiyn] by mode, for feeds that tell none."""
        street: tuple[VehicleMode, ...] = ("rail", "tram", "bus", "cable", "ferry")
        return {"metro": self.metro_fare_tiyn, **dict.fromkeys(street, self.bus_fare_tiyn)}

    def find_bus_estimate(self, lines: Iterable[Line]) -> BusEstimate | None:
        """Return the estimate; None as soon as a feed has a bus line."""
        return None if any(line.mode == "bus" for line in lines) else self.bus
