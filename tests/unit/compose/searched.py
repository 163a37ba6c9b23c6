"""A city whose air service grants every flight at once, asked by demand and by the search."""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec
import numpy as np

from aspan.compose.door_tables import find_door_tables
from aspan.compose.serviceability import list_serviceable
from aspan.compose.trips import HORIZON_MS
from aspan.demand.best_case import weigh_best_case
from aspan.demand.choice import Alternative, choose, plan_choice
from aspan.demand.sampling import DemandIndex, prepare_demand
from aspan.demand.trip_columns import TripColumns
from aspan.demand.wishes import Wish, list_wishes
from aspan.journeys.availability import AirAsk, AirDeparture
from aspan.journeys.frame import JourneyQuery
from aspan.journeys.ground import Spot
from aspan.journeys.itinerary import Itinerary
from aspan.journeys.legs import tell_itinerary
from aspan.journeys.network import (
    JourneyNetwork,
    TransitDay,
    list_hubs,
    list_site_spots,
    list_stop_spots,
    prepare_network,
    prepare_transit_day,
)
from aspan.journeys.search import search
from aspan.journeys.street_roads import StreetRoads
from aspan.operations.city_index import CityIndex
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_H, MS_PER_MIN, TIYN_PER_TENGE
from aspan.world.city import City
from aspan.world.doors import walk_limit_m
from aspan.world.fare import pair_distance_m, seat_bounds_tiyn
from aspan.world.readers import load_city, load_feeds
from aspan.world.readers.timetable import build_timetable

DAY = date(2025, 4, 15)
BEST_CASE = 0.9


class GrantsAll:
    """A service that flies whoever is ready in its hours, at once, at the least fare there is."""

    def __init__(self, city: City, block_ms: dict[tuple[VertiportId, VertiportId], int]) -> None:
        self._city, self._block_ms = city, block_ms
        self._midnight_ms = local_midnight_ms(DAY, city.time_zone)
        hours = city.rules.hours
        self._open_ms, self._close_ms = (
            int(text[:2]) * MS_PER_H + int(text[3:]) * MS_PER_MIN
            for text in (hours.from_local, hours.until_local)
        )

    def list_answers(self, asks: Iterable[AirAsk]) -> Iterator[tuple[AirDeparture, ...]]:
        """Yield one departure each, at once or when the service opens; none after it closed."""
        for ask in asks:
            assert ask.ready_at_ms is not None
            off_ms = max(ask.ready_at_ms, self._midnight_ms + self._open_ms)
            if off_ms >= self._midnight_ms + self._close_ms:
                yield ()
                continue
            block_ms = self._block_ms[ask.origin, ask.destination]
            start = self._city.get_vertiport(ask.origin)
            end = self._city.get_vertiport(ask.destination)
            seats = self._city.aircraft_type.seats
            least, _ = seat_bounds_tiyn(self._city.rules, seats, pair_distance_m(start, end))
            yield (AirDeparture(off_ms, off_ms + block_ms, ask.party * least),)


class Judged(msgspec.Struct, frozen=True):
    """A wish with what demand says of it, and the best that the search offers over the car.

    Parameters
    ----------
    searched_kzt
        Advantage of the best flight, a person, without taste and constant; −inf if none is offered.
    by_car_and_foot_kzt
        The same of flights that are reached and left by car or on foot.
    """

    wish: Wish
    bound_kzt: float
    advantage_kzt: float
    car_ms: float
    searched_kzt: float
    by_car_and_foot_kzt: float
    searched_car_ms: int


