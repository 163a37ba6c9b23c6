"""A trip's answer as it goes over the wire: names and texts in one language, numbers with marks.

Used by the route of itineraries and by `aspan trip --json`, so that both say the same.
"""

from collections.abc import Callable, Mapping
from hashlib import blake2b

import msgspec

from aspan.compose.trip_legs import Lanes, LegEnd, TripLeg, make_teller
from aspan.compose.trips import TripAnswer, TripDesk, TripOption
from aspan.faces.http.journey_rests import list_assumptions, tell_carbon
from aspan.faces.http.journey_words import tell, tell_cause
from aspan.faces.http.offer_making import OfferMaker
from aspan.faces.http.wire_journeys import (
    AskedTrip,
    DoorPlace,
    ItinerariesPage,
    JourneyItinerary,
    JourneyLeg,
    LegPlace,
    LineSign,
    NotFlown,
    SeatOffer,
    StopOnWay,
)
from aspan.faces.http.wire_sales import Fare
from aspan.journeys.availability import AirDeparture
from aspan.primitives.ids import VertiportId
from aspan.world.reference import Reference
from aspan.world.vertiport import Names

CHANCE_DIGITS = 3
ID_BYTES = 4
PAIRS_NAMED_MAX = 2
"""Pairs named for one reason why nothing is flown."""

Pair = tuple[VertiportId, VertiportId]
Namer = Callable[[float, float], str]
"""What people call a point, by longitude and latitude, in the language of the answer."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, and when.

    Parameters
    ----------
    refusals
        Why pairs that were asked for cannot be had.
    pace
        By how much longer offers are told to hold (`pace.py`).
    """

    answer: TripAnswer
    now_ms: int
    refusals: Mapping[Pair, str]
    pace: float = 1.0


def tell_page(
    desk: TripDesk,
    lanes: Lanes,
    found: Found,
    *,
    lang: str,
    name_point: Namer,
    references: dict[str, Reference],
    offers: OfferMaker | None = None,
) -> ItinerariesPage:
    """Return the answer in one language, kk, ru or en.

    Parameters
    ----------
    offers
        Who signs what can be held. Nothing can if None.
    """
    answer = found.answer
    teller = _Teller(desk, found, lang, name_point, offers)
    draw = make_teller(desk, lanes, answer)
    itineraries = [teller.itinerary(option, draw(option.itinerary)) for option in answer.options]
    itineraries = _number_alike(itineraries)
    cars = [it.id for it in itineraries if it.mode == "car" and it.transfers == 0]
    request = answer.request
    return ItinerariesPage(
        now_ms=found.now_ms,
        time_zone=desk.city.time_zone,
        query=_echo(answer, lang),
        from_=teller.door(request.origin),
        to=teller.door(request.destination),
        itineraries=itineraries,
        not_flown=_list_not_flown(desk, found, lang),
        assumptions=list_assumptions(desk, answer, lang, references),
        car=cars[0] if cars else None,
    )


def _echo(answer: TripAnswer, lang: str) -> AskedTrip:
    request = answer.request
    (from_lon, from_lat), (to_lon, to_lat) = request.origin, request.destination
    return AskedTrip(
        from_=(from_lat, from_lon),
        to=(to_lat, to_lon),
        depart_at_ms=None if request.is_arrive_by else request.at_ms,
        arrive_by_ms=request.at_ms if request.is_arrive_by else None,
        party=request.party,
        step_free=request.is_step_free,
        walk_m_max=None if request.walk_m_max is None else round(request.walk_m_max),
        lang=lang,
    )


