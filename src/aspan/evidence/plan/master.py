"""The year by days: on which day each run is flown, relaxed within the day, with a proven bound.

Theory of operation. For every run and every day on which its weather holds, a switch says whether
it has been flown by then; switches only go up, the next run of a card is not before the one
before, and a card opens so many days after the last run of those it waits for. The relaxation of
such a model to fractions is strong: without shared resources it is already whole. Within a day
only sums must fit: aircraft, people, volumes and the slots of every part of the day. What does not
fit in truth comes back as a cut: these runs never together on that day, nor on a day whose windows
hold no more. So every answer of the solver bounds every plan from below.

Days are left out on which a run could only be flown in a plan that costs more than one already
known: priority times the days after the earliest day possible is added to the sum of the others'.

References
----------
.. [1] J. N. Hooker, G. Ottosson, *Logic-based Benders decomposition*, Math. Programming 96, 2003.
.. [2] A. A. B. Pritsker, L. J. Watters, P. M. Wolfe, *Multiproject scheduling with limited
   resources: a zero-one programming approach*, Management Science 16, 1969: step variables.
"""

from bisect import bisect_right
from collections.abc import Mapping
from itertools import pairwise
from math import ceil
from typing import Any, Final

import msgspec

from aspan.evidence.card import CardId
from aspan.evidence.plan.problem import (
    NEEDS,
    WEEK_DAYS,
    PlanCard,
    PlanProblem,
    earliest_days,
    order_after,
    runs_in,
)
from aspan.primitives.errors import ensure

_ROUNDING: Final = 1e-6
"""The solver tells its bound as a float; costs are whole."""


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """Runs that do not fit together on a day: how many of each card."""

    day: int
    counts: tuple[tuple[CardId, int], ...]


class MasterAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the solver found of the year by days.

    Parameters
    ----------
    bound
        No plan costs less. [hundredths of priority]
    counts
        Runs by day and card; None if the solver found nothing in its time.
    free_runs
        Runs put on free days, which are not among the counts.
    """

    bound: int
    counts: Mapping[int, Mapping[CardId, int]] | None
    free_runs: int = 0


class Master:
    """The model of a year, to which cuts are added between solves.

    Parameters
    ----------
    upper
        Cost of a plan that is known; dearer ones are not looked for.
    near
        Days after a card's earliest within which it is looked at day by day; beyond them one day
        stands for all, free of everything but order.
    """

    def __init__(self, problem: PlanProblem, counted: set[CardId], upper: int, near: int) -> None:
        from ortools.sat.python import cp_model

        self._problem = problem
        self._cards = [c for c in order_after(problem.cards) if c.card_id in counted]
        self._model = cp_model.CpModel()
        self._days, self._free = _days_worth(problem, self._cards, upper, near)
        self._by: dict[tuple[CardId, int], list[Any]] = {}
        self._many: dict[tuple[CardId, int, int], Any] = {}
        self._terms: list[Any] = []
        self._constant = 0
        for card in self._cards:
            self._add_card(card)
        for card in self._cards:
            self._add_order(card)
        self._add_sums()
        self._model.minimize(sum(self._terms) + self._constant)

    def _add_card(self, card: PlanCard) -> None:
        """Add the switches of a card and what its last one costs."""
        model, days = self._model, self._days[card.card_id]
        for run in range(card.repeats):
            switches = [model.new_bool_var("") for _ in days]
            self._by[card.card_id, run] = switches
            for before, after in pairwise(switches):
                model.add_implication(before, after)
            if run:
                for mine, last in zip(switches, self._by[card.card_id, run - 1], strict=True):
                    model.add_implication(mine, last)
        whole = len(self._problem.days)
        if not days:
            self._constant += card.weight * (whole + 1)
            return
        last = self._by[card.card_id, card.repeats - 1]
        self._constant += card.weight * (days[0] + 1)
        for day, until, switch in zip(days, [*days[1:], whole], last, strict=True):
            self._terms.append(card.weight * (until - day) * (1 - switch))
        for j, day in enumerate(days):
            if day == self._free.get(card.card_id):
                continue
            held = runs_in(self._problem, card, day)
            if held < card.repeats:
                model.add(self._flown(card, j) <= held)

    def _flown(self, card: PlanCard, j: int) -> Any:  # noqa: ANN401
        """Return how many runs of a card are flown on the day number `j` of its own."""
        switches = [self._by[card.card_id, run] for run in range(card.repeats)]
        before = sum(s[j - 1] for s in switches) if j else 0
        return sum(s[j] for s in switches) - before

    def _add_order(self, card: PlanCard) -> None:
        """Let a card open only after those it waits for are flown and reviewed."""
        days = self._days[card.card_id]
        for after in card.after:
            earlier = self._days[after]
            last = self._by[after, self._card(after).repeats - 1]
            for day, switch in zip(days, self._by[card.card_id, 0], strict=True):
                j = bisect_right(earlier, day - self._problem.review_days) - 1
                if j >= 0:
                    self._model.add_implication(switch, last[j])
                else:
                    self._model.add(switch == 0)

    def _card(self, card_id: CardId) -> PlanCard:
        return next(c for c in self._cards if c.card_id == card_id)

    def _add_sums(self) -> None:
        """Let every day hold no more than its aircraft, people and volumes can."""
        on: dict[int, list[tuple[PlanCard, int]]] = {}
        for card in self._cards:
            for j, day in enumerate(self._days[card.card_id]):
                if day == self._free.get(card.card_id):
                    continue
                on.setdefault(day, []).append((card, j))
        for day, here in sorted(on.items()):
            self._add_day(day, here)
            self._add_week([here for d, here in on.items() if day <= d < day + WEEK_DAYS])

    def _add_week(self, week: list[list[tuple[PlanCard, int]]]) -> None:
        """Let seven days hold no more than the people may serve in them."""
        for number, need in enumerate(NEEDS):
            able = sum(need in p.roles for p in self._problem.people)
            asked = [(c, j, c.crew[number] * c.run_slots) for here in week for c, j in here]
            self._bound(asked, able * self._problem.duty.week_slots)

    def _add_day(self, day: int, here: list[tuple[PlanCard, int]]) -> None:
        """Add the sums of one day, from where the first window begins to where the last ends."""
        problem = self._problem
        hulls = [_hull(problem, c, day) for c, _ in here]
        begin, end = min(h[0] for h in hulls), max(h[1] for h in hulls)
        slack = max(c.charge_slots for c, _ in here)
        debrief = problem.duty.debrief_slots
        fleet = len(problem.aircraft_ids)
        self._bound(
            [(c, j, c.run_slots + c.charge_slots) for c, j in here],
            fleet * (end - begin + slack),
        )
        together = min(fleet, problem.together)
        self._bound([(c, j, c.run_slots) for c, j in here], together * (end - begin))
        for number, need in enumerate(NEEDS):
            room = sum(
                min(
                    problem.duty.duty_slots,
                    max(0, min(p.until_slot, end + debrief) - max(p.from_slot, begin)),
                )
                for p in problem.people
                if need in p.roles
            )
            self._bound([(c, j, c.crew[number] * (c.run_slots + debrief)) for c, j in here], room)
        for volume in sorted({v for c, _ in here for v in c.volume_ids}):
            inside = [(c, j) for c, j in here if volume in c.volume_ids]
            spans = [_hull(problem, c, day) for c, _ in inside]
            length = max(s[1] for s in spans) - min(s[0] for s in spans)
            self._bound([(c, j, c.run_slots) for c, j in inside], length)

    def _bound(self, asked: list[tuple[PlanCard, int, int]], room: int) -> None:
        """Bound a weighted sum of runs, unless all of them fit anyway."""
        most = {card.card_id: card.repeats * size for card, _, size in asked}
        if sum(most.values()) > room:
            self._model.add(sum(self._flown(c, j) * size for c, j, size in asked if size) <= room)

    def add_cut(self, cut: Cut) -> None:
        """Forbid runs together on the day they did not fit, and where windows hold no more."""
        problem, ids = self._problem, [card_id for card_id, _ in cut.counts]
        for day in range(len(problem.days)):
            if any(day not in self._bound_days(card_id) for card_id in ids):
                continue
            if day == cut.day or all(
                _holds_no_more(problem, card_id, day, cut.day) for card_id in ids
            ):
                self._forbid(day, cut.counts)

    def _bound_days(self, card_id: CardId) -> list[int]:
        return [d for d in self._days[card_id] if d != self._free.get(card_id)]

    def _forbid(self, day: int, counts: tuple[tuple[CardId, int], ...]) -> None:
        """Forbid that every card is flown at least so often on a day."""
        switches = [self._at_least(card_id, day, count) for card_id, count in counts]
        self._model.add(sum(switches) <= len(switches) - 1)

    def _at_least(self, card_id: CardId, day: int, count: int) -> Any:  # noqa: ANN401
        """Return a switch that is on if a card is flown at least `count` times on a day."""
        found = self._many.get((card_id, day, count))
        if found is None:
            card = self._card(card_id)
            flown = self._flown(card, self._days[card_id].index(day))
            if card.repeats == 1:
                return flown
            found = self._many[card_id, day, count] = self._model.new_bool_var("")
            self._model.add(flown <= count - 1 + (card.repeats - count + 1) * found)
        return found

    def hint(self, days_of: Mapping[CardId, list[int]]) -> None:
        """Tell the solver a plan to start from: by card the days of its runs, in order."""
        self._model.clear_hints()  # type: ignore[no-untyped-call]
        for card in self._cards:
            flown = days_of.get(card.card_id, [])
            for run in range(card.repeats):
                for day, switch in zip(
                    self._days[card.card_id], self._by[card.card_id, run], strict=True
                ):
                    self._model.add_hint(switch, int(run < len(flown) and flown[run] <= day))

    def solve(self, *, deterministic_s: float, seed: int) -> MasterAnswer:
        """Solve with one worker and a fixed seed; the bound holds even if time ran out."""
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.max_deterministic_time = deterministic_s
        solver.parameters.linearization_level = 2
        status = solver.status_name(solver.solve(self._model))
        ensure(status != "INFEASIBLE", "a plan is known, and the solver says there is none")
        bound = ceil(solver.best_objective_bound - _ROUNDING)
        if status not in ("OPTIMAL", "FEASIBLE"):
            return MasterAnswer(bound=bound, counts=None)
        counts: dict[int, dict[CardId, int]] = {}
        free_runs = 0
        for card in self._cards:
            for j, day in enumerate(self._days[card.card_id]):
                flown = int(solver.value(self._flown(card, j)))
                if day == self._free.get(card.card_id):
                    free_runs += flown
                elif flown:
                    counts.setdefault(day, {})[card.card_id] = flown
        return MasterAnswer(bound=bound, counts=counts, free_runs=free_runs)


def floor_cost(problem: PlanProblem, counted: set[CardId]) -> int:
    """Return the cost if everything but weather, approvals and order were free."""
    early = earliest_days(problem)
    days = {c.card_id: early[c.card_id] for c in problem.cards if c.card_id in counted}
    return sum(c.weight * (d[1] + 1) for c in problem.cards if (d := days.get(c.card_id)))


def _days_worth(
    problem: PlanProblem, cards: list[PlanCard], upper: int, near: int
) -> tuple[dict[CardId, list[int]], dict[CardId, int]]:
    """Return the days on which a run may be part of a plan no dearer than `upper`, and free days.

    Of days more than `near` after the earliest only the first is kept; there a card is free of all
    but order, which can only make the answer cheaper.
    """
    early = earliest_days(problem)
    found: dict[CardId, list[int]] = {}
    free: dict[CardId, int] = {}
    spare = upper - floor_cost(problem, {c.card_id for c in cards})
    for card in cards:
        span = early[card.card_id]
        if span is None:
            found[card.card_id] = []
            continue
        last = span[1] + spare // card.weight
        days = [
            day
            for day in range(span[0], min(len(problem.days), last + 1))
            if runs_in(problem, card, day)
        ]
        far = [day for day in days if day > span[1] + near]
        found[card.card_id] = days[: len(days) - len(far) + 1]
        if far:
            free[card.card_id] = far[0]
    return found, free


def _hull(problem: PlanProblem, card: PlanCard, day: int) -> tuple[int, int]:
    """Return the span from where a card's first window of a day begins to where its last ends."""
    windows = problem.windows[card.card_id][day]
    return windows[0][0], windows[-1][1]


def _holds_no_more(problem: PlanProblem, card_id: CardId, day: int, than: int) -> bool:
    """Say whether every window of a card on `day` lies within one of those on day `than`."""
    wider = problem.windows[card_id][than]
    return all(
        any(a <= begin and end <= b for a, b in wider)
        for begin, end in problem.windows[card_id][day]
    )
