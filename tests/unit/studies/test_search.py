"""The search on a small city: the same plans every time, within the budget, or a clear refusal."""

from functools import lru_cache

import msgspec
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.studies.plan_city import make_city
from aspan.studies.search import propose
from aspan.studies.setting import Setting
from aspan.studies.shortlist import Shortlist
from aspan.studies.study import Budget, Constraints, Horizon, Study, StudyPhase, Vary
from aspan.studies.surrogate.surrogate import Surrogate
from aspan.world.city import City
from aspan.world.costs import Costs
from aspan.world.readers import load_city
from aspan.world.readers.costs import load_costs
from aspan.world.vertiport import Names

NAMES = Names(kk="Сынақ", ru="Проба", en="Trial")
HORIZON = Horizon(
    years=4,
    deliveries=(2, 5),
    phases=(StudyPhase(first_year=2029, years=1), StudyPhase(first_year=2030, years=3)),
)
STUDY = Study(
    study_id="trial",
    names=NAMES,
    question=NAMES,
    budget=Budget(usd=60e6),
    horizon=HORIZON,
    vary=Vary(fleet_max=5, fare_factors=(0.6, 1.0)),
    setting=Setting(months=(6,)),
)


@lru_cache(maxsize=1)
def prepared() -> tuple[City, Surrogate, Costs]:
    """Return the small city with its surrogate and costs."""
    city = load_city("tiny")
    return city, Surrogate(city, parties=600), load_costs(city)


def search(study: Study) -> Shortlist:
    """Return what the search finds for a study."""
    return propose(study, *prepared())


def test_the_shortlist_is_within_the_budget_and_can_be_flown() -> None:
    """Every programme costs no more than the budget, and each of its stages makes a city."""
    found, (city, _, costs) = search(STUDY), prepared()
    assert found.candidates
    assert found.sites_proven
    assert found.sites_searched == 1
    limit_tiyn = 60e6 * costs.terms.kzt_per_usd * 100.0
    for one in found.candidates:
        assert one.weighed.net_present_cost_tiyn <= limit_tiyn
        for stage in one.programme.stages:
            assert stage.plan.fleet <= HORIZON.aircraft_max(stage.until_year - 1)
            made = make_city(city, stage.plan, STUDY.setting)
            assert len(made.airframes) == stage.plan.fleet
            built = set(one.programme.stages[-1].plan.sites)
            assert set(stage.plan.sites) <= built, "a site is built whole when it opens"
    objectives = [one.objective for one in found.candidates]
    assert objectives == sorted(objectives, reverse=True)


def test_the_same_study_finds_the_same_plans() -> None:
    """Two searches end in the same bytes."""
    assert msgspec.json.encode(search(STUDY)) == msgspec.json.encode(search(STUDY))


def test_a_greater_budget_never_buys_less() -> None:
    """The best objective rises with the budget, or stays."""
    best = [
        search(msgspec.structs.replace(STUDY, budget=Budget(usd=usd))).candidates[0].objective
        for usd in (47e6, 50e6, 80e6)
    ]
    assert best == sorted(best)


def test_the_front_holds_nothing_that_another_beats() -> None:
    """Of two plans on the front neither is as cheap and carries as many and saves as much."""
    told = search(STUDY).front
    costs = [one.net_present_cost_tiyn for one in told]
    length = next((n for n in range(1, len(costs)) if costs[n] < costs[n - 1]), len(costs))
    front = told[:length]
    for one in front:
        assert not any(
            other is not one
            and other.net_present_cost_tiyn <= one.net_present_cost_tiyn
            and other.passengers_per_day > one.passengers_per_day
            and other.minutes_saved_per_day > one.minutes_saved_per_day
            for other in told
        )


@pytest.mark.parametrize("objective", ["passengers", "cost_per_minute", "deficit", "fairness"])
def test_every_objective_ends_in_plans(objective: str) -> None:
    """Whatever is best, plans are found for it."""
    assert search(msgspec.structs.replace(STUDY, objective=objective)).candidates


def test_required_sites_are_in_every_plan() -> None:
    """A site that the study asks for is never left out."""
    vary = msgspec.structs.replace(STUDY.vary, required_site_ids=(VertiportId("NORTH"),))
    for one in search(msgspec.structs.replace(STUDY, vary=vary)).candidates:
        assert "NORTH" in one.programme.final_plan.site_ids


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"budget": Budget(usd=1e6)}, r"budget: 1000000.0 .* US dollars or more"),
        ({"budget": Budget(usd=0.0)}, "budget"),
        ({"budget": Budget(usd=1e15)}, "budget"),
        ({"budget": Budget()}, "budget"),
        ({"vary": Vary(site_ids=(VertiportId("WEST"),))}, "site_ids"),
        ({"constraints": Constraints(fare_tiyn_max=1)}, "constraints"),
    ],
)
def test_what_cannot_be_is_refused_by_name(changes: dict[str, object], message: str) -> None:
    """A budget of nothing, beyond reason or too small, too few sites: one clear line each."""
    with pytest.raises(InvalidInput, match=message):
        search(msgspec.structs.replace(STUDY, **changes))
