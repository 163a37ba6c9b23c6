"""Fares of a feed, as far as one price for one boarding goes.

Fares v2 (`fare_products.txt`, `fare_leg_rules.txt`, networks) go before fares v1
(`fare_attributes.txt`, `fare_rules.txt`). Prices that hang on zones, areas, time of day or on what
was ridden before are not used and said so; other currencies than KZT are not either.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

from aspan.primitives.units import TIYN_PER_TENGE
from aspan.world.feed import FeedRoute
from aspan.world.readers.gtfs_rows import Row, Sheet

_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,4})?", re.ASCII)
_CURRENCY = "KZT"


def _read_amount(row: Row, column: str, currency_column: str) -> int | None:
    """Return an amount [tiyn]; None if it is in another currency."""
    text = row.text(column)
    if not _AMOUNT.fullmatch(text):
        row.fatal(column, text, "an amount such as 120 or 120.00")
        return None
    currency = row.needed(currency_column)
    if currency != _CURRENCY:
        row.notice(currency_column, currency, f"is not {_CURRENCY}; the price is not used")
        return None
    return int((Decimal(text) * TIYN_PER_TENGE).to_integral_value())


def read_flat_fares(
    attributes: Sheet | None, rules: Sheet | None, routes: Iterable[FeedRoute]
) -> dict[str, int]:
    """Return the least price of a boarding by route [tiyn], from fares v1."""
    prices: dict[str, int | None] = {}
    for row in attributes or ():
        fare_id = row.needed("fare_id")
        if fare_id in prices:
            row.fatal("fare_id", fare_id, "each fare_id once")
        prices[fare_id] = _read_amount(row, "price", "currency_type")
        if row.text("transfers") != "0":
            row.notice(
                "transfers", fare_id, "changes on one ticket are not used; each boarding pays"
            )
    known = {route.route_id for route in routes}
    of_route: dict[str, list[str]] = {}
    ruled: set[str] = set()
    for row in rules or ():
        fare_id, route_id = row.text("fare_id"), row.text("route_id")
        if fare_id not in prices:
            row.fatal("fare_id", fare_id, "a fare_id of fare_attributes.txt")
        if route_id and route_id not in known:
            row.fatal("route_id", route_id, "a route_id of routes.txt")
        if any(row.text(zone) for zone in ("origin_id", "destination_id", "contains_id")):
            row.notice("origin_id", fare_id, "hangs on zones; it is not used")
            ruled.add(fare_id)
        elif route_id:
            of_route.setdefault(route_id, []).append(fare_id)
            ruled.add(fare_id)
    everywhere = [
        price for name, price in prices.items() if name not in ruled and price is not None
    ]
    found = {}
    for route_id in known:
        own = [prices.get(name) for name in of_route.get(route_id, ())]
        told = [price for price in own if price is not None] or everywhere
        if told:
            found[route_id] = min(told)
    return found


def read_leg_fares(
    products: Sheet | None,
    leg_rules: Sheet | None,
    riders: Sheet | None,
    networks: dict[str, str],
    routes: Iterable[FeedRoute],
) -> dict[str, int]:
    """Return the least price of a boarding by route [tiyn], from fares v2.

    Parameters
    ----------
    networks
        `network_id` by route.
    """
    adults = {row.text("rider_category_id") for row in riders or () if _is_adult(row)}
    prices = _read_products(products, adults)
    names = set(networks.values())
    by_network: dict[str, list[tuple[int, int]]] = {}
    hangs_on = ("from_area_id", "to_area_id", "from_timeframe_group_id", "to_timeframe_group_id")
    for row in leg_rules or ():
        product_id, network = row.needed("fare_product_id"), row.text("network_id")
        if product_id not in prices:
            row.fatal("fare_product_id", product_id, "a fare_product_id of fare_products.txt")
        if network and network not in names:
            row.notice("network_id", network, "has no route")
        if any(row.text(column) for column in hangs_on):
            row.notice("fare_product_id", product_id, "hangs on area or time; it is not used")
            continue
        priority = row.whole("rule_priority", low=0, high=1_000_000, default=0) or 0
        price = prices.get(product_id)
        if price is not None:
            by_network.setdefault(network, []).append((-priority, price))
    found = {}
    for route in routes:
        network = networks.get(route.route_id, "")
        told = [*by_network.get(network, ()), *by_network.get("", ())]
        if network and by_network.get(network) and not any(p for p, _ in told):
            told = by_network[network]  # a rule for the network goes before one for all
        if told:
            found[route.route_id] = min(told)[1]
    return found


def _is_adult(row: Row) -> bool:
    return row.text("is_default_fare_category") == "1"


def _read_products(sheet: Sheet | None, adults: set[str]) -> dict[str, int | None]:
    """Return the least price an adult pays for each product; None if there is none in KZT."""
    prices: dict[str, int | None] = {}
    for row in sheet or ():
        product_id = row.needed("fare_product_id")
        amount = _read_amount(row, "amount", "currency")
        rider = row.text("rider_category_id")
        before = prices.setdefault(product_id, None)
        if amount is not None and (not rider or rider in adults or not adults):
            prices[product_id] = amount if before is None else min(before, amount)
    return prices


def read_networks(sheet: Sheet | None, routes: Iterable[FeedRoute]) -> dict[str, str]:
    """Return `network_id` by route, from `route_networks.txt`."""
    known = {route.route_id for route in routes}
    found = {}
    for row in sheet or ():
        route_id = row.text("route_id")
        if route_id not in known:
            row.fatal("route_id", route_id, "a route_id of routes.txt")
        found[route_id] = row.needed("network_id")
    return found
