"""The planner on small problems: as good as looking at everything, and never beyond its rules."""

import pytest

from aspan.evidence.card import CardId
from aspan.evidence.plan import packing
from aspan.evidence.plan.first_come import first_come
from aspan.evidence.plan.packing import pack_day
from aspan.evidence.plan.problem import DutyRules, PlannedRun, PlanProblem, cost
from aspan.evidence.plan.search import Effort, find_plan
from aspan.primitives.errors import InvalidInput
from small_plans import Windows, drawn_problem, search_everything, small_card, small_problem


@pytest.mark.parametrize("seed", [1, 2, 3, 5])
def test_plan_is_as_good_as_looking_at_everything(seed: int) -> None:
    """A proven plan costs what the best of all plans costs, and no more than first come first."""
    problem = drawn_problem(seed)
    found = find_plan(problem, Effort(moves=0))
    assert found.cost == found.bound == search_everything(problem)
    assert found.cost <= found.first_come_cost


def test_plan_waits_for_a_better_card() -> None:
    """Who looks ahead leaves the only morning to the card that has no other."""
    windows: Windows = {"often": [((0, 2),), ((0, 2),), ((0, 2),)], "rare": [((0, 2),), (), ()]}
    problem = small_problem([small_card("often"), small_card("rare", weight=300)], windows)
    found = find_plan(problem)
    assert [(r.card_id, r.day) for r in found.runs] == [("rare", 0), ("often", 1)]
    assert found.cost == 100 * 2 + 300
    assert found.first_come_cost == 100 + 300 * 4, "not done counts the days and one"
    assert found.bound == found.cost


def test_plan_names_what_no_year_can_do() -> None:
    """A card without weather, and one that waits for it, are named and not counted."""
    windows: Windows = {
        "never": [(), ()],
        "behind": [((0, 4),), ((0, 4),)],
        "free": [((0, 4),), ()],
    }
    cards = [small_card("never"), small_card("behind", after=(CardId("never"),))]
    found = find_plan(small_problem([*cards, small_card("free")], windows))
    assert found.impossible == ("never", "behind")
    assert [r.card_id for r in found.runs] == ["free"]
    assert found.cost == 100


@pytest.mark.parametrize("is_quick", [True, False])
def test_full_day_is_packed(is_quick: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pilots and aircraft serve four cards without serving two at once, found either way."""
    if not is_quick:
        monkeypatch.setattr(packing, "_orders", lambda *_: [])
    windows: Windows = {"a": [((0, 3),)], "b": [((0, 8),)], "c": [((2, 6),)], "d": [((3, 8),)]}
    cards = [small_card(name, volume_ids=()) for name in "abcd"]
    runs, is_proven = pack_day(small_problem(cards, windows), 0, cards)
    assert is_proven
    assert runs is not None
    assert sorted(run.card_id for run in runs) == ["a", "b", "c", "d"]
    assert _held(runs) == []


def _held(runs: list[PlannedRun]) -> list[str]:
    """Return what serves two runs at once, debrief and charging with them."""
    found = []
    for i, one in enumerate(runs):
        for other in runs[i + 1 :]:
            apart = one.until_slot + 1 <= other.from_slot or other.until_slot + 1 <= one.from_slot
            if not apart and one.aircraft_id == other.aircraft_id:
                found.append(str(one.aircraft_id))
            if not apart and set(one.crew) & set(other.crew):
                found.append(str(one.crew))
    return found


def test_day_that_cannot_hold_its_cards_is_proven() -> None:
    """Three cards on the one volume do not fit in five slots; two do."""
    cards = [small_card(name) for name in "abc"]
    problem = small_problem(cards, {name: [((0, 5),)] for name in "abc"})
    assert pack_day(problem, 0, cards) == (None, True)
    assert pack_day(problem, 0, cards[:2])[0] is not None


def test_week_of_duty_ends() -> None:
    """A pilot who has served the week's slots serves no more until the week is over."""
    cards = [small_card("a", repeats=9)]
    windows: Windows = {"a": [((0, 2),)] * 9}
    problem = small_problem(cards, windows, pilots=1)
    duty = DutyRules(duty_slots=7, debrief_slots=1, flight_ms=10_000_000, week_slots=10)
    tight = PlanProblem(**{**_fields(problem), "duty": duty})  # type: ignore[arg-type]
    runs = first_come(tight, {CardId("a")})
    assert [run.day for run in runs] == [0, 1, 2, 3, 4, 8]
    assert cost(tight, runs, {CardId("a")}) == 100 * 10


def _fields(problem: PlanProblem) -> dict[str, object]:
    return {name: getattr(problem, name) for name in problem.__struct_fields__}


def test_cards_that_wait_for_themselves_are_refused() -> None:
    """A circle of cards is bad input that names one of them."""
    cards = [small_card("a", after=(CardId("b"),)), small_card("b", after=(CardId("a"),))]
    with pytest.raises(InvalidInput, match="wait for themselves"):
        small_problem(cards, {"a": [()], "b": [()]})
