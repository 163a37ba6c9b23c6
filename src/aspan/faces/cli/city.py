"""`aspan city check`: is a city valid, what do we know of it, what cannot be served and why."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from aspan.faces.cli.city_feeds import format_feeds, list_feeds
from aspan.faces.cli.city_matrix import matrix
from aspan.faces.cli.city_streets import describe_streets, format_streets, streets
from aspan.faces.cli.city_zones import count_choices, format_geozones, list_geozones
from aspan.faces.cli.weather import weather

if TYPE_CHECKING:
    from aspan.airspace.lanes import Lane, LaneNetwork
    from aspan.physics.assessment import Assessment
    from aspan.world.city import City

MARKS: Final = ("measured", "found", "recalled", "derived", "assumed", "modelled")

CityName = Annotated[str, typer.Argument(metavar="CITY", help="Folder in cities/, or a path.")]
Phase = Annotated[int, typer.Option(help="Phase of the network.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


class Condition(NamedTuple):
    """Weather and battery a pair is judged in, at full payload."""

    name: str
    temp_c: float
    headwind_mps: float
    is_oldest_pack: bool = False


CONDITIONS: Final = (
    Condition("15 C, still air", 15.0, 0.0),
    Condition("38 C, still air", 38.0, 0.0),
    Condition("38 C, 10 m/s headwind", 38.0, 10.0),
    Condition("-15 C, 5 m/s headwind", -15.0, 5.0),
    Condition("38 C, still air, oldest pack of the fleet", 38.0, 0.0, is_oldest_pack=True),
)
"""The conditions of facts 2.4 and 2.5, in which the reference tables of the model are computed."""


def register(app: typer.Typer) -> None:
    """Add the group `aspan city` to the application."""
    group = typer.Typer(help="Look at a city's files.", no_args_is_help=True)
    group.command("check")(check)
    group.command("weather")(weather)
    group.command("streets")(streets)
    group.command("matrix")(matrix)
    group.callback()(_city)
    app.add_typer(group, name="city")


def _city() -> None:
    """Look at a city's files."""


def check(city: CityName, phase: Phase = 1, as_json: AsJson = False) -> int:
    """Say whether a city is valid, what is measured, derived or assumed, and what cannot be served.

    Exit status 1 if a lane breaks a rule; a file that cannot be read as a city is bad input.
    """
    answer = answer_check(city, phase=phase)
    print(json.dumps(answer, ensure_ascii=False) if as_json else format_check(answer))
    return 0 if answer["valid"] else 1


