"""Fares of the air service, twice: as GTFS-Fares V2 by pair, and as Fares V1 by route.

The two say the same, as a route is one pair and both its directions cost alike; a consumer uses
one of them. One product a pair, one seat, in tenge, at the flat fare: GTFS has no word for a fare
that moves within bounds, as the tariff lets it.
"""

from aspan.faces.feeds import naming
from aspan.faces.feeds.archive import Sheet
from aspan.faces.feeds.offered import AirService
from aspan.faces.feeds.texts import Told, tell
from aspan.primitives.units import TIYN_PER_TENGE

CURRENCY = "KZT"


def format_tenge(amount_tiyn: int) -> str:
    """Return an amount with the two decimals that ISO 4217 gives the tenge."""
    return f"{amount_tiyn // TIYN_PER_TENGE}.{amount_tiyn % TIYN_PER_TENGE:02d}"


def list_fare_sheets(service: AirService, told: list[Told], *, is_flexible: bool) -> list[Sheet]:
    """Return areas (a vertiport each), products and the legs they are for.

    The price is of a seat whoever sits in it: there are no categories of riders.
    """
    names = {site.vertiport_id: site.names for site in service.city.vertiports}
    kinds = [(pair, False) for pair in service.timetabled_pairs]
    kinds += [(pair, True) for pair in service.demand_pairs if is_flexible]
    flat: dict[str, str] = {}
    products: list[tuple[object, ...]] = []
    rules: list[tuple[object, ...]] = []
    for (origin, destination), is_on_demand in sorted(kinds):
        product_id = f"seat-{naming.name_pair(origin, destination)}"
        name = tell("fare", a=names[origin], b=names[destination])
        told.append(("fare_products", "fare_product_name", name))
        amount = format_tenge(service.fare_tiyn[origin, destination])
        route_id = naming.name_route(origin, destination, is_on_demand=is_on_demand)
        flat[route_id] = amount
        products.append((product_id, name.kk, amount, CURRENCY))
        rules.append((origin, destination, product_id))
    sites = service.list_sites(is_flexible=is_flexible)
    told += [("areas", "area_name", site.names) for site in sites]
    product = ("fare_product_id", "fare_product_name", "amount", "currency")
    return [
        Sheet(
            name="areas.txt",
            columns=("area_id", "area_name"),
            rows=tuple((s.vertiport_id, s.names.kk) for s in sites),
        ),
        Sheet(
            name="stop_areas.txt",
            columns=("area_id", "stop_id"),
            rows=tuple((s.vertiport_id, naming.name_platform(s.vertiport_id)) for s in sites),
        ),
        Sheet(name="fare_products.txt", columns=product, rows=tuple(products)),
        Sheet(
            name="fare_leg_rules.txt",
            columns=("from_area_id", "to_area_id", "fare_product_id"),
            rows=tuple(rules),
        ),
        *_list_flat_sheets(flat),
    ]


def _list_flat_sheets(prices: dict[str, str]) -> list[Sheet]:
    """Return Fares V1: a fare a route, paid before boarding, good for that flight alone."""
    before_boarding, no_transfer = 1, 0
    columns = ("fare_id", "price", "currency_type", "payment_method", "transfers")
    return [
        Sheet(
            name="fare_attributes.txt",
            columns=(*columns, "agency_id"),
            rows=tuple(
                (route_id, price, CURRENCY, before_boarding, no_transfer, naming.AGENCY_ID)
                for route_id, price in sorted(prices.items())
            ),
        ),
        Sheet(
            name="fare_rules.txt",
            columns=("fare_id", "route_id"),
            rows=tuple((route_id, route_id) for route_id in sorted(prices)),
        ),
    ]
