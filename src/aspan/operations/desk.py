"""The desk: whether an action can be taken, what it would touch, and what follows from it.

`preview` changes nothing; `take` puts the action on the log, done or refused, once for each key.
Both ask `find_refusal`, and what follows is worked out by `carry_out`: for the preview on a copy of
the state, so that what is shown is what would happen at that instant.
"""

from math import isfinite
from typing import assert_never

from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations.actions import Consequences, Refusal
from aspan.operations.care import find_choice
from aspan.operations.commands import TakeAction
from aspan.operations.fold_desk import list_sites
from aspan.operations.lifecycles import ENDED_SORTIE_PHASES, FLYING_SORTIE_PHASES, SortiePhase
from aspan.operations.orders import carry_out
from aspan.operations.planning import LEAD_MS, Planner, Refused
from aspan.operations.records import AircraftRecord, SortieRecord
from aspan.operations.touched import find_touched
from aspan.operations.turn import Turn
from aspan.operations.zones import refuse_freeing, refuse_reserving
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId, SortieId, VertiportId

PACE_MAX = 3_600.0
"""Fastest clock the desk may order: an hour a second. Assumed."""


def preview(planner: Planner, action: act.AnyAction, at_ms: int) -> Consequences:
    """Return what an action would touch at an instant, or why it cannot be taken.

    Raises `InvalidInput` for ids and numbers that the service does not know.
    """
    refusal = find_refusal(planner, action, at_ms)
    if refusal is not None:
        return Consequences(
            at_ms=at_ms,
            action=action,
            is_possible=False,
            reason=refusal.reason,
            detail=refusal.detail,
        )
    touched = find_touched(planner, action, at_ms)
    return Consequences(
        at_ms=at_ms,
        action=action,
        is_possible=True,
        sorties=touched.sorties,
        passengers=sum(s.passengers for s in touched.sorties),
        bookings=sum(s.bookings for s in touched.sorties),
        parties=touched.parties,
    )


def take(turn: Turn, command: TakeAction) -> None:
    """Take an action, or refuse it; nothing happens if its key has been used for it before."""
    known = turn.state.actions.get(command.key)
    if known is not None:
        if known.action != command.action:
            raise InvalidInput("key", command.key, "a new key for another action")
        return
    refusal = find_refusal(turn.planner, command.action, turn.at_ms)
    if refusal is not None:
        refused = ev.ActionRefused(
            at_ms=turn.at_ms,
            key=command.key,
            who=command.who,
            why=command.why,
            action=command.action,
            reason=refusal.reason,
            detail=refusal.detail,
        )
        turn.tell(refused)
        return
    taken = ev.ActionTaken(
        at_ms=turn.at_ms,
        key=command.key,
        who=command.who,
        why=command.why,
        action=command.action,
    )
    turn.tell(taken)
    carry_out(turn, command.action)


def find_refusal(planner: Planner, action: act.AnyAction, at_ms: int) -> Refusal | None:
    """Return why an action cannot be taken now, with the ids that go with it; None if it can."""
    match action:
        case act.CloseFato() | act.OpenFato():
            return _refuse_fato(planner, action)
        case act.HoldDepartures() | act.ReleaseDepartures():
            return _refuse_hold(planner, action)
        case act.CancelSortie():
            return _refuse_cancel(planner, action.sortie_id)
        case act.GroundAircraft() | act.ReturnAircraft():
            aircraft = get_aircraft(planner, action.aircraft_id)
            is_grounding = isinstance(action, act.GroundAircraft)
            if bool(aircraft.grounded) != is_grounding:
                return None
            reason = "grounded_already" if is_grounding else "not_grounded"
            return Refusal(reason, f"{action.aircraft_id} {aircraft.grounded}".strip())
        case act.SendEmpty():
            return _refuse_empty(planner, action, at_ms)
        case act.CareForParty():
            return _refuse_care(planner, action, at_ms)
        case act.ReserveZones():
            return refuse_reserving(planner.state, action, at_ms)
        case act.FreeZones():
            return refuse_freeing(planner.state, action)
        case act.SetPace():
            if not (isfinite(action.speed) and 0.0 < action.speed <= PACE_MAX):
                raise InvalidInput("speed", action.speed, f"above 0, to {PACE_MAX:g}")
            return None
        case act.Pause():
            return Refusal("paused_already") if planner.state.is_paused else None
        case act.Resume():
            return None if planner.state.is_paused else Refusal("not_paused")
        case _:
            assert_never(action)


def _refuse_care(planner: Planner, action: act.CareForParty, at_ms: int) -> Refusal | None:
    booking = planner.state.bookings.get(action.booking_id)
    if booking is None:
        raise InvalidInput("booking_id", action.booking_id, "a booking of this service")
    if find_choice(planner, booking, action.remedy, action.sortie_id, at_ms) is not None:
        return None
    return Refusal("remedy_not_open", f"{action.booking_id} {booking.status.value}")


