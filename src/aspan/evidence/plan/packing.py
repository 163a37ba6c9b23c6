"""A day packed: who flies which card when, exactly where the quick way finds nothing.

`DayBoard` puts one run after another where each fits first; `pack_day` tries several orders of it
and then asks CP-SAT, so that its no is a proof. The people of a day serve within their bands and
their duty, with a debrief after each run.
"""

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import TYPE_CHECKING, Any

from aspan.evidence.card import CardId
from aspan.evidence.people import PersonId
from aspan.evidence.plan.problem import NEEDS, Need, PlanCard, PlannedRun, PlanPerson, PlanProblem

if TYPE_CHECKING:
    from aspan.primitives.ids import AircraftId

_ORDERS_TRIED = 24
_EXACT_DETERMINISTIC_S = 4.0


class DayBoard:
    """What is held on one day.

    Parameters
    ----------
    spent
        Slots that people have served in the seven days before.
    """

    def __init__(
        self, problem: PlanProblem, day: int, spent: Mapping[PersonId, int] | None = None
    ) -> None:
        self._problem = problem
        self._day = day
        self._spent = dict(spent or {})
        self._aircraft: dict[AircraftId, list[tuple[int, int]]] = {
            a: [] for a in problem.aircraft_ids
        }
        self._people: dict[PersonId, list[tuple[int, int]]] = {
            p.person_id: [] for p in problem.people
        }
        self._flown_ms: dict[PersonId, int] = {p.person_id: 0 for p in problem.people}
        self._volumes: dict[str, list[tuple[int, int]]] = {}
        self._runs: list[tuple[int, int]] = []

    def place(self, card: PlanCard) -> PlannedRun | None:
        """Hold the first time at which one more run of a card fits, and return it."""
        for begin, end in self._problem.windows[card.card_id][self._day]:
            for start in range(begin, end - card.run_slots + 1):
                run = self._fit(card, start)
                if run is not None:
                    self._hold(card, run)
                    return run
        return None

    def _fit(self, card: PlanCard, start: int) -> PlannedRun | None:
        """Return the run at a start if everything it needs is free."""
        end = start + card.run_slots
        span = (start, end)
        if any(not _is_free(self._volumes.get(v, []), span) for v in card.volume_ids):
            return None
        if _most_at_once([*self._runs, span]) > self._problem.together:
            return None
        held = (start, end + card.charge_slots)
        aircraft = next((a for a in card.aircraft_ids if _is_free(self._aircraft[a], held)), None)
        crew = self._find_crew(card, span)
        if aircraft is None or crew is None:
            return None
        return PlannedRun(
            card_id=card.card_id,
            day=self._day,
            from_slot=start,
            until_slot=end,
            aircraft_id=aircraft,
            crew=crew,
        )

    def _find_crew(
        self, card: PlanCard, span: tuple[int, int]
    ) -> tuple[tuple[PersonId, Need], ...] | None:
        """Return free people for every role, those with the fewest roles first."""
        able = [p for p in self._problem.people if self._is_able(p, card, span)]
        able.sort(key=lambda p: (len(p.roles), self._served(p), p.person_id))
        crew: list[tuple[PersonId, Need]] = []
        for need, count in zip(reversed(NEEDS), reversed(card.crew), strict=True):
            chosen = [p for p in able if need in p.roles][:count]
            if len(chosen) < count:
                return None
            crew += [(p.person_id, need) for p in chosen]
            able = [p for p in able if p not in chosen]
        return tuple(sorted(crew))

    def _is_able(self, person: PlanPerson, card: PlanCard, span: tuple[int, int]) -> bool:
        """Say whether a person could serve one more run, by band, duty, flight time and diary."""
        duty = self._problem.duty
        own = self._people[person.person_id]
        with_debrief = (span[0], span[1] + duty.debrief_slots)
        if span[0] < person.from_slot or with_debrief[1] > person.until_slot:
            return False
        if self._flown_ms[person.person_id] + card.flight_ms > duty.flight_ms:
            return False
        if self._served(person) + card.run_slots > duty.week_slots:
            return False
        spans = [*own, with_debrief]
        if max(e for _, e in spans) - min(b for b, _ in spans) > duty.duty_slots:
            return False
        return _is_free(own, with_debrief)

    def _served(self, person: PlanPerson) -> int:
        """Return the slots a person has served in the week, this day with it."""
        return self._spent.get(person.person_id, 0)

    def _hold(self, card: PlanCard, run: PlannedRun) -> None:
        span = (run.from_slot, run.until_slot)
        self._runs.append(span)
        self._aircraft[run.aircraft_id].append((span[0], span[1] + card.charge_slots))
        for volume in card.volume_ids:
            self._volumes.setdefault(volume, []).append(span)
        for person_id, _ in run.crew:
            self._people[person_id].append((span[0], span[1] + self._problem.duty.debrief_slots))
            self._flown_ms[person_id] += card.flight_ms
            self._spent[person_id] = self._spent.get(person_id, 0) + card.run_slots


