"""The flow of sorties: assigned, boarded, released or held, flown, turned round, cancelled."""

from collections.abc import Callable

from aspan.dispatch.problem import Assignment
from aspan.operations import commands as cmd
from aspan.operations import events as ev
from aspan.operations.actions import HELD_BY_DESK
from aspan.operations.bookings import board, off_block_of, schedule
from aspan.operations.crews import plan_relief
from aspan.operations.legs import LegRefused
from aspan.operations.lifecycles import SortiePhase
from aspan.operations.payments import settle
from aspan.operations.planning import LEAD_MS, Choice, Refused
from aspan.operations.records import AircraftRecord, BookingRecord, SortieRecord
from aspan.operations.release import Hold, plan_release
from aspan.operations.sales_events import SlotsReturned
from aspan.operations.state import State
from aspan.operations.turn import Stranded, Turn
from aspan.operations.turnaround import (
    end_charge,
    find_charger,
    is_leaving,
    list_waiting_for_charge,
    soc_at,
    start_charge,
)
from aspan.primitives.ids import AircraftId, SortieId, VertiportId
from aspan.primitives.units import MS_PER_MIN

SetDown = Callable[[Turn, SortieRecord, BookingRecord], None]
"""What becomes of each party of a sortie that is on block (`care.set_down`)."""

ASSIGN_RETRY_MS = 5 * MS_PER_MIN
"""A sortie without aircraft looks for one again after this long. Assumed."""

CHARGE_MARGIN_SOC = 0.03
"""Charged beyond what the next leg needs, for what a report may change. Assumed: about 4 kWh."""


def assign_due(turn: Turn, sortie_id: SortieId) -> None:
    """Give a wanted sortie its aircraft, or a held one a new plan, or end it."""
    sortie = turn.state.live_sorties.get(sortie_id)
    if sortie is None:
        return
    if sortie.phase is SortiePhase.HELD:
        _replan(turn, sortie)
    elif sortie.phase is SortiePhase.SCHEDULED:
        _assign(turn, sortie)


def is_unwanted(state: State, sortie: SortieRecord) -> bool:
    """Say whether a sortie gets no aircraft, as nobody is booked on it."""
    flies_unbooked = state.index.rules.service.flies_unbooked_timetable
    return not sortie.bookings and (sortie.service == "on_demand" or not flies_unbooked)


def _assign(turn: Turn, sortie: SortieRecord) -> None:
    service = turn.state.index.rules.service
    if is_unwanted(turn.state, sortie):
        cancel(turn, sortie, "unbooked")
        return
    latest_ms = sortie.wanted_off_block_ms + service.delay_ms_max
    off_ms = max(sortie.wanted_off_block_ms, turn.at_ms + LEAD_MS)
    obstacle = turn.planner.find_obstacle(
        sortie.origin, sortie.destination, now_ms=turn.at_ms, off_block_ms=off_ms
    )
    if obstacle:
        _hold_or_cancel(turn, sortie, obstacle, turn.at_ms + ASSIGN_RETRY_MS)
        return
    chosen = turn.planner.choose(
        sortie.origin,
        sortie.destination,
        earliest_ms=sortie.wanted_off_block_ms,
        latest_ms=latest_ms,
        now_ms=turn.at_ms,
        payload_kg=sortie.payload_kg,
    )
    if isinstance(chosen, Refused):
        reason = chosen.reason
    else:
        refused = carry_out(turn, sortie, chosen, latest_ms)
        if refused is None:
            return
        reason = refused.reason
    _hold_or_cancel(turn, sortie, reason, turn.at_ms + ASSIGN_RETRY_MS)


def carry_out(turn: Turn, sortie: SortieRecord, choice: Choice, latest_ms: int) -> Refused | None:
    """Give a sortie the aircraft chosen for it, and the empty sortie before it if need be."""
    chosen = choice.assignment
    aircraft = turn.state.aircraft[chosen.aircraft_id]
    earliest_ms = chosen.off_block_ms
    if sortie.slotted is not None:
        turn.tell(SlotsReturned(at_ms=turn.at_ms, sortie_id=sortie.sortie_id))
    empty: SortieRecord | None = None
    if chosen.position_from is not None:
        refused, empty = _position(turn, aircraft, chosen, sortie.origin)
        if refused is not None or empty is None:
            return refused
        earliest_ms = max(earliest_ms, empty.expected_on_block_ms + turn.state.index.turnaround_ms)
    assigned = turn.planner.assign(
        sortie,
        aircraft,
        off_block_ms=earliest_ms,
        latest_off_block_ms=latest_ms,
        now_ms=turn.at_ms,
        seats=choice.seats,
    )
    if isinstance(assigned, Refused):
        if empty is not None:
            cancel(turn, empty, "not_needed")
        return assigned
    turn.tell(assigned)
    _retarget(turn, aircraft)
    return None


