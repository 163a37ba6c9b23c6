"""Search the streets of Alatau and Almaty between random doors and print how long it took, as JSON.

    python benchmarks/search_streets.py 2000

The index is made with tables for 20 places, the vertiports and zones of the city; doors are drawn
by keyed dice in the city's middle, ways by car are those of 13:00. Times of searches are of the
processor; kernels are compiled and loaded before (100 MB; the first run ever takes 10 s more).
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from aspan.journeys.road_index import Anchor
from aspan.journeys.roads import (
    drive,
    drive_from_places,
    prepare_roads,
    snap,
    tabulate,
    walk,
    walk_to_many,
)
from aspan.primitives.dice import draw_between
from aspan.world.readers import load_city

DICE = 1
WEST, EAST, SOUTH, NORTH = 76.78, 77.03, 43.19, 43.36
HOUR, PLACES, WALK_M = 13, 20, 1000.0
PAGE_BYTES = 4096


def resident_mb() -> float:
    """Return the memory of this process."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES / 1e6


def measure(search: Callable[[Anchor, Anchor], object], doors: list[Anchor]) -> dict[str, float]:
    """Return percentiles of processor time over pairs of doors."""
    spent_ms = []
    for start, goal in zip(doors[::2], doors[1::2], strict=False):
        begun = time.process_time_ns()
        search(start, goal)
        spent_ms.append((time.process_time_ns() - begun) / 1e6)
    p50, p90, p99 = np.percentile(spent_ms, [50, 90, 99])
    return {"p50_ms": round(p50, 4), "p90_ms": round(p90, 4), "p99_ms": round(p99, 4)}


def main() -> None:
    """Measure set-up and searches."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    city = load_city("alatau")
    sites = [(v.lon_deg, v.lat_deg) for v in city.vertiports]
    sites += [(z.lon_deg, z.lat_deg) for z in city.demand.zones]
    prepare_roads(city, sites[:1])  # imports and loads the kernels
    before_mb, begun, begun_ns = resident_mb(), time.perf_counter(), time.process_time_ns()
    index = prepare_roads(city, sites[:PLACES])
    set_up_s, set_up_mb = time.perf_counter() - begun, resident_mb() - before_mb
    set_up_processor_s = (time.process_time_ns() - begun_ns) / 1e9
    points = [
        (draw_between(WEST, EAST, DICE, "lon", n), draw_between(SOUTH, NORTH, DICE, "lat", n))
        for n in range(2 * count)
    ]
    begun_ns = time.process_time_ns()
    found = [snap(index, *point) for point in points]
    snap_ms = (time.process_time_ns() - begun_ns) / 1e6 / len(points)
    doors = [door for door in found if door is not None]
    many = tabulate(doors[:2000])
    drive(index, doors[0], doors[1], HOUR)
    walk(index, doors[0], doors[1], WALK_M)
    answer = {
        "places": PLACES,
        "hour_kinds": len(index.speed_mps),
        "junctions": len(index.graph.x_m),
        "set_up_s": round(set_up_s, 2),
        "set_up_processor_s": round(set_up_processor_s, 2),
        "set_up_mb": round(set_up_mb, 1),
        "snap_ms": round(snap_ms, 4),
        "drive": measure(lambda a, b: drive(index, a, b, HOUR), doors),
        "drive_from_places": measure(lambda _, b: drive_from_places(index, b, HOUR)[0], doors),
        "walk_1_km": measure(lambda a, b: walk(index, a, b, WALK_M), doors),
        "walk_to_2000_within_1_km": measure(
            lambda a, _: walk_to_many(index, a, many, WALK_M), doors
        ),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
