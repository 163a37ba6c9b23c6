"""The chronicle: what aircraft, sorties, stands, bookings and weather did, folded from the log.

Where the state says what is, the chronicle says what was and when: it is what timelines, days and
details are drawn from. It can be thrown away and folded again. What ended more than `KEPT_MS` ago
is let go of, but for what the desk ordered.
"""

import msgspec

from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations import sales_events as sale
from aspan.primitives.ids import (
    AircraftId,
    BookingId,
    ChargerId,
    FatoId,
    SortieId,
    StandId,
    VertiportId,
)
from aspan.primitives.units import MS_PER_DAY, MS_PER_H
from aspan.world.weather import Weather

KEPT_MS = 31 * MS_PER_DAY
"""How long it remembers: a month of days to look back at."""


class SortieStory(msgspec.Struct, kw_only=True):
    """One sortie with every instant it reached.

    Parameters
    ----------
    destination
        Where it goes now; `planned_destination` where it was sold to.
    numbers
        Of the events about it, oldest first.
    held
        Reasons it was held for, with how often.
    """

    sortie_id: SortieId
    origin: VertiportId
    destination: VertiportId
    planned_destination: VertiportId
    wanted_ms: int
    numbers: list[int]
    held: dict[str, int]
    bookings: list[BookingId]
    aircraft_id: AircraftId | None = None
    origin_fato_id: FatoId | None = None
    destination_fato_id: FatoId | None = None
    boarding_ms: int | None = None
    release: ev.SortieReleased | None = None
    plan: ev.SortieAssigned | None = None
    diverted: ev.SortieDiverted | None = None
    off_block_ms: int | None = None
    lift_off_ms: int | None = None
    touchdown_ms: int | None = None
    on_block_ms: int | None = None
    ended_ms: int | None = None
    soc_off_block: float = 0.0
    soc_lift_off: float = 0.0
    soc_touchdown: float = 0.0
    soc_on_block: float = 0.0
    pack_temperature_k: float = 0.0
    energy_kwh: float = 0.0
    passengers: int = 0
    cause: str = ""
    hold_reason: str = ""
    from_stand: tuple[VertiportId, StandId] | None = None


class Stay(msgspec.Struct, kw_only=True):
    """An aircraft on a stand; still there if `until_ms` is None."""

    aircraft_id: AircraftId
    vertiport_id: VertiportId
    stand_id: StandId
    from_ms: int
    soc: float
    until_ms: int | None = None


class Session(msgspec.Struct, kw_only=True):
    """A charger feeding an aircraft.

    Parameters
    ----------
    steps
        Changes of its DC limit: instant [ms], state of charge then, limit [kW].
    soc_end
        When it ended; None while it feeds.
    """

    aircraft_id: AircraftId
    vertiport_id: VertiportId
    stand_id: StandId
    charger_id: ChargerId
    from_ms: int
    soc_target: float
    steps: list[tuple[int, float, float]]
    until_ms: int | None = None
    soc_end: float | None = None


class Grounding(msgspec.Struct, kw_only=True):
    """A time in which an aircraft may not fly, and the words the desk gave for it."""

    aircraft_id: AircraftId
    why: str
    from_ms: int
    until_ms: int | None = None


class Hold(msgspec.Struct, kw_only=True):
    """A stand kept for an arriving sortie."""

    sortie_id: SortieId
    vertiport_id: VertiportId
    stand_id: StandId
    from_ms: int
    until_ms: int | None = None


class BookingStory(msgspec.Struct, kw_only=True):
    """A party's booking; `reason` of its refusal or cancellation."""

    booking_id: BookingId
    party: int
    at_ms: int
    status: str
    sortie_id: SortieId | None = None
    promised_arrival_ms: int | None = None
    fare_tiyn: int = 0
    refund_tiyn: int = 0
    ended_ms: int | None = None
    reason: str = ""


class Report(msgspec.Struct, kw_only=True):
    """A report of the weather, and why sorties were held for it; empty if they were not."""

    weather: Weather
    at_ms: int
    reason: str


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """An order of the desk, with the number of its event; `reason` and `detail` if refused."""

    seq: int
    event: ev.ActionTaken | ev.ActionRefused


