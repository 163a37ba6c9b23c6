"""What a passenger should do now, told from the state: one step, one sentence, and the times."""

from collections.abc import Mapping
from typing import Final

import msgspec

from aspan.faces.http.cause_words import tell_plainly
from aspan.faces.http.picture import Flight, draw_position
from aspan.faces.http.sales_words import say
from aspan.faces.http.wire_sales import LivePosition, LiveStatus
from aspan.faces.report.words import Words
from aspan.operations.bookings import off_block_of
from aspan.operations.events import BookingConfirmed
from aspan.operations.lifecycles import BookingStatus, SortiePhase
from aspan.operations.records import BookingRecord, CareNote, SortieRecord
from aspan.operations.sales_events import BookingHeld
from aspan.operations.state import State
from aspan.primitives.ids import LaneId, SortieId
from aspan.twin.flight import FlownSortie

CHECK_IN_MS: Final = 15 * 60_000
"""So long before a party must be there it is told to check in. Assumed: then most are close by."""

_S, _P = BookingStatus, SortiePhase
_ENDED: Final = {
    _S.EXPIRED: "expired",
    _S.CANCELLED: "cancelled",
    _S.REFUSED: "refused",
    _S.NO_SHOW: "no_show",
    _S.REBOOKED: "rebooked",
    _S.REFUNDED: "refunded",
    _S.FLOWN: "arrived",
    _S.SETTLED: "arrived",
}

Lines = Mapping[LaneId, tuple[tuple[float, float], ...]]
"""Course of each lane, longitude and latitude."""


class BookingTimes(msgspec.Struct, frozen=True, kw_only=True):
    """When what is expected of one booking, as things stand [ms]."""

    leave_at_ms: int
    be_there_at_ms: int
    off_block_at_ms: int
    on_block_at_ms: int
    arrive_at_ms: int
    delay_ms: int


def find_times(
    state: State, record: BookingRecord, asked: BookingHeld | BookingConfirmed
) -> BookingTimes:
    """Return the times of a booking on its sortie as it is planned, or flies, now."""
    process_ms = state.index.rules.service.process_ms
    sortie = state.sorties.get(record.sortie_id)
    on_ms = record.promised_arrival_at_ms - record.egress_ms - record.cushion_ms
    off_ms = asked.off_block_at_ms
    if sortie is not None:
        off_ms = off_block_of(sortie)
        plan, slotted = sortie.assignment, sortie.slotted
        if sortie.expected_on_block_ms:
            on_ms = sortie.expected_on_block_ms
        elif plan is not None:
            on_ms = plan.on_block_at_ms
        elif slotted is not None:
            on_ms = slotted.on_block_at_ms
    there_ms = off_ms - process_ms
    way_ms = sum(leg.duration_ms for leg in asked.access)
    return BookingTimes(
        leave_at_ms=min(asked.ready_at_ms - process_ms, there_ms) - way_ms,
        be_there_at_ms=there_ms,
        off_block_at_ms=off_ms,
        on_block_at_ms=on_ms,
        arrive_at_ms=on_ms + record.egress_ms,
        delay_ms=max(0, off_ms - asked.off_block_at_ms),
    )


def find_ride(record: BookingRecord) -> CareNote | None:
    """Return the taxi that was sent for a party last; None if none was."""
    return next((note for note in reversed(record.care) if note.kind == "ground"), None)


