"""The planner's own small problem: cards with their windows, and what of the range they need.

Theory of operation. A day is cut into slots of half an hour from the opening of the site; a run
takes whole slots for set-up, flight and turnaround, in which its conditions hold, its volumes are
its own, and its aircraft and crew do nothing else. The aircraft then charges, the crew debriefs.
Persons have a band of the clock in which their duty may lie; a band is no longer than a day less
the rest, so that yesterday never forbids today and days can be packed one by one.

The objective is the sum over cards of priority times the days until its last run is flown, counted
from 1 for the first day of the plan; a card that is not done counts one day more than the plan has.
Cards whose weather, or that of a card before them, never comes in the year are left out of it and
named: no plan can do them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

import msgspec

from aspan.evidence.card import CardId
from aspan.evidence.people import PersonId
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId
from aspan.primitives.units import MS_PER_MIN

SLOT_MS: Final = 30 * MS_PER_MIN
"""The planner's grain of time."""

PRIORITY_GRAIN: Final = 100
"""Priorities are counted in hundredths: sums that are compared are integers."""

Need = Literal["pilot", "flight_test_engineer", "safety_pilot"]

NEEDS: Final[tuple[Need, ...]] = ("pilot", "flight_test_engineer", "safety_pilot")

WEEK_DAYS: Final = 7

Window = tuple[int, int]
"""Half-open, in slots from the opening of the site on that day."""


class PlanPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of a crew; serves a run in one of their roles.

    Parameters
    ----------
    from_slot, until_slot
        Band in which duty may lie, in slots from the opening of the site.
    """

    person_id: PersonId
    roles: tuple[Need, ...]
    from_slot: int
    until_slot: int


class PlanCard(msgspec.Struct, frozen=True, kw_only=True):
    """What the planner knows of a card.

    Parameters
    ----------
    weight
        Priority in hundredths.
    volume_ids
        Names of what it keeps to itself: volumes, and pairs of volumes that share air.
    aircraft_ids
        Those whose approval is of its kind on every day of the plan.
    run_slots, charge_slots
        Held by one run; the aircraft alone is held on for the second.
    flight_ms
        Counts towards the crew's flight time.
    crew
        How many of each of `NEEDS`.
    first_day
        Number of the first day on which it may be flown: its approvals are there.
    """

    card_id: CardId
    weight: int
    repeats: int
    after: tuple[CardId, ...]
    volume_ids: tuple[str, ...]
    aircraft_ids: tuple[AircraftId, ...]
    run_slots: int
    charge_slots: int
    flight_ms: int
    crew: tuple[int, int, int]
    first_day: int


class PlanDay(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the plan; no slots where the site is closed."""

    day: date
    open_at_ms: int
    slots: int


class DutyRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a crew may do in a day.

    Parameters
    ----------
    duty_slots
        From the first beginning to the last end with its debrief.
    debrief_slots
        After each run; it is also the break that nobody goes without.
    week_slots
        Of runs in any seven days.
    """

    duty_slots: int
    debrief_slots: int
    flight_ms: int
    week_slots: int


class PlanProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the planner decides from.

    Parameters
    ----------
    cards
        In campaign order.
    windows
        By card, for each day its windows of at least a run; empty where there is none.
    review_days
        Days from the last run of a card to the first of one after it, at least 1.
    together
        Greatest number of runs at a time: telemetry stations.
    """

    days: tuple[PlanDay, ...]
    cards: tuple[PlanCard, ...]
    windows: Mapping[CardId, tuple[tuple[Window, ...], ...]]
    aircraft_ids: tuple[AircraftId, ...]
    people: tuple[PlanPerson, ...]
    duty: DutyRules
    review_days: int
    together: int

    def __post_init__(self) -> None:
        """Refuse what no plan could mean."""
        known: set[CardId] = set()
        for card in self.cards:
            missing = sorted(set(card.after) - {c.card_id for c in self.cards})
            if missing:
                raise InvalidInput(f"{card.card_id}.after", missing[0], "a card of the campaign")
            if card.repeats < 1 or card.weight < 1 or card.run_slots < 1:
                raise InvalidInput(
                    f"{card.card_id}",
                    (card.repeats, card.weight, card.run_slots),
                    "at least one run, of priority and duration above 0",
                )
            if card.card_id in known:
                raise InvalidInput("cards", card.card_id, "cards each named once")
            known.add(card.card_id)
        if self.review_days < 1:
            raise InvalidInput("review_days", self.review_days, "at least 1")
        order_after(self.cards)


class PlannedRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the plan, in slots of its day.

    Parameters
    ----------
    crew
        Person and the role in which they serve.
    """

    card_id: CardId
    day: int
    from_slot: int
    until_slot: int
    aircraft_id: AircraftId
    crew: tuple[tuple[PersonId, Need], ...]


def order_after(cards: tuple[PlanCard, ...]) -> list[PlanCard]:
    """Return the cards so that each comes after those it waits for, else in campaign order."""
    placed: dict[CardId, PlanCard] = {}
    waiting = list(cards)
    while waiting:
        ready = [c for c in waiting if all(a in placed for a in c.after)]
        if not ready:
            raise InvalidInput("after", waiting[0].card_id, "cards that do not wait for themselves")
        placed |= {c.card_id: c for c in ready}
        waiting = [c for c in waiting if c.card_id not in placed]
    return list(placed.values())


def earliest_days(problem: PlanProblem) -> dict[CardId, tuple[int, int] | None]:
    """Return for each card the first and the last day of its runs at the earliest.

    As if everything but weather, approvals and the cards before it were free. None where the year
    has no day for it, or for a card before it.
    """
    found: dict[CardId, tuple[int, int] | None] = {}
    for card in order_after(problem.cards):
        before = [found[a] for a in card.after]
        if any(b is None for b in before):
            found[card.card_id] = None
            continue
        first = max([card.first_day, *(b[1] + problem.review_days for b in before if b)])
        left = card.repeats
        begun = done = None
        for day in range(first, len(problem.days)):
            held = runs_in(problem, card, day)
            if held and begun is None:
                begun = day
            left -= held
            if left <= 0:
                done = day
                break
        found[card.card_id] = None if begun is None or done is None else (begun, done)
    return found


def runs_in(problem: PlanProblem, card: PlanCard, day: int) -> int:
    """Return how many runs of a card its windows on a day could hold, volumes being exclusive.

    Cards that share no volume with themselves are bounded by the aircraft there are.
    """
    windows = problem.windows[card.card_id][day]
    side_by_side = 1 if card.volume_ids else min(len(card.aircraft_ids), problem.together)
    if not card.aircraft_ids:
        return 0
    return sum((b - a) // card.run_slots for a, b in windows) * side_by_side


def cost(problem: PlanProblem, runs: list[PlannedRun], counted: set[CardId]) -> int:
    """Return the objective of runs in hundredths of priority, over the counted cards."""
    last: dict[CardId, list[int]] = {}
    for run in runs:
        last.setdefault(run.card_id, []).append(run.day)
    total = 0
    for card in problem.cards:
        if card.card_id in counted:
            days = last.get(card.card_id, [])
            is_done = len(days) >= card.repeats
            total += card.weight * (max(days) + 1 if is_done else len(problem.days) + 1)
    return total
