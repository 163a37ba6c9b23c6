"""A plan as a file: runs in instants, what they are for, how good the plan is, what never comes.

A plan promises nothing: every run still needs its approvals, its slot and a go (`evidence.site`).
"""

from collections import Counter
from typing import Final

import msgspec

from aspan.evidence.card import CardId, Risk, card_risk
from aspan.evidence.people import PersonId
from aspan.evidence.plan.build import PlanBasis
from aspan.evidence.plan.problem import PRIORITY_GRAIN, SLOT_MS, Need, PlannedRun, earliest_days
from aspan.evidence.plan.rules import PlanRules
from aspan.evidence.plan.search import Found
from aspan.evidence.plan.windows import CONDITIONS, list_windows, measured_share
from aspan.primitives.ids import AircraftId
from aspan.twin.weather_days import DailyRows
from aspan.world.city import City
from aspan.world.range import Range

FORMAT: Final = "aspan range plan 1"


class FiledRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run: half-open in time, the aircraft then charging until `charged_at_ms`."""

    card_id: CardId
    date: str
    from_ms: int
    until_ms: int
    charged_at_ms: int
    aircraft_id: AircraftId
    crew: tuple[tuple[PersonId, Need], ...]


class FiledCard(msgspec.Struct, frozen=True, kw_only=True):
    """One card in the plan.

    Parameters
    ----------
    days_with_window
        Days of the plan on which its conditions hold long enough.
    state
        done; no_window (its weather never comes); waits (for a card that cannot be done);
        no_room (it could be done, but not in this plan).
    blame
        Condition without which it would have a window; the rarest if no single one is enough.
    done_day
        Days until its last run is flown, counted from 1.
    """

    card_id: CardId
    kind: str
    risk: Risk
    priority: float
    repeats: int
    days_with_window: int
    state: str
    blame: str = ""
    done_day: int | None = None
    first_come_day: int | None = None


class FiledPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with its figures; objectives are priority-weighted days until each card is done.

    Parameters
    ----------
    weather_real_days
        Days of the plan whose daily row is the reanalysis of that very date; the others are
        borrowed from the same time of other years.
    hours_measured
        Share of hours that are measured; the rest is modelled around the daily rows.
    """

    format: str
    city_id: str
    first_date: str
    days: int
    seed: int
    weather_real_days: int
    hours_measured: float
    range_sha256: str
    rules: PlanRules
    objective: float
    bound: float
    gap: float
    first_come_objective: float
    first_come_last_day: int
    last_day: int
    cards: tuple[FiledCard, ...]
    runs: tuple[FiledRun, ...]


def file_plan(city: City, site: Range, basis: PlanBasis, found: Found, *, seed: int) -> FiledPlan:
    """Return the plan as it is kept."""
    problem = basis.problem
    rows = DailyRows(city.weather.days)
    charge = {c.card_id: c.charge_slots for c in problem.cards}

    def filed(run: PlannedRun) -> FiledRun:
        day = problem.days[run.day]
        until_ms = day.open_at_ms + run.until_slot * SLOT_MS
        return FiledRun(
            card_id=run.card_id,
            date=day.day.isoformat(),
            from_ms=day.open_at_ms + run.from_slot * SLOT_MS,
            until_ms=until_ms,
            charged_at_ms=until_ms + charge[run.card_id] * SLOT_MS,
            aircraft_id=run.aircraft_id,
            crew=run.crew,
        )

    return FiledPlan(
        format=FORMAT,
        city_id=str(city.city_id),
        first_date=problem.days[0].day.isoformat(),
        days=len(problem.days),
        seed=seed,
        weather_real_days=sum(rows.is_real(d.day) for d in problem.days),
        hours_measured=round(measured_share(basis.days), 4),
        range_sha256=site.file_sha256,
        rules=basis.rules,
        objective=found.cost / PRIORITY_GRAIN,
        bound=found.bound / PRIORITY_GRAIN,
        gap=round(found.gap, 6),
        first_come_objective=found.first_come_cost / PRIORITY_GRAIN,
        first_come_last_day=1 + max((r.day for r in found.first_come), default=-1),
        last_day=1 + max((r.day for r in found.runs), default=-1),
        cards=_cards(basis, found),
        runs=tuple(filed(run) for run in found.runs),
    )


def _cards(basis: PlanBasis, found: Found) -> tuple[FiledCard, ...]:
    """Return every card with when it is done, or why it is not."""
    problem = basis.problem
    early = earliest_days(problem)
    done, served = _done_days(found.runs), _done_days(found.first_come)
    not_done = set(found.not_done)
    cards = []
    for card, plan in zip(basis.cards, problem.cards, strict=True):
        card_id = card.card_id
        if early[card_id] is not None:
            state = "no_room" if card_id in not_done else "done"
        elif any(early[a] is None for a in card.after):
            state = "waits"
        else:
            state = "no_window"
        cards.append(
            FiledCard(
                card_id=card_id,
                kind=card.kind,
                risk=card_risk(card),
                priority=plan.weight / PRIORITY_GRAIN,
                repeats=card.repeats,
                days_with_window=sum(bool(w) for w in problem.windows[card_id]),
                state=state,
                blame=find_blame(basis, card_id) if state == "no_window" else "",
                done_day=_done(done, card_id, card.repeats),
                first_come_day=_done(served, card_id, card.repeats),
            )
        )
    return tuple(cards)


def _done_days(runs: tuple[PlannedRun, ...]) -> dict[CardId, list[int]]:
    days: dict[CardId, list[int]] = {}
    for run in runs:
        days.setdefault(run.card_id, []).append(run.day + 1)
    return days


def _done(days: dict[CardId, list[int]], card_id: CardId, repeats: int) -> int | None:
    flown = days.get(card_id, [])
    return max(flown) if len(flown) >= repeats else None


def find_blame(basis: PlanBasis, card_id: CardId) -> str:
    """Return the condition that keeps a card from its weather.

    The one whose leaving out gives the most days with a window; "several" if no single one does.
    """
    problem = basis.problem
    number = next(n for n, c in enumerate(problem.cards) if c.card_id == card_id)
    card, plan = basis.cards[number], problem.cards[number]
    days = Counter(
        {
            name: sum(
                bool(list_windows(card, d, plan.run_slots, icing=basis.icing, without=name))
                for d in basis.days
            )
            for name in CONDITIONS
        }
    )
    name, most = days.most_common(1)[0]
    return name if most > sum(bool(w) for w in problem.windows[card_id]) else "several"
