"""The desk of sales: from what is asked over HTTP to a command, and from its events to an answer.

Nothing is remembered here that the log does not know: ids are made from the seller and its
Idempotency-Key, so a request that is repeated, also after the service was killed, finds what the
first one did. Each request is one command: done as a whole, or refused and nothing done.
"""

import re
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Final, TypeVar

import msgspec

from aspan.booking.ids import derive_id, digest_of
from aspan.faces.http.callers import Caller, Callers, unauthorized
from aspan.faces.http.fare_page import tell_fare
from aspan.faces.http.hold_command import Buyer, HoldMaker
from aspan.faces.http.offer_token import Signer
from aspan.faces.http.open_things import OpenThings
from aspan.faces.http.partners import OWN_SELLER, SANDBOX_ID
from aspan.faces.http.party_reading import read_party
from aspan.faces.http.problem import Problem, find_body_problem
from aspan.faces.http.sales_view import SalesView
from aspan.faces.http.wire_sales import (
    BookingRequest,
    CancellationDone,
    ChangeRequest,
    ConfirmedBooking,
    HeldBooking,
    RemedyRequest,
)
from aspan.operations.commands import Command
from aspan.operations.engine import Engine
from aspan.operations.events import BookingRefused, Event
from aspan.operations.holds import find_hold_ms
from aspan.operations.lifecycles import BookingStatus
from aspan.operations.records import BookingRecord
from aspan.operations.sales import ChooseRemedy, ConfirmBooking, HoldSeats, WithdrawBooking
from aspan.operations.sales_events import BookingHeld, BookingWithdrawn, SaleRefused
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, PaymentId, SortieId
from aspan.primitives.units import MS_PER_S
from aspan.world.city import City

KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""An Idempotency-Key. Long, as on our own pages whoever knows it can ask again for what it made."""

ADDRESS_HOLDS_MAX: Final = 20
PARTNER_HOLDS_MAX: Final = 500
"""Holds that nobody has paid yet, of one address on our own pages and of one partner, at once.
Assumed: an office behind one address buys; a partner takes four a second and gives none back."""

SELLERS_MAX: Final = 50_000
"""Bookings whose seller is remembered, so that a confirmation need not ask first."""

T = TypeVar("T")

_CODES: Final = {
    "booking_expired": "hold_expired",
    "remedy_not_open": "no_remedy",
    "booking_settled": "booking_flown",
    "payment_requested": "payment_not_authorised",
    "payment_declined": "payment_not_authorised",
    "payment_voided": "payment_not_authorised",
    "payment_lapsed": "payment_not_authorised",
    "payment_captured": "payment_used",
}
"""Codes of refusals whose name on the log says more than whoever asks needs to know."""


class Held(msgspec.Struct, frozen=True, gc=False):
    """A hold as the engine has it right after the command; `reason` if it was refused."""

    event: BookingHeld | None
    reason: str = ""
    status: str = ""
    sortie_id: str = ""
    origin: str = ""
    destination: str = ""
    payload_kg: float = 0.0
    is_repeated: bool = False


class SalesDesk:
    """Holds, confirms, changes and cancels bookings of a running service.

    Parameters
    ----------
    now_ms
        The service's clock.
    pace
        How much faster it runs than people's, 1 or more: they are held seats so much longer.
    """

    def __init__(
        self,
        view: SalesView,
        *,
        city: City,
        now_ms: Callable[[], int],
        pace: Callable[[], float],
        signer: Signer,
        callers: Callers,
    ) -> None:
        self.view = view
        self.city = city
        self.now_ms = now_ms
        self.callers = callers
        self.hold_ms = find_hold_ms(city.rules)
        self._maker = HoldMaker(city, signer)
        self._pace = pace
        self._sellers: OrderedDict[str, str] = OrderedDict()
        self._open = OpenThings("too_many_holds")

    # ---- holding -----------------------------------------------------------------------------

    async def hold(
        self,
        caller: Caller,
        key: str,
        asked: BookingRequest,
        *,
        lang: str,
        person_id: str = "",
    ) -> HeldBooking:
        """Hold seats for a party.

        The event's digest is made of what is asked without the contact: that of a name and a number
        can be guessed, and what is on the log stays there. The person's id stands for them.
        """
        caller.need("bookings")
        buyer = Buyer(
            booking_id=BookingId(derive_id("B", caller.seller, check_key(key))),
            seller=caller.seller,
            travellers=read_party(self.city, asked.travellers, at_ms=self.now_ms()),
            digest=_digest(person_id, msgspec.structs.replace(asked, contact=None)),
            person_id=person_id,
        )
        return await self._hold(caller, buyer, asked, lang)

    async def change(
        self, caller: Caller, old_id: str, key: str, asked: ChangeRequest, *, lang: str
    ) -> HeldBooking:
        """Hold other seats for the party of a booking, which they replace once confirmed."""
        await self.own(caller, old_id)
        old = await self.view.ask(lambda engine: find_held(engine, old_id))
        if old is None:
            raise Problem("not_changeable")
        buyer = Buyer(
            booking_id=BookingId(derive_id("B", caller.seller, check_key(key))),
            seller=caller.seller,
            travellers=old.travellers,
            digest=_digest(old_id, asked),
            person_id=old.person_id,
            replaces=old,
        )
        return await self._hold(caller, buyer, asked, lang)

    async def _hold(
        self, caller: Caller, buyer: Buyer, asked: BookingRequest | ChangeRequest, lang: str
    ) -> HeldBooking:
        booking_id = buyer.booking_id
        try:
            command = self._maker.make(
                buyer, asked.offer, asked.departure, asked.currency, now_ms=self.now_ms()
            )
        except Problem as problem:
            if problem.code != "stale_offer":
                raise
            # Somebody may repeat, late, what was done in time.
            held = await self.view.ask(lambda engine: _find_repeated(engine, buyer))
            if held is None:
                raise
        else:
            pace = self._pace()
            if pace > 1.0:
                command = msgspec.structs.replace(command, hold_ms=round(self.hold_ms * pace))
            self._count(caller, booking_id)
            held = await self._take_hold(command, booking_id)
            if held.event is None or held.status != BookingStatus.HELD.value:
                self._open.end(booking_id)
        self._remember(booking_id, buyer.seller)
        if held.event is None:
            raise Problem(name_code(held.reason))
        return self._tell_held(held, held.event, lang)

    def _count(self, caller: Caller, booking_id: str) -> None:
        """Count a hold as open as long as people are given to pay it; refuse one too many."""
        if caller.seller == SANDBOX_ID:  # a twin's own measurements are not limited
            return
        most = ADDRESS_HOLDS_MAX if caller.scopes is None else PARTNER_HOLDS_MAX
        now_s = monotonic()
        until_s = now_s + self.hold_ms / MS_PER_S
        self._open.begin(caller.who, booking_id, most=most, now_s=now_s, until_s=until_s)

    async def _take_hold(self, command: HoldSeats, booking_id: BookingId) -> Held:
        return await self.take(
            f"book/hold/{booking_id}",
            command,
            lambda engine, events: read_held(engine, booking_id, is_repeated=not events),
        )

    def _tell_held(self, held: Held, event: BookingHeld, lang: str) -> HeldBooking:
        is_held = held.status == BookingStatus.HELD.value
        is_own = event.seller == OWN_SELLER
        fare = tell_fare(
            self.city,
            event.fare_tiyn,
            event.fare_lines,
            off_block_ms=event.off_block_at_ms,
            lang=lang,
        )
        return HeldBooking(
            booking_id=event.booking_id,
            status=held.status,
            sortie_id=held.sortie_id,
            origin=held.origin,
            destination=held.destination,
            off_block_at_ms=event.off_block_at_ms,
            promised_arrival_at_ms=event.promised_arrival_at_ms,
            on_time_chance=event.chance,
            party=len(event.travellers),
            payload_kg=held.payload_kg,
            fare=fare,
            expires_at_ms=event.expires_at_ms if is_held else None,
            person_id=event.person_id,
            replaces=event.replaces,
            is_repeated=held.is_repeated,
            access_token=self.callers.make_capability(event.booking_id) if is_own else None,
        )

    # ---- confirming and cancelling -------------------------------------------------------------

    async def confirm(self, caller: Caller, booking_id: str, payment_id: str) -> ConfirmedBooking:
        """Turn a hold into a booking, paid by an authorised payment."""
        await self.own(caller, booking_id)
        done = await self.take(
            f"book/confirm/{booking_id}",
            ConfirmBooking(booking_id=BookingId(booking_id), payment_id=PaymentId(payment_id)),
            lambda engine, events: read_confirmed(engine, events, booking_id),
        )
        if isinstance(done, str):
            raise Problem(name_code(done))
        self._open.end(booking_id)
        return done

    async def cancel(self, caller: Caller, booking_id: str) -> CancellationDone:
        """Cancel a booking, or give a hold back."""
        await self.own(caller, booking_id)
        done = await self.take(
            f"book/withdraw/{booking_id}",
            WithdrawBooking(booking_id=BookingId(booking_id)),
            lambda engine, events: read_withdrawn(engine, events, booking_id),
        )
        if isinstance(done, str):
            raise Problem("not_cancellable")
        self._open.end(booking_id)
        return done

    async def choose(self, caller: Caller, booking_id: str, asked: RemedyRequest) -> None:
        """Choose among the ways out that are open to a party whose day broke."""
        await self.own(caller, booking_id)
        command = ChooseRemedy(
            booking_id=BookingId(booking_id),
            remedy=asked.remedy,
            sortie_id=SortieId(asked.sortie_id),
        )
        reason = await self.take(
            f"book/remedy/{booking_id}", command, lambda _, events: find_refusal(events)
        )
        if reason:
            raise Problem(name_code(reason))

    # ---- whose it is ---------------------------------------------------------------------------

    async def own(self, caller: Caller, booking_id: str, scope: str = "bookings") -> None:
        """Refuse whoever asks about a booking that is not theirs as if there were none."""
        caller.need(scope)
        if caller.scopes is None:
            if not caller.named:
                raise unauthorized("unauthorized")
            if caller.named != booking_id:
                raise Problem("unknown_booking")
            return
        seller = self._sellers.get(booking_id)
        if seller is None:
            seller = await self.view.ask(lambda engine: find_seller(engine, booking_id))
            if seller:
                self._remember(booking_id, seller)
        if seller != caller.seller:
            raise Problem("unknown_booking")

    def _remember(self, booking_id: str, seller: str) -> None:
        self._sellers[booking_id] = seller
        while len(self._sellers) > SELLERS_MAX:
            self._sellers.popitem(last=False)

    async def take(
        self, cause: str, command: Command, read: Callable[[Engine, list[Event]], T]
    ) -> T:
        """Have a command handled, its refusal as bad input told as a problem."""
        try:
            return await self.view.take(cause, command, read)
        except InvalidInput as error:
            if error.field == "idempotency_key":
                raise Problem("idempotency_key_reused", field="Idempotency-Key") from None
            if error.field == "booking_id":
                raise Problem("unknown_booking") from None
            raise


def check_key(key: str) -> str:
    """Return an Idempotency-Key; a `Problem` if it is none."""
    if not KEY.fullmatch(key):
        raise Problem("missing_idempotency_key", field="Idempotency-Key")
    return key


def name_code(reason: str) -> str:
    """Return the code under which a refusal of the engine's is told."""
    return _CODES.get(reason, reason)


