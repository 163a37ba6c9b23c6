"""Tables of the weather: the truth of every hour and place of a run, and what was forecast."""

from collections.abc import Iterable
from typing import Any

from aspan.compose.table import Kind, Table, table_from_rows
from aspan.operations import events as ev
from aspan.primitives.units import MS_PER_H
from aspan.twin.weather import WeatherTruth
from aspan.world.weather import Weather

_VALUES: dict[str, Kind] = {
    "temperature_k": "number",
    "pressure_pa": "number",
    "wind_mps": "number",
    "wind_from_deg": "number",
    "gust_mps": "number",
    "relative_humidity": "number",
    "visibility_m": "number",
    "ceiling_agl_m": "number",
    "precipitation_mm_h": "number",
    "present_weather": "text",
    "is_modelled": "flag",
}

WEATHER: dict[str, Kind] = {"place_id": "text", "at_ms": "whole", **_VALUES}

FORECAST: dict[str, Kind] = {
    "place_id": "text",
    "issued_at_ms": "whole",
    "valid_at_ms": "whole",
    **_VALUES,
    "probability_below_minima": "number",
    "temperature_error_k": "number",
    "wind_error_mps": "number",
}


def _values(weather: Weather) -> tuple[Any, ...]:
    return (
        weather.temperature_k,
        weather.pressure_pa,
        weather.wind_mps,
        weather.wind_from_deg,
        weather.gust_mps,
        weather.relative_humidity,
        weather.visibility_m,
        weather.ceiling_agl_m,
        weather.precipitation_mm_h,
        weather.present_weather,
        weather.is_modelled,
    )


def make_weather(truth: WeatherTruth, *, start_ms: int, end_ms: int) -> Table:
    """Return the true weather of every hour that a run touches, at every place."""
    first_ms = start_ms - start_ms % MS_PER_H
    rows = [
        (place_id, hour_ms, *_values(truth.at(place_id, hour_ms)))
        for hour_ms in range(first_ms, end_ms, MS_PER_H)
        for place_id in truth.place_ids
    ]
    return table_from_rows("weather", WEATHER, rows)


def make_forecast(events: Iterable[ev.Event]) -> Table:
    """Return every forecast the engine was told."""
    rows = [
        (
            forecast.expected.place_id,
            forecast.issued_at_ms,
            forecast.expected.at_ms,
            *_values(forecast.expected),
            forecast.probability_below_minima,
            forecast.temperature_error_k,
            forecast.wind_error_mps,
        )
        for event in events
        if isinstance(event, ev.ForecastIssued)
        for forecast in event.forecasts
    ]
    return table_from_rows("forecast", FORECAST, rows)
