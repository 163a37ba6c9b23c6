"""Small problems of the planner for tests, and the best plan of one, found by trying them all."""

from datetime import date
from itertools import product

from aspan.evidence.card import CardId
from aspan.evidence.people import PersonId
from aspan.evidence.plan.packing import pack_day
from aspan.evidence.plan.problem import (
    DutyRules,
    PlanCard,
    PlanDay,
    PlanPerson,
    PlanProblem,
    Window,
    earliest_days,
)
from aspan.primitives.dice import draw
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
