"""Law 5, weather on the way: no thunder near the lane of a release, no ice on it.

Judged by the track that was flown and the weather of the hours whose report could have been used.
A sortie that was diverted left its lane for a reason; it is not judged here.
"""

import numpy as np

from aspan.audit import tolerances
from aspan.audit.findings import Check
from aspan.audit.law05_weather import list_known
from aspan.audit.rows import Release, Sortie, Weather
from aspan.audit.run import Run, Track

_FREEZING = ("FZRA", "FZFG")
_FALLING = ("RA", "SN", "TS", "FZRA")
_LAPSE_K_PER_M = 6.5e-3
"""Fall of temperature with height in the standard atmosphere: ICAO Doc 7488, 1993."""


def check_lane_weather(run: Run) -> list[Check]:
    """Return the clauses of law 5 about weather between the ends, exercised."""
    m = run.rules.weather_minima
    needs = ("sorties", "releases", "weather", "tracks")
    thunder = run.begin(
        "5", "thunder-near",
        f"no release with thunder within {m.thunderstorm_radius_m:g} m of the lane", *needs,
    )  # fmt: skip
    ice = run.begin(
        "5", "ice-on-lane",
        f"no release with freezing or cold moist air within {m.icing_radius_m:g} m of the "
        f"lane, at its height at or below {m.icing_temperature_k_max:g} K", *needs,
    )  # fmt: skip
    if not thunder.is_ready:
        return [thunder, ice]
    for sortie in run.flown:
        release = run.release_by_sortie.get(sortie.sortie_id)
        track = run.track_by_sortie.get(sortie.sortie_id)
        if release is None or track is None or len(track.x_m) < 2 or _is_diverted(sortie):
            continue
        for place in sorted(run.city.sites):
            known = list_known(run, place, release.released_at_ms)
            if known:
                away_m, altitude_m = _come_nearest(track, *run.site_xy[place])
                _judge(run, sortie, release, known, away_m, altitude_m, thunder=thunder, ice=ice)
    return [thunder, ice]


def _is_diverted(sortie: Sortie) -> bool:
    return sortie.destination != sortie.planned_destination


def _judge(
    run: Run, sortie: Sortie, release: Release, known: list[Weather], away_m: float,
    altitude_m: float, *, thunder: Check, ice: Check,
) -> None:  # fmt: skip
    """Judge what one place tells of one release."""
    m = run.rules.weather_minima
    place = known[0].place_id
    if away_m <= m.thunderstorm_radius_m - tolerances.LANE_M:
        thunder.expect(
            any(weather.present_weather != "TS" for weather in known),
            f"sortie {sortie.sortie_id}: released with thunder at {place}, {away_m:.0f} m from its "
            f"track, none within {m.thunderstorm_radius_m:g} m allowed",
            sortie_id=sortie.sortie_id, vertiport_id=place, at_ms=release.released_at_ms,
        )  # fmt: skip
    is_end = place in (sortie.origin, sortie.planned_destination)
    if is_end or away_m > m.icing_radius_m - tolerances.LANE_M:
        return
    up_m = max(0.0, altitude_m - run.city.sites[place].elevation_amsl_m - tolerances.LANE_UP_M)
    ice.expect(
        any(not _is_icing(run, weather, up_m) for weather in known),
        f"sortie {sortie.sortie_id}: released to pass {up_m:.0f} m above {place} at "
        f"{known[0].temperature_k:.1f} K on the ground in {known[0].present_weather!r}, ceiling "
        f"{known[0].ceiling_agl_m:.0f} m: icing at or below {m.icing_temperature_k_max:g} K",
        sortie_id=sortie.sortie_id, vertiport_id=place, at_ms=release.released_at_ms,
    )  # fmt: skip


def _is_icing(run: Run, weather: Weather, up_m: float) -> bool:
    """Say whether ice must be expected at a height above a place, beyond doubt of rounding."""
    if weather.present_weather in _FREEZING:
        return True
    bound_k = run.rules.weather_minima.icing_temperature_k_max - tolerances.TEMPERATURE_K
    if weather.temperature_k - _LAPSE_K_PER_M * up_m > bound_k:
        return False
    falls = weather.precipitation_mm_h > tolerances.PRECIPITATION_MM_H
    return falls or weather.present_weather in _FALLING or weather.ceiling_agl_m <= up_m


def _come_nearest(track: Track, x_m: float, y_m: float) -> tuple[float, float]:
    """Return how near a track came to a point over ground [m], and its altitude there [m]."""
    along_x, along_y = np.diff(track.x_m), np.diff(track.y_m)
    to_x, to_y = x_m - track.x_m[:-1], y_m - track.y_m[:-1]
    length2 = np.maximum(along_x**2 + along_y**2, 1e-9)
    share = np.clip((to_x * along_x + to_y * along_y) / length2, 0.0, 1.0)
    away_m = np.hypot(to_x - share * along_x, to_y - share * along_y)
    i = int(np.argmin(away_m))
    rise_m = track.altitude_amsl_m[i + 1] - track.altitude_amsl_m[i]
    return float(away_m[i]), float(track.altitude_amsl_m[i] + share[i] * rise_m)
