"""`aspan energy`: what a sortie needs, what must stay in reserve, and whether it may go."""

import json
from math import isfinite
from re import sub
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.energy_account import account_charge, count_passengers, judge_range
from aspan.faces.cli.energy_text import NOTE, describe_planning, format_energy
from aspan.faces.cli.options import AsJson, CityName, Phase
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.physics.assessment import Assessment, MassCase, SortieQuestion
    from aspan.world.city import City

Number = float | None
From = Annotated[str | None, typer.Option("--from", metavar="V", help="Vertiport of origin.")]
To = Annotated[str | None, typer.Option("--to", metavar="V", help="Vertiport of destination.")]
DistanceKm = Annotated[
    Number, typer.Option(metavar="X", help="Instead of --from and --to: ground distance. [km]")
]
ElevationM = Annotated[
    Number, typer.Option(metavar="X", help="Elevation of both ends, with --distance-km. [m]")
]
ClimbM = Annotated[
    Number, typer.Option(metavar="X", help="Cruise height over the origin, with --distance-km. [m]")
]
DescentM = Annotated[
    Number, typer.Option(metavar="X", help="Height lost to landing; the climb if not given. [m]")
]
CourseDeg = Annotated[
    Number, typer.Option(metavar="X", help="True course, with --distance-km and a wind. [deg]")
]
TempC = Annotated[float, typer.Option(metavar="X", help="Air temperature at both ends. [°C]")]
WindMps = Annotated[Number, typer.Option(metavar="X", help="Wind, with --wind-from-deg. [m/s]")]
WindFromDeg = Annotated[
    Number, typer.Option(metavar="X", help="Direction the wind comes from, true. [deg]")
]
HeadwindMps = Annotated[
    Number, typer.Option(metavar="X", help="Wind against every leg; negative helps. [m/s]")
]
PayloadKg = Annotated[
    Number, typer.Option(metavar="X", help="Passengers and bags; the pilot comes on top. [kg]")
]
MassKg = Annotated[
    Number, typer.Option(metavar="X", help="Take-off mass, instead of --payload-kg. [kg]")
]
Soh = Annotated[
    float, typer.Option(metavar="X", help="State of health of the battery, in (0, 1]; 1 is new.")
]
PackTempC = Annotated[
    Number, typer.Option(metavar="X", help="Cell temperature; conditioned if not given. [°C]")
]
AuxKw = Annotated[
    Number,
    typer.Option(metavar="X", help="Auxiliary power; by the air temperature if not given. [kW]"),
]
NotLandable = Annotated[bool, typer.Option("--not-landable", help="No landing along the way.")]
Night = Annotated[bool, typer.Option("--night", help="Ask for the reserve of a night sortie.")]


def register(app: typer.Typer) -> None:
    """Add `aspan energy` to the application."""
    app.command(
        "energy",
        short_help="Energy, time, reserve and charge of one sortie; go or no-go.",
        epilog="Example: aspan energy alatau --from AIRPORT --to MEDEU --temp-c 34",
    )(energy)


def energy(
    city: CityName,
    origin: From = None,
    destination: To = None,
    distance_km: DistanceKm = None,
    elevation_m: ElevationM = None,
    climb_m: ClimbM = None,
    descent_m: DescentM = None,
    course_deg: CourseDeg = None,
    temp_c: TempC = 15.0,
    wind_mps: WindMps = None,
    wind_from_deg: WindFromDeg = None,
    headwind_mps: HeadwindMps = None,
    payload_kg: PayloadKg = None,
    mass_kg: MassKg = None,
    soh: Soh = 1.0,
    pack_temp_c: PackTempC = None,
    aux_kw: AuxKw = None,
    not_landable: NotLandable = False,
    night: Night = False,
    phase: Phase = 1,
    as_json: AsJson = False,
) -> int:
    """Print energy, time, reserve and charge needed of one sortie, and whether it may go.

    Give either --from and --to, or --distance-km with --elevation-m and --climb-m. The charge is
    told part by part for both mass cases, then what the verdict would be if flying took 20% more
    energy, which the estimates allow. Between two vertiports taxiing counts, and it is said what
    planning makes of the pair and why the answer differs, if it does. Exit status 1 for a no-go.
    """
    asked = dict(locals())
    _check_ranges(asked)
    answer = answer_energy(asked)
    print(json.dumps(answer, ensure_ascii=False) if as_json else format_energy(answer))
    return 0 if answer["go"] else 1