class _Teller:
    """Puts itineraries into one language."""

    def __init__(
        self,
        desk: TripDesk,
        found: Found,
        lang: str,
        name_point: Namer,
        offers: OfferMaker | None,
    ) -> None:
        self._desk, self._found, self._now_ms = desk, found, found.now_ms
        self._offers = offers
        self._lang, self._name_point = lang, name_point
        self._doors: dict[tuple[float, float], str] = {}

    def door(self, point: tuple[float, float]) -> DoorPlace:
        """Return an end of the trip."""
        lon, lat = point
        return DoorPlace(name=self._name_door(lon, lat), lat=lat, lon=lon)

    def itinerary(self, option: TripOption, legs: tuple[TripLeg, ...]) -> JourneyItinerary:
        """Return one way to travel."""
        it, chances = option.itinerary, option.chances
        connections = (None,) * len(legs) if chances is None else chances.connections
        walk_m = sum(leg.distance_m for leg in legs if leg.leg.mode == "walk")
        return JourneyItinerary(
            id=_id_of(it.mode, legs),
            mode=it.mode,
            depart_at_ms=it.depart_at_ms,
            arrive_at_ms=it.arrive_at_ms,
            price_tiyn=it.price_tiyn,
            transfers=it.transfers,
            walk_ms=it.walk_ms,
            walk_m=round(walk_m),
            co2_g=tell_carbon(self._desk.city, option),
            saves_ms=option.saves_ms,
            promised_arrival_at_ms=None if chances is None else chances.promised_at_ms,
            on_time_chance=None if chances is None else round(chances.on_time, CHANCE_DIGITS),
            rank_reason=option.reason,
            offer=self._offer(option),
            legs=[
                self._leg(leg, connection)
                for leg, connection in zip(legs, connections, strict=True)
            ],
        )

    def _offer(self, option: TripOption) -> SeatOffer | None:
        it = option.itinerary
        until_ms = self._now_ms + round(option.valid_ms * self._found.pace)
        departure = it.departure
        if departure is None or it.origin is None or it.destination is None:
            return None
        return SeatOffer(
            origin=it.origin,
            destination=it.destination,
            off_block_at_ms=departure.off_block_at_ms,
            on_block_at_ms=departure.on_block_at_ms,
            fare_tiyn=departure.fare_tiyn,
            sortie_id=departure.sortie_id,
            valid_until_ms=until_ms,
            token=self._sign(option, until_ms),
            fare=self._tell_fare((it.origin, it.destination), departure),
        )

    def _sign(self, option: TripOption, until_ms: int) -> str:
        """Return what the offer is held with; empty where nothing is sold."""
        if self._offers is None:
            return ""
        request, chances = self._found.answer.request, option.chances
        return self._offers.sign_itinerary(
            option.itinerary,
            doors=(request.origin, request.destination),
            seats=request.party,
            payload_kg=self._desk.weigh_party(request, request.at_ms),
            chance=None if chances is None else round(chances.on_time, CHANCE_DIGITS),
            timetable=self._found.answer.timetable,
            valid_until_ms=until_ms,
        )

    def _tell_fare(self, pair: Pair, departure: AirDeparture) -> Fare | None:
        if self._offers is None:
            return None
        party, off_ms = self._found.answer.request.party, departure.off_block_at_ms
        return self._offers.tell_fare(pair, departure.fare_tiyn, off_ms, party, self._lang)

    def _leg(self, told: TripLeg, connection: float | None) -> JourneyLeg:
        leg, line = told.leg, told.line
        return JourneyLeg(
            mode=leg.mode,
            from_=self._end(told.start),
            to=self._end(told.end),
            depart_at_ms=leg.depart_at_ms,
            arrive_at_ms=leg.arrive_at_ms,
            price_tiyn=leg.price_tiyn,
            distance_m=round(told.distance_m),
            is_estimate=leg.is_estimate,
            line=None
            if line is None
            else LineSign(
                short_name=line.short_name,
                name=self._say(line.names),
                colour=line.colour,
                headsign=told.headsign,
            ),
            stops=[
                StopOnWay(name=self._say(stop.names), arrive_at_ms=stop.arrive_at_ms)
                for stop in told.stops
            ],
            path=list(told.path),
            connection_chance=None if connection is None else round(connection, CHANCE_DIGITS),
        )

    def _end(self, end: LegEnd) -> LegPlace:
        if end.names is not None:
            name = self._say(end.names)
        elif end.kind == "stop":
            name = tell(self._lang, "place.bus_stop")
        else:
            name = self._name_door(end.lon_deg, end.lat_deg)
        return LegPlace(kind=end.kind, id=end.spot_id, name=name, lat=end.lat_deg, lon=end.lon_deg)

    def _name_door(self, lon: float, lat: float) -> str:
        if (lon, lat) not in self._doors:
            self._doors[lon, lat] = self._name_point(lon, lat)
        return self._doors[lon, lat]

    def _say(self, names: Names) -> str:
        return str(getattr(names, self._lang))


def _id_of(mode: str, legs: tuple[TripLeg, ...]) -> str:
    """Return an id by modes and places, not by time: asked again later it is the same way."""
    parts = [f"{told.leg.mode}:{told.start.spot_id}:{told.end.spot_id}" for told in legs]
    text = "|".join(part for part in parts if not part.startswith("wait:"))
    return f"{mode}-{blake2b(text.encode(), digest_size=ID_BYTES).hexdigest()}"


def _number_alike(itineraries: list[JourneyItinerary]) -> list[JourneyItinerary]:
    """Return itineraries with ids of their own: a number tells apart those that go alike."""
    seen: dict[str, int] = {}
    found = []
    for it in itineraries:
        seen[it.id] = seen.get(it.id, 0) + 1
        number = seen[it.id]
        named = it if number == 1 else msgspec.structs.replace(it, id=f"{it.id}-{number}")
        found.append(named)
    return found


def _list_not_flown(desk: TripDesk, found: Found, lang: str) -> list[NotFlown]:
    """Return why nothing is flown, the commonest reason first."""
    answer, city = found.answer, desk.city
    if any(option.itinerary.mode == "air" for option in answer.options):
        return []
    if answer.request.party > city.aircraft_type.seats:
        text = tell(lang, "not_flown.party", n=city.aircraft_type.seats)
        return [NotFlown(reason="party_too_large", text=text)]
    if not desk.network.get_network().block_ms:
        return [NotFlown(reason="no_pairs", text=tell(lang, "not_flown.no_pairs"))]
    by_reason: dict[str, list[Pair]] = {}
    for pair, reason in sorted(found.refusals.items()):
        by_reason.setdefault(reason, []).append(pair)
    told = [
        NotFlown(reason=reason, text=_tell_refusal(desk, reason, pairs, lang))
        for reason, pairs in sorted(by_reason.items(), key=lambda row: (-len(row[1]), row[0]))
    ]
    if not answer.options and answer.request.earliest_ms is not None:
        late = NotFlown(reason="too_late", text=tell(lang, "not_flown.too_late"))
        return [late, *told] if answer.request.is_arrive_by else told
    return told or [NotFlown(reason="not_better", text=tell(lang, "not_flown.not_better"))]


def _tell_refusal(desk: TripDesk, reason: str, pairs: list[Pair], lang: str) -> str:
    why = tell_cause(lang, reason)
    if reason == "hours":
        return tell(lang, "not_flown.plain", why=why)
    names = {site.vertiport_id: getattr(site.names, lang) for site in desk.city.vertiports}
    shown = ", ".join(f"{names[a]} – {names[b]}" for a, b in pairs[:PAIRS_NAMED_MAX])
    more = len(pairs) - PAIRS_NAMED_MAX
    if more > 0:
        shown = tell(lang, "not_flown.more", pairs=shown, n=more)
    return tell(lang, "not_flown.because", why=why, pairs=shown)
