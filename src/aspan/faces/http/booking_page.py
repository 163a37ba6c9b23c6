"""A booking as its passenger sees it: the trip, what to do now, what was done, what can be done."""

from collections.abc import Mapping

from aspan.booking.party import Traveller
from aspan.booking.refunds import list_refund_edges, refund_withdrawal
from aspan.faces.http.booking_live import BookingTimes, Lines, LiveTeller, find_times
from aspan.faces.http.booking_terms import tell_conditions
from aspan.faces.http.notice_words import tell_notices, tell_remedies
from aspan.faces.http.receipt import find_refunded_tiyn, tell_fare_of
from aspan.faces.http.sales_words import say
from aspan.faces.http.wire_sales import (
    BookedTrip,
    BookingPage,
    CancellationTerms,
    SitePlace,
    TravellerAsked,
    WayElement,
)
from aspan.faces.report.words import Words
from aspan.operations.care import find_open
from aspan.operations.events import BookingConfirmed, BookingRefused
from aspan.operations.holds import tell_refund_problem
from aspan.operations.lifecycles import (
    OPEN_BOOKING_STATUSES,
    TICKET_STATUSES,
    BookingStatus,
)
from aspan.operations.planning import Planner
from aspan.operations.records import BookingRecord
from aspan.operations.sales_events import BookingHeld
from aspan.primitives.ids import BookingId, SortieId, VertiportId
from aspan.twin.flight import FlownSortie
from aspan.world.city import City
from aspan.world.reliability import WayLeg


class BookingPainter:
    """Draws bookings of one state at one instant; called where nothing changes meanwhile."""

    def __init__(
        self,
        planner: Planner,
        flown: Mapping[SortieId, FlownSortie],
        lines: Lines,
        *,
        now_ms: int,
        seq: int,
        lang: str,
    ) -> None:
        state = planner.state
        self._planner = planner
        self._state = state
        self._city = state.index.city
        self._now_ms = now_ms
        self._seq = seq
        self._lang = lang
        self._live = LiveTeller(state, flown, lines, now_ms=now_ms, lang=lang)
        self._words = Words(lang, self._city.time_zone)

    def draw(self, booking_id: str) -> BookingPage | None:
        """Return a booking; None if there is none, or if it was refused before it began."""
        record = self._state.bookings.get(BookingId(booking_id))
        if record is None or isinstance(record.asked, BookingRefused):
            return None
        asked = record.asked
        times = find_times(self._state, record, asked)
        held = record.held
        is_held = record.status is BookingStatus.HELD
        told = find_open(self._planner, record, self._now_ms)
        remedies, until_ms = tell_remedies(self._state, record, told, lang=self._lang)
        return BookingPage(
            seq=self._seq,
            now_ms=self._now_ms,
            time_zone=self._city.time_zone,
            booking_id=booking_id,
            status=record.status.value,
            party=record.party if held is None else len(held.travellers),
            payload_kg=record.payload_kg,
            travellers=() if held is None else tuple(_tell(one) for one in held.travellers),
            fare=tell_fare_of(self._city, record, asked, self._lang),
            payment_id=record.payment_id,
            refund_tiyn=find_refunded_tiyn(self._state, record),
            expires_at_ms=held.expires_at_ms if is_held and held is not None else None,
            person_id="" if held is None else held.person_id,
            replaces="" if held is None else held.replaces,
            replaced_by=record.replaced_by,
            is_ticket_ready=record.status in TICKET_STATUSES,
            trip=self._tell_trip(record, asked, times),
            live=self._live.tell(record, times),
            care=tell_notices(self._state, record, told, now_ms=self._now_ms, lang=self._lang),
            remedies=remedies,
            remedies_until_ms=until_ms,
            cancellation=self.tell_terms(record),
            conditions=tell_conditions(self._state, record, self._now_ms)
            if record.status in OPEN_BOOKING_STATUSES
            else None,
        )

    def tell_terms(self, record: BookingRecord) -> CancellationTerms:
        """Return what a passenger gets back who cancels now, and until when that holds."""
        if record.status not in OPEN_BOOKING_STATUSES:
            return CancellationTerms(
                is_open=False,
                refund_tiyn=0,
                fee_tiyn=0,
                until_ms=None,
                reason=f"booking_{record.status.value}",
                text=say(self._lang, "cancel.closed"),
            )
        if record.status is BookingStatus.HELD:
            return CancellationTerms(
                is_open=True,
                refund_tiyn=0,
                fee_tiyn=0,
                until_ms=None,
                reason="",
                text=say(self._lang, "cancel.held"),
            )
        problem = tell_refund_problem(self._state, record, self._now_ms)
        refund_tiyn = refund_withdrawal(problem).refund_tiyn
        fee_tiyn = record.fare_tiyn - refund_tiyn
        money = self._words.money
        text = say(
            self._lang,
            "cancel.fee" if fee_tiyn else "cancel.free",
            refund=money(refund_tiyn),
            fee=money(fee_tiyn),
        )
        return CancellationTerms(
            is_open=True,
            refund_tiyn=refund_tiyn,
            fee_tiyn=fee_tiyn,
            until_ms=next(iter(list_refund_edges(problem)), None),
            reason="",
            text=text,
        )

    def draw_terms(self, booking_id: str) -> CancellationTerms | None:
        """Return what cancelling a booking would do; None if there is none."""
        record = self._state.bookings.get(BookingId(booking_id))
        if record is None or isinstance(record.asked, BookingRefused):
            return None
        return self.tell_terms(record)

    def _tell_trip(
        self, record: BookingRecord, asked: BookingHeld | BookingConfirmed, times: BookingTimes
    ) -> BookedTrip:
        sortie = self._state.sorties[record.sortie_id]
        return BookedTrip(
            sortie_id=record.sortie_id,
            origin=tell_site(self._city, sortie.origin, self._lang),
            destination=tell_site(self._city, sortie.destination, self._lang),
            from_=(asked.origin_lat_deg, asked.origin_lon_deg),
            to=(asked.destination_lat_deg, asked.destination_lon_deg),
            leave_at_ms=times.leave_at_ms,
            be_there_at_ms=times.be_there_at_ms,
            off_block_at_ms=times.off_block_at_ms,
            planned_off_block_at_ms=asked.off_block_at_ms,
            on_block_at_ms=times.on_block_at_ms,
            arrive_at_ms=times.arrive_at_ms,
            promised_arrival_at_ms=record.promised_arrival_at_ms,
            on_time_chance=asked.chance,
            access=_tell_way(asked.access),
            egress=_tell_way(asked.egress),
        )


def tell_site(city: City, site_id: VertiportId, lang: str) -> SitePlace:
    """Return a vertiport as a passenger sees it."""
    site = next(one for one in city.vertiports if one.vertiport_id == site_id)
    return SitePlace(
        id=site.vertiport_id, name=getattr(site.names, lang), lat=site.lat_deg, lon=site.lon_deg
    )


def _tell(one: Traveller) -> TravellerAsked:
    return TravellerAsked(kind=one.kind, mass_kg=one.mass_kg, bag_kg=one.bag_kg, needs=one.needs)


def _tell_way(legs: tuple[WayLeg, ...]) -> tuple[WayElement, ...]:
    return tuple(WayElement(kind=leg.kind, duration_ms=leg.duration_ms) for leg in legs)
