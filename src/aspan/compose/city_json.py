"""`city.json`: the city as a run used it, for whoever reads the run without its files."""

from typing import Any

import msgspec

from aspan.operations.minima import list_ceilings_agl_m
from aspan.world.city import City
from aspan.world.vertiport import Vertiport


def describe_city(city: City) -> dict[str, Any]:
    """Return the document: places and limits, with the SHA-256 of the city's files."""
    rules, kind = city.rules, city.aircraft_type
    duty, minima = rules.pilot_duty, rules.weather_minima
    return {
        "city_id": city.city_id,
        "name": msgspec.to_builtins(city.names),
        "city_sha256": city.files_sha256,
        "phase": city.phase,
        "time_zone": city.time_zone,
        "vertiports": [_describe_vertiport(site) for site in city.vertiports],
        "fato_gap_s": rules.movement.fato_gap_s,
        "separation": {
            "horizontal_m": rules.separation.horizontal_m,
            "vertical_m": rules.separation.vertical_m,
            "in_trail_s": rules.separation.in_trail_s,
        },
        "seats": kind.seats,
        "payload_kg_max": kind.payload_kg_max,
        "mass_case_kg": kind.mass_kg,
        "speed_mps_max": kind.speed_mps_max,
        "reserve": {
            "rule": rules.reserve.rule,
            "final_reserve_s": rules.reserve.final_reserve_s,
        },
        "weather_minima": {
            "visibility_m": minima.visibility_m,
            "ceiling_agl_m": minima.ceiling_agl_m,
            "ceilings_agl_m": list_ceilings_agl_m(
                minima, planned_heights_agl_m=city.lanes.rules.layer_heights_agl_m
            ),
            "wind_mps": minima.wind_mps,
            "gust_mps": minima.gust_mps,
        },
        "battery": {"floor_soc": kind.floor_soc, "ceiling_soc": kind.ceiling_soc},
        "pilot_duty": {
            "duty_ms_max": duty.duty_ms_max,
            "flight_ms_max": duty.flight_ms_max,
            "sectors_max": duty.sectors_max,
            "break_ms_min": duty.break_ms_min,
            "rest_ms_min": duty.rest_ms_min,
        },
        "hours": {
            "from_local": rules.hours.from_local,
            "until_local": rules.hours.until_local,
            "night_approved": rules.hours.night_approved,
        },
        "fares": msgspec.to_builtins(rules.fares),
        "tariff": None if rules.tariff is None else msgspec.to_builtins(rules.tariff),
        "noise": None if rules.noise is None else msgspec.to_builtins(rules.noise),
    }


def _describe_vertiport(site: Vertiport) -> dict[str, Any]:
    return {
        "vertiport_id": site.vertiport_id,
        "name": msgspec.to_builtins(site.names),
        "lon_deg": site.lon_deg,
        "lat_deg": site.lat_deg,
        "elevation_amsl_m": site.elevation_amsl_m,
        "site_power_limit_kw": site.site_power_limit_kw,
        "protected_radius_m": site.protected_radius_m,
        "protected_height_m": site.protected_height_m,
        "contingency_places": site.contingency_places,
        "fatos": [{"fato_id": fato.fato_id} for fato in site.fatos],
        "stands": [{"stand_id": stand.stand_id} for stand in site.stands],
        "chargers": [
            {
                "charger_id": charger.charger_id,
                "power_kw": charger.power_kw,
                "stand_ids": list(charger.stand_ids),
            }
            for charger in site.chargers
        ],
    }
