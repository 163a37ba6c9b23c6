"""The fold: how each event changes the state. It decides nothing and reads no clock."""

from collections.abc import Callable
from typing import Any

from aspan.airspace.deconfliction import Intent
from aspan.airspace.trajectory import trajectory_from_offsets
from aspan.operations import events as ev
from aspan.operations.fold_ahead import AHEAD_FOLDS, return_slots
from aspan.operations.fold_bookings import BOOKING_FOLDS
from aspan.operations.fold_care import with_care
from aspan.operations.fold_desk import DESK_FOLDS
from aspan.operations.fold_ground import GROUND_FOLDS
from aspan.operations.fold_payments import PAYMENT_FOLDS
from aspan.operations.lifecycles import FLYING_SORTIE_PHASES, SortiePhase, next_sortie_phase
from aspan.operations.records import SortieRecord
from aspan.operations.sales_events import RemedyChosen, SaleRefused
from aspan.operations.seating import boarding_ms
from aspan.operations.state import State
from aspan.primitives.errors import ensure
from aspan.primitives.ids import AircraftId, SortieId, VertiportId
from aspan.primitives.units import MS_PER_H


def apply(state: State, event: ev.Event) -> None:
    """Fold one event into the state."""
    if event.at_ms < state.now_ms:  # Words are made of an event only when they are needed.
        ensure(False, f"{event} is earlier than {state.now_ms}")
    state.now_ms = event.at_ms
    state.events += 1
    FOLDS[type(event)](state, event)


def _move(state: State, sortie: SortieRecord, event: ev.Event) -> None:
    sortie.phase = next_sortie_phase(sortie.sortie_id, sortie.phase, type(event))


def _on_scheduled(state: State, event: ev.SortieScheduled) -> None:
    sortie = SortieRecord(
        sortie_id=event.sortie_id,
        origin=event.origin,
        destination=event.destination,
        planned_destination=event.destination,
        service=event.service,
        phase=SortiePhase.SCHEDULED,
        wanted_off_block_ms=event.off_block_at_ms,
        retry_at_ms=event.assign_at_ms,
        bookings=[],
        payload_kg_max=state.index.city.aircraft_type.payload_kg_max,
    )
    state.sorties[event.sortie_id] = sortie
    state.live_sorties[event.sortie_id] = sortie
    state.set_timer(event.assign_at_ms, "assign", event.sortie_id)


def _on_assigned(state: State, event: ev.SortieAssigned) -> None:
    index = state.index
    sortie = state.sorties[event.sortie_id]
    _move(state, sortie, event)
    if sortie.aircraft_id is None:
        aircraft = state.aircraft[event.aircraft_id]
        aircraft.chain.append(event.sortie_id)
        state.set_tail(aircraft)
    sortie.aircraft_id = event.aircraft_id
    sortie.assignment = event
    state.live_sorties.retime(sortie)
    sortie.version = event.version
    sortie.payload_kg_max = event.payload_kg_max
    sortie.hold_reason = ""
    sortie.expected_on_block_ms = event.on_block_at_ms
    sortie.landing_fato_id = event.destination_fato_id
    sortie.touchdown_ms = event.touchdown_at_ms
    lane = index.network.get(event.lane_id)
    trajectory = trajectory_from_offsets(lane, event.vertex_offsets_ms)
    sortie.trajectory = trajectory
    state.reservations.reserve(event.sortie_id, lane, trajectory, event.lift_off_at_ms)
    state.intents.add(Intent(event.sortie_id, trajectory, event.lift_off_at_ms))
    origin = state.sites[sortie.origin]
    destination = state.sites[sortie.destination]
    start, end = index.slot(index.departure_use(event.lift_off_at_ms))
    origin.fatos[event.origin_fato_id].reserve(event.sortie_id, start, end)
    start, end = index.slot(index.arrival_use(event.touchdown_at_ms))
    destination.fatos[event.destination_fato_id].reserve(event.sortie_id, start, end)
    destination.inbound[event.sortie_id] = None
    state.clear_timer("assign", event.sortie_id)
    state.set_timer(event.off_block_at_ms, "release", event.sortie_id)
    if sortie.seats_taken and not sortie.is_boarding:
        _set_boarding(state, sortie)


def _set_boarding(state: State, sortie: SortieRecord) -> None:
    plan = sortie.assignment
    if plan is not None and not sortie.is_boarding:
        at_ms = max(state.now_ms, plan.off_block_at_ms - boarding_ms(state, sortie))
        state.set_timer(at_ms, "board", sortie.sortie_id)


def _give_back(state: State, sortie: SortieRecord) -> None:
    """Free the lane cells and FATO slots that a plan holds."""
    plan = sortie.assignment
    if plan is None:
        return
    state.reservations.release(sortie.sortie_id)
    state.intents.remove(sortie.sortie_id)
    state.sites[sortie.origin].fatos[plan.origin_fato_id].release(sortie.sortie_id)
    destination = state.sites[sortie.destination]
    if sortie.landing_fato_id is not None:
        destination.fatos[sortie.landing_fato_id].release(sortie.sortie_id)
    destination.inbound.pop(sortie.sortie_id, None)
    sortie.assignment = None
    state.live_sorties.retime(sortie)
    sortie.trajectory = None
    sortie.landing_fato_id = None
    state.clear_timer("release", sortie.sortie_id)
    state.clear_timer("board", sortie.sortie_id)


