"""What goes over the wire about bookings: what is asked for, held, confirmed, flown or paid back.

Instants are ms UTC, money is tiyn of the whole party, points are WGS 84. Texts are in the language
asked for; codes (`status`, `step`, `reason`, `kind`) never change with it.
"""

from typing import Annotated, Literal

import msgspec

from aspan.faces.http.wire_terms import BookingConditions

TRAVELLERS_MAX = 8
"""Persons in one booking; as in a search."""

MASS_KG_MAX = 250.0
"""Heaviest person, and heaviest bags of one, that are taken for meant; as in `booking.party`."""

FARE_TIYN_MAX = 10**10
"""Greatest amount taken in: 100 million tenge, as in `operations.payments`."""

AT_MS_MAX = 253_402_300_799_999
"""The last millisecond of the year 9999."""

Kind = Literal["adult", "child", "infant"]
Need = Literal["wheelchair", "assistance", "visual", "hearing"]
Lang = Literal["kk", "ru", "en"]
Mass = Annotated[float, msgspec.Meta(gt=0.0, le=MASS_KG_MAX, description="kg")]
BagMass = Annotated[float, msgspec.Meta(ge=0.0, le=MASS_KG_MAX, description="kg")]
Money = Annotated[int, msgspec.Meta(ge=0, le=FARE_TIYN_MAX, description="tiyn")]
Instant = Annotated[int, msgspec.Meta(ge=0, le=AT_MS_MAX, description="ms UTC")]
SiteName = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Token = Annotated[str, msgspec.Meta(min_length=1, max_length=6000)]
IdText = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Currency = Annotated[str, msgspec.Meta(min_length=3, max_length=3, description="KZT")]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body that is taken in; a field that is not known is refused."""


class TravellerAsked(Asked, frozen=True, kw_only=True):
    """One traveller; where a mass is not told a mean is taken until the gate weighs.

    Parameters
    ----------
    mass_kg
        With clothes. Null: the mean of its kind in the season, an adult's with a mean bag.
    bag_kg
        All bags. Null: none beyond a mean one of an adult.
    """

    kind: Kind = "adult"
    mass_kg: Mass | None = None
    bag_kg: BagMass | None = None
    needs: Annotated[tuple[Need, ...], msgspec.Meta(max_length=4)] = ()


class ContactAsked(Asked, frozen=True, kw_only=True):
    """Whom to tell; kept apart from the log of the service, under a key of their own."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    phone: Annotated[str, msgspec.Meta(max_length=32)] = ""
    email: Annotated[str, msgspec.Meta(max_length=254)] = ""
    lang: Lang = "en"


class DepartureAsked(Asked, frozen=True, kw_only=True):
    """Seats from one vertiport to another, without a search from door to door.

    Parameters
    ----------
    fare_tiyn
        The most to be charged, of the whole party; whatever the fare is then if null.
    """

    origin: SiteName
    destination: SiteName
    ready_at_ms: Instant
    fare_tiyn: Money | None = None


class BookingRequest(Asked, frozen=True, kw_only=True):
    """Hold seats: those of an `offer` (its token), or of a `departure`; one of the two."""

    travellers: Annotated[
        tuple[TravellerAsked, ...], msgspec.Meta(min_length=1, max_length=TRAVELLERS_MAX)
    ]
    offer: Token | None = None
    departure: DepartureAsked | None = None
    contact: ContactAsked | None = None
    currency: Currency = "KZT"


class ChangeRequest(Asked, frozen=True, kw_only=True):
    """Hold other seats for the same travellers; they replace the old ones when confirmed."""

    offer: Token | None = None
    departure: DepartureAsked | None = None
    currency: Currency = "KZT"


class ConfirmationRequest(Asked, frozen=True, kw_only=True):
    """Confirm a held booking with a payment that is authorised."""

    payment_id: IdText


class RemedyRequest(Asked, frozen=True, kw_only=True):
    """Choose one of the remedies that are open; `sortie_id` where several fly."""

    remedy: Literal["air", "ground", "refund"]
    sortie_id: Annotated[str, msgspec.Meta(max_length=64)] = ""


