"""Tables of people: bookings, the ledger of their money, and the trips they wished for."""

from collections.abc import Iterable
from typing import Any

import msgspec

from aspan.compose.table import Kind, Table, table_from_rows
from aspan.compose.table_sorties import SortieLines
from aspan.operations import events as ev
from aspan.operations import sales_events as sale
from aspan.operations.lifecycles import (
    BOOKING_LIFECYCLE,
    ENDED_BOOKING_STATUSES,
    BookingStatus,
    next_booking_status,
)
from aspan.primitives.ids import BookingId, SortieId
from aspan.twin.travellers import TripRow
from aspan.twin.ways import find_door_ms
from aspan.world.reliability import Reliability

BOOKINGS: dict[str, Kind] = {
    "booking_id": "text",
    "trip_id": "text",
    "party": "whole",
    "payload_kg": "number",
    "origin_lon_deg": "number",
    "origin_lat_deg": "number",
    "destination_lon_deg": "number",
    "destination_lat_deg": "number",
    "requested_at_ms": "whole",
    "fare_tiyn": "whole",
    "refund_tiyn": "whole",
    "status": "text",
    "reason": "text",
    "seats_held": "whole",
    "sortie_ids": "texts",
    "left_sortie_ids": "texts",
    "ready_at_ms": "whole",
    "promised_arrival_at_ms": "whole",
    "told_arrival_at_ms": "whole",
    "chance": "number",
    "arrived_at_ms": "whole",
    "ended_at_ms": "whole",
    "off_block_told_at_ms": "whole",
    "changed_from": "text",
    "care": "text",
    "care_reason": "text",
    "care_chosen": "flag",
    "care_arrival_at_ms": "whole",
    "late_refund_tiyn": "whole",
    "ride_tiyn": "whole",
}

MONEY: dict[str, Kind] = {
    "booking_id": "text",
    "at_ms": "whole",
    "kind": "text",
    "amount_tiyn": "whole",
}

TRIPS: dict[str, Kind] = {
    "trip_id": "text",
    "segment": "text",
    "party": "whole",
    "origin_lon_deg": "number",
    "origin_lat_deg": "number",
    "destination_lon_deg": "number",
    "destination_lat_deg": "number",
    "wanted_at_ms": "whole",
    "chosen_mode": "text",
    "has_air_offer": "flag",
    "car_ms": "whole",
    "transit_ms": "whole",
    "air_ms": "whole",
    "sampling_factor": "whole",
}

_SEATLESS = (
    BookingStatus.CANCELLED,
    BookingStatus.REFUSED,
    BookingStatus.EXPIRED,
    BookingStatus.REBOOKED,
)

_CARRIED = (BookingStatus.FLOWN, BookingStatus.SETTLED)


Asked = ev.BookingConfirmed | ev.BookingRefused | sale.BookingHeld


class BookingLine(msgspec.Struct, kw_only=True):
    """What the log tells of one booking.

    Parameters
    ----------
    asked
        How it stands: refused, held, or confirmed, on the sortie it was moved to last.
    requested_at_ms
        When it was first asked for.
    paid_tiyn
        Charged so far; nothing while it is only held.
    left
        The sorties it was rebooked from, in order.
    ended_at_ms
        None while it goes on.
    changed_from
        The booking its passenger changed into this one.
    told_arrival_at_ms, chance
        As first promised; None if nothing was.
    care
        What was done last when its day broke: air, ground, money or none.
    is_chosen
        Whether the party chose that itself.
    late_refund_tiyn
        Part of the refund, for coming late by air.
    """

    asked: Asked
    status: BookingStatus
    requested_at_ms: int
    paid_tiyn: int = 0
    refund_tiyn: int = 0
    reason: str = ""
    left: tuple[SortieId, ...] = ()
    ended_at_ms: int | None = None
    changed_from: BookingId | None = None
    told_arrival_at_ms: int | None = None
    chance: float | None = None
    care: str = "none"
    care_reason: str = ""
    care_arrival_at_ms: int | None = None
    is_chosen: bool = False
    late_refund_tiyn: int = 0
    ride_tiyn: int = 0


