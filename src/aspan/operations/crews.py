"""Crews: what a pilot may still do today, and when a relief takes over (facts 4.31, 4.32).

A stretch of work is kept to the window less twice the break: then every window of that length holds
one whole break, wherever it is laid.
"""

import msgspec

from aspan.operations import events as ev
from aspan.operations.records import AircraftRecord, PilotRecord
from aspan.operations.state import State
from aspan.primitives.ids import PilotId, VertiportId
from aspan.primitives.units import MS_PER_MIN

REPORTING_MS = 15 * MS_PER_MIN
"""Duty begins this long before taking over an aircraft. Assumed: briefing and walk-round."""

MARGIN_MS = 10 * MS_PER_MIN
"""Kept free before the end of duty and of flight time. Assumed: what a sortie may run late."""

ROUND_MS = 10 * MS_PER_MIN
"""Crews and empties are looked at this often. Assumed: a third of a headway."""

PILOTS_A_DAY_MAX = 3
"""Pilots one aircraft may use in a day of service. Assumed: longest day 15 h, duty 10 h."""

WALK_MS = 5 * MS_PER_MIN
"""Break counted only beyond this on top of the rule. Assumed: from stand to crew room and back."""


class CrewLimits(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the pilot of an aircraft may still do; the relief's limits where one can take over."""

    free_from_ms: int
    stretch_until_ms: int
    rested_from_ms: int
    on_block_until_ms: int
    sectors_left: int
    flight_ms_left: int


def _stretch_ms(state: State) -> int:
    duty = state.index.rules.pilot_duty
    return duty.break_window_ms - 2 * duty.break_ms_min


def is_worn(state: State, pilot: PilotRecord, now_ms: int) -> bool:
    """Say whether a relief should take over: half a day done, or little left of any limit."""
    duty = state.index.rules.pilot_duty
    day_ms = state.service_until_ms - state.service_from_ms
    shift_ms = min(duty.duty_ms_max - 8 * MARGIN_MS, max(day_ms // 2, duty.duty_ms_max // 2))
    if day_ms + REPORTING_MS + 2 * MARGIN_MS <= duty.duty_ms_max:
        shift_ms = duty.duty_ms_max - 2 * MARGIN_MS
    return (
        now_ms - pilot.duty_from_ms >= shift_ms
        or pilot.sectors >= duty.sectors_max - 3
        or pilot.flight_ms >= duty.flight_ms_max - 6 * MARGIN_MS
    )


def can_relieve(state: State, aircraft: AircraftRecord, site_id: VertiportId) -> bool:
    """Say whether a pilot can take over at a site: the day's first anywhere, others at bases."""
    if aircraft.pilots_used == 0:
        return True
    is_base = state.index.sites[site_id].is_crew_base
    return is_base and aircraft.pilots_used < PILOTS_A_DAY_MAX


def is_spent(state: State, pilot: PilotRecord, now_ms: int) -> bool:
    """Say whether a duty must end before another look is taken."""
    duty_ms = state.index.rules.pilot_duty.duty_ms_max
    return now_ms - pilot.duty_from_ms >= duty_ms - 2 * MARGIN_MS


def is_last_round(state: State, pilot: PilotRecord, now_ms: int) -> bool:
    """Say whether a duty would be too long if it ended when crews are next looked at."""
    duty_ms = state.index.rules.pilot_duty.duty_ms_max
    return now_ms - pilot.duty_from_ms > duty_ms - ROUND_MS


def limits_after(
    state: State,
    aircraft: AircraftRecord,
    *,
    site_id: VertiportId,
    free_from_ms: int,
    sectors: int,
    flight_ms: int,
    last_on_block_ms: int,
) -> CrewLimits:
    """Return the limits when an aircraft is free at a site after commitments of this size."""
    duty = state.index.rules.pilot_duty
    pilot = aircraft.pilot
    relief_can = can_relieve(state, aircraft, site_id)
    if pilot is None or (relief_can and is_worn(state, pilot, free_from_ms)):
        from_ms = free_from_ms + state.index.crew_change_ms
        return CrewLimits(
            free_from_ms=from_ms,
            stretch_until_ms=from_ms - REPORTING_MS + _stretch_ms(state),
            rested_from_ms=from_ms,
            on_block_until_ms=state.service_until_ms if relief_can or pilot else 0,
            sectors_left=duty.sectors_max,
            flight_ms_left=duty.flight_ms_max - MARGIN_MS,
        )
    rested_ms = last_on_block_ms + duty.break_ms_min + WALK_MS
    stretch_ms = pilot.stretch_from_ms
    if free_from_ms >= rested_ms and sectors == 0:
        stretch_ms = max(stretch_ms, free_from_ms)
    return CrewLimits(
        free_from_ms=free_from_ms,
        stretch_until_ms=stretch_ms + _stretch_ms(state),
        rested_from_ms=rested_ms,
        on_block_until_ms=min(
            state.service_until_ms, pilot.duty_from_ms + duty.duty_ms_max - MARGIN_MS
        ),
        sectors_left=duty.sectors_max - pilot.sectors - sectors,
        flight_ms_left=duty.flight_ms_max - MARGIN_MS - pilot.flight_ms - flight_ms,
    )


def find_crew_fault(
    state: State, aircraft: AircraftRecord, *, off_block_ms: int, on_block_ms: int
) -> str:
    """Return which duty limit a sortie about to go would break; empty if none."""
    duty, pilot = state.index.rules.pilot_duty, aircraft.pilot
    if pilot is None:
        return "no_pilot"
    if on_block_ms > pilot.duty_from_ms + duty.duty_ms_max:
        return "pilot_duty"
    if pilot.sectors + 1 > duty.sectors_max:
        return "pilot_sectors"
    if pilot.flight_ms + on_block_ms - off_block_ms > duty.flight_ms_max:
        return "pilot_flight_time"
    rest_ms = off_block_ms - pilot.last_on_block_ms
    stretch_from_ms = (
        off_block_ms if rest_ms >= duty.break_ms_min + WALK_MS else pilot.stretch_from_ms
    )
    if on_block_ms > stretch_from_ms + _stretch_ms(state):
        return "pilot_break"
    return ""


def plan_relief(state: State, aircraft: AircraftRecord, at_ms: int) -> list[ev.Event]:
    """Return the change of pilots on an aircraft at a crew base that needs one; empty if none.

    An aircraft without pilot gets its first; a pilot in mid-chain of the next minutes stays.
    """
    site_id = aircraft.vertiport_id
    pilot = aircraft.pilot
    if aircraft.grounded:
        return []
    is_early = at_ms < state.service_from_ms - 2 * REPORTING_MS
    if site_id is None or is_early or at_ms >= state.service_until_ms:
        return []
    if pilot is not None and not is_worn(state, pilot, at_ms):
        return []
    if not can_relieve(state, aircraft, site_id):
        return []
    for sortie_id in aircraft.chain:
        plan = state.sorties[sortie_id].assignment
        if plan is not None and plan.off_block_at_ms < at_ms + state.index.crew_change_ms:
            return []
    number = aircraft.pilots_used + 1
    is_before_service = at_ms <= state.service_from_ms - REPORTING_MS
    started = ev.DutyStarted(
        at_ms=at_ms,
        pilot_id=PilotId(f"{aircraft.aircraft_id}-{state.date}-P{number}"),
        aircraft_id=aircraft.aircraft_id,
        vertiport_id=site_id,
        duty_from_ms=at_ms if is_before_service else at_ms - REPORTING_MS,
    )
    if pilot is None:
        return [started]
    ended = ev.DutyEnded(
        at_ms=at_ms,
        pilot_id=pilot.pilot_id,
        aircraft_id=aircraft.aircraft_id,
        vertiport_id=site_id,
    )
    return [ended, started]