def pack_day(
    problem: PlanProblem,
    day: int,
    cards: Sequence[PlanCard],
    spent: Mapping[PersonId, int] | None = None,
) -> tuple[list[PlannedRun] | None, bool]:
    """Return runs of these cards on a day, and whether the answer is proven.

    Parameters
    ----------
    cards
        One entry for each run.
    spent
        Slots that people have served in the seven days before. A no is of these too.
    """
    for order in _orders(problem, day, cards):
        board = DayBoard(problem, day, spent)
        runs = [board.place(card) for card in order]
        if all(run is not None for run in runs):
            return [run for run in runs if run is not None], True
    return _pack_exactly(problem, day, cards, spent or {})


def _orders(
    problem: PlanProblem, day: int, cards: Sequence[PlanCard]
) -> list[tuple[PlanCard, ...]]:
    """Return a few orders worth trying: tight windows first, then permutations of a small day."""

    def room(card: PlanCard) -> tuple[int, int, CardId]:
        windows = problem.windows[card.card_id][day]
        return (sum(b - a - card.run_slots for a, b in windows), -card.run_slots, card.card_id)

    def ends(card: PlanCard) -> tuple[int, int, CardId]:
        windows = problem.windows[card.card_id][day]
        return (max((b for _, b in windows), default=0), -card.run_slots, card.card_id)

    orders = [tuple(sorted(cards, key=room)), tuple(sorted(cards, key=ends))]
    if len(cards) <= 4:
        orders += list(permutations(cards))[:_ORDERS_TRIED]
    return orders


