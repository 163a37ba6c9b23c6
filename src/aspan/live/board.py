"""The board: what a desk shows of today beside the state, folded from the events on disk.

It can be thrown away and folded again. Yesterday's lines leave it when a day opens, and those sold
ahead for that day come onto it; until then they are kept aside, or a month of them would be shown.
"""

from math import inf

import msgspec

from aspan.live.punctuality import judge_sortie, share_on_time
from aspan.operations import events as ev
from aspan.operations import sales_events as sale
from aspan.operations.records import AircraftRecord
from aspan.physics.battery import available_kwh
from aspan.primitives.ids import AircraftId, BookingId, LaneId, SortieId
from aspan.world.aircraft import AircraftType

UNWANTED = frozenset({"unbooked", "no_passengers", "not_needed"})
"""Causes of cancellation that leave nobody behind."""


class BoardLine(msgspec.Struct, kw_only=True):
    """When a sortie did what, and with what reserve."""

    sortie_id: SortieId
    wanted_off_block_at_ms: int
    aircraft_id: AircraftId | None = None
    off_block_at_ms: int | None = None
    lift_off_at_ms: int | None = None
    touchdown_at_ms: int | None = None
    on_block_at_ms: int | None = None
    pack_temperature_k: float = 0.0
    final_reserve_kwh: float = 0.0
    above_reserve_kwh: float | None = None
    passengers: int = 0
    no_shows: int = 0
    is_cancelled: bool = False
    lane_id: LaneId | None = None


class Board:
    """Today's sorties and sums."""

    def __init__(self, kind: AircraftType) -> None:
        self._kind = kind
        self.seq = 0
        self.lines: dict[SortieId, BoardLine] = {}
        self._ahead: dict[SortieId, BoardLine] = {}
        self._parties: dict[BookingId, tuple[SortieId, int]] = {}
        self._soh: dict[AircraftId, float] = {}
        self._from_ms = 0
        self._until_ms = inf  # until a day is opened whatever is scheduled is of the day
        self._clear()

    def _clear(self) -> None:
        """Begin a day: what is over leaves the board."""
        self.flown = 0
        self.empty = 0
        self.cancelled = 0
        self.passengers = 0
        self.energy_kwh = 0.0
        self.min_above_reserve_kwh: float | None = None
        self.lines = {
            s: line
            for s, line in self.lines.items()
            if line.on_block_at_ms is None and not line.is_cancelled
        }
        due = [s for s, n in self._ahead.items() if n.wanted_off_block_at_ms <= self._until_ms]
        self.lines.update((s, self._ahead.pop(s)) for s in due)

    def on_time_share(self, now_ms: int) -> float | None:
        """Return the share on time of today's sorties judged so far; None before the first."""
        return share_on_time(
            judge_sortie(
                line.wanted_off_block_at_ms,
                line.off_block_at_ms,
                is_cancelled=line.is_cancelled,
                now_ms=now_ms,
            )
            for line in self.lines.values()
            if line.wanted_off_block_at_ms >= self._from_ms
        )

    def apply(self, seq: int, event: ev.Event) -> None:
        """Take in the event of this number."""
        self.seq = seq
        match event:
            case ev.DayOpened():
                self._from_ms, self._until_ms = event.service_from_ms, event.service_until_ms
                self._clear()
            case ev.AircraftRegistered():
                self._soh[event.aircraft_id] = event.soh
            case ev.SortieScheduled():
                lines = self.lines if event.off_block_at_ms <= self._until_ms else self._ahead
                lines[event.sortie_id] = BoardLine(
                    sortie_id=event.sortie_id, wanted_off_block_at_ms=event.off_block_at_ms
                )
            case ev.SortieAssigned() if event.sortie_id in self._ahead:
                self.lines[event.sortie_id] = self._ahead.pop(event.sortie_id)
                self._apply_movement(event)
            case ev.SortieCancelled() if event.sortie_id in self._ahead:
                del self._ahead[event.sortie_id]
            case sale.BookingHeld() | ev.BookingConfirmed():
                self._parties[event.booking_id] = (event.sortie_id, event.party)
            case ev.BookingRebooked():
                _, party = self._parties.pop(event.booking_id, (event.sortie_id, 0))
                self._parties[event.booking_id] = (event.sortie_id, party)
            case (
                ev.BookingCancelled()
                | ev.BookingNoShow()
                | ev.BookingFlown()
                | sale.HoldExpired()
                | sale.BookingWithdrawn()
                | sale.BookingReplaced()
                | sale.BoardingRefused()
                | sale.RideProvided()
            ):
                self._end_booking(event.booking_id, event)
            case _:
                self._apply_movement(event)

    def _end_booking(self, booking_id: BookingId, event: ev.Event) -> None:
        """Let go of a party: it was carried, did not come, or does not fly."""
        sortie_id, party = self._parties.pop(booking_id, (None, 0))
        if isinstance(event, ev.BookingFlown):
            self.passengers += party
        elif isinstance(event, ev.BookingNoShow) and sortie_id in self.lines:
            self.lines[sortie_id].no_shows += party

    def _apply_movement(self, event: ev.Event) -> None:
        sortie_id = getattr(event, "sortie_id", None)
        line = self.lines.get(sortie_id) if sortie_id is not None else None
        if line is None:
            return
        match event:
            case ev.SortieAssigned():
                line.aircraft_id = event.aircraft_id
                line.lane_id = event.lane_id
            case ev.SortieReleased():
                line.final_reserve_kwh = event.final_reserve_kwh
                line.passengers = event.passengers
            case ev.SortieDiverted():
                line.lane_id = event.lane_id
                if event.final_reserve_kwh is not None:
                    line.final_reserve_kwh = event.final_reserve_kwh
            case ev.SortieOffBlock():
                line.off_block_at_ms = event.at_ms
                line.pack_temperature_k = event.pack_temperature_k
            case ev.SortieLiftedOff():
                line.lift_off_at_ms = event.at_ms
            case ev.SortieTouchedDown():
                self._touch_down(line, event)
            case ev.SortieOnBlock():
                line.on_block_at_ms = event.at_ms
                self.flown += 1
                self.empty += line.passengers == 0
                self.energy_kwh += event.energy_kwh
            case ev.SortieCancelled():
                line.is_cancelled = True
                self.cancelled += event.cause not in UNWANTED
            case _:
                pass

    def _touch_down(self, line: BoardLine, event: ev.SortieTouchedDown) -> None:
        line.touchdown_at_ms = event.at_ms
        soh = self._soh.get(line.aircraft_id, 1.0) if line.aircraft_id is not None else 1.0
        available = available_kwh(
            self._kind, soc=event.soc, soh=soh, pack_k=line.pack_temperature_k
        )
        line.above_reserve_kwh = available - line.final_reserve_kwh
        least = self.min_above_reserve_kwh
        if least is None or line.above_reserve_kwh < least:
            self.min_above_reserve_kwh = line.above_reserve_kwh


def expected_margin_kwh(
    kind: AircraftType, aircraft: AircraftRecord, release: ev.SortieReleased
) -> float:
    """Return what a released sortie is expected to have above its final reserve at touchdown."""
    available = available_kwh(
        kind, soc=release.soc, soh=aircraft.soh, pack_k=aircraft.pack_temperature_k
    )
    return available - release.predicted_energy_kwh - release.final_reserve_kwh
