"""City: what the run says of the city, `city.json` and the fleet, against the city's own files."""

from collections.abc import Iterator
from typing import Any

from aspan.audit.findings import Check
from aspan.audit.run import Run

TITLE = "city.json and aircraft.parquet agree with the city's files"
_RELATIVE = 1e-9
_ABSENT = "(absent)"


def check_law(run: Run) -> list[Check]:
    """Return the clauses about agreement with the city's files, exercised."""
    return [*_check_json(run), _check_fleet(run)]


def _check_json(run: Run) -> list[Check]:
    """Compare every key of the contract in `city.json` with the files."""
    needs = ("city",)
    digest = run.begin("city", "city-sha256", f"city_sha256 is {run.city.sha256[:12]}…", *needs)
    limits = run.begin("city", "city-limits", "every limit is that of the city's files", *needs)
    sites = run.begin("city", "city-sites", "every vertiport is that of the city's files", *needs)
    stated = run.tables.city
    if stated is None:
        return [digest, limits, sites]
    digest.expect(
        stated.get("city_sha256") == run.city.sha256,
        f"city.json city_sha256: {stated.get('city_sha256')!r}, the city's files have "
        f"{run.city.sha256!r}",
    )
    for path, own in _limits(run):
        value = _dig(stated, path)
        limits.expect(
            any(_is_same(value, choice) for choice in own),
            f"city.json {path}: {value!r}, the city's files say "
            f"{' or '.join(repr(choice) for choice in own)}",
        )
    rows = stated.get("vertiports")
    for row in rows if isinstance(rows, list) else []:
        site_id = str(row.get("vertiport_id")) if isinstance(row, dict) else _ABSENT
        wrong = [] if site_id in run.city.sites else ["vertiport_id"]
        if not wrong:
            wrong = _site_differences(run, site_id, row)
        sites.expect(
            not wrong, f"city.json vertiport {site_id}: {', '.join(wrong)} unlike the city's files",
            vertiport_id=site_id,
        )  # fmt: skip
    if not isinstance(rows, list) or not rows:
        sites.expect(False, "city.json vertiports: none stated")
    return [digest, limits, sites]


def _dig(stated: dict[str, Any], path: str) -> object:
    value: object = stated
    for key in path.split("."):
        value = value.get(key, _ABSENT) if isinstance(value, dict) else _ABSENT
    return value


def _is_same(stated: object, own: object) -> bool:
    if isinstance(own, bool) or isinstance(stated, bool):
        return stated is own
    if isinstance(own, int | float) and isinstance(stated, int | float):
        return abs(stated - own) <= _RELATIVE * max(1.0, abs(own))
    return bool(stated == own)


def _limits(run: Run) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield each key of `city.json` with the values the files allow: two for the mass case."""
    rules, craft = run.rules, run.city.craft
    yield "fato_gap_s", (rules.movement.fato_gap_s,)
    for key in ("horizontal_m", "vertical_m", "in_trail_s"):
        yield f"separation.{key}", (getattr(rules.separation, key),)
    yield "seats", (craft.seats,)
    is_other = (run.tables.city or {}).get("mass_case_kg") == craft.alternative_mass_kg
    yield "mass_case_kg", (craft.mass_kg, craft.alternative_mass_kg)
    payload_kg = craft.alternative_payload_kg_max if is_other else craft.payload_kg_max
    yield "payload_kg_max", (payload_kg,)
    yield "speed_mps_max", (craft.speed_mps_max,)
    yield "reserve.rule", (rules.reserve.rule,)
    yield "reserve.final_reserve_s", (rules.reserve.final_reserve_s,)
    for key in ("visibility_m", "ceiling_agl_m", "wind_mps", "gust_mps"):
        yield f"weather_minima.{key}", (getattr(rules.weather_minima, key),)
    yield "battery.floor_soc", (craft.floor_soc,)
    yield "battery.ceiling_soc", (craft.ceiling_soc,)
    for key in ("duty_ms_max", "flight_ms_max", "sectors_max", "break_ms_min", "rest_ms_min"):
        yield f"pilot_duty.{key}", (getattr(rules.pilot_duty, key),)
    yield "hours.from_local", (rules.hours.from_local,)
    yield "hours.until_local", (rules.hours.until_local,)
    night = (rules.hours.night_approved,)
    in_hours = _dig(run.tables.city or {}, "hours.night_approved") is not _ABSENT
    yield ("hours.night_approved" if in_hours else "night_approved"), night


def _site_differences(run: Run, site_id: str, row: dict[str, Any]) -> list[str]:
    """Return the keys of one vertiport that are not as in the files."""
    site = run.city.sites[site_id]
    wrong = [
        key
        for key in (
            "lon_deg", "lat_deg", "elevation_amsl_m", "site_power_limit_kw", "protected_radius_m",
            "protected_height_m", "contingency_places",
        )
        if not _is_same(row.get(key, _ABSENT), getattr(site, key))
    ]  # fmt: skip
    for key, name, own in (
        ("fatos", "fato_id", run.city.fatos), ("stands", "stand_id", run.city.stands),
    ):  # fmt: skip
        here = sorted(k for k, v in own.items() if v.vertiport_id == site_id)
        if sorted(str(item.get(name)) for item in _list_items(row, key)) != here:
            wrong.append(key)
    chargers = {
        name: (charger.power_kw, sorted(charger.stand_ids))
        for name, charger in run.city.chargers.items()
        if charger.vertiport_id == site_id
    }
    stated = {
        str(item.get("charger_id")): (item.get("power_kw"), _list_names(item.get("stand_ids")))
        for item in _list_items(row, "chargers")
    }
    if stated != chargers:
        wrong.append("chargers")
    return wrong


def _list_items(row: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the objects of a list in `city.json`; one without keys for whatever is no object."""
    items = row.get(key)
    if not isinstance(items, list):
        return [{}]
    return [item if isinstance(item, dict) else {} for item in items]


def _list_names(names: object) -> list[str]:
    return sorted(str(name) for name in names) if isinstance(names, list) else [_ABSENT]


def _check_fleet(run: Run) -> Check:
    """Compare each aircraft of the run with the fleet file and the type."""
    craft = run.city.craft
    check = run.begin("city", "fleet", "aircraft are those of the fleet file: type, health, "
                      f"gross {craft.gross_kwh:g} kWh, floor {craft.floor_soc:g}, empty "
                      f"{craft.empty_kg:g} kg", "aircraft")  # fmt: skip
    for row in run.tables.aircraft or ():
        frame = run.city.airframes.get(row.aircraft_id)
        stand = run.city.stands.get(row.initial_stand_id)
        is_right = (
            frame is not None
            and row.type == frame.type_id
            and _is_same(row.gross_kwh, craft.gross_kwh)
            and _is_same(row.soh, frame.soh)
            and _is_same(row.floor_soc, craft.floor_soc)
            and _is_same(row.initial_soc, frame.initial_soc)
            and _is_same(row.empty_kg, craft.empty_kg)
            and stand is not None
            and stand.vertiport_id == row.initial_vertiport_id
        )
        check.expect(
            is_right,
            f"aircraft {row.aircraft_id}: {row.type}, {row.gross_kwh:g} kWh, health {row.soh:g}, "
            f"floor {row.floor_soc:g}, charge {row.initial_soc:g}, empty {row.empty_kg:g} kg on "
            f"{row.initial_stand_id}; the fleet file says {frame}",
            aircraft_id=row.aircraft_id, vertiport_id=row.initial_vertiport_id,
        )  # fmt: skip
    return check
