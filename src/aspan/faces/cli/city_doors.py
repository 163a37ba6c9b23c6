"""`aspan city doors`: where trips begin and end, and the file of the ways between them."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path

    from aspan.world.city import City
    from aspan.world.doors import DoorTables

CityName = Annotated[str, typer.Argument(metavar="CITY", help="Folder in cities/, or a path.")]
Write = Annotated[
    bool,
    typer.Option("--write", help="Find the ways over the streets anew and keep them in the city."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def doors(city: CityName, write: Write = False, as_json: AsJson = False) -> int:
    """Say how many doors each zone has, of all phases, and whether the ways between them are kept.

    Ways by car and on foot among doors, vertiports and stations, in every kind of hour, are kept in
    .derived/doors.npz of a city with streets; without it, or when it no longer fits the city, each
    run finds them anew and says so. --write takes some seconds for Alatau.
    """
    answer = answer_doors(city, write=write)
    print(json.dumps(answer, ensure_ascii=False) if as_json else format_doors(answer))
    return 0


def answer_doors(city_name: str, *, write: bool = False) -> dict[str, Any]:
    """Return the doors of a city as one document; write its file first if asked to."""
    from aspan.compose.door_tables import find_door_tables, read_kept_tables, write_door_file
    from aspan.world.doors import DOORS_A_ZONE

    city = load_last_phase(city_name)
    path: Path | None = None
    if write:
        if city.streets is None:
            raise InvalidInput("doors", city.city_id, "a city whose city.toml names street files")
        path = write_door_file(city, progress=_tell_progress)
    tables = find_door_tables(city)
    first = tables.door_first.tolist()
    return {
        "city": city.city_id,
        "zones": {
            zone.zone_id: first[number + 1] - first[number]
            for number, zone in enumerate(city.demand.zones)
        },
        "doors_a_zone": DOORS_A_ZONE,
        "off_road": list_off_road(city, tables),
        "kinds_of_hour": len(tables.ride_ms),
        "has_streets": city.streets is not None,
        "is_kept": city.streets is not None and read_kept_tables(city) is not None,
        "written": None if path is None else str(path),
    }


def describe_doors(city: "City") -> dict[str, Any]:
    """Return how many doors a city has, and whether its ways are kept; nothing is searched for."""
    from aspan.compose.door_tables import read_kept_tables
    from aspan.world.doors import DOORS_A_ZONE

    zones = len(city.demand.zones)
    if city.streets is None:
        return {"zones": zones, "doors": zones * DOORS_A_ZONE, "is_kept": False}
    kept = read_kept_tables(city)
    return {
        "zones": zones,
        "doors": None if kept is None else kept.doors,
        "is_kept": kept is not None,
    }


def tell_doors(answer: dict[str, Any]) -> str:
    """Return one sentence on the doors of a city's zones."""
    zones = answer["zones"]
    if answer["doors"] is None:
        return f"of {zones} zones, found at each start: aspan city doors --write keeps the ways"
    kept = " near streets, the ways between them kept" if answer["is_kept"] else ""
    return f"{answer['doors']} of {zones} zones, where trips begin and end{kept}"


def load_last_phase(city_name: str) -> "City":
    """Return a city with the zones and vertiports of all its phases."""
    from aspan.world.readers import load_city

    city = load_city(city_name)
    while True:
        try:
            city = load_city(city_name, phase=city.phase + 1)
        except InvalidInput as error:
            if error.field != "phase":
                raise
            return city


def list_off_road(city: "City", tables: "DoorTables") -> list[str]:
    """Return the zones of a city with streets none of whose doors a road leads to."""
    first = tables.door_first
    return [
        zone.zone_id
        for number, zone in enumerate(city.demand.zones)
        if (tables.ride_ms[0, first[number] : first[number + 1]] < 0).all()
    ]


def _tell_progress(done: int, of: int) -> None:
    """Tell on standard error how many kinds of hour are done."""
    sys.stderr.write(f"kind of hour {done} of {of}\n")


def format_doors(answer: dict[str, Any]) -> str:
    """Return the answer for a person."""
    total = sum(answer["zones"].values())
    lines = [
        f"{total} doors of {len(answer['zones'])} zones, {answer['kinds_of_hour']} kinds of hour"
    ]
    few = {zone: count for zone, count in answer["zones"].items() if count < 16}
    if few:
        told = ", ".join(f"{zone} {count}" for zone, count in few.items())
        lines.append(f"Fewer than {answer['doors_a_zone']} near a street: {told}")
    if answer["off_road"]:
        lines.append(f"No road leads to {', '.join(answer['off_road'])}: no trip begins there")
    if answer["written"]:
        lines.append(f"Written to {answer['written']}")
    elif not answer["has_streets"]:
        lines.append("The city has no streets: ways are great circles with a detour")
    elif answer["is_kept"]:
        lines.append("The ways between them are kept and fit the city's files")
    else:
        lines.append("The ways between them are not kept: --write does it")
    return "\n".join(lines)