def _on_held(state: State, event: ev.SortieHeld) -> None:
    sortie = state.sorties[event.sortie_id]
    _move(state, sortie, event)
    _give_back(state, sortie)
    sortie.hold_reason = event.reason
    sortie.retry_at_ms = event.retry_at_ms
    sortie.expected_on_block_ms = max(sortie.expected_on_block_ms, event.retry_at_ms)
    state.set_timer(event.retry_at_ms, "assign", event.sortie_id)


def _leave_chain(state: State, sortie: SortieRecord) -> None:
    if sortie.aircraft_id is not None:
        aircraft = state.aircraft[sortie.aircraft_id]
        aircraft.chain.remove(sortie.sortie_id)
        state.set_tail(aircraft)
        sortie.aircraft_id = None


def _on_unassigned(state: State, event: ev.SortieUnassigned) -> None:
    sortie = state.sorties[event.sortie_id]
    _move(state, sortie, event)
    _give_back(state, sortie)
    _leave_chain(state, sortie)
    sortie.hold_reason = event.reason
    sortie.retry_at_ms = event.retry_at_ms
    state.set_timer(event.retry_at_ms, "assign", event.sortie_id)


def _on_cancelled(state: State, event: ev.SortieCancelled) -> None:
    sortie = state.sorties[event.sortie_id]
    _move(state, sortie, event)
    _give_back(state, sortie)
    _leave_chain(state, sortie)
    return_slots(state, sortie)
    sortie.cause = event.cause
    state.clear_timer("assign", event.sortie_id)
    del state.live_sorties[event.sortie_id]


def _on_boarding(state: State, event: ev.BoardingStarted) -> None:
    sortie = state.sorties[event.sortie_id]
    sortie.is_boarding = True
    sortie.called_at_ms = event.at_ms


def _on_released(state: State, event: ev.SortieReleased) -> None:
    sortie = state.sorties[event.sortie_id]
    _move(state, sortie, event)
    sortie.release = event
    sortie.stand_id = event.stand_id
    destination = state.sites[sortie.destination]
    ensure(event.stand_id not in destination.holds, f"stand {event.stand_id} is held already")
    destination.holds[event.stand_id] = event.sortie_id
    claims = state.sites[event.alternate_id].claims
    claims[sortie.destination] = claims.get(sortie.destination, 0) + 1


def _on_off_block(state: State, event: ev.SortieOffBlock) -> None:
    sortie = state.sorties[event.sortie_id]
    _move(state, sortie, event)
    aircraft = state.aircraft[_known(sortie)]
    ensure(aircraft.vertiport_id == sortie.origin, f"{aircraft.aircraft_id} is not at the origin")
    ensure(aircraft.charge is None, f"{aircraft.aircraft_id} went off-block while charging")
    ensure(aircraft.chain[0] == event.sortie_id, f"{event.sortie_id} is not next in its chain")
    if aircraft.stand_id is not None:
        del state.sites[sortie.origin].occupants[aircraft.stand_id]
    aircraft.vertiport_id = None
    aircraft.stand_id = None
    aircraft.sortie_id = event.sortie_id
    aircraft.soc = event.soc
    aircraft.pack_temperature_k = event.pack_temperature_k
    aircraft.since_ms = event.at_ms


def _known(sortie: SortieRecord) -> AircraftId:
    ensure(sortie.aircraft_id is not None, f"sortie {sortie.sortie_id} has no aircraft")
    return sortie.aircraft_id or AircraftId("")


def _on_lifted_off(state: State, event: ev.SortieLiftedOff) -> None:
    sortie = state.sorties[event.sortie_id]
    _move(state, sortie, event)
    state.aircraft[_known(sortie)].soc = event.soc


def _on_diverted(state: State, event: ev.SortieDiverted) -> None:
    sortie = state.sorties[event.sortie_id]
    ensure(sortie.phase in FLYING_SORTIE_PHASES, f"{event.sortie_id} diverted on the ground")
    ensure(sortie.release is not None, f"{event.sortie_id} was not released")
    if sortie.release is None or sortie.stand_id is None:
        return
    old = state.sites[sortie.destination]
    old.holds.pop(sortie.stand_id, None)
    old.inbound.pop(event.sortie_id, None)
    if sortie.landing_fato_id is not None:
        old.fatos[sortie.landing_fato_id].release(event.sortie_id)
    _drop_claim(state, sortie)
    lane = state.index.network.get(event.lane_id)
    trajectory = trajectory_from_offsets(lane, event.vertex_offsets_ms)
    part, from_ms = second_part(event.sortie_id), event.virtual_lift_off_at_ms
    state.reservations.reserve(part, lane, trajectory, from_ms)
    state.intents.add(Intent(part, trajectory, from_ms))
    new = state.sites[event.destination]
    start, end = state.index.slot(state.index.arrival_use(event.touchdown_at_ms))
    new.fatos[event.destination_fato_id].reserve(event.sortie_id, start, end)
    new.holds[event.stand_id] = event.sortie_id
    new.inbound[event.sortie_id] = None
    sortie.destination = event.destination
    sortie.landing_fato_id = event.destination_fato_id
    sortie.touchdown_ms = event.touchdown_at_ms
    state.set_tail(state.aircraft[_known(sortie)])
    sortie.stand_id = event.stand_id
    sortie.is_diverted = True
    sortie.cause = event.cause
    sortie.version = event.version
    sortie.expected_on_block_ms = event.on_block_at_ms


