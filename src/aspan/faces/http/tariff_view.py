"""The public tariff: how fares are made, within which bounds, what is paid back when, and the tax.

Everything is the city's own rule, as it is charged; nothing here is decided. A city without a
tariff tells its flat fares, and that whoever gives up has everything back.
"""

import msgspec

from aspan.faces.http.fare_page import CURRENCY
from aspan.primitives.ids import VertiportId
from aspan.world.city import City
from aspan.world.fare import pair_distance_m, seat_bounds_tiyn, seat_fare_tiyn
from aspan.world.rules import Fares
from aspan.world.tariff import CancellationStep, Care, VatRate


class PairFare(msgspec.Struct, frozen=True, kw_only=True):
    """What a seat between two vertiports costs: flat, and the least and the most it ever can."""

    origin: VertiportId
    origin_name: str
    destination: VertiportId
    destination_name: str
    flat_tiyn: int
    least_tiyn: int
    most_tiyn: int


class FareMoves(msgspec.Struct, frozen=True, kw_only=True):
    """What moves a fare: factors by local hour and by seats taken, and the discount for joining."""

    hour_factor_by_hour: tuple[float, ...]
    demand_factor_low: float
    demand_factor_high: float
    pooling_discount: float


class SaleRules(msgspec.Struct, frozen=True, kw_only=True):
    """How seats are sold and given back; the fee of a change is for one seat."""

    horizon_days: int
    hold_ms: int
    free_withdrawal_ms: int
    change_fee_tiyn: int
    cancellation: tuple[CancellationStep, ...]


class PublicTariff(msgspec.Struct, frozen=True, kw_only=True):
    """The tariff of a city; what it does not state is null or empty."""

    city_id: str
    currency: str
    flat: Fares
    pairs: tuple[PairFare, ...]
    moves: FareMoves | None
    sale: SaleRules | None
    vat: tuple[VatRate, ...]
    care: Care | None


def tell_tariff(city: City, lang: str) -> PublicTariff:
    """Return the tariff of a city, names in a language of ours."""
    tariff = city.rules.tariff
    return PublicTariff(
        city_id=city.city_id,
        currency=CURRENCY,
        flat=city.rules.fares,
        pairs=_list_pairs(city, lang),
        moves=None if tariff is None else msgspec.convert(tariff, FareMoves, from_attributes=True),
        sale=None if tariff is None else msgspec.convert(tariff, SaleRules, from_attributes=True),
        vat=() if tariff is None else tariff.vat,
        care=None if tariff is None else tariff.care,
    )


def _list_pairs(city: City, lang: str) -> tuple[PairFare, ...]:
    """Return the fares of every ordered pair that a lane links, by ids."""
    sites = {site.vertiport_id: site for site in city.vertiports}
    linked = {(lane.origin, lane.destination) for lane in city.lanes.lanes}
    pairs = []
    for origin, destination in sorted(linked & {(a, b) for a in sites for b in sites}):
        start, end = sites[origin], sites[destination]
        distance_m = pair_distance_m(start, end)
        least, most = seat_bounds_tiyn(city.rules, city.aircraft_type.seats, distance_m)
        pairs.append(
            PairFare(
                origin=origin,
                origin_name=getattr(start.names, lang),
                destination=destination,
                destination_name=getattr(end.names, lang),
                flat_tiyn=seat_fare_tiyn(city.rules.fares, distance_m),
                least_tiyn=least,
                most_tiyn=most,
            )
        )
    return tuple(pairs)