class PaymentRequest(Asked, frozen=True, kw_only=True):
    """Ask the provider to authorise an amount.

    Parameters
    ----------
    method
        The provider's own token of a means of payment; never a card number.
    return_url
        Where the provider sends the payer back to.
    """

    amount_tiyn: Annotated[int, msgspec.Meta(ge=1, le=FARE_TIYN_MAX, description="tiyn")]
    currency: Currency = "KZT"
    method: Annotated[str, msgspec.Meta(max_length=128)] = ""
    return_url: Annotated[str, msgspec.Meta(max_length=2000)] = ""


# ---- money ---------------------------------------------------------------------------------


class FareLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a fare; the lines add up to it."""

    kind: str
    amount_tiyn: int
    text: str


class TaxShare(msgspec.Struct, frozen=True, kw_only=True):
    """The tax that a fare contains; `rate` in [0, 1], dated by the law it comes from."""

    kind: str
    rate: float
    amount_tiyn: int
    text: str


class Fare(msgspec.Struct, frozen=True, kw_only=True):
    """What a party pays, never more."""

    total_tiyn: int
    currency: str
    lines: tuple[FareLine, ...]
    tax: TaxShare | None = None


class CancellationTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a passenger gets back who cancels now; `until_ms` is when this changes, if ever."""

    is_open: bool
    refund_tiyn: int
    fee_tiyn: int
    until_ms: int | None
    reason: str
    text: str


class CancellationDone(msgspec.Struct, frozen=True, kw_only=True):
    """What a cancellation did."""

    booking_id: str
    status: str
    refund_tiyn: int
    fee_tiyn: int


class PaymentPage(msgspec.Struct, frozen=True, kw_only=True):
    """A payment; `state` is requested, authorised, declined, captured, voided or refunded.

    Parameters
    ----------
    redirect_url
        Where the payer shows the provider that it is them; null if nowhere.
    reason
        Why it was declined; empty if it was not.
    access_token
        For a buyer without a login: the bearer token by which this payment is seen again.
    """

    payment_id: str
    state: str
    amount_tiyn: int
    currency: str
    captured_tiyn: int
    refunded_tiyn: int
    booking_id: str | None
    reason: str
    text: str
    redirect_url: str | None = None
    access_token: str | None = None


# ---- a booking as it is made ---------------------------------------------------------------


class HeldBooking(msgspec.Struct, frozen=True, kw_only=True):
    """Seats held for a while; after `expires_at_ms` they are given back.

    Parameters
    ----------
    access_token
        For a buyer without a login: the bearer token by which this booking is handled from now on.
    person_id
        Under which the contact is kept; empty without one.
    """

    booking_id: str
    status: str
    sortie_id: str
    origin: str
    destination: str
    off_block_at_ms: int
    promised_arrival_at_ms: int
    on_time_chance: float | None
    party: int
    payload_kg: float
    fare: Fare
    expires_at_ms: int | None
    person_id: str
    replaces: str
    is_repeated: bool
    access_token: str | None = None


class ConfirmedBooking(msgspec.Struct, frozen=True, kw_only=True):
    """Seats that are sold; `is_repeated` if they were before."""

    booking_id: str
    status: str
    payment_id: str
    fare_tiyn: int
    is_repeated: bool


# ---- a booking as it stands ----------------------------------------------------------------


class SitePlace(msgspec.Struct, frozen=True, kw_only=True):
    """A vertiport as a passenger sees it."""

    id: str
    name: str
    lat: float
    lon: float


class WayElement(msgspec.Struct, frozen=True, kw_only=True):
    """One element of the way to or from a vertiport, as it was planned."""

    kind: str
    duration_ms: int