class LiveTeller:
    """Tells steps in one language at one instant."""

    def __init__(
        self,
        state: State,
        flown: Mapping[SortieId, FlownSortie],
        lines: Lines,
        *,
        now_ms: int,
        lang: str,
    ) -> None:
        city = state.index.city
        names = {str(s.vertiport_id): str(getattr(s.names, lang)) for s in city.vertiports}
        self._state = state
        self._flown = flown
        self._lines = lines
        self._now_ms = now_ms
        self._lang = lang
        self._words = Words(lang, city.time_zone, names)

    def tell(self, record: BookingRecord, times: BookingTimes) -> LiveStatus:
        """Return what to do now about a booking."""
        sortie = self._state.sorties.get(record.sortie_id)
        step, key, until_ms = self._choose(record, sortie, times)
        reason = "" if sortie is None else self._find_reason(record, sortie)
        text = self._say(key, record, sortie, times, reason, until_ms)
        return LiveStatus(
            step=step,
            text=text,
            until_ms=until_ms,
            delay_ms=0 if step in _ENDED.values() else times.delay_ms,
            reason=reason,
            reason_text=tell_plainly(self._lang, reason),
            aircraft_id="" if sortie is None else sortie.aircraft_id or "",
            stand_id="" if sortie is None else self._find_stand(sortie),
            position=None if sortie is None else self._find_position(record, sortie),
            path=() if sortie is None else self._find_path(sortie),
        )

    def _choose(
        self, record: BookingRecord, sortie: SortieRecord | None, times: BookingTimes
    ) -> tuple[str, str, int | None]:
        """Return the step, the key of its sentence, and when it ends."""
        status = record.status
        if status in _ENDED:
            step, ride = _ENDED[status], find_ride(record)
            if status is _S.REFUNDED and ride is not None:
                until_ms = ride.arrives_at_ms
                is_over = until_ms is not None and self._now_ms >= until_ms
                return ("arrived", "driven", None) if is_over else ("ride", "ride", until_ms)
            is_elsewhere = sortie is not None and sortie.is_diverted
            return step, "diverted" if step == "arrived" and is_elsewhere else step, None
        if status is _S.HELD:
            held = record.held
            return "pay", "pay", None if held is None else held.expires_at_ms
        if sortie is None or sortie.phase is _P.CANCELLED:
            return "choose", "choose", None
        match sortie.phase:
            case _P.AIRBORNE:
                return "in_flight", "in_flight", times.on_block_at_ms
            case _P.TAXIING_OUT:
                return "taxiing", "taxiing", None
            case _P.TAXIING_IN | _P.ON_BLOCK:
                return "landed", "landed", None
            case _:
                return self._choose_on_ground(status, sortie, times)

    def _choose_on_ground(
        self, status: BookingStatus, sortie: SortieRecord, times: BookingTimes
    ) -> tuple[str, str, int]:
        off_ms = times.off_block_at_ms
        if status is _S.BOARDED:
            return "boarding", "aboard", off_ms
        if status is _S.CHECKED_IN:
            if sortie.is_boarding:
                return "boarding", "boarding", off_ms
            if sortie.hold_reason:
                return "gate", "held", off_ms
            return "gate", "gate_stand" if self._find_stand(sortie) else "gate", off_ms
        there_ms = times.be_there_at_ms
        if sortie.hold_reason:
            return "on_the_way", "held", there_ms
        if self._now_ms < there_ms - CHECK_IN_MS:
            return "on_the_way", "on_the_way", there_ms
        return "check_in", "check_in", there_ms

    def _say(
        self,
        key: str,
        record: BookingRecord,
        sortie: SortieRecord | None,
        times: BookingTimes,
        reason: str,
        until_ms: int | None,
    ) -> str:
        clock, place = self._words.clock, self._words.place
        ride = find_ride(record)
        return say(
            self._lang,
            f"step.{key}",
            until=clock(until_ms),
            there=clock(times.be_there_at_ms),
            leave=clock(times.leave_at_ms),
            off=clock(times.off_block_at_ms),
            on=clock(times.on_block_at_ms),
            origin="" if sortie is None else place(sortie.origin),
            destination="" if sortie is None else place(sortie.destination),
            stand="" if sortie is None else self._find_stand(sortie) or "–",
            why=tell_plainly(self._lang, reason) or record.status.value,
            site=say(self._lang, "ride.door") if ride is None else self._name_pick_up(ride),
            leaves=clock(None if ride is None else ride.leaves_at_ms),
            arrives=clock(None if ride is None else ride.arrives_at_ms),
        )

    def _find_reason(self, record: BookingRecord, sortie: SortieRecord) -> str:
        if record.status in _ENDED:
            return record.care[-1].reason.removeprefix("diverted_") if record.care else ""
        return sortie.hold_reason

    def _name_pick_up(self, ride: CareNote) -> str:
        """Return where a taxi picks a party up: a vertiport, or its own door."""
        if not ride.vertiport_id:
            return say(self._lang, "ride.door")
        return self._words.place(ride.vertiport_id)

    def _find_stand(self, sortie: SortieRecord) -> str:
        """Return the stand to board at; empty while no aircraft stands there for it."""
        if sortie.aircraft_id is None or sortie.phase not in (_P.ASSIGNED, _P.HELD, _P.RELEASED):
            return ""
        aircraft = self._state.aircraft[sortie.aircraft_id]
        is_there = aircraft.vertiport_id == sortie.origin and aircraft.chain[:1] == [
            sortie.sortie_id
        ]
        return (aircraft.stand_id or "") if is_there else ""

    def _find_position(self, record: BookingRecord, sortie: SortieRecord) -> LivePosition | None:
        flown = self._flown.get(sortie.sortie_id)
        is_flying = sortie.phase in (_P.TAXIING_OUT, _P.AIRBORNE, _P.TAXIING_IN)
        if flown is None or sortie.aircraft_id is None or not is_flying:
            return None
        where = draw_position(Flight(sortie.aircraft_id, flown), self._now_ms)
        return LivePosition(
            lat=where.lat_deg,
            lon=where.lon_deg,
            altitude_amsl_m=where.altitude_amsl_m,
            course_deg=where.heading_deg,
            ground_speed_mps=where.ground_speed_mps,
        )

    def _find_path(self, sortie: SortieRecord) -> tuple[tuple[float, float], ...]:
        plan = sortie.assignment
        return () if plan is None else self._lines.get(plan.lane_id, ())
