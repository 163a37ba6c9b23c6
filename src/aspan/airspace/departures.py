"""Departures: the earliest lift-off at which cells, FATOs and stands are all free."""

from collections.abc import Sequence

import msgspec

from aspan.airspace.lanes import Lane
from aspan.airspace.reservations import Reservations
from aspan.airspace.slots import SlotCalendar
from aspan.airspace.trajectory import Trajectory

ROUNDS_MAX = 1000
"""Most steps of one search; each moves lift-off past something that is held."""


class SlotDemand(msgspec.Struct, frozen=True):
    """An interval needed in any one of several calendars.

    Parameters
    ----------
    calendars
        FATOs or stands that serve equally; the first that is free is taken.
    start_offset_ms
        From lift-off to the start of the interval; negative before lift-off.
    """

    calendars: Sequence[SlotCalendar]
    start_offset_ms: int
    duration_ms: int


class Departure(msgspec.Struct, frozen=True, gc=False):
    """A lift-off at which everything is free.

    Parameters
    ----------
    choices
        For every demand, the index of the calendar to take.
    """

    lift_off_at_ms: int
    choices: tuple[int, ...]


class DepartureRefused(msgspec.Struct, frozen=True, gc=False):
    """No lift-off in time.

    Parameters
    ----------
    reason
        `airspace` or `slot`: what was last found held; `search_limit` after `ROUNDS_MAX` steps.
    free_from_ms
        No lift-off before this is possible; past the latest asked for.
    """

    reason: str
    free_from_ms: int


def find_departure(
    reservations: Reservations,
    lane: Lane,
    trajectory: Trajectory,
    *,
    not_before_ms: int,
    latest_ms: int,
    demands: Sequence[SlotDemand] = (),
) -> Departure | DepartureRefused:
    """Return the earliest lift-off in [not_before, latest] at which everything is free."""
    at_ms = not_before_ms
    reason = "airspace"
    for _ in range(ROUNDS_MAX):
        if at_ms > latest_ms:
            return DepartureRefused(reason, at_ms)
        choices = []
        shift_ms = 0
        for demand in demands:
            choice, wait_ms = _choose(demand, at_ms)
            choices.append(choice)
            shift_ms = max(shift_ms, wait_ms)
        if shift_ms:
            reason = "slot"
        else:
            shift_ms = reservations.shift_ms(lane, trajectory, at_ms)
            if not shift_ms:
                return Departure(at_ms, tuple(choices))
            reason = "airspace"
        at_ms += shift_ms
    return DepartureRefused("search_limit", at_ms)


def _choose(demand: SlotDemand, lift_off_at_ms: int) -> tuple[int, int]:
    """Return the calendar that is free soonest and how long until it is [ms]."""
    start_ms = lift_off_at_ms + demand.start_offset_ms
    end_ms = start_ms + demand.duration_ms
    best, best_ms = 0, -1
    for n, calendar in enumerate(demand.calendars):
        wait_ms = calendar.shift_ms(start_ms, end_ms)
        if wait_ms == 0:
            return n, 0
        if best_ms < 0 or wait_ms < best_ms:
            best, best_ms = n, wait_ms
    return best, max(best_ms, 0)
