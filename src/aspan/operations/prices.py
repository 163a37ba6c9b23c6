"""Prices: what seats cost between the vertiports of a city, by hour, tax and seats taken."""

from aspan.booking.fares import Fare, FareProblem, price_seats
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_MIN
from aspan.world.city import City
from aspan.world.fare import pair_distance_m, seat_bounds_tiyn

_SPAN_MS = 15 * MS_PER_MIN
"""Within such a span of UTC the local hour is the same in every time zone."""

PairIds = tuple[VertiportId, VertiportId]


class PriceList:
    """Fares of a city, worked out when first asked for and then kept.

    There are only so many: by pair, hour, rate of tax, and seats.
    """

    def __init__(self, city: City) -> None:
        self._city = city
        self._sites = {site.vertiport_id: site for site in city.vertiports}
        self._fares: dict[tuple[PairIds, tuple[int, str], int, int], Fare] = {}
        self._local: dict[int, tuple[int, str]] = {}
        tariff = city.rules.tariff
        self._vat_dates = () if tariff is None else tuple(row.from_date for row in tariff.vat)

    def find_bounds_tiyn(self, origin: VertiportId, destination: VertiportId) -> tuple[int, int]:
        """Return the least and the most that a seat between two vertiports can ever cost [tiyn]."""
        distance_m = pair_distance_m(self._sites[origin], self._sites[destination])
        return seat_bounds_tiyn(self._city.rules, self._city.aircraft_type.seats, distance_m)

    def price(self, pair: PairIds, off_block_ms: int, *, party_seats: int, taken: int) -> Fare:
        """Return what a party pays for its seats on a departure, `taken` of which others have."""
        local = self._tell_local(off_block_ms)
        key = (pair, local, party_seats, taken)
        fare = self._fares.get(key)
        if fare is None:
            origin, destination = pair
            fare = self._fares[key] = price_seats(
                FareProblem(
                    fares=self._city.rules.fares,
                    tariff=self._city.rules.tariff,
                    distance_m=pair_distance_m(self._sites[origin], self._sites[destination]),
                    local_hour=local[0],
                    local_date=local[1],
                    party_seats=party_seats,
                    seats=self._city.aircraft_type.seats,
                    taken=taken,
                )
            )
        return fare

    def _tell_local(self, at_ms: int) -> tuple[int, str]:
        """Return the local hour, and the date from which the tax of that day is in force."""
        span = at_ms // _SPAN_MS
        local = self._local.get(span)
        if local is None:
            at = ms_to_local(span * _SPAN_MS, self._city.time_zone)
            today = at.date().isoformat()
            since = max((date for date in self._vat_dates if date <= today), default="")
            local = self._local[span] = (at.hour, since)
        return local
