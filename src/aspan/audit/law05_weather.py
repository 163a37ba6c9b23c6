"""Law 5, weather: no release below minima at origin, destination or alternate.

The engine sees reports; the table holds the truth. A release is judged twice: by the values it
states, and by whether those agree with the truth of an hour whose report was young enough, within
the steps in which weather is reported.
"""

from aspan.audit import tolerances
from aspan.audit.findings import Check
from aspan.audit.rows import Release, Sortie, Weather
from aspan.audit.run import Run
from aspan.primitives.units import MS_PER_H

_NO_GO = ("TS", "FZRA", "FZFG")
_VISIBLE_MOISTURE = ("FG", "RA", "SN", "FZRA", "FZFG")
_LAPSE_K_PER_M = 6.5e-3
"""Fall of temperature with height in the standard atmosphere: ICAO Doc 7488, 1993."""

_COLUMNS = ("visibility_m", "ceiling_agl_m", "wind_mps", "gust_mps")
Stated = tuple[float | None, float | None, float | None, float | None]


def check_weather(run: Run) -> list[Check]:
    """Return the clauses of law 5 about weather, exercised."""
    m = run.rules.weather_minima
    limits = {
        "visibility_m": f"visibility at least {m.visibility_m:g} m",
        "ceiling_agl_m": f"ceiling at least {m.ceiling_agl_m:g} m above ground",
        "wind_mps": f"wind at most {m.wind_mps:g} m/s",
        "gust_mps": f"gust at most {m.gust_mps:g} m/s",
    }
    stated = {
        column: run.begin("5", f"release-{column.split('_')[0]}", limits[column] + " as released",
                          "sorties", "releases")
        for column in _COLUMNS
    }  # fmt: skip
    spread = run.begin("5", "release-gust-spread", f"gust over wind at most {m.gust_spread_mps:g} "
                       "m/s as released", "sorties", "releases")  # fmt: skip
    needs = ("sorties", "releases", "weather")
    agrees = run.begin("5", "release-agrees", "values of the release are those of the place and "
                       "hour, within steps of reports", *needs)  # fmt: skip
    icing = run.begin(
        "5", "icing",
        f"no release at or below {m.icing_temperature_k_max:g} K with visible moisture "
        f"(visibility below {m.icing_visibility_m:g} m, precipitation)", *needs,
    )  # fmt: skip
    no_go = run.begin("5", "present-weather", f"no release in {', '.join(_NO_GO)}", *needs)
    for sortie in run.flown:
        release = run.release_by_sortie.get(sortie.sortie_id)
        if release is None or not stated["wind_mps"].is_ready:
            continue
        for role, place in _places(sortie, release):
            values = _stated(release, role)
            _check_stated(run, release, f"{role} {place}", values, stated, spread)
            if agrees.is_ready:
                _check_truth(run, release, place, values, agrees=agrees, icing=icing, no_go=no_go)
    return [*stated.values(), spread, agrees, icing, no_go]


def _places(sortie: Sortie, release: Release) -> list[tuple[str, str]]:
    found = [("origin", sortie.origin), ("destination", sortie.planned_destination)]
    if release.alternate_id is not None:
        found.append(("alternate", release.alternate_id))
    return found


def _stated(release: Release, role: str) -> Stated:
    if role == "origin":
        return (release.origin_visibility_m, release.origin_ceiling_agl_m,
                release.origin_wind_mps, release.origin_gust_mps)  # fmt: skip
    if role == "destination":
        return (release.destination_visibility_m, release.destination_ceiling_agl_m,
                release.destination_wind_mps, release.destination_gust_mps)  # fmt: skip
    return (release.alternate_visibility_m, release.alternate_ceiling_agl_m,
            release.alternate_wind_mps, release.alternate_gust_mps)  # fmt: skip


def _check_stated(
    run: Run, release: Release, where: str, values: Stated, stated: dict[str, Check], spread: Check
) -> None:
    """Check the values of one place as the release states them."""
    m = run.rules.weather_minima
    bounds = (m.visibility_m, m.ceiling_agl_m, m.wind_mps, m.gust_mps)
    for column, value, bound in zip(_COLUMNS, values, bounds, strict=True):
        is_least = column in ("visibility_m", "ceiling_agl_m")
        is_met = value is not None and (value >= bound if is_least else value <= bound)
        stated[column].expect(
            is_met,
            f"sortie {release.sortie_id}: {where} {column} {value} at release, at "
            f"{'least' if is_least else 'most'} {bound:g}",
            sortie_id=release.sortie_id, at_ms=release.released_at_ms,
        )  # fmt: skip
    wind, gust = values[2], values[3]
    if wind is not None and gust is not None:
        spread.expect(
            gust - wind <= m.gust_spread_mps,
            f"sortie {release.sortie_id}: {where} gust {gust:g} over wind {wind:g} m/s at "
            f"release, spread at most {m.gust_spread_mps:g} m/s",
            sortie_id=release.sortie_id, at_ms=release.released_at_ms,
        )  # fmt: skip


