"""A demonstration day planned: its items in time, its aircraft and spare, its fall-backs; or no.

The plan is refused where no aircraft is approved for demonstrations at the site on the date, where
the show does not lie in daylight, and where an item would come too near to the spectators or be too
loud in calm air. In wind an item is reckoned again before it is flown.
"""

from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from aspan.evidence.demonstration.clearance import Clearance, clear_item, is_clear
from aspan.evidence.demonstration.items import ITEMS, ShowItem
from aspan.primitives.ids import AircraftId
from aspan.primitives.instants import local_instant_ms, parse_local_time
from aspan.primitives.units import MS_PER_MIN
from aspan.twin.card_place import Air
from aspan.world.atmosphere import standard_pressure_pa
from aspan.world.city import City
from aspan.world.range import Range
from aspan.world.sun import sun_times

KIND: Final = "demonstration"
SPARE_MS: Final = 15 * MS_PER_MIN
"""Between the last item and the end. Assumed: a hold or two, or a speech that is too long."""

FALL_BACKS: Final = ("shortened_show", "static_display_only", "postponed")
"""What a day may end by other than its run of show, unless it is stopped."""


class Refused(StrEnum):
    """Why no demonstration is planned."""

    NO_APPROVAL = "no_approval"
    NO_SPECTATORS = "no_spectators"
    NOT_IN_DAYLIGHT = "not_in_daylight"
    RESERVE_NOT_LATER = "reserve_not_later"
    TOO_NEAR = "too_near"
    TOO_LOUD = "too_loud"


class DemonstrationRefused(msgspec.Struct, frozen=True, kw_only=True):
    """No demonstration is planned, and why."""

    reason: Refused
    detail: str


class TimedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item with its time in the run of show; flown items with how they stand in calm air."""

    item: ShowItem
    begin_at_ms: int
    clearance: Clearance | None = None


class Demonstration(msgspec.Struct, frozen=True, kw_only=True):
    """A planned day.

    Parameters
    ----------
    end_at_ms
        By which the show is over, come what may.
    reserve_date
        To which it is postponed if the forecast of the evening before is against it.
    spare_id
        Another aircraft approved for demonstrations; None where there is none.
    """

    date: str
    reserve_date: str
    begin_at_ms: int
    end_at_ms: int
    aircraft_id: AircraftId
    spare_id: AircraftId | None
    items: tuple[TimedItem, ...]
    fall_backs: tuple[str, ...] = FALL_BACKS


def plan_demonstration(
    city: City,
    site: Range,
    day: date,
    reserve: date,
    *,
    begin: str = "11:00",
    items: tuple[ShowItem, ...] = ITEMS,
) -> Demonstration | DemonstrationRefused:
    """Return the plan of a demonstration day, or why there is none.

    Parameters
    ----------
    begin
        Local time of the first item.
    """
    if reserve <= day:
        return _refuse(Refused.RESERVE_NOT_LATER, f"{reserve} is not after {day}")
    if not site.spectators.areas:
        return _refuse(Refused.NO_SPECTATORS, "the range has no ground for spectators")
    able = list_approved(site, day)
    if not able:
        return _refuse(Refused.NO_APPROVAL, f"no aircraft is approved for {KIND} on {day}")
    begin_ms = local_instant_ms(day, parse_local_time(begin, field="--begin"), city.time_zone)
    timed, end_ms = _time_items(city, site, items, begin_ms)
    sun = sun_times(
        lon_deg=site.site.lon_deg, lat_deg=site.site.lat_deg, day=day, zone=city.time_zone
    )
    if begin_ms < sun.sunrise_at_ms or end_ms > sun.sunset_at_ms:
        return _refuse(Refused.NOT_IN_DAYLIGHT, f"a show of {(end_ms - begin_ms) // 60_000} min")
    for one in timed:
        if one.clearance is not None and not is_clear(one.clearance, site):
            is_loud = one.clearance.noise_dba > site.spectators.noise_dba_max
            reason = Refused.TOO_LOUD if is_loud else Refused.TOO_NEAR
            return _refuse(reason, f"{one.item.title}: {_tell(one.clearance)}")
    return Demonstration(
        date=day.isoformat(),
        reserve_date=reserve.isoformat(),
        begin_at_ms=begin_ms,
        end_at_ms=end_ms,
        aircraft_id=able[0],
        spare_id=able[1] if len(able) > 1 else None,
        items=timed,
    )


def list_approved(site: Range, day: date) -> list[AircraftId]:
    """Return the aircraft approved for demonstrations at the site on a date, by id."""
    text = day.isoformat()
    return [
        frame.aircraft_id
        for frame in sorted(site.aircraft, key=lambda a: a.aircraft_id)
        if any(
            a.kind == KIND
            and a.aircraft_id in (None, frame.aircraft_id)
            and a.from_date <= text < a.until_date
            for a in site.approvals
        )
    ]


def _time_items(
    city: City, site: Range, items: tuple[ShowItem, ...], begin_ms: int
) -> tuple[tuple[TimedItem, ...], int]:
    """Return the items one after another, with their clearance in calm air, and when they end."""
    calm = Air(pressure_pa=standard_pressure_pa(site.site.elevation_amsl_m))
    timed = []
    at_ms = begin_ms
    for item in items:
        clearance = None
        if item.card is not None:
            card = item.card
            clearance = clear_item(card.profile, card.load, city.aircraft_type, site, calm)
        timed.append(TimedItem(item=item, begin_at_ms=at_ms, clearance=clearance))
        at_ms += item.length_ms
    return tuple(timed), at_ms + SPARE_MS


def _tell(found: Clearance) -> str:
    return f"{found.spare_m:.0f} m to spare, {found.noise_dba:.1f} dBA"


def _refuse(reason: Refused, detail: str) -> DemonstrationRefused:
    return DemonstrationRefused(reason=reason, detail=detail)
