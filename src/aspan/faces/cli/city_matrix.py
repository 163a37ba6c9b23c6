"""`aspan city matrix`: how long it is by car and on foot between zones, stops and vertiports."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import M_PER_KM, MS_PER_MIN, MS_PER_S, TIYN_PER_TENGE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aspan.compose.table import Kind, Table
    from aspan.journeys.road_index import Anchor, RoadIndex
    from aspan.journeys.road_matrix import Drives
    from aspan.world.city import City

PLACES_MAX: Final = 3000
"""Most places of a matrix; more do not fit one machine's memory as rows."""

ROWS_MAX: Final = 20_000_000
WALK_M_MAX: Final = 3000.0
"""Walks farther than this are not listed. Assumed: 40 minutes."""

CityName = Annotated[str, typer.Argument(metavar="CITY", help="Folder in cities/, or a path.")]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Write the matrices here, as Parquet.")
]
Hour = Annotated[
    int | None, typer.Option(metavar="H", help="One local hour, 0 to 23; every kind of hour.")
]
Phase = Annotated[int, typer.Option(help="Phase of the network.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


class Place(NamedTuple):
    """An end of journeys: `vertiport:ALATAU`, `zone:ALMALY`, `stop:metro:1`."""

    place_id: str
    name: str
    lon_deg: float
    lat_deg: float


def matrix(
    city: CityName,
    out: Out = None,
    hour: Hour = None,
    phase: Phase = 1,
    as_json: AsJson = False,
) -> int:
    """Say how long cars and walks take between zones, stops and vertiports.

    With --out, writes places.parquet, hours.parquet, car_matrix.parquet and walk_matrix.parquet.
    """
    answer = answer_matrix(city, out=out, hour=hour, phase=phase)
    print(json.dumps(answer, ensure_ascii=False) if as_json else format_matrix(answer))
    return 0


def answer_matrix(
    city_name: str, *, out: Path | None = None, hour: int | None = None, phase: int = 1
) -> dict[str, Any]:
    """Return the answer as one document; write the tables if `out` is given."""
    from aspan.journeys.road_matrix import drive_matrix, walk_matrix
    from aspan.journeys.roads import prepare_roads, profile_at, snap
    from aspan.world.readers import load_city

    city = load_city(city_name, phase=phase)
    index = prepare_roads(city, [])
    if hour is not None:
        profile_at(index, hour)  # refuses an hour there is not
    places = list_places(city)
    hours = _kinds_of_hour(index) if hour is None else {hour: [hour]}
    rows = len(places) ** 2 * len(hours)
    if len(places) > PLACES_MAX or rows > ROWS_MAX:
        found = f"{len(places)} places in {len(hours)} kinds of hour"
        raise InvalidInput(
            "matrix", found, f"at most {PLACES_MAX} places and {ROWS_MAX} rows: name one --hour"
        )
    anchors = [snap(index, place.lon_deg, place.lat_deg) for place in places]
    drives = {hour: drive_matrix(index, anchors, hour) for hour in hours}
    walks = walk_matrix(index, anchors, WALK_M_MAX)
    if out is not None:
        _write(out, city, places, anchors, hours, drives, walks)
    return _summarise(city, places, anchors, hours, drives, walks, out)


def list_places(city: "City") -> list[Place]:
    """Return the vertiports, zones and stops of a city's feeds, in that order."""
    from aspan.world.feed import STOP
    from aspan.world.readers.transit import load_feeds

    found = [
        Place(f"vertiport:{v.vertiport_id}", v.names.en, v.lon_deg, v.lat_deg)
        for v in city.vertiports
    ]
    found += [
        Place(f"zone:{z.zone_id}", z.names.en, z.lon_deg, z.lat_deg) for z in city.demand.zones
    ]
    for feed in load_feeds(city):
        found += [
            Place(f"stop:{feed.feed_id}:{s.stop_id}", s.names.en, s.lon_deg, s.lat_deg)
            for s in feed.stops
            if s.kind == STOP
        ]
    return found


def _kinds_of_hour(index: "RoadIndex") -> dict[int, list[int]]:
    """Return the hours of each profile by the first of them."""
    kinds: dict[int, list[int]] = {}
    for hour, profile in enumerate(index.profile_of_hour):
        first = index.profile_of_hour.index(profile)
        kinds.setdefault(first, []).append(hour)
    return kinds


def _write(
    out: Path, city: "City", places: list[Place], anchors: "list[Anchor | None]",
    hours: dict[int, list[int]], drives: "dict[int, Drives]", walks: "NDArray[np.float64]",
) -> None:  # fmt: skip
    """Write the four tables."""
    from aspan.compose.table import Table, table_from_rows, write_table

    out.mkdir(parents=True, exist_ok=True)
    kinds: dict[str, Kind] = {
        "place_id": "text", "name": "text", "lon_deg": "number", "lat_deg": "number",
        "drive_away_m": "number", "walk_away_m": "number",
    }  # fmt: skip
    rows = [
        (*place, _away(anchor, is_drive=True), _away(anchor, is_drive=False))
        for place, anchor in zip(places, anchors, strict=True)
    ]
    write_table(out, table_from_rows("places", kinds, rows))
    kept = [(hour, first) for first, same in hours.items() for hour in same]
    table = table_from_rows("hours", {"hour": "whole", "matrix_hour": "whole"}, sorted(kept))
    write_table(out, table)
    write_table(out, _car_table(city, places, drives))
    ids = [place.place_id for place in places]
    at = [(i, j) for i, j in zip(*(walks < float("inf")).nonzero(), strict=True) if i != j]
    columns = {
        "origin_id": [ids[i] for i, _ in at],
        "destination_id": [ids[j] for _, j in at],
        "walk_m": [float(walks[i, j]) for i, j in at],
        "duration_ms": [_walk_ms(city, float(walks[i, j])) for i, j in at],
    }
    write_table(
        out,
        Table(
            "walk_matrix",
            {"origin_id": "text", "destination_id": "text", "walk_m": "number",
             "duration_ms": "whole"},
            columns,
        ),
    )  # fmt: skip


def _away(anchor: "Anchor | None", *, is_drive: bool) -> float | None:
    """Return the metres from a place to its street, None if there is none."""
    if anchor is None or (anchor.drive_edge if is_drive else anchor.walk_edge) < 0:
        return None
    return anchor.drive_away_m if is_drive else anchor.walk_away_m


def _walk_ms(city: "City", walk_m: float) -> int:
    """Return how long a walk takes."""
    speed_mps = city.street_model.walk_speed_mps if city.street_model else 1.0
    return round(walk_m / speed_mps * MS_PER_S)


def _car_table(city: "City", places: list[Place], drives: "dict[int, Drives]") -> "Table":
    """Return the matrix by car as a table: a row for each hour and ordered pair with a way."""
    import numpy as np

    from aspan.compose.table import Table
    from aspan.world.car import road_prices_tiyn

    names = np.array([place.place_id for place in places])
    parts: dict[str, list[Any]] = {}
    for hour, drive in drives.items():
        origin, goal = ((drive.duration_ms >= 0) & ~np.eye(len(names), dtype=bool)).nonzero()
        duration_ms, road_m = drive.duration_ms[origin, goal], drive.distance_m[origin, goal]
        price = road_prices_tiyn(city.demand.car, road_m, duration_ms.astype(np.float64))
        parts.setdefault("origin_id", []).append(names[origin])
        parts.setdefault("destination_id", []).append(names[goal])
        parts.setdefault("hour", []).append(np.full(len(origin), hour))
        parts.setdefault("duration_ms", []).append(duration_ms)
        parts.setdefault("road_m", []).append(road_m)
        parts.setdefault("taxi_price_tiyn", []).append(price.astype(np.int64))
    kinds: dict[str, Kind] = {
        "origin_id": "text", "destination_id": "text", "hour": "whole", "duration_ms": "whole",
        "road_m": "number", "taxi_price_tiyn": "whole",
    }  # fmt: skip
    return Table(
        "car_matrix", kinds, {name: np.concatenate(part).tolist() for name, part in parts.items()}
    )


def _summarise(
    city: "City", places: list[Place], anchors: "list[Anchor | None]",
    hours: dict[int, list[int]], drives: "dict[int, Drives]", walks: "NDArray[np.float64]",
    out: Path | None,
) -> dict[str, Any]:  # fmt: skip
    """Return the counts, and the ways by car between vertiports in the last hour of the matrix."""
    from aspan.world.car import road_price_tiyn

    shown = max(hours, key=lambda hour: int(drives[hour].duration_ms.sum()))
    drive, count = drives[shown], len(city.vertiports)
    pairs = [
        {
            "origin": places[i].place_id,
            "destination": places[j].place_id,
            "duration_ms": int(drive.duration_ms[i, j]),
            "road_m": round(float(drive.distance_m[i, j]), 1),
            "taxi_price_tiyn": road_price_tiyn(
                city.demand.car, float(drive.distance_m[i, j]), int(drive.duration_ms[i, j])
            ),
        }
        for i in range(count)
        for j in range(count)
        if i != j and drive.duration_ms[i, j] >= 0
    ]
    return {
        "city": city.city_id,
        "places": len(places),
        "hours": {str(first): same for first, same in hours.items()},
        "car_pairs": _count_pairs(drive.duration_ms >= 0),
        "walk_pairs": _count_pairs(walks < float("inf")),
        "unreached": [
            place.place_id
            for place, anchor in zip(places, anchors, strict=True)
            if _away(anchor, is_drive=True) is None
        ],
        "shown_hour": shown,
        "vertiports": pairs,
        "out": None if out is None else str(out),
    }  # fmt: skip


def _count_pairs(is_way: "NDArray[np.bool_]") -> int:
    """Return how many ordered pairs of two places have a way."""
    return int(is_way.sum()) - int(is_way.diagonal().sum())


def format_matrix(answer: dict[str, Any]) -> str:
    """Return the answer for a person."""
    kinds = "; ".join(", ".join(map(str, same)) for same in answer["hours"].values())
    lines = [
        f"{answer['places']} places, {answer['car_pairs']} ordered pairs by car in "
        f"{len(answer['hours'])} kinds of hour ({kinds}), {answer['walk_pairs']} on foot",
        f"Between vertiports at {answer['shown_hour']:02d}:00, the slowest hour:",
    ]
    lines += [
        f"  {row['origin'].removeprefix('vertiport:'):<10} to "
        f"{row['destination'].removeprefix('vertiport:'):<10}"
        f"{row['duration_ms'] / MS_PER_MIN:6.1f} min {row['road_m'] / M_PER_KM:6.1f} km "
        f"{row['taxi_price_tiyn'] / TIYN_PER_TENGE:8.0f} KZT"
        for row in answer["vertiports"]
    ]
    if answer["unreached"]:
        lines.append(f"No street is near enough: {', '.join(answer['unreached'])}")
    if answer["out"]:
        lines.append(f"Written to {answer['out']}")
    return "\n".join(lines)
