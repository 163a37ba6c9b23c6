"""A receipt: what was paid and paid back for a booking, and for what, in one language."""

from aspan.faces.http.fare_page import tell_fare
from aspan.faces.http.sales_words import say
from aspan.faces.http.wire_sales import Fare, ReceiptPage
from aspan.operations.events import BookingConfirmed, BookingRefused
from aspan.operations.lifecycles import BookingStatus
from aspan.operations.records import BookingRecord
from aspan.operations.sales_events import BookingHeld
from aspan.operations.state import State
from aspan.primitives.ids import BookingId, VertiportId
from aspan.world.city import City

GIVEN_UP = (BookingStatus.CANCELLED, BookingStatus.REBOOKED, BookingStatus.NO_SHOW)
"""Statuses of who did not fly as booked: cancelled, changed to another booking, did not come. What
is kept of the payment then is a fee."""


def draw_receipt(state: State, booking_id: str, *, now_ms: int, lang: str) -> ReceiptPage | None:
    """Return the receipt of a booking; None if there is none, or if it was refused."""
    record = state.bookings.get(BookingId(booking_id))
    if record is None or isinstance(record.asked, BookingRefused):
        return None
    asked = record.asked
    payment = state.payments.get(record.payment_id)
    kept_tiyn = 0 if payment is None else payment.kept_tiyn
    charged_tiyn = record.fare_tiyn if record.payment_id else 0
    sortie = state.sorties.get(record.sortie_id)
    ends = ("", "") if sortie is None else (sortie.origin, sortie.planned_destination)
    city = state.index.city
    return ReceiptPage(
        booking_id=booking_id,
        issued_at_ms=now_ms,
        status=record.status.value,
        fare=tell_fare_of(city, record, asked, lang),
        payment_id=record.payment_id,
        charged_tiyn=charged_tiyn,
        refund_tiyn=charged_tiyn - kept_tiyn,
        fee_tiyn=kept_tiyn if record.status in GIVEN_UP else 0,
        text=say(
            lang,
            "receipt.text",
            origin=_name(city, VertiportId(ends[0]), lang),
            destination=_name(city, VertiportId(ends[1]), lang),
        ),
    )


def tell_fare_of(
    city: City, record: BookingRecord, asked: BookingHeld | BookingConfirmed, lang: str
) -> Fare:
    """Return the fare of a booking, with the lines it was held for."""
    return tell_fare(
        city,
        record.fare_tiyn,
        () if record.held is None else record.held.fare_lines,
        off_block_ms=asked.off_block_at_ms,
        lang=lang,
    )


def find_refunded_tiyn(state: State, record: BookingRecord) -> int:
    """Return what is, or will be, paid back of what a booking cost."""
    payment = state.payments.get(record.payment_id)
    return 0 if payment is None else record.fare_tiyn - payment.kept_tiyn


def _name(city: City, site_id: VertiportId, lang: str) -> str:
    for site in city.vertiports:
        if site.vertiport_id == site_id:
            return str(getattr(site.names, lang))
    return "–"
