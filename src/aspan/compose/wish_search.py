"""Wish search: what a traveller of the twin finds, by the search door to door that people use.

The same network, rules and offers as `trips.TripDesk`; only the flights asked for are fewer, since
the party's taste is known and a flight that it could not choose need not be tried. A party that
would not fly in the best case is shown no flights. Called in the thread that runs the twin.
"""

from aspan.compose.trip_network import OwnDays, TripNetwork
from aspan.compose.trips import HORIZON_MS
from aspan.demand.wishes import Wish
from aspan.journeys.availability import NO_OFFERS, AirService
from aspan.journeys.direct import DirectTrips, prepare_journeys
from aspan.journeys.frame import JourneyQuery
from aspan.journeys.ground import Spot
from aspan.journeys.itinerary import Found
from aspan.journeys.legs import tell_itinerary
from aspan.journeys.ranking import Taste
from aspan.journeys.search import search
from aspan.twin.travellers import TripFinder
from aspan.world.city import City
from aspan.world.doors import walk_limit_m


class SearchedTrips:
    """`TripFinder` by streets and timetables, for a city that has one or the other.

    It finds nothing where no street leads; demand draws no such wish.
    """

    def __init__(self, shared: TripNetwork) -> None:
        self._shared = shared
        self._days = OwnDays(shared)
        self._tastes = {
            segment.segment_id: Taste(
                value_of_time_kzt_h=segment.value_of_time_median_kzt_h,
                out_of_vehicle_weight=segment.out_of_vehicle_weight,
                transfer_penalty_s=shared.city.demand.transfer_penalty_s,
                air_kzt=segment.air_constant * segment.logit_scale_kzt,
            )
            for segment in shared.city.demand.segments
        }

    def find_itineraries(self, wish: Wish, service: AirService | None) -> Found:
        """Return the ways to travel that the party could choose; without flights if no service."""
        network = self._shared.get_network()
        query = wish_query(self._shared.city, wish, by_air=service is not None)
        transit = self._days.find(wish.wanted_at_ms)
        if service is None:
            answer = search(network, transit, query, NO_OFFERS)
        else:
            answer = search(network, transit, query, service, self._taste_of(wish))
        return Found(
            itineraries=tuple(
                tell_itinerary(network, transit, query, label) for label in answer.labels
            ),
            timetable=None if transit is None else transit.timetable,
        )

    def _taste_of(self, wish: Wish) -> Taste:
        """Return how the party weighs; demand's choice weighs the same."""
        usual = self._tastes[wish.segment_id]
        return Taste(
            value_of_time_kzt_h=wish.value_of_time_kzt_h,
            out_of_vehicle_weight=usual.out_of_vehicle_weight,
            transfer_penalty_s=usual.transfer_penalty_s,
            air_kzt=usual.air_kzt + wish.taste_kzt,
        )


def pair_finder(shared: TripNetwork) -> TripFinder:
    """Return how the travellers of a city search: as people do, or directly by great circles."""
    if shared.is_bare:
        return DirectTrips(prepare_journeys(shared.city, shared.block_ms))
    return SearchedTrips(shared)


def wish_query(city: City, wish: Wish, *, by_air: bool) -> JourneyQuery:
    """Return what the party of a wish asks of the search."""
    return JourneyQuery(
        origin=Spot("door", -1, wish.origin_lon_deg, wish.origin_lat_deg),
        destination=Spot("door", -1, wish.destination_lon_deg, wish.destination_lat_deg),
        at_ms=wish.wanted_at_ms,
        party=wish.party,
        payload_kg=wish.payload_kg,
        walk_m_max=walk_limit_m(city.demand),
        latest_ms=wish.wanted_at_ms + HORIZON_MS,
        by_air=by_air and wish.party <= city.aircraft_type.seats,
    )
