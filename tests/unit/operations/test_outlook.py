"""Outlook: what is found by site and looked at late is what a search through the fleet finds."""

from collections.abc import Iterator

import msgspec
import pytest

from aspan.compose.runs import Run, RunSettings, fly, open_twin
from aspan.dispatch.policies import get_policy
from aspan.dispatch.problem import Candidate, DispatchProblem, LegNeed
from aspan.operations.legs import LegRefused
from aspan.operations.outlook import Tail
from aspan.operations.planning import CANDIDATES_A_SITE_MAX, LEAD_MS
from aspan.operations.records import AircraftRecord
from aspan.primitives.errors import InvariantError
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import parse_date
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.world.readers import load_city

HOURS = (8, 13)


@pytest.fixture(scope="module")
def moments() -> list[Run]:
    """Return a busy day of the bench city, stopped at several hours."""
    city = load_city("bench")
    settings = RunSettings(day=parse_date("2025-04-15"), fleet=40, demand=0.6)
    found = []
    for hour in HOURS:
        run = open_twin(city, settings)
        fly(run, until_ms=run.start_ms + hour * MS_PER_H)
        found.append(run)
    return found


def list_tails(run: Run) -> Iterator[tuple[AircraftRecord, Tail]]:
    """Yield every aircraft that is not held, with where its commitments leave it."""
    state = run.engine.state
    for _, aircraft in sorted(state.aircraft.items()):
        tail = run.engine.planner.outlook.tail(aircraft, state.now_ms)
        if tail is not None and not aircraft.grounded:
            yield aircraft, tail


def test_the_waiting_are_those_whose_commitments_end_at_the_site(moments: list[Run]) -> None:
    """By site, and in order of when they are free, no aircraft is missed and none comes twice."""
    committed = 0
    for run in moments:
        state, outlook = run.engine.state, run.engine.planner.outlook
        now_ms, first_ms = state.now_ms, state.now_ms + LEAD_MS
        for site_id in run.index.site_ids:
            tails = {
                aircraft.aircraft_id: (aircraft, tail)
                for aircraft, tail in list_tails(run)
                if tail.vertiport_id == site_id
            }
            waiting = outlook.list_waiting(site_id, first_ms, now_ms)
            assert list(waiting.bounds) == sorted(
                (max(first_ms, tail.free_from_ms), name) for name, (_, tail) in tails.items()
            )
            assert waiting.list_made() == ()
            assert {c.aircraft_id: c for c in waiting} == {
                name: outlook.candidate(*tails[name], now_ms) for name in tails
            }
            assert all(
                candidate.free_from_ms >= tails[candidate.aircraft_id][1].free_from_ms
                for candidate in waiting
            )
            committed += sum(bool(aircraft.chain) for aircraft, _ in tails.values())
    assert committed > len(HOURS)


def test_positioning_weighs_the_six_of_each_site_that_are_free_first(moments: list[Run]) -> None:
    """Walking the whole fleet in order of when it is free finds the same aircraft."""
    weighed = 0
    for run in moments:
        planner, now_ms = run.engine.planner, run.engine.state.now_ms
        for origin, destination in sorted(run.index.lanes)[::5]:
            latest_ms = now_ms + 25 * MS_PER_MIN
            need = planner.need(origin, destination, 1)
            if isinstance(need, LegRefused):
                continue
            narrow = DispatchProblem(
                aircraft_type=run.city.aircraft_type,
                origin=origin,
                destination=destination,
                leg=need,
                positioning={},
                earliest_off_block_ms=now_ms + LEAD_MS,
                latest_off_block_ms=latest_ms,
                turnaround_ms=run.index.turnaround_ms,
                positioned_charge_kw=planner.outlook.charge_kw(origin),
                candidates=(),
            )
            wide = planner._with_positioning(narrow, latest_ms, now_ms)
            positioning, candidates = search_fleet(run, narrow, latest_ms)
            assert wide.candidates == tuple(candidates)
            used = {site: positioning[site] for site in {c.vertiport_id for c in candidates}}
            assert wide.positioning == used
            choose = get_policy("earliest-ready")
            plain = msgspec.structs.replace(
                narrow, positioning=positioning, candidates=tuple(candidates)
            )
            assert choose(wide) == choose(plain)
            weighed += len(candidates)
    assert weighed > len(HOURS)


def search_fleet(
    run: Run, problem: DispatchProblem, latest_ms: int
) -> tuple[dict[VertiportId, LegNeed], list[Candidate]]:
    """Return what positioning may weigh, by a plain walk through the whole fleet."""
    planner, now_ms = run.engine.planner, run.engine.state.now_ms
    walk = sorted(list_tails(run), key=lambda pair: (pair[1].free_from_ms, pair[0].aircraft_id))
    refused: set[VertiportId] = {problem.origin}
    positioning: dict[VertiportId, LegNeed] = {}
    counted: dict[VertiportId, int] = {}
    found: list[Candidate] = []
    for aircraft, tail in walk:
        site_id, free_ms = tail.vertiport_id, tail.free_from_ms
        if site_id in refused or counted.get(site_id, 0) >= CANDIDATES_A_SITE_MAX:
            continue
        if site_id not in positioning:
            need = planner.need(site_id, problem.origin, 0)
            if isinstance(need, LegRefused) or planner.find_obstacle(
                site_id, problem.origin, now_ms=now_ms, off_block_ms=free_ms
            ):
                refused.add(site_id)
                continue
            positioning[site_id] = need
        on_ms = free_ms + positioning[site_id].block_ms
        if on_ms + run.index.turnaround_ms < latest_ms:
            counted[site_id] = counted.get(site_id, 0) + 1
            found.append(planner.outlook.candidate(aircraft, tail, now_ms))
    return positioning, found


def test_the_power_of_a_charger_is_asked_for_again_when_more_feed(moments: list[Run]) -> None:
    """What is remembered of a site's power counts the chargers that feed."""
    run = moments[0]
    outlook, site_id = run.engine.planner.outlook, run.index.site_ids[0]
    site = run.engine.state.sites[site_id]
    before = dict(site.feeding)
    lone = []
    try:
        for _ in range(2):
            for count in (0, 40):
                site.feeding.clear()
                site.feeding.update({f"C{k}": "A" for k in range(count)})  # type: ignore[misc]
                lone.append(outlook.charge_kw(site_id))
    finally:
        site.feeding.clear()
        site.feeding.update(before)
    assert lone[0] == lone[2] > lone[1] == lone[3] > 0.0


def test_an_aircraft_that_is_held_is_not_offered(moments: list[Run]) -> None:
    """Working out an aircraft whose sortie lost its plan is a fault of ours."""
    run = moments[1]
    outlook, state = run.engine.planner.outlook, run.engine.state
    aircraft = next(a for _, a in sorted(state.aircraft.items()) if a.chain and a.vertiport_id)
    sortie = state.sorties[aircraft.chain[-1]]
    plan, sortie.assignment = sortie.assignment, None
    try:
        waiting = outlook.list_waiting(sortie.destination, state.now_ms, state.now_ms)
        assert aircraft.aircraft_id not in {name for _, name in waiting.bounds}
        with pytest.raises(InvariantError, match="is held"):
            outlook.work_out(aircraft.aircraft_id, now_ms=state.now_ms)
    finally:
        sortie.assignment = plan