def decode(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """Return what a body says; a `Problem` if it cannot be read."""
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise find_body_problem(error) from None


def _digest(about: str, asked: BookingRequest | ChangeRequest) -> str:
    return digest_of(f"{about}\n".encode() + msgspec.json.encode(asked))


# ---- read in the engine's thread ---------------------------------------------------------------


def read_held(engine: Engine, booking_id: BookingId, *, is_repeated: bool) -> Held:
    """Return a hold as it stands."""
    record = engine.state.bookings[booking_id]
    asked = record.asked
    if isinstance(asked, BookingRefused):
        return Held(None, reason=asked.reason)
    sortie = engine.state.sorties.get(record.sortie_id)
    return Held(
        record.held,
        "unknown_booking",
        record.status.value,
        record.sortie_id,
        "" if sortie is None else sortie.origin,
        "" if sortie is None else sortie.planned_destination,
        record.payload_kg,
        is_repeated,
    )


def _find_repeated(engine: Engine, buyer: Buyer) -> Held | None:
    """Return what an earlier request of the same key and body did; None if there was none."""
    record = engine.state.bookings.get(buyer.booking_id)
    if record is None:
        return None
    if record.held is not None and record.held.digest != buyer.digest:
        raise Problem("idempotency_key_reused", field="Idempotency-Key")
    return read_held(engine, buyer.booking_id, is_repeated=True)


def find_held(engine: Engine, booking_id: str) -> BookingHeld | None:
    """Return how a booking was held; None if nobody held it."""
    record = engine.state.bookings.get(BookingId(booking_id))
    return None if record is None else record.held


def find_seller(engine: Engine, booking_id: str) -> str:
    """Return who sold a booking; empty if nobody did."""
    held = find_held(engine, booking_id)
    return "" if held is None else held.seller


def find_refusal(events: list[Event]) -> str:
    """Return why something asked of a booking was refused; empty if it was not."""
    return next((event.reason for event in events if isinstance(event, SaleRefused)), "")


def read_confirmed(engine: Engine, events: list[Event], booking_id: str) -> ConfirmedBooking | str:
    """Return what a confirmation did, or why it was refused."""
    reason = find_refusal(events)
    if reason:
        return reason
    record = engine.state.bookings[BookingId(booking_id)]
    return ConfirmedBooking(
        booking_id=booking_id,
        status=record.status.value,
        payment_id=record.payment_id,
        fare_tiyn=record.fare_tiyn,
        is_repeated=not events,
    )


def read_withdrawn(engine: Engine, events: list[Event], booking_id: str) -> CancellationDone | str:
    """Return what a cancellation did, or why it was refused."""
    reason = find_refusal(events)
    if reason:
        return reason
    record = engine.state.bookings[BookingId(booking_id)]
    told = next((event for event in events if isinstance(event, BookingWithdrawn)), None)
    kept_tiyn = find_kept_tiyn(engine, record) if told is None else told.fee_tiyn
    paid_tiyn = record.fare_tiyn if record.payment_id else 0
    return CancellationDone(
        booking_id=booking_id,
        status=record.status.value,
        refund_tiyn=paid_tiyn - kept_tiyn if told is None else told.refund_tiyn,
        fee_tiyn=kept_tiyn,
    )


def find_kept_tiyn(engine: Engine, record: BookingRecord) -> int:
    """Return what a booking owes in the end, as things stand; 0 if nothing was paid."""
    payment = engine.state.payments.get(record.payment_id)
    return 0 if payment is None else payment.kept_tiyn