_PAID_BACK = (
    ev.BookingCancelled,
    ev.BookingRefunded,
    sale.BookingWithdrawn,
    sale.BookingReplaced,
    sale.BoardingRefused,
    sale.RideProvided,
)
"""Events that pay a party back, all or in part; one only held has paid nothing."""


class BookingLines:
    """All bookings of a run and the lines of its ledger, folded from its events.

    Parameters
    ----------
    reliability
        How ways scatter in the city; ways take what was told if None.
    """

    def __init__(self, events: Iterable[ev.Event], reliability: Reliability | None = None) -> None:
        self._reliability = reliability
        self._seed = 0
        self.by_id: dict[BookingId, BookingLine] = {}
        self.money: list[tuple[BookingId, int, str, int]] = []
        moves = {move for moves in BOOKING_LIFECYCLE.values() for move in moves}
        for event in events:
            if isinstance(event, ev.BookingConfirmed):
                self._ask(event, BookingStatus.CONFIRMED)
                self.by_id[event.booking_id].paid_tiyn = event.fare_tiyn
                if event.fare_tiyn:
                    self._note(event.booking_id, event.at_ms, "charge", event.fare_tiyn)
            elif isinstance(event, sale.BookingHeld):
                self._ask(event, BookingStatus.HELD)
                self.by_id[event.booking_id].changed_from = event.replaces or None
            elif isinstance(event, ev.BookingRefused):
                self._ask(event, BookingStatus.REFUSED)
                self.by_id[event.booking_id].reason = event.reason
            elif isinstance(event, ev.ServiceOpened):
                self._seed = event.seed
            elif isinstance(event, sale.DelayRefunded):
                self._pay_back_late(event)
            elif isinstance(event, sale.RemedyChosen):
                self.by_id[event.booking_id].is_chosen = True
            elif type(event) in moves:
                self._move(event)
                self._care(event)

    def _ask(self, event: Asked, status: BookingStatus) -> None:
        known = self.by_id.get(event.booking_id)
        if known is None:
            line = BookingLine(asked=event, status=status, requested_at_ms=event.at_ms)
            if not isinstance(event, ev.BookingRefused):
                line.told_arrival_at_ms = event.promised_arrival_at_ms
                line.chance = event.chance
            self.by_id[event.booking_id] = line
        else:
            known.asked, known.status = event, status

    def _move(self, event: Any) -> None:  # noqa: ANN401  one of the lifecycle's events
        line = self.by_id[event.booking_id]
        line.status = next_booking_status(event.booking_id, line.status, type(event))
        if line.status in ENDED_BOOKING_STATUSES and line.ended_at_ms is None:
            line.ended_at_ms = event.at_ms
        if isinstance(event, ev.BookingRebooked) and not isinstance(line.asked, ev.BookingRefused):
            line.left += (line.asked.sortie_id,)
            line.asked = msgspec.structs.replace(
                line.asked,
                sortie_id=event.sortie_id,
                off_block_at_ms=event.off_block_at_ms,
                promised_arrival_at_ms=event.promised_arrival_at_ms,
            )
            line.reason = f"rebooked_{event.reason}"
        if isinstance(event, _PAID_BACK):
            refund_tiyn = min(event.refund_tiyn, line.paid_tiyn)
            line.refund_tiyn = refund_tiyn
            line.reason = getattr(event, "reason", "changed")
            if refund_tiyn:
                self._note(event.booking_id, event.at_ms, "refund", -refund_tiyn)
        if isinstance(event, sale.RideProvided) and event.cost_tiyn:
            self._note(event.booking_id, event.at_ms, "compensation", -event.cost_tiyn)

    def _care(self, event: Any) -> None:  # noqa: ANN401  one of the lifecycle's events
        """Note what an event says was done for a party whose day broke."""
        line = self.by_id[event.booking_id]
        if isinstance(event, ev.BookingRebooked):
            line.care = "air"
            line.care_arrival_at_ms = event.promised_arrival_at_ms
        elif isinstance(event, sale.RideProvided):
            line.care = "ground"
            line.care_arrival_at_ms = event.arrives_at_ms
            line.ride_tiyn = event.cost_tiyn
        elif isinstance(event, ev.BookingCancelled | ev.BookingRefunded):
            line.care = "money"
            line.care_arrival_at_ms = None
        else:
            return
        line.care_reason = event.reason

    def _pay_back_late(self, event: sale.DelayRefunded) -> None:
        line = self.by_id[event.booking_id]
        refund_tiyn = min(event.refund_tiyn, line.paid_tiyn - line.refund_tiyn)
        line.refund_tiyn += refund_tiyn
        line.late_refund_tiyn += refund_tiyn
        if refund_tiyn:
            self._note(event.booking_id, event.at_ms, "refund", -refund_tiyn)

    def _note(self, booking_id: BookingId, at_ms: int, kind: str, amount_tiyn: int) -> None:
        self.money.append((booking_id, at_ms, kind, amount_tiyn))

    def list_arrived(self, lines: SortieLines) -> list[tuple[ev.BookingConfirmed, int]]:
        """Return the parties that flew, each with the instant at its own door."""
        found = []
        for line in self.by_id.values():
            arrived_ms = self.find_arrival_ms(line, lines)
            if arrived_ms is not None and isinstance(line.asked, ev.BookingConfirmed):
                found.append((line.asked, arrived_ms))
        return found

    def find_arrival_ms(self, line: BookingLine, lines: SortieLines) -> int | None:
        """Return when a party that flew is at its own door; None if it did not fly.

        From the on-block that was flown, and its way on as the twin draws it. Assumed: a rebooked
        party finds the rides of its way on as much later as its flight is.
        """
        asked = line.asked
        if line.status not in _CARRIED or not isinstance(asked, ev.BookingConfirmed):
            return None
        on_block = lines.by_id[asked.sortie_id].on_block
        if on_block is None:
            return None
        return find_door_ms(self._reliability, asked, seed=self._seed, on_block_ms=on_block.at_ms)


