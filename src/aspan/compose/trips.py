"""Trips: the search door to door of one city, its timetables by day, and what is told of each way.

One desk serves one thread at a time. `find` needs what the service could fly (`AirOffers`) and is
as quick as the search; roads and timetables are made when they are first needed, or by `warm`.
"""

from collections.abc import Callable
from itertools import pairwise

import msgspec

from aspan.compose.trip_network import OwnDays, TripNetwork
from aspan.journeys.availability import NO_OFFERS, AirAsk, HeldOffers
from aspan.journeys.chance import Chances, judge_chances
from aspan.journeys.criteria import keep_best
from aspan.journeys.emissions import weigh_carbon
from aspan.journeys.frame import JourneyQuery
from aspan.journeys.ground import Spot
from aspan.journeys.itinerary import Itinerary
from aspan.journeys.legs import tell_itinerary
from aspan.journeys.network import JourneyNetwork, TransitDay
from aspan.journeys.ranking import RankReason, Taste, rank
from aspan.journeys.search import search
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import local_midnight_ms, ms_to_local
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.world.doors import walk_limit_m
from aspan.world.geodesy import great_circle_m
from aspan.world.readers import load_city
from aspan.world.reliability import Emissions
from aspan.world.timetable import Timetable

PARTY_MAX = 8
"""Persons in one search; more than the seats of an aircraft are offered no flight."""

HORIZON_MS = 8 * MS_PER_H
"""Ways that take longer than this are not looked for."""

RANGE_STEP_MS = 10 * MS_PER_MIN
RANGE_MAX_MS = 4 * MS_PER_H
"""A range of departures is looked at in such steps, and is no longer than this."""

FlightKwh = Callable[[VertiportId, VertiportId], float]
"""Energy at the battery of a sortie on a pair [kWh]; 0 if not known."""


class TripRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants to go from where to where.

    Parameters
    ----------
    origin, destination
        Longitude and latitude [deg].
    at_ms
        Ready to leave the door, or `is_arrive_by`: there by then.
    until_ms
        End of a range of departures that begins at `at_ms`; None for one instant.
    payload_kg
        Of the party with bags; of mean mass if None.
    walk_m_max
        On foot in all; the city's own if None.
    earliest_ms
        Nobody can leave before this, as it has passed; no limit if None.
    """

    origin: tuple[float, float]
    destination: tuple[float, float]
    at_ms: int
    is_arrive_by: bool = False
    until_ms: int | None = None
    party: int = 1
    payload_kg: float | None = None
    walk_m_max: float | None = None
    is_step_free: bool = False
    earliest_ms: int | None = None


class Carbon(msgspec.Struct, frozen=True):
    """Carbon dioxide of a whole party [g], and the range that the city's numbers allow."""

    value_g: float
    low_g: float
    high_g: float


class TripOption(msgspec.Struct, frozen=True, kw_only=True):
    """One way to travel with what is told of it.

    Parameters
    ----------
    carbon
        None if the city states no emissions. So are the chances without reliability.
    saves_ms
        Against the car all the way; None where there is none.
    valid_ms
        For how long its flight would be confirmed if nothing happened; 0 without one.
    """

    itinerary: Itinerary
    reason: RankReason
    chances: Chances | None
    carbon: Carbon | None
    saves_ms: int | None
    valid_ms: int = 0


class TripAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Options, the best first, with the timetable whose numbers their rides use.

    Parameters
    ----------
    cuts
        How often the transit search dropped a way because there were too many; exact at 0.
    """

    request: TripRequest
    options: tuple[TripOption, ...]
    timetable: Timetable | None
    cuts: int


class TripDesk:
    """Answers `TripRequest`s of one city."""

    def __init__(self, network: TripNetwork) -> None:
        self.city = network.city
        self.network = network
        self._days = OwnDays(self.network)

    def warm(self, at_ms: int) -> None:
        """Make everything the first search of a day would wait for, compiled kernels included."""
        sites = self.city.vertiports
        ends = [(site.lon_deg, site.lat_deg) for site in sites[:2]]
        if len(ends) == 2:
            request = TripRequest(origin=ends[0], destination=ends[1], at_ms=at_ms)
            self.find(request, None, flight_kwh=lambda *_: 0.0)

    def find(
        self, request: TripRequest, offers: HeldOffers | None, *, flight_kwh: FlightKwh
    ) -> TripAnswer:
        """Return the ways to travel, the best first.

        Parameters
        ----------
        offers
            What the service could fly now; no flights if None.

        Raises
        ------
        InvalidInput
            If the party is too large, a point off every street, or the range no range.
        """
        network = self.network.get_network()
        self._check(request)
        transit = self._days.find(request.at_ms)
        itineraries: list[Itinerary] = []
        cuts = 0
        for at_ms in _list_instants(request):
            query = self._ask(request, at_ms, by_air=offers is not None)
            answer = search(network, transit, query, NO_OFFERS if offers is None else offers)
            cuts += answer.cuts
            itineraries += [
                tell_itinerary(network, transit, query, label, earliest_ms=request.earliest_ms)
                for label in answer.labels
            ]
        if request.earliest_ms is not None:
            earliest_ms = request.earliest_ms
            itineraries = [one for one in itineraries if one.depart_at_ms >= earliest_ms]
        if request.until_ms is not None:
            itineraries = _keep_best_of_range(itineraries)
        options = tuple(
            msgspec.structs.replace(one, valid_ms=self._find_valid_ms(request, one, offers))
            for one in self._tell(network, transit, request, itineraries, flight_kwh)
        )
        timetable = None if transit is None else transit.timetable
        return TripAnswer(request=request, options=options, timetable=timetable, cuts=cuts)

    def prepare_day(self, at_ms: int) -> None:
        """Make what a search on that local day needs, if it is not there."""
        self._days.find(at_ms)

    # ---- one request -----------------------------------------------------------------------

    def _check(self, request: TripRequest) -> None:
        check_limits(request)
        for name, point in (("from", request.origin), ("to", request.destination)):
            if not self.network.is_reached(_door(point)):
                place = f"{point[1]:g},{point[0]:g}"
                raise InvalidInput(name, place, "a point near a street that the city knows")

    def _ask(self, request: TripRequest, at_ms: int, *, by_air: bool) -> JourneyQuery:
        walk_m_max = request.walk_m_max
        if walk_m_max is None:
            walk_m_max = walk_limit_m(self.city.demand)
        return JourneyQuery(
            origin=_door(request.origin),
            destination=_door(request.destination),
            at_ms=at_ms,
            party=request.party,
            payload_kg=self.weigh_party(request, at_ms),
            walk_m_max=walk_m_max,
            latest_ms=at_ms + (-HORIZON_MS if request.is_arrive_by else HORIZON_MS),
            is_arrive_by=request.is_arrive_by,
            is_step_free=request.is_step_free,
            by_air=by_air and request.party <= self.city.aircraft_type.seats,
        )

    def weigh_party(self, request: TripRequest, at_ms: int) -> float:
        """Return the mass of a party [kg], as it says or in the mean."""
        if request.payload_kg is not None:
            return request.payload_kg
        month = ms_to_local(at_ms, self.city.time_zone).month
        return request.party * self.city.rules.service.mean_payload_kg(month)

    def _find_valid_ms(
        self, request: TripRequest, option: TripOption, offers: HeldOffers | None
    ) -> int:
        """Return for how long the flight of an option would be confirmed if nothing happened."""
        it = option.itinerary
        departure, origin, destination = it.departure, it.origin, it.destination
        if offers is None or departure is None or origin is None or destination is None:
            return 0
        ask = AirAsk(
            origin=origin,
            destination=destination,
            ready_at_ms=departure.ready_at_ms,
            by_ms=None,
            party=request.party,
            payload_kg=self.weigh_party(request, request.at_ms),
        )
        return offers.find_valid_ms(ask)

    def _tell(
        self,
        network: JourneyNetwork,
        transit: TransitDay | None,
        request: TripRequest,
        itineraries: list[Itinerary],
        flight_kwh: FlightKwh,
    ) -> tuple[TripOption, ...]:
        ranked = rank(
            itineraries, self._taste(), party=request.party, is_arrive_by=request.is_arrive_by
        )
        cars = [i.duration_ms for i in itineraries if i.mode == "car" and i.transfers == 0]
        car_ms = min(cars, default=None)
        reliability = self.city.reliability
        timetable = None if transit is None else transit.timetable
        options = tuple(
            TripOption(
                itinerary=one.itinerary,
                reason=one.reason,
                chances=None
                if reliability is None
                else judge_chances(
                    one.itinerary,
                    reliability,
                    process_ms=network.process_ms,
                    timetable=timetable,
                ),
                carbon=self._weigh(transit, request, one.itinerary, flight_kwh),
                saves_ms=None if car_ms is None else car_ms - one.itinerary.duration_ms,
            )
            for one in ranked
        )
        return _name_greenest(options)

    def _taste(self) -> Taste:
        """Return how the greatest group of travellers weighs; others sort for themselves."""
        demand = self.city.demand
        segment = max(demand.segments, key=lambda s: s.trips_per_resident_day)
        return Taste(
            value_of_time_kzt_h=segment.value_of_time_median_kzt_h,
            out_of_vehicle_weight=segment.out_of_vehicle_weight,
            transfer_penalty_s=demand.transfer_penalty_s,
        )

    def _weigh(
        self,
        transit: TransitDay | None,
        request: TripRequest,
        itinerary: Itinerary,
        flight_kwh: FlightKwh,
    ) -> Carbon | None:
        if self.city.emissions is None:
            return None
        origin, destination = itinerary.origin, itinerary.destination
        kwh = 0.0
        if origin is not None and destination is not None:
            kwh = flight_kwh(origin, destination)
        ride_m = {} if transit is None else _ride_lengths(transit.timetable, itinerary)
        weighed = [
            weigh_carbon(
                itinerary,
                emissions,
                party=request.party,
                ride_m=ride_m,
                flight_kwh=kwh,
                grid_to_battery=self.city.rules.charging.grid_to_battery,
            )
            for emissions in (self.city.emissions, *self._emission_bounds(self.city.emissions))
        ]
        return Carbon(*weighed)

    def _emission_bounds(self, emissions: Emissions) -> tuple[Emissions, Emissions]:
        """Return the least and the most that the stated ranges allow; few seats taken is most."""
        stated = {
            name: self.city.quantities.get(f"emissions.{name}")
            for name in emissions.__struct_fields__
        }
        low, high = {}, {}
        for name, quantity in stated.items():
            if quantity is None:
                continue
            ends = (quantity.low, quantity.high)
            low[name], high[name] = ends[::-1] if name == "air_seats_taken" else ends
        replace = msgspec.structs.replace
        return replace(emissions, **low), replace(emissions, **high)


def check_limits(request: TripRequest) -> None:
    """Raise `InvalidInput` unless party, walk and range are within what is searched."""
    if not 1 <= request.party <= PARTY_MAX:
        raise InvalidInput("party", request.party, f"1 to {PARTY_MAX} persons")
    if request.walk_m_max is not None and not 0.0 <= request.walk_m_max <= 20_000.0:
        raise InvalidInput("walk_m_max", request.walk_m_max, "0 to 20,000 m")
    if request.until_ms is not None:
        length_ms = request.until_ms - request.at_ms
        if request.is_arrive_by or not 0 <= length_ms <= RANGE_MAX_MS:
            hours = RANGE_MAX_MS // MS_PER_H
            raise InvalidInput("until", request.until_ms, f"from depart-at to {hours} h after it")


def compile_searches(city_name: str) -> None:
    """Search once in a city with streets and timetables, so that compiled kernels are kept.

    That takes some twenty seconds on a machine that never searched; a service started there would
    not answer before, as its travellers wait too.
    """
    city = load_city(city_name)
    noon_ms = local_midnight_ms(city.fair_weather_date, city.time_zone) + 12 * MS_PER_H
    TripDesk(TripNetwork(city, {})).warm(noon_ms)


def _door(point: tuple[float, float]) -> Spot:
    return Spot("door", -1, *point)


def _name_greenest(options: tuple[TripOption, ...]) -> tuple[TripOption, ...]:
    """Return options with the one that emits least called so, unless it is first in more."""
    weighed = [(one.carbon.value_g, n) for n, one in enumerate(options) if one.carbon is not None]
    least = min(weighed, default=None)
    if least is None or options[least[1]].reason != "other":
        return options
    number = least[1]
    named = msgspec.structs.replace(options[number], reason="greenest")
    return (*options[:number], named, *options[number + 1 :])


def _list_instants(request: TripRequest) -> range:
    """Return the instants to search at."""
    until_ms = request.at_ms if request.until_ms is None else request.until_ms
    return range(request.at_ms, until_ms + 1, RANGE_STEP_MS)


def _keep_best_of_range(itineraries: list[Itinerary]) -> list[Itinerary]:
    """Return those that no other beats which leaves later too."""
    labels = [((i.duration_ms, i.price_tiyn, i.transfers, i.walk_ms), i) for i in itineraries]
    return [itinerary for _, itinerary in keep_best(labels)]


def _ride_lengths(timetable: Timetable, itinerary: Itinerary) -> dict[int, float]:
    """Return the metres of each leg by timetable, stop to stop."""
    patterns, found = timetable.patterns, {}
    for number, leg in enumerate(itinerary.legs):
        if leg.ride is None:
            continue
        first = int(patterns.stop_first[leg.ride.pattern])
        span = range(first + leg.ride.board, first + leg.ride.alight + 1)
        stops = [timetable.stops[int(patterns.stops[place])] for place in span]
        found[number] = sum(
            great_circle_m(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg) for a, b in pairwise(stops)
        )
    return found
