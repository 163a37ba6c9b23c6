"""The search door to door: ground, timetables and flights joined in one Pareto set.

From the door one comes to every vertiport and stop by the ways of `ground.py`; `raptor.py` rides on
from the stops. Of each ordered pair of vertiports the service is asked, all in one batch, what it
could fly for whoever stands there with a label that no other beats; beyond the flight it goes on as
before. A journey has one flight at most. "Arrive by" is the same search from the other door with
time mirrored (`frame.py`): a label's first number is then −(departure).

Exact for these rules: ground ways take the speeds of the hour of the query, beyond a flight those
of the hour in which it ends; a car is called when it is needed, during the way out of a vertiport
too; `SITES_AN_END_MAX` vertiports are looked at from either door. Left out of account: that it can
pay to fly later because the roads will be empty in the next hour. `direct.py` is this search in its
simplest form, for cities without streets and timetables.
"""

from collections import deque
from collections.abc import Iterator, Sequence

import msgspec

from aspan.journeys.availability import AirAsk, AirDeparture, AirOffers
from aspan.journeys.criteria import Criteria, is_beaten, keep_best
from aspan.journeys.frame import AirPart, Frame, JourneyQuery, Label
from aspan.journeys.ground import Spot
from aspan.journeys.network import JourneyNetwork, TransitDay
from aspan.journeys.onward import DOOR, Onward
from aspan.journeys.ranking import Taste
from aspan.journeys.worth import Worth, crow_m
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_S
from aspan.world.doors import RIDE_MPS_MAX, SITES_AN_END_MAX

_Order = tuple[float, int, int, int, int]
"""Least cost to whoever asks (0 if nobody's taste is known), then criteria."""

_Flight = tuple[_Order, Label, Criteria, Spot, Spot]
"""What it is ordered by; who would fly, what the flight takes at least, from where, to where in the
order of the search."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was found.

    Parameters
    ----------
    labels
        The Pareto set at the other door.
    asks
        How many flights were asked for.
    cuts
        Labels that the transit search dropped because a bag was full; exact at 0.
    """

    labels: tuple[Label, ...]
    asks: int
    cuts: int


def search(
    network: JourneyNetwork,
    transit: TransitDay | None,
    query: JourneyQuery,
    offers: AirOffers,
    taste: Taste | None = None,
) -> Answer:
    """Return every way door to door that no other one beats.

    Parameters
    ----------
    transit
        Timetables of the day; None if the city has none.
    taste
        Of the party that will choose: flights that cannot be its choice are not asked for, and
        missing (`worth.py`). All that might please anybody if None.
    """
    frame = Frame(network, query)
    sites = _list_nearest(frame, frame.near) if query.by_air else []
    door = keep_best(frame.go(frame.start, frame.near, frame.far, hour=frame.hour))
    reached = {
        site.number: list(
            frame.go(frame.start, frame.near, site, hour=frame.hour, leaves_air=frame.is_mirrored)
        )
        for site in sites
    }
    cuts = 0
    if transit is not None:
        onward = Onward(frame, [(frame.start, frame.near, frame.hour)], sites)
        ridden, cuts = onward.ride(transit, door)
        door = keep_best([*door, *ridden[DOOR]])
        for goal, site in enumerate(sites, start=1):
            reached[site.number] += ridden[goal]
    worth = None if taste is None else Worth(frame, transit, taste)
    flights = _Flights(frame, door, worth, has_transit=transit is not None)
    at_sites = {number: _choose_few(frame, labels) for number, labels in reached.items()}
    flown = flights.fly(at_sites, offers)
    arrived, more = _go_on(frame, transit, flown, door)
    door = keep_best([*door, *arrived])
    return Answer(labels=tuple(door), asks=flights.count, cuts=cuts + more)


def _list_nearest(frame: Frame, door: Spot) -> list[Spot]:
    """Return the vertiports looked at from a door, nearest first."""
    sites = frame.network.sites
    reached = sorted((crow_m(door, site), site.number) for site in sites)
    return [sites[number] for _, number in reached[:SITES_AN_END_MAX]]