def _check_truth(
    run: Run, release: Release, place: str, values: Stated, *,
    agrees: Check, icing: Check, no_go: Check,
) -> None:  # fmt: skip
    """Check one place against the hours whose report could have been used."""
    m = run.rules.weather_minima
    known = list_known(run, place, release.released_at_ms)
    if not known:
        return
    name = f"sortie {release.sortie_id}: {place}"
    agrees.expect(
        any(_is_report_of(values, weather) for weather in known),
        f"{name} released with {values}, the weather of the hour was "
        f"({known[0].visibility_m:g}, {known[0].ceiling_agl_m:g}, {known[0].wind_mps:g}, "
        f"{known[0].gust_mps:g})",
        sortie_id=release.sortie_id, vertiport_id=place, at_ms=release.released_at_ms,
    )  # fmt: skip
    icing.expect(
        any(not _is_icing(run, weather) for weather in known),
        f"{name} released at {known[0].temperature_k:.1f} K in {known[0].present_weather!r}, "
        f"visibility {known[0].visibility_m:g} m: icing at or below "
        f"{m.icing_temperature_k_max:g} K",
        sortie_id=release.sortie_id, vertiport_id=place, at_ms=release.released_at_ms,
    )  # fmt: skip
    no_go.expect(
        any((weather.present_weather or "") not in _NO_GO for weather in known),
        f"{name} released in {known[0].present_weather}, none of {', '.join(_NO_GO)} allowed",
        sortie_id=release.sortie_id, vertiport_id=place, at_ms=release.released_at_ms,
    )  # fmt: skip


def list_known(run: Run, place: str, at_ms: int) -> list[Weather]:
    """Return the hours of a place whose report could have been used at an instant.

    The hour it lies in; the one before while a report from its beginning is young enough, and for
    a place that is measured also a report from its end, which lies anywhere in the hour.
    """
    hour_ms = at_ms - at_ms % MS_PER_H
    now, before = run.find_weather(place, hour_ms), run.find_weather(place, hour_ms - MS_PER_H)
    known = [] if now is None else [now]
    is_young = at_ms - (hour_ms - MS_PER_H) <= run.rules.weather_minima.report_age_ms_max
    if before is not None and (is_young or not before.is_modelled):
        known.append(before)
    return known


def _is_icing(run: Run, weather: Weather) -> bool:
    m = run.rules.weather_minima
    is_moist = (
        weather.visibility_m < m.icing_visibility_m * (1.0 - tolerances.VISIBILITY_SHARE)
        or weather.precipitation_mm_h > 0.0
        or (weather.present_weather or "") in _VISIBLE_MOISTURE
    )
    bound_k = m.icing_temperature_k_max - tolerances.TEMPERATURE_K
    falls = weather.precipitation_mm_h > tolerances.PRECIPITATION_MM_H
    aloft_k = weather.temperature_k - _LAPSE_K_PER_M * run.rules.separation.ground_clearance_m
    return (is_moist and weather.temperature_k <= bound_k) or (falls and aloft_k <= bound_k)


def _is_report_of(values: Stated, weather: Weather) -> bool:
    """Return whether stated values could be a report of the weather."""
    visibility_m, ceiling_m, wind_mps, gust_mps = values
    if visibility_m is None or ceiling_m is None or wind_mps is None or gust_mps is None:
        return False
    far_m = tolerances.VISIBILITY_REPORTED_M_MAX
    high_m = tolerances.CEILING_REPORTED_M_MAX
    seen_m, true_m = min(visibility_m, far_m), min(weather.visibility_m, far_m)
    base_m, true_base_m = min(ceiling_m, high_m), min(weather.ceiling_agl_m, high_m)
    return (
        abs(seen_m - true_m) <= tolerances.VISIBILITY_SHARE * true_m
        and abs(base_m - true_base_m)
        <= max(tolerances.CEILING_M, tolerances.CEILING_SHARE * true_base_m)
        and abs(wind_mps - weather.wind_mps) <= tolerances.WIND_MPS
        and abs(gust_mps - weather.gust_mps) <= tolerances.WIND_MPS
    )