def _position(
    turn: Turn, aircraft: AircraftRecord, chosen: Assignment, destination: VertiportId
) -> tuple[Refused | None, SortieRecord | None]:
    """Schedule and plan the empty sortie that brings an aircraft to where it is wanted."""
    state = turn.state
    origin = chosen.position_from or destination
    latest_ms = chosen.position_off_block_ms + state.index.rules.service.wait_ms_max
    way = turn.planner.find_way(
        origin,
        destination,
        seats=0,
        soh=aircraft.soh,
        off_block_ms=chosen.position_off_block_ms,
        latest_off_block_ms=latest_ms,
        now_ms=turn.at_ms,
    )
    if isinstance(way, Refused):
        return way, None
    scheduled = schedule(
        state,
        origin,
        destination,
        service="empty",
        off_block_ms=way[1].lift_off_at_ms - state.index.taxi_ms,
        at_ms=turn.at_ms,
    )
    turn.tell(scheduled)
    empty = state.sorties[scheduled.sortie_id]
    assigned = turn.planner.assign(
        empty,
        aircraft,
        off_block_ms=chosen.position_off_block_ms,
        latest_off_block_ms=latest_ms,
        now_ms=turn.at_ms,
        seats=0,
    )
    if isinstance(assigned, Refused):
        cancel(turn, empty, assigned.reason)
        return assigned, None
    turn.tell(assigned)
    return None, empty


def send_empty(turn: Turn, aircraft_id: AircraftId, origin: VertiportId, to: VertiportId) -> None:
    """Send an idle aircraft where rides are expected, if it can go within minutes."""
    chosen = Assignment(
        aircraft_id=aircraft_id,
        off_block_ms=0,
        position_from=origin,
        position_off_block_ms=turn.at_ms + LEAD_MS,
    )
    aircraft = turn.state.aircraft[aircraft_id]
    refused, _ = _position(turn, aircraft, chosen, to)
    if refused is None:
        _retarget(turn, aircraft)


def _replan(turn: Turn, sortie: SortieRecord) -> None:
    """Find new slots for a held sortie with the aircraft it has."""
    state = turn.state
    if sortie.aircraft_id is None:
        return
    ordered = turn.planner.find_order_against(sortie.origin, sortie.destination)
    if ordered:
        _hold_or_cancel(turn, sortie, ordered, turn.at_ms + ASSIGN_RETRY_MS)
        return
    aircraft = state.aircraft[sortie.aircraft_id]
    latest_ms = sortie.wanted_off_block_ms + state.index.rules.service.delay_ms_max
    boarding_ms = state.index.boarding_ms if sortie.bookings and not sortie.is_boarding else 0
    earliest_ms = max(turn.at_ms + boarding_ms, sortie.wanted_off_block_ms)
    if aircraft.chain[0] != sortie.sortie_id or aircraft.stand_id is None:
        before = state.sorties[_before(aircraft, sortie)]
        if before.assignment is None:
            _hold_or_cancel(turn, sortie, "aircraft_late", before.retry_at_ms + LEAD_MS)
            return
        earliest_ms = max(earliest_ms, before.expected_on_block_ms + state.index.turnaround_ms)
    assigned = turn.planner.assign(
        sortie,
        aircraft,
        off_block_ms=earliest_ms,
        latest_off_block_ms=latest_ms,
        now_ms=turn.at_ms,
        seats=turn.planner.legs.seats_for(sortie.payload_kg_max),
    )
    if isinstance(assigned, Refused):
        _hold_or_cancel(turn, sortie, assigned.reason, turn.at_ms + ASSIGN_RETRY_MS)
        return
    turn.tell(assigned)


def _before(aircraft: AircraftRecord, sortie: SortieRecord) -> SortieId:
    """Return the sortie that keeps a later one of the chain waiting."""
    place = aircraft.chain.index(sortie.sortie_id)
    return aircraft.chain[max(0, place - 1)]


