"""The contest: who may win it, and who is put out by a limit that only days can tell."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import msgspec
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.studies.choose_days import FlownDay, list_days
from aspan.studies.contest import NoiseLimit, hold_contest
from aspan.studies.day_figures import DayFigures
from aspan.studies.objective import Yardstick
from aspan.studies.plan import Plan, SiteDesign
from aspan.studies.ranking import Ranked, RankingRules
from aspan.studies.setting import Setting
from aspan.studies.study import Study
from aspan.world.vertiport import Names
from shipped import read_shipped
from unit.studies.flown_days import make_day

if TYPE_CHECKING:
    from aspan.studies.flights import Flights

NAMES = Names(kk="а", ru="а", en="a")
STUDY = Study(study_id="s", names=NAMES, question=NAMES)
DAYS = list_days(STUDY, 4)
RULES = RankingRules(per_month_first=2, per_month_max=3)
WORTH = {3: 600.0, 4: 700.0, 5: 800.0}
"""Minutes saved by the plan of so many aircraft: five are the best."""


def _plan(fleet: int) -> Plan:
    sites = tuple(
        SiteDesign(
            vertiport_id=VertiportId(name), fatos=1, stands=9, chargers=2, charger_kw=300.0,
            site_power_kw=900.0,
        )
        for name in ("A", "B")
    )  # fmt: skip
    return Plan(sites=sites, fleet=fleet, pilots=9)


class _Known:
    """Flights whose days are known beforehand."""

    def __init__(self, loud: dict[int, FlownDay]) -> None:
        self._loud = loud
        self.flown: dict[int, set[FlownDay]] = {}

    def fly(self, _: str, wanted: Sequence[tuple[Plan, Setting]], days: Sequence[FlownDay]) -> None:
        """Note what was asked for."""
        for plan, _setting in wanted:
            self.flown.setdefault(plan.fleet, set()).update(days)

    def get_figures(self, plan: Plan, _: Setting, day: FlownDay) -> DayFigures:
        """Return a day; the plan's loud one puts 40 people above the limit."""
        people = 40.0 if self._loud.get(plan.fleet) == day else 0.0
        minutes = WORTH[plan.fleet] + day.seed % 7
        return make_day(day.day.month, 0, minutes_saved=minutes, people_above_day_limit=people)


def _hold(known: _Known, people_max: int | None = 0) -> Ranked:
    limit = None
    if people_max is not None:
        limit = NoiseLimit(people_max, DAYS, read_shipped("tiny"))
    return hold_contest(
        cast("Flights", known),
        {f"p{fleet}": _plan(fleet) for fleet in WORTH},
        Setting(),
        DAYS[:36],
        rules=RULES,
        yardstick=Yardstick(objective="minutes_saved"),
        costs=dict.fromkeys(("p3", "p4", "p5"), 1.0),
        limit=limit,
    )


def test_without_a_limit_the_best_wins() -> None:
    """Noise puts nobody out unless the study asks, or where the limit allows so many."""
    loud = {5: DAYS[0]}
    assert _hold(_Known(loud), None).choice == "p5"
    assert _hold(_Known(loud), 40).choice == "p5"


@pytest.mark.parametrize("number", [0, 23, 47])
def test_a_plan_too_loud_on_one_day_cannot_win(number: int) -> None:
    """Loud at the first look, or only on a day flown to prove the choice, the best is put out."""
    found = _hold(_Known({5: DAYS[number]}))
    assert found.choice == "p4"
    out = found.plans[-1]
    assert (out.name, out.status, out.reason) == ("p5", "infeasible", "noise")
    assert out.difference is None
    assert [plan.name for plan in found.plans if plan.status != "infeasible"] == ["p4", "p3"]
    assert out.mean.mean == pytest.approx(803.0, abs=4.0)


def test_the_choice_is_proven_on_all_its_days() -> None:
    """What wins has kept the limit on every day of the study, whatever the contest needed."""
    known = _Known({})
    assert _hold(known).choice == "p5"
    assert known.flown[5] == set(DAYS)
    assert len(known.flown[3]) < len(DAYS)


def test_plans_that_all_break_it_are_refused() -> None:
    """The refusal names the constraint and what the quietest plan does."""
    with pytest.raises(InvalidInput, match=r"people_above_limit_max: 0 .* 40 or more"):
        _hold(_Known(dict.fromkeys(WORTH, DAYS[0])))


def test_a_city_without_a_limit_cannot_be_asked() -> None:
    """Where the city states no limit of noise, nobody can be above it."""
    city = read_shipped("tiny")
    silent = msgspec.structs.replace(city, rules=msgspec.structs.replace(city.rules, noise=None))
    with pytest.raises(InvalidInput, match="states no limit of noise"):
        NoiseLimit(0, DAYS, silent)
