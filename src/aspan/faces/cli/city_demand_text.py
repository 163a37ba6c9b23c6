"""What `aspan city demand` prints for people: a page of some forty lines."""

from math import ceil, log10
from textwrap import wrap
from typing import Any, Final

from aspan.faces.cli.words import WIDTH

_MODES: Final = {"walk": "walk", "car": "car taxi", "transit": "bus, metro", "air": "air"}
_CHECKS: Final = {
    "car_trips_per_day": "trips by car",
    "metro_passengers_per_day": "passengers by metro",
    "transit_passengers_per_day": "passengers by bus and metro",
}


DIGITS_MAX: Final = 5
"""Of a percentage behind the point: as many as show the first digit of its error."""


def format_demand(answer: dict[str, Any]) -> str:
    """Return the answer as a page of text for a person."""
    everybody = answer["wishes"][-1]
    head = (
        f"{answer['names']['en']} ({answer['city']}), phase {answer['phase']}: demand of a day "
        f"like {answer['date']}, x{answer['demand']:g}. Modelled over inputs that are mostly "
        "assumed; no day was drawn."
    )
    lines = [*wrap(head, WIDTH), ""]
    lines.append(
        f"wishes    {everybody['parties']['value']:,.0f} parties, "
        f"{everybody['persons']['value']:,.0f} persons, between zones"
    )
    if answer["unreached_parties"]["value"] >= 1.0:
        lost = answer["unreached_parties"]["value"]
        lines.append(f"          {lost:,.0f} parties left out: no way on the ground leads there")
    lines += ["", *_format_shares(answer), "", *_format_flyers(answer["flyers"])]
    lines += _format_savers(answer["savers"])
    lines += _format_checks(answer["checks"])
    return "\n".join(lines)


def _format_shares(answer: dict[str, Any]) -> list[str]:
    """Return the shares of the modes, with the standard error of each in points.

    That the survey met nobody who would fly is not the same as that none would.
    """
    lines = [f"{'% of parties':<14}" + "".join(f"{name:>18}" for name in _MODES.values())]
    for row in answer["wishes"]:
        shares = row["shares"]
        flies = _percent(shares["air"]) if shares["air"]["value"] > 0.0 else "none met"
        cells = "".join(f"{_percent(shares[mode]):>18}" for mode in _MODES if mode != "air")
        cells += f"{flies:>18}"
        lines.append(f"  {row['segment_id']:<12}{cells}")
    scale = answer["ground_scale_share"]
    note = (
        f"± standard error of the survey ({answer['surveyed']['a_segment']:,} parties a segment), "
        f"not of the model; {scale['mark']}: ways on the ground are liked {scale['value']:g} times "
        "as differently as air and the ground"
    )
    return [*lines, *wrap(note, WIDTH, initial_indent="  ", subsequent_indent="  ")]


def _percent(share: dict[str, Any]) -> str:
    value, error = 100.0 * share["value"], 100.0 * share["standard_error"]
    digits = 1 if error <= 0.0 else min(DIGITS_MAX, max(1, ceil(-log10(error))))
    return f"{value:.{digits}f} ±{error:.{digits}f}"


def _format_flyers(flyers: list[dict[str, Any]]) -> list[str]:
    """Return who would fly, what they value an hour at, what they save."""
    lines = [
        "Who would fly, in the best case: no wait, no refusal, no weather; a tenth, half, nine",
        "tenths of the passengers are below",
        f"{'':<14}{'parties':>14}{'passengers':>14}   {'an hour is worth, KZT':<26}"
        f"{'minutes saved on the car':<28}",
    ]
    for row in flyers:
        if not row["value_of_time_kzt_h"]:
            lines.append(f"  {row['segment_id']:<12}{'hardly one':>14}")
            continue
        worth = " ".join(f"{one['value']:>8,.0f}" for one in row["value_of_time_kzt_h"])
        cells = f"{_count(row['parties']):>14}{_count(row['passengers']):>14}{worth:>27}"
        if row["saves_min"]:
            saved = " ".join(f"{one['value']:>4.0f}" for one in row["saves_min"])
            cells += f"  {saved}, mean {row['saves_mean_min']['value']:.0f}"
        lines.append(f"  {row['segment_id']:<12}{cells}")
    return lines


def _count(estimate: dict[str, Any]) -> str:
    return f"{estimate['value']:.1f} ±{estimate['standard_error']:.1f}"


def _format_savers(savers: list[dict[str, Any]]) -> list[str]:
    """Return who saves most."""
    if not savers:
        return []
    lines = ["", "Who saves most, in passenger-minutes a day"]
    for row in savers:
        lines.append(
            f"{row['saves_passenger_min']['value']:>8.0f}  {row['segment_id']}, "
            f"{row['origin_name']} to {row['destination_name']}: "
            f"{row['passengers']['value']:.1f} passengers"
        )
    return lines


def _format_checks(checks: list[dict[str, Any]]) -> list[str]:
    """Return the published totals beside what the model comes to."""
    if not checks:
        return ["", "The city states no published totals ([checks] in demand.toml)."]
    note = (
        "Beside what was published of a day. The model is not fitted; it has no trips inside a "
        "zone, and every car is a taxi"
    )
    lines = ["", *wrap(note, WIDTH)]
    for row in checks:
        said, model = row["published"], row["modelled"]
        told = f"{model['value']:,.0f} ±{model['standard_error']:,.0f}"
        lines.append(
            f"  {_CHECKS[row['name']]:<28}{told:>18}  {said['mark']} {said['value']:,.0f} "
            f"({said['low']:,.0f} to {said['high']:,.0f}), ratio {row['ratio']:.2f}"
        )
    return lines
