"""What goes over the wire about trips door to door: itineraries, their legs, what they rest on.

Instants are ms UTC, money is tiyn of the whole party, points are WGS 84. Names and texts are in the
language asked for.
"""

from typing import Literal

import msgspec

from aspan.faces.http.wire_sales import Fare
from aspan.world.quantity import Mark


class DoorPlace(msgspec.Struct, frozen=True, kw_only=True):
    """One end of a trip and what people call it."""

    name: str
    lat: float
    lon: float


class AskedTrip(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """The question as it was understood.

    Parameters
    ----------
    depart_at_ms, arrive_by_ms
        One of the two; the other is null.
    walk_m_max
        Null where the city's own holds.
    """

    from_: tuple[float, float]
    to: tuple[float, float]
    depart_at_ms: int | None
    arrive_by_ms: int | None
    party: int
    step_free: bool
    walk_m_max: int | None
    lang: str


class LegPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a leg begins or ends; `id` is empty for doors and for stops that nobody names."""

    kind: Literal["door", "stop", "vertiport"]
    id: str
    name: str
    lat: float
    lon: float


class LineSign(msgspec.Struct, frozen=True, kw_only=True):
    """A line as passengers know it; colour as `RRGGBB`, empty if the feed gives none."""

    short_name: str
    name: str
    colour: str
    headsign: str


class StopOnWay(msgspec.Struct, frozen=True, kw_only=True):
    """A stop after boarding, the last one included."""

    name: str
    arrive_at_ms: int


class JourneyLeg(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """One element of an itinerary.

    Parameters
    ----------
    mode
        walk, wait, car, bus, metro, rail, tram, cable, ferry, process, leave or air.
    is_estimate
        A bus known only in the mean.
    path
        Longitude and latitude; empty where nobody moves.
    connection_chance
        That it is reached, in [0, 1]; null where nothing can be missed.
    """

    mode: str
    from_: LegPlace
    to: LegPlace
    depart_at_ms: int
    arrive_at_ms: int
    price_tiyn: int
    distance_m: int
    is_estimate: bool
    line: LineSign | None
    stops: list[StopOnWay]
    path: list[tuple[float, float]]
    connection_chance: float | None


class Estimated(msgspec.Struct, frozen=True, kw_only=True):
    """A number with its range, mark and source."""

    value: float
    low: float
    high: float
    mark: Mark
    source: str


class SeatOffer(msgspec.Struct, frozen=True, kw_only=True):
    """What would be confirmed if it were booked now.

    Parameters
    ----------
    sortie_id
        Null if a booking would plan a new sortie.
    valid_until_ms
        By then it should be asked for again.
    token
        What `POST /v1/bookings` takes to hold it; empty where nothing is sold over HTTP.
    fare
        The lines of the fare and the tax within it; null where nothing is sold.
    """

    origin: str
    destination: str
    off_block_at_ms: int
    on_block_at_ms: int
    fare_tiyn: int
    sortie_id: str | None
    valid_until_ms: int
    token: str = ""
    fare: Fare | None = None


class JourneyItinerary(msgspec.Struct, frozen=True, kw_only=True):
    """One way to travel.

    Parameters
    ----------
    id
        Of its content: the same way told again has the same.
    mode
        walk, car, transit or air.
    co2_g
        Of the whole party; null if the city states no emissions.
    saves_ms
        Against the car all the way; null where there is none.
    promised_arrival_at_ms, on_time_chance
        The planned arrival and a cushion, and how likely it is kept; null if the city says nothing
        of what may be late.
    rank_reason
        best, fastest, cheapest, greenest, least_walk or other.
    """

    id: str
    mode: str
    depart_at_ms: int
    arrive_at_ms: int
    price_tiyn: int
    transfers: int
    walk_ms: int
    walk_m: int
    co2_g: Estimated | None
    saves_ms: int | None
    promised_arrival_at_ms: int | None
    on_time_chance: float | None
    rank_reason: str
    offer: SeatOffer | None
    legs: list[JourneyLeg]


class NotFlown(msgspec.Struct, frozen=True, kw_only=True):
    """Why no flight is among the itineraries."""

    reason: str
    text: str


class Assumption(msgspec.Struct, frozen=True, kw_only=True):
    """What the answer rests on that nobody knows for sure."""

    text: str
    mark: Mark
    source: str


class ItinerariesPage(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """The answer to a trip, the best itinerary first.

    Parameters
    ----------
    not_flown
        Empty if an itinerary flies.
    car
        Id of the itinerary by car all the way, which `saves_ms` compares with; null without one.
    """

    now_ms: int
    time_zone: str
    query: AskedTrip
    from_: DoorPlace
    to: DoorPlace
    itineraries: list[JourneyItinerary]
    not_flown: list[NotFlown]
    assumptions: list[Assumption]
    car: str | None
