"""What happened on a demonstration day: happenings in order, sorties with their tracks, the end."""

from typing import Literal, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.evidence.demonstration.outside import Disturbances
from aspan.evidence.demonstration.show import Demonstration
from aspan.evidence.site_events import SiteEvent
from aspan.primitives.ids import AircraftId

Ending = Literal["run_of_show", "shortened_show", "static_display_only", "postponed", "stopped"]
"""How a day ends: as planned, by one of the three fall-backs, or stopped for a reason."""

What = Literal[
    "forecast",
    "began",
    "item_shown",
    "item_begun",
    "item_held",
    "item_dropped",
    "item_knocked_off",
    "aircraft_lost",
    "spare_taken",
    "ended",
]


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened or was decided, and on what."""

    at_ms: int
    what: What
    item_id: str = ""
    detail: str = ""


class Sortie(msgspec.Struct, frozen=True, kw_only=True):
    """One item flown."""

    run_id: str
    item_id: str
    aircraft_id: AircraftId
    begun_at_ms: int
    ended_at_ms: int
    is_knocked_off: bool


class Track(NamedTuple):
    """Where an aircraft truly was, a row each tenth of a second."""

    at_ms: NDArray[np.int64]
    lon_deg: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    height_agl_m: NDArray[np.float64]
    ground_speed_mps: NDArray[np.float64]


class DayLog(msgspec.Struct, frozen=True, kw_only=True):
    """A day as it went; flown by the twin, not by an aircraft.

    Parameters
    ----------
    reason
        Of anything but the run of show.
    """

    plan: Demonstration
    seed: int
    disturbances: Disturbances
    happenings: tuple[Happening, ...]
    sorties: tuple[Sortie, ...]
    ending: Ending
    reason: str
    ended_at_ms: int
    flown_by: str = "the twin, not an aircraft"


class FlownDay(NamedTuple):
    """The log, the tracks by run, and what the test site recorded."""

    log: DayLog
    tracks: dict[str, Track]
    events: list[SiteEvent]
