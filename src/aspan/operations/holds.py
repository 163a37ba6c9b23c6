"""Holds: seats kept for a party until it pays, then a booking; or given back, changed, run out.

A hold plans all that a booking does: the sortie, its aircraft and energy, FATO slots and lane
cells, the empty sortie that brings the aircraft. So a confirmation in time is never refused for
want of any of them.
"""

from aspan.booking.fares import cap_fare
from aspan.booking.party import count_seats, find_party_fault, weigh_party
from aspan.booking.refunds import (
    RefundProblem,
    find_least_fee_tiyn,
    refund_change,
    refund_withdrawal,
)
from aspan.operations import events as ev
from aspan.operations import flow
from aspan.operations import sales as cmd
from aspan.operations import sales_events as sale
from aspan.operations.ahead import date_of, find_departure, schedule_ahead
from aspan.operations.bookings import DepartureOffer, SeatWish, off_block_of
from aspan.operations.lifecycles import (
    OPEN_BOOKING_STATUSES,
    BookingStatus,
    PaymentState,
    SortiePhase,
)
from aspan.operations.on_demand import schedule_on_demand
from aspan.operations.planning import Refused
from aspan.operations.records import BookingRecord, SortieRecord
from aspan.operations.state import State
from aspan.operations.turn import Turn
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, PaymentId, SortieId
from aspan.primitives.units import MS_PER_MIN
from aspan.world.rules import Rules

HOLD_MS = 2 * MS_PER_MIN
"""How long seats are kept, where the city states no tariff."""

HOLD_MS_MAX = 60 * MS_PER_MIN
"""Longest that seats are kept for whom the service's clock runs too fast."""

LATER_MS_MAX = 5 * MS_PER_MIN
"""A departure so much later than the one shown is taken for it still. Assumed: half of what a party
waits for a sortie at most (`wait_ms_max`), and half of what later opens a choice (`care.py`)."""


def find_hold_ms(rules: Rules) -> int:
    """Return how long a city keeps seats for a party that has not paid yet."""
    return HOLD_MS if rules.tariff is None else rules.tariff.hold_ms


def secure(turn: Turn, wish: SeatWish, offer: DepartureOffer) -> SortieRecord | Refused:
    """Return the sortie of an offer, scheduled and with its aircraft if it needs them now."""
    state = turn.state
    latest_ms = wish.ready_at_ms + state.index.rules.service.wait_ms_max
    if offer.ahead is not None:
        return state.sorties[schedule_ahead(turn, wish, offer.ahead)]
    if offer.sortie_id is None:
        if offer.choice is None:
            return Refused(reason="no_aircraft")
        scheduled = schedule_on_demand(
            turn,
            wish.origin,
            wish.destination,
            offer.choice,
            off_block_ms=offer.off_block_at_ms,
            latest_off_block_ms=latest_ms,
        )
        return scheduled if isinstance(scheduled, Refused) else state.sorties[scheduled]
    sortie = state.sorties[offer.sortie_id]
    if offer.choice is not None:
        refused = flow.carry_out(turn, sortie, offer.choice, latest_ms)
        if refused is not None:
            return refused
    return sortie


def hold(turn: Turn, command: cmd.HoldSeats) -> None:
    """Keep seats for a party, or say why not; nothing happens if it was asked before."""
    known = turn.state.bookings.get(command.booking_id)
    if known is not None:
        told = known.held.digest if known.held is not None else command.digest
        if told != command.digest:
            raise InvalidInput("idempotency_key", command.booking_id, "a new key for another body")
        return
    fault = find_party_fault(command.travellers) or _find_replace_fault(turn.state, command)
    if fault:
        turn.tell(_refuse(command, fault, turn.at_ms))
        return
    wish = SeatWish(
        origin=command.origin,
        destination=command.destination,
        ready_at_ms=command.ready_at_ms,
        party=count_seats(command.travellers),
        payload_kg=weigh_party(command.travellers),
    )
    offer = find_departure(turn.planner, wish, now_ms=turn.at_ms)
    if isinstance(offer, Refused):
        turn.tell(_refuse(command, offer.reason, turn.at_ms))
        return
    shown_ms = command.off_block_at_ms
    if shown_ms and offer.off_block_at_ms > shown_ms + LATER_MS_MAX:
        turn.tell(_refuse(command, "departure_changed", turn.at_ms))
        return
    shown_tiyn = command.fare_tiyn
    is_risen = shown_tiyn is not None and offer.fare_tiyn > shown_tiyn
    if is_risen and not command.is_fare_promised:
        turn.tell(_refuse(command, "price_changed", turn.at_ms))
        return
    sortie = secure(turn, wish, offer)
    if isinstance(sortie, Refused):
        turn.tell(_refuse(command, sortie.reason, turn.at_ms))
        return
    turn.tell(_hold(turn, command, wish, offer, sortie))


