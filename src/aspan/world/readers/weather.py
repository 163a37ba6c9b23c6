"""Weather model from `weather.toml`, the days from `weather_daily.csv`, and what stations measured.

A station may bring archives of its own from the city's folder `weather/`: METAR (`.metar`,
`.metar.txt`, or the `.csv` of an archive) and EPW (`.epw`).
"""

import csv
from collections.abc import Sequence
from math import isfinite
from pathlib import Path

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import PlaceId
from aspan.primitives.instants import parse_date
from aspan.primitives.units import MPS_PER_KMH, celsius_to_kelvin
from aspan.world.city import FogModel, WeatherModel
from aspan.world.geodesy import great_circle_m
from aspan.world.readers.epw import read_epw
from aspan.world.readers.metar import read_metar_archive
from aspan.world.readers.tables import Table
from aspan.world.vertiport import Vertiport
from aspan.world.weather import DailyWeather
from aspan.world.weather_archive import Station, WeatherArchive

MONTHS = 12
_PERCENT = 100.0
_COLUMNS = [
    "date", "t_mean_c", "t_min_c", "t_max_c", "rh_mean_pct", "wind10m_max_kmh", "precip_mm",
    "wmo_weather_code",
]  # fmt: skip


def read_weather(
    file: Table,
    days: tuple[DailyWeather, ...],
    *,
    folder: Path,
    vertiports: Sequence[Vertiport] = (),
) -> WeatherModel:
    """Return the weather model of `weather.toml` over the given days.

    Parameters
    ----------
    folder
        Of the city, in which the archives lie.
    vertiports
        Every vertiport of the city, of any phase, for the places that stations stand for.
    """
    weather = file.table("weather")
    fog = file.table("fog")
    by_month = {
        name: fog.numbers(name, count=MONTHS)
        for name in ("fog_day_chance", "score_bound")
        if name == "fog_day_chance" or fog.has(name)
    }
    stations: tuple[Station, ...] = ()
    if file.has("stations"):
        stations = tuple(
            _read_station(name, table, folder, vertiports)
            for name, table in file.tables("stations")
        )
    return weather.fill(
        WeatherModel, days=days, fog=fog.fill(FogModel, **by_month), stations=stations
    )


def _read_station(
    name: str, table: Table, folder: Path, vertiports: Sequence[Vertiport]
) -> Station:
    """Return a station with its archives, those of METAR first, and the places it stands for."""
    lon_deg, lat_deg = table.number("lon_deg"), table.number("lat_deg")
    ids = tuple(str(site.vertiport_id) for site in vertiports)
    if table.has("places"):
        places = table.texts("places", among=ids)
    else:
        reach_m = table.number("reach_m")
        places = tuple(
            str(site.vertiport_id)
            for site in vertiports
            if great_circle_m(lon_deg, lat_deg, site.lon_deg, site.lat_deg) <= reach_m
        )
    month = table.text("month") if table.has("month") else None
    archives = [_read_archive(file, table, folder, name, month) for file in table.texts("files")]
    return Station(
        station_id=name,
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        elevation_amsl_m=table.number("elevation_amsl_m"),
        places=tuple(PlaceId(place) for place in places),
        archives=tuple(sorted(archives, key=lambda archive: archive.is_typical)),
    )


def _read_archive(
    file: str, table: Table, folder: Path, station_id: str, month: str | None
) -> WeatherArchive:
    """Return one archive, by the ending of its name."""
    label = f"{folder.name}/{file}"
    if file.startswith("/") or ".." in file.split("/"):
        raise table.refuse("files", file, "a path below the city's folder")
    try:
        data = (folder / file).read_bytes()
    except FileNotFoundError:
        raise InvalidInput(label, None, "a file of the city (it is missing)") from None
    except OSError as error:
        raise InvalidInput(label, error.strerror, "a file that can be read") from None
    if file.endswith(".epw"):
        return read_epw(data, label=label).year
    if file.endswith((".metar", ".metar.txt", ".csv")):
        return read_metar_archive(data, label=label, station_id=station_id, first_month=month)
    raise table.refuse("files", file, "a name that ends in .metar, .metar.txt, .csv or .epw")


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
