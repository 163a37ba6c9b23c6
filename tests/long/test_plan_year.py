"""The year of the shipped campaign in every year of weather there is: gap, rules, first come."""

import sys
import time
from datetime import date

import pytest

from aspan.evidence.plan.build import build_problem
from aspan.evidence.plan.checker import check_plan
from aspan.evidence.plan.plan_file import file_plan
from aspan.evidence.plan.search import Effort, find_plan
from aspan.evidence.plan.years import list_plan_years
from aspan.evidence.scenarios import load_campaign
from aspan.world.readers import load_city
from aspan.world.readers.range import load_range
from plan_campaign import make_campaign
from small_plans import drawn_problem, search_everything

pytestmark = pytest.mark.long

CARDS_MIN = 60
GAP_MAX = 0.10
CITY = load_city("alatau")


@pytest.mark.parametrize("year", list_plan_years(CITY))
def test_shipped_campaign(year: int, capsys: pytest.CaptureFixture[str]) -> None:
    """A whole year is planned within 10 % of its bound, by every rule, no worse than first come."""
    cards = tuple(load_campaign("alatau").cards.values())
    assert len(cards) >= CARDS_MIN
    _plan(f"shipped {year}", cards, year, capsys)


def test_made_campaign(capsys: pytest.CaptureFixture[str]) -> None:
    """A campaign of 72 cards that crowd the same air is planned within 10 % of its bound."""
    _plan("made 2024", make_campaign(6), 2024, capsys)


def _plan(name: str, cards: tuple, year: int, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[type-arg]
    site = load_range(CITY)
    first = date(year, 1, 1)
    count = (date(year + 1, 1, 1) - first).days
    began_s = time.process_time()
    basis = build_problem(CITY, site, cards, first=first, count=count, seed=1)
    found = find_plan(basis.problem, Effort(gap=0.005, rounds=3))
    used_s = time.process_time() - began_s
    plan = file_plan(CITY, site, basis, found, seed=1)
    missing = [f"{c.card_id} ({c.state} {c.blame})" for c in plan.cards if c.state != "done"]
    with capsys.disabled():
        sys.stdout.write(
            f"\n{name}: objective {plan.objective:.0f}, bound {plan.bound:.0f}, gap {plan.gap:.2%};"
            f" first come {plan.first_come_objective:.0f}; last day {plan.last_day}"
            f" ({plan.first_come_last_day}); not done: {', '.join(missing) or 'none'};"
            f" {used_s:.0f} s of CPU\n"
        )
    assert check_plan(plan, cards, CITY, site) == ()
    assert plan.gap <= GAP_MAX
    assert plan.objective <= plan.first_come_objective


@pytest.mark.parametrize("seed", range(6, 36))
def test_plan_is_as_good_as_looking_at_everything(seed: int) -> None:
    """A proven plan of a small problem costs what the best of all plans costs."""
    problem = drawn_problem(seed)
    found = find_plan(problem, Effort(moves=0))
    assert found.cost == found.bound == search_everything(problem)