def answer_energy(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the answer as one document; the top level is that of the city's mass case."""
    from aspan.physics.assessment import assess_sortie, list_mass_cases
    from aspan.world.readers import load_city

    city = load_city(asked["city"], phase=asked["phase"])
    way = _plan_way(city, asked)
    cases = []
    for mass_case in list_mass_cases(city.aircraft_type):
        question = _make_question(city, asked, way, mass_case)
        assessment = assess_sortie(city.aircraft_type, city.rules, question, mass_case=mass_case)
        cases.append(_document_case(city, mass_case, question, assessment))
    first = cases[0]
    return {
        "city": city.city_id,
        "aircraft_type": city.aircraft_type.type_id,
        "origin": asked["origin"],
        "destination": asked["destination"],
        "lane_id": way["lane_id"],
        "distance_km": way["distance_m"] / 1000.0,
        "climb_m": way["climb_m"],
        "descent_m": way["descent_m"],
        "temp_c": asked["temp_c"],
        "wind_mps": way["wind_mps"],
        "soh": asked["soh"],
        **{key: value for key, value in first.items() if key != "name"},
        "passenger_kg": city.aircraft_type.payload_kg_max / city.aircraft_type.seats,
        "mass_cases": cases,
        "planning": describe_planning(way["planning"], asked, way, first),
        "note": NOTE,
    }


def _check_ranges(asked: dict[str, Any]) -> None:
    """Refuse numbers outside what the physics was made for."""
    for name, low, high, unit in (
        ("distance_km", 0.1, 500.0, "km"),
        ("elevation_m", -450.0, 6000.0, "m"),
        ("climb_m", 0.0, 6000.0, "m"),
        ("descent_m", 0.0, 6000.0, "m"),
        ("course_deg", 0.0, 360.0, "deg"),
        ("temp_c", -60.0, 60.0, "C"),
        ("wind_mps", 0.0, 100.0, "m/s"),
        ("wind_from_deg", 0.0, 360.0, "deg"),
        ("headwind_mps", -100.0, 100.0, "m/s"),
        ("payload_kg", 0.0, 10_000.0, "kg"),
        ("mass_kg", 1.0, 10_000.0, "kg"),
        ("soh", 0.01, 1.0, ""),
        ("pack_temp_c", -60.0, 100.0, "C"),
        ("aux_kw", 0.0, 100.0, "kW"),
    ):
        value = asked[name]
        if value is not None and not (isfinite(value) and low <= value <= high):
            expected = f"{low:g} to {high:g} {unit}".rstrip()
            raise InvalidInput(f"--{name.replace('_', '-')}", value, expected)


def _plan_way(city: "City", asked: dict[str, Any]) -> dict[str, Any]:
    """Return legs, heights, wind and diversions of what was asked."""
    named = asked["origin"] is not None or asked["destination"] is not None
    way = _plan_lane_way(city, asked) if named else _plan_measured_way(asked)
    return way | _plan_wind(asked, way, has_course=named or asked["course_deg"] is not None)


def _plan_lane_way(city: "City", asked: dict[str, Any]) -> dict[str, Any]:
    """Return the way along the pair's first open lane, as the engine would fly it."""
    from aspan.compose.serviceability import judge_pair
    from aspan.operations.city_index import CityIndex
    from aspan.operations.legs import Legs
    from aspan.primitives.units import MS_PER_S

    for name, option in (("origin", "--from"), ("destination", "--to")):
        if asked[name] is None:
            raise InvalidInput(option, None, "a vertiport, as both ends are needed")
    for name in ("distance_km", "elevation_m", "climb_m", "descent_m", "course_deg"):
        if asked[name] is not None:
            option = f"--{name.replace('_', '-')}"
            raise InvalidInput(option, asked[name], "no such option with --from and --to")
    origin = city.get_vertiport(asked["origin"])
    destination = city.get_vertiport(asked["destination"])
    index = CityIndex(city)
    pair = (origin.vertiport_id, destination.vertiport_id)
    lane = index.lanes.get(pair) or index.network.get_lane(*pair)
    legs = Legs(index)
    return {
        "lane_id": lane.lane_id,
        "legs": lane.legs,
        "distance_m": lane.distance_m,
        "climb_m": lane.climb_m,
        "descent_m": lane.descent_m,
        "elevations_m": (origin.elevation_amsl_m, destination.elevation_amsl_m),
        "is_landable_everywhere": lane.is_landable_everywhere and not asked["not_landable"],
        "diversions": legs.diversions[destination.vertiport_id],
        "taxi_s": 2.0 * index.taxi_ms / MS_PER_S,
        "planning": judge_pair(legs, pair),
    }


def _plan_measured_way(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the straight way of a stated length, without diversions."""
    from aspan.primitives.units import M_PER_KM

    if asked["distance_km"] is None:
        raise InvalidInput("--from", None, "--from and --to, or --distance-km")
    for name in ("elevation_m", "climb_m"):
        if asked[name] is None:
            raise InvalidInput(f"--{name.replace('_', '-')}", None, "a number with --distance-km")
    distance_m = asked["distance_km"] * M_PER_KM
    return {
        "lane_id": None,
        "legs": ((distance_m, asked["course_deg"] or 0.0),),
        "distance_m": distance_m,
        "climb_m": asked["climb_m"],
        "descent_m": asked["climb_m"] if asked["descent_m"] is None else asked["descent_m"],
        "elevations_m": (asked["elevation_m"], asked["elevation_m"]),
        "is_landable_everywhere": not asked["not_landable"],
        "diversions": (),
        "taxi_s": 0.0,
        "planning": None,
    }


def _plan_wind(asked: dict[str, Any], way: dict[str, Any], *, has_course: bool) -> dict[str, Any]:
    """Return the wind; a head wind stands against every leg, so that courses drop out."""
    from msgspec.structs import replace

    headwind, wind, wind_from = (
        asked[name] for name in ("headwind_mps", "wind_mps", "wind_from_deg")
    )
    if headwind is not None:
        if wind is not None or wind_from is not None:
            raise InvalidInput("--headwind-mps", headwind, "not with --wind-mps or --wind-from-deg")
        return {
            "legs": ((way["distance_m"], 0.0),),
            "diversions": tuple(
                replace(site, course_deg=0.0, legs=()) for site in way["diversions"]
            ),
            "wind_mps": abs(headwind),
            "wind_from_deg": 0.0 if headwind >= 0.0 else 180.0,
        }
    if (wind is None) != (wind_from is None):
        raise InvalidInput("--wind-mps", wind, "--wind-mps and --wind-from-deg together")
    if wind and not has_course:
        raise InvalidInput("--course-deg", None, "a course, or --headwind-mps instead of a wind")
    return {"wind_mps": wind or 0.0, "wind_from_deg": wind_from or 0.0}


def _make_question(
    city: "City", asked: dict[str, Any], way: dict[str, Any], mass_case: "MassCase"
) -> "SortieQuestion":
    """Return what to ask of the physics for one mass case."""
    from aspan.physics.assessment import SortieQuestion
    from aspan.primitives.units import celsius_to_kelvin
    from aspan.world.atmosphere import air_density_kg_m3, standard_pressure_pa

    aircraft = city.aircraft_type
    mass_kg, payload_kg = asked["mass_kg"], asked["payload_kg"]
    if mass_kg is not None and payload_kg is not None:
        raise InvalidInput("--mass-kg", mass_kg, "not with --payload-kg")
    if payload_kg is not None:
        mass_kg = aircraft.empty_kg + aircraft.pilot_kg + payload_kg
    temperature_k = celsius_to_kelvin(asked["temp_c"])
    first, second = (
        air_density_kg_m3(standard_pressure_pa(height_m), temperature_k)
        for height_m in way["elevations_m"]
    )
    pack_c = asked["pack_temp_c"]
    return SortieQuestion(
        legs=way["legs"],
        climb_m=way["climb_m"],
        descent_m=way["descent_m"],
        mass_kg=mass_case.mass_kg_max if mass_kg is None else mass_kg,
        density_kg_m3=first,
        destination_density_kg_m3=second,
        temperature_k=temperature_k,
        payload_kg=payload_kg,
        wind_mps=way["wind_mps"],
        wind_from_deg=way["wind_from_deg"],
        soh=asked["soh"],
        pack_k=None if pack_c is None else celsius_to_kelvin(pack_c),
        aux_kw=asked["aux_kw"],
        taxi_s=way["taxi_s"],
        is_landable_everywhere=way["is_landable_everywhere"],
        is_night=asked["night"],
        diversions=way["diversions"],
    )


def _find_trip_kwh(assessment: "Assessment") -> float | None:
    """Return the energy from off-block to on-block; without taxiing where no reserve is told."""
    if assessment.required is not None:
        return assessment.required.trip_kwh
    return None if assessment.energy is None else assessment.energy.total_kwh


def _find_source(city: "City", name: str) -> str:
    """Return where the take-off mass of a case is from, without its row; empty if untold."""
    prefix = "" if name == "default" else f"{name}_"
    quantity = city.quantities.get(f"aircraft_type.{prefix}mass_kg")
    return "" if quantity is None else sub(r"^facts [\w., ]+: ", "", quantity.source)


def _document_case(
    city: "City", mass_case: "MassCase", question: "SortieQuestion", assessment: "Assessment"
) -> dict[str, Any]:
    """Return one mass case of the answer; what the wind leaves untold is null."""
    import msgspec

    from aspan.primitives.units import S_PER_MIN

    spent, required = assessment.energy, assessment.required
    soc = assessment.soc_needed
    account = account_charge(city, question, assessment)
    return {
        "name": mass_case.name,
        "mass_source": _find_source(city, mass_case.name)
        if question.mass_kg == mass_case.mass_kg_max
        else "",
        "passengers": count_passengers(city, question, mass_case.payload_kg_max),
        "mass_kg_max": mass_case.mass_kg_max,
        "payload_kg_max": mass_case.payload_kg_max,
        "mass_kg": question.mass_kg,
        "payload_kg": question.payload_kg,
        "energy_kwh": _find_trip_kwh(assessment),
        "time_min": None if spent is None else spent.time_s / S_PER_MIN,
        "reserve_kwh": None if required is None else required.reserve_kwh,
        "reserve_rule": None if required is None else required.rule,
        "required_kwh": None if required is None else required.required_kwh,
        "soc_needed": soc if soc is not None and isfinite(soc) else None,
        "account": account,
        "range": judge_range(account, assessment.reasons),
        "go": assessment.is_go,
        "reason": "; ".join(assessment.reasons),
        "energy_parts": None if spent is None else msgspec.structs.asdict(spent),
        "reserve_parts": None if required is None else msgspec.structs.asdict(required),
    }
