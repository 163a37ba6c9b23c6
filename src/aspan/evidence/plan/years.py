"""The same campaign in one year after another: how long it takes, and which points may never come.

Each year is planned first come first served and in a few better orders, without a proof: that is
enough to say how long a campaign takes and quick enough to do for six years.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import msgspec

from aspan.evidence.card import Card, CardId
from aspan.evidence.plan.build import PlanBasis, build_problem
from aspan.evidence.plan.plan_file import find_blame
from aspan.evidence.plan.problem import PRIORITY_GRAIN, earliest_days
from aspan.evidence.plan.rules import PlanRules
from aspan.evidence.plan.search import Effort, find_plan
from aspan.world.city import City
from aspan.world.range import Range


class YearOfPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One year.

    Parameters
    ----------
    last_day
        Day on which the last card that can be done is done, from 1.
    done
        Cards done within the year, of `cards`.
    """

    year: int
    cards: int
    done: int
    last_day: int
    objective: float
    bound: float
    first_come_objective: float


class NeverMet(msgspec.Struct, frozen=True, kw_only=True):
    """A card whose weather did not come in some year.

    Parameters
    ----------
    years
        In which no day has a window for it at all.
    short_years
        In which it has windows, but not enough days after its approvals and the cards before it.
    share
        Of the years looked at without any window, in [0, 1].
    blame
        Condition to blame, of `windows.CONDITIONS`, in the first of those years.
    """

    card_id: CardId
    years: tuple[int, ...]
    short_years: tuple[int, ...]
    share: float
    blame: str


class YearsOfPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What the years say together."""

    years: tuple[YearOfPlan, ...]
    never_met: tuple[NeverMet, ...]


def compare_years(
    city: City,
    site: Range,
    cards: Sequence[Card],
    *,
    years: Sequence[int],
    seed: int,
    rules: PlanRules | None = None,
) -> YearsOfPlan:
    """Return how the campaign goes in each year, begun on its first day."""
    rows: list[YearOfPlan] = []
    none: dict[CardId, list[int]] = {}
    short: dict[CardId, list[int]] = {}
    blame: dict[CardId, str] = {}
    for year in years:
        first = date(year, 1, 1)
        count = (date(year + 1, 1, 1) - first).days
        basis = build_problem(city, site, cards, first=first, count=count, seed=seed, rules=rules)
        rows.append(_plan_year(basis, year))
        early = earliest_days(basis.problem)
        for card in basis.problem.cards:
            if early[card.card_id] is not None:
                continue
            if any(basis.problem.windows[card.card_id]):
                short.setdefault(card.card_id, []).append(year)
            else:
                none.setdefault(card.card_id, []).append(year)
                blame.setdefault(card.card_id, find_blame(basis, card.card_id))
    return YearsOfPlan(
        years=tuple(rows),
        never_met=tuple(
            NeverMet(
                card_id=c.card_id,
                years=tuple(none.get(c.card_id, ())),
                short_years=tuple(short.get(c.card_id, ())),
                share=round(len(none.get(c.card_id, ())) / len(rows), 4),
                blame=blame.get(c.card_id, ""),
            )
            for c in cards
            if c.card_id in none or c.card_id in short
        ),
    )


def _plan_year(basis: PlanBasis, year: int) -> YearOfPlan:
    found = find_plan(basis.problem, Effort(moves=20, rounds=0))
    return YearOfPlan(
        year=year,
        cards=len(basis.cards),
        done=len(basis.cards) - len(found.impossible) - len(found.not_done),
        last_day=1 + max((r.day for r in found.runs), default=-1),
        objective=found.cost / PRIORITY_GRAIN,
        bound=found.bound / PRIORITY_GRAIN,
        first_come_objective=found.first_come_cost / PRIORITY_GRAIN,
    )


def list_plan_years(city: City) -> tuple[int, ...]:
    """Return the years of which the city has a daily row for every date."""
    count = Counter(int(row.date[:4]) for row in city.weather.days)
    return tuple(y for y in sorted(count) if count[y] == (date(y + 1, 1, 1) - date(y, 1, 1)).days)