def make_bookings(bookings: BookingLines, lines: SortieLines) -> Table:
    """Return the table of bookings, those refused among them."""
    rows: list[tuple[Any, ...]] = []
    for line in bookings.by_id.values():
        asked = line.asked
        sold = None if isinstance(asked, ev.BookingRefused) else asked
        rows.append(
            (
                asked.booking_id,
                asked.trip_id,
                asked.party,
                asked.payload_kg,
                asked.origin_lon_deg,
                asked.origin_lat_deg,
                asked.destination_lon_deg,
                asked.destination_lat_deg,
                line.requested_at_ms,
                sold.fare_tiyn if sold is not None else 0,
                line.refund_tiyn,
                line.status.value,
                line.reason or None,
                0 if line.status in _SEATLESS else asked.party,
                [sold.sortie_id] if sold is not None else [],
                list(line.left),
                sold.ready_at_ms if sold is not None else None,
                sold.promised_arrival_at_ms if sold is not None else None,
                line.told_arrival_at_ms,
                line.chance,
                bookings.find_arrival_ms(line, lines),
                line.ended_at_ms,
                sold.off_block_at_ms if sold is not None else None,
                line.changed_from,
                line.care,
                line.care_reason or None,
                line.is_chosen,
                line.care_arrival_at_ms,
                line.late_refund_tiyn,
                line.ride_tiyn,
            )
        )
    return table_from_rows("bookings", BOOKINGS, rows)


def make_money(bookings: BookingLines) -> Table:
    """Return the ledger: what came to us positive, what went from us negative."""
    return table_from_rows("money", MONEY, bookings.money)


def make_trips(trips: Iterable[TripRow]) -> Table:
    """Return the table of wishes and what came of each."""
    rows = [
        (
            trip.wish.trip_id,
            trip.wish.segment_id,
            trip.wish.party,
            trip.wish.origin_lon_deg,
            trip.wish.origin_lat_deg,
            trip.wish.destination_lon_deg,
            trip.wish.destination_lat_deg,
            trip.wish.wanted_at_ms,
            trip.chosen_mode,
            trip.has_air_offer,
            trip.car_ms,
            trip.transit_ms,
            trip.air_ms,
            trip.wish.sampling_factor,
        )
        for trip in trips
    ]
    return table_from_rows("trips", TRIPS, rows)
