"""The fog day: departures stop below minima, and begin again when the fog has gone."""

import pytest

from aspan.operations import events as ev
from aspan.operations.log import MemoryLog
from simulation.days import Scenario, fly_day

SEEDS = (pytest.param(1, marks=pytest.mark.long), 2)
Spell = tuple[str, int, int]


def foggy(seed: int) -> Scenario:
    """Return the fog day with enough wishes for every hour."""
    return Scenario(day="2025-01-03", seed=seed, fleet=20, demand=20.0)


def held_spells(log: MemoryLog) -> list[Spell]:
    """Return site, from and until of every time departures were held and resumed."""
    since: dict[str, int] = {}
    spells: list[Spell] = []
    for event in log.events:
        if isinstance(event, ev.DeparturesHeld):
            since.setdefault(event.vertiport_id, event.at_ms)
        elif isinstance(event, ev.DeparturesResumed):
            spells.append((event.vertiport_id, since.pop(event.vertiport_id), event.at_ms))
    return spells


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_released_to_or_from_a_held_site(seed: int) -> None:
    """Between the report that holds a site and the one that frees it nothing is released there."""
    run, log = fly_day(foggy(seed))
    spells = held_spells(log)
    sorties = run.engine.state.sorties
    for event in log.events:
        if isinstance(event, ev.SortieReleased):
            sortie = sorties[event.sortie_id]
            for site_id, from_ms, until_ms in spells:
                is_held = from_ms <= event.at_ms < until_ms
                is_there = site_id in (sortie.origin, sortie.planned_destination)
                assert not (is_held and is_there), (event, foggy(seed).command)


@pytest.mark.parametrize("seed", SEEDS)
def test_departures_stop_for_hours_and_begin_again(seed: int) -> None:
    """Sites are held for three hours or more in daylight, and fly on the same day."""
    run, log = fly_day(foggy(seed))
    state = run.engine.state
    lengths_ms = [
        min(until_ms, state.service_until_ms) - max(from_ms, state.service_from_ms)
        for _, from_ms, until_ms in held_spells(log)
    ]
    assert max(lengths_ms) >= 3 * 3_600_000, foggy(seed).command
    held = {site_id for site_id, _, _ in held_spells(log)}
    released = [e for e in log.events if isinstance(e, ev.SortieReleased)]
    origins = {state.sorties[e.sortie_id].origin for e in released}
    assert len(held) >= 3
    assert held & origins, foggy(seed).command


@pytest.mark.parametrize("seed", SEEDS)
def test_every_hold_names_a_minimum(seed: int) -> None:
    """Sites are held for what a report says, and told only when that changes."""
    _, log = fly_day(foggy(seed))
    told: dict[str, str] = {}
    for event in log.events:
        if isinstance(event, ev.DeparturesHeld):
            assert event.reason.startswith("weather_")
            assert told.get(event.vertiport_id) != event.reason
            told[event.vertiport_id] = event.reason
        elif isinstance(event, ev.DeparturesResumed):
            assert told.pop(event.vertiport_id)
    assert any(isinstance(e, ev.DeparturesHeld) for e in log.events)
