"""The dispatch problem: which aircraft shall fly a wanted sortie, and when it can be ready.

The types are dispatch's own; whoever runs the service maps its state to them.
"""

from collections.abc import Callable, Sequence
from typing import overload

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
    flown_ms
        Block time of the aircraft so far, with what it is committed to.
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
    flown_ms: int = 0


class Waiting(Sequence[Candidate]):
    """Candidates at the origin that are worked out when they are looked at.

    Reads like a tuple of candidates. What an aircraft could still do (charge, crew) costs far more
    to find out than when it is free, and often one of the first looked at is chosen.

    Parameters
    ----------
    bounds
        Of each aircraft: an instant before which it cannot be off-block in this problem, and its
        id; sorted.
    make
        Returns the candidate of an id.
    """

    __slots__ = ("_made", "_make", "bounds")

    def __init__(
        self,
        bounds: Sequence[tuple[int, AircraftId]],
        make: Callable[[AircraftId], Candidate],
    ) -> None:
        self.bounds = bounds
        self._make = make
        self._made: dict[int, Candidate] = {}

    def __len__(self) -> int:
        """Return how many there are, looked at or not."""
        return len(self.bounds)

    @overload
    def __getitem__(self, place: int) -> Candidate: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Candidate, ...]: ...

    def __getitem__(self, place: int | slice) -> Candidate | tuple[Candidate, ...]:
        """Return the candidate at a place in order of bounds."""
        if isinstance(place, slice):
            return tuple(self[k] for k in range(*place.indices(len(self.bounds))))
        made = self._made.get(place)
        if made is None:
            made = self._made[place] = self._make(self.bounds[place][1])
        return made

    def list_made(self) -> tuple[Candidate, ...]:
        """Return those that were looked at."""
        return tuple(self._made.values())


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
    candidates
        In any order; `Waiting` if they stand at the origin and most need no look.
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
    candidates: Sequence[Candidate]


class Assignment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The aircraft chosen; it positions first if `position_from` is not None."""

    aircraft_id: AircraftId
    off_block_ms: int
    position_from: VertiportId | None
    position_off_block_ms: int


class NoAircraft(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """No aircraft can fly the sortie in its window; the reason of the one that came nearest."""

    reason: str
