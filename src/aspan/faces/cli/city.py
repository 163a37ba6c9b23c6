"""`aspan city check`: is a city valid, what do we know of it, what cannot be served and why."""

import json
from collections import Counter
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from aspan.faces.cli.city_demand import demand
from aspan.faces.cli.city_doors import describe_doors, doors, tell_doors
from aspan.faces.cli.city_feeds import format_feeds, list_feeds, tell_feeds
from aspan.faces.cli.city_matrix import matrix
from aspan.faces.cli.city_pairs import (
    describe_conditions,
    format_pairs,
    list_limited,
    tell_verdict,
)
from aspan.faces.cli.city_streets import describe_streets, format_streets, streets, tell_streets
from aspan.faces.cli.city_zones import count_choices, format_geozones, list_geozones
from aspan.faces.cli.minima import describe_minima, tell_minima
from aspan.faces.cli.options import AsJson, CityName, Phase
from aspan.faces.cli.weather import weather
from aspan.faces.cli.words import WIDTH

if TYPE_CHECKING:
    from aspan.operations.city_index import CityIndex
    from aspan.world.city import City
    from aspan.world.quantity import Quantity

_NAMES: Final = {
    "fatos": "FATOs",
    "planned_stands": "planned stands",
    "contingency_places": "contingency places",
    "crossing_nodes": "crossing nodes",
    "timetabled_routes": "timetabled routes",
    "weather_days": "days of weather",
    "quantities": "numbers with a source",
}
"""Words for what is counted, where its name is none."""

MARKS: Final = ("measured", "found", "recalled", "derived", "assumed", "modelled")

All = Annotated[bool, typer.Option("--all", help="Every part, geozone and pair, not a summary.")]


def register(app: typer.Typer) -> None:
    """Add the group `aspan city` to the application."""
    group = typer.Typer(help="Look at a city's files.", no_args_is_help=True)
    group.command("check", short_help="Is it valid, how sure are its numbers, what is not served.")(
        check
    )
    group.command("weather", short_help="How often one may fly, by month and hour.")(weather)
    group.command("demand", short_help="Who travels how, who would fly, what that saves.")(demand)
    group.command("streets", short_help="Turn an OpenStreetMap extract into streets.")(streets)
    group.command("matrix", short_help="Travel times between zones, stations and vertiports.")(
        matrix
    )
    group.command("doors", short_help="Where trips begin and end; keeps the ways between them.")(
        doors
    )
    group.callback()(_city)
    app.add_typer(group, name="city")


def _city() -> None:
    """Look at a city's files."""


def check(city: CityName, phase: Phase = 1, is_all: All = False, as_json: AsJson = False) -> int:
    """Say whether a city is valid, what is measured, derived or assumed, and what cannot be served.

    A summary of some forty lines; --all and --json have everything. Exit status 1 if a lane breaks
    a rule; a file that cannot be read as a city is bad input.
    """
    answer = answer_check(city, phase=phase)
    print(
        json.dumps(answer, ensure_ascii=False)
        if as_json
        else format_check(answer, city, is_all=is_all)
    )
    return 0 if answer["valid"] else 1


def answer_check(city_name: str, *, phase: int = 1) -> dict[str, Any]:
    """Return the answer as one document."""
    from msgspec.structs import asdict

    from aspan.compose.serviceability import list_not_serviceable
    from aspan.world.readers import load_city
    from aspan.world.readers.costs import find_costs

    city = load_city(city_name, phase=phase)
    costs = find_costs(city)
    prices = {} if costs is None else {f"prices.{p}": q for p, q in costs.quantities.items()}
    quantities = city.quantities | prices
    index, broken = _lay_lanes(city)
    network, kind = index.network, city.aircraft_type
    return {
        "city": city.city_id,
        "names": asdict(city.names),
        "phase": city.phase,
        "valid": not broken,
        "files_sha256": city.files_sha256,
        "counts": _count(city) | {"quantities": len(quantities)},
        "minima": describe_minima(city),
        "marks": _count_marks(quantities),
        "lanes_laid": len(network.lanes),
        "lanes_broken": broken,
        "lane_choices": count_choices(network),
        "pairs_without_lane": _list_unlinked(city),
        "unlinked_reasons": [asdict(pair) for pair in city.lanes.unlinked],
        "geozones": list_geozones(city, network),
        "streets": describe_streets(city),
        "doors": describe_doors(city),
        "transit": list_feeds(city),
        "seats": kind.seats,
        "passenger_kg": kind.payload_kg_max / kind.seats,
        "planning_not_serviceable": list_not_serviceable(index),
        "oldest_soh": min((craft.soh for craft in city.airframes), default=1.0),
        "conditions": describe_conditions(index),
        "not_serviceable": list_limited(index),
        "approvals": [asdict(approval) for approval in city.approvals],
        "quantities": {path: asdict(quantity) for path, quantity in quantities.items()},
    }


def _count(city: "City") -> dict[str, int]:
    """Return how many there are of everything."""
    sites = city.vertiports
    return {
        "vertiports": len(sites),
        "fatos": sum(len(site.fatos) for site in sites),
        "planned_stands": sum(len(site.planned_stands) for site in sites),
        "contingency_places": sum(site.contingency_places for site in sites),
        "chargers": sum(len(site.chargers) for site in sites),
        "airframes": len(city.airframes),
        "lanes": len(city.lanes.lanes),
        "crossing_nodes": len(city.lanes.nodes),
        "timetabled_routes": len(city.rules.service.timetable),
        "zones": len(city.demand.zones),
        "segments": len(city.demand.segments),
        "weather_days": len(city.weather.days),
        "quantities": len(city.quantities),
    }