def _hold_or_cancel(turn: Turn, sortie: SortieRecord, reason: str, retry_ms: int) -> None:
    limit_ms = sortie.wanted_off_block_ms + turn.state.index.rules.service.delay_ms_max
    retry_ms = max(retry_ms, turn.at_ms + MS_PER_MIN)
    if retry_ms > limit_ms or retry_ms >= turn.state.service_until_ms:
        cancel(turn, sortie, reason)
        return
    turn.tell(
        ev.SortieHeld(
            at_ms=turn.at_ms, sortie_id=sortie.sortie_id, reason=reason, retry_at_ms=retry_ms
        )
    )


def cancel(turn: Turn, sortie: SortieRecord, cause: str) -> None:
    """Cancel a sortie and free what hung on it; its parties are looked after as the turn ends."""
    state = turn.state
    ready_ms = max(turn.at_ms + LEAD_MS, off_block_of(sortie))
    turn.stranded += [
        Stranded(booking_id=booking_id, cause=cause, ready_ms=ready_ms)
        for booking_id in sortie.bookings
    ]
    aircraft_id = sortie.aircraft_id
    after: list[SortieId] = []
    before: list[SortieId] = []
    if aircraft_id is not None:
        chain = state.aircraft[aircraft_id].chain
        place = chain.index(sortie.sortie_id)
        before, after = chain[:place], chain[place + 1 :]
    turn.tell(ev.SortieCancelled(at_ms=turn.at_ms, sortie_id=sortie.sortie_id, cause=cause))
    free_later(turn, after, cause)
    _drop_positioning(turn, before, sortie)


def _drop_positioning(turn: Turn, before: list[SortieId], sortie: SortieRecord) -> None:
    """Cancel the empty sortie that was to bring the aircraft, if it has not begun."""
    if before:
        last = turn.state.sorties[before[-1]]
        is_for_this = last.service == "empty" and last.destination == sortie.origin
        if is_for_this and last.phase in (SortiePhase.ASSIGNED, SortiePhase.HELD):
            cancel(turn, last, "not_needed")


def free_later(turn: Turn, sortie_ids: list[SortieId], reason: str) -> None:
    """Free the later sorties of an aircraft that will not be where they begin: others may fly them.

    Empty ones are not needed any more.
    """
    for sortie_id in reversed(sortie_ids):
        sortie = turn.state.sorties[sortie_id]
        if sortie.phase not in (SortiePhase.ASSIGNED, SortiePhase.HELD):
            continue
        if sortie.service == "empty":
            cancel(turn, sortie, "not_needed")
        else:
            freed = ev.SortieUnassigned(
                at_ms=turn.at_ms,
                sortie_id=sortie_id,
                reason=reason,
                retry_at_ms=turn.at_ms + LEAD_MS,
            )
            turn.tell(freed)


def board_due(turn: Turn, sortie_id: SortieId) -> None:
    """Call the passengers of a sortie to the aircraft; hold it if the desk holds departures."""
    sortie = turn.state.live_sorties.get(sortie_id)
    if sortie is None or not sortie.bookings or sortie.is_boarding:
        return
    if turn.state.sites[sortie.origin].is_held:
        # Nobody sits in an aircraft that may not leave: they are called for the plan that follows.
        _hold_or_cancel(turn, sortie, HELD_BY_DESK, off_block_of(sortie))
        return
    turn.tell(ev.BoardingStarted(at_ms=turn.at_ms, sortie_id=sortie_id))


def release_due(turn: Turn, sortie_id: SortieId) -> None:
    """Release a sortie at its planned off-block, hold it with a reason, or end it."""
    state = turn.state
    sortie = state.live_sorties.get(sortie_id)
    if sortie is None or sortie.aircraft_id is None or sortie.phase is not SortiePhase.ASSIGNED:
        return
    aircraft = state.aircraft[sortie.aircraft_id]
    if aircraft.chain[0] == sortie_id:
        turn.tell(*plan_relief(state, aircraft, turn.at_ms))
    decision = plan_release(turn.planner, sortie, aircraft, turn.at_ms)
    if isinstance(decision, Hold):
        _hold_or_cancel(turn, sortie, decision.reason, decision.retry_at_ms)
        if decision.reason == "energy":
            _retarget(turn, aircraft)
        return
    _release(turn, sortie, aircraft)


