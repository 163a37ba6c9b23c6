"""The ticket of a booking: its signed text, and the same as a QR code in SVG.

Model 2 of ISO/IEC 18004, alphanumeric, error correction M (15 % of the code may be lost): a phone's
screen is bright and clean, and a smaller code is read from further off.
"""

import io
from typing import Final

import msgspec
import segno

from aspan.booking.ticket import Ticket, plan_ticket, write_ticket
from aspan.live.keys import Keys
from aspan.operations.bookings import off_block_of
from aspan.operations.check_in import find_check_in_close_ms
from aspan.operations.lifecycles import TICKET_STATUSES
from aspan.operations.records import BookingRecord
from aspan.operations.state import State
from aspan.primitives.ids import BookingId

QUIET_MODULES: Final = 4
"""White margin; ISO/IEC 18004, section 6.3.8."""


class TicketPage(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as a passenger keeps it.

    Parameters
    ----------
    text
        What the QR code says; may be kept and shown without a network.
    qr_svg
        The code as a picture, black on white with its margin.
    serial
        Number of the plan; after a rebooking there is a new ticket with a higher one.
    """

    booking_id: str
    text: str
    qr_svg: str
    key_id: str
    serial: int
    party: int
    sortie_id: str
    origin: str
    destination: str
    off_block_at_ms: int
    check_in_closes_at_ms: int
    valid_from_ms: int
    valid_until_ms: int
    needs_assistance: bool


def find_ticket(state: State, booking_id: BookingId) -> Ticket | None:
    """Return the ticket of a booking as it is planned now; None if it has none."""
    booking = state.bookings.get(booking_id)
    if booking is None or booking.status not in TICKET_STATUSES:
        return None
    sortie = state.sorties[booking.sortie_id]
    return plan_ticket(
        booking_id=booking.booking_id,
        serial=booking.serial,
        party=booking.party,
        sortie_id=sortie.sortie_id,
        origin=sortie.origin,
        destination=sortie.planned_destination,
        off_block_at_ms=off_block_of(sortie),
        needs_assistance=_needs_assistance(booking),
    )


def tell_ticket(state: State, booking_id: BookingId, keys: Keys) -> TicketPage | None:
    """Return the ticket of a booking for its passenger; None if it has none now.

    Called in the engine's own thread.
    """
    ticket = find_ticket(state, booking_id)
    if ticket is None:
        return None
    text = write_ticket(ticket, keys.ticket_key_id, keys.sign_ticket)
    return TicketPage(
        booking_id=ticket.booking_id,
        text=text,
        qr_svg=draw_qr(text),
        key_id=keys.ticket_key_id,
        serial=ticket.serial,
        party=ticket.party,
        sortie_id=ticket.sortie_id,
        origin=ticket.origin,
        destination=ticket.destination,
        off_block_at_ms=ticket.off_block_at_ms,
        check_in_closes_at_ms=find_check_in_close_ms(state, state.sorties[ticket.sortie_id]),
        valid_from_ms=ticket.valid_from_ms,
        valid_until_ms=ticket.valid_until_ms,
        needs_assistance=ticket.needs_assistance,
    )


def draw_qr(text: str) -> str:
    """Return a text as a QR code: one SVG element that scales to where it is put."""
    drawn = io.BytesIO()
    code = segno.make_qr(text, error="m", boost_error=False)
    code.save(
        drawn,
        kind="svg",
        border=QUIET_MODULES,
        dark="#000",
        light="#fff",
        omitsize=True,
        xmldecl=False,
        svgclass=None,
        lineclass=None,
    )
    return drawn.getvalue().decode().strip()


def _needs_assistance(booking: BookingRecord) -> bool:
    travellers = booking.held.travellers if booking.held is not None else ()
    return any(one.needs for one in travellers)
