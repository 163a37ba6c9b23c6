"""What `aspan city check` says of public transport: feeds, how long they hold, and the estimate."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aspan.world.city import City
    from aspan.world.feed import Feed


def list_feeds(city: "City") -> dict[str, Any]:
    """Return what the feeds hold and until when, and whether buses are estimated."""
    from aspan.world.readers import load_feeds

    feeds = load_feeds(city)
    has_buses = any(route.mode == "bus" for feed in feeds for route in feed.routes)
    return {
        "feeds": [_describe(feed) for feed in feeds],
        "has_bus_estimate": city.transit.bus is not None and not has_buses,
    }


def _describe(feed: "Feed") -> dict[str, Any]:
    calendar = feed.calendar()
    return {
        "feed_id": feed.feed_id,
        "publisher": feed.info.publisher if feed.info else "",
        "lines": len(feed.routes),
        "modes": sorted({route.mode for route in feed.routes}),
        "stops": len(feed.stops),
        "trips": len(feed.trips),
        "stop_times": len(feed.stop_times.stop),
        "first_day": calendar[0].isoformat() if calendar else None,
        "last_day": calendar[1].isoformat() if calendar else None,
        "notices": [str(notice) for notice in feed.notices],
    }


def format_feeds(answer: dict[str, Any]) -> list[str]:
    """Return lines of text about public transport."""
    lines = ["", "Public transport"]
    for feed in answer["feeds"]:
        days = f"{feed['first_day']} to {feed['last_day']}" if feed["first_day"] else "no day"
        lines.append(
            f"  {feed['feed_id']}: {', '.join(feed['modes'])}, {feed['lines']} lines, "
            f"{feed['stops']} stops, {feed['trips']} trips, {feed['stop_times']} stop times; {days}"
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
