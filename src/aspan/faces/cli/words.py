"""What the command line says of codes and conditions: field words, from the reports' catalogue.

`--json` keeps the codes. A code without words stays as it is; a test finds it.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from aspan.primitives.units import MS_PER_S, kelvin_to_celsius

if TYPE_CHECKING:
    from aspan.compose.serviceability import Conditions
    from aspan.faces.report.words import Words

NO_LANE: Final = "no_lane"
WIDTH: Final = 100
"""Columns of a terminal that a line should fit."""


def english() -> "Words":
    """Return the catalogue in the language of the command line."""
    from aspan.faces.report.words import Words

    return Words("en", "UTC")


def tell_counts(counts: Mapping[str, int], group: str = "cause") -> str:
    """Return counts by code as words, the commonest first: `nobody booked 69, no passengers 4`."""
    from aspan.faces.report.refusals import tell_cause

    words = english()
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    told: dict[str, int] = {}
    for code, count in ordered:
        name = tell_cause(words, code) if group == "cause" else words.word(group, code)
        told[name] = told.get(name, 0) + count
    return ", ".join(f"{name} {count}" for name, count in told.items()) or "none"


def tell_conditions(conditions: "Conditions", battery: str = "") -> str:
    """Return weather and battery that a pair is judged in.

    Parameters
    ----------
    battery
        What it is called; by its health if empty.
    """
    temp_c, wind_mps = kelvin_to_celsius(conditions.temperature_k), conditions.headwind_mps
    wind = "still air" if wind_mps == 0.0 else f"{wind_mps:g} m/s head wind"
    if not battery:
        battery = "new battery" if conditions.soh == 1.0 else f"battery health {conditions.soh:.0%}"
    return f"{temp_c:.0f} °C, {wind}, {battery}"


def tell_planning() -> str:
    """Return the conditions in which it is judged which pairs are served at all."""
    from aspan.compose.serviceability import PLANNING

    return f"planning conditions ({tell_conditions(PLANNING)})"


def list_refusals(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a line for each pair that cannot be served, then the reserve it was reckoned with."""
    lines: list[str] = []
    reserves: dict[str, None] = {}
    for row in rows:
        lines.append(f"{row['origin']} to {row['destination']}: {tell_refusal(row)}")
        if "reserve_rule" in row:
            reserves[tell_reserve(row)] = None
    return [*lines, *reserves]


def tell_refusal(row: Mapping[str, Any]) -> str:
    """Return why a pair cannot be served, from the parts that `PartyRefused.describe` gives."""
    from aspan.physics.battery import format_soc

    words = english()
    if row["code"] == NO_LANE:
        return f"no lane: {row['detail']}" if row.get("detail") else "no lane joins them"
    if "soc_needed" not in row:
        detail = f" ({row['detail']})" if row.get("detail") else ""
        return f"{words.word('cause', row['code'])}{detail}"
    people = words.count("count.passengers", row["passengers"])
    ceiling_soc = row["soc_ceiling"]
    needed = format_soc(row["soc_needed"], ceiling_soc=ceiling_soc)
    return f"needs a charge of {needed} with {people}, the ceiling is {ceiling_soc:.0%}"


def tell_reserve(row: Mapping[str, Any]) -> str:
    """Return by which clause of the policy a reserve was set."""
    words = english()
    minutes = words.minutes(row["reserve_s"] * MS_PER_S)
    site = row["diversion_site_id"]
    return words.t(f"reserve.{row['reserve_rule']}", minutes=minutes, site=site)


def tell_passengers(most: int | None) -> str:
    """Return how many passengers can be taken at most."""
    if most is None:
        return "not even an empty aircraft"
    if most == 0:
        return "only an empty aircraft"
    return f"up to {english().count('count.passengers', most)}"