def _find_replace_fault(state: State, command: cmd.HoldSeats) -> str:
    """Return why a booking cannot be changed to another; empty if it can, or none is."""
    if not command.replaces:
        return ""
    old = state.bookings.get(command.replaces)
    if old is None or old.held is None or old.held.seller != command.seller:
        return "unknown_booking"
    is_open = old.status in (BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN)
    return "" if is_open else f"booking_{old.status.value}"


def _hold(
    turn: Turn, command: cmd.HoldSeats, wish: SeatWish, offer: DepartureOffer, sortie: SortieRecord
) -> sale.BookingHeld:
    plan = sortie.assignment
    on_ms = offer.on_block_at_ms if plan is None else plan.on_block_at_ms
    fare = cap_fare(offer.fare, command.fare_tiyn)
    hold_ms = max(find_hold_ms(turn.state.index.rules), min(command.hold_ms, HOLD_MS_MAX))
    return sale.BookingHeld(
        at_ms=turn.at_ms,
        booking_id=command.booking_id,
        trip_id=command.trip_id,
        party=wish.party,
        payload_kg=wish.payload_kg,
        origin_lon_deg=command.origin_lon_deg,
        origin_lat_deg=command.origin_lat_deg,
        destination_lon_deg=command.destination_lon_deg,
        destination_lat_deg=command.destination_lat_deg,
        sortie_id=sortie.sortie_id,
        fare_tiyn=fare.fare_tiyn,
        off_block_at_ms=off_block_of(sortie),
        promised_arrival_at_ms=on_ms + command.egress_ms + command.cushion_ms,
        ready_at_ms=command.ready_at_ms,
        egress_ms=command.egress_ms,
        expires_at_ms=turn.at_ms + hold_ms,
        travellers=command.travellers,
        seller=command.seller,
        cushion_ms=command.cushion_ms,
        access=command.access,
        egress=command.egress,
        fare_lines=fare.lines,
        chance=command.chance,
        person_id=command.person_id,
        digest=command.digest,
        replaces=command.replaces,
    )


def _refuse(command: cmd.HoldSeats, reason: str, at_ms: int) -> ev.BookingRefused:
    return ev.BookingRefused(
        at_ms=at_ms,
        booking_id=command.booking_id,
        trip_id=command.trip_id,
        party=max(1, count_seats(command.travellers)),
        payload_kg=weigh_party(command.travellers),
        origin_lon_deg=command.origin_lon_deg,
        origin_lat_deg=command.origin_lat_deg,
        destination_lon_deg=command.destination_lon_deg,
        destination_lat_deg=command.destination_lat_deg,
        reason=reason,
    )


def confirm(turn: Turn, command: cmd.ConfirmBooking) -> None:
    """Turn a hold into a booking; nothing happens if that payment confirmed it before."""
    state = turn.state
    booking = get_booking(state, command.booking_id)
    if booking.payment_id and booking.payment_id == command.payment_id:
        return
    reason = _find_confirm_fault(state, booking, command.payment_id, turn.at_ms)
    held = booking.held
    if reason or held is None:
        tell_refused(turn, booking, "confirm", reason, command.payment_id)
        return
    sortie = state.sorties[booking.sortie_id]
    turn.tell(
        ev.BookingConfirmed(
            at_ms=turn.at_ms,
            booking_id=booking.booking_id,
            trip_id=held.trip_id,
            party=booking.party,
            payload_kg=booking.payload_kg,
            origin_lon_deg=held.origin_lon_deg,
            origin_lat_deg=held.origin_lat_deg,
            destination_lon_deg=held.destination_lon_deg,
            destination_lat_deg=held.destination_lat_deg,
            sortie_id=booking.sortie_id,
            fare_tiyn=booking.fare_tiyn,
            off_block_at_ms=off_block_of(sortie),
            promised_arrival_at_ms=booking.promised_arrival_at_ms,
            ready_at_ms=held.ready_at_ms,
            egress_ms=held.egress_ms,
            cushion_ms=held.cushion_ms,
            access=held.access,
            egress=held.egress,
            payment_id=command.payment_id,
            chance=held.chance,
        )
    )
    if held.replaces:
        _replace(turn, held.replaces, booking)


def _find_confirm_fault(
    state: State, booking: BookingRecord, payment_id: PaymentId, at_ms: int
) -> str:
    """Return why a hold cannot be confirmed with a payment; empty if it can."""
    held, payment = booking.held, state.payments.get(payment_id)
    if held is None or booking.status is not BookingStatus.HELD:
        return f"booking_{booking.status.value}"
    if held.expires_at_ms <= at_ms:
        return "booking_expired"
    if payment is None or payment.seller != held.seller:
        return "unknown_payment"
    if payment.booking_id:
        return "payment_used"
    if payment.state is not PaymentState.AUTHORISED or payment.is_due:
        return f"payment_{'lapsed' if payment.is_due else payment.state.value}"
    if payment.amount_tiyn < booking.fare_tiyn:
        return "payment_too_small"
    old = state.bookings.get(held.replaces)
    if old is not None and old.status not in (BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN):
        return f"replaced_booking_{old.status.value}"
    return ""


