"""The drill of the chances: itineraries offered on running days, accepted in time, and what came.

Through a day of a twin with travellers of its own, at instants drawn by keyed dice, a random pair
of doors is searched; of the itineraries with a flight one is taken, at an instant drawn within its
validity, while the day runs. Each is tried at once on a copy of the state too.
"""

import heapq
from collections import Counter
from datetime import date
from itertools import pairwise
from math import cos, pi, radians, sin
from typing import Literal

import msgspec

from aspan.compose.runs import Run, RunSettings, open_twin, pair
from aspan.compose.table_people import BookingLine
from aspan.compose.tables import Folded, fold_run
from aspan.compose.trips import TripAnswer, TripDesk, TripOption, TripRequest
from aspan.operations import events as ev
from aspan.operations.acceptance import Booker, accept
from aspan.operations.availability import EngineAvailability
from aspan.operations.city_index import CityIndex
from aspan.operations.commands import RequestBooking, Wake
from aspan.operations.engine import Engine
from aspan.operations.lifecycles import BookingStatus
from aspan.operations.log import MemoryLog
from aspan.operations.state import State
from aspan.operations.state_copy import Copier
from aspan.primitives.dice import draw, draw_between
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, TripId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.twin.clock import AlertList, LeapingClock
from aspan.twin.travellers import is_no_show
from aspan.world.geodesy import EARTH_RADIUS_M

FROM_MS, UNTIL_MS = 6 * MS_PER_H, 20 * MS_PER_H
"""Questions are asked between these, since local midnight."""

AHEAD_MS_MAX = 100 * MS_PER_MIN
ARRIVAL_AHEAD_MS = (60 * MS_PER_MIN, 180 * MS_PER_MIN)
DOOR_M_MAX = 7_000.0
"""Doors lie within this of a vertiport, as many near as far; half of such points have a street."""

DOORS_TRIED_MAX = 8
"""Pairs of doors drawn for one question until both have a street near."""

QUESTIONS_MAX = 10_000
"""Fewer are asked a day."""

BY_ARRIVAL = 0.3
"""Share of questions that ask to be somewhere by an instant."""

_WAKE = Wake()

Outcome = Literal[
    "refused", "no_show", "in_time", "missed_flight", "cancelled", "elsewhere", "rebooked_late",
    "late_in_the_air", "late_on_the_ground", "under_way",
]  # fmt: skip


class Taken(msgspec.Struct, kw_only=True):
    """One itinerary that was offered and taken, and what came of it.

    Parameters
    ----------
    chance, promised_at_ms
        As told.
    is_held_at_once
        Whether the same request, given when it was offered, was confirmed as offered.
    is_refusal_known
        Whether it was refused for nothing that happened since it was offered: the state it was
        offered from refuses it too, asked as late.
    is_own_doing
        Whether it was refused for what dispatch did in between by itself, such as sending an idle
        aircraft to where rides are expected: that state, left to itself till then, refuses.
    """

    request: RequestBooking
    offered_at_ms: int
    valid_ms: int
    chance: float
    promised_at_ms: int
    off_block_at_ms: int
    is_held_at_once: bool
    is_refusal_known: bool = False
    is_own_doing: bool = False
    reason: str = ""
    outcome: Outcome = "under_way"


