"""What an action of the desk would touch, sortie by sortie and party by party, as things stand.

What becomes of each follows from the events of a trial (`trial.py`); which sorties wait, go on or
may leave, although no event says so, is looked up in the state.
"""

import msgspec

from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations.actions import FATO_CLOSED, HELD_BY_DESK, TouchedParty, TouchedSortie
from aspan.operations.arrival_energy import find_above_reserve_kwh
from aspan.operations.bookings import off_block_of
from aspan.operations.care import find_ride_from
from aspan.operations.diversion import list_landing
from aspan.operations.flow import is_unwanted
from aspan.operations.fold_desk import list_waiting
from aspan.operations.lifecycles import FLYING_SORTIE_PHASES, SortiePhase
from aspan.operations.orders import list_on_fato
from aspan.operations.planning import Planner
from aspan.operations.records import BookingRecord, SortieRecord
from aspan.operations.sales_events import RideProvided
from aspan.operations.state import State
from aspan.operations.trial import Trial, try_action
from aspan.operations.zones import list_kept_waiting
from aspan.primitives.ids import BookingId, FatoId, SortieId, VertiportId

WAITING_PHASES = (SortiePhase.SCHEDULED, SortiePhase.ASSIGNED, SortiePhase.HELD)
LEAVING_PHASES = (SortiePhase.RELEASED, SortiePhase.TAXIING_OUT)
UNPLANNED_PHASES = (SortiePhase.SCHEDULED, SortiePhase.HELD)

EFFECTS: dict[type[ev.Event], str] = {
    ev.SortieScheduled: "new",
    ev.SortieUnassigned: "reassigned",
    ev.SortieCancelled: "cancelled",
    ev.LandingMoved: "other_fato",
    ev.SortieDiverted: "diverted",
    ev.EmergencyDeclared: "emergency",
}
"""What is said of a sortie that an event of the trial is about; the last one counts."""


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """Sorties that an action would touch, by id, and the parties booked on them."""

    sorties: tuple[TouchedSortie, ...]
    parties: tuple[TouchedParty, ...]


def find_touched(planner: Planner, action: act.AnyAction, at_ms: int) -> Touched:
    """Return what an action that is not refused would touch; nothing for the clock's."""
    trial = try_action(planner, action, at_ms)
    effects = _list_looked_up(planner.state, action, at_ms)
    for event in trial.events:
        effect = EFFECTS.get(type(event))
        sortie_id: SortieId | None = getattr(event, "sortie_id", None)
        if effect is not None and sortie_id is not None:
            effects[sortie_id] = effect
    for sortie_id, effect in effects.items():
        if effect == "keeps" and _is_left_by_all(trial.after, sortie_id):
            effects[sortie_id] = "emptied"
    ids = sorted(effects)
    return Touched(
        sorties=tuple(_describe(planner.state, trial, s, effects[s]) for s in ids),
        parties=tuple(p for s in ids for p in _list_parties(planner.state, trial, s, effects[s])),
    )


def _list_looked_up(state: State, action: act.AnyAction, at_ms: int) -> dict[SortieId, str]:
    """Return the sorties that an action is about although no event of theirs follows at once."""
    match action:
        case act.CloseFato():
            return _closing(state, action.vertiport_id, action.fato_id)
        case act.OpenFato():
            waiting = list_waiting(state, FATO_CLOSED, action.vertiport_id)
            return {s.sortie_id: "released" for s in waiting}
        case act.HoldDepartures():
            return _holding(state, action.vertiport_id, at_ms)
        case act.ReleaseDepartures():
            waiting = list_waiting(state, HELD_BY_DESK, action.vertiport_id)
            return {s.sortie_id: "released" for s in waiting}
        case act.ReserveZones():
            return dict.fromkeys(list_kept_waiting(state, action), "waits")
        case act.CareForParty():
            return {state.bookings[action.booking_id].sortie_id: "keeps"}
        case act.GroundAircraft():
            chain = state.aircraft[action.aircraft_id].chain
            flying = [s for s in chain if state.sorties[s].phase in FLYING_SORTIE_PHASES]
            return dict.fromkeys(flying, "flies_on")
        case _:
            return {}


def _is_left_by_all(state: State, sortie_id: SortieId) -> bool:
    """Say whether a sortie without an aircraft will get none, as nobody is booked on it."""
    sortie = state.sorties[sortie_id]
    return sortie.aircraft_id is None and is_unwanted(state, sortie)


def _closing(state: State, site_id: VertiportId, fato_id: FatoId) -> dict[SortieId, str]:
    site = state.sites[site_id]
    is_last = all(f == fato_id or f in site.closed_fatos for f in site.fatos)
    effect = "waits" if is_last else "other_fato"
    found = {s.sortie_id: effect for s in list_on_fato(state, site_id, fato_id)}
    for sortie in state.live_sorties.values():
        plan = sortie.assignment
        if sortie.origin != site_id or sortie.phase not in LEAVING_PHASES or plan is None:
            continue
        if plan.origin_fato_id == fato_id:
            found[sortie.sortie_id] = "flies_on"
    found.update((s.sortie_id, "flies_on") for s in list_landing(state, site_id, fato_id))
    return found


