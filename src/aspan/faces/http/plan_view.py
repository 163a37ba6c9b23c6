"""What the engine has planned from now on, in plain numbers; read in the engine's own thread."""

import msgspec

from aspan.faces.http.orders_view import find_wait_reason
from aspan.faces.http.reasons import name_reason
from aspan.operations.records import SortieRecord
from aspan.operations.state import State
from aspan.operations.turnaround import charge_end_ms
from aspan.primitives.ids import AircraftId, SortieId, StandId, VertiportId


class PlannedSortie(msgspec.Struct, frozen=True, kw_only=True):
    """A sortie with aircraft and slots: when it is planned to do what.

    Parameters
    ----------
    stand_id
        Where it will stand; None until it is released.
    """

    sortie_id: SortieId
    aircraft_id: AircraftId
    origin: VertiportId
    destination: VertiportId
    stand_id: StandId | None
    boarding_ms: int
    off_block_ms: int
    lift_off_ms: int
    touchdown_ms: int
    on_block_ms: int
    passengers: int


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The plans as they stand.

    Parameters
    ----------
    sorties
        Of each aircraft, in the order it flies them.
    charged_ms
        When the charging under way is done, by aircraft.
    waiting
        Why sorties that have not left wait.
    """

    now_ms: int
    sorties: dict[AircraftId, tuple[PlannedSortie, ...]]
    charged_ms: dict[AircraftId, int]
    waiting: dict[SortieId, str] = {}


def read_plan(state: State, now_ms: int) -> Plan:
    """Return what is planned at an instant that is not before the last event."""
    return Plan(
        now_ms=now_ms,
        sorties={
            aircraft_id: tuple(
                planned
                for sortie_id in aircraft.chain
                if (planned := _read(state, aircraft_id, state.sorties[sortie_id])) is not None
            )
            for aircraft_id, aircraft in sorted(state.aircraft.items())
        },
        charged_ms={
            aircraft_id: charge_end_ms(state, aircraft)
            for aircraft_id, aircraft in sorted(state.aircraft.items())
            if aircraft.charge is not None
        },
        waiting={
            sortie_id: name_reason(reason)
            for sortie_id, sortie in sorted(state.live_sorties.items())
            if (reason := find_wait_reason(state, sortie, now_ms))
        },
    )


def _read(state: State, aircraft_id: AircraftId, sortie: SortieRecord) -> PlannedSortie | None:
    plan = sortie.assignment
    if plan is None:
        return None
    return PlannedSortie(
        sortie_id=sortie.sortie_id,
        aircraft_id=aircraft_id,
        origin=sortie.origin,
        destination=sortie.destination,
        stand_id=sortie.stand_id,
        boarding_ms=plan.off_block_at_ms - (state.index.boarding_ms if sortie.seats_taken else 0),
        off_block_ms=plan.off_block_at_ms,
        lift_off_ms=plan.lift_off_at_ms,
        touchdown_ms=sortie.touchdown_ms,
        on_block_ms=sortie.expected_on_block_ms,
        passengers=sortie.seats_taken,
    )