def second_part(sortie_id: SortieId) -> SortieId:
    """Return the name under which a diverted sortie holds the cells of its second lane."""
    return SortieId(f"{sortie_id}/2")


def _drop_claim(state: State, sortie: SortieRecord) -> None:
    if sortie.release is not None and not sortie.is_diverted:
        claims = state.sites[sortie.release.alternate_id].claims
        claims[sortie.planned_destination] -= 1


def _on_touched_down(state: State, event: ev.SortieTouchedDown) -> None:
    sortie = state.sorties[event.sortie_id]
    _move(state, sortie, event)
    state.aircraft[_known(sortie)].soc = event.soc
    _drop_claim(state, sortie)


def _on_on_block(state: State, event: ev.SortieOnBlock) -> None:
    sortie = state.sorties[event.sortie_id]
    _move(state, sortie, event)
    aircraft = state.aircraft[_known(sortie)]
    site = state.sites[sortie.destination]
    ensure(event.stand_id not in site.occupants, f"stand {event.stand_id} is occupied")
    site.holds.pop(event.stand_id)
    site.inbound.pop(event.sortie_id, None)
    site.occupants[event.stand_id] = aircraft.aircraft_id
    aircraft.vertiport_id = sortie.destination
    aircraft.stand_id = event.stand_id
    aircraft.sortie_id = None
    aircraft.soc = event.soc
    aircraft.pack_temperature_k = event.pack_temperature_k
    aircraft.since_ms = event.at_ms
    aircraft.chain.remove(event.sortie_id)
    state.set_tail(aircraft)
    for part in (event.sortie_id, second_part(event.sortie_id)):
        state.reservations.release(part)
        state.intents.remove(part)
    _log_sector(state, sortie, event.at_ms)
    del state.live_sorties[event.sortie_id]


def _log_sector(state: State, sortie: SortieRecord, on_block_ms: int) -> None:
    aircraft, release = state.aircraft[_known(sortie)], sortie.release
    if release is None:
        return
    off_block_ms = release.at_ms
    aircraft.flown_ms += on_block_ms - off_block_ms
    pilot = aircraft.pilot
    if pilot is None:
        return
    rest_ms = off_block_ms - pilot.last_on_block_ms
    if rest_ms >= state.index.rules.pilot_duty.break_ms_min:
        pilot.stretch_from_ms = off_block_ms
    pilot.last_on_block_ms = on_block_ms
    pilot.flight_ms += on_block_ms - off_block_ms
    pilot.sectors += 1


def _on_report(state: State, event: ev.WeatherReported) -> None:
    site = state.sites[VertiportId(event.weather.place_id)]
    site.report = event.weather
    state.reports += 1
    site.forecasts = {h: f for h, f in site.forecasts.items() if h >= event.at_ms - MS_PER_H}


def _on_forecast(state: State, event: ev.ForecastIssued) -> None:
    for forecast in event.forecasts:
        expected = forecast.expected
        site = state.sites[VertiportId(expected.place_id)]
        site.forecasts[expected.at_ms] = forecast
    state.reports += 1


def _nothing(state: State, event: ev.Event) -> None:
    """Fold an event that is told and changes nothing."""


FOLDS: dict[type[ev.Event], Callable[[State, Any], None]] = {
    ev.SortieScheduled: _on_scheduled,
    ev.SortieAssigned: _on_assigned,
    ev.SortieHeld: _on_held,
    ev.SortieUnassigned: _on_unassigned,
    ev.SortieCancelled: _on_cancelled,
    ev.BoardingStarted: _on_boarding,
    ev.SortieReleased: _on_released,
    ev.SortieOffBlock: _on_off_block,
    ev.SortieLiftedOff: _on_lifted_off,
    ev.SortieDeviated: _nothing,
    ev.EmergencyDeclared: _nothing,
    ev.SortieDiverted: _on_diverted,
    ev.SortieTouchedDown: _on_touched_down,
    ev.SortieOnBlock: _on_on_block,
    ev.WeatherReported: _on_report,
    ev.ForecastIssued: _on_forecast,
    SaleRefused: _nothing,
    RemedyChosen: _nothing,
    **GROUND_FOLDS,
    **with_care(BOOKING_FOLDS),
    **PAYMENT_FOLDS,
    **AHEAD_FOLDS,
    **DESK_FOLDS,
}
"""How each event is folded, by its type."""
