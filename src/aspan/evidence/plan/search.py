"""The search for a plan: first come first served, then days from the solver, packed and cut.

Each round the solver says which runs belong on which day; days that cannot be packed come back to
it as cuts; its days are turned into a plan that keeps every rule, and the best plan is kept. It
ends when plan and bound meet, when the gap is small enough, or when its share of work is used up;
work is counted deterministically, so that the same problem gives the same plan.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

import msgspec

from aspan.evidence.card import CardId
from aspan.evidence.plan.first_come import first_come, served_before
from aspan.evidence.plan.master import Cut, Master, MasterAnswer, floor_cost
from aspan.evidence.plan.packing import pack_day
from aspan.evidence.plan.problem import (
    PlanCard,
    PlannedRun,
    PlanProblem,
    cost,
    earliest_days,
    order_after,
)
from aspan.primitives.dice import draw

ROUNDS_MAX: Final = 40

_WIDER: Final = 4
"""Factor on the days looked at where the solver's answer hangs on free ones."""


class Effort(msgspec.Struct, frozen=True, kw_only=True):
    """How long to search.

    Parameters
    ----------
    gap
        Share of the plan's cost at which to stop. 0 goes on until it is proven best.
    moves
        Orders of the cards tried before the solver begins.
    deterministic_s
        For each round, in the solver's own deterministic seconds.
    """

    gap: float = 0.0
    moves: int = 400
    near: int = 30
    rounds: int = ROUNDS_MAX
    deterministic_s: float = 8.0
    seed: int = 1


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The best plan found, and how good it is known to be.

    Parameters
    ----------
    cost, bound, first_come_cost
        In hundredths of priority; no plan under these rules costs less than `bound`.
    impossible
        Cards that no plan of this year can do: their weather, or that of a card before, never
        comes after their approvals.
    not_done
        Cards that could be done, but this plan has no place for within the year.
    """

    runs: tuple[PlannedRun, ...]
    cost: int
    bound: int
    first_come: tuple[PlannedRun, ...]
    first_come_cost: int
    impossible: tuple[CardId, ...]
    not_done: tuple[CardId, ...]
    rounds: int
    cuts: int

    @property
    def gap(self) -> float:
        """Return how far the plan may be from the best one, as a share of its cost."""
        return (self.cost - self.bound) / self.cost if self.cost else 0.0


def find_plan(problem: PlanProblem, effort: Effort | None = None) -> Found:
    """Return the best plan found within the effort, never worse than first come first served."""
    effort = effort or Effort()
    early = earliest_days(problem)
    counted = {card_id for card_id, days in early.items() if days is not None}
    served = first_come(problem, counted)
    search = _Search(problem, counted, served)
    search.improve_by_rank(early)
    search.improve_by_moves(effort.moves, effort.seed)
    rounds = search.run(effort)
    done = Counter(run.card_id for run in search.best)
    return Found(
        runs=tuple(sorted(search.best, key=lambda r: (r.day, r.from_slot, r.card_id))),
        cost=search.cost,
        bound=search.bound,
        first_come=tuple(served),
        first_come_cost=cost(problem, served, counted),
        impossible=tuple(c.card_id for c in problem.cards if c.card_id not in counted),
        not_done=tuple(
            c.card_id for c in problem.cards if c.card_id in counted and done[c.card_id] < c.repeats
        ),
        rounds=rounds,
        cuts=search.cuts,
    )


class _Search:
    """The best plan so far, and the bound."""

    def __init__(
        self, problem: PlanProblem, counted: set[CardId], served: list[PlannedRun]
    ) -> None:
        self._problem = problem
        self._counted = counted
        self.best = served
        self._order = list(problem.cards)
        self.cost = cost(problem, served, counted)
        self.bound = floor_cost(problem, counted)
        self._cuts: list[Cut] = []

    @property
    def cuts(self) -> int:
        """Return how many parts of days were found not to fit."""
        return len(self._cuts)

    def run(self, effort: Effort) -> int:
        """Search until done; return the rounds it took."""
        if self._is_good(effort) or not self._counted or not effort.rounds:
            return 0
        near = effort.near
        master = Master(self._problem, self._counted, self.cost, near)
        for number in range(1, effort.rounds + 1):
            master.hint(_days_of(self.best))
            answer = master.solve(deterministic_s=effort.deterministic_s, seed=effort.seed)
            self.bound = max(self.bound, min(answer.bound, self.cost))
            if answer.counts is None:
                return number
            found = self._take(answer)
            if self._is_good(effort) or not (found or answer.free_runs):
                return number
            if not found:
                near *= _WIDER
                master = Master(self._problem, self._counted, self.cost, near)
                for cut in self._cuts:
                    master.add_cut(cut)
            for cut in found:
                master.add_cut(cut)
            self._cuts += found
        return effort.rounds

    def _is_good(self, effort: Effort) -> bool:
        return self.cost - self.bound <= effort.gap * self.cost

    def improve_by_rank(self, early: Mapping[CardId, tuple[int, int] | None]) -> None:
        """Try first come first served in other orders: weight of what waits, and scarcity."""
        behind = _weight_behind(self._problem)
        cards = self._problem.cards
        tries = [
            sorted(cards, key=lambda c: (-behind[c.card_id] / c.run_slots, c.card_id)),
            sorted(cards, key=lambda c: (-c.weight / c.run_slots, c.card_id)),
            sorted(cards, key=lambda c: ((early[c.card_id] or (0, 0))[1], c.card_id)),
        ]
        for order in tries:
            if self._offer(first_come(self._problem, self._counted, order)):
                self._order = order

    def improve_by_moves(self, tries: int, seed: int) -> None:
        """Move one card after another to another place in the best order; keep what is no worse."""
        order, whole = self._order, len(self._order)
        if whole < 2:
            return
        for number in range(tries):
            taken = int(draw(seed, "plan", "take", number) * whole)
            put = int(draw(seed, "plan", "put", number) * (whole - 1))
            trial = [*order[:taken], *order[taken + 1 :]]
            trial.insert(put, order[taken])
            if self._offer(first_come(self._problem, self._counted, trial)):
                order = trial
            if self.cost == self.bound:
                return

    def _offer(self, runs: list[PlannedRun]) -> bool:
        """Keep a plan if it is no worse than the best, and say so."""
        total = cost(self._problem, runs, self._counted)
        is_kept = total <= self.cost
        if is_kept:
            self.best, self.cost = runs, total
        return is_kept

    def _take(self, answer: MasterAnswer) -> list[Cut]:
        """Pack the solver's days; return cuts for those that do not fit. Keep what they give."""
        counts = answer.counts or {}
        cards = {c.card_id: c for c in self._problem.cards}
        cuts: list[Cut] = []
        packed: list[PlannedRun] = []
        is_whole = not answer.free_runs
        for day in sorted(counts):
            wanted = [cards[i] for i in sorted(counts[day]) for _ in range(counts[day][i])]
            runs, is_proven = pack_day(self._problem, day, wanted, served_before(packed, day))
            if runs is None:
                runs, is_proven = pack_day(self._problem, day, wanted)
                if runs is None and is_proven:
                    cuts.append(self._least(day, wanted))
                is_whole = False
            else:
                packed += runs
        if is_whole:
            self._offer(packed)
        else:
            self._repair(counts)
        return cuts

    def _repair(self, counts: Mapping[int, Mapping[CardId, int]]) -> None:
        """Turn the solver's days into plans: in the order of its days, held to them and not."""
        first: dict[CardId, int] = {}
        last: dict[CardId, int] = {}
        for day in sorted(counts):
            for card_id in counts[day]:
                first.setdefault(card_id, day)
                last[card_id] = day
        whole = len(self._problem.days)
        order = sorted(
            self._problem.cards,
            key=lambda c: (last.get(c.card_id, whole), -c.weight, c.card_id),
        )
        self._offer(first_come(self._problem, self._counted, order))
        self._offer(first_come(self._problem, self._counted, order, first))

    def _least(self, day: int, wanted: list[PlanCard]) -> Cut:
        """Return the smallest part of a day's runs found that does not fit by itself."""
        kept = list(wanted)
        for card in wanted:
            fewer = list(kept)
            fewer.remove(card)
            runs, is_proven = pack_day(self._problem, day, fewer)
            if runs is None and is_proven:
                kept = fewer
        counts = Counter(card.card_id for card in kept)
        return Cut(day=day, counts=tuple(sorted(counts.items())))


def _days_of(runs: list[PlannedRun]) -> dict[CardId, list[int]]:
    """Return by card the days of its runs, in order."""
    found: dict[CardId, list[int]] = {}
    for run in sorted(runs, key=lambda r: r.day):
        found.setdefault(run.card_id, []).append(run.day)
    return found


def _weight_behind(problem: PlanProblem) -> dict[CardId, int]:
    """Return the weight of each card with all that wait for it, directly or not."""
    waits: dict[CardId, set[CardId]] = {c.card_id: {c.card_id} for c in problem.cards}
    for card in reversed(order_after(problem.cards)):
        for before in card.after:
            waits[before] |= waits[card.card_id]
    weight = {c.card_id: c.weight for c in problem.cards}
    return {i: sum(weight[j] for j in sorted(behind)) for i, behind in waits.items()}
