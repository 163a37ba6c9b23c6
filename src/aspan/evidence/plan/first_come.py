"""First come, first served: the plan of someone who looks neither ahead nor back.

Every morning the cards are gone through in an order; whatever is approved, reviewed and has its
weather that day is put where it fits first. In campaign order this is the plan to compare with; in
another order it turns the solver's days into a plan that keeps every rule.
"""

from collections.abc import Sequence

from aspan.evidence.card import CardId
from aspan.evidence.people import PersonId
from aspan.evidence.plan.packing import DayBoard
from aspan.evidence.plan.problem import WEEK_DAYS, PlanCard, PlannedRun, PlanProblem


def first_come(
    problem: PlanProblem,
    counted: set[CardId],
    order: Sequence[PlanCard] | None = None,
    not_before: dict[CardId, int] | None = None,
) -> list[PlannedRun]:
    """Return the runs day by day, cards taken in `order`; campaign order if None.

    Parameters
    ----------
    not_before
        Day before which a card is left alone, by card.
    """
    cards = [c for c in (order or problem.cards) if c.card_id in counted]
    left = {c.card_id: c.repeats for c in cards}
    done: dict[CardId, int] = {}
    held = not_before or {}
    runs: list[PlannedRun] = []
    for day in range(len(problem.days)):
        if not left:
            break
        board = DayBoard(problem, day, served_before(runs, day))
        for card in cards:
            if card.card_id in left and day >= held.get(card.card_id, 0):
                runs += _place(problem, board, card, day, left, done)
    return runs


def _place(
    problem: PlanProblem,
    board: DayBoard,
    card: PlanCard,
    day: int,
    left: dict[CardId, int],
    done: dict[CardId, int],
) -> list[PlannedRun]:
    """Place as many runs of an open card on a day as are left and fit."""
    if day < card.first_day or not problem.windows[card.card_id][day]:
        return []
    if any(a not in done or day < done[a] + problem.review_days for a in card.after):
        return []
    runs: list[PlannedRun] = []
    while left[card.card_id]:
        run = board.place(card)
        if run is None:
            return runs
        runs.append(run)
        left[card.card_id] -= 1
    del left[card.card_id]
    done[card.card_id] = day
    return runs


def served_before(runs: Sequence[PlannedRun], day: int) -> dict[PersonId, int]:
    """Return the slots that people serve in the seven days before a day, runs being in order.

    A day more than the rule counts, so that it holds for seven days begun at any hour.
    """
    spent: dict[PersonId, int] = {}
    for run in reversed(runs):
        if run.day < day - WEEK_DAYS:
            break
        for person_id, _ in run.crew:
            spent[person_id] = spent.get(person_id, 0) + run.until_slot - run.from_slot
    return spent
