"""What `aspan city check` says of public transport: feeds, how long they hold, and the estimate."""

from typing import TYPE_CHECKING, Any, Final

from aspan.primitives.units import M_PER_KM

if TYPE_CHECKING:
    from aspan.world.city import City
    from aspan.world.feed import Feed

FAR_KM: Final = 100
"""So far from every vertiport a stop serves nobody who flies; Assumed. Told, as a whole country's
feed has many, and one whose longitudes and latitudes are exchanged has no other."""


def list_feeds(city: "City") -> dict[str, Any]:
    """Return what the feeds hold and until when, and whether buses are estimated."""
    from aspan.world.readers import load_feeds

    feeds = load_feeds(city)
    _try_a_day(city, feeds)
    has_buses = any(route.mode == "bus" for feed in feeds for route in feed.routes)
    return {
        "feeds": [_describe(feed, city) for feed in feeds],
        "has_bus_estimate": city.transit.bus is not None and not has_buses,
    }


def _try_a_day(city: "City", feeds: "tuple[Feed, ...]") -> None:
    """Make the timetable of the fair day; `InvalidInput` if it would be too much for a search."""
    from aspan.world.readers.timetable import build_timetable

    build_timetable(
        feeds,
        city.fair_weather_date,
        city.time_zone,
        price_defaults=city.transit.price_defaults(),
    )


def _describe(feed: "Feed", city: "City") -> dict[str, Any]:
    calendar = feed.calendar()
    far = _count_far(feed, city)
    return {
        "feed_id": feed.feed_id,
        "publisher": feed.info.publisher if feed.info else "",
        "lines": len(feed.routes),
        "modes": sorted({route.mode for route in feed.routes}),
        "stops": len(feed.stops),
        "stops_far": far,
        "trips": len(feed.trips),
        "stop_times": len(feed.stop_times.stop),
        "first_day": calendar[0].isoformat() if calendar else None,
        "last_day": calendar[1].isoformat() if calendar else None,
        "notices": [str(notice) for notice in feed.notices],
    }


def _count_far(feed: "Feed", city: "City") -> int:
    """Return how many stops lie more than `FAR_KM` from every vertiport."""
    import numpy as np

    from aspan.world.geodesy import great_circles_m

    lon = np.array([stop.lon_deg for stop in feed.stops])[:, None]
    lat = np.array([stop.lat_deg for stop in feed.stops])[:, None]
    site_lon = np.array([site.lon_deg for site in city.vertiports])
    site_lat = np.array([site.lat_deg for site in city.vertiports])
    away_m = great_circles_m(lon, lat, site_lon, site_lat)
    return int((away_m.min(axis=1, initial=np.inf) > FAR_KM * M_PER_KM).sum())


def format_feeds(answer: dict[str, Any]) -> list[str]:
    """Return lines of text about public transport."""
    lines = ["", "Public transport"]
    for feed in answer["feeds"]:
        days = f"{feed['first_day']} to {feed['last_day']}" if feed["first_day"] else "no day"
        lines.append(
            f"  {feed['feed_id']}: {', '.join(feed['modes'])}, {feed['lines']} lines, "
            f"{feed['stops']} stops, {feed['trips']} trips, {feed['stop_times']} stop times; {days}"
        )
        if feed["stops_far"]:
            lines.append(
                f"    {feed['stops_far']} of {feed['stops']} stops are more than {FAR_KM} km from "
                "every vertiport"
            )
        lines += [f"    {notice}" for notice in feed["notices"]]
    if not answer["feeds"]:
        lines.append("  no feed")
    if answer["has_bus_estimate"]:
        lines.append("  buses: an estimate, as no feed has a bus line")
    return lines


def tell_feeds(answer: dict[str, Any]) -> str:
    """Return one sentence about public transport."""
    told = [
        f"{feed['feed_id']} ({', '.join(feed['modes'])}, {feed['stops']} stops, "
        f"{feed['trips']} trips)"
        for feed in answer["feeds"]
    ]
    if answer["has_bus_estimate"]:
        told.append("buses as an estimate")
    return "; ".join(told) or "no feed"
