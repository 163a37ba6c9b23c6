"""Make a GTFS feed of a whole city's buses, drawn on Alatau's area, to measure timetables at scale.

    python benchmarks/make_bench_feed.py OUT.zip [--stops 2000] [--lines 120] [--trips 19000]

The same arguments give the same bytes; the defaults are the size of Almaty's network (2,142 stops,
120 lines, 18,979 trips a day: facts, Cityger.Transit demo). No such lines exist. Lines wander from
stop to stop on a jittered grid, about 20 km long at 18.5 km/h; each runs both ways from 06:00 to
past midnight, more often at the peaks, every day of 2025 and 2026.
"""

import argparse
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians, sqrt
from pathlib import Path

from aspan.primitives.dice import draw, draw_between
from aspan.primitives.units import MPS_PER_KMH

SEED = 2026
WEST_DEG, SOUTH_DEG, EAST_DEG, NORTH_DEG = 76.78, 43.18, 77.06, 43.42
M_PER_DEG = 111_200.0
STOPS_OF_A_LINE = 38
SPEED_MPS = 18.5 * MPS_PER_KMH
FIRST_S, LAST_S = 6 * 3600, 24 * 3600 + 1800
PEAKS_S = ((7 * 3600, 10 * 3600), (17 * 3600, 20 * 3600))
PEAK_WEIGHT = 2.0
ONE_DAY = (2025, 1, 1, 0, 0, 0)
"""Date of every file in the zip, so that the same arguments give the same bytes."""


@dataclass(frozen=True)
class Place:
    """A stop of the drawn network."""

    stop_id: str
    lon_deg: float
    lat_deg: float


