"""`aspan city demand`: who travels how, who would fly and what that saves, from the model."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.options import AsJson, CityName, Phase

if TYPE_CHECKING:
    from aspan.compose.demand_report import DemandReport, Estimate, Flyers
    from aspan.world.city import City

Day = Annotated[
    str | None,
    typer.Option(
        "--date", metavar="YYYY-MM-DD", help="Day of the timetables; a fair day if not given."
    ),
]
Demand = Annotated[
    float, typer.Option(metavar="X", help="Multiplies the wishes to travel; 1 is honest.")
]


def demand(
    city: CityName, day: Day = None, demand: Demand = 1.0, phase: Phase = 1, as_json: AsJson = False
) -> int:
    """Say how people travel on a day, who would fly in the best case, and what that saves.

    From the model, not from one drawn day: shares of the modes with their standard errors, what
    those who fly value an hour at, the minutes they save against the car. Published totals of the
    city stand beside what the model comes to; nothing is fitted to them. Takes some ten seconds.
    """
    from aspan.faces.cli.city_demand_text import format_demand

    answer = answer_demand(city, day=day, demand=demand, phase=phase)
    print(json.dumps(answer, ensure_ascii=False) if as_json else format_demand(answer))
    return 0


def answer_demand(
    city_name: str, *, day: str | None = None, demand: float = 1.0, phase: int = 1
) -> dict[str, Any]:
    """Return the answer as one document."""
    from aspan.compose.demand_report import open_report
    from aspan.compose.runs import RunSettings
    from aspan.primitives.instants import parse_date
    from aspan.world.readers import load_city

    city = load_city(city_name, phase=phase)
    asked = RunSettings(
        day=city.fair_weather_date if day is None else parse_date(day, field="--date"),
        demand=demand,
    )
    return describe_report(city, open_report(city, asked.day, factor=asked.demand))


def describe_report(city: "City", report: "DemandReport") -> dict[str, Any]:
    """Return a report as one document: every number with its mark."""
    from msgspec.structs import asdict

    from aspan.compose.demand_report import POINTS_A_SEGMENT, POINTS_FLYING, QUANTILES

    names = {zone.zone_id: zone.names.en for zone in city.demand.zones}
    scale = city.quantities.get("demand.ground_scale_share")
    return {
        "city": city.city_id,
        "names": asdict(city.names),
        "phase": city.phase,
        "date": report.day.isoformat(),
        "demand": report.factor,
        "mark": "modelled",
        "surveyed": {"a_segment": POINTS_A_SEGMENT, "flying": POINTS_FLYING},
        "ground_scale_share": {"value": city.demand.ground_scale_share, "mark": "assumed"}
        if scale is None
        else asdict(scale),
        "wishes": [
            {
                "segment_id": one.segment_id,
                "parties": _modelled(one.parties),
                "persons": _modelled(one.persons),
                "shares": {mode: _tell(share) for mode, share in one.shares.items()},
            }
            for one in report.segments
        ],
        "unreached_parties": _modelled(report.unreached_parties),
        "quantiles": list(QUANTILES),
        "flyers": [_describe_flyers(one) for one in report.flyers],
        "savers": [
            {
                "segment_id": one.segment_id,
                "origin_zone": one.origin_zone,
                "origin_name": names[one.origin_zone],
                "destination_zone": one.destination_zone,
                "destination_name": names[one.destination_zone],
                "passengers": _modelled(one.passengers),
                "saves_passenger_min": _modelled(one.saves_passenger_min),
            }
            for one in report.savers
        ],
        "checks": [
            {
                "name": one.name,
                "modelled": _tell(one.modelled),
                "published": asdict(one.cited),
                "ratio": round(one.ratio, 3),
            }
            for one in report.comparisons
        ],
    }


def _describe_flyers(flyers: "Flyers") -> dict[str, Any]:
    return {
        "segment_id": flyers.segment_id,
        "parties": _tell(flyers.parties),
        "passengers": _tell(flyers.passengers),
        "value_of_time_kzt_h": [_modelled(value) for value in flyers.value_of_time_kzt_h],
        "saves_min": [_modelled(value) for value in flyers.saves_min],
        "saves_mean_min": _modelled(flyers.saves_mean_min),
    }


def _modelled(value: float | None) -> dict[str, Any]:
    """Return a number of the model, to nine decimals, with its mark."""
    return {"value": None if value is None else round(value, 9), "mark": "modelled"}


def _tell(estimate: "Estimate") -> dict[str, Any]:
    """Return a number of the model with the standard error of the survey."""
    return {**_modelled(estimate.value), "standard_error": round(estimate.error, 9)}
