"""Geozones: parts of the air that are closed, always or at stated times.

A zone is given as ED-318 gives it (EUROCAE ED-318, *Technical specification for geographical
zones*; JSON schemas github UASGeoZones/ED-318): polygons with a lower and an upper limit, a kind of
restriction, and the periods in which it applies. Whether an aircraft's lane enters one is reckoned
in `airspace.geozones`. Every interval is half-open; times of day are UTC.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import GeozoneId
from aspan.primitives.units import MS_PER_DAY
from aspan.world.vertiport import Names

Restriction = Literal["prohibited", "required_authorisation", "conditional", "none"]
"""What a zone asks: nobody enters; only with leave; only under conditions; nothing."""

Ring = tuple[tuple[float, float], ...]
"""Longitude and latitude [deg] of the corners; the first is repeated at the end."""

WEEK_DAYS = 7
EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday, 3 when Monday is 0."""

LOWEST_AMSL_M = -500.0
"""Lower limit of a zone that states none: under any ground. [m AMSL]"""

HIGHEST_AMSL_M = 30_000.0
"""Upper limit of a zone that states none: above any aircraft. [m AMSL]"""

SEARCH_MS = 8 * MS_PER_DAY
"""A weekly schedule that does not change the state within so long does not change it. [ms]"""

SPAN_MS_MAX = 3_660 * MS_PER_DAY
"""Longest time for which intervals are listed. [ms]"""


class DailyPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of certain days of the week, by UTC dates.

    Parameters
    ----------
    weekdays
        0 is Monday.
    from_ms, until_ms
        Of the day on which it begins; `until_ms` may reach into the next, at most a day on.
    """

    weekdays: tuple[int, ...]
    from_ms: int = 0
    until_ms: int = MS_PER_DAY


class Applicability(msgspec.Struct, frozen=True, kw_only=True):
    """A period in which a zone applies.

    Parameters
    ----------
    from_at_ms, until_at_ms
        No bound if None.
    schedule
        Hours within it; all of it if empty.
    """

    from_at_ms: int | None = None
    until_at_ms: int | None = None
    schedule: tuple[DailyPeriod, ...] = ()

    def is_on_at(self, at_ms: int) -> bool:
        """Say whether it applies at an instant."""
        if self.from_at_ms is not None and at_ms < self.from_at_ms:
            return False
        if self.until_at_ms is not None and at_ms >= self.until_at_ms:
            return False
        if not self.schedule:
            return True
        day, in_day_ms = divmod(at_ms, MS_PER_DAY)
        weekday = (day + EPOCH_WEEKDAY) % WEEK_DAYS
        before = (weekday - 1) % WEEK_DAYS
        return any(
            (weekday in period.weekdays and period.from_ms <= in_day_ms < period.until_ms)
            or (before in period.weekdays and in_day_ms + MS_PER_DAY < period.until_ms)
            for period in self.schedule
        )

    def list_intervals(self, from_ms: int, until_ms: int) -> Iterator[tuple[int, int]]:
        """Yield the intervals in which it applies, cut to `[from_ms, until_ms)`."""
        first = from_ms if self.from_at_ms is None else max(from_ms, self.from_at_ms)
        last = until_ms if self.until_at_ms is None else min(until_ms, self.until_at_ms)
        if first >= last:
            return
        if not self.schedule:
            yield first, last
            return
        for day in range(first // MS_PER_DAY - 1, (last - 1) // MS_PER_DAY + 1):
            weekday = (day + EPOCH_WEEKDAY) % WEEK_DAYS
            for period in self.schedule:
                if weekday in period.weekdays:
                    start = max(first, day * MS_PER_DAY + period.from_ms)
                    end = min(last, day * MS_PER_DAY + period.until_ms)
                    if start < end:
                        yield start, end


class GeozonePart(msgspec.Struct, frozen=True, kw_only=True):
    """One volume of a zone: a polygon between two altitudes, its border included.

    Parameters
    ----------
    rings
        The outer border, then holes.
    """

    rings: tuple[Ring, ...]
    lower_amsl_m: float
    upper_amsl_m: float


class Geozone(msgspec.Struct, frozen=True, kw_only=True):
    """A zone of the air with what it asks, where and when.

    Parameters
    ----------
    zone_id
        The identifier of ED-318, at most 7 characters.
    parts
        At least one volume.
    is_authorised
        Whether the operator has the leave, or meets the conditions, that the zone asks for. Never
        opens a prohibited zone.
    applicability
        When it applies; always if empty.
    reasons
        Codes of ED-318, AIR_TRAFFIC and so on.
    message
        What its authority says of it, may be empty.
    source
        Where limits and state come from.
    is_assumed
        Whether its limits or its state are assumed; every page that shows it says so.
    """

    zone_id: GeozoneId
    names: Names
    restriction: Restriction
    parts: tuple[GeozonePart, ...]
    is_authorised: bool = True
    applicability: tuple[Applicability, ...] = ()
    reasons: tuple[str, ...] = ()
    message: str = ""
    source: str = ""
    is_assumed: bool = False

    @property
    def lower_amsl_m(self) -> float:
        """Lowest limit of its parts [m AMSL]."""
        return min(part.lower_amsl_m for part in self.parts)

    @property
    def upper_amsl_m(self) -> float:
        """Highest limit of its parts [m AMSL]."""
        return max(part.upper_amsl_m for part in self.parts)

    @property
    def rings(self) -> tuple[Ring, ...]:
        """Outer borders of its parts."""
        return tuple(part.rings[0] for part in self.parts)

    @property
    def may_close(self) -> bool:
        """Whether it is closed to us at any time at all."""
        if self.restriction == "none":
            return False
        return self.restriction == "prohibited" or not self.is_authorised

    def is_closed_at(self, at_ms: int) -> bool:
        """Say whether nobody of ours may be inside at an instant."""
        if not self.may_close:
            return False
        return not self.applicability or any(a.is_on_at(at_ms) for a in self.applicability)

    def closed_intervals(self, from_ms: int, until_ms: int) -> tuple[tuple[int, int], ...]:
        """Return when it is closed within `[from_ms, until_ms)`: half-open, in order, merged."""
        if until_ms - from_ms > SPAN_MS_MAX:
            raise InvalidInput(
                "until_ms - from_ms", until_ms - from_ms, f"at most {SPAN_MS_MAX} ms"
            )
        if not self.may_close or from_ms >= until_ms:
            return ()
        if not self.applicability:
            return ((from_ms, until_ms),)
        found = sorted(i for a in self.applicability for i in a.list_intervals(from_ms, until_ms))
        merged: list[tuple[int, int]] = []
        for start, end in found:
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        return tuple(merged)

    def next_change_ms(self, at_ms: int) -> int | None:
        """Return the first instant after `at_ms` at which it opens or closes; None if never."""
        if not self.may_close or not self.applicability:
            return None
        is_closed = self.is_closed_at(at_ms)
        bounds = sorted(
            bound
            for a in self.applicability
            for bound in (a.from_at_ms, a.until_at_ms)
            if bound is not None and bound > at_ms
        )
        for start in (at_ms, *bounds):  # between two bounds the state repeats by the week
            intervals = self.closed_intervals(start, start + SEARCH_MS)
            edges = sorted({start, *(edge for interval in intervals for edge in interval)})
            for edge in edges:
                if edge > at_ms and self.is_closed_at(edge) != is_closed:
                    return edge
        return None
