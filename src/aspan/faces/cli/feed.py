"""`aspan feed`: the air service as GTFS and GOFS for others, and a look at anybody's GTFS."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.options import AsJson, CityName, Phase
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.faces.feeds.offered import AirService

Out = Annotated[Path, typer.Option(metavar="FILE", help="Zip to write.")]
First = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="First date; the fair-weather date.")
]
Until = Annotated[
    str | None, typer.Option(metavar="DATE", help="Date it ends before; a year after the first.")
]
Gofs = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder to write the files of GOFS to.")
]
Url = Annotated[
    str | None, typer.Option(metavar="URL", help="Operator's site; the one the city states.")
]
Flexible = Annotated[
    bool, typer.Option("--flex/--no-flex", help="Tell what is flown on demand, by GTFS-Flex.")
]


def register(app: typer.Typer) -> None:
    """Add the group `aspan feed` to the application."""
    group = typer.Typer(
        help="Tell others of the air service; look at a GTFS.", no_args_is_help=True
    )
    group.command("export")(export)
    group.command("check")(check)
    group.callback()(_feed)
    app.add_typer(group, name="feed")


def _feed() -> None:
    """Tell others of the air service; look at a GTFS."""


def export(
    city: CityName,
    out: Out,
    first: First = None,
    until: Until = None,
    phase: Phase = 1,
    gofs: Gofs = None,
    url: Url = None,
    flexible: Flexible = True,
    as_json: AsJson = False,
) -> int:
    """Write the air service of a city as GTFS, and as GOFS if asked.

    The same city and dates give the same bytes. Exits 1 when nothing may be promised on them.
    """
    from aspan.faces.feeds.agency import describe_agency
    from aspan.faces.feeds.archive import hash_bytes
    from aspan.faces.feeds.offered import plan_air_service, read_span
    from aspan.faces.feeds.schedule import build_gtfs
    from aspan.world.readers import load_city

    address = None if url is None else _check_url(url)
    loaded = load_city(city, phase=phase)
    agency = describe_agency(loaded, url=address)
    from_date, until_date = read_span(loaded, first, until)
    service = plan_air_service(loaded, from_date=from_date, until_date=until_date)
    answer = _describe(service, flexible=flexible) | {
        "operator": agency.names.en,
        "url": agency.url,
        "is_url_assumed": agency.is_url_assumed,
    }
    if not service.departures and not (flexible and service.windows):
        answer["refused"] = "nothing may be promised on these dates: no hours or no approval"
        print(
            json.dumps(answer, ensure_ascii=False) if as_json else f"refused: {answer['refused']}"
        )
        return 1
    data = build_gtfs(service, url=address, is_flexible=flexible)
    _write(out, data, "--out")
    answer |= {"file": str(out), "bytes": len(data), "sha256": hash_bytes(data), "gofs_files": []}
    if gofs is not None:
        answer["gofs_files"] = _write_gofs(service, gofs, agency.url)
    print(json.dumps(answer, ensure_ascii=False) if as_json else _format(answer))
    return 0


def _check_url(text: str) -> str:
    """Return an address that others can follow."""
    from aspan.world.operator import is_address

    if not is_address(text):
        raise InvalidInput("--url", text, "an address as https://example.com/")
    return text if text.endswith("/") else f"{text}/"


def _describe(service: "AirService", *, flexible: bool) -> dict[str, Any]:
    days = {day for departure in service.departures for day in departure.dates}
    return {
        "city": service.city.city_id,
        "phase": service.city.phase,
        "from": service.from_date.isoformat(),
        "until": service.until_date.isoformat(),
        "vertiports": len(service.list_sites(is_flexible=flexible)),
        "timetabled_pairs": len(service.timetabled_pairs),
        "timetabled_trips": len(service.departures),
        "timetabled_departures": sum(len(d.dates) for d in service.departures),
        "timetabled_days": len(days),
        "demand_pairs": len(service.demand_pairs) if flexible else 0,
        "is_approval_assumed": service.is_approval_assumed,
    }


def _write(path: Path, data: bytes, option: str) -> None:
    """Write a file; `InvalidInput` naming the option if it cannot be written."""
    try:
        path.write_bytes(data)
    except OSError as error:
        why = error.strerror or str(error)
        raise InvalidInput(option, str(path), f"a file that can be written ({why})") from None


def _write_gofs(service: "AirService", folder: Path, address: str) -> list[str]:
    """Write the files of GOFS into a folder, made if it is not there; return their names."""
    from aspan.faces.feeds.gofs import build_gofs

    if not service.windows:
        raise InvalidInput("--gofs", str(folder), "a city with pairs flown on demand")
    files = build_gofs(service, base_url=f"{address}gofs/")
    for name, data in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = error.strerror or str(error)
            raise InvalidInput("--gofs", str(folder), f"a folder to write to ({why})") from None
        _write(path, data, "--gofs")
    return sorted(files)


def _format(answer: dict[str, Any]) -> str:
    """Return the answer for a person."""
    assumed = " (assumed: nobody's until the operator has one)" if answer["is_url_assumed"] else ""
    lines = [
        f"{answer['file']}: {answer['bytes']} bytes, sha256 {answer['sha256']}",
        f"{answer['city']}, phase {answer['phase']}, {answer['from']} until {answer['until']}",
        f"  flown by {answer['operator']}, {answer['url']}{assumed}",
        f"  {answer['vertiports']} vertiports",
        f"  {answer['timetabled_pairs']} pairs by timetable: {answer['timetabled_trips']} trips,"
        f" {answer['timetabled_departures']} departures on {answer['timetabled_days']} dates",
        f"  {answer['demand_pairs']} pairs on demand",
    ]
    if answer["is_approval_assumed"]:
        lines.append("  approval to carry passengers is assumed, and the feed says so")
    if answer["gofs_files"]:
        lines.append(f"  {len(answer['gofs_files'])} files of GOFS")
    return "\n".join(lines)


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="GTFS: a zip, or a folder.")],
    as_json: AsJson = False,
) -> int:
    """Say what is wrong with a GTFS, by file, row and column; anybody's, not only ours.

    Exits 1 if it could not be imported.
    """
    from aspan.faces.feeds.review import format_review, review_feed

    answer = review_feed(file)
    print(json.dumps(answer, ensure_ascii=False) if as_json else format_review(answer))
    return 0 if answer["is_valid"] else 1
