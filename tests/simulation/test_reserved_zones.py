"""Zones kept for others through a day: nobody planned is turned out, nobody new comes in."""

from pathlib import Path

import pytest

from aspan.audit.auditor import audit_folder
from aspan.compose.runs import Run, RunSettings, open_twin, pair
from aspan.compose.tables import fold_run, write_tables
from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations.commands import TakeAction
from aspan.operations.desk import preview
from aspan.operations.log import MemoryLog
from aspan.operations.zones import list_through
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import GeozoneId
from aspan.primitives.instants import parse_date
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.twin.clock import AlertList, LeapingClock
from aspan.world.readers import load_city

NORTH = GeozoneId("TSNORTH")
"""Across every lane between Konaev and the south."""

WAY_MS = 10 * MS_PER_MIN
"""Longer than any way between Konaev and the far border of that zone."""


def reserve(from_ms: int, until_ms: int, *zone_ids: GeozoneId) -> act.ReserveZones:
    """Return the order to keep zones, the demonstration's if none is named."""
    return act.ReserveZones(zone_ids=zone_ids or (NORTH,), from_at_ms=from_ms, until_at_ms=until_ms)


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, MemoryLog, list[ev.Event], Path]:
    """Fly a day of the city that keeps the zone for two hours; return its log and tables."""
    city = load_city("alatau", phase=1)
    run = open_twin(
        city, RunSettings(day=parse_date("2025-04-16"), days=1, seed=3, fleet=6, demand=6.0)
    )
    log = MemoryLog()
    loop = pair(run, log, clock=LeapingClock(run.start_ms), notices=AlertList())
    told: list[ev.Event] = []

    def order(key: str, action: act.AnyAction) -> None:
        asked = TakeAction(key=key, who="range", why="test", action=action)
        told.extend(loop.take(f"action/{key}", asked, at_ms=run.engine.state.now_ms))

    state = run.engine.state
    until_ms = run.start_ms + 8 * MS_PER_H
    loop.run(until_ms)
    while not list_through(state, reserve(state.now_ms, state.now_ms + MS_PER_H)):
        until_ms += 5 * MS_PER_MIN
        loop.run(until_ms)
    now_ms = state.now_ms
    order("busy-slot", reserve(now_ms, now_ms + MS_PER_H))
    order("test-slot", reserve(now_ms + 2 * MS_PER_H, now_ms + 4 * MS_PER_H))
    order("clashing", reserve(now_ms + 3 * MS_PER_H, now_ms + 5 * MS_PER_H))
    order("steppe", reserve(now_ms, now_ms + MS_PER_H, GeozoneId("TSEAST"), GeozoneId("TSHIGH")))
    end_ms = now_ms + 6 * MS_PER_H
    loop.run(now_ms + 3 * MS_PER_H + 30 * MS_PER_MIN)
    order("freed", act.FreeZones(reservation="test-slot"))
    order("again", act.FreeZones(reservation="test-slot"))
    loop.run(end_ms)
    folder = tmp_path_factory.mktemp("reserved")
    write_tables(folder, run, fold_run(log.events, end_ms=end_ms, reliability=city.reliability))
    return run, log, told, folder


Day = tuple[Run, MemoryLog, list[ev.Event], Path]


def test_what_a_planned_sortie_would_meet_is_refused(flown: Day) -> None:
    """Refused with the sorties in the way, or as kept already; the rest is taken."""
    _, _, told, _ = flown
    outcomes = [
        (e.key, e.reason if isinstance(e, ev.ActionRefused) else "")
        for e in told
        if isinstance(e, ev.ActionTaken | ev.ActionRefused)
    ]
    assert outcomes == [
        ("busy-slot", "zone_busy"),
        ("test-slot", ""),
        ("clashing", "zone_reserved_already"),
        ("steppe", ""),
        ("freed", ""),
        ("again", "not_reserved"),
    ]
    busy = next(e for e in told if isinstance(e, ev.ActionRefused))
    assert busy.detail.startswith("S")


def test_nobody_is_planned_through_what_is_kept(flown: Day) -> None:
    """Konaev has no movement while the air before it is kept, and has them again once freed."""
    run, log, told, _ = flown
    taken = [e for e in told if isinstance(e, ev.ActionTaken)]
    kept = taken[0].action
    freed_ms = next(e.at_ms for e in taken if isinstance(e.action, act.FreeZones))
    assert isinstance(kept, act.ReserveZones)
    sorties = run.engine.state.sorties
    movements_ms = [
        e.at_ms
        for e in log.events
        if (isinstance(e, ev.SortieLiftedOff) and sorties[e.sortie_id].origin == "KONAEV")
        or (isinstance(e, ev.SortieTouchedDown) and sorties[e.sortie_id].destination == "KONAEV")
    ]
    first_ms, last_ms = kept.from_at_ms + WAY_MS, freed_ms - WAY_MS
    assert not [at_ms for at_ms in movements_ms if first_ms <= at_ms < last_ms]
    assert [at_ms for at_ms in movements_ms if at_ms >= freed_ms]


def test_the_auditor_agrees(flown: Day) -> None:
    """The tables of the day are clean, and the clause about kept zones was exercised."""
    *_, folder = flown
    report = audit_folder(folder, "alatau")
    assert [f.message for f in report.findings if f.clause != "tables-present"] == []  # no KPIs
    clauses = {c.clause: c.exercised for law in report.laws for c in law.clauses}
    assert clauses["zones-reserved"] > 0
    assert clauses["zones-ordered"] == 3


@pytest.mark.parametrize(
    ("action", "field"),
    [
        (reserve(2, 1), "until_at_ms"),
        (reserve(1, 2, GeozoneId("NOWHERE")), "zone_ids"),
        (reserve(1, 2, NORTH, NORTH), "zone_ids"),
        (act.FreeZones(reservation="nobody"), "reservation"),
    ],
)
def test_what_is_no_reservation_is_bad_input(flown: Day, action: act.AnyAction, field: str) -> None:
    """Named: the zone, the time or the key that is not there; looking changes nothing."""
    run, *_ = flown
    with pytest.raises(InvalidInput) as caught:
        preview(run.engine.planner, action, run.engine.state.now_ms)
    assert caught.value.field == field