def _count_marks(quantities: "dict[str, Quantity]") -> dict[str, dict[str, int]]:
    """Return how many numbers of each part of the city bear each mark of truth."""
    counts: dict[str, Counter[str]] = {}
    for path, quantity in quantities.items():
        counts.setdefault(path.split(".")[0], Counter())[quantity.mark] += 1
    return {
        part: {mark: marks[mark] for mark in MARKS if marks[mark]}
        for part, marks in sorted(counts.items())
    }


def _lay_lanes(city: "City") -> tuple["CityIndex", list[dict[str, str]]]:
    """Return the city with the lanes that keep the rules, and what is wrong with the others."""
    from msgspec.structs import replace

    from aspan.airspace.lanes import build_lane_network
    from aspan.operations.city_index import CityIndex
    from aspan.primitives.errors import InvalidInput

    good, broken = [], []
    for spec in city.lanes.lanes:
        try:
            build_lane_network(replace(city, lanes=replace(city.lanes, lanes=(spec,))))
        except InvalidInput as error:
            broken.append({"lane_id": str(spec.lane_id), "problem": str(error)})
        else:
            good.append(spec)
    whole = replace(city, lanes=replace(city.lanes, lanes=tuple(good)))
    return CityIndex(whole), broken


def _list_unlinked(city: "City") -> list[list[str]]:
    """Return the ordered pairs of vertiports that no lane links."""
    linked = {(lane.origin, lane.destination) for lane in city.lanes.lanes}
    ids = [site.vertiport_id for site in city.vertiports]
    return [[a, b] for a in ids for b in ids if a != b and (a, b) not in linked]


def format_check(answer: dict[str, Any], name: str, *, is_all: bool = False) -> str:
    """Return the answer as a page of text for a person; short unless everything is asked for."""
    verdict = "valid" if answer["valid"] else "NOT VALID: a lane breaks a rule"
    head = f"{answer['names']['en']} ({answer['city']}), phase {answer['phase']}: {verdict}; "
    lines = [*wrap(f"{head}{tell_verdict(answer)}", WIDTH, subsequent_indent=" " * 10), ""]
    counts = [f"{count:,} {_NAMES.get(n, n)}" for n, count in answer["counts"].items()]
    lines += _fill("holds", ", ".join(counts))
    lines += _fill("files", f"SHA-256 {answer['files_sha256']}")
    for approval in answer["approvals"]:
        assumed = "; an assumption of the planning twin" if approval["is_assumed"] else ""
        where = approval["vertiport_id"] or "every site"
        lines += _fill(
            "approval",
            f"{approval['kind']} at {where}, {approval['from_date']} to {approval['until_date']}"
            f"{assumed}",
        )
    lines += _fill("minima", f"of a release: {tell_minima(answer['minima'])}")
    lines += _format_marks(answer["marks"], is_all=is_all)
    lines += _format_lanes(answer)
    lines += format_geozones(answer["geozones"], is_all=is_all)
    if is_all or answer["doors"]["doors"] is None:
        lines += _fill("doors", tell_doors(answer["doors"]))
    if is_all:
        lines += format_streets(answer["streets"])
        lines += format_feeds(answer["transit"])
    else:
        lines += _fill("streets", tell_streets(answer["streets"]))
        lines += _fill("transit", tell_feeds(answer["transit"]))
    lines += format_pairs(answer, is_all=is_all)
    more = "" if is_all else "--all for every part, geozone and pair; "
    lines += ["", f"Next: {more}aspan simulate {name} --phase {answer['phase']} flies a day"]
    return "\n".join(lines)


def _fill(name: str, text: str) -> list[str]:
    """Return a text under its name, broken between words where a terminal ends."""
    return wrap(
        text, WIDTH, initial_indent=f"{name:<10}", subsequent_indent=" " * 10,
        break_on_hyphens=False,
    )  # fmt: skip


def _format_marks(marks: dict[str, dict[str, int]], *, is_all: bool) -> list[str]:
    """Return how many numbers bear each mark of truth, by part if everything is asked for."""
    totals = {mark: sum(part.get(mark, 0) for part in marks.values()) for mark in MARKS}
    told = ", ".join(f"{mark} {count}" for mark, count in totals.items())
    lines = _fill("numbers", f"{sum(totals.values())}, by how far they may be trusted: {told}")
    if not is_all:
        return lines
    lines.append(f"  {'part':<16}" + "".join(f"{mark:>10}" for mark in MARKS))
    for part, found in marks.items():
        row = "".join(f"{found.get(mark, 0) or '-':>10}" for mark in MARKS)
        lines.append(f"  {part:<16}{row}")
    return lines


def _format_lanes(answer: dict[str, Any]) -> list[str]:
    """Return how many lanes keep the rules, which break them, what they join."""
    choices, unlinked = answer["lane_choices"], answer["pairs_without_lane"]
    lines = _fill(
        "lanes",
        f"{answer['lanes_laid']} keep the rules; {choices['pairs']} pairs linked, "
        f"{choices['with_two_or_more']} of them by two lanes or more, {choices['with_three']} by "
        f"three; {len(unlinked) or 'no'} pairs without a lane",
    )
    broken = answer["lanes_broken"]
    lines += [f"          BROKEN {row['lane_id']}: {row['problem']}" for row in broken]
    return lines