class Drill:
    """One day of it."""

    def __init__(
        self, index: CityIndex, day: date, *, seed: int, fleet: int, demand: float
    ) -> None:
        settings = RunSettings(day=day, seed=seed, fleet=fleet, demand=demand)
        self.run: Run = open_twin(index.city, settings, index=index)
        self.log = MemoryLog()
        self._desk = TripDesk(self.run.network)
        self._seed, self._day = seed, day.isoformat()
        self._loop = pair(
            self.run, self.log, clock=LeapingClock(self.run.start_ms), notices=AlertList()
        )
        self.taken: list[Taken] = []

    def fly(self, questions: int) -> list[Taken]:
        """Fly the day with so many questions, and return what was taken and what came of it."""
        start_ms, span_ms = self.run.start_ms + FROM_MS, UNTIL_MS - FROM_MS
        due: list[tuple[int, int, tuple[Taken, bytes, Copier[State]] | None]] = [
            (start_ms + round(span_ms * self._draw("at", number)), number, None)
            for number in range(questions)
        ]
        heapq.heapify(due)
        while due:
            at_ms, number, offered = heapq.heappop(due)
            self._loop.run(at_ms)
            if offered is not None:
                self._take(at_ms, *offered)
                continue
            made = self._ask(number, at_ms)
            if made is not None:
                after_ms = at_ms + int(made[0].valid_ms * self._draw("delay", number))
                heapq.heappush(due, (after_ms, questions + number, made))
        self._loop.run(self.run.end_ms)
        self._judge()
        return self.taken

    def _draw(self, what: str, number: int) -> float:
        return draw(self._seed, "drill", self._day, what, number)

    def _ask(self, number: int, now_ms: int) -> tuple[Taken, bytes, Copier[State]] | None:
        """Search, and return an itinerary with a flight; None if there is none to be had."""
        answer = self._search(number, now_ms)
        if answer is None:
            return None
        request = answer.request
        flights = [one for one in answer.options if one.itinerary.mode == "air"]
        if not flights:
            return None
        option = flights[int(self._draw("choice", number) * len(flights))]
        name = f"{self._day}-{number}"
        service = self.run.index.rules.service
        booker = Booker(
            booking_id=BookingId(f"B-drill-{name}"),
            trip_id=TripId(f"drill-{name}"),
            party=request.party,
            payload_kg=request.payload_kg or service.passenger_mass_kg,
            origin=request.origin,
            destination=request.destination,
        )
        command = accept(
            option.itinerary,
            booker,
            reliability=self.run.city.reliability,
            timetable=answer.timetable,
        )
        copier = Copier[State](self.run.index, is_ended_shared=True)
        copy = copier.copy(self.run.engine.state)
        return self._try(option, command, copier, copy, now_ms), copy, copier

    def _search(self, number: int, now_ms: int) -> TripAnswer | None:
        """Return the answer to a random question; None if no doors were found for it."""
        for attempt in range(DOORS_TRIED_MAX):
            request = self._draw_request(number + attempt * QUESTIONS_MAX, now_ms)
            offers = EngineAvailability(self.run.engine, now_ms)
            try:
                return self._desk.find(request, offers, flight_kwh=lambda *_: 0.0)
            except InvalidInput:  # a door off every street
                continue
        return None

    def _draw_request(self, number: int, now_ms: int) -> TripRequest:
        sites = self.run.city.vertiports
        first = int(self._draw("from", number) * len(sites))
        last = (first + 1 + int(self._draw("to", number) * (len(sites) - 1))) % len(sites)
        ends = [
            self._draw_door(end, number, sites[place].lon_deg, sites[place].lat_deg)
            for end, place in (("origin", first), ("destination", last))
        ]
        is_by = self._draw("by", number) < BY_ARRIVAL
        low, high = ARRIVAL_AHEAD_MS if is_by else (0, AHEAD_MS_MAX)
        party = 1 + int(self._draw("party", number) * 4)
        return TripRequest(
            origin=ends[0],
            destination=ends[1],
            at_ms=now_ms + int(low + (high - low) * self._draw("ahead", number)),
            is_arrive_by=is_by,
            party=party,
            payload_kg=round(88.0 * party, 1),
            earliest_ms=now_ms,
        )

    def _draw_door(self, end: str, number: int, lon: float, lat: float) -> tuple[float, float]:
        """Return a point near a site."""
        away_m = DOOR_M_MAX * self._draw(f"{end}-away", number)
        angle_rad = draw_between(0.0, 2.0 * pi, self._seed, "drill", self._day, end, number)
        degree_m = radians(1.0) * EARTH_RADIUS_M
        north, east = away_m * cos(angle_rad) / degree_m, away_m * sin(angle_rad) / degree_m
        return lon + east / cos(radians(lat)), lat + north

    def _try(
        self,
        option: TripOption,
        command: RequestBooking,
        copier: Copier[State],
        copy: bytes,
        now_ms: int,
    ) -> Taken:
        """Return an offer, tried at once on a copy of the state."""
        departure, chances = option.itinerary.departure, option.chances
        assert departure is not None
        assert chances is not None
        made = _confirm(self._reopen(copier, copy, now_ms), command, now_ms)
        return Taken(
            request=command,
            offered_at_ms=now_ms,
            valid_ms=option.valid_ms,
            chance=chances.on_time,
            promised_at_ms=chances.promised_at_ms,
            off_block_at_ms=departure.off_block_at_ms,
            is_held_at_once=made is not None
            and made.off_block_at_ms == departure.off_block_at_ms
            and made.fare_tiyn == departure.fare_tiyn,
        )

    def _take(self, at_ms: int, taken: Taken, copy: bytes, copier: Copier[State]) -> None:
        """Accept an offer, as any input comes; if it is refused, ask what explains it."""
        self.taken.append(taken)
        command, offered_ms = taken.request, taken.offered_at_ms
        told = self._loop.take(f"drill/{command.booking_id}", command, at_ms=at_ms)
        refused = [event for event in told if isinstance(event, ev.BookingRefused)]
        if not refused:
            return
        taken.outcome, taken.reason = "refused", refused[0].reason
        engine = self._reopen(copier, copy, offered_ms)
        taken.is_refusal_known = _confirm(engine, command, at_ms) is None
        engine = self._reopen(copier, copy, offered_ms)
        while (wake_ms := engine.next_wake_at_ms()) is not None and wake_ms < at_ms:
            engine.handle(_WAKE, at_ms=wake_ms)
        taken.is_own_doing = _confirm(engine, command, at_ms) is None

    def _reopen(self, copier: Copier[State], copy: bytes, now_ms: int) -> Engine:
        """Return an engine as it was at an instant, with all done that was due before."""
        return Engine(self.run.index, copier.restore(copy), woken_ms=now_ms - 1)

    def _judge(self) -> None:
        """Say what came of each that was not refused."""
        folded = fold_run(
            self.log.events, end_ms=self.run.end_ms, reliability=self.run.city.reliability
        )
        no_show = self.run.index.rules.service.no_show
        for taken in self.taken:
            booking_id = taken.request.booking_id
            if taken.outcome == "refused":
                continue
            if is_no_show(self.run.settings.seed, booking_id, no_show):
                taken.outcome = "no_show"
                continue
            taken.outcome = _judge(taken, folded.bookings.by_id[booking_id], folded)


