"""Rules a plan is made under that no card and no range file states, each with its reason."""

from collections.abc import Mapping

import msgspec

from aspan.evidence.card import Risk
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_H, MS_PER_MIN


class PlanRules(msgspec.Struct, frozen=True, kw_only=True):
    """Hours, times about a flight, and leads.

    Parameters
    ----------
    open_ms, close_ms
        Of the site, from local midnight. Assumed: 06 to 20 h, from the calm of the morning to the
        heat of the afternoon.
    closed_weekdays
        0 is Monday. Assumed: Sundays, upkeep and rest.
    set_up_ms
        Before a flight. Assumed: telemetry check, go/no-go list, range clear (facts 5.c).
    turnaround_ms
        After it. Assumed: making safe and taking off the data.
    debrief_ms
        Of the crew after a run. Facts 4.31: a break of 30 min in any five hours.
    flight_ms_max
        Of a person in a day (facts 4.31: 7 h).
    review_days
        From the last run of a card to the first of one after it (facts 5.c, between points).
        Assumed: the day after.
    lead_days
        From filing to approval, by risk. Assumed: all cards are filed on the first day; the more
        people must agree (`approval_rule`), the longer it takes, up to ten days for three.
    """

    open_ms: int = 6 * MS_PER_H
    close_ms: int = 20 * MS_PER_H
    closed_weekdays: tuple[int, ...] = (6,)
    set_up_ms: int = 45 * MS_PER_MIN
    turnaround_ms: int = 15 * MS_PER_MIN
    debrief_ms: int = 30 * MS_PER_MIN
    flight_ms_max: int = 7 * MS_PER_H
    review_days: int = 1
    lead_days: Mapping[Risk, int] = msgspec.field(
        default_factory=lambda: {"low": 2, "medium": 5, "high": 10}
    )

    def __post_init__(self) -> None:
        """Refuse hours and times that no site could keep."""
        if not 0 <= self.open_ms < self.close_ms <= 24 * MS_PER_H:
            raise InvalidInput("open_ms", self.open_ms, "before close_ms, within one day")
        for name in ("set_up_ms", "turnaround_ms", "debrief_ms"):
            if getattr(self, name) < 0:
                raise InvalidInput(name, getattr(self, name), "at least 0")
        if sorted(self.lead_days) != ["high", "low", "medium"] or min(self.lead_days.values()) < 0:
            raise InvalidInput("lead_days", dict(self.lead_days), "days for each of the risks")
