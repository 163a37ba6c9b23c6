"""The gate: parties are weighed against what was booked, let aboard, or not carried."""

from math import isfinite

from aspan.operations import events as ev
from aspan.operations import sales as cmd
from aspan.operations import sales_events as sale
from aspan.operations.check_in import is_to_check_in_anew
from aspan.operations.holds import drop_unwanted, get_booking, tell_refused
from aspan.operations.lifecycles import FLYING_SORTIE_PHASES, BookingStatus
from aspan.operations.turn import Stranded, Turn
from aspan.primitives.errors import InvalidInput

PARTY_KG_MAX = 1_000.0
"""Greatest mass of a party that is taken for meant."""

PAYLOAD_SLACK_KG = 1e-6
"""Sums of masses are rounded; so much more is not more."""


TOO_HEAVY = "too_heavy"
"""Reason for which a party is not carried that weighs more than its sortie can take."""


def weigh(turn: Turn, command: cmd.WeighParty) -> None:
    """Count with what a party weighs; refused if its sortie cannot carry that."""
    booking = get_booking(turn.state, command.booking_id)
    if not (isfinite(command.payload_kg) and 0.0 < command.payload_kg <= PARTY_KG_MAX):
        raise InvalidInput("payload_kg", command.payload_kg, f"above 0, to {PARTY_KG_MAX:g} kg")
    payload_kg = round(command.payload_kg, 1)
    if booking.status not in (BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN):
        tell_refused(turn, booking, "weigh", f"booking_{booking.status.value}")
        return
    if payload_kg == booking.payload_kg:
        return
    sortie = turn.state.sorties[booking.sortie_id]
    in_all_kg = sortie.payload_kg - booking.payload_kg + payload_kg
    if in_all_kg > sortie.payload_kg_max + PAYLOAD_SLACK_KG:
        tell_refused(turn, booking, "weigh", TOO_HEAVY)
        return
    turn.tell(
        sale.PartyWeighed(at_ms=turn.at_ms, booking_id=booking.booking_id, payload_kg=payload_kg)
    )


def board_party(turn: Turn, command: cmd.BoardParty) -> None:
    """Let a party aboard once its sortie is boarding; nothing happens if it is aboard already.

    Whoever was moved to this sortie shows the ticket for it first.
    """
    booking = get_booking(turn.state, command.booking_id)
    if booking.status is BookingStatus.BOARDED:
        return
    sortie = turn.state.sorties.get(booking.sortie_id)
    reason = ""
    if booking.status is not BookingStatus.CHECKED_IN:
        reason = f"booking_{booking.status.value}"
    elif is_to_check_in_anew(booking):
        reason = "check_in_anew"
    elif sortie is None or not sortie.is_boarding or sortie.phase in FLYING_SORTIE_PHASES:
        reason = "not_boarding"
    if reason:
        tell_refused(turn, booking, "board", reason)
        return
    turn.tell(ev.BookingBoarded(at_ms=turn.at_ms, booking_id=booking.booking_id))


def refuse_boarding(turn: Turn, command: cmd.RefuseBoarding) -> None:
    """Do not carry a party; it gets its money back, and a taxi if it is for its mass."""
    booking = get_booking(turn.state, command.booking_id)
    sortie = turn.state.sorties.get(booking.sortie_id)
    if booking.status is BookingStatus.REFUSED:
        return
    open_now = (BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN, BookingStatus.BOARDED)
    if booking.status not in open_now or sortie is None or sortie.phase in FLYING_SORTIE_PHASES:
        tell_refused(turn, booking, "refuse", f"booking_{booking.status.value}")
        return
    if command.reason == TOO_HEAVY:
        turn.stranded.append(
            Stranded(
                booking_id=booking.booking_id,
                cause=TOO_HEAVY,
                ready_ms=turn.at_ms,
                may_fly=False,
            )
        )
        return
    turn.tell(
        sale.BoardingRefused(
            at_ms=turn.at_ms,
            booking_id=booking.booking_id,
            reason=command.reason,
            refund_tiyn=booking.fare_tiyn,
        )
    )
    drop_unwanted(turn, booking.sortie_id)
