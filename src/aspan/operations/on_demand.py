"""On demand: a sortie made for a party that asks for seats now."""

from aspan.operations import flow
from aspan.operations.bookings import schedule
from aspan.operations.planning import Choice, Refused
from aspan.operations.turn import Turn
from aspan.primitives.ids import SortieId, VertiportId


def schedule_on_demand(
    turn: Turn,
    origin: VertiportId,
    destination: VertiportId,
    choice: Choice,
    *,
    off_block_ms: int,
    latest_off_block_ms: int,
) -> SortieId | Refused:
    """Schedule a sortie and give it the aircraft chosen for it; refused if no slot is left."""
    state, planner = turn.state, turn.planner
    way = planner.find_way(
        origin,
        destination,
        seats=choice.seats,
        soh=state.aircraft[choice.assignment.aircraft_id].soh,
        off_block_ms=off_block_ms,
        latest_off_block_ms=latest_off_block_ms,
        now_ms=turn.at_ms,
    )
    if isinstance(way, Refused):
        return way
    scheduled = schedule(
        state,
        origin,
        destination,
        service="on_demand",
        off_block_ms=way[1].lift_off_at_ms - state.index.taxi_ms,
        at_ms=turn.at_ms,
    )
    turn.tell(scheduled)
    sortie = state.sorties[scheduled.sortie_id]
    refused = flow.carry_out(turn, sortie, choice, latest_off_block_ms)
    if refused is not None:
        flow.cancel(turn, sortie, refused.reason)
        return refused
    return scheduled.sortie_id