def draw_stops(count: int) -> list[Place]:
    """Return `count` stops on a jittered grid over the city."""
    columns = max(1, round(sqrt(count)))
    rows = -(-count // columns)
    step_lon, step_lat = (EAST_DEG - WEST_DEG) / columns, (NORTH_DEG - SOUTH_DEG) / rows
    stops = []
    for k in range(count):
        row, column = divmod(k, columns)
        east = draw_between(-0.4, 0.4, SEED, "stop", k, "east")
        north = draw_between(-0.4, 0.4, SEED, "stop", k, "north")
        lon = round(WEST_DEG + (column + 0.5 + east) * step_lon, 6)
        lat = round(SOUTH_DEG + (row + 0.5 + north) * step_lat, 6)
        stops.append(Place(f"S{k:05d}", lon, lat))
    return stops


def distance_m(a: Place, b: Place) -> float:
    """Return the distance between two stops, on a plane [m]."""
    east_m = (a.lon_deg - b.lon_deg) * M_PER_DEG * cos(radians(a.lat_deg))
    return hypot(east_m, (a.lat_deg - b.lat_deg) * M_PER_DEG)


def draw_line(number: int, stops: list[Place]) -> list[Place]:
    """Return the stops of a line: from stop to neighbouring stop towards a far goal, and on."""
    columns = max(1, round(sqrt(len(stops))))
    rows = -(-len(stops) // columns)
    here = int(draw(SEED, "line", number, "start") * len(stops))
    path, seen, leg = [here], {here}, 0
    goal = here
    while len(path) < min(STOPS_OF_A_LINE, len(stops) // 2):
        if goal == here:
            goal = int(draw(SEED, "line", number, "goal", leg) * len(stops))
            leg += 1
            if leg > 10 * STOPS_OF_A_LINE:
                break
            continue
        row, column = divmod(here, columns)
        near = [
            r * columns + c
            for r in range(max(0, row - 1), min(rows, row + 2))
            for c in range(max(0, column - 1), min(columns, column + 2))
            if r * columns + c < len(stops) and r * columns + c not in seen
        ]
        if not near:
            break
        here = min(near, key=lambda k: (distance_m(stops[k], stops[goal]), k))
        path.append(here)
        seen.add(here)
    return [stops[k] for k in path]


def list_departures(number: int, direction: int, count: int) -> list[int]:
    """Return `count` departures [s], more often at the peaks, each line with a shift of its own."""
    bounds = sorted({FIRST_S, LAST_S, *(edge for peak in PEAKS_S for edge in peak)})
    spans = [
        (a, b, PEAK_WEIGHT if any(lo <= a < hi for lo, hi in PEAKS_S) else 1.0)
        for a, b in pairwise(bounds)
    ]
    whole = sum((b - a) * weight for a, b, weight in spans)
    shift = draw(SEED, "line", number, "shift", direction)
    times = []
    for k in range(count):
        left = (k + shift) / count * whole
        for a, b, weight in spans:
            if left < (b - a) * weight:
                times.append(round(a + left / weight))
                break
            left -= (b - a) * weight
    return times


def clock(at_s: int) -> str:
    """Return a time as GTFS writes it."""
    return f"{at_s // 3600:02d}:{at_s // 60 % 60:02d}:{at_s % 60:02d}"


def write_lines(
    stops: list[Place], lines: int, trips: int
) -> tuple[list[str], list[str], list[str]]:
    """Return the rows of routes, trips and stop times; `trips` a day over all lines."""
    routes, trip_rows, times = [], [], []
    for number in range(lines):
        path = draw_line(number, stops)
        routes.append(f"L{number:03d},BENCH,{number + 1},,3")
        for direction in (0, 1):
            slot = 2 * number + direction
            count = trips // (2 * lines) + (slot < trips % (2 * lines))
            way = path if direction == 0 else path[::-1]
            along_s = [0]
            for a, b in pairwise(way):
                along_s.append(along_s[-1] + max(30, round(distance_m(a, b) / SPEED_MPS)))
            for k, start_s in enumerate(list_departures(number, direction, count)):
                trip = f"L{number:03d}-{direction}-{k:03d}"
                trip_rows.append(f"L{number:03d},DAILY,{trip},{way[-1].stop_id},{direction},1")
                for n, (stop, after_s) in enumerate(zip(way, along_s, strict=True)):
                    at = clock(start_s + after_s)
                    times.append(f"{trip},{at},{at},{stop.stop_id},{n}")
    return routes, trip_rows, times


def make_feed(stops: int, lines: int, trips: int) -> dict[str, str]:
    """Return the texts of the feed's files by name."""
    places = draw_stops(stops)
    routes, trip_rows, times = write_lines(places, lines, trips)
    rows = {
        "agency": [
            "agency_id,agency_name,agency_url,agency_timezone",
            "BENCH,Drawn for benchmarks,https://example.org,Asia/Almaty",
        ],
        "stops": ["stop_id,stop_name,stop_lat,stop_lon,wheelchair_boarding"]
        + [f"{p.stop_id},{p.stop_id},{p.lat_deg},{p.lon_deg},1" for p in places],
        "routes": ["route_id,agency_id,route_short_name,route_long_name,route_type", *routes],
        "trips": [
            "route_id,service_id,trip_id,trip_headsign,direction_id,wheelchair_accessible",
            *trip_rows,
        ],
        "stop_times": ["trip_id,arrival_time,departure_time,stop_id,stop_sequence", *times],
        "calendar": [
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            "DAILY,1,1,1,1,1,1,1,20250101,20261231",
        ],
    }
    return {f"{name}.txt": "\n".join(lines) + "\n" for name, lines in rows.items()}


def write_feed(files: dict[str, str], path: Path) -> None:
    """Write the files as a zip whose bytes hang on nothing but them."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, ONE_DAY), text, zipfile.ZIP_DEFLATED)


def main() -> None:
    """Make the feed that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("out", type=Path, help="the zip to write")
    parser.add_argument("--stops", type=int, default=2000)
    parser.add_argument("--lines", type=int, default=120)
    parser.add_argument("--trips", type=int, default=19_000, help="a day, over all lines")
    asked = parser.parse_args()
    write_feed(make_feed(asked.stops, asked.lines, asked.trips), asked.out)
    print(f"{asked.out}: {asked.stops} stops, {asked.lines} lines, {asked.trips} trips a day")


if __name__ == "__main__":
    main()