_ENDS: dict[BookingStatus, Outcome] = {
    BookingStatus.NO_SHOW: "missed_flight",
    BookingStatus.CANCELLED: "cancelled",
    BookingStatus.REFUNDED: "elsewhere",
}


def _judge(taken: Taken, line: BookingLine, folded: Folded) -> Outcome:
    """Return what came of a party that set out."""
    if line.status is not BookingStatus.FLOWN:
        return _ENDS.get(line.status, "under_way")
    arrived_ms = folded.bookings.find_arrival_ms(line, folded.sorties)
    assert arrived_ms is not None
    late_ms = arrived_ms - taken.promised_at_ms
    if late_ms <= 0:
        return "in_time"
    if line.left:
        return "rebooked_late"
    assert isinstance(line.asked, ev.BookingConfirmed)
    on_block = folded.sorties.by_id[line.asked.sortie_id].on_block
    assert on_block is not None
    planned_ms = line.asked.promised_arrival_at_ms - line.asked.cushion_ms - line.asked.egress_ms
    return "late_in_the_air" if on_block.at_ms - planned_ms >= late_ms else "late_on_the_ground"


def _confirm(engine: Engine, command: RequestBooking, at_ms: int) -> ev.BookingConfirmed | None:
    """Return the confirmation that a request gets; None if it is refused."""
    told = engine.handle(command, at_ms=at_ms)
    return next((event for event in told if isinstance(event, ev.BookingConfirmed)), None)


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What many taken itineraries come to.

    Parameters
    ----------
    fifths
        Mean chance told and share in time, by the chance told, the lowest first.
    """

    accepted: int
    refused: dict[str, int]
    refused_at_once: int
    refused_though_known: int
    refused_by_own_doing: int
    no_shows: int
    set_out: int
    outcomes: dict[str, int]
    chance: float
    in_time: float
    fifths: tuple[tuple[float, float], ...]

    def format(self) -> str:
        """Return it as lines for people."""
        rows = [
            f"accepted {self.accepted}, refused {sum(self.refused.values())} {self.refused}",
            f"refused at once {self.refused_at_once}, though known {self.refused_though_known}, "
            f"for what dispatch did in between {self.refused_by_own_doing}",
            f"never set out {self.no_shows}, set out {self.set_out}: {self.outcomes}",
            f"chance told {self.chance:.3f}, in time {self.in_time:.3f}",
            *(
                f"fifth {number}: told {told:.3f}, in time {share:.3f}"
                for number, (told, share) in enumerate(self.fifths, start=1)
            ),
        ]
        return "\n".join(rows)


def judge(taken: list[Taken]) -> Verdict:
    """Return what all taken itineraries of a drill come to."""
    refused = [one for one in taken if one.outcome == "refused"]
    set_out = [one for one in taken if one.outcome not in ("refused", "no_show")]
    set_out.sort(key=lambda one: (one.chance, one.request.booking_id))
    cuts = [len(set_out) * fifth // 5 for fifth in range(6)]
    return Verdict(
        accepted=len(taken),
        refused=dict(sorted(Counter(one.reason for one in refused).items())),
        refused_at_once=sum(not one.is_held_at_once for one in taken),
        refused_though_known=sum(one.is_refusal_known for one in refused),
        refused_by_own_doing=sum(one.is_own_doing for one in refused),
        no_shows=sum(one.outcome == "no_show" for one in taken),
        set_out=len(set_out),
        outcomes=dict(sorted(Counter(one.outcome for one in set_out).items())),
        chance=_mean([one.chance for one in set_out]),
        in_time=_share_in_time(set_out),
        fifths=tuple(
            (_mean([one.chance for one in set_out[a:b]]), _share_in_time(set_out[a:b]))
            for a, b in pairwise(cuts)
        ),
    )


def _mean(values: list[float]) -> float:
    return sum(values) / max(1, len(values))


def _share_in_time(taken: list[Taken]) -> float:
    return _mean([float(one.outcome == "in_time") for one in taken])