def _release(turn: Turn, sortie: SortieRecord, aircraft: AircraftRecord) -> None:
    had_bookings = bool(sortie.bookings)
    turn.tell(*board(turn.state, sortie, turn.at_ms))
    if had_bookings and not sortie.bookings and sortie.service != "timetable":
        cancel(turn, sortie, "no_passengers")
        return
    site_id = aircraft.vertiport_id
    turn.tell(*end_charge(turn.state, aircraft, turn.at_ms))
    decision = plan_release(turn.planner, sortie, aircraft, turn.at_ms)
    if isinstance(decision, Hold):
        _hold_or_cancel(turn, sortie, decision.reason, decision.retry_at_ms)
        charge(turn, aircraft)
        return
    turn.tell(decision)
    if site_id is not None:
        _feed_waiting(turn, site_id)


def on_block(turn: Turn, command: cmd.ReportOnBlock, set_down: SetDown) -> None:
    """Take an aircraft onto its stand: passengers leave, the crew may change, charging begins."""
    state = turn.state
    sortie = state.sorties[command.sortie_id]
    aircraft_id, stand_id = sortie.aircraft_id, sortie.stand_id
    if aircraft_id is None or stand_id is None:
        return
    aircraft = state.aircraft[aircraft_id]
    turn.tell(
        ev.SortieOnBlock(
            at_ms=turn.at_ms,
            sortie_id=command.sortie_id,
            stand_id=stand_id,
            soc=command.soc,
            pack_temperature_k=command.pack_temperature_k,
            energy_kwh=command.energy_kwh,
        )
    )
    for booking_id in list(sortie.bookings):
        set_down(turn, sortie, state.bookings[booking_id])
        settle(turn, booking_id)
    turn.tell(*plan_relief(state, aircraft, turn.at_ms))
    charge(turn, aircraft)


def charge(turn: Turn, aircraft: AircraftRecord) -> None:
    """Begin to charge an aircraft to what its next leg needs, if a charger is free."""
    if aircraft.charge is not None or find_charger(turn.state, aircraft) is None:
        return
    target = soc_target(turn, aircraft)
    turn.tell(*start_charge(turn.state, aircraft, target, turn.at_ms))


def soc_target(turn: Turn, aircraft: AircraftRecord) -> float:
    """Return the charge the next leg needs; with none planned, what any leg from here may need."""
    state, legs = turn.state, turn.planner.legs
    site_id = aircraft.vertiport_id
    if site_id is None:
        return 0.0
    ceiling = state.index.city.aircraft_type.ceiling_soc
    if aircraft.chain:
        first = state.sorties[aircraft.chain[0]]
        seats = 0 if first.service == "empty" else legs.seats_for(first.payload_kg_max)
        leg = (
            legs.estimate(state, first.origin, first.destination, seats)
            if first.trajectory is None
            else legs.estimate_on(state, first.trajectory.lane, seats)
        )
        if not isinstance(leg, LegRefused):
            return min(ceiling, legs.soc_needed(leg, aircraft.soh) + CHARGE_MARGIN_SOC)
    return legs.idle_soc(state, site_id, aircraft.soh, CHARGE_MARGIN_SOC)


def _retarget(turn: Turn, aircraft: AircraftRecord) -> None:
    """Let an aircraft on its stand charge on if its new plan needs more than it was given."""
    if aircraft.stand_id is None or is_leaving(turn.state, aircraft):
        return
    target = soc_target(turn, aircraft)
    session = aircraft.charge
    if session is not None and session.soc_target >= target - CHARGE_MARGIN_SOC:
        return
    if session is None and soc_at(turn.state, aircraft, turn.at_ms) >= target - CHARGE_MARGIN_SOC:
        return
    turn.tell(*end_charge(turn.state, aircraft, turn.at_ms))
    charge(turn, aircraft)


def charged(turn: Turn, aircraft_id: AircraftId) -> None:
    """End a session that reached its target and feed whoever waits for the charger."""
    aircraft = turn.state.aircraft[aircraft_id]
    site_id = aircraft.vertiport_id
    if aircraft.charge is None or site_id is None:
        return
    turn.tell(*end_charge(turn.state, aircraft, turn.at_ms))
    _feed_waiting(turn, site_id)


def _feed_waiting(turn: Turn, site_id: VertiportId) -> None:
    for aircraft_id in list_waiting_for_charge(turn.state, site_id):
        charge(turn, turn.state.aircraft[aircraft_id])


def expected_departures(turn: Turn, site_id: VertiportId, until_ms: int) -> int:
    """Return the sorties with passengers that want to leave a site before an instant."""
    return sum(
        1
        for sortie in turn.state.live_sorties.list_leaving(site_id, until_ms)
        if sortie.bookings and sortie.aircraft_id is None
    )
