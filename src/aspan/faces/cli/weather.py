"""`aspan city weather`: how often one may fly by month and hour, how sure that is, what is real."""

import json
from calendar import monthrange
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.minima import describe_minima, tell_ceiling
from aspan.faces.cli.options import AsJson, CityName, Phase
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_H

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspan.operations.city_index import CityIndex
    from aspan.twin.weather_availability import MonthOfYear, Spread
    from aspan.world.weather_archive import Station, WeatherArchive

SEEDS_MAX = 50
SKIPPED_SHOWN = 20
_COLUMNS = 7
"""Columns of sites that a terminal is wide for."""
_COMMON_YEAR = 2025
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Month = Annotated[int | None, typer.Option(metavar="M", help="One month, 1 to 12, hour by hour.")]
Years = Annotated[
    int | None, typer.Option(metavar="N", help="The last N full years of the city's days; all.")
]
Seeds = Annotated[int, typer.Option(metavar="N", help="Seeds of the hourly model for each year.")]


def weather(
    city: CityName,
    month: Month = None,
    years: Years = None,
    seeds: Seeds = 2,
    phase: Phase = 1,
    as_json: AsJson = False,
) -> int:
    """Say how often the weather lets one fly, by month and hour, with its range, and what is real.

    A share is of daylight hours with every minimum met; its range goes from the lowest to the
    highest year and seed.
    """
    answer = answer_weather(city, month=month, years=years, seeds=seeds, phase=phase)
    print(json.dumps(answer, ensure_ascii=False) if as_json else format_weather(answer))
    return 0


def answer_weather(
    city_name: str,
    *,
    month: int | None = None,
    years: int | None = None,
    seeds: int = 2,
    phase: int = 1,
) -> dict[str, Any]:
    """Return the answer as one document."""
    from aspan.operations.city_index import CityIndex
    from aspan.twin.weather_availability import city_availability, list_full_years
    from aspan.world.readers import load_city

    if month is not None and not 1 <= month <= len(_NAMES):
        raise InvalidInput("--month", month, "a month from 1 to 12")
    if not 1 <= seeds <= SEEDS_MAX:
        raise InvalidInput("--seeds", seeds, f"1 to {SEEDS_MAX}")
    index = CityIndex(load_city(city_name, phase=phase))
    full = list_full_years(index)
    if not full or (years is not None and not 1 <= years <= len(full)):
        raise InvalidInput("--years", years, f"1 to {len(full)}, the full years of weather_daily")
    chosen = full if years is None else full[-years:]
    found = city_availability(index, years=chosen, seeds=range(1, seeds + 1), month=month)
    return {
        "city": index.city.city_id,
        "phase": index.city.phase,
        "years": list(found.years),
        "seeds": list(found.seeds),
        "month": month,
        "minima": describe_minima(index.city),
        "planned_height_agl_m": index.city.lanes.rules.layer_heights_agl_m[0],
        "real": _list_real(index),
        "vertiports": [
            {
                "vertiport_id": site.vertiport_id,
                "measured_share": site.measured,
                "typical_share": site.typical,
                "fog_days": list(site.fog_days),
                "months": _plain(site.months, month),
            }
            for site in found.sites
        ],
        "pairs": [
            {
                "origin": pair.origin,
                "destination": pair.destination,
                "months": _plain(pair.months, month),
            }
            for pair in found.pairs
        ],
        "all_pairs": _plain(found.network, month),
    }


def _list_real(index: "CityIndex") -> dict[str, Any]:
    """Return what of the weather is not the hourly model."""
    days = index.city.weather.days
    return {
        "reanalysis_days": {
            "count": len(days),
            "first": days[0].date,
            "last": days[-1].date,
            "holds": "daily temperature, humidity, greatest wind, precipitation, weather code",
        },
        "stations": [_describe_station(station) for station in index.city.weather.stations],
        "modelled": "every hour of every field that no archive below tells of",
        "fog_days_a_year": _count_fog_days(index.city.weather.fog.fog_day_chance),
    }


def _count_fog_days(chance_by_month: "Sequence[float]") -> int:
    """Return how many days of a common year the city's weather model makes foggy."""
    lengths = (monthrange(_COMMON_YEAR, month + 1)[1] for month in range(len(chance_by_month)))
    pairs = zip(chance_by_month, lengths, strict=True)
    return round(sum(chance * length for chance, length in pairs))


def _describe_station(station: "Station") -> dict[str, Any]:
    return {
        "station_id": station.station_id,
        "places": list(station.places),
        "archives": [_describe_archive(archive) for archive in station.archives],
    }


def _describe_archive(archive: "WeatherArchive") -> dict[str, Any]:
    """Return what an archive holds and which of its lines could not be used."""
    from aspan.primitives.instants import format_utc

    skipped = archive.list_skipped()
    span = archive.span()
    return {
        "file": archive.label,
        "kind": "typical year" if archive.is_typical else "measured",
        "hours": archive.count_hours(),
        "first": None if span is None else format_utc(span[0] * MS_PER_H),
        "last": None if span is None else format_utc(span[1] * MS_PER_H),
        "skipped": len(skipped),
        "skipped_lines": [
            {"line": line.line, "reason": line.reason} for line in skipped[:SKIPPED_SHOWN]
        ],
    }


def _plain(months: "tuple[MonthOfYear, ...]", only: int | None) -> list[dict[str, Any]]:
    """Return months as plain data, all or one."""
    return [
        {
            "month": month.month,
            **_spread(month.whole),
            "by_hour": {str(hour): _spread(spread) for hour, spread in month.by_hour.items()},
        }
        for month in months
        if only is None or month.month == only
    ]


