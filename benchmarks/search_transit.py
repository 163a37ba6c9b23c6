"""Search a generated city's timetable from door to door and print how long it took, as JSON.

    python benchmarks/search_transit.py 300

2,000 stops (1,000 places on a grid, one stop each way), 120 lines run both ways and 19,000 trips a
day, for two days, as a timetable holds them; all from keyed dice. Lines turn now and then, run at
18.5 km/h, every 8 to 20 minutes. Stops within 400 m are joined by footpaths. A search begins at
all stops within 1 km of a random door and ends at those of another (about 20 to 40 each), in both
directions of time, with at most 4 boardings and 3 hours. Walks are 1.3 times the distance at
1.25 m/s.

Beside it stands a metro: 11 stops in a row, 200 trips each way.
"""

import json
import sys
import time
from datetime import date
from itertools import pairwise
from math import hypot
from typing import NamedTuple

import numpy as np

from aspan.journeys.raptor import Exit, Found, Rules, Seed, TransitIndex, Workspace, explore
from aspan.journeys.raptor_index import prepare_transit
from aspan.primitives.dice import draw, draw_between
from aspan.primitives.units import MPS_PER_KMH, MS_PER_DAY, MS_PER_H, seconds_to_ms, tenge_to_tiyn
from aspan.world.timetable import WHEELCHAIR_YES, Footpaths, Line, Patterns, Stop, Timetable
from aspan.world.vertiport import Names

DICE = 1
COLUMNS, ROWS, BLOCK_M, KERB_M = 40, 25, 450.0, 60.0
LINES, TRIPS_A_DAY = 120, 19_000
MIDNIGHT_MS = 1_764_529_200_000
FIRST_MS, SERVICE_MS, DAYS = 6 * MS_PER_H, 17 * MS_PER_H, 2
PATH_M_MAX, DOOR_M_MAX, DETOUR, WALK_MPS = 400.0, 1000.0, 1.3, 1.25
BUS_MPS = 18.5 * MPS_PER_KMH
FARE_TIYN = tenge_to_tiyn(120)
BOARDINGS_MAX, LATEST_MS = 4, 3 * MS_PER_H
NAMES = Names(en="x", ru="x", kk="x")


class Route(NamedTuple):
    """One way of a line: stops, running times [ms] from the first and departures [ms]."""

    line: int
    stops: list[int]
    run_ms: list[int]
    departures: list[int]