def _refuse_fato(planner: Planner, action: act.CloseFato | act.OpenFato) -> Refusal | None:
    site = planner.state.sites.get(action.vertiport_id)
    if site is None:
        raise InvalidInput("vertiport_id", action.vertiport_id, "a vertiport of the city")
    if action.fato_id not in site.fatos:
        raise InvalidInput("fato_id", action.fato_id, f"a FATO of {action.vertiport_id}")
    is_closing = isinstance(action, act.CloseFato)
    if (action.fato_id in site.closed_fatos) != is_closing:
        return None
    return Refusal("fato_closed_already" if is_closing else "fato_open_already", action.fato_id)


def _refuse_hold(
    planner: Planner, action: act.HoldDepartures | act.ReleaseDepartures
) -> Refusal | None:
    state, site_id = planner.state, action.vertiport_id
    if site_id is not None and site_id not in state.sites:
        raise InvalidInput("vertiport_id", site_id, "a vertiport of the city, or null for all")
    is_holding = isinstance(action, act.HoldDepartures)
    if any(site.is_held != is_holding for site in list_sites(state, site_id)):
        return None
    return Refusal("held_already" if is_holding else "not_held", site_id or "")


def _refuse_cancel(planner: Planner, sortie_id: SortieId) -> Refusal | None:
    sortie = planner.state.sorties.get(sortie_id)
    if sortie is None:
        raise InvalidInput("sortie_id", sortie_id, "a sortie of this service")
    if sortie.phase in ENDED_SORTIE_PHASES:
        return Refusal("sortie_ended", f"{sortie_id} {sortie.phase.value}")
    if sortie.phase in FLYING_SORTIE_PHASES:
        return Refusal("sortie_released", f"{sortie_id} {sortie.phase.value}")
    return None


def get_aircraft(planner: Planner, aircraft_id: AircraftId) -> AircraftRecord:
    """Return an aircraft of the service; `InvalidInput` if there is none of this id."""
    aircraft = planner.state.aircraft.get(aircraft_id)
    if aircraft is None:
        raise InvalidInput("aircraft_id", aircraft_id, "an aircraft of this service")
    return aircraft


def _refuse_empty(planner: Planner, action: act.SendEmpty, at_ms: int) -> Refusal | None:
    """Return why an aircraft cannot be sent: the first thing in its way, as planning would see."""
    state, aircraft = planner.state, get_aircraft(planner, action.aircraft_id)
    if action.destination not in state.sites:
        raise InvalidInput("destination", action.destination, "a vertiport of the city")
    origin = aircraft.vertiport_id
    if aircraft.grounded:
        return Refusal("aircraft_grounded", f"{aircraft.aircraft_id} {aircraft.grounded}")
    if aircraft.sortie_id is not None or origin is None:
        detail = f"{aircraft.aircraft_id} {aircraft.sortie_id or ''}".strip()
        return Refusal("aircraft_flying", detail)
    if aircraft.chain:
        return Refusal("aircraft_committed", f"{aircraft.aircraft_id} {aircraft.chain[0]}")
    if origin == action.destination:
        return Refusal("same_site", origin)
    if (origin, action.destination) not in state.index.lanes:
        return Refusal("no_lane", f"{origin} {action.destination}")
    return _refuse_plan(planner, aircraft, origin, action.destination, at_ms)


def _refuse_plan(
    planner: Planner,
    aircraft: AircraftRecord,
    origin: VertiportId,
    destination: VertiportId,
    at_ms: int,
) -> Refusal | None:
    state, off_ms = planner.state, at_ms + LEAD_MS
    detail = f"{aircraft.aircraft_id} {origin} {destination}"
    obstacle = planner.find_obstacle(origin, destination, now_ms=at_ms, off_block_ms=off_ms)
    if obstacle:
        return Refusal(obstacle, detail)
    there = state.sites[destination]
    if len(there.occupants) + len(there.inbound) >= len(state.index.planned_stands[destination]):
        return Refusal("stand", destination)
    chosen = planner.choose_this(aircraft, origin, destination, earliest_ms=off_ms, now_ms=at_ms)
    if isinstance(chosen, Refused):
        return Refusal(chosen.reason, detail)
    wanted = SortieRecord(
        sortie_id=SortieId(""),
        origin=origin,
        destination=destination,
        planned_destination=destination,
        service="empty",
        phase=SortiePhase.SCHEDULED,
        wanted_off_block_ms=off_ms,
        retry_at_ms=off_ms,
        bookings=[],
        payload_kg_max=0.0,
    )
    planned = planner.assign(
        wanted,
        aircraft,
        off_block_ms=off_ms,
        latest_off_block_ms=off_ms + state.index.rules.service.wait_ms_max,
        now_ms=at_ms,
        seats=0,
    )
    return Refusal(planned.reason, detail) if isinstance(planned, Refused) else None