def _replace(turn: Turn, old_id: BookingId, booking: BookingRecord) -> None:
    """End the booking that another, now confirmed, was bought for."""
    old = turn.state.bookings[old_id]
    problem = tell_refund_problem(turn.state, old, turn.at_ms)
    refund = refund_change(problem)
    turn.tell(
        sale.BookingReplaced(
            at_ms=turn.at_ms,
            booking_id=old_id,
            by=booking.booking_id,
            refund_tiyn=refund.refund_tiyn,
            fee_tiyn=refund.fee_tiyn,
            least_fee_tiyn=find_least_fee_tiyn(problem),
        )
    )
    drop_unwanted(turn, old.sortie_id)


def expire(turn: Turn, booking_id: BookingId) -> None:
    """Let a hold that nobody confirmed run out."""
    booking = turn.state.live_bookings.get(booking_id)
    if booking is not None and booking.status is BookingStatus.HELD:
        turn.tell(sale.HoldExpired(at_ms=turn.at_ms, booking_id=booking_id))
        drop_unwanted(turn, booking.sortie_id)


def withdraw(turn: Turn, command: cmd.WithdrawBooking) -> None:
    """Take a hold or a booking back, as its passenger wishes, and pay back what the rules say."""
    booking = get_booking(turn.state, command.booking_id)
    status = booking.status
    if status is BookingStatus.CANCELLED:
        return
    if status not in OPEN_BOOKING_STATUSES:
        tell_refused(turn, booking, "withdraw", f"booking_{status.value}")
        return
    is_held = status is BookingStatus.HELD
    refund_tiyn = 0 if is_held else find_refund_tiyn(turn.state, booking, turn.at_ms)
    turn.tell(
        sale.BookingWithdrawn(
            at_ms=turn.at_ms,
            booking_id=command.booking_id,
            reason="withdrawn",
            refund_tiyn=refund_tiyn,
            fee_tiyn=0 if is_held else booking.fare_tiyn - refund_tiyn,
        )
    )
    drop_unwanted(turn, booking.sortie_id)


def find_refund_tiyn(state: State, booking: BookingRecord, at_ms: int) -> int:
    """Return what a passenger who cancels at an instant is paid back."""
    return refund_withdrawal(tell_refund_problem(state, booking, at_ms)).refund_tiyn


def tell_refund_problem(state: State, booking: BookingRecord, at_ms: int) -> RefundProblem:
    """Return a booking as the conditions see it that its passenger gives up or changes."""
    asked = booking.asked
    told_ms = 0 if isinstance(asked, ev.BookingRefused) else asked.off_block_at_ms
    return RefundProblem(
        tariff=state.index.rules.tariff,
        fare_tiyn=booking.fare_tiyn,
        seats=booking.party,
        confirmed_at_ms=booking.confirmed_at_ms,
        off_block_at_ms=max(told_ms, off_block_of(state.sorties[booking.sortie_id])),
        at_ms=at_ms,
        least_fee_tiyn=booking.least_fee_tiyn,
    )


def drop_unwanted(turn: Turn, sortie_id: SortieId) -> None:
    """Cancel a sortie that its last party has left, if it was made for parties or lies ahead."""
    state = turn.state
    sortie = state.live_sorties.get(sortie_id)
    if sortie is None or sortie.bookings:
        return
    is_open = sortie.phase in (SortiePhase.SCHEDULED, SortiePhase.ASSIGNED, SortiePhase.HELD)
    is_ahead = date_of(state.index, sortie.wanted_off_block_ms) != state.date
    if is_open and (sortie.service == "on_demand" or is_ahead):
        flow.cancel(turn, sortie, "unbooked")


def get_booking(state: State, booking_id: BookingId) -> BookingRecord:
    """Return a booking; `InvalidInput` if there is none of this id."""
    booking = state.bookings.get(booking_id)
    if booking is None:
        raise InvalidInput("booking_id", booking_id, "a booking of this service")
    return booking


def tell_refused(
    turn: Turn, booking: BookingRecord, asked: str, reason: str, payment_id: PaymentId | None = None
) -> None:
    """Put on the log that something asked of a booking cannot be done."""
    turn.tell(
        sale.SaleRefused(
            at_ms=turn.at_ms,
            booking_id=booking.booking_id,
            asked=asked,
            reason=reason,
            payment_id=PaymentId("") if payment_id is None else payment_id,
        )
    )
