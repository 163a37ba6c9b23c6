"""`aspan energy` in words: the mass cases, and how the answer stands to the planning one."""

from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from aspan.faces.cli.words import (
    WIDTH,
    tell_conditions,
    tell_passengers,
    tell_planning,
    tell_refusal,
    tell_reserve,
)

if TYPE_CHECKING:
    from aspan.compose.serviceability import Verdict

NOTE: Final = (
    "Estimates from public sources, not manufacturer data; nothing here replaces a flight manual."
)

_HEAD: Final = "mass case         mass     energy      time    reserve  charge needed"


def describe_planning(
    verdict: "Verdict | None", asked: dict[str, Any], way: dict[str, Any], case: dict[str, Any]
) -> dict[str, Any] | None:
    """Return what planning says of the pair, and why if it says other than the answer does.

    Parameters
    ----------
    verdict
        None for a way that is no pair of the city.
    case
        The mass case at the top of the answer.
    """
    if verdict is None:
        return None
    is_other = verdict.is_serviceable != case["go"]
    refused = verdict.refused
    return {
        "conditions": tell_conditions(verdict.conditions),
        "is_serviceable": verdict.is_serviceable,
        "passengers_max": verdict.passengers_max,
        "refused": None if refused is None else refused.describe(),
        "differs": is_other,
        "because": list(_list_causes(verdict, asked, way, case)) if is_other else [],
    }


def _list_causes(
    verdict: "Verdict", asked: dict[str, Any], way: dict[str, Any], case: dict[str, Any]
) -> Iterator[str]:
    """Yield in what the question differs from the planning one."""
    if verdict.refused is not None and verdict.refused.soc_needed is None:
        yield f"planning finds no open way ({tell_refusal(verdict.refused.describe())})"
    if asked["temp_c"] != 15.0:
        yield f"{asked['temp_c']:g} °C instead of 15 °C"
    if way["wind_mps"]:
        yield f"wind of {way['wind_mps']:g} m/s instead of still air"
    if asked["soh"] != 1.0:
        yield f"battery health {asked['soh']:.0%} instead of a new battery"
    if asked["pack_temp_c"] is not None:
        yield f"cells at {asked['pack_temp_c']:g} °C instead of conditioned"
    if asked["aux_kw"] is not None:
        yield f"auxiliary power of {asked['aux_kw']:g} kW as stated"
    if asked["night"]:
        yield "the reserve of a night sortie"
    if asked["not_landable"]:
        yield "the reserve of a way without landing places"
    if case["payload_kg"] is not None or asked["mass_kg"] is not None:
        yield f"a take-off mass of {case['mass_kg']:.0f} kg as stated"
    elif not case["go"]:
        yield f"{case['mass_kg']:.0f} kg, every seat filled, instead of one passenger at least"


def format_energy(answer: dict[str, Any]) -> str:
    """Return the answer as a few lines for a person."""
    way = f"{answer['origin']} to {answer['destination']}: " if answer["origin"] else ""
    lines = [
        f"{way}{answer['distance_km']:.1f} km, up {answer['climb_m']:.0f} m, "
        f"down {answer['descent_m']:.0f} m; {answer['temp_c']:g} °C, "
        f"{_tell_wind(answer['wind_mps'])}, battery health {answer['soh']:.0%}",
        _HEAD,
    ]
    reasons = []
    for case in answer["mass_cases"]:
        lines.append(
            f"{case['name']:<12} {case['mass_kg']:6.0f} kg"
            f" {_number(case['energy_kwh'], '6.1f')} kWh"
            f" {_number(case['time_min'], '5.1f')} min"
            f" {_number(case['reserve_kwh'], '6.1f')} kWh"
            f" {_number(case['soc_needed'], '14.1%')}"
            f"  {'go' if case['go'] else 'NO-GO'}"
        )
        if not case["go"]:
            reasons += wrap(f"NO-GO {case['name']}: {case['reason']}", WIDTH)
    lines += reasons
    parts = answer["reserve_parts"]
    if parts is not None:
        row = {
            "reserve_rule": parts["rule"],
            "reserve_s": parts["final_reserve_s"],
            "diversion_site_id": parts["diversion_site_id"],
        }
        lines.append(tell_reserve(row))
    lines += _format_planning(answer)
    return "\n".join([*lines, NOTE])


def _format_planning(answer: dict[str, Any]) -> list[str]:
    """Return what planning says of the pair, and why if it says other than the answer does."""
    planning = answer["planning"]
    if planning is None:
        return []
    verdict = (
        f"the pair can be served with {tell_passengers(planning['passengers_max'])}"
        if planning["is_serviceable"]
        else f"the pair cannot be served: {tell_refusal(planning['refused'])}"
    )
    told = f"In {tell_planning()} {verdict}."
    if planning["differs"]:
        case = answer["mass_cases"][0]["name"]
        told += f" The {case} case above differs: {'; '.join(planning['because'])}."
    return wrap(told, WIDTH)


def _tell_wind(wind_mps: float) -> str:
    return f"wind {wind_mps:g} m/s" if wind_mps else "still air"


def _number(value: float | None, form: str) -> str:
    """Return a number in its form, a dash of the same width if there is none."""
    return format(value, form) if value is not None else "-".rjust(int(form.split(".")[0]))
