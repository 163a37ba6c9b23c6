"""GTFS-Flex of the pairs flown on demand: one trip a pair and month, between two vertiports.

A vertiport is a location group with its one boarding place. The windows are those of off-block at
the origin and of on-block at the destination, good on every date of the month. How long a flight
takes is told by the distance of the two windows: they are one block time apart.
"""

from collections.abc import Mapping
from datetime import date

from aspan.faces.feeds import naming
from aspan.faces.feeds.archive import Sheet
from aspan.faces.feeds.offered import AirService
from aspan.faces.feeds.texts import Told

Rows = tuple[tuple[object, ...], ...]
_BOOKED, _NOT_HERE = 2, 1


def list_flexible_sheets(service: AirService, told: list[Told]) -> list[Sheet]:
    """Return the location groups of the vertiports that are flown to or from on demand."""
    used = {site for pair in service.demand_pairs for site in pair}
    sites = [site for site in service.city.vertiports if site.vertiport_id in used]
    told += [("location_groups", "location_group_name", site.names) for site in sites]
    groups = tuple((naming.name_group(s.vertiport_id), s.names.kk) for s in sites)
    stops = tuple(
        (naming.name_group(s.vertiport_id), naming.name_platform(s.vertiport_id)) for s in sites
    )
    return [
        Sheet(
            name="location_groups.txt",
            columns=("location_group_id", "location_group_name"),
            rows=groups,
        ),
        Sheet(
            name="location_group_stops.txt", columns=("location_group_id", "stop_id"), rows=stops
        ),
    ]


def list_flexible_trips(
    service: AirService, ids: Mapping[tuple[date, ...], str]
) -> tuple[Rows, Rows]:
    """Return the trips on demand and their windows."""
    trips: list[tuple[object, ...]] = []
    times: list[tuple[object, ...]] = []
    names = {site.vertiport_id: site.names.kk for site in service.city.vertiports}
    rule, no = naming.BOOKING_RULE_ID, None
    for window in service.windows:
        pair = (window.origin, window.destination)
        trip_id = f"{naming.name_pair(*pair)}-demand-{window.month}"
        route_id = naming.name_route(*pair, is_on_demand=True)
        headsign, direction = names[window.destination], naming.find_direction(*pair)
        trips.append((route_id, ids[window.dates], trip_id, headsign, direction, 0))
        first, last = window.from_s, window.until_s
        clocks = [first, last - window.block_s, first + window.block_s, last]
        start, end, reach, leave = (naming.format_clock(seconds) for seconds in clocks)
        here, there = naming.name_group(window.origin), naming.name_group(window.destination)
        times += [
            (trip_id, no, no, no, here, 1, start, end, _BOOKED, _NOT_HERE, no, rule, no),
            (trip_id, no, no, no, there, 2, reach, leave, _NOT_HERE, _BOOKED, no, no, rule),
        ]
    return tuple(trips), tuple(times)
