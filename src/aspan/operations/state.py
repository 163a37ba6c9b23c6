"""The state: one mutable object, a fold of the log, that only `fold.apply` writes to."""

import heapq
from typing import TYPE_CHECKING

from aspan.airspace.deconfliction import Deconfliction
from aspan.airspace.reservations import Reservations
from aspan.airspace.slots import SlotCalendar
from aspan.operations.ahead_calendar import AheadCalendar
from aspan.operations.city_index import CityIndex
from aspan.operations.live_sorties import LiveSorties
from aspan.operations.records import (
    ActionRecord,
    AircraftRecord,
    BookingRecord,
    PaymentRecord,
    SiteRecord,
    SortieRecord,
)

if TYPE_CHECKING:
    from aspan.primitives.ids import (
        AircraftId,
        BookingId,
        GeozoneId,
        PaymentId,
        SortieId,
        VertiportId,
    )

Timer = tuple[int, str, str]
"""When it is due [ms], what for, and whose it is."""


class State:
    """Everything the engine knows, and the read-only indices the fold keeps beside it.

    Attributes
    ----------
    now_ms
        Instant of the last event.
    reports
        Weather reports and issues of forecasts so far; what is worked out from them is good until
        it changes.
    reserved_zones
        When zones are kept for others, by zone; what is over is forgotten when more is added.
    actions
        What the desk ordered, by key, in the order of the log.
    pace
        Speed of the clock the desk last ordered; None before it did.
    rides
        Parties that wait for a taxi we sent, and when it leaves; some that have left too.
    payment_tasks
        Payments something is to be done with now, in the order in which that arose.
    open_pages
        Those of them whose payer is on the provider's page and was not given up.
    ahead
        When aircraft will be busy with what was sold ahead.
    flyable, soh_min
        Aircraft that are not grounded; health of the oldest battery of all.
    tails
        Aircraft by the site at which their commitments leave them.
    timers
        What is due when; a timer is live only while `due` says the same instant.
    """

    def __init__(self, index: CityIndex) -> None:
        self.index = index
        self.now_ms = 0
        self.events = 0
        self.is_open = False
        self.reports = 0
        self.policy = ""
        self.service_from_ms = 0
        self.service_until_ms = 0
        self.date = ""
        self.expected_rates: dict[tuple[VertiportId, VertiportId], tuple[float, ...]] = {}
        self.aircraft: dict[AircraftId, AircraftRecord] = {}
        self.sorties: dict[SortieId, SortieRecord] = {}
        self.live_sorties = LiveSorties()
        self.bookings: dict[BookingId, BookingRecord] = {}
        self.live_bookings: dict[BookingId, BookingRecord] = {}
        self.rides: dict[BookingId, int] = {}
        self.payments: dict[PaymentId, PaymentRecord] = {}
        self.payment_tasks: dict[PaymentId, PaymentRecord] = {}
        self.open_pages: dict[PaymentId, PaymentRecord] = {}
        self.ahead = AheadCalendar()
        self.flyable = 0
        self.soh_min = 1.0
        self.sites: dict[VertiportId, SiteRecord] = {
            site_id: SiteRecord(
                vertiport_id=site_id,
                fatos={f.fato_id: SlotCalendar() for f in index.sites[site_id].fatos},
                occupants={},
                holds={},
                feeding={},
                inbound={},
                claims={},
                forecasts={},
                closed_fatos={},
            )
            for site_id in index.site_ids
        }
        self.tails: dict[VertiportId, dict[AircraftId, None]] = {s: {} for s in index.site_ids}
        self._tail_of: dict[AircraftId, VertiportId] = {}
        self.reserved_zones: dict[GeozoneId, list[tuple[int, int]]] = {}
        self.actions: dict[str, ActionRecord] = {}
        self.pace: float | None = None
        self.is_paused = False
        self.reservations = Reservations(index.network)
        self.intents = Deconfliction(index.network)
        self.timers: list[Timer] = []
        self.due: dict[tuple[str, str], int] = {}

    def prune(self, before_ms: int) -> None:
        """Forget slots that ended before an instant."""
        for site in self.sites.values():
            for calendar in site.fatos.values():
                calendar.prune(before_ms)

    def set_tail(self, aircraft: AircraftRecord) -> None:
        """Note at which site an aircraft's commitments now leave it; nowhere if it is grounded."""
        chain = aircraft.chain
        site_id = self.sorties[chain[-1]].destination if chain else aircraft.vertiport_id
        former = self._tail_of.pop(aircraft.aircraft_id, None)
        if former is not None:
            del self.tails[former][aircraft.aircraft_id]
        if site_id is not None and not aircraft.grounded:
            self._tail_of[aircraft.aircraft_id] = site_id
            self.tails[site_id][aircraft.aircraft_id] = None

    def set_timer(self, at_ms: int, kind: str, owner: str) -> None:
        """Make `kind` for `owner` due at `at_ms`, in place of any earlier setting."""
        self.due[kind, owner] = at_ms
        heapq.heappush(self.timers, (at_ms, kind, owner))

    def clear_timer(self, kind: str, owner: str) -> None:
        """Forget what was due."""
        self.due.pop((kind, owner), None)

    def find_due_ms(self) -> int | None:
        """Return when the next live timer is due; None if there is none."""
        while self.timers:
            at_ms, kind, owner = self.timers[0]
            if self.due.get((kind, owner)) == at_ms:
                return at_ms
            heapq.heappop(self.timers)
        return None

    def pop_due(self, now_ms: int) -> Timer | None:
        """Take the next live timer due at or before `now_ms`; None if there is none."""
        at_ms = self.find_due_ms()
        if at_ms is None or at_ms > now_ms:
            return None
        timer = heapq.heappop(self.timers)
        del self.due[timer[1], timer[2]]
        return timer