class Chronicle:
    """What was, by whom it happened to.

    Attributes
    ----------
    seq
        Number of the last event taken in.
    from_ms
        It tells nothing of what ended before.
    """

    def __init__(self) -> None:
        self.seq = 0
        self.now_ms = 0
        self.from_ms = 0
        self.soh: dict[AircraftId, float] = {}
        self.sorties: dict[SortieId, SortieStory] = {}
        self.stays: dict[AircraftId, list[Stay]] = {}
        self.sessions: dict[AircraftId, list[Session]] = {}
        self.groundings: dict[AircraftId, list[Grounding]] = {}
        self.holds: dict[SortieId, list[Hold]] = {}
        self.bookings: dict[BookingId, BookingStory] = {}
        self.reports: dict[str, list[Report]] = {}
        self.actions: list[Action] = []
        self._tidied_ms = 0

    def apply(self, seq: int, event: ev.Event) -> None:
        """Take in the event of this number."""
        self.seq = seq
        self.now_ms = event.at_ms
        match event:
            case ev.AircraftRegistered():
                self.soh[event.aircraft_id] = event.soh
                self._stay(event.aircraft_id, event.vertiport_id, event.stand_id, event)
            case ev.SortieScheduled():
                self.sorties[event.sortie_id] = SortieStory(
                    sortie_id=event.sortie_id,
                    origin=event.origin,
                    destination=event.destination,
                    planned_destination=event.destination,
                    wanted_ms=event.off_block_at_ms,
                    numbers=[seq],
                    held={},
                    bookings=[],
                )
            case ev.WeatherReported():
                reports = self.reports.setdefault(event.weather.place_id, [])
                before = reports[-1].reason if reports else ""
                reports.append(Report(weather=event.weather, at_ms=event.at_ms, reason=before))
            case ev.DeparturesHeld():
                self._mark_report(event.vertiport_id, event.reason)
            case ev.DeparturesResumed():
                self._mark_report(event.vertiport_id, "")
            case ev.DayOpened():
                self._forget(event.at_ms - KEPT_MS)
            case ev.ChargeStarted() | ev.ChargingReallocated() | ev.ChargeEnded():
                self._apply_charge(event)
            case ev.ActionTaken() | ev.ActionRefused():
                self._apply_action(seq, event)
            case _:
                booking_id = getattr(event, "booking_id", None)
                if booking_id is not None:
                    self._apply_booking(seq, event, booking_id)
                elif (sortie_id := getattr(event, "sortie_id", None)) is not None:
                    self._apply_sortie(seq, event, self.sorties[sortie_id])

    def _mark_report(self, site_id: VertiportId, reason: str) -> None:
        reports = self.reports.get(site_id)
        if reports:
            reports[-1].reason = reason

    def _stay(
        self,
        aircraft_id: AircraftId,
        vertiport_id: VertiportId,
        stand_id: StandId,
        event: ev.AircraftRegistered | ev.SortieOnBlock,
    ) -> None:
        stay = Stay(
            aircraft_id=aircraft_id,
            vertiport_id=vertiport_id,
            stand_id=stand_id,
            from_ms=event.at_ms,
            soc=event.soc,
        )
        self.stays.setdefault(aircraft_id, []).append(stay)

    def _apply_sortie(self, seq: int, event: ev.Event, story: SortieStory) -> None:
        story.numbers.append(seq)
        match event:
            case ev.SortieAssigned():
                story.aircraft_id = event.aircraft_id
                story.plan = event
                story.origin_fato_id = event.origin_fato_id
                story.destination_fato_id = event.destination_fato_id
                story.hold_reason = ""
            case ev.LandingMoved():
                story.destination_fato_id = event.destination_fato_id
            case ev.SortieHeld():
                story.held[event.reason] = story.held.get(event.reason, 0) + 1
                story.hold_reason = event.reason
                story.plan = None
            case ev.SortieUnassigned():
                story.hold_reason = event.reason
                story.plan = None
                story.aircraft_id = None
            case ev.BoardingStarted():
                story.boarding_ms = event.at_ms
            case ev.SortieReleased():
                story.release = event
                story.passengers = event.passengers
                self._hold(story.sortie_id, story.destination, event.stand_id, event.at_ms)
            case ev.SortieDiverted():
                story.diverted = event
                story.cause = event.cause
                story.destination = event.destination
                story.destination_fato_id = event.destination_fato_id
                self._end_hold(story.sortie_id, event.at_ms)
                self._hold(story.sortie_id, event.destination, event.stand_id, event.at_ms)
            case ev.SortieCancelled():
                story.cause = event.cause
                story.ended_ms = event.at_ms
            case _:
                self._apply_movement(event, story)

    def _apply_movement(self, event: ev.Event, story: SortieStory) -> None:
        aircraft_id = story.aircraft_id
        if aircraft_id is None:
            return
        match event:
            case ev.SortieOffBlock():
                story.off_block_ms = event.at_ms
                story.soc_off_block = event.soc
                story.pack_temperature_k = event.pack_temperature_k
                stay = self.stays[aircraft_id][-1]
                stay.until_ms = event.at_ms
                story.from_stand = (stay.vertiport_id, stay.stand_id)
            case ev.SortieLiftedOff():
                story.lift_off_ms = event.at_ms
                story.soc_lift_off = event.soc
            case ev.SortieTouchedDown():
                story.touchdown_ms = event.at_ms
                story.soc_touchdown = event.soc
            case ev.SortieOnBlock():
                story.on_block_ms = story.ended_ms = event.at_ms
                story.soc_on_block = event.soc
                story.energy_kwh = event.energy_kwh
                self._end_hold(story.sortie_id, event.at_ms)
                self._stay(aircraft_id, story.destination, event.stand_id, event)
            case _:
                pass

    def _hold(
        self, sortie_id: SortieId, vertiport_id: VertiportId, stand_id: StandId, at_ms: int
    ) -> None:
        hold = Hold(
            sortie_id=sortie_id, vertiport_id=vertiport_id, stand_id=stand_id, from_ms=at_ms
        )
        self.holds.setdefault(sortie_id, []).append(hold)

    def _end_hold(self, sortie_id: SortieId, at_ms: int) -> None:
        holds = self.holds.get(sortie_id)
        if holds:
            holds[-1].until_ms = at_ms

    def _apply_charge(
        self, event: ev.ChargeStarted | ev.ChargingReallocated | ev.ChargeEnded
    ) -> None:
        match event:
            case ev.ChargeStarted():
                session = Session(
                    aircraft_id=event.aircraft_id,
                    vertiport_id=event.vertiport_id,
                    stand_id=event.stand_id,
                    charger_id=event.charger_id,
                    from_ms=event.at_ms,
                    soc_target=event.soc_target,
                    steps=[(event.at_ms, event.soc, event.power_kw)],
                )
                self.sessions.setdefault(event.aircraft_id, []).append(session)
            case ev.ChargingReallocated():
                shares = {c: (event.at_ms, soc, kw) for c, kw, soc in event.allocations}
                for sessions in self.sessions.values():
                    if sessions[-1].until_ms is None and sessions[-1].charger_id in shares:
                        sessions[-1].steps.append(shares[sessions[-1].charger_id])
            case ev.ChargeEnded():
                session = self.sessions[event.aircraft_id][-1]
                session.until_ms = event.at_ms
                session.soc_end = event.soc

    def _apply_booking(self, seq: int, event: ev.Event, booking_id: BookingId) -> None:
        match event:
            case sale.BookingHeld() | ev.BookingConfirmed():
                is_new = booking_id not in self.bookings
                booking = BookingStory(
                    booking_id=booking_id,
                    party=event.party,
                    at_ms=event.at_ms,
                    status="held" if isinstance(event, sale.BookingHeld) else "confirmed",
                    sortie_id=event.sortie_id,
                    promised_arrival_ms=event.promised_arrival_at_ms,
                    fare_tiyn=event.fare_tiyn,
                )
                self.bookings[booking_id] = booking
                if is_new:
                    self.sorties[event.sortie_id].bookings.append(booking_id)
            case ev.BookingRefused():
                self.bookings[booking_id] = BookingStory(
                    booking_id=booking_id,
                    party=event.party,
                    at_ms=event.at_ms,
                    status="refused",
                    reason=event.reason,
                    ended_ms=event.at_ms,
                )
                return
            case ev.BookingRebooked():
                booking = self.bookings[booking_id]
                if booking.sortie_id is not None:
                    self.sorties[booking.sortie_id].numbers.append(seq)
                booking.sortie_id = event.sortie_id
                booking.promised_arrival_ms = event.promised_arrival_at_ms
                self.sorties[event.sortie_id].bookings.append(booking_id)
            case sale.SaleRefused() | sale.PartyWeighed() | sale.RemedyChosen():
                return
            case _:
                known = self.bookings.get(booking_id)
                if known is None:  # it ended a day ago, and was settled only now
                    return
                booking = known
                booking.status = _STATUS[type(event)]
                if not isinstance(event, ev.BookingCheckedIn | ev.BookingBoarded):
                    booking.ended_ms = event.at_ms
                booking.reason = getattr(event, "reason", "")
                booking.refund_tiyn += getattr(event, "refund_tiyn", 0)
        if booking.sortie_id is not None:
            self.sorties[booking.sortie_id].numbers.append(seq)

    def _apply_action(self, seq: int, event: ev.ActionTaken | ev.ActionRefused) -> None:
        self.actions.append(Action(seq=seq, event=event))
        if isinstance(event, ev.ActionRefused):
            return
        match event.action:
            case act.GroundAircraft(aircraft_id=aircraft_id):
                grounding = Grounding(aircraft_id=aircraft_id, why=event.why, from_ms=event.at_ms)
                self.groundings.setdefault(aircraft_id, []).append(grounding)
            case act.ReturnAircraft(aircraft_id=aircraft_id):
                self.groundings[aircraft_id][-1].until_ms = event.at_ms
            case _:
                pass

    def _forget(self, before_ms: int) -> None:
        """Let go of what ended before an instant, a day's worth at a time."""
        if before_ms < max(self._tidied_ms, 1) + MS_PER_H:
            return
        self._tidied_ms = self.from_ms = before_ms
        for sortie_id, story in list(self.sorties.items()):
            if story.ended_ms is not None and story.ended_ms < before_ms:
                del self.sorties[sortie_id]
                self.holds.pop(sortie_id, None)
        for booking_id, booking in list(self.bookings.items()):
            if booking.ended_ms is not None and booking.ended_ms < before_ms:
                del self.bookings[booking_id]
        rows: list[dict[AircraftId, list[Stay]] | dict[AircraftId, list[Session]]]
        rows = [self.stays, self.sessions]
        for row in rows:
            for pieces in row.values():
                del pieces[: _count_over(pieces, before_ms)]
        for place_id, reports in self.reports.items():
            self.reports[place_id] = [r for r in reports if r.at_ms >= before_ms]


def _count_over(pieces: list[Stay] | list[Session], before_ms: int) -> int:
    """Return how many of the first pieces ended before an instant, the last never counted."""
    count = 0
    for piece in pieces[:-1]:
        if piece.until_ms is None or piece.until_ms >= before_ms:
            break
        count += 1
    return count


_STATUS: dict[type[ev.Event], str] = {
    ev.BookingCheckedIn: "checked_in",
    ev.BookingBoarded: "boarded",
    ev.BookingNoShow: "no_show",
    ev.BookingFlown: "flown",
    ev.BookingCancelled: "cancelled",
    ev.BookingRefunded: "refunded",
    sale.RideProvided: "refunded",
    sale.HoldExpired: "expired",
    sale.BookingWithdrawn: "cancelled",
    sale.BookingReplaced: "rebooked",
    sale.BoardingRefused: "refused",
    sale.BookingSettled: "settled",
}
"""What each event makes of a booking."""
