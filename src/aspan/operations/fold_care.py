"""How care is folded: what was done for a party is noted with its booking, in order."""

from collections.abc import Callable
from typing import Any

from aspan.operations import events as ev
from aspan.operations import sales_events as sale
from aspan.operations.fold_payments import owe_less
from aspan.operations.records import BookingRecord, CareNote
from aspan.operations.state import State

Fold = Callable[[State, Any], None]


def tell_note(event: ev.Event, booking: BookingRecord) -> CareNote | None:
    """Return what an event says was done for a party; None if it is not about care."""
    match event:
        case ev.BookingRebooked():
            return CareNote(
                at_ms=event.at_ms,
                kind="air",
                reason=event.reason,
                sortie_id=event.sortie_id,
                leaves_at_ms=event.off_block_at_ms,
                arrives_at_ms=event.promised_arrival_at_ms - booking.cushion_ms,
            )
        case sale.RideProvided():
            return CareNote(
                at_ms=event.at_ms,
                kind="ground",
                reason=event.reason,
                vertiport_id=event.vertiport_id,
                leaves_at_ms=event.leaves_at_ms,
                arrives_at_ms=event.arrives_at_ms,
                refund_tiyn=event.refund_tiyn,
                cost_tiyn=event.cost_tiyn,
            )
        case ev.BookingCancelled() | ev.BookingRefunded():
            return CareNote(
                at_ms=event.at_ms,
                kind="refund",
                reason=event.reason,
                refund_tiyn=event.refund_tiyn,
            )
        case sale.DelayRefunded():
            return CareNote(at_ms=event.at_ms, kind="delay", refund_tiyn=event.refund_tiyn)
        case sale.RemedyChosen():
            return CareNote(at_ms=event.at_ms, kind="chosen", reason=event.remedy)
        case _:
            return None


def _note(state: State, event: Any) -> None:  # noqa: ANN401  one of the events above
    booking = state.bookings[event.booking_id]
    note = tell_note(event, booking)
    if note is not None:
        booking.care = (*booking.care, note)


def _on_delay_refunded(state: State, event: sale.DelayRefunded) -> None:
    owe_less(state, state.bookings[event.booking_id], event.refund_tiyn)


def _nothing(state: State, event: ev.Event) -> None:
    """Fold an event that is noted and changes nothing else."""


def with_care(folds: dict[type[ev.Event], Fold]) -> dict[type[ev.Event], Fold]:
    """Return the folds of bookings, in which what is done for a party is noted too."""
    cared = (ev.BookingRebooked, sale.RideProvided, ev.BookingCancelled, ev.BookingRefunded)
    noted: dict[type[ev.Event], Fold] = {kind: _both(folds[kind]) for kind in cared}
    return {
        **folds,
        **noted,
        sale.DelayRefunded: _both(_on_delay_refunded),
        sale.RemedyChosen: _both(_nothing),
    }


def _both(fold: Fold) -> Fold:
    def fold_and_note(state: State, event: Any) -> None:  # noqa: ANN401
        fold(state, event)
        _note(state, event)

    return fold_and_note