def _choose_few(frame: Frame, labels: Sequence[Label]) -> list[Label]:
    """Return the labels at a vertiport that flights are asked for: the best by each criterion.

    Where the query asks for `is_whole`, all that no other beats.
    """
    best = keep_best(labels)
    if frame.query.is_whole or len(best) <= 1:
        return best
    orders = ((0, 1, 2, 3), (1, 0, 2, 3), (3, 0, 1, 2))
    few = {
        min(range(len(best)), key=lambda n: tuple(best[n][0][k] for k in order)) for order in orders
    }
    return [best[number] for number in sorted(few)]


class _Flights:
    """The flights worth asking for: of each pair, for each label at the vertiport it begins at.

    They are asked for by the earliest that they could lead to the far door (by the least cost, if a
    party's taste is known), so that what is known by then spares asking for those that could not be
    better.
    """

    def __init__(
        self, frame: Frame, door: Sequence[Label], worth: Worth | None, *, has_transit: bool
    ) -> None:
        self._frame, self._has_transit, self._worth = frame, has_transit, worth
        self._known: list[Criteria] = []
        for label in door:
            self._note(label)
        self._ends = _list_nearest(frame, frame.far)
        self._onward_ms: dict[tuple[int, int], int] = {}
        self._asked: deque[_Flight] = deque()
        self.count = 0

    def fly(self, reached: dict[int, list[Label]], offers: AirOffers) -> dict[int, list[Label]]:
        """Return the labels flown to each vertiport, asked for in one batch."""
        flown: dict[int, list[Label]] = {}
        for departures in offers.list_answers(self._list_asks(reached)):
            _, label, _, first, last = self._asked.popleft()
            for departure in departures:
                made = self._board(label, departure, first, last)
                if made is not None:
                    flown.setdefault(last.number, []).append(made)
                    self._learn(made, last)
        return {number: keep_best(labels) for number, labels in flown.items()}

    def _list_asks(self, reached: dict[int, list[Label]]) -> Iterator[AirAsk]:
        """Yield what is to be asked next, judged when its turn comes."""
        flights: list[_Flight] = []
        for number, labels in sorted(reached.items()):
            flights += self._list_from(self._frame.network.sites[number], labels)
        flights.sort(key=lambda flight: flight[0])
        for flight in flights:
            (least_kzt, *_), label, least, first, end = flight
            if self._worth is not None and not self._worth.is_worth(least_kzt):
                break
            if not is_beaten(self._bound(label[0], least, end), self._known):
                self.count += 1
                self._asked.append(flight)
                yield self._ask(label, first, end)

    def _list_from(self, first: Spot, labels: Sequence[Label]) -> Iterator[_Flight]:
        """Return the flights of those who stand at a vertiport, with what they are ordered by."""
        worth = self._worth
        ends = [(end, least) for end in self._ends if (least := self._least_flight(first, end))]
        if worth is None:
            for label in labels:
                for end, least in ends:
                    yield (0.0, *self._bound(label[0], least, end)), label, least, first, end
            return
        flights = [(end, least, worth.flight_kzt(least)) for end, least in ends]
        for label in labels:
            made = label[0]
            come_kzt = worth.cost_kzt(label) + worth.change_kzt(made)
            for end, least, flight_kzt in flights:
                least_kzt = come_kzt + flight_kzt + worth.onward_kzt(end, made[0] + least[0])
                yield (least_kzt, *made), label, least, first, end

    def _note(self, label: Label) -> None:
        """Note a way from door to door."""
        self._known.append(label[0])
        if self._worth is not None:
            self._worth.learn(label)

    def _learn(self, made: Label, site: Spot) -> None:
        """Note how a flight would come to the far door without rides."""
        frame = self._frame
        hour = frame.network.local_hour(frame.sign * made[0][0])
        leaves_air = not frame.is_mirrored
        for label in frame.go(made, site, frame.far, hour=hour, leaves_air=leaves_air):
            self._note(label)

    def _pair(self, first: Spot, last: Spot) -> tuple[VertiportId, VertiportId]:
        """Return a pair as it is flown, from the order of the search."""
        origin, destination = self._frame.order(first, last)
        return VertiportId(origin.spot_id), VertiportId(destination.spot_id)

    def _least_flight(self, first: Spot, last: Spot) -> Criteria | None:
        """Return the least a flight takes of each criterion; None where there is none."""
        network = self._frame.network
        block_ms = network.block_ms.get(self._pair(first, last))
        if block_ms is None:
            return None
        seat_tiyn = network.least_seat_tiyn(*self._frame.order(first, last))
        return network.process_ms + block_ms, seat_tiyn * self._frame.query.party, 1, 0

    def _bound(self, label: Criteria, least: Criteria, end: Spot) -> Criteria:
        """Return what no journey by this flight can be better than at the far door."""
        landed = label[0] + least[0]
        hours = self._frame.list_hours_after(landed)
        onward_ms = min(self._least_onward_ms(end, hour) for hour in hours)
        return (
            landed + onward_ms, label[1] + least[1], label[2] + least[2], label[3] + least[3]
        )  # fmt: skip

    def _least_onward_ms(self, site: Spot, hour: int) -> int:
        """Return the least time that the way on from a vertiport to the far door can take."""
        known = self._onward_ms.get((site.number, hour))
        if known is None:
            frame = self._frame
            least_ms = [way.duration_ms for way in frame.ways(site, frame.far, hour)]
            if self._has_transit or not least_ms:
                least_ms.append(round(crow_m(site, frame.far) / RIDE_MPS_MAX * MS_PER_S))
            known = self._onward_ms[site.number, hour] = min(least_ms)
        return known

    def _ask(self, label: Label, first: Spot, last: Spot) -> AirAsk:
        frame = self._frame
        origin, destination = self._pair(first, last)
        at = label[0][0]
        return AirAsk(
            origin=origin,
            destination=destination,
            ready_at_ms=None if frame.is_mirrored else at + frame.network.process_ms,
            by_ms=-at if frame.is_mirrored else None,
            party=frame.query.party,
            payload_kg=frame.query.payload_kg,
        )

    def _board(
        self, label: Label, departure: AirDeparture, first: Spot, last: Spot
    ) -> Label | None:
        """Return the label after a flight; None if it is missed or not allowed."""
        frame = self._frame
        at, price_tiyn, boardings, walk_ms = label[0]
        begin_ms = departure.off_block_at_ms - frame.network.process_ms
        if frame.is_mirrored:
            reached, waits_ms = -begin_ms, -at - departure.on_block_at_ms
        else:
            reached, waits_ms = departure.on_block_at_ms, begin_ms - at
        is_in_time = 0 <= waits_ms <= frame.network.city.rules.service.wait_ms_max
        made = (reached, price_tiyn + departure.fare_tiyn, boardings + 1, walk_ms)
        if not (is_in_time and frame.is_allowed(made)):
            return None
        return made, frame.join(label[1], AirPart(departure, *frame.order(first, last)))


def _go_on(
    frame: Frame,
    transit: TransitDay | None,
    flown: dict[int, list[Label]],
    door: Sequence[Label],
) -> tuple[list[Label], int]:
    """Return the labels at the far door that were flown, and the cuts."""
    arrived: list[Label] = []
    landed: list[tuple[Label, Spot, int]] = []
    leaves_air = not frame.is_mirrored
    for number, labels in sorted(flown.items()):
        site = frame.network.sites[number]
        for label in labels:
            hour = frame.network.local_hour(frame.sign * label[0][0])
            landed.append((label, site, hour))
            arrived += frame.go(label, site, frame.far, hour=hour, leaves_air=leaves_air)
    if transit is None or not landed:
        return arrived, 0
    onward = Onward(frame, landed, leaves_air=leaves_air)
    ridden, cuts = onward.ride(transit, keep_best([*door, *arrived]))
    return arrived + ridden[DOOR], cuts