def _pack_exactly(
    problem: PlanProblem, day: int, cards: Sequence[PlanCard], spent: Mapping[PersonId, int]
) -> tuple[list[PlannedRun] | None, bool]:
    """Ask CP-SAT for a packing; its no is a proof unless it gave up."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    parts = _Parts(model, problem, day)
    for number, card in enumerate(cards):
        if not parts.add(number, card):
            return None, True
    parts.close(spent)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = _EXACT_DETERMINISTIC_S
    status = solver.status_name(solver.solve(model))
    if status in ("OPTIMAL", "FEASIBLE"):
        return [parts.read(solver, n, card) for n, card in enumerate(cards)], True
    return None, status == "INFEASIBLE"


class _Parts:
    """The CP-SAT model of one day."""

    def __init__(self, model: Any, problem: PlanProblem, day: int) -> None:  # noqa: ANN401
        self._model = model
        self._problem = problem
        self._day = day
        self._starts: list[Any] = []
        self._on_aircraft: dict[AircraftId, list[Any]] = {a: [] for a in problem.aircraft_ids}
        self._on_person: dict[PersonId, list[Any]] = {p.person_id: [] for p in problem.people}
        self._flown: dict[PersonId, list[Any]] = {p.person_id: [] for p in problem.people}
        self._in_volume: dict[str, list[Any]] = {}
        self._all: list[Any] = []
        self._flies: dict[tuple[int, AircraftId], Any] = {}
        self._serves: dict[tuple[int, PersonId, Need], Any] = {}
        self._duty = {
            p.person_id: (
                model.new_int_var(p.from_slot, p.until_slot, ""),
                model.new_int_var(p.from_slot, p.until_slot, ""),
            )
            for p in problem.people
        }

    def add(self, number: int, card: PlanCard) -> bool:
        """Add one run; False if no window holds it."""
        from ortools.sat.python import cp_model

        spans = [
            (a, b - card.run_slots)
            for a, b in self._problem.windows[card.card_id][self._day]
            if b - a >= card.run_slots
        ]
        if not spans:
            return False
        model = self._model
        start = model.new_int_var_from_domain(cp_model.Domain.from_intervals(spans), "")
        whole = model.new_fixed_size_interval_var(start, card.run_slots, "")
        self._starts.append(start)
        self._all.append(whole)
        for volume in card.volume_ids:
            self._in_volume.setdefault(volume, []).append(whole)
        held = card.run_slots + card.charge_slots
        for aircraft in card.aircraft_ids:
            chosen = self._flies[number, aircraft] = model.new_bool_var("")
            interval = model.new_optional_fixed_size_interval_var(start, held, chosen, "")
            self._on_aircraft[aircraft].append(interval)
        model.add_exactly_one(self._flies[number, a] for a in card.aircraft_ids)
        for person in self._problem.people:
            self._add_person(number, card, person, start)
        for need, count in zip(NEEDS, card.crew, strict=True):
            able = [v for (n, _, role), v in self._serves.items() if n == number and role == need]
            model.add(sum(able) == count)
        return True

    def _add_person(self, number: int, card: PlanCard, person: PlanPerson, start: Any) -> None:  # noqa: ANN401
        """Let a person serve a run in one of their roles, within band and duty."""
        model, duty = self._model, self._problem.duty
        roles = []
        for need, count in zip(NEEDS, card.crew, strict=True):
            if count and need in person.roles:
                chosen = self._serves[number, person.person_id, need] = model.new_bool_var("")
                roles.append(chosen)
        if not roles:
            return
        model.add_at_most_one(roles)
        serves = model.new_bool_var("")
        model.add(sum(roles) == serves)
        size = card.run_slots + duty.debrief_slots
        self._on_person[person.person_id].append(
            model.new_optional_fixed_size_interval_var(start, size, serves, "")
        )
        first, last = self._duty[person.person_id]
        model.add(start >= first).only_enforce_if(serves)
        model.add(start + size <= last).only_enforce_if(serves)
        self._flown[person.person_id].append((serves, card))

    def close(self, spent: Mapping[PersonId, int]) -> None:
        """Add what holds between runs."""
        model, problem = self._model, self._problem
        for intervals in (*self._on_aircraft.values(), *self._on_person.values()):
            model.add_no_overlap(intervals)
        for intervals in self._in_volume.values():
            model.add_no_overlap(intervals)
        if problem.together < len(problem.aircraft_ids):
            model.add_cumulative(self._all, [1] * len(self._all), problem.together)
        for person in problem.people:
            first, last = self._duty[person.person_id]
            model.add(last - first <= problem.duty.duty_slots)
            runs = self._flown[person.person_id]
            if runs:
                week = problem.duty.week_slots - spent.get(person.person_id, 0)
                model.add(sum(v * card.flight_ms for v, card in runs) <= problem.duty.flight_ms)
                model.add(sum(v * card.run_slots for v, card in runs) <= max(0, week))

    def read(self, solver: Any, number: int, card: PlanCard) -> PlannedRun:  # noqa: ANN401
        """Return one run of the solution."""
        start = solver.value(self._starts[number])
        crew = [
            (person_id, need)
            for (n, person_id, need), v in self._serves.items()
            if n == number and solver.value(v)
        ]
        aircraft = next(a for a in card.aircraft_ids if solver.value(self._flies[number, a]))
        return PlannedRun(
            card_id=card.card_id,
            day=self._day,
            from_slot=start,
            until_slot=start + card.run_slots,
            aircraft_id=aircraft,
            crew=tuple(sorted(crew)),
        )


def _is_free(held: list[tuple[int, int]], span: tuple[int, int]) -> bool:
    return all(end <= span[0] or begin >= span[1] for begin, end in held)


def _most_at_once(spans: list[tuple[int, int]]) -> int:
    """Return the greatest number of half-open spans that hold one instant."""
    return max(sum(b <= begin < e for b, e in spans) for begin, _ in spans)
