"""Commands of those who buy and carry out bookings: passengers, partners, the gate, the provider.

A seat is held, then confirmed by a payment that a provider has authorised. Ids are made from what
they name (`booking/ids.py`), so whoever gets no answer asks again.
"""

from typing import Literal

from aspan.booking.party import Traveller
from aspan.operations.commands import Command
from aspan.primitives.ids import BookingId, PaymentId, SortieId, TripId, VertiportId
from aspan.world.reliability import WayLeg

PaymentReport = Literal["authorised", "declined", "captured", "voided", "refunded"]
RemedyKind = Literal["air", "ground", "refund"]


class SalesCommand(Command, frozen=True):
    """Anything asked about a booking or a payment by name."""


class HoldSeats(SalesCommand, frozen=True, omit_defaults=True):
    """Ask to keep seats for a party until a deadline.

    Parameters
    ----------
    ready_at_ms
        The party can board from then.
    egress_ms, cushion_ms, access, egress
        As in `RequestBooking`.
    fare_tiyn
        The fare shown to the party; None if none was.
    off_block_at_ms
        When the departure leaves that was shown; 0 if none was.
    is_fare_promised
        It is charged even if the fare has risen since; else the hold is refused then.
    chance
        That the promised arrival is kept, as told, in [0, 1]; None if none was.
    seller
        Who sells.
    person_id
        Whom to reach, by the vault's name; empty if nobody is named.
    digest
        Of the request, to tell a repetition from another question under the same key.
    replaces
        The booking that ends when this one is confirmed; empty if none.
    hold_ms
        How long the seats are kept, if that is longer than the tariff says; a face asks for it
        whose clock runs faster than people do.
    """

    booking_id: BookingId
    trip_id: TripId
    origin: VertiportId
    destination: VertiportId
    ready_at_ms: int
    travellers: tuple[Traveller, ...]
    seller: str
    origin_lon_deg: float
    origin_lat_deg: float
    destination_lon_deg: float
    destination_lat_deg: float
    egress_ms: int = 0
    cushion_ms: int = 0
    access: tuple[WayLeg, ...] = ()
    egress: tuple[WayLeg, ...] = ()
    fare_tiyn: int | None = None
    off_block_at_ms: int = 0
    is_fare_promised: bool = False
    chance: float | None = None
    person_id: str = ""
    digest: str = ""
    replaces: BookingId = BookingId("")
    hold_ms: int = 0


class ConfirmBooking(SalesCommand, frozen=True):
    """Turn a hold into a booking, paid by an authorised payment of the same seller."""

    booking_id: BookingId
    payment_id: PaymentId


class WithdrawBooking(SalesCommand, frozen=True):
    """Give a hold back, or cancel a booking, as its passenger wishes."""

    booking_id: BookingId


class WeighParty(SalesCommand, frozen=True):
    """Tell what a party weighs on the scales, bags included [kg]."""

    booking_id: BookingId
    payload_kg: float


class BoardParty(SalesCommand, frozen=True):
    """Let a party that is checked in go aboard."""

    booking_id: BookingId


class RefuseBoarding(SalesCommand, frozen=True):
    """Do not carry a party: too heavy, unfit to fly, without a ticket that holds."""

    booking_id: BookingId
    reason: str


class RequestPayment(SalesCommand, frozen=True):
    """Ask the provider to authorise an amount.

    Parameters
    ----------
    method
        The provider's own token for how it is paid; nothing of a card.
    """

    payment_id: PaymentId
    seller: str
    amount_tiyn: int
    method: str
    digest: str = ""


class ReportPayment(SalesCommand, frozen=True):
    """Tell what the provider did; once for each `key`, however often it is told.

    Parameters
    ----------
    amount_tiyn
        What it did it with: all of a refund so far is not told, only this one.
    key
        Idempotency key of the task (`payments.list_payment_tasks`) that it answers.
    reason
        Why it declined; empty otherwise.
    """

    payment_id: PaymentId
    state: PaymentReport
    amount_tiyn: int
    key: str
    provider_ref: str = ""
    reason: str = ""


class ChooseRemedy(SalesCommand, frozen=True):
    """Choose another of the ways out that are open to a party whose day broke."""

    booking_id: BookingId
    remedy: RemedyKind
    sortie_id: SortieId = SortieId("")