def answer_check(city_name: str, *, phase: int = 1) -> dict[str, Any]:
    """Return the answer as one document."""
    from msgspec.structs import asdict

    from aspan.world.readers import load_city

    city = load_city(city_name, phase=phase)
    network, broken = _lay_lanes(city)
    return {
        "city": city.city_id,
        "names": asdict(city.names),
        "phase": city.phase,
        "valid": not broken,
        "files_sha256": city.files_sha256,
        "counts": _count(city),
        "marks": _count_marks(city),
        "lanes_laid": len(network.lanes),
        "lanes_broken": broken,
        "lane_choices": count_choices(network),
        "pairs_without_lane": _list_unlinked(city),
        "unlinked_reasons": [asdict(pair) for pair in city.lanes.unlinked],
        "geozones": list_geozones(city, network),
        "streets": describe_streets(city),
        "transit": list_feeds(city),
        "not_serviceable": _list_not_serviceable(city, network),
        "approvals": [asdict(approval) for approval in city.approvals],
        "quantities": {path: asdict(quantity) for path, quantity in city.quantities.items()},
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


def _count_marks(city: "City") -> dict[str, dict[str, int]]:
    """Return how many numbers of each part of the city bear each mark of truth."""
    counts: dict[str, Counter[str]] = {}
    for path, quantity in city.quantities.items():
        counts.setdefault(path.split(".")[0], Counter())[quantity.mark] += 1
    return {
        part: {mark: marks[mark] for mark in MARKS if marks[mark]}
        for part, marks in sorted(counts.items())
    }


def _lay_lanes(city: "City") -> tuple["LaneNetwork", list[dict[str, str]]]:
    """Return the network of the lanes that keep the rules, and what is wrong with the others."""
    from msgspec.structs import replace

    from aspan.airspace.lanes import build_lane_network
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
    return build_lane_network(whole), broken


def _list_unlinked(city: "City") -> list[list[str]]:
    """Return the ordered pairs of vertiports that no lane links."""
    linked = {(lane.origin, lane.destination) for lane in city.lanes.lanes}
    ids = [site.vertiport_id for site in city.vertiports]
    return [[a, b] for a in ids for b in ids if a != b and (a, b) not in linked]


def _list_not_serviceable(city: "City", network: "LaneNetwork") -> list[dict[str, Any]]:
    """Return each pair and condition in which a full aircraft may not go, with the reasons.

    Judged on the first lane of each pair.
    """
    seats = city.aircraft_type.seats
    found = []
    for lane in network.list_lanes():
        for condition in CONDITIONS:
            full = _assess(city, network, lane, condition, passengers=None)
            if full.is_go:
                continue
            able = (
                passengers
                for passengers in range(seats, -1, -1)
                if _assess(city, network, lane, condition, passengers=passengers).is_go
            )
            found.append(
                {
                    "origin": lane.origin,
                    "destination": lane.destination,
                    "condition": condition.name,
                    "reason": "; ".join(full.reasons),
                    "passengers_max": next(able, None),
                }
            )
    return found


def _assess(
    city: "City",
    network: "LaneNetwork",
    lane: "Lane",
    condition: Condition,
    *,
    passengers: int | None,
) -> "Assessment":
    """Return what the physics say of a sortie on a lane, the wind against every leg.

    Parameters
    ----------
    passengers
        Of mean mass with their bags; the greatest take-off mass if None.
    """
    from aspan.physics.assessment import SortieQuestion, assess_sortie, list_mass_cases
    from aspan.physics.reserve import DiversionSite
    from aspan.primitives.units import celsius_to_kelvin
    from aspan.world.atmosphere import air_density_kg_m3, standard_pressure_pa

    kind, service = city.aircraft_type, city.rules.service
    mass_kg = kind.mass_kg
    if passengers is not None:
        person_kg = service.passenger_mass_kg + service.bag_mass_kg
        mass_kg = min(mass_kg, kind.empty_kg + kind.pilot_kg + passengers * person_kg)
    temperature_k = celsius_to_kelvin(condition.temp_c)
    first, second = (
        air_density_kg_m3(
            standard_pressure_pa(city.get_vertiport(end).elevation_amsl_m), temperature_k
        )
        for end in (lane.origin, lane.destination)
    )
    diversions = tuple(
        DiversionSite(
            site_id=away.destination,
            distance_m=away.distance_m,
            course_deg=0.0,
            climb_m=away.climb_m,
            descent_m=away.descent_m,
        )
        for away in network.list_lanes(origin=lane.destination)
    )
    question = SortieQuestion(
        legs=((lane.distance_m, 0.0),),
        climb_m=lane.climb_m,
        descent_m=lane.descent_m,
        mass_kg=mass_kg,
        density_kg_m3=first,
        destination_density_kg_m3=second,
        temperature_k=temperature_k,
        wind_mps=condition.headwind_mps,
        soh=min(a.soh for a in city.airframes) if condition.is_oldest_pack else 1.0,
        pack_k=max(kind.pack_hold_k_min, min(temperature_k, kind.pack_target_k)),
        is_landable_everywhere=lane.is_landable_everywhere,
        diversions=diversions,
    )
    return assess_sortie(kind, city.rules, question, mass_case=list_mass_cases(kind)[0])


def format_check(answer: dict[str, Any]) -> str:
    """Return the answer as a page of text for a person."""
    verdict = "valid" if answer["valid"] else "NOT VALID: a lane breaks a rule"
    lines = [f"{answer['names']['en']} ({answer['city']}), phase {answer['phase']}: {verdict}"]
    lines.append(f"files {answer['files_sha256']}")
    lines += [f"  {count:6d} {name.replace('_', ' ')}" for name, count in answer["counts"].items()]
    lines += ["", "How far its numbers may be trusted"]
    lines.append(f"  {'part':<16}" + "".join(f"{mark:>10}" for mark in MARKS))
    for part, marks in answer["marks"].items():
        row = "".join(f"{marks.get(mark, 0) or '-':>10}" for mark in MARKS)
        lines.append(f"  {part:<16}{row}")
    for approval in answer["approvals"]:
        assumed = " (an assumption of the planning twin)" if approval["is_assumed"] else ""
        where = approval["vertiport_id"] or "every site"
        lines.append(
            f"\nApproval: {approval['kind']} at {where}, "
            f"{approval['from_date']} to {approval['until_date']}{assumed}"
        )
    lines += ["", f"Lanes: {answer['lanes_laid']} keep the rules"]
    lines += [f"  BROKEN {row['lane_id']}: {row['problem']}" for row in answer["lanes_broken"]]
    unlinked = answer["pairs_without_lane"]
    lines.append(f"  {len(unlinked) or 'no'} ordered pairs without a lane")
    for pair in answer["unlinked_reasons"]:
        lines.append(f"    {pair['origin']} to {pair['destination']}: {pair['reason']}")
    choices = answer["lane_choices"]
    lines.append(
        f"  {choices['pairs']} pairs linked, {choices['with_two_or_more']} by two lanes or more, "
        f"{choices['with_three']} by three"
    )
    lines += format_geozones(answer["geozones"])
    lines += format_streets(answer["streets"])
    lines += format_feeds(answer["transit"])
    lines += ["", "Not serviceable, at full payload"]
    lines += _format_not_serviceable(answer["not_serviceable"])
    lines.append(f"Judged in: {'; '.join(condition.name for condition in CONDITIONS)}.")
    return "\n".join(lines)


def _format_not_serviceable(rows: list[dict[str, Any]]) -> list[str]:
    """Return a line for each pair and condition."""
    words = {None: "not even empty", 0: "only empty", 1: "at most 1 passenger"}
    lines = []
    for row in rows:
        most = row["passengers_max"]
        able = words.get(most, f"at most {most} passengers")
        pair = f"{row['origin']} to {row['destination']}"
        lines.append(f"  {pair}, {row['condition']}: {row['reason']}; {able}")
    return lines or ["  nothing, in the conditions judged"]
