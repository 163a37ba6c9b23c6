"""`city.json` of the small run that tests audit, as the contract lists its keys."""

from typing import Any

from aspan.audit.city_files import find_city_folder, read_city
from aspan.audit.truth import CityTruth

CITY: CityTruth = read_city(find_city_folder("tiny"))


def make_city_json() -> dict[str, Any]:
    """Return `city.json` as the contract lists its keys."""
    rules, craft = CITY.rules, CITY.craft
    return {
        "city_sha256": CITY.sha256,
        "vertiports": [_site_json(name) for name in sorted(CITY.sites)],
        "fato_gap_s": rules.movement.fato_gap_s,
        "separation": {
            key: getattr(rules.separation, key) for key in ("horizontal_m", "vertical_m",
                                                            "in_trail_s")
        },
        "seats": craft.seats, "payload_kg_max": craft.payload_kg_max,
        "mass_case_kg": craft.mass_kg, "speed_mps_max": craft.speed_mps_max,
        "reserve": {"rule": rules.reserve.rule, "final_reserve_s": rules.reserve.final_reserve_s},
        "weather_minima": {
            key: getattr(rules.weather_minima, key)
            for key in ("visibility_m", "ceiling_agl_m", "wind_mps", "gust_mps")
        },
        "battery": {"floor_soc": craft.floor_soc, "ceiling_soc": craft.ceiling_soc},
        "pilot_duty": {
            key: getattr(rules.pilot_duty, key)
            for key in ("duty_ms_max", "flight_ms_max", "sectors_max", "break_ms_min",
                        "rest_ms_min")
        },
        "hours": {"from_local": rules.hours.from_local, "until_local": rules.hours.until_local},
        "night_approved": rules.hours.night_approved,
    }  # fmt: skip


def _site_json(name: str) -> dict[str, Any]:
    site = CITY.sites[name]
    keys = ("lon_deg", "lat_deg", "elevation_amsl_m", "site_power_limit_kw", "protected_radius_m",
            "protected_height_m", "contingency_places")  # fmt: skip
    return {key: getattr(site, key) for key in keys} | {
        "vertiport_id": name,
        "fatos": [{"fato_id": k} for k, v in CITY.fatos.items() if v.vertiport_id == name],
        "stands": [{"stand_id": k} for k, v in CITY.stands.items() if v.vertiport_id == name],
        "chargers": [
            {"charger_id": k, "power_kw": v.power_kw, "stand_ids": list(v.stand_ids)}
            for k, v in CITY.chargers.items()
            if v.vertiport_id == name
        ],
    }
