"""How events about the fleet, crews and charging are folded."""

from collections.abc import Callable
from typing import Any

from aspan.operations import events as ev
from aspan.operations.lifecycles import SortiePhase
from aspan.operations.records import AircraftRecord, ChargeSession, PilotRecord
from aspan.operations.state import State
from aspan.operations.turnaround import charge_end_ms
from aspan.primitives.errors import ensure
from aspan.primitives.units import MS_PER_H


def _on_service_opened(state: State, event: ev.ServiceOpened) -> None:
    state.is_open = True
    state.policy = event.policy


def _on_registered(state: State, event: ev.AircraftRegistered) -> None:
    occupants = state.sites[event.vertiport_id].occupants
    ensure(event.stand_id not in occupants, f"stand {event.stand_id} is occupied")
    occupants[event.stand_id] = event.aircraft_id
    state.aircraft[event.aircraft_id] = AircraftRecord(
        aircraft_id=event.aircraft_id,
        soh=event.soh,
        soc=event.soc,
        pack_temperature_k=event.pack_temperature_k,
        since_ms=event.at_ms,
        vertiport_id=event.vertiport_id,
        stand_id=event.stand_id,
        chain=[],
        approvals=[],
    )
    state.flyable += 1
    state.soh_min = min(state.soh_min, event.soh)
    state.set_tail(state.aircraft[event.aircraft_id])


def _on_approval(state: State, event: ev.ApprovalRecorded) -> None:
    state.aircraft[event.aircraft_id].approvals.append(event)


def _on_day_opened(state: State, event: ev.DayOpened) -> None:
    state.date = event.date
    state.service_from_ms = event.service_from_ms
    state.service_until_ms = event.service_until_ms
    for aircraft in state.aircraft.values():
        aircraft.pilots_used = 0
    state.prune(event.at_ms)
    state.expected_rates = {(o, d): rates for o, d, rates in event.expected_rates}


def _on_duty_started(state: State, event: ev.DutyStarted) -> None:
    aircraft = state.aircraft[event.aircraft_id]
    ensure(aircraft.pilot is None, f"{event.aircraft_id} has a pilot already")
    aircraft.pilot = PilotRecord(
        pilot_id=event.pilot_id,
        duty_from_ms=event.duty_from_ms,
        stretch_from_ms=event.duty_from_ms,
        last_on_block_ms=event.duty_from_ms,
    )
    aircraft.pilots_used += 1


def _on_duty_ended(state: State, event: ev.DutyEnded) -> None:
    aircraft = state.aircraft[event.aircraft_id]
    ensure(aircraft.sortie_id is None, f"duty of {event.pilot_id} ended in flight")
    aircraft.pilot = None


def _on_charge_started(state: State, event: ev.ChargeStarted) -> None:
    aircraft = state.aircraft[event.aircraft_id]
    feeding = state.sites[event.vertiport_id].feeding
    ensure(event.charger_id not in feeding, f"charger {event.charger_id} is in use")
    feeding[event.charger_id] = event.aircraft_id
    aircraft.charge = ChargeSession(
        charger_id=event.charger_id,
        stand_id=event.stand_id,
        started_at_ms=event.at_ms,
        soc_start=event.soc,
        soc_target=event.soc_target,
        power_kw=event.power_kw,
        from_ms=event.at_ms,
        soc_from=event.soc,
    )
    state.set_timer(charge_end_ms(state, aircraft), "charged", event.aircraft_id)


def _on_reallocated(state: State, event: ev.ChargingReallocated) -> None:
    feeding = state.sites[event.vertiport_id].feeding
    for charger_id, power_kw, soc in event.allocations:
        aircraft = state.aircraft[feeding[charger_id]]
        session = aircraft.charge
        ensure(session is not None, f"charger {charger_id} feeds nobody")
        if session is not None:
            session.power_kw = power_kw
            session.from_ms = event.at_ms
            session.soc_from = soc
            state.set_timer(charge_end_ms(state, aircraft), "charged", aircraft.aircraft_id)


def _on_charge_ended(state: State, event: ev.ChargeEnded) -> None:
    aircraft = state.aircraft[event.aircraft_id]
    ensure(event.energy_kwh >= 0.0, f"{event.aircraft_id}: charge {event.energy_kwh} kWh")
    del state.sites[event.vertiport_id].feeding[event.charger_id]
    aircraft.charge = None
    aircraft.soc = event.soc
    state.clear_timer("charged", event.aircraft_id)


def _on_departures_held(state: State, event: ev.DeparturesHeld) -> None:
    state.sites[event.vertiport_id].hold_reason = event.reason


def _on_departures_resumed(state: State, event: ev.DeparturesResumed) -> None:
    """Let what waits for the weather of a site look again now, not only at the next full hour.

    At a full hour it looks by itself: hourly reports come in then, one place after the other.
    """
    state.sites[event.vertiport_id].hold_reason = ""
    if event.at_ms % MS_PER_H == 0:
        return
    for sortie in state.live_sorties.values():
        if (
            sortie.hold_reason.startswith("weather")
            and sortie.phase in (SortiePhase.HELD, SortiePhase.SCHEDULED)
            and event.vertiport_id in (sortie.origin, sortie.destination)
        ):
            state.set_timer(event.at_ms, "assign", sortie.sortie_id)


GROUND_FOLDS: dict[type[ev.Event], Callable[[State, Any], None]] = {
    ev.ServiceOpened: _on_service_opened,
    ev.AircraftRegistered: _on_registered,
    ev.ApprovalRecorded: _on_approval,
    ev.DayOpened: _on_day_opened,
    ev.DutyStarted: _on_duty_started,
    ev.DutyEnded: _on_duty_ended,
    ev.ChargeStarted: _on_charge_started,
    ev.ChargingReallocated: _on_reallocated,
    ev.ChargeEnded: _on_charge_ended,
    ev.DeparturesHeld: _on_departures_held,
    ev.DeparturesResumed: _on_departures_resumed,
}
