"""Site choice against every choice there is, on many small cases drawn by keyed dice."""

import msgspec
import pytest

from aspan.primitives.dice import draw
from aspan.primitives.errors import InvalidInput
from aspan.studies.siting import (
    GroupUse,
    NoSites,
    PairOption,
    SiteChoice,
    SiteOption,
    SitingProblem,
    choose_sites,
    list_choices,
)
from site_sets import list_allowed, minutes_of

CASES = 24


def make_case(case: int) -> SitingProblem:
    """Return a small problem with three to seven sites and every kind of limit somewhere."""

    def roll(*name: str | int) -> float:
        return draw(7, "siting", case, *name)

    count = 3 + case % 5
    ids = [f"S{number}" for number in range(count)]
    sites = tuple(
        SiteOption(
            site_id=site_id,
            cost=round(1.0 + 9.0 * roll(site_id, "cost"), 2),
            noise_people=round(100.0 * roll(site_id, "noise")),
            grid_kw=round(50.0 + 300.0 * roll(site_id, "grid")) if case % 3 == 0 else float("inf"),
            is_fixed=case % 4 == 1 and site_id == "S1",
            is_forbidden=case % 4 == 2 and site_id == "S0",
        )
        for site_id in ids
    )
    pairs = tuple(PairOption(origin=a, destination=b) for a in ids for b in ids if a != b)
    uses = tuple(
        GroupUse(
            group=group,
            pair=pair,
            minutes=round(200.0 * roll("minutes", group, pair) ** 3 + 0.01, 2),
            charge_kw=round(60.0 * roll("charge", group, pair), 1),
        )
        for group in range(6 + case)
        for pair in range(len(pairs))
        if roll("there", group, pair) < 0.5
    )
    total = sum(site.cost for site in sites)
    return SitingProblem(
        sites=sites,
        pairs=pairs,
        uses=uses,
        cost_max=round(total * (0.3 + 0.5 * roll("budget")), 2),
        noise_people_max=250.0 if case % 2 else float("inf"),
        sites_max=4,
    )


@pytest.mark.parametrize("case", range(CASES))
def test_the_choice_is_the_best_of_all(case: int) -> None:
    """The optimum is proven, and equals an exhaustive search by another solver."""
    problem = make_case(case)
    allowed = list_allowed(problem)
    found = choose_sites(problem)
    if not allowed:
        assert isinstance(found, NoSites)
        return
    assert isinstance(found, SiteChoice)
    assert found.is_proven
    assert set(found.site_ids) in allowed
    best = max(minutes_of(problem, ids) for ids in allowed)
    assert found.minutes == pytest.approx(best, rel=1e-6)
    assert minutes_of(problem, set(found.site_ids)) == pytest.approx(found.minutes, rel=1e-6)


def test_choices_come_best_first_and_each_once() -> None:
    """The best few sets are those of the exhaustive search, in order."""
    problem = msgspec.structs.replace(make_case(4), cost_max=float("inf"))
    found = list(list_choices(problem, 5))
    values = sorted((minutes_of(problem, ids) for ids in list_allowed(problem)), reverse=True)
    assert [choice.minutes for choice in found] == pytest.approx(values[:5], rel=1e-6)
    assert len({choice.site_ids for choice in found}) == 5


def test_the_choice_is_the_same_every_time() -> None:
    """Asked twice, the same sites, pairs and minutes to the last bit."""
    problem = make_case(7)
    assert choose_sites(problem) == choose_sites(problem)


def test_a_pair_that_costs_too_much_is_not_flown() -> None:
    """The cost of a pair counts against the limit with that of its sites."""
    problem = SitingProblem(
        sites=(SiteOption(site_id="A", cost=1.0), SiteOption(site_id="B", cost=1.0)),
        pairs=(
            PairOption(origin="A", destination="B", cost=5.0),
            PairOption(origin="B", destination="A", cost=1.0),
        ),
        uses=(GroupUse(group=0, pair=0, minutes=90.0), GroupUse(group=1, pair=1, minutes=40.0)),
        cost_max=4.0,
    )
    found = choose_sites(problem)
    assert isinstance(found, SiteChoice)
    assert (found.pairs, found.minutes, found.cost) == ((("B", "A"),), 40.0, 3.0)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"cost_max": 0.5}, "cost"),
        ({"noise_people_max": 0.0}, "noise"),
        ({"sites": (SiteOption(site_id="S0"),), "pairs": (), "uses": ()}, "too_few"),
    ],
)
def test_no_choice_is_refused_with_its_reason(changes: dict[str, object], reason: str) -> None:
    """A limit that leaves nothing is told by name."""
    problem = msgspec.structs.replace(make_case(3), **changes)
    assert choose_sites(problem) == NoSites(reason=reason)


def test_a_problem_that_contradicts_itself_is_bad_input() -> None:
    """A site fixed and forbidden, or an end of a pair that is no site, is refused by name."""
    both = SiteOption(site_id="S0", is_fixed=True, is_forbidden=True)
    with pytest.raises(InvalidInput, match="site S0"):
        SitingProblem(sites=(both,), pairs=(), uses=())
    with pytest.raises(InvalidInput, match="siting: pairs"):
        SitingProblem(sites=(), pairs=(PairOption(origin="A", destination="B"),), uses=())
