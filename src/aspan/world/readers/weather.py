"""Weather model from `weather.toml` and the days of reanalysis from `weather_daily.csv`."""

import csv
from math import isfinite
from pathlib import Path

from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import parse_date
from aspan.primitives.units import MPS_PER_KMH, celsius_to_kelvin
from aspan.world.city import FogModel, WeatherModel
from aspan.world.readers.tables import Table
from aspan.world.weather import DailyWeather

MONTHS = 12
_PERCENT = 100.0
_COLUMNS = [
    "date", "t_mean_c", "t_min_c", "t_max_c", "rh_mean_pct", "wind10m_max_kmh", "precip_mm",
    "wmo_weather_code",
]  # fmt: skip


def read_weather(file: Table, days: tuple[DailyWeather, ...]) -> WeatherModel:
    """Return the weather model of `weather.toml` over the given days."""
    weather = file.table("weather")
    fog = file.table("fog")
    by_month = {
        name: fog.numbers(name, count=MONTHS)
        for name in ("fog_day_chance", "score_bound")
        if name == "fog_day_chance" or fog.has(name)
    }
    return weather.fill(WeatherModel, days=days, fog=fog.fill(FogModel, **by_month))


def read_days(path: Path, *, label: str) -> tuple[DailyWeather, ...]:
    """Return the days of the file at `path`, in order of date, without a gap."""
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    except FileNotFoundError:
        raise InvalidInput(label, None, "a file of the city (it is missing)") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(label, str(error), "a file in CSV, UTF-8") from None
    if not rows or rows[0] != _COLUMNS:
        raise InvalidInput(f"{label}: line 1", rows[:1], f"the columns {','.join(_COLUMNS)}")
    days = tuple(_read_day(row, f"{label}: line {i}") for i, row in enumerate(rows[1:], start=2))
    ordinals = [parse_date(day.date, field=label).toordinal() for day in days]
    if len(days) < 365 or ordinals != list(range(ordinals[0], ordinals[0] + len(days))):
        raise InvalidInput(label, len(days), "a year of days or more, in order, without a gap")
    return days


def _read_day(row: list[str], label: str) -> DailyWeather:
    try:
        mean, low, high, humidity, wind, precipitation = (float(text) for text in row[1:7])
        code = int(row[7])
    except (ValueError, IndexError):
        raise InvalidInput(label, ",".join(row), "a date, six numbers and a code") from None
    is_finite = all(isfinite(number) for number in (mean, low, high, wind, precipitation))
    is_ordered = low <= mean <= high and 0 <= humidity <= _PERCENT and wind >= 0 <= precipitation
    if not (is_finite and is_ordered):
        raise InvalidInput(label, ",".join(row), "min <= mean <= max, humidity 0 to 100 percent")
    return DailyWeather(
        date=row[0],
        temperature_mean_k=celsius_to_kelvin(mean),
        temperature_min_k=celsius_to_kelvin(low),
        temperature_max_k=celsius_to_kelvin(high),
        relative_humidity=humidity / _PERCENT,
        wind_mps_max=wind * MPS_PER_KMH,
        precipitation_mm=precipitation,
        wmo_code=code,
    )
