"""Timetables: scheduled vehicles of one local day and its neighbours, as arrays for the search.

`world/readers/gtfs.py` makes a `Feed` of any GTFS file; `world/readers/timetable.py` takes the
services of a day from feeds. All times are instants, so trips after midnight need no second clock.
A pattern is a sequence of stops that trips of one line serve in the same order without overtaking;
trips that would overtake stand in a pattern of their own.
"""

from datetime import date
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.world.vertiport import Names

Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]
Flags = NDArray[np.uint8]

VehicleMode = Literal["metro", "rail", "tram", "bus", "cable", "ferry", "air"]
"""What carries, from GTFS `route_type` and its extended types."""

WHEELCHAIR_UNKNOWN, WHEELCHAIR_YES, WHEELCHAIR_NO = 0, 1, 2
"""As in GTFS `wheelchair_boarding` and `wheelchair_accessible`."""


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """Where a vehicle stops: a platform, or a stop at the kerb.

    Parameters
    ----------
    stop_id
        Unique over all feeds: `feed:stop`.
    station_id
        Of the station it belongs to; empty if none.
    wheelchair
        `WHEELCHAIR_…`; taken from the station where the stop says nothing.
    """

    stop_id: str
    feed_id: str
    names: Names
    lon_deg: float
    lat_deg: float
    station_id: str = ""
    wheelchair: int = WHEELCHAIR_UNKNOWN


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line as passengers know it.

    Parameters
    ----------
    price_tiyn
        Of one boarding for one adult.
    colour
        `RRGGBB`, empty if the feed gives none.
    """

    line_id: str
    feed_id: str
    short_name: str
    names: Names
    mode: VehicleMode
    price_tiyn: int
    colour: str = ""


class Patterns(msgspec.Struct, frozen=True, kw_only=True):
    """All patterns with their trips; positions and trips of a pattern stand together.

    Parameters
    ----------
    line
        Number of the line, shape (patterns).
    stop_first, stops
        Stops of pattern p: `stops[stop_first[p]:stop_first[p + 1]]`.
    can_board, can_alight
        One flag a position, like `stops`.
    trip_first
        Trips of pattern p: numbers from `trip_first[p]` to `trip_first[p + 1]`, by departure; a
        later trip is nowhere earlier.
    time_first
        Times of trip t begin here; it has as many as its pattern has stops.
    arrive_at_ms, depart_at_ms
        One a trip and stop.
    wheelchair
        `WHEELCHAIR_…`, one a trip.
    trip_ids, headsigns
        One a trip; frequency-based trips carry their start, `trip@07:10:00`.
    """

    line: Numbers
    stop_first: Numbers
    stops: Numbers
    can_board: Flags
    can_alight: Flags
    trip_first: Numbers
    time_first: Numbers
    arrive_at_ms: Ints
    depart_at_ms: Ints
    wheelchair: Flags
    trip_ids: tuple[str, ...]
    headsigns: tuple[str, ...]


class Footpaths(msgspec.Struct, frozen=True, kw_only=True):
    """Changes on foot between stops, transitively closed as given, by the stop they begin at.

    Parameters
    ----------
    first, to
        Paths of stop s: `to[first[s]:first[s + 1]]`; never to itself.
    duration_ms
        Of the change, minimum transfer time included.
    walk_m
        Walked.
    is_step_free
        1 if no stairs are known on it.
    change_ms
        Least time between two vehicles at one stop, one a stop; 0 if the feed says nothing.
    """

    first: Numbers
    to: Numbers
    duration_ms: Ints
    walk_m: NDArray[np.float64]
    is_step_free: Flags
    change_ms: Ints


class Timetable(msgspec.Struct, frozen=True, kw_only=True):
    """What runs from the start of `day` to the end of the day after.

    Parameters
    ----------
    assumed
        A sentence for each feed whose calendar does not cover the day: the same weekday within it
        is used instead. Pages show it.
    """

    day: date
    stops: tuple[Stop, ...]
    lines: tuple[Line, ...]
    patterns: Patterns
    footpaths: Footpaths
    assumed: tuple[str, ...] = ()
