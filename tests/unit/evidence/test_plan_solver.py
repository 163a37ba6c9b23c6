"""The planner on small problems: as good as looking at everything, and never beyond its rules."""

from datetime import date
from itertools import product

import pytest

from aspan.evidence.card import CardId
from aspan.evidence.people import PersonId
from aspan.evidence.plan import packing
from aspan.evidence.plan.first_come import first_come
from aspan.evidence.plan.packing import pack_day
from aspan.evidence.plan.problem import (
    DutyRules,
    PlanCard,
    PlanDay,
    PlannedRun,
    PlanPerson,
    PlanProblem,
    Window,
    cost,
    earliest_days,
)
from aspan.evidence.plan.search import Effort, find_plan
from aspan.primitives.dice import draw
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId

DAY_SLOTS = 8

Windows = dict[str, list[tuple[Window, ...]]]


def small_card(card_id: str, **more: object) -> PlanCard:
    """Return a card of two slots that one pilot flies; `more` replaces what is said here."""
    usual: dict[str, object] = {
        "weight": 100,
        "repeats": 1,
        "after": (),
        "volume_ids": ("V",),
        "aircraft_ids": (AircraftId("A1"), AircraftId("A2")),
        "run_slots": 2,
        "charge_slots": 1,
        "flight_ms": 600_000,
        "crew": (1, 0, 0),
        "first_day": 0,
    }
    return PlanCard(card_id=CardId(card_id), **{**usual, **more})  # type: ignore[arg-type]


def small_problem(cards: list[PlanCard], windows: Windows, pilots: int = 2) -> PlanProblem:
    """Return a problem of two aircraft and some pilots."""
    days = len(next(iter(windows.values())))
    return PlanProblem(
        days=tuple(
            PlanDay(day=date(2024, 1, 1 + d), open_at_ms=d * 86_400_000, slots=DAY_SLOTS)
            for d in range(days)
        ),
        cards=tuple(cards),
        windows={CardId(i): tuple(w) for i, w in windows.items()},
        aircraft_ids=(AircraftId("A1"), AircraftId("A2")),
        people=tuple(
            PlanPerson(
                person_id=PersonId(f"P{n}"),
                roles=("pilot",),
                from_slot=0,
                until_slot=DAY_SLOTS + 1,
            )
            for n in range(pilots)
        ),
        duty=DutyRules(duty_slots=7, debrief_slots=1, flight_ms=10_000_000, week_slots=80),
        review_days=1,
        together=2,
    )


def drawn_problem(seed: int) -> PlanProblem:
    """Return four cards over four days, drawn from a seed."""

    def pick(what: str, n: int, count: int) -> int:
        return int(draw(seed, what, n) * count)

    names = ["a", "b", "c", "d"]
    cards: list[PlanCard] = []
    windows: Windows = {}
    for n, name in enumerate(names):
        after = tuple(CardId(e) for e in names[:n] if draw(seed, "after", n, e) < 0.25)
        cards.append(
            small_card(
                name,
                weight=100 * (1 + pick("weight", n, 3)),
                after=after,
                repeats=1 + (pick("repeats", n, 4) == 0),
                volume_ids=(("V",), ("W",), ())[pick("volume", n, 3)],
                run_slots=2 + pick("run", n, 2),
                first_day=pick("first", n, 2),
                crew=(1 + pick("crew", n, 2), 0, 0),
            )
        )
        windows[name] = []
        for day in range(4):
            begin = pick(f"begin {name}", day, 4)
            end = min(DAY_SLOTS, begin + pick(f"long {name}", day, 7))
            is_there = end - begin >= cards[-1].run_slots
            windows[name].append(((begin, end),) if is_there else ())
    return small_problem(cards, windows)


def search_everything(problem: PlanProblem) -> int:
    """Return the least cost over every way to give runs to days, each day packed exactly."""
    early = earliest_days(problem)
    counted = {i for i, days in early.items() if days is not None}
    runs = [(c, n) for c in problem.cards if c.card_id in counted for n in range(c.repeats)]
    whole = len(problem.days)
    packed: dict[tuple[int, tuple[str, ...]], bool] = {}
    least = None
    for days in product(range(whole + 1), repeat=len(runs)):
        total = _cost_of(problem, runs, days)
        if (least is not None and total >= least) or not _is_in_order(problem, runs, days):
            continue
        if all(_packs(problem, runs, days, day, packed) for day in range(whole)):
            least = total
    assert least is not None
    return least


Runs = list[tuple[PlanCard, int]]


def _cost_of(problem: PlanProblem, runs: Runs, days: tuple[int, ...]) -> int:
    last: dict[str, int] = {}
    for (card, _), day in zip(runs, days, strict=True):
        last[card.card_id] = max(last.get(card.card_id, 0), day)
    return sum(c.weight * (last[c.card_id] + 1) for c in problem.cards if c.card_id in last)


def _is_in_order(problem: PlanProblem, runs: Runs, days: tuple[int, ...]) -> bool:
    whole = len(problem.days)
    for (card, n), day in zip(runs, days, strict=True):
        if day < card.first_day:
            return False
        for (other, m), before in zip(runs, days, strict=True):
            if other.card_id == card.card_id and m < n and before > day:
                return False
            is_late = before == whole or day < before + problem.review_days
            if other.card_id in card.after and day < whole and is_late:
                return False
    return True


def _packs(
    problem: PlanProblem,
    runs: Runs,
    days: tuple[int, ...],
    day: int,
    packed: dict[tuple[int, tuple[str, ...]], bool],
) -> bool:
    here = [card for (card, _), on in zip(runs, days, strict=True) if on == day]
    key = (day, tuple(card.card_id for card in here))
    if key not in packed:
        packed[key] = not here or pack_day(problem, day, here)[0] is not None
    return packed[key]


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
    assert [run.day for run in runs] == [0, 1, 2, 3, 4, 7, 8]
    assert cost(tight, runs, {CardId("a")}) == 100 * 10


def _fields(problem: PlanProblem) -> dict[str, object]:
    return {name: getattr(problem, name) for name in problem.__struct_fields__}


def test_cards_that_wait_for_themselves_are_refused() -> None:
    """A circle of cards is bad input that names one of them."""
    cards = [small_card("a", after=(CardId("b"),)), small_card("b", after=(CardId("a"),))]
    with pytest.raises(InvalidInput, match="wait for themselves"):
        small_problem(cards, {"a": [()], "b": [()]})
