"""The checker of plans: a clean plan is clean, and each rule broken by hand is found."""

from collections.abc import Callable
from datetime import date

import msgspec
import pytest

from aspan.evidence.card import Bounds, CardId, Crew
from aspan.evidence.plan.build import build_problem
from aspan.evidence.plan.checker import check_plan
from aspan.evidence.plan.plan_file import FiledPlan, FiledRun, file_plan
from aspan.evidence.plan.search import Effort, find_plan
from aspan.primitives.ids import AircraftId
from aspan.primitives.units import MS_PER_DAY, MS_PER_H, MS_PER_MIN
from aspan.world.readers.range import load_range
from plan_campaign import make_card, make_minima
from shipped import read_shipped

CARDS = (
    make_card("stand", "ground", volumes=("STAND",), flight_s=1800.0, repeats=3),
    make_card("hover", after=("stand",), crew=Crew(flight_test_engineers=2)),
    make_card("pad", volumes=("PAD",), repeats=2),
    make_card("show", "demonstration", risk="medium", after=("hover",)),
    make_card("hot", minima=make_minima(temperature_k=Bounds(low=330.0))),
    make_card("after-hot", after=("hot",)),
)


class Made:
    """A plan of three weeks in June and what it was made from."""

    def __init__(self) -> None:
        self.city = read_shipped("alatau")
        self.site = load_range(self.city)
        self.basis = build_problem(
            self.city, self.site, CARDS, first=date(2024, 6, 1), count=21, seed=3
        )
        found = find_plan(self.basis.problem, Effort(moves=5))
        self.plan: FiledPlan = file_plan(self.city, self.site, self.basis, found, seed=3)

    def rules(self, plan: FiledPlan) -> set[str]:
        """Return the rules that a plan breaks."""
        return {breach.rule for breach in check_plan(plan, CARDS, self.city, self.site)}


@pytest.fixture(scope="module")
def made() -> Made:
    """Return the plan, made once."""
    return Made()


def test_plan_is_clean_and_named(made: Made) -> None:
    """The plan breaks no rule, is proven best, and names who is to blame for what never comes."""
    plan = made.plan
    assert check_plan(plan, CARDS, made.city, made.site) == ()
    assert plan.objective == plan.bound <= plan.first_come_objective
    state = {str(c.card_id): (c.state, c.blame) for c in plan.cards}
    assert state["hot"] == ("no_window", "temperature")
    assert state["after-hot"] == ("waits", "")
    assert state["show"] == ("done", "")
    assert plan.weather_real_days == 21
    assert plan.hours_measured == 0.0
    flown = {run.aircraft_id for run in plan.runs if run.card_id == "show"}
    assert flown == {"AT01"}, "the only one approved for demonstrations"


def test_plan_reads_back_from_its_file(made: Made) -> None:
    """A plan is the same after its way through JSON."""
    assert msgspec.json.decode(msgspec.json.encode(made.plan), type=FiledPlan) == made.plan


def _moved(run: FiledRun, by_ms: int) -> FiledRun:
    return msgspec.structs.replace(
        run,
        from_ms=run.from_ms + by_ms,
        until_ms=run.until_ms + by_ms,
        charged_at_ms=run.charged_at_ms + by_ms,
    )


def _on(run: FiledRun, made: Made, day: int, from_slot: int) -> FiledRun:
    """Return a run put elsewhere in the plan."""
    there = made.basis.problem.days[day]
    start_ms = there.open_at_ms + from_slot * 30 * MS_PER_MIN
    return msgspec.structs.replace(_moved(run, start_ms - run.from_ms), date=there.day.isoformat())


def _change(made: Made, card_id: str, change: Callable[[FiledRun], FiledRun]) -> FiledPlan:
    """Return the plan with the last run of a card changed."""
    runs = list(made.plan.runs)
    at = max(i for i, run in enumerate(runs) if run.card_id == card_id)
    runs[at] = change(runs[at])
    return msgspec.structs.replace(made.plan, runs=tuple(runs))


def _replace(**changes: object) -> Callable[[FiledRun], FiledRun]:
    return lambda run: msgspec.structs.replace(run, **changes)


