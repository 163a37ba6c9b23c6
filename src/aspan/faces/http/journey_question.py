"""A trip's question as text: points, times and limits, read or refused in its own language."""

import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from aspan.compose.trips import PARTY_MAX, TripRequest
from aspan.faces.http.journey_words import tell
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import datetime_to_ms, ms_to_local
from aspan.primitives.units import MS_PER_DAY, MS_PER_MIN

PAST_MS: Final = MS_PER_MIN
"""A question may be so old when it comes in; then it is asked as of now."""

DAYS_AHEAD_MAX: Final = 30
"""Trips further ahead are not searched: nothing of then is known."""

WALK_M_BOUND: Final = 20_000

_DEGREES = re.compile(r"([+-]?\d{1,9}(?:\.\d{0,30})?) *, *([+-]?\d{1,9}(?:\.\d{0,30})?)", re.ASCII)
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:\d\d)?", re.ASCII
)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks, as text where it is not yet known to be sound.

    Parameters
    ----------
    start, end
        `LAT,LON`.
    depart_at, arrive_by
        RFC 3339, or the city's wall clock; both None: now.
    """

    start: str
    end: str
    depart_at: str | None
    arrive_by: str | None
    party: int
    is_step_free: bool
    walk_m_max: int | None
    lang: str


def read_question(question: Question, *, now_ms: int, zone: str) -> TripRequest:
    """Return the request; `InvalidInput` names the parameter, in the question's language."""
    lang = question.lang
    if not 1 <= question.party <= PARTY_MAX:
        raise InvalidInput("party", question.party, tell(lang, "fault.party", n=PARTY_MAX))
    walk_m_max = question.walk_m_max
    if walk_m_max is not None and not 0 <= walk_m_max <= WALK_M_BOUND:
        raise InvalidInput("walk_m_max", walk_m_max, tell(lang, "fault.walk"))
    if question.depart_at is not None and question.arrive_by is not None:
        raise InvalidInput("arrive_by", question.arrive_by, tell(lang, "fault.both"))
    is_arrive_by = question.arrive_by is not None
    at_ms = now_ms
    for field, text in (("depart_at", question.depart_at), ("arrive_by", question.arrive_by)):
        if text is not None:
            at_ms = _read_time(field, text, lang=lang, now_ms=now_ms, zone=zone)
    return TripRequest(
        origin=_read_point("from", question.start, lang),
        destination=_read_point("to", question.end, lang),
        at_ms=at_ms if is_arrive_by else max(at_ms, now_ms),
        is_arrive_by=is_arrive_by,
        party=question.party,
        walk_m_max=None if walk_m_max is None else float(walk_m_max),
        is_step_free=question.is_step_free,
        earliest_ms=now_ms,
    )


def find_moment(text: str, zone: str) -> int | None:
    """Return the instant [ms] of RFC 3339 or of a wall clock in `zone`; None if it is neither.

    A space stands for the plus of an offset: that is what a query makes of one not escaped. Of a
    wall clock that is shown twice when clocks go back the first is taken.
    """
    found = _MOMENT.fullmatch(text.replace(" ", "+"))
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(found[0])
        if found[2] is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        return datetime_to_ms(moment)
    except (ValueError, OverflowError):
        return None


def find_degrees(text: str) -> tuple[float, float] | None:
    """Return longitude and latitude of `LAT,LON` as written [deg]; None if it is no such pair.

    Plain numbers only: Python itself would also take `4_3.2`, other digits, and `nan`.
    """
    found = _DEGREES.fullmatch(text.strip())
    return None if found is None else (float(found[2]), float(found[1]))


def _read_time(field: str, text: str, *, lang: str, now_ms: int, zone: str) -> int:
    at_ms = find_moment(text, zone)
    if at_ms is None:
        raise InvalidInput(field, text, tell(lang, "fault.time"))
    if at_ms < now_ms - PAST_MS:
        now = ms_to_local(now_ms, zone).strftime("%Y-%m-%d %H:%M")
        raise InvalidInput(field, text, tell(lang, "fault.past", now=now))
    if at_ms > now_ms + DAYS_AHEAD_MAX * MS_PER_DAY:
        raise InvalidInput(field, text, tell(lang, "fault.far", n=DAYS_AHEAD_MAX))
    return at_ms


def _read_point(field: str, text: str, lang: str) -> tuple[float, float]:
    """Return longitude and latitude [deg]."""
    point = find_degrees(text)
    if point is None or abs(point[0]) > 180.0 or abs(point[1]) > 90.0:
        raise InvalidInput(field, text, tell(lang, "fault.point"))
    return point