def _spread(spread: "Spread") -> dict[str, Any]:
    return {
        "share": spread.share,
        "low": spread.low,
        "high": spread.high,
        "hours": spread.hours,
    }


def format_weather(answer: dict[str, Any]) -> str:
    """Return the answer as a page of text for a person."""
    years, month = answer["years"], answer["month"]
    span = f"{years[0]}" if len(years) == 1 else f"{years[0]} to {years[-1]}"
    lines = [
        f"{answer['city']}, phase {answer['phase']}: share of daylight hours in which one may fly, "
        "percent; MODELLED, not observed",
        f"mean (lowest to highest year and seed); {span}, {len(answer['seeds'])} seeds",
        "all pairs: mean over the pairs, both ends and the way within minima",
        f"minima of a release; {tell_ceiling(answer['minima'])}",
        "",
    ]
    lines += _format_months(answer) if month is None else _format_hours(answer, month)
    lines += ["", *_format_real(answer)]
    return "\n".join(lines)


def _lay_table(head: str, names: list[str], rows: list[tuple[str, list[str]]]) -> list[str]:
    """Return rows under their columns, in as many tables as a terminal is wide for."""
    lines: list[str] = []
    for first in range(0, len(names), _COLUMNS):
        part = slice(first, first + _COLUMNS)
        lines += [""] if first else []
        lines.append(f"{head:<6}" + "".join(f"{name[:12]:>13}" for name in names[part]))
        lines += [f"{row:<6}" + "".join(f"{c:>13}" for c in cells[part]) for row, cells in rows]
    return lines


def _format_months(answer: dict[str, Any]) -> list[str]:
    """Return a row for each month with the sites, and one with the hours of all pairs."""
    columns = [(site["vertiport_id"], site["months"]) for site in answer["vertiports"]]
    columns.append(("all pairs", answer["all_pairs"]))
    rows = [(name, [_cell(months[i]) for _, months in columns]) for i, name in enumerate(_NAMES)]
    lines = _lay_table("month", [name for name, _ in columns], rows)
    every = [cell for row in answer["all_pairs"] for cell in row["by_hour"].items()]
    enough = max(cell["hours"] for _, cell in every) // 4  # the rest has too few days of daylight
    hours = sorted({int(hour) for hour, cell in every if cell["hours"] >= enough})
    lines += ["", "All pairs by local hour: mean, and below it the lowest and highest"]
    lines.append("month " + "".join(f"{hour:>5d}" for hour in hours))
    for i, name in enumerate(_NAMES):
        cells = [answer["all_pairs"][i]["by_hour"].get(str(hour)) for hour in hours]
        for key, label in (("share", name), ("low", "  low"), ("high", "  high")):
            shown = [
                "" if cell is None or cell["hours"] < enough else f"{100 * cell[key]:.0f}"
                for cell in cells
            ]
            lines.append((f"{label:<6}" + "".join(f"{text:>5}" for text in shown)).rstrip())
    return lines


def _format_hours(answer: dict[str, Any], month: int) -> list[str]:
    """Return a row for each hour of one month with the sites, and a row for each pair."""
    columns = [(site["vertiport_id"], site["months"][0]) for site in answer["vertiports"]]
    columns.append(("all pairs", answer["all_pairs"][0]))
    rows = [
        (f"{hour:02d}:00", [_cell(row["by_hour"][str(hour)]) for _, row in columns])
        for hour in sorted(int(hour) for hour in answer["all_pairs"][0]["by_hour"])
    ]
    rows.append(("whole", [_cell(row) for _, row in columns]))
    lines = _lay_table(_NAMES[month - 1], [name for name, _ in columns], rows)
    lines += ["", "Pairs, the whole month"]
    told = [
        f"  {pair['origin'] + ' to ' + pair['destination']:<28}{_cell(pair['months'][0]):>13}"
        for pair in answer["pairs"]
    ]
    lines += ["  ".join(told[n : n + 2]) for n in range(0, len(told), 2)]
    return lines


def _format_real(answer: dict[str, Any]) -> list[str]:
    """Return what is real, and what the range does not hold."""
    days = answer["real"]["reanalysis_days"]
    lines = [
        "What is real",
        f"  {days['count']:,} days of weather_daily.csv, {days['first']} to {days['last']}:",
        f"  {days['holds']}",
    ]
    archives = 0
    for station in answer["real"]["stations"]:
        places = ", ".join(station["places"]) or "no vertiport of this phase"
        if not station["archives"]:
            lines.append(f"  {station['station_id']} for {places}: no archive; live METAR if given")
        for archive in station["archives"]:
            archives += 1
            when = "" if archive["first"] is None else f", {archive['first']} to {archive['last']}"
            lines.append(
                f"  {station['station_id']} for {places}: {archive['file']}, {archive['kind']},"
                f" {archive['hours']} hours{when}; {archive['skipped']} lines skipped"
            )
    for site in answer["vertiports"]:
        if site["measured_share"] or site["typical_share"]:
            lines.append(
                f"  {site['vertiport_id']}: {100 * site['measured_share']:.1f} % of these hours"
                f" measured, {100 * site['typical_share']:.1f} % of a typical year"
            )
    every = "all hours are" if archives == 0 else "all other hours are"
    lines += [
        f"  {every} modelled around the days: visibility, ceiling, fog, gusts, wind by the hour",
        "The range shows years and seeds. The model's own error is not in it: its fog is set to",
        f"{answer['real']['fog_days_a_year']} days a year in weather.toml, which holds until a"
        " METAR archive is put in.",
    ]
    return lines


def _cell(spread: dict[str, Any]) -> str:
    share, low, high = (100 * spread[key] for key in ("share", "low", "high"))
    return f"{share:.0f} ({low:.0f}-{high:.0f})"