BROKEN: dict[str, tuple[str, Callable[[Made], FiledPlan]]] = {
    "beyond the plan": (
        "period", lambda m: _change(m, "pad", _replace(date="2024-07-20"))),
    "on a Sunday": ("site_hours", lambda m: _change(m, "pad", lambda r: _on(r, m, 8, 6))),
    "before the site opens": (
        "site_hours", lambda m: _change(m, "pad", lambda r: _on(r, m, 10, -4))),
    "too short": (
        "duration", lambda m: _change(
            m, "pad", lambda r: msgspec.structs.replace(r, until_ms=r.from_ms + MS_PER_MIN))),
    "not charged": (
        "charging", lambda m: _change(
            m, "pad", lambda r: msgspec.structs.replace(r, charged_at_ms=r.until_ms))),
    "not yet approved": (
        "approval_lead", lambda m: _change(m, "show", lambda r: _on(r, m, 4, 6))),
    "aircraft without approval": (
        "aircraft_approval", lambda m: _change(m, "show", _replace(aircraft_id="AT02"))),
    "aircraft of elsewhere": (
        "aircraft", lambda m: _change(m, "pad", _replace(aircraft_id="X1"))),
    "nobody on board": ("crew", lambda m: _change(m, "pad", _replace(crew=()))),
    "in the dark": ("daylight", lambda m: _change(m, "pad", lambda r: _on(r, m, 10, 40))),
    "before its predecessor": (
        "precedence", lambda m: _change(m, "hover", lambda r: _on(r, m, 2, 0))),
    "unknown card": ("card", lambda m: _change(m, "pad", _replace(card_id="other"))),
    "wrong objective": (
        "objective", lambda m: msgspec.structs.replace(m.plan, objective=1.0)),
    "bound above the plan": (
        "objective", lambda m: msgspec.structs.replace(m.plan, bound=m.plan.objective + 1.0)),
    "flown once more than wanted": (
        "repeats", lambda m: msgspec.structs.replace(
            m.plan, runs=(*m.plan.runs, _on(m.plan.runs[-1], m, 20, 8)))),
    "somebody the site does not have": (
        "people", lambda m: _change(
            m, "pad",
            lambda r: msgspec.structs.replace(
                r, crew=tuple((f"{p}{n}", role) for n, (p, role) in enumerate(r.crew))))),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_broken_rule_is_found(made: Made, name: str) -> None:
    """A rule broken by hand is named by the checker."""
    rule, breaking = BROKEN[name]
    assert rule in made.rules(breaking(made))


def _two(made: Made, apart_ms: int, **changes: object) -> FiledPlan:
    """Return a plan in which a run is flown again some time later, with changes."""
    first = next(run for run in made.plan.runs if run.card_id == "pad")
    again = msgspec.structs.replace(_moved(first, apart_ms), **changes)
    return msgspec.structs.replace(made.plan, runs=(first, again))


def test_two_runs_at_once_are_found(made: Made) -> None:
    """Aircraft, crew and air serve one run at a time; an aircraft charges, a crew debriefs."""
    assert {"volume", "aircraft", "crew_twice"} <= made.rules(_two(made, 30 * MS_PER_MIN))
    first = next(run for run in made.plan.runs if run.card_id == "pad")
    length_ms = first.until_ms - first.from_ms
    rules = made.rules(_two(made, length_ms))
    assert {"aircraft", "debrief"} <= rules
    assert not {"volume", "crew_twice"} & rules, "half-open: the next may begin at the end"


def test_three_runs_at_once_are_found(made: Made) -> None:
    """There are no more runs at once than stations to watch them."""
    run = made.plan.runs[0]
    runs = tuple(msgspec.structs.replace(run, aircraft_id=AircraftId(f"AT0{n}")) for n in (1, 2, 3))
    assert "stations" in made.rules(msgspec.structs.replace(made.plan, runs=runs))


def test_card_flown_before_its_review_is_found(made: Made) -> None:
    """A card that is flown on the day of the one before it has no reviewed data to stand on."""
    before = [run for run in made.plan.runs if run.card_id == "stand"]
    hover = next(run for run in made.plan.runs if run.card_id == "hover")
    last = max(before, key=lambda r: r.until_ms)
    near = msgspec.structs.replace(_moved(hover, last.until_ms - hover.from_ms), date=last.date)
    plan = msgspec.structs.replace(made.plan, runs=(*before, near))
    assert "review" in made.rules(plan)


def test_people_who_never_stop_are_found(made: Made) -> None:
    """Ten hours of duty, twelve of rest, forty in a week, seven in the air: each is watched."""
    run = next(run for run in made.plan.runs if run.card_id == "pad")
    long_duty = _two(made, 10 * MS_PER_H)
    assert "duty" in made.rules(long_duty)
    next_day = msgspec.structs.replace(_moved(run, 11 * MS_PER_H), date="2024-06-20")
    short_rest = msgspec.structs.replace(made.plan, runs=(run, next_day))
    assert "rest" in made.rules(short_rest)
    days = [
        msgspec.structs.replace(_moved(run, n * MS_PER_DAY), until_ms=run.until_ms + n * MS_PER_DAY
                                + 7 * MS_PER_H)
        for n in range(6)
    ]  # fmt: skip
    assert "week" in made.rules(msgspec.structs.replace(made.plan, runs=tuple(days)))
    rules = msgspec.structs.replace(made.plan.rules, flight_ms_max=MS_PER_MIN)
    assert "flight_time" in made.rules(msgspec.structs.replace(made.plan, rules=rules))


def test_run_in_the_wrong_weather_is_found(made: Made) -> None:
    """A run outside its temperature or in the wrong wind is named, hour by hour."""
    cards = [
        msgspec.structs.replace(card, minima=make_minima(wind_mps=0.1))
        if card.card_id == CardId("pad")
        else card
        for card in CARDS
    ]
    breaches = check_plan(made.plan, cards, made.city, made.site)
    assert {b.rule for b in breaches} == {"weather"}
    assert all("wind at the" in b.detail for b in breaches)
