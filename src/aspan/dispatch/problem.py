"""The dispatch problem: which aircraft shall fly a wanted sortie, and when it can be ready.

The types are dispatch's own; whoever runs the service maps its state to them.
"""

import msgspec

from aspan.primitives.ids import AircraftId, VertiportId
from aspan.world.aircraft import AircraftType


class LegNeed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one leg takes: time and energy at the battery.

    Parameters
    ----------
    required_kwh
        Available energy that policy demands at off-block.
    return_block_ms
        Block time from the destination to the nearest crew base; 0 if it is one.
    """

    block_ms: int
    trip_kwh: float
    required_kwh: float
    return_block_ms: int


class Candidate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An aircraft that could fly, as it will be when its commitments are done.

    Parameters
    ----------
    vertiport_id, free_from_ms
        Where and from when it is free, turnaround included.
    soc, soc_at_ms
        State of charge known or expected at an instant.
    charge_kw
        Power into the battery that its stand may give from `soc_at_ms` on; 0 if none.
    stretch_until_ms
        On-block limit of the present stretch of work; later only after a break.
    rested_from_ms
        Off-block from here on is after a break.
    on_block_until_ms
        End of what duty and hours of service allow.
    sectors_left, flight_ms_left
        Of the pilot; a relief is counted in when one can take over at `vertiport_id`.
    """

    aircraft_id: AircraftId
    vertiport_id: VertiportId
    free_from_ms: int
    soh: float
    soc: float
    soc_at_ms: int
    charge_kw: float
    stretch_until_ms: int
    rested_from_ms: int
    on_block_until_ms: int
    sectors_left: int
    flight_ms_left: int


class DispatchProblem(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One wanted sortie and the aircraft that could fly it.

    Parameters
    ----------
    leg
        Of the sortie itself.
    positioning
        Leg to the origin by where it would begin; a site without one cannot position.
    earliest_off_block_ms, latest_off_block_ms
        Half-open window for off-block.
    turnaround_ms
        On-block of a positioning flight to the next off-block.
    positioned_charge_kw
        Power into the battery that the origin's stands may give after positioning.
    """

    aircraft_type: AircraftType
    origin: VertiportId
    destination: VertiportId
    leg: LegNeed
    positioning: dict[VertiportId, LegNeed]
    earliest_off_block_ms: int
    latest_off_block_ms: int
    turnaround_ms: int
    positioned_charge_kw: float
    candidates: tuple[Candidate, ...]


class Assignment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The aircraft chosen; it positions first if `position_from` is not None."""

    aircraft_id: AircraftId
    off_block_ms: int
    position_from: VertiportId | None
    position_off_block_ms: int


class NoAircraft(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """No aircraft can fly the sortie in its window; the reason of the one that came nearest."""

    reason: str
