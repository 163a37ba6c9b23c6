"""Movements: what a state says of the sorties that carry passengers today, in plain values.

Called where nothing changes meanwhile; what it returns is never changed afterwards.
"""

import msgspec

from aspan.live.board import Board, BoardLine
from aspan.operations.lifecycles import FLYING_SORTIE_PHASES, SortiePhase
from aspan.operations.records import SortieRecord
from aspan.operations.state import State
from aspan.primitives.ids import AircraftId, SortieId, VertiportId

_ON_STAND = (SortiePhase.ASSIGNED, SortiePhase.HELD)


class Movement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One sortie today.

    Parameters
    ----------
    service
        timetable or on_demand; empty sorties are nobody's.
    destination, planned_destination
        Where it goes now, and where it was to go.
    off_block_at_ms, on_block_at_ms
        When it did; None before.
    off_block_expected_ms
        When it did or will, as planned now; wanted time where there is no plan.
    on_block_expected_ms
        Likewise; None where there is no plan.
    seats_taken
        Booked, or aboard.
    cause
        Why it waits, was cancelled or diverted, as the log says it; empty if for nothing.
    """

    sortie_id: SortieId
    service: str
    aircraft_id: AircraftId | None
    origin: VertiportId
    destination: VertiportId
    planned_destination: VertiportId
    phase: SortiePhase
    wanted_off_block_at_ms: int
    off_block_at_ms: int | None
    on_block_at_ms: int | None
    off_block_expected_ms: int
    on_block_expected_ms: int | None
    seats_taken: int
    is_boarding: bool
    is_diverted: bool
    cause: str

    @property
    def is_cancelled(self) -> bool:
        """Whether it will not fly."""
        return self.phase is SortiePhase.CANCELLED

    @property
    def is_with_passengers(self) -> bool:
        """Whether passengers board, may board or are aboard."""
        return self.is_boarding or self.phase in FLYING_SORTIE_PHASES


class SiteHold(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A vertiport from which nothing leaves now, and why."""

    vertiport_id: VertiportId
    cause: str


class Movements(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """All sorties with passengers or room for them, and the sites that hold, at one instant."""

    at_ms: int
    sorties: tuple[Movement, ...]
    holds: tuple[SiteHold, ...]


def list_movements(state: State, board: Board, now_ms: int) -> Movements:
    """Return the movements of the day the board shows, by sortie id."""
    sorties = [
        _tell(state.sorties[sortie_id], line, now_ms)
        for sortie_id, line in sorted(board.lines.items())
        if state.sorties[sortie_id].service != "empty"
    ]
    holds = []
    for site_id, site in sorted(state.sites.items()):
        cause = "departures_held" if site.is_held else site.hold_reason
        if cause:
            holds.append(SiteHold(vertiport_id=site_id, cause=cause))
    return Movements(at_ms=now_ms, sorties=tuple(sorties), holds=tuple(holds))


def _tell(sortie: SortieRecord, line: BoardLine, now_ms: int) -> Movement:
    plan = sortie.assignment
    if line.off_block_at_ms is not None:
        off_ms = line.off_block_at_ms
        on_ms: int | None = line.on_block_at_ms or max(sortie.expected_on_block_ms, now_ms)
    else:
        planned_ms = line.wanted_off_block_at_ms if plan is None else plan.off_block_at_ms
        off_ms = max(planned_ms, now_ms)
        on_ms = None if plan is None else off_ms + plan.on_block_at_ms - plan.off_block_at_ms
    return Movement(
        sortie_id=sortie.sortie_id,
        service=sortie.service,
        aircraft_id=line.aircraft_id,
        origin=sortie.origin,
        destination=sortie.destination,
        planned_destination=sortie.planned_destination,
        phase=sortie.phase,
        wanted_off_block_at_ms=line.wanted_off_block_at_ms,
        off_block_at_ms=line.off_block_at_ms,
        on_block_at_ms=line.on_block_at_ms,
        off_block_expected_ms=off_ms,
        on_block_expected_ms=on_ms,
        seats_taken=line.passengers if sortie.release is not None else sortie.seats_taken,
        is_boarding=sortie.is_boarding and sortie.phase in _ON_STAND,
        is_diverted=sortie.is_diverted,
        cause=sortie.cause or sortie.hold_reason,
    )
