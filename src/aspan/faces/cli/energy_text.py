"""`aspan energy` in words: the mass cases, and how the answer stands to the planning one."""

from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from aspan.faces.cli.energy_account import ENERGY_UNCERTAINTY
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

_NAME_WIDTH: Final = 50
_CELL_WIDTH: Final = 15


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
    """Return the answer as a page for a person: the account of each mass case, then its range."""
    way = f"{answer['origin']} to {answer['destination']}: " if answer["origin"] else ""
    cases = answer["mass_cases"]
    lines = [
        f"{way}{answer['distance_km']:.1f} km, up {answer['climb_m']:.0f} m, "
        f"down {answer['descent_m']:.0f} m; {answer['temp_c']:g} °C, "
        f"{_tell_wind(answer['wind_mps'])}, battery health {answer['soh']:.0%}",
        "",
    ]
    for name, cells in (*_list_case_rows(answer), *_list_account_rows(cases)):
        told = "".join(f"{cell:>{_CELL_WIDTH}}" for cell in cells)
        lines.append(f"{name:<{_NAME_WIDTH}}{told}".rstrip())
    lines.append("")
    for case in cases:
        if not case["go"]:
            lines += wrap(f"NO-GO {case['name']}: {case['reason']}", WIDTH)
    parts = answer["reserve_parts"]
    if parts is not None:
        row = {
            "reserve_rule": parts["rule"],
            "reserve_s": parts["final_reserve_s"],
            "diversion_site_id": parts["diversion_site_id"],
        }
        lines.append(tell_reserve(row))
    sources = [f"{case['name']}: {case['mass_source']}" for case in cases if case["mass_source"]]
    if sources:
        lines += wrap(f"Mass cases, by their sources: {'; '.join(sources)}.", WIDTH)
    lines += _format_planning(answer)
    return "\n".join([*lines, NOTE])


Row = tuple[str, list[str]]


def _list_case_rows(answer: dict[str, Any]) -> list[Row]:
    """Return what each mass case is: mass, passengers, time."""
    cases = answer["mass_cases"]
    each = f"{answer['passenger_kg']:.0f} kg"
    return [
        ("mass case", [case["name"] for case in cases]),
        ("take-off mass", [f"{case['mass_kg']:.0f} kg" for case in cases]),
        (f"passengers it leaves room for, {each} each", [str(c["passengers"]) for c in cases]),
        ("time from lift-off to touchdown", [_number(c["time_min"], ".1f", "min") for c in cases]),
    ]


def _list_account_rows(cases: list[dict[str, Any]]) -> Iterator[Row]:
    """Yield the parts of the charge needed, their sum, the verdict, and the same with the range."""
    accounts = [case["account"] for case in cases]
    first = next((account for account in accounts if account is not None), None)
    if first is not None:
        columns = [_add_up(account) for account in accounts]
        for name in _name_parts(first):
            yield _NAMES[name].format(**first), [column.get(name, "-") for column in columns]
        yield (
            f"  of the {first['battery_kwh']:.2f} kWh in the battery: charge needed",
            [_tell_soc(account, "soc_needed", account) for account in accounts],
        )
        told = f"{first['ceiling_soc']:.0%}"
        yield "  ceiling of charge", [told for _ in accounts]
    yield "verdict on these estimates", ["go" if case["go"] else "NO-GO" for case in cases]
    for name in ("more", "less"):
        ranges = [case["range"] for case in cases]
        if first is None:
            return
        yield (
            f"  if flying takes {ENERGY_UNCERTAINTY:.0%} {name} energy, as it may",
            [
                "-" if r is None else
                f"{_tell_soc(r, f'soc_needed_{name}', a)}  {'go' if r[f'go_{name}'] else 'NO-GO'}"
                for r, a in zip(ranges, accounts, strict=True)
            ],
        )  # fmt: skip


_NAMES: Final = {
    "trip_kwh": "trip, off-block to on-block",
    "trip_with_contingency_kwh": "  trip x {contingency_factor:g}, for contingencies",
    "reserve_kwh": "  + reserve",
    "cold_kwh": "  + cold: the cells give {temperature_factor:.1%} of the two",
    "floor_kwh": "  + floor, {floor_soc:.0%} that stays in the battery",
    "needed_kwh": "  = energy needed at off-block",
}
"""Words for the parts of a charge, in the order in which they add up."""


def _name_parts(account: dict[str, Any]) -> list[str]:
    """Return the parts that are told: the cold only where it takes something."""
    return [name for name in _NAMES if name != "cold_kwh" or account["temperature_factor"] < 1.0]


def _add_up(account: dict[str, Any] | None) -> dict[str, str]:
    """Return the parts in hundredths of a kWh that add up as shown.

    Each part is the step from one rounded sum to the next, so that it may differ from its own
    rounding by a hundredth, and the sum is right.
    """
    if account is None:
        return {}
    told = {"trip_kwh": f"{account['trip_kwh']:.2f} kWh"}
    total = shown = 0.0
    for name in ("trip_with_contingency_kwh", "reserve_kwh", "cold_kwh", "floor_kwh"):
        total += account[name]
        told[name] = f"{round(total, 2) - shown:.2f} kWh"
        shown = round(total, 2)
    return told | {"needed_kwh": f"{shown:.2f} kWh"}


def _tell_soc(row: dict[str, Any] | None, name: str, account: dict[str, Any] | None) -> str:
    """Return a charge in percent, told apart from the ceiling."""
    from aspan.physics.battery import format_soc

    if row is None or account is None:
        return "-"
    return format_soc(row[name], ceiling_soc=account["ceiling_soc"])


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


def _number(value: float | None, form: str, unit: str) -> str:
    """Return a number in its form with its unit, a dash if there is none."""
    return f"{value:{form}} {unit}" if value is not None else "-"
