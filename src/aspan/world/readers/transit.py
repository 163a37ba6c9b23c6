"""Public transport from `city.toml`: the feeds it names, fares, and the estimate of the buses."""

from pathlib import Path

from aspan.primitives.instants import parse_local_time
from aspan.world.city import City
from aspan.world.feed import Feed
from aspan.world.quantity import Quantity
from aspan.world.readers.gtfs import read_feed
from aspan.world.readers.tables import Table
from aspan.world.transit import BusEstimate, Transit


def read_transit(head: Table, folder: Path, quantities: dict[str, Quantity]) -> Transit:
    """Return what `city.toml` says of public transport; nothing of it need be there.

    Feeds must exist, but are not opened: a city is loaded far more often than it is travelled.
    """
    feeds = head.texts("feeds")
    ids = [_feed_id(name) for name in feeds]
    for place, name in enumerate(feeds):
        path = folder / name
        if ".." in Path(name).parts or Path(name).is_absolute():
            raise head.refuse(f"feeds[{place}]", name, "a path below the city's folder")
        if not path.exists():
            raise head.refuse(f"feeds[{place}]", name, "a GTFS feed (the file is missing)")
        if ids[place] in ids[:place]:
            raise head.refuse(f"feeds[{place}]", name, "feeds whose names differ")
    if not head.has("transit"):
        return Transit(feeds=feeds)
    table = head.table("transit")
    bus = None
    bus_fare_tiyn = table.whole("bus_fare_tiyn")
    if table.has("bus"):
        bus = _read_bus(table.table("bus"), bus_fare_tiyn, quantities)
    return Transit(
        feeds=feeds,
        metro_fare_tiyn=table.whole("metro_fare_tiyn"),
        bus_fare_tiyn=bus_fare_tiyn,
        bus=bus,
    )


def _read_bus(table: Table, fare_tiyn: int, quantities: dict[str, Quantity]) -> BusEstimate:
    numbers = {name: table.number(name) for name in ("headway_s", "speed_mps", "line_m", "walk_m")}
    if numbers["speed_mps"] <= 0.0:
        raise table.refuse("speed_mps", numbers["speed_mps"], "more than 0, in m/s")
    hours = {name: table.text(name) for name in ("from_local", "until_local")}
    for name, text in hours.items():
        parse_local_time(text, field=table.refuse(name, "", "").field)
    if not hours["from_local"] < hours["until_local"]:
        raise table.refuse("until_local", hours["until_local"], "a time after from_local")
    stated = {name: quantities[table.path_of(name)] for name in numbers}
    stated["fare_tiyn"] = quantities["transit.bus_fare_tiyn"]
    return BusEstimate(
        headway_s=numbers["headway_s"],
        speed_mps=numbers["speed_mps"],
        line_m=numbers["line_m"],
        walk_m=numbers["walk_m"],
        from_local=hours["from_local"],
        until_local=hours["until_local"],
        fare_tiyn=fare_tiyn,
        stated=stated,
    )


def _feed_id(name: str) -> str:
    """Return what a feed is called here: the name of its file without the ending."""
    return Path(name).name.removesuffix(".zip")


def load_feeds(city: City) -> tuple[Feed, ...]:
    """Return the feeds of a city; `InvalidInput` naming feed, file and row if one is not sound."""
    folder = Path(city.folder)
    return tuple(
        read_feed(folder / name, feed_id=_feed_id(name), label=f"{folder.name}/{name}")
        for name in city.transit.feeds
    )