class Sides:
    """Demand and search over one city, with flat fares unless it shall keep its tariff."""

    def __init__(self, name: str, *, phase: int = 1, is_flat: bool = True) -> None:
        self.city = load_city(name, phase=phase)
        if is_flat:
            rules = msgspec.structs.replace(self.city.rules, tariff=None)
            self.city = msgspec.structs.replace(self.city, rules=rules)
        served = list_serviceable(CityIndex(self.city)).block_ms
        self.block_ms = {pair: int(ms * BEST_CASE) for pair, ms in served.items()}
        self.index: DemandIndex = prepare_demand(
            self.city, self.block_ms, find_door_tables(self.city)
        )
        self._network, self._transit = self._prepare()
        self._segments = {s.segment_id: s for s in self.city.demand.segments}
        self._midnight_ms = local_midnight_ms(DAY, self.city.time_zone)

    def _prepare(self) -> tuple[JourneyNetwork, TransitDay | None]:
        """Return what the search needs, on the timetables of the day."""
        city, timetable, roads = self.city, None, None
        feeds = load_feeds(city)
        if feeds:
            timetable = build_timetable(
                feeds, DAY, city.time_zone, price_defaults=city.transit.price_defaults()
            )
        stops = list_stop_spots(timetable)
        if city.streets is not None:
            hubs = list_hubs(timetable, stops)
            roads = StreetRoads(city, list_site_spots(city), stops, hubs)
        network = prepare_network(city, self.block_ms, timetable, roads=roads, bus=city.transit.bus)
        return network, None if timetable is None else prepare_transit_day(network, timetable)

    def draw(self, count: int, *, seed: int, factor: float) -> list[Wish]:
        """Return wishes of a day: those who might fly and as many of the others."""
        wishes = list_wishes(self.index, DAY, seed=seed, factor=factor)
        flying = [wish for wish in wishes if wish.might_fly][: count // 2]
        others = [wish for wish in wishes if not wish.might_fly]
        step = max(1, len(others) // (count - len(flying)))
        return flying + others[::step][: count - len(flying)]

    def columns(self, wishes: list[Wish]) -> TripColumns:
        """Return wishes as demand weighs them."""
        doors = self.index.table.doors
        points = list(zip(doors.lon_deg.tolist(), doors.lat_deg.tolist(), strict=True))
        number = {point: row for row, point in enumerate(points[: doors.doors])}
        weight = [self._segments[wish.segment_id].out_of_vehicle_weight for wish in wishes]
        return TripColumns(
            origin_door=np.array([number[w.origin_lon_deg, w.origin_lat_deg] for w in wishes]),
            destination_door=np.array(
                [number[w.destination_lon_deg, w.destination_lat_deg] for w in wishes]
            ),
            wanted_ms=np.array([wish.wanted_at_ms - self._midnight_ms for wish in wishes]),
            party=np.array([float(wish.party) for wish in wishes]),
            value_of_time_kzt_h=np.array([wish.value_of_time_kzt_h for wish in wishes]),
            out_weight=np.array(weight),
        )

    def judge(self, wishes: list[Wish]) -> list[Judged]:
        """Return each wish as both sides see it."""
        best = weigh_best_case(self.index.table, self.columns(wishes))
        offers = GrantsAll(self.city, self.block_ms)
        judged = []
        for row, wish in enumerate(wishes):
            found = self._search(wish, offers)
            car = next(i for i in found if i.mode == "car" and i.transfers == 0)
            flights = [i for i in found if i.mode == "air"]
            gains = [self._gain(wish, flight, car) for flight in flights]
            plain = [gain for gain, i in zip(gains, flights, strict=True) if _is_plain(i)]
            judged.append(
                Judged(
                    wish=wish,
                    bound_kzt=float(best.bound_kzt[row]),
                    advantage_kzt=float(best.advantage_kzt[row]),
                    car_ms=float(best.car_ms[row]),
                    searched_kzt=max(gains, default=-np.inf),
                    by_car_and_foot_kzt=max(plain, default=-np.inf),
                    searched_car_ms=car.arrive_at_ms - wish.wanted_at_ms,
                )
            )
        return judged

    def _search(self, wish: Wish, offers: GrantsAll) -> list[Itinerary]:
        network, transit = self._network, self._transit
        query = JourneyQuery(
            origin=Spot("door", -1, wish.origin_lon_deg, wish.origin_lat_deg),
            destination=Spot("door", -1, wish.destination_lon_deg, wish.destination_lat_deg),
            at_ms=wish.wanted_at_ms,
            party=wish.party,
            payload_kg=wish.payload_kg,
            walk_m_max=walk_limit_m(self.city.demand),
            latest_ms=wish.wanted_at_ms + HORIZON_MS,
            is_whole=True,
        )
        answer = search(network, transit, query, offers)
        return [tell_itinerary(network, transit, query, label) for label in answer.labels]

    def _gain(self, wish: Wish, itinerary: Itinerary, car: Itinerary) -> float:
        """Return the utility over the car, without taste and constant."""
        segment = msgspec.structs.replace(self._segments[wish.segment_id], air_constant=0.0)
        plain = msgspec.structs.replace(wish, taste_kzt=0.0)
        ways = (_alternative(car), _alternative(itinerary))
        by_car, by_air = choose(plan_choice(self.city.demand, segment, plain, ways)).utilities_kzt
        return by_air - by_car


def _is_plain(itinerary: Itinerary) -> bool:
    """Say whether a flight is reached and left by car or on foot."""
    return {leg.mode for leg in itinerary.legs} <= {
        "wait",
        "walk",
        "car",
        "process",
        "leave",
        "air",
    }


def _alternative(itinerary: Itinerary) -> Alternative:
    return Alternative(
        itinerary.mode,
        itinerary.price_tiyn / TIYN_PER_TENGE,
        itinerary.in_vehicle_ms,
        itinerary.out_of_vehicle_ms,
        itinerary.transfers,
    )
