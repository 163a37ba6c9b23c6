"""Events of bookings that people and partners make, and of the payments behind them."""

from typing import Literal

from aspan.booking.party import Traveller
from aspan.operations.events import Event
from aspan.operations.sales import RemedyKind
from aspan.primitives.ids import BookingId, FatoId, LaneId, PaymentId, SortieId, TripId, VertiportId
from aspan.world.reliability import WayLeg


class BookingHeld(Event, frozen=True, omit_defaults=True):
    """Seats, payload and everything a sortie needs are kept for a party until `expires_at_ms`.

    Parameters
    ----------
    fare_tiyn
        Charged if it is confirmed, and no more.
    fare_lines
        What it is made of, by name [tiyn].
    chance, seller, person_id, digest, replaces
        As in `HoldSeats`.
    """

    booking_id: BookingId
    trip_id: TripId
    party: int
    payload_kg: float
    origin_lon_deg: float
    origin_lat_deg: float
    destination_lon_deg: float
    destination_lat_deg: float
    sortie_id: SortieId
    fare_tiyn: int
    off_block_at_ms: int
    promised_arrival_at_ms: int
    ready_at_ms: int
    egress_ms: int
    expires_at_ms: int
    travellers: tuple[Traveller, ...]
    seller: str
    cushion_ms: int = 0
    access: tuple[WayLeg, ...] = ()
    egress: tuple[WayLeg, ...] = ()
    fare_lines: tuple[tuple[str, int], ...] = ()
    chance: float | None = None
    person_id: str = ""
    digest: str = ""
    replaces: BookingId = BookingId("")


class HoldExpired(Event, frozen=True):
    """Nobody confirmed a hold in time; its seats are free again."""

    booking_id: BookingId


class BookingWithdrawn(Event, frozen=True):
    """A passenger cancelled, or gave a hold back; `fee_tiyn` of what was paid is kept."""

    booking_id: BookingId
    reason: str
    refund_tiyn: int
    fee_tiyn: int


class BookingReplaced(Event, frozen=True):
    """A passenger changed to another booking, `by`, that is confirmed.

    Parameters
    ----------
    least_fee_tiyn
        Kept at least if `by` is given up in its turn.
    """

    booking_id: BookingId
    by: BookingId
    refund_tiyn: int
    fee_tiyn: int
    least_fee_tiyn: int = 0


class BoardingRefused(Event, frozen=True):
    """A party was not let aboard, for a reason, and gets its money back."""

    booking_id: BookingId
    reason: str
    refund_tiyn: int


class PartyWeighed(Event, frozen=True):
    """A party was weighed; its sortie counts with that from now on."""

    booking_id: BookingId
    payload_kg: float


class BookingSettled(Event, frozen=True):
    """A flown booking is paid, and nobody owes anybody anything."""

    booking_id: BookingId


class SaleRefused(Event, frozen=True, omit_defaults=True):
    """Something asked of a booking or a payment cannot be done; nothing has changed.

    Parameters
    ----------
    asked
        Name of the command.
    """

    booking_id: BookingId
    asked: str
    reason: str
    payment_id: PaymentId = PaymentId("")


class RideProvided(Event, frozen=True):
    """A party that could not be flown is driven to its door at our cost, its fare paid back.

    Parameters
    ----------
    vertiport_id
        Where it is picked up.
    arrives_at_ms
        At its own door, as estimated.
    """

    booking_id: BookingId
    reason: str
    vertiport_id: VertiportId
    leaves_at_ms: int
    arrives_at_ms: int
    cost_tiyn: int
    refund_tiyn: int


class DelayRefunded(Event, frozen=True):
    """A party comes so much later than first promised that part of its fare is paid back."""

    booking_id: BookingId
    late_ms: int
    refund_tiyn: int


class RemedyChosen(Event, frozen=True):
    """A party chose another of the ways out that were open; what follows is in the same batch."""

    booking_id: BookingId
    remedy: RemedyKind


class PaymentRequested(Event, frozen=True):
    """A provider shall authorise an amount."""

    payment_id: PaymentId
    seller: str
    amount_tiyn: int
    method: str
    digest: str


class PaymentAuthorised(Event, frozen=True):
    """The provider holds an amount for us."""

    payment_id: PaymentId
    amount_tiyn: int
    provider_ref: str


class PaymentDeclined(Event, frozen=True):
    """The provider does not pay."""

    payment_id: PaymentId
    reason: str


class PaymentDue(Event, frozen=True):
    """It is time to capture what a booking owes, or to void what no booking took or will take."""

    payment_id: PaymentId
    kind: Literal["capture", "void"]


class PaymentCaptured(Event, frozen=True):
    """The provider has paid an amount to us."""

    payment_id: PaymentId
    amount_tiyn: int


class PaymentVoided(Event, frozen=True):
    """The provider has let go of an amount; nothing was paid."""

    payment_id: PaymentId


class PaymentRefunded(Event, frozen=True):
    """The provider has paid an amount back."""

    payment_id: PaymentId
    amount_tiyn: int
    number: int


class SortieSlotted(Event, frozen=True):
    """A sortie sold ahead keeps FATO slots and lane cells until it gets its aircraft.

    Parameters
    ----------
    busy_until_ms
        Until then it is counted to keep an aircraft busy.
    """

    sortie_id: SortieId
    lane_id: LaneId
    origin_fato_id: FatoId
    destination_fato_id: FatoId
    off_block_at_ms: int
    lift_off_at_ms: int
    touchdown_at_ms: int
    on_block_at_ms: int
    busy_until_ms: int
    payload_kg_max: float
    vertex_offsets_ms: tuple[int, ...]


class SlotsReturned(Event, frozen=True):
    """A sortie gives the slots back that were kept ahead, as it looks for its aircraft."""

    sortie_id: SortieId


SalesEvent = (
    BookingHeld
    | HoldExpired
    | BookingWithdrawn
    | BookingReplaced
    | BoardingRefused
    | PartyWeighed
    | BookingSettled
    | SaleRefused
    | RideProvided
    | DelayRefunded
    | RemedyChosen
    | PaymentRequested
    | PaymentAuthorised
    | PaymentDeclined
    | PaymentDue
    | PaymentCaptured
    | PaymentVoided
    | PaymentRefunded
    | SortieSlotted
    | SlotsReturned
)
"""Every event of sales."""
