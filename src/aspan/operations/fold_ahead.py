"""How slots of sorties sold ahead are folded: kept by the name of the sortie, as a plan's are."""

from collections.abc import Callable
from typing import Any

from aspan.airspace.deconfliction import Intent
from aspan.airspace.trajectory import trajectory_from_offsets
from aspan.operations import events as ev
from aspan.operations.records import SortieRecord
from aspan.operations.sales_events import SlotsReturned, SortieSlotted
from aspan.operations.state import State


def _on_slotted(state: State, event: SortieSlotted) -> None:
    sortie = state.sorties[event.sortie_id]
    lane = state.index.network.get(event.lane_id)
    trajectory = trajectory_from_offsets(lane, event.vertex_offsets_ms)
    state.reservations.reserve(event.sortie_id, lane, trajectory, event.lift_off_at_ms)
    state.intents.add(Intent(event.sortie_id, trajectory, event.lift_off_at_ms))
    start, end = state.index.slot(state.index.departure_use(event.lift_off_at_ms))
    here, there = state.sites[sortie.origin], state.sites[sortie.destination]
    here.fatos[event.origin_fato_id].reserve(event.sortie_id, start, end)
    start, end = state.index.slot(state.index.arrival_use(event.touchdown_at_ms))
    there.fatos[event.destination_fato_id].reserve(event.sortie_id, start, end)
    sortie.slotted = event
    sortie.payload_kg_max = event.payload_kg_max
    sortie.expected_on_block_ms = event.on_block_at_ms
    busy_from_ms = event.off_block_at_ms - state.index.turnaround_ms
    state.ahead.add(event.sortie_id, busy_from_ms, event.busy_until_ms)


def return_slots(state: State, sortie: SortieRecord) -> None:
    """Free what a sortie sold ahead keeps; nothing happens if it keeps nothing."""
    slotted = sortie.slotted
    if slotted is None:
        return
    state.reservations.release(sortie.sortie_id)
    state.intents.remove(sortie.sortie_id)
    state.sites[sortie.origin].fatos[slotted.origin_fato_id].release(sortie.sortie_id)
    state.sites[sortie.destination].fatos[slotted.destination_fato_id].release(sortie.sortie_id)
    state.ahead.remove(sortie.sortie_id)
    sortie.slotted = None


def _on_returned(state: State, event: SlotsReturned) -> None:
    return_slots(state, state.sorties[event.sortie_id])


AHEAD_FOLDS: dict[type[ev.Event], Callable[[State, Any], None]] = {
    SortieSlotted: _on_slotted,
    SlotsReturned: _on_returned,
}