def draw_stops() -> list[tuple[float, float]]:
    """Return where stops are [m]: two at each place of the grid, off its corners by some."""
    stops = []
    for place in range(COLUMNS * ROWS):
        for side in range(2):
            x, y = (draw_between(-KERB_M, KERB_M, DICE, a, place, side) for a in "xy")
            stops.append((place % COLUMNS * BLOCK_M + x, place // COLUMNS * BLOCK_M + y))
    return stops


def draw_places(line: int) -> list[int]:
    """Return the places of a line: on a grid, ahead, now and then a turn, never back."""
    x, y = int(draw(DICE, "col", line) * COLUMNS), int(draw(DICE, "row", line) * ROWS)
    heading = int(draw(DICE, "heading", line) * 4)
    length = 20 + int(draw(DICE, "length", line) * 21)
    places = [y * COLUMNS + x]
    for step in range(length * 3):
        if len(places) == length:
            break
        if draw(DICE, "turn", line, step) < 0.15:
            heading = (heading + (1 if draw(DICE, "side", line, step) < 0.5 else 3)) % 4
        to_x, to_y = x + (1, 0, -1, 0)[heading], y + (0, 1, 0, -1)[heading]
        place = to_y * COLUMNS + to_x
        if 0 <= to_x < COLUMNS and 0 <= to_y < ROWS and place not in places:
            x, y = to_x, to_y
            places.append(place)
        else:
            heading = (heading + 1) % 4
    return places


def draw_routes(stops: list[tuple[float, float]]) -> list[Route]:
    """Return both ways of every line."""
    weights = [draw_between(0.6, 1.5, DICE, "trips", line) for line in range(LINES)]
    share = TRIPS_A_DAY / sum(weights) / 2
    routes = []
    for line in range(LINES):
        places, count = draw_places(line), round(weights[line] * share)
        for side in range(2):
            order = [2 * place + side for place in (places, places[::-1])[side]]
            run_ms = [0]
            for a, b in pairwise(order):
                far_m = hypot(stops[a][0] - stops[b][0], stops[a][1] - stops[b][1])
                run_ms.append(run_ms[-1] + seconds_to_ms(round(far_m / BUS_MPS)))
            every_ms = SERVICE_MS / count
            departures = [
                MIDNIGHT_MS
                + day * MS_PER_DAY
                + FIRST_MS
                + seconds_to_ms(
                    round((n + 0.8 * draw(DICE, "late", line, side, n)) * every_ms / 1000)
                )
                for day in range(DAYS)
                for n in range(count)
            ]
            routes.append(Route(line, order, run_ms, departures))
    return routes


def build_timetable(stops: list[tuple[float, float]], routes: list[Route]) -> Timetable:
    """Return the timetable of routes."""
    lengths = [len(route.stops) for route in routes]
    trips = [len(route.departures) for route in routes]
    times = [
        np.add.outer(np.array(route.departures, np.int64), np.array(route.run_ms, np.int64))
        for route in routes
    ]
    per_trip = np.repeat(lengths, trips)
    at_ms = np.concatenate([block.ravel() for block in times])
    ones = np.ones(sum(lengths), np.uint8)
    patterns = Patterns(
        line=np.array([route.line for route in routes], np.int32),
        stop_first=np.cumsum([0, *lengths]).astype(np.int32),
        stops=np.array([stop for route in routes for stop in route.stops], np.int32),
        can_board=ones,
        can_alight=ones,
        trip_first=np.cumsum([0, *trips]).astype(np.int32),
        time_first=np.concatenate([[0], np.cumsum(per_trip)[:-1]]).astype(np.int32),
        arrive_at_ms=at_ms,
        depart_at_ms=at_ms,
        wheelchair=np.full(sum(trips), WHEELCHAIR_YES, np.uint8),
        trip_ids=tuple(f"{n}" for n in range(sum(trips))),
        headsigns=("",) * sum(trips),
    )
    return Timetable(
        day=date(2025, 12, 1),
        stops=tuple(
            Stop(stop_id=f"{n}", feed_id="b", names=NAMES, lon_deg=0.0, lat_deg=0.0)
            for n in range(len(stops))
        ),
        lines=tuple(
            Line(
                line_id=f"{n}",
                feed_id="b",
                short_name=f"{n}",
                names=NAMES,
                mode="bus",
                price_tiyn=FARE_TIYN,
            )
            for n in range(1 + max(route.line for route in routes))
        ),
        patterns=patterns,
        footpaths=join_stops(stops),
    )


def join_stops(stops: list[tuple[float, float]]) -> Footpaths:
    """Return footpaths between all stops near each other."""
    at = np.array(stops)
    far_m = np.hypot(at[:, None, 0] - at[None, :, 0], at[:, None, 1] - at[None, :, 1])
    start, end = np.nonzero((far_m <= PATH_M_MAX) & ~np.eye(len(stops), dtype=bool))
    walk_m = far_m[start, end] * DETOUR
    first = np.concatenate([[0], np.cumsum(np.bincount(start, minlength=len(stops)))])
    return Footpaths(
        first=first.astype(np.int32),
        to=end.astype(np.int32),
        duration_ms=np.rint(walk_m / WALK_MPS * 1000).astype(np.int64),
        walk_m=walk_m,
        is_step_free=np.ones(len(end), np.uint8),
        change_ms=np.zeros(len(stops), np.int64),
    )


def near_door(stops: list[tuple[float, float]], *name: str | int) -> list[tuple[int, int]]:
    """Return the stops near a random door, with the walk [ms]."""
    x_m = draw(DICE, *name, "x") * (COLUMNS - 1) * BLOCK_M
    y_m = draw(DICE, *name, "y") * (ROWS - 1) * BLOCK_M
    walks = [(n, hypot(x - x_m, y - y_m)) for n, (x, y) in enumerate(stops)]
    return [(n, seconds_to_ms(m * DETOUR / WALK_MPS)) for n, m in walks if m <= DOOR_M_MAX]


def ask(
    index: TransitIndex,
    ends: tuple[list[tuple[int, int]], list[tuple[int, int]]],
    at_ms: int,
    workspace: Workspace,
    *,
    is_mirrored: bool,
) -> tuple[Found, float, float]:
    """Return what one search found and how long it took [ms], by the clock and the processor."""
    sign = -1 if is_mirrored else 1
    near, far = ends[::sign]
    seeds = [Seed(stop=n, at_ms=at_ms + sign * walk, walk_ms=walk) for n, walk in near]
    exits = [Exit(stop=n, goal=0, duration_ms=walk, walk_ms=walk) for n, walk in far]
    rules = Rules(
        party=1,
        boardings_max=BOARDINGS_MAX,
        walk_ms_max=MS_PER_H,
        latest_ms=at_ms + sign * LATEST_MS,
    )
    start, cpu_start = time.perf_counter(), time.thread_time()
    found = explore(index, seeds, exits, 1, rules, is_mirrored=is_mirrored, workspace=workspace)
    cpu_ms = (time.thread_time() - cpu_start) * 1e3
    return found, (time.perf_counter() - start) * 1e3, cpu_ms


def time_city(count: int) -> dict[str, float]:
    """Return the figures of the city."""
    stops = draw_stops()
    timetable = build_timetable(stops, draw_routes(stops))
    start = time.perf_counter()
    index = prepare_transit(timetable)
    prepare_s = time.perf_counter() - start
    workspace = Workspace(index)
    figures: dict[str, float] = {
        "trips_a_day": len(timetable.patterns.wheelchair) / DAYS,
        "prepare_s": prepare_s,
        "index_mb": index.memory_bytes() / 1e6,
    }
    pairs = []
    for n in range(count):
        ends = near_door(stops, "from", n), near_door(stops, "to", n)
        pairs.append((ends, MIDNIGHT_MS + round(draw_between(7, 21, DICE, "at", n) * MS_PER_H)))
    start = time.perf_counter()
    ask(index, *pairs[0], workspace, is_mirrored=False)
    figures["first_call_s"] = time.perf_counter() - start
    ask(index, *pairs[0], workspace, is_mirrored=True)
    cuts = labels = 0
    for name, is_mirrored in (("depart_at", False), ("arrive_by", True)):
        times, cpu_times = [], []
        for ends, at_ms in pairs:
            found, took_ms, cpu_ms = ask(index, ends, at_ms, workspace, is_mirrored=is_mirrored)
            times.append(took_ms)
            cpu_times.append(cpu_ms)
            cuts += found.cuts
            labels += len(found.goals[0])
        for what, taken in (("", times), ("_cpu", cpu_times)):
            taken.sort()
            figures[f"{name}{what}_p50_ms"] = taken[len(taken) // 2]
            figures[f"{name}{what}_p99_ms"] = taken[int(len(taken) * 0.99)]
    sizes = sorted(len(end) for ends, _ in pairs for end in ends)
    return figures | {
        "workspace_mb": workspace.memory_bytes() / 1e6,
        "ends_p50": sizes[len(sizes) // 2],
        "ends_max": sizes[-1],
        "labels_mean": labels / count / 2,
        "cuts": cuts,
    }


def time_metro(count: int) -> float:
    """Return the median time [ms] of a search in a metro of 11 stops."""
    stops = [(0.0, 900.0 * n) for n in range(11)]
    run_ms = [seconds_to_ms(120 * n) for n in range(11)]
    departures = [MIDNIGHT_MS + FIRST_MS + seconds_to_ms(300 * n) for n in range(200)]
    both = [list(range(11)), list(range(11))[::-1]]
    index = prepare_transit(
        build_timetable(stops, [Route(0, order, run_ms, departures) for order in both])
    )
    workspace = Workspace(index)
    times = []
    for n in range(count):
        ends = [(2, 60_000), (3, 300_000)], [(8, 60_000), (9, 400_000)]
        at_ms = MIDNIGHT_MS + round(draw_between(7, 21, DICE, "metro", n) * MS_PER_H)
        times.append(ask(index, ends, at_ms, workspace, is_mirrored=False)[1])
    return sorted(times)[count // 2]


def main() -> None:
    """Time as many searches as named on the command line."""
    count = int(sys.argv[1])
    figures = time_city(count) | {"metro_p50_ms": time_metro(count)}
    print(json.dumps({name: round(value, 4) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
