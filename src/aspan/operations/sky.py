"""Whether the weather lets a sortie leave one site and reach another, by what is known now."""

from aspan.operations.minima import MinimaBroken, check_ice_aloft, check_minima, check_thunder
from aspan.operations.records import SiteRecord
from aspan.operations.state import State
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_H
from aspan.world.weather import Weather

FORECAST_RISK_MAX = 0.5
"""A sortie is not planned into an hour that is likelier below minima than not. Assumed."""


def hour_of(at_ms: int) -> int:
    """Return the start of the hour an instant lies in."""
    return at_ms - at_ms % MS_PER_H


def planned_height_agl_m(state: State, layer: int) -> float:
    """Return the height above ground a lane of this layer is planned to fly at."""
    return state.index.city.lanes.rules.layer_heights_agl_m[layer]


def find_obstacle(
    state: State, site_id: VertiportId, *, layer: int, now_ms: int, at_ms: int
) -> str:
    """Return what the weather at a site forbids at `at_ms`, as known at `now_ms`; empty if nothing.

    Within the hour the report counts, later the forecast with its risk.
    """
    site = state.sites[site_id]
    height_m = planned_height_agl_m(state, layer)
    if hour_of(at_ms) <= hour_of(now_ms):
        return report_obstacle(state, site, height_m, now_ms)
    forecast = site.forecasts.get(hour_of(at_ms))
    if forecast is None:
        return report_obstacle(state, site, height_m, now_ms)
    if forecast.probability_below_minima > FORECAST_RISK_MAX:
        return "weather_forecast"
    decision = check_minima(
        forecast.expected,
        state.index.rules.weather_minima,
        planned_height_agl_m=height_m,
        at_ms=forecast.expected.at_ms,
    )
    return "weather_forecast" if isinstance(decision, MinimaBroken) else ""


def report_obstacle(state: State, site: SiteRecord, height_m: float, now_ms: int) -> str:
    """Return what the last report of a site forbids now; empty if nothing."""
    if site.report is None:
        return "weather_no_report"
    decision = check_minima(
        site.report,
        state.index.rules.weather_minima,
        planned_height_agl_m=height_m,
        at_ms=now_ms,
    )
    return f"weather_{decision.reason.value}" if isinstance(decision, MinimaBroken) else ""


def find_lane_obstacle(state: State, lane_id: str, *, now_ms: int, at_ms: int) -> str:
    """Return what the weather on a lane forbids a sortie that leaves at `at_ms`; empty if nothing.

    Thunder within the stated radius of the lane, and ice on it (facts 4.11, 4.18), as the places
    there report now or are expected to. A place nobody has heard of in time says nothing: its
    silence closes its own departures and arrivals, not every lane near it.
    """
    watch = state.index.watches[lane_id]
    minima = state.index.rules.weather_minima
    hour_ms = None if hour_of(at_ms) <= hour_of(now_ms) else hour_of(at_ms)
    for site_id in watch.thunder:
        weather = _known_weather(state, site_id, now_ms, hour_ms)
        if weather is not None and isinstance(check_thunder(weather), MinimaBroken):
            return "weather_thunderstorm" if hour_ms is None else "weather_forecast"
    for site_id, height_m in watch.ice:
        weather = _known_weather(state, site_id, now_ms, hour_ms)
        if weather is not None and isinstance(
            check_ice_aloft(weather, minima, height_agl_m=height_m), MinimaBroken
        ):
            return "weather_icing" if hour_ms is None else "weather_forecast"
    return ""


def _known_weather(
    state: State, site_id: VertiportId, now_ms: int, hour_ms: int | None
) -> Weather | None:
    """Return the forecast of an hour, or else the last report if it is not too old."""
    site = state.sites[site_id]
    if hour_ms is not None:
        forecast = site.forecasts.get(hour_ms)
        if forecast is not None:
            return forecast.expected
    report = site.report
    if report is None or now_ms - report.at_ms > state.index.rules.weather_minima.report_age_ms_max:
        return None
    return report


class Sky:
    """What the weather forbids, remembered until more is told of it or a report grows too old.

    A cache, never a copy of the state: it answers as the functions of its methods' names.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._reports = -1
        self._from_ms = self._until_ms = 0
        self._sites: dict[tuple[VertiportId, int, int], str] = {}
        self._lanes: dict[tuple[str, int], str] = {}

    def find_obstacle(self, site_id: VertiportId, *, layer: int, now_ms: int, at_ms: int) -> str:
        """Return what the weather at a site forbids at `at_ms`, as known at `now_ms`."""
        key = (site_id, layer, self._renew(now_ms, at_ms))
        found = self._sites.get(key)
        if found is None:
            found = self._sites[key] = find_obstacle(
                self._state, site_id, layer=layer, now_ms=now_ms, at_ms=at_ms
            )
        return found

    def find_lane_obstacle(self, lane_id: str, *, now_ms: int, at_ms: int) -> str:
        """Return what the weather on a lane forbids a sortie that leaves at `at_ms`."""
        key = (lane_id, self._renew(now_ms, at_ms))
        found = self._lanes.get(key)
        if found is None:
            found = self._lanes[key] = find_lane_obstacle(
                self._state, lane_id, now_ms=now_ms, at_ms=at_ms
            )
        return found

    def _renew(self, now_ms: int, at_ms: int) -> int:
        """Forget what may not hold any more; return the hour looked at, 0 while reports count."""
        state = self._state
        if state.reports != self._reports or not self._from_ms <= now_ms <= self._until_ms:
            age_ms_max = state.index.rules.weather_minima.report_age_ms_max
            good_until_ms = [
                site.report.at_ms + age_ms_max
                for site in state.sites.values()
                if site.report is not None and now_ms - site.report.at_ms <= age_ms_max
            ]
            self._reports, self._from_ms = state.reports, now_ms
            self._until_ms = min(good_until_ms, default=now_ms)
            self._sites.clear()
            self._lanes.clear()
        hour_ms = hour_of(at_ms)
        return hour_ms if hour_ms > hour_of(now_ms) else 0


def is_unsettled(state: State, site_id: VertiportId, *, ceiling_agl_m: float, now_ms: int) -> bool:
    """Say whether the report of a site, or a forecast from this hour on, is of unsettled weather.

    That is one with any phenomenon, fog, rain, snow or a thunderstorm, or with a ceiling lower than
    `ceiling_agl_m`.
    """
    site = state.sites[site_id]
    known = [] if site.report is None else [site.report]
    known += [
        site.forecasts[hour_ms].expected
        for hour_ms in sorted(site.forecasts)
        if hour_ms >= hour_of(now_ms)
    ]
    return any(told.present_weather or told.ceiling_agl_m < ceiling_agl_m for told in known)
