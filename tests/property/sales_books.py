"""Books of sales: what the events alone say is sold, paid and owed, and the laws of it."""

from collections import Counter

from aspan.operations import events as ev
from aspan.operations import sales_events as sale
from aspan.primitives.ids import BookingId, PaymentId


class Books:
    """What the events alone say is sold, paid and owed."""

    def __init__(self, seats: int, payload_kg: float) -> None:
        self._seats, self._payload_kg = seats, payload_kg
        self.parties: dict[BookingId, tuple[str, int, float]] = {}
        self.fares: dict[BookingId, int] = {}
        self.shown: dict[BookingId, int] = {}
        self.back: Counter[BookingId] = Counter()
        self.takers: dict[PaymentId, BookingId] = {}
        self.moves: dict[PaymentId, Counter[str]] = {}
        self.sold: set[str] = set()

    def apply(self, event: ev.Event) -> None:
        """Take in one event, and see that no law is broken by it."""
        match event:
            case sale.BookingHeld():
                self._seat(event.booking_id, event.sortie_id, event.party, event.payload_kg)
                self.fares[event.booking_id] = event.fare_tiyn
                assert event.fare_tiyn <= self.shown.get(event.booking_id, event.fare_tiyn)
            case ev.BookingConfirmed():
                self._seat(event.booking_id, event.sortie_id, event.party, event.payload_kg)
                assert event.fare_tiyn == self.fares.setdefault(event.booking_id, event.fare_tiyn)
                if event.payment_id:
                    taker = self.takers.setdefault(event.payment_id, event.booking_id)
                    assert taker == event.booking_id, "one payment for two bookings"
                    assert self.moves[event.payment_id]["authorised"] >= event.fare_tiyn
            case ev.BookingRebooked():
                _, party, payload_kg = self.parties[event.booking_id]
                self._seat(event.booking_id, event.sortie_id, party, payload_kg)
            case sale.PartyWeighed():
                sortie_id, party, _ = self.parties[event.booking_id]
                self._seat(event.booking_id, sortie_id, party, event.payload_kg)
            case sale.HoldExpired() | ev.BookingNoShow() | ev.BookingFlown():
                self.parties.pop(event.booking_id, None)
            case sale.BookingWithdrawn() | sale.BookingReplaced():
                self._pay_back(event.booking_id, event.refund_tiyn)
                if event.booking_id in self.takers.values():
                    assert event.refund_tiyn + event.fee_tiyn == self.fares[event.booking_id]
            case ev.BookingCancelled() | ev.BookingRefunded() | sale.BoardingRefused():
                self._pay_back(event.booking_id, event.refund_tiyn)
            case sale.RideProvided():
                self._pay_back(event.booking_id, event.refund_tiyn)
            case sale.DelayRefunded():
                self._give(event.booking_id, event.refund_tiyn)
            case _:
                self._apply_payment(event)

    def _seat(self, booking_id: BookingId, sortie_id: str, party: int, payload_kg: float) -> None:
        self.parties[booking_id] = (sortie_id, party, payload_kg)
        aboard = [p for p in self.parties.values() if p[0] == sortie_id]
        assert sum(p[1] for p in aboard) <= self._seats, f"{sortie_id}: a seat sold twice"
        assert sum(p[2] for p in aboard) <= self._payload_kg + 1e-6, f"{sortie_id}: too heavy"

    def _pay_back(self, booking_id: BookingId, refund_tiyn: int) -> None:
        self.parties.pop(booking_id, None)
        self._give(booking_id, refund_tiyn)

    def _give(self, booking_id: BookingId, refund_tiyn: int) -> None:
        self.back[booking_id] += refund_tiyn
        assert 0 <= self.back[booking_id] <= self.fares[booking_id]

    def _apply_payment(self, event: ev.Event) -> None:
        match event:
            case sale.PaymentRequested():
                self.moves[event.payment_id] = Counter()
            case sale.PaymentAuthorised():
                self.moves[event.payment_id]["authorised"] += event.amount_tiyn
            case sale.PaymentCaptured():
                moves = self.moves[event.payment_id]
                moves["captured"] += event.amount_tiyn
                assert moves["captured"] <= moves["authorised"]
                assert not moves["voided"]
            case sale.PaymentVoided():
                moves = self.moves[event.payment_id]
                moves["voided"] += 1
                assert moves["voided"] == 1
                assert not moves["captured"]
            case sale.PaymentRefunded():
                moves = self.moves[event.payment_id]
                moves["refunded"] += event.amount_tiyn
                assert moves["refunded"] <= moves["captured"]
            case _:
                pass