class BookedTrip(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """What was booked, and when it is now expected to leave and arrive.

    Parameters
    ----------
    from_, to
        The doors: latitude and longitude.
    be_there_at_ms
        When the party must be checked in at the latest.
    off_block_at_ms, on_block_at_ms
        As expected now; `planned_off_block_at_ms` as it was booked.
    """

    sortie_id: str
    origin: SitePlace
    destination: SitePlace
    from_: tuple[float, float]
    to: tuple[float, float]
    leave_at_ms: int
    be_there_at_ms: int
    off_block_at_ms: int
    planned_off_block_at_ms: int
    on_block_at_ms: int
    arrive_at_ms: int
    promised_arrival_at_ms: int
    on_time_chance: float | None
    access: tuple[WayElement, ...]
    egress: tuple[WayElement, ...]


class LivePosition(msgspec.Struct, frozen=True, kw_only=True):
    """Where the aircraft is."""

    lat: float
    lon: float
    altitude_amsl_m: float
    course_deg: float
    ground_speed_mps: float


class LiveStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the passenger should do now.

    Parameters
    ----------
    step
        pay, on_the_way, check_in, gate, boarding, taxiing, in_flight, landed, arrived, choose,
        ride, cancelled, expired, refused, no_show, rebooked or refunded.
    text
        The same as a sentence.
    until_ms
        When this step ends at the latest as expected now; null if it does not.
    delay_ms
        Against what was booked; 0 if on time or sooner.
    stand_id
        Where the aircraft stands; empty if it is not known yet.
    position, path
        In flight: where it is, and the way it flies as longitude and latitude.
    """

    step: str
    text: str
    until_ms: int | None
    delay_ms: int
    reason: str
    reason_text: str
    aircraft_id: str
    stand_id: str
    position: LivePosition | None
    path: tuple[tuple[float, float], ...]


class CareDone(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was done for a passenger when the day broke."""

    at_ms: int
    kind: str
    reason: str
    text: str
    amount_tiyn: int = 0


class RemedyOpen(msgspec.Struct, frozen=True, kw_only=True):
    """One way out among which a passenger may choose.

    Parameters
    ----------
    remedy
        air, ground or refund.
    amount_tiyn
        What is paid back with it.
    """

    remedy: str
    text: str
    sortie_id: str = ""
    leaves_at_ms: int | None = None
    arrives_at_ms: int | None = None
    amount_tiyn: int = 0


class BookingPage(msgspec.Struct, frozen=True, kw_only=True):
    """A booking, all of it, now.

    Parameters
    ----------
    seq
        Number of the newest event on disk when it was drawn; a later answer has a greater one.
    replaced_by
        The booking that took its place; empty if none did.
    is_ticket_ready
        Whether `…/ticket` has a ticket for it.
    conditions
        Null once it can be cancelled no longer, or where the city states none.
    """

    seq: int
    now_ms: int
    time_zone: str
    booking_id: str
    status: str
    party: int
    payload_kg: float
    travellers: tuple[TravellerAsked, ...]
    fare: Fare
    payment_id: str
    refund_tiyn: int
    expires_at_ms: int | None
    person_id: str
    replaces: str
    replaced_by: str
    is_ticket_ready: bool
    trip: BookedTrip
    live: LiveStatus
    care: tuple[CareDone, ...]
    remedies: tuple[RemedyOpen, ...]
    remedies_until_ms: int | None
    cancellation: CancellationTerms
    conditions: BookingConditions | None = None


class DepartureLine(msgspec.Struct, frozen=True, kw_only=True):
    """A departure with seats; `token` is what a booking is made with.

    Parameters
    ----------
    sortie_id
        Null if a booking would plan a new sortie.
    """

    origin: str
    destination: str
    sortie_id: str | None
    off_block_at_ms: int
    on_block_at_ms: int
    seats_left: int
    fare: Fare
    token: str
    valid_until_ms: int


class DeparturesPage(msgspec.Struct, frozen=True, kw_only=True):
    """The departures of a pair on a local date, the earliest first; `reason` if there is none."""

    now_ms: int
    time_zone: str
    origin: SitePlace
    destination: SitePlace
    date: str
    party: int
    departures: tuple[DepartureLine, ...]
    reason: str
    text: str


class ReceiptPage(msgspec.Struct, frozen=True, kw_only=True):
    """What was paid and paid back for a booking, and for what."""

    booking_id: str
    issued_at_ms: int
    status: str
    fare: Fare
    payment_id: str
    charged_tiyn: int
    refund_tiyn: int
    fee_tiyn: int
    text: str


class ContactKept(msgspec.Struct, frozen=True, kw_only=True):
    """Under which id a contact is kept."""

    person_id: str
