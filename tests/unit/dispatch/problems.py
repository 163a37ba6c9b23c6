"""Dispatch problems for tests: one wanted sortie from HOME, candidates drawn where needed."""

import msgspec

from aspan.dispatch.problem import Candidate, DispatchProblem, LegNeed
from aspan.primitives.ids import AircraftId, VertiportId
from aspan.primitives.units import MS_PER_MIN
from aspan.world.readers import load_city

KIND = load_city("tiny").aircraft_type
HOME, AWAY, FAR = VertiportId("HOME"), VertiportId("AWAY"), VertiportId("FAR")
MIN = MS_PER_MIN
NEVER = 1_000_000 * MIN


def leg(minutes: int = 10, trip_kwh: float = 25.0, required_kwh: float = 80.0) -> LegNeed:
    """Return what a leg takes, its destination a crew base."""
    return LegNeed(
        block_ms=minutes * MIN, trip_kwh=trip_kwh, required_kwh=required_kwh, return_block_ms=0
    )


def aircraft(name: str, **changes: object) -> Candidate:
    """Return a fresh, full, rested aircraft at HOME, with changes."""
    candidate = Candidate(
        aircraft_id=AircraftId(name),
        vertiport_id=HOME,
        free_from_ms=0,
        soh=1.0,
        soc=0.9,
        soc_at_ms=0,
        charge_kw=200.0,
        stretch_until_ms=NEVER,
        rested_from_ms=0,
        on_block_until_ms=NEVER,
        sectors_left=20,
        flight_ms_left=NEVER,
    )
    return msgspec.structs.replace(candidate, **changes)


def problem(*candidates: Candidate, **changes: object) -> DispatchProblem:
    """Return a sortie wanted between minute 60 and 90, which AWAY can reach in 10 minutes."""
    wanted = DispatchProblem(
        aircraft_type=KIND,
        origin=HOME,
        destination=FAR,
        leg=leg(),
        positioning={AWAY: leg()},
        earliest_off_block_ms=60 * MIN,
        latest_off_block_ms=90 * MIN,
        turnaround_ms=5 * MIN,
        positioned_charge_kw=200.0,
        candidates=candidates,
    )
    return msgspec.structs.replace(wanted, **changes)
