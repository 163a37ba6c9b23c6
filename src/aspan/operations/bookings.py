"""Bookings: seats on a sortie that is there or will be, with pooling before anything else."""

import msgspec

from aspan.booking.fares import Fare
from aspan.operations import commands as cmd
from aspan.operations import events as ev
from aspan.operations.legs import Leg, LegRefused
from aspan.operations.lifecycles import BookingStatus, SortiePhase
from aspan.operations.live_sorties import off_block_of as off_block_of
from aspan.operations.planning import LEAD_MS, Choice, Planner, Refused, Slots, next_sortie_id
from aspan.operations.records import SortieRecord
from aspan.operations.state import State
from aspan.primitives.ids import SortieId, VertiportId

OPEN_PHASES = (SortiePhase.SCHEDULED, SortiePhase.ASSIGNED)


class AheadPlan(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A sortie of a coming date that would be scheduled (`ahead.py`): its way and slots.

    Parameters
    ----------
    busy_until_ms
        Until then it is counted to keep an aircraft busy.
    """

    leg: Leg
    slots: Slots
    service: str
    busy_until_ms: int


class DepartureOffer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A departure with free seats: an existing sortie, or a new one if `sortie_id` is None.

    Parameters
    ----------
    choice
        The aircraft that would fly it, if one is to be chosen now.
    ahead
        Of a new sortie of a coming date: what it would keep.
    """

    origin: VertiportId
    destination: VertiportId
    sortie_id: SortieId | None
    off_block_at_ms: int
    on_block_at_ms: int
    fare: Fare
    choice: Choice | None
    ahead: AheadPlan | None = None

    @property
    def fare_tiyn(self) -> int:
        """Return what the party pays."""
        return self.fare.fare_tiyn


class SeatWish(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a party asks for: a pair, when it can board, how many it is and what it weighs."""

    origin: VertiportId
    destination: VertiportId
    ready_at_ms: int
    party: int
    payload_kg: float


def find_pooled(state: State, wish: SeatWish) -> SortieRecord | None:
    """Return the earliest open sortie of the pair that boards in time and has seats and payload."""
    seats = state.index.city.aircraft_type.seats
    latest_ms = wish.ready_at_ms + state.index.rules.service.wait_ms_max
    for sortie in state.live_sorties.list_pair(
        wish.origin, wish.destination, from_ms=wish.ready_at_ms, until_ms=latest_ms
    ):
        if (
            sortie.phase in OPEN_PHASES
            and sortie.service != "empty"
            and not sortie.is_boarding
            and sortie.seats_taken + wish.party <= seats
            and sortie.payload_kg + wish.payload_kg <= sortie.payload_kg_max
        ):
            return sortie
    return None


def fare_of(
    planner: Planner, wish: SeatWish, sortie: SortieRecord | None, off_block_ms: int
) -> Fare:
    """Return what a party pays that books now, on a sortie that is there or one of its own.

    Parameters
    ----------
    off_block_ms
        Planned, or wanted if there is no plan: it tells the hour.
    """
    pair = (wish.origin, wish.destination)
    taken = 0 if sortie is None else sortie.seats_taken
    return planner.index.prices.price(pair, off_block_ms, party_seats=wish.party, taken=taken)


def find_offer(planner: Planner, wish: SeatWish, *, now_ms: int) -> DepartureOffer | Refused:
    """Return the departure a party would get, or why there is none; changes nothing."""
    state = planner.state
    block_ms = _find_block_ms(planner, wish, now_ms)
    if isinstance(block_ms, Refused):
        return block_ms
    pooled = find_pooled(state, wish)
    off_ms = wish.ready_at_ms if pooled is None else off_block_of(pooled)
    fare = fare_of(planner, wish, pooled, off_ms)
    choice: Choice | None = None
    is_near = off_ms - now_ms <= state.index.assign_ahead_ms
    if pooled is None or (pooled.assignment is None and is_near):
        chosen = planner.choose(
            wish.origin,
            wish.destination,
            earliest_ms=off_ms,
            latest_ms=off_ms + state.index.rules.service.wait_ms_max,
            now_ms=now_ms,
            payload_kg=wish.payload_kg + (0.0 if pooled is None else pooled.payload_kg),
        )
        if isinstance(chosen, Refused):
            return chosen
        choice = chosen
        off_ms = max(off_ms, chosen.assignment.off_block_ms)
    return DepartureOffer(
        origin=wish.origin,
        destination=wish.destination,
        sortie_id=pooled.sortie_id if pooled is not None else None,
        off_block_at_ms=off_ms,
        on_block_at_ms=off_ms + block_ms,
        fare=fare,
        choice=choice,
    )


def _find_block_ms(planner: Planner, wish: SeatWish, now_ms: int) -> int | Refused:
    """Return the block time of the pair, or what forbids it whatever the aircraft."""
    state = planner.state
    kind = state.index.city.aircraft_type
    if wish.party > kind.seats or wish.payload_kg > kind.payload_kg_max:
        return Refused(reason="party_too_large")
    if (wish.origin, wish.destination) not in state.index.lanes:
        return Refused(reason="no_lane")
    block_ms = planner.legs.find_block_ms(state, wish.origin, wish.destination)
    if isinstance(block_ms, LegRefused):
        return Refused(reason=block_ms.reason)
    on_ms = wish.ready_at_ms + block_ms
    if wish.ready_at_ms < state.service_from_ms or on_ms > state.service_until_ms:
        return Refused(reason="hours")
    obstacle = planner.find_obstacle(
        wish.origin, wish.destination, now_ms=now_ms, off_block_ms=wish.ready_at_ms
    )
    return Refused(reason=obstacle) if obstacle else block_ms


def confirm(
    state: State,
    command: cmd.RequestBooking,
    sortie: SortieRecord,
    offer: DepartureOffer,
    at_ms: int,
) -> ev.BookingConfirmed:
    """Return the confirmation of a booking on a sortie as it is planned, or offered, now."""
    plan = sortie.assignment
    off_ms = off_block_of(sortie)
    on_ms = offer.on_block_at_ms if plan is None else plan.on_block_at_ms
    return ev.BookingConfirmed(
        at_ms=at_ms,
        booking_id=command.booking_id,
        trip_id=command.trip_id,
        party=command.party,
        payload_kg=command.payload_kg,
        origin_lon_deg=command.origin_lon_deg,
        origin_lat_deg=command.origin_lat_deg,
        destination_lon_deg=command.destination_lon_deg,
        destination_lat_deg=command.destination_lat_deg,
        sortie_id=sortie.sortie_id,
        fare_tiyn=offer.fare_tiyn,
        off_block_at_ms=off_ms,
        promised_arrival_at_ms=on_ms + command.egress_ms + command.cushion_ms,
        ready_at_ms=command.ready_at_ms,
        egress_ms=command.egress_ms,
        cushion_ms=command.cushion_ms,
        access=command.access,
        egress=command.egress,
        chance=command.chance,
    )


def refuse(command: cmd.RequestBooking, reason: str, at_ms: int) -> ev.BookingRefused:
    """Return the refusal of a booking."""
    return ev.BookingRefused(
        at_ms=at_ms,
        booking_id=command.booking_id,
        trip_id=command.trip_id,
        party=command.party,
        payload_kg=command.payload_kg,
        origin_lon_deg=command.origin_lon_deg,
        origin_lat_deg=command.origin_lat_deg,
        destination_lon_deg=command.destination_lon_deg,
        destination_lat_deg=command.destination_lat_deg,
        reason=reason,
    )


def board(state: State, sortie: SortieRecord, at_ms: int) -> list[ev.Event]:
    """Return who boards a sortie that leaves now, and who did not come; who is aboard stays."""
    events: list[ev.Event] = []
    for booking_id in sortie.bookings:
        status = state.bookings[booking_id].status
        if status is BookingStatus.CHECKED_IN:
            events.append(ev.BookingBoarded(at_ms=at_ms, booking_id=booking_id))
        elif status is BookingStatus.CONFIRMED:
            events.append(ev.BookingNoShow(at_ms=at_ms, booking_id=booking_id))
    return events


def schedule(
    state: State,
    origin: VertiportId,
    destination: VertiportId,
    *,
    service: str,
    off_block_ms: int,
    at_ms: int,
) -> ev.SortieScheduled:
    """Return the wish for a sortie that will get its aircraft at once."""
    return ev.SortieScheduled(
        at_ms=at_ms,
        sortie_id=next_sortie_id(state),
        origin=origin,
        destination=destination,
        service=service,
        off_block_at_ms=off_block_ms,
        assign_at_ms=max(at_ms, off_block_ms - LEAD_MS),
    )
