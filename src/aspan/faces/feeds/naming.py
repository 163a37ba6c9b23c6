"""Names in the feeds: what a stop, a route, a trip is called there, for ever.

A timetabled trip is named by its origin, its destination and its planned off-block time on the
local wall clock: `ALATAU-CENTRE-0700`. It does not depend on the dates of an export, so a sortie
finds its published trip from its own record: scheduled under the timetable, same pair, same
planned off-block; the local date of that instant is the start date. A sortie made on demand has
no published trip, and is told as a new one, `sortie-S00012`.
"""

from typing import Final

from aspan.primitives.ids import SortieId, VertiportId
from aspan.primitives.instants import local_midnight_ms, ms_to_local
from aspan.primitives.units import MS_PER_S, S_PER_H, S_PER_MIN

AGENCY_ID: Final = "air"
BOOKING_RULE_ID: Final = "seat"
ROUTE_TYPE_AIR: Final = 1100
"""Air service, of the extended route types; the base list of GTFS has no aircraft (facts 10)."""


def name_platform(vertiport_id: VertiportId) -> str:
    """Return the stop at which passengers board; the station has the vertiport's own id."""
    return f"{vertiport_id}-boarding"


def name_entrance(vertiport_id: VertiportId) -> str:
    """Return the stop where passengers come in from the road."""
    return f"{vertiport_id}-entrance"


def name_group(vertiport_id: VertiportId) -> str:
    """Return the location group of a vertiport, for trips on demand."""
    return f"{vertiport_id}-group"


def name_pair(origin: VertiportId, destination: VertiportId) -> str:
    """Return the name of an ordered pair."""
    return f"{origin}-{destination}"


def name_route(origin: VertiportId, destination: VertiportId, *, is_on_demand: bool) -> str:
    """Return the route of a pair, one for both directions."""
    first, second = sorted((origin, destination))
    return f"{'demand' if is_on_demand else 'air'}-{first}-{second}"


def find_direction(origin: VertiportId, destination: VertiportId) -> int:
    """Return 0 for the direction in which the ids are in order, 1 for the other."""
    return 0 if origin < destination else 1


def name_trip(origin: VertiportId, destination: VertiportId, off_block_s: int) -> str:
    """Return the trip of a timetabled departure; `off_block_s` is since local midnight."""
    hours, rest = divmod(off_block_s, S_PER_H)
    minutes, seconds = divmod(rest, S_PER_MIN)
    tail = f"{seconds:02d}" if seconds else ""
    return f"{origin}-{destination}-{hours:02d}{minutes:02d}{tail}"


def name_extra_trip(sortie_id: SortieId) -> str:
    """Return the trip of a sortie that is in no timetable."""
    return f"sortie-{sortie_id}"


def local_seconds(at_ms: int, zone: str) -> tuple[str, int]:
    """Return the local date as `YYYYMMDD` and the seconds since its midnight."""
    day = ms_to_local(at_ms, zone).date()
    return day.strftime("%Y%m%d"), (at_ms - local_midnight_ms(day, zone)) // MS_PER_S


def format_clock(seconds: int) -> str:
    """Return seconds since midnight as `HH:MM:SS`."""
    hours, rest = divmod(seconds, S_PER_H)
    return f"{hours:02d}:{rest // S_PER_MIN:02d}:{rest % S_PER_MIN:02d}"
