"""Crews: what a pilot may still do, on both sides of every bound, and who relieves whom."""

import pytest

from aspan.operations import events as ev
from aspan.operations.crews import (
    MARGIN_MS,
    PILOTS_A_DAY_MAX,
    REPORTING_MS,
    WALK_MS,
    find_crew_fault,
    is_worn,
    limits_after,
    plan_relief,
)
from aspan.operations.records import AircraftRecord, PilotRecord
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from stories.story import Day
from unit.operations.scenes import AT_8, before_release, first_sortie

BLOCK = 9 * MS_PER_MIN


def crewed() -> tuple[Day, AircraftRecord, PilotRecord]:
    """Return a day at eight with A1 and its rested pilot."""
    day = before_release()
    aircraft = first_sortie(day)[1]
    assert aircraft.pilot is not None
    return day, aircraft, aircraft.pilot


def fault(day: Day, aircraft: AircraftRecord) -> str:
    """Return what forbids a sortie from eight on."""
    return find_crew_fault(day.state, aircraft, off_block_ms=AT_8, on_block_ms=AT_8 + BLOCK)


@pytest.mark.parametrize(
    ("field", "last_allowed", "step", "reason"),
    [
        ("duty_from_ms", AT_8 + BLOCK - 10 * MS_PER_H, -1, "pilot_duty"),
        ("sectors", 19, 1, "pilot_sectors"),
        ("flight_ms", 7 * MS_PER_H - BLOCK, 1, "pilot_flight_time"),
        ("stretch_from_ms", AT_8 + BLOCK - 4 * MS_PER_H, -1, "pilot_break"),
    ],
)
def test_limits_hold_to_the_last_millisecond(
    field: str, last_allowed: int, step: int, reason: str
) -> None:
    """What fills a limit of facts 4.31 is flown, a step more is not."""
    day, aircraft, pilot = crewed()
    pilot.last_on_block_ms = AT_8
    pilot.stretch_from_ms = AT_8
    setattr(pilot, field, last_allowed)
    assert fault(day, aircraft) == ""
    setattr(pilot, field, last_allowed + step)
    assert fault(day, aircraft) == reason


def test_a_break_begins_a_new_stretch() -> None:
    """After 30 minutes and the walk the stretch counts from off-block; a bit less is none."""
    day, aircraft, pilot = crewed()
    pilot.stretch_from_ms = AT_8 - 5 * MS_PER_H
    pilot.last_on_block_ms = AT_8 - 30 * MS_PER_MIN - WALK_MS
    assert fault(day, aircraft) == ""
    pilot.last_on_block_ms += 1
    assert fault(day, aircraft) == "pilot_break"


def test_every_window_holds_a_break() -> None:
    """Stretches of the window less two breaks leave a whole break in any window of five hours."""
    day, _, _ = crewed()
    duty = day.index.rules.pilot_duty
    limits = limits_after(
        day.state, first_sortie(day)[1], site_id=day.index.site_ids[0], free_from_ms=AT_8,
        sectors=1, flight_ms=BLOCK, last_on_block_ms=AT_8,
    )  # fmt: skip
    stretch_ms = limits.stretch_until_ms - crewed()[2].stretch_from_ms
    assert stretch_ms + 2 * duty.break_ms_min == duty.break_window_ms


def test_commitments_count_against_what_is_left() -> None:
    """Sectors and flight time of the sorties before are taken off."""
    day, aircraft, pilot = crewed()
    pilot.sectors, pilot.flight_ms = 3, MS_PER_H
    limits = limits_after(
        day.state, aircraft, site_id=day.index.site_ids[0], free_from_ms=AT_8 + MS_PER_H,
        sectors=2, flight_ms=2 * BLOCK, last_on_block_ms=AT_8,
    )  # fmt: skip
    assert limits.sectors_left == 20 - 3 - 2
    assert limits.flight_ms_left == 7 * MS_PER_H - MARGIN_MS - MS_PER_H - 2 * BLOCK
    assert limits.on_block_until_ms == min(
        day.state.service_until_ms, pilot.duty_from_ms + 10 * MS_PER_H - MARGIN_MS
    )


def test_a_worn_pilot_is_relieved_at_a_base_and_only_there() -> None:
    """The old duty ends and the new one began with the briefing; elsewhere nothing happens."""
    day, aircraft, pilot = crewed()
    aircraft.chain.clear()
    assert plan_relief(day.state, aircraft, AT_8) == []
    pilot.sectors = 18
    assert is_worn(day.state, pilot, AT_8)
    ended, started = plan_relief(day.state, aircraft, AT_8)
    assert isinstance(ended, ev.DutyEnded)
    assert isinstance(started, ev.DutyStarted)
    assert ended.pilot_id == pilot.pilot_id != started.pilot_id
    assert started.duty_from_ms == AT_8 - REPORTING_MS
    remote = Day("""
        Harbour: 1 fato, 3 stands, no crew    Airport: 1 fato, 3 stands    block 9 min
        A1 at Harbour
    """).run("08:00")
    aircraft = next(iter(remote.state.aircraft.values()))
    assert aircraft.pilot is not None
    aircraft.pilot.sectors = 18
    assert plan_relief(remote.state, aircraft, AT_8) == []


def test_no_relief_in_the_minutes_before_a_sortie() -> None:
    """A change takes five minutes; with a sortie sooner the pilot stays."""
    day, aircraft, pilot = crewed()
    pilot.sectors = 18
    change_ms = day.index.crew_change_ms
    assert plan_relief(day.state, aircraft, AT_8 - change_ms + 1) == []
    assert len(plan_relief(day.state, aircraft, AT_8 - change_ms)) == 2


def test_pilots_of_a_day_are_counted() -> None:
    """After the last of them an aircraft gets none, and has none after the hours."""
    day, aircraft, pilot = crewed()
    aircraft.chain.clear()
    pilot.sectors = 18
    assert plan_relief(day.state, aircraft, day.state.service_until_ms) == []
    aircraft.pilots_used = PILOTS_A_DAY_MAX
    assert plan_relief(day.state, aircraft, AT_8) == []


def test_no_pilot_is_a_fault() -> None:
    """An aircraft without a pilot does not go."""
    day, aircraft, _ = crewed()
    aircraft.pilot = None
    assert fault(day, aircraft) == "no_pilot"
