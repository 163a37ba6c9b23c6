"""`aspan city streets`: convert an OpenStreetMap extract; and what `city check` says of streets."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.options import AsJson, CityName
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import M_PER_KM

if TYPE_CHECKING:
    from aspan.world.city import City
    from aspan.world.streets import StreetGraph

Extract = Annotated[
    Path, typer.Option("--pbf", metavar="FILE", help="OpenStreetMap extract, .osm.pbf.")
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Where to write, .npz; a file in the city's folder."),
]
Credit = Annotated[
    str, typer.Option(metavar="TEXT", help="Name and licence of the extract, as it asks for.")
]


def streets(
    city: CityName,
    pbf: Extract,
    out: Out = None,
    credit: Credit = "© OpenStreetMap contributors, ODbL 1.0",
    as_json: AsJson = False,
) -> int:
    """Convert an OpenStreetMap extract to streets the city can load.

    Nothing of the city changes until its `city.toml` names the file in `streets`. Needs osmium,
    the extra `streets`.
    """
    answer = answer_streets(city, pbf, out=out, credit=credit)
    print(json.dumps(answer, ensure_ascii=False) if as_json else format_converted(answer))
    return 0


def answer_streets(
    city_name: str, pbf: Path, *, out: Path | None = None, credit: str
) -> dict[str, Any]:
    """Write the streets of an extract and return what they are, as one document."""
    from aspan.world.geodesy import Projection
    from aspan.world.readers import load_city
    from aspan.world.readers.osm_streets import convert_osm
    from aspan.world.readers.street_files import save_ways
    from aspan.world.readers.streets import check_near, join_streets

    city = load_city(city_name)
    if out is None:
        stem = pbf.name.removesuffix(".pbf").removesuffix(".osm").replace(".", "_")
        out = Path(city.folder) / f"streets_{stem}.npz"
    if out.suffix != ".npz":
        raise InvalidInput("--out", str(out), "a name that ends in .npz")
    ways = convert_osm(pbf, credit=credit)
    projection = Projection(city.utm_epsg)
    check_near(ways, projection, city.vertiports, label=str(pbf))
    graph = join_streets([ways], projection)
    save_ways(out, ways)
    return {
        "out": str(out),
        "bytes": out.stat().st_size,
        "ways": len(ways.road_class),
        "points": len(ways.lon_deg),
        **describe_graph(graph),
    }


def describe_streets(city: "City") -> dict[str, Any] | None:
    """Return what the graph of a city has; None if the city has no streets."""
    if city.streets is None or city.street_model is None:
        return None
    hours = {tuple(row[h] for row in city.street_model.hour_factor) for h in range(24)}
    return {**describe_graph(city.streets), "hour_kinds": len(hours)}


def describe_graph(graph: "StreetGraph") -> dict[str, Any]:
    """Return junctions, edges, kilometres of each file and class, and what is left out."""
    import numpy as np

    from aspan.world.streets import ROAD_CLASSES

    _, one = np.unique(graph.street, return_index=True)
    length_km, road = graph.length_m[one] / M_PER_KM, graph.road_class[one]
    by_file = np.bincount(graph.origin[one], weights=length_km, minlength=len(graph.origins))
    by_class = np.bincount(road, weights=length_km, minlength=len(ROAD_CLASSES))
    return {
        "junctions": len(graph.x_m),
        "edges": len(graph.head),
        "drivable_edges": int(graph.may_drive.sum()),
        "walkable_edges": int(graph.may_walk.sum()),
        "files": [
            {"credit": credit, "street_km": round(float(km), 1)}
            for credit, km in zip(graph.origins, by_file, strict=True)
        ],
        "class_km": {
            name: round(float(km), 1) for name, km in zip(ROAD_CLASSES, by_class, strict=True)
        },
        "drive_lost": round(graph.drive_lost, 4),
        "walk_lost": round(graph.walk_lost, 4),
    }


def format_streets(answer: dict[str, Any] | None) -> list[str]:
    """Return lines for people on a city's streets."""
    lines = ["", "Streets"]
    if answer is None:
        return [*lines, "  none: city.toml names no street files; cars go by great circle"]
    lines.append(
        f"  {answer['junctions']} junctions, {answer['drivable_edges']} edges to drive, "
        f"{answer['walkable_edges']} to walk"
    )
    lines += [f"  {file['street_km']:8.1f} km  {file['credit']}" for file in answer["files"]]
    classes = ", ".join(f"{name} {km:.0f}" for name, km in answer["class_km"].items() if km)
    lines.append(f"  km by class: {classes}")
    lines.append(
        f"  left out, as not to be reached from the rest: {answer['drive_lost']:.1%} of what may "
        f"be driven, {answer['walk_lost']:.1%} of what may be walked"
    )
    return lines


def tell_streets(answer: dict[str, Any] | None) -> str:
    """Return one sentence on a city's streets."""
    if answer is None:
        return "none; cars go by great circle with a detour"
    whole_km = sum(file["street_km"] for file in answer["files"])
    return (
        f"{whole_km:,.0f} km in {len(answer['files'])} files, {answer['junctions']:,} junctions; "
        f"{answer['drive_lost']:.1%} cannot be reached"
    )


def format_converted(answer: dict[str, Any]) -> str:
    """Return what was converted, for a person."""
    lines = [
        f"{answer['out']}: {answer['ways']} ways through {answer['points']} points, "
        f"{answer['bytes']} bytes"
    ]
    lines += format_streets(answer)[2:]
    lines.append(f'Name it in city.toml: streets = [..., "{Path(answer["out"]).name}"]')
    return "\n".join(lines)