def _holding(state: State, site_id: VertiportId | None, at_ms: int) -> dict[SortieId, str]:
    until_ms = at_ms + state.index.rules.service.delay_ms_max
    found = {}
    for sortie in state.live_sorties.values():
        if site_id not in (None, sortie.origin):
            continue
        if sortie.phase in LEAVING_PHASES:
            found[sortie.sortie_id] = "flies_on"
        elif sortie.phase in WAITING_PHASES and off_block_of(sortie) < until_ms:
            is_wanted = bool(sortie.bookings) or sortie.aircraft_id is not None
            if is_wanted:
                found[sortie.sortie_id] = "waits"
    return found


def _find_event(trial: Trial, kind: type[ev.Event], sortie_id: SortieId) -> ev.Event | None:
    for event in trial.events:
        if isinstance(event, kind) and getattr(event, "sortie_id", None) == sortie_id:
            return event
    return None


def _describe(state: State, trial: Trial, sortie_id: SortieId, effect: str) -> TouchedSortie:
    sortie = state.sorties.get(sortie_id) or trial.after.sorties[sortie_id]
    lands_at: VertiportId | None = None
    lands_at_ms: int | None = None
    above_kwh: float | None = None
    diverted = _find_event(trial, ev.SortieDiverted, sortie_id)
    if isinstance(diverted, ev.SortieDiverted):
        lands_at, lands_at_ms = diverted.destination, diverted.touchdown_at_ms
        above_kwh = find_above_reserve_kwh(state, sortie, diverted)
    elif effect == "new":
        lands_at, lands_at_ms = sortie.destination, sortie.touchdown_ms
    return TouchedSortie(
        sortie_id=sortie_id,
        aircraft_id=sortie.aircraft_id,
        origin=sortie.origin,
        destination=sortie.destination,
        off_block_at_ms=off_block_of(sortie),
        passengers=sortie.seats_taken,
        bookings=len(sortie.bookings),
        effect=effect,
        lands_at=lands_at,
        lands_at_ms=lands_at_ms,
        above_reserve_kwh=above_kwh,
    )


def _list_parties(
    state: State, trial: Trial, sortie_id: SortieId, effect: str
) -> list[TouchedParty]:
    """Return what becomes of the parties of a touched sortie, in the order of their booking."""
    sortie = state.sorties.get(sortie_id)
    if sortie is None:
        return []
    told: dict[BookingId, ev.Event] = {}
    for event in trial.events:
        booking_id: BookingId | None = getattr(event, "booking_id", None)
        if booking_id is not None:
            told[booking_id] = event
    return [
        _follow(state, trial, sortie, state.bookings[b], told.get(b), effect)
        for b in sortie.bookings
    ]


def _follow(
    state: State,
    trial: Trial,
    sortie: SortieRecord,
    booking: BookingRecord,
    told: ev.Event | None,
    effect: str,
) -> TouchedParty:
    """Return what becomes of one party, by the event about it or else by that of its sortie."""
    as_is = TouchedParty(
        booking_id=booking.booking_id,
        sortie_id=sortie.sortie_id,
        party=booking.party,
        outcome="keeps",
    )
    change = msgspec.structs.replace
    if isinstance(told, ev.BookingRebooked):
        return change(
            as_is,
            outcome="rebooked",
            to_sortie_id=told.sortie_id,
            off_block_at_ms=told.off_block_at_ms,
            later_ms=told.off_block_at_ms - off_block_of(sortie),
            promised_arrival_at_ms=told.promised_arrival_at_ms,
        )
    if isinstance(told, RideProvided):
        return change(
            as_is,
            outcome="driven",
            refund_tiyn=told.refund_tiyn,
            ride_at_ms=told.leaves_at_ms,
            ride_arrives_at_ms=told.arrives_at_ms,
            ride_tiyn=told.cost_tiyn,
        )
    if isinstance(told, ev.BookingCancelled):
        return change(as_is, outcome="refunded", refund_tiyn=told.refund_tiyn)
    after = trial.after.sorties[sortie.sortie_id]
    if after.is_diverted and effect == "diverted":
        return _follow_diverted(trial, after, booking, as_is)
    if effect == "waits" or (after.phase in UNPLANNED_PHASES and effect != "released"):
        latest_ms = sortie.wanted_off_block_ms + state.index.rules.service.delay_ms_max
        return change(as_is, outcome="waits", latest_off_block_at_ms=latest_ms)
    return as_is


def _follow_diverted(
    trial: Trial, after: SortieRecord, booking: BookingRecord, as_is: TouchedParty
) -> TouchedParty:
    """Return what becomes of a party whose sortie will set it down elsewhere."""
    down = msgspec.structs.replace(
        as_is, outcome="set_down", lands_at=after.destination, refund_tiyn=booking.fare_tiyn
    )
    ride = find_ride_from(trial.after, booking, after, now_ms=after.expected_on_block_ms)
    if ride is None:
        return down
    return msgspec.structs.replace(
        down,
        ride_at_ms=ride.option.leaves_at_ms,
        ride_arrives_at_ms=ride.option.arrives_at_ms,
        ride_tiyn=ride.option.cost_tiyn,
    )
