"""Search from random doors to random doors with live flights and print how long it took, as JSON.

    python benchmarks/search_trips.py [--queries 2000] [--feed FILE.zip] [--phase 1]

A twin of Alatau–Almaty has flown its fair day up to half past ten with demand x12; each query asks
it, at that instant, for all ways between two doors, one in four by a time of arrival. Doors lie
about the zones of demand by their residents and attraction, as trips do. With `--feed` the feed (of
`make_bench_feed.py`) takes the place of the city's own. One thread; wall and processor time.
"""

import argparse
import json
import resource
import time
from datetime import date
from pathlib import Path

import msgspec
import numpy as np

from aspan.compose.prepared import BEST_CASE
from aspan.compose.runs import Run, RunSettings, fly, open_twin
from aspan.compose.serviceability import list_serviceable
from aspan.compose.trip_network import TripNetwork
from aspan.compose.trips import TripDesk, TripRequest
from aspan.operations.availability import EngineAvailability
from aspan.operations.legs import LegRefused
from aspan.primitives.dice import draw, draw_between
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.world.city import City
from aspan.world.readers import load_city

DICE = 11
DAY = date(2025, 4, 12)
NOW_MS = 10 * MS_PER_H + 30 * MS_PER_MIN
M_PER_DEG_LON, M_PER_DEG_LAT = 81_000.0, 111_000.0
ARRIVE_BY_ONE_IN = 4


def draw_door(city: City, number: int, end: str) -> tuple[float, float]:
    """Return a door [deg]: a zone by its weight, a point about its middle."""
    zones = city.demand.zones
    sums = np.cumsum([zone.population + zone.attraction for zone in zones])
    zone = zones[int(np.searchsorted(sums, draw(DICE, "zone", end, number) * sums[-1]))]
    east, north = (draw_between(-1.5, 1.5, DICE, axis, end, number) for axis in ("east", "north"))
    return (
        zone.lon_deg + east * zone.spread_m / M_PER_DEG_LON,
        zone.lat_deg + north * zone.spread_m / M_PER_DEG_LAT,
    )


def open_desk(city: City, feed: Path | None) -> tuple[TripDesk, Run]:
    """Return the desk and the twin it asks."""
    run = open_twin(city, RunSettings(day=DAY, demand=12.0))
    fly(run, until_ms=local_midnight_ms(DAY, city.time_zone) + NOW_MS)
    block_ms = list_serviceable(run.index).block_ms
    if feed is not None:
        transit = msgspec.structs.replace(city.transit, feeds=(str(feed.resolve()),))
        city = msgspec.structs.replace(city, transit=transit)
    best_ms = {pair: int(ms * BEST_CASE) for pair, ms in block_ms.items()}
    return TripDesk(TripNetwork(city, best_ms)), run


def main() -> None:
    """Time the queries and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--feed", type=Path)
    parser.add_argument("--phase", type=int, default=1)
    asked = parser.parse_args()
    city = load_city("alatau", phase=asked.phase)
    desk, run = open_desk(city, asked.feed)
    now_ms = local_midnight_ms(DAY, city.time_zone) + NOW_MS

    def flight_kwh(origin: VertiportId, destination: VertiportId) -> float:
        leg = run.engine.planner.legs.estimate(run.engine.state, origin, destination)
        return 0.0 if isinstance(leg, LegRefused) else leg.trip_kwh

    began = time.perf_counter()
    desk.warm(now_ms)
    warm_s = time.perf_counter() - began
    walls, works, options, flights, lost = [], [], 0, 0, 0
    for number in range(asked.queries):
        by = number % ARRIVE_BY_ONE_IN == 0
        request = TripRequest(
            origin=draw_door(city, number, "from"),
            destination=draw_door(city, number, "to"),
            at_ms=now_ms + (3 * MS_PER_H if by else 10 * MS_PER_MIN),
            is_arrive_by=by,
            party=1 + number % 3,
        )
        wall, work = time.perf_counter(), time.process_time()
        try:
            answer = desk.find(
                request, EngineAvailability(run.engine, now_ms), flight_kwh=flight_kwh
            )
        except InvalidInput:
            lost += 1
            continue
        walls.append(1e3 * (time.perf_counter() - wall))
        works.append(1e3 * (time.process_time() - work))
        options += len(answer.options)
        flights += any(option.itinerary.mode == "air" for option in answer.options)
    walls.sort()
    works.sort()
    told = {
        f"{name}_p{share}_ms": round(values[int(len(values) * share / 100)], 2)
        for name, values in (("wall", walls), ("cpu", works))
        for share in (50, 90, 99)
    }
    told |= {
        "queries": len(walls),
        "off_streets": lost,
        "options_mean": round(options / len(walls), 2),
        "with_flight_share": round(flights / len(walls), 3),
        "warm_s": round(warm_s, 2),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
