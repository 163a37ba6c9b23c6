"""EPW, the weather file of EnergyPlus: a year of hours as observations of a station.

Layout, units and codes of missing values from U.S. Department of Energy, *EnergyPlus Auxiliary
Programs*, ch. "EnergyPlus Weather File (EPW) Data Dictionary": eight lines of head, then 35 fields
an hour; hour 1 is the hour that ends at 01:00 of the file's own standard time, which keeps no
summer time.

An EPW is a year put together from several: its hours are real, but of no particular date. They are
therefore found by month, day and hour, and called typical, never measured, whatever years it names.
"""

from calendar import monthrange
from typing import Final

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import M_PER_KM, celsius_to_kelvin
from aspan.world.weather import CEILING_UNLIMITED_M, PresentWeather
from aspan.world.weather_archive import Observation, Skipped, TypicalYear

_HEAD: Final = (
    "LOCATION", "DESIGN CONDITIONS", "TYPICAL/EXTREME PERIODS", "GROUND TEMPERATURES",
    "HOLIDAYS/DAYLIGHT SAVING", "COMMENTS 1", "COMMENTS 2", "DATA PERIODS",
)  # fmt: skip
_FIELDS: Final = 35
_TEMPERATURE, _DEW, _HUMIDITY, _PRESSURE = 6, 7, 8, 9
_WIND_FROM, _WIND, _VISIBILITY, _CEILING = 20, 21, 24, 25
_OBSERVED, _CODES, _FALLEN, _FALLEN_H = 26, 27, 33, 34

_RANGES: Final = {
    _TEMPERATURE: (-70.0, 70.0),
    _DEW: (-70.0, 70.0),
    _HUMIDITY: (0.0, 110.0),
    _PRESSURE: (31_000.0, 120_000.0),
    _WIND_FROM: (0.0, 360.0),
    _WIND: (0.0, 40.0),
    _VISIBILITY: (0.0, 999.0),
    _CEILING: (0.0, 30_000.0),
    _FALLEN: (0.0, 500.0),
    _FALLEN_H: (0.0, 24.0),
}
"""Values of the data dictionary; what lies outside is missing, as the codes 99.9 to 999999 do."""

_UNLIMITED, _CIRROFORM = 77_777.0, 88_888.0
"""Ceiling: none, and one of ice cloud whose height is not told, which lies far above any lane."""

_FREEZING = frozenset("678")
_FOG_BELOW_KM = 1.0
_NO_WEATHER = "9" * 9


class EpwLocation(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a file: where it was observed, and its standard time."""

    city: str
    country: str
    source: str
    wmo_id: str
    lat_deg: float
    lon_deg: float
    offset_h: float
    elevation_amsl_m: float


class EpwFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file."""

    location: EpwLocation
    year: TypicalYear


def read_epw(data: bytes, *, label: str) -> EpwFile:
    """Return location and hours of an EPW file; hours that cannot be read are listed as skipped.

    `InvalidInput` if the head is not that of an EPW or no hour can be read.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # names of cities in older files
    lines = text.splitlines()
    for number, name in enumerate(_HEAD):
        if number >= len(lines) or not lines[number].upper().startswith(name):
            found = lines[number][:40] if number < len(lines) else None
            raise InvalidInput(f"{label}: line {number + 1}", found, f"the head {name}")
    location = _read_location(lines[0], f"{label}: line 1")
    _check_periods(lines[7], f"{label}: line 8")
    hours: dict[tuple[int, int, int], Observation] = {}
    skipped: list[Skipped] = []
    for number, line in enumerate(lines[8:], start=9):
        if not line.strip():
            continue
        try:
            key, observation = _read_hour(line)
        except ValueError as error:
            skipped.append(Skipped(number, str(error)))
            continue
        if key in hours:
            skipped.append(Skipped(number, f"a second {key[0]:02d}-{key[1]:02d} hour {key[2] + 1}"))
            continue
        hours[key] = observation
    if not hours:
        raise InvalidInput(label, 0, "at least one hour of 35 fields that can be read")
    year = TypicalYear(label, hours, skipped, offset_h=location.offset_h)
    return EpwFile(location=location, year=year)


def _read_location(line: str, label: str) -> EpwLocation:
    """Return the first line of the head."""
    fields = [field.strip() for field in line.split(",")]
    expected = "LOCATION,city,region,country,source,WMO,latitude,longitude,time zone,elevation"
    try:
        lat_deg, lon_deg, offset_h, elevation_m = (float(field) for field in fields[6:10])
    except ValueError:
        raise InvalidInput(label, line[:80], expected) from None
    is_on_earth = abs(lat_deg) <= 90.0 and abs(lon_deg) <= 180.0 and abs(offset_h) <= 14.0
    if not (is_on_earth and -1000.0 <= elevation_m <= 9999.9):
        raise InvalidInput(label, line[:80], expected)
    return EpwLocation(
        city=fields[1],
        country=fields[3],
        source=fields[4],
        wmo_id=fields[5],
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        offset_h=offset_h,
        elevation_amsl_m=elevation_m,
    )


def _check_periods(line: str, label: str) -> None:
    """Refuse data by other steps than the hour."""
    fields = line.split(",")
    if len(fields) < 3 or fields[2].strip() != "1":
        found = fields[2].strip() if len(fields) > 2 else line[:40]
        raise InvalidInput(label, found, "DATA PERIODS with 1 record an hour")


def _read_hour(line: str) -> tuple[tuple[int, int, int], Observation]:
    """Return month, day and beginning hour of a line, and what was observed; `ValueError` if not.

    Some files leave fields away at the end (albedo and liquid precipitation): those are missing.
    """
    fields = line.split(",")
    if not _FIELDS - 3 <= len(fields) <= _FIELDS:
        raise ValueError(f"{len(fields)} fields, not {_FIELDS}")
    month, day, hour = (int(field) for field in fields[1:4])
    if not (1 <= month <= 12 and 1 <= day <= monthrange(2024, month)[1] and 1 <= hour <= 24):
        raise ValueError(f"no such hour: month {month}, day {day}, hour {hour} of 1 to 24")
    temperature_c, dew_c = _value(fields, _TEMPERATURE), _value(fields, _DEW)
    humidity, pressure_pa = _value(fields, _HUMIDITY), _value(fields, _PRESSURE)
    wind_mps, wind_from_deg = _value(fields, _WIND), _value(fields, _WIND_FROM)
    visibility_km = _value(fields, _VISIBILITY)
    present = _present(fields)
    if temperature_c is not None and dew_c is not None and dew_c > temperature_c + 5.0:
        raise ValueError(f"dew point {dew_c:g} C above the temperature {temperature_c:g} C")
    return (month, day, hour - 1), Observation(
        at_ms=0,
        temperature_k=None if temperature_c is None else celsius_to_kelvin(temperature_c),
        relative_humidity=None if humidity is None else min(1.0, humidity / 100.0),
        pressure_pa=pressure_pa,
        wind_mps=wind_mps,
        wind_from_deg=None if wind_from_deg is None or not wind_mps else wind_from_deg % 360.0,
        visibility_m=None if visibility_km is None else visibility_km * M_PER_KM,
        ceiling_agl_m=_ceiling_agl_m(fields),
        precipitation_mm_h=_rate_mm_h(fields),
        present_weather=present,
    )


def _value(fields: list[str], index: int) -> float | None:
    """Return a field's value; None if it is missing, by its code or by being out of range."""
    text = fields[index].strip() if index < len(fields) else ""
    if not text:
        return None
    value = float(text)
    low, high = _RANGES[index]
    return value if low <= value <= high else None


def _ceiling_agl_m(fields: list[str]) -> float | None:
    text = fields[_CEILING].strip()
    if text and float(text) in (_UNLIMITED, _CIRROFORM):
        return CEILING_UNLIMITED_M
    value = _value(fields, _CEILING)
    return None if value is None else min(value, CEILING_UNLIMITED_M)


def _rate_mm_h(fields: list[str]) -> float | None:
    """Return what fell, by the hour; None if the file does not tell, or tells no amount of it."""
    fallen_mm, over_h = _value(fields, _FALLEN), _value(fields, _FALLEN_H)
    if fallen_mm is None:
        return None
    return fallen_mm / over_h if over_h else fallen_mm


def _present(fields: list[str]) -> PresentWeather | None:
    """Return the weather most restrictive for flight of the nine digits of TMY2.

    Digit by digit, 9 for none: thunder and squalls; rain (6 to 8 freezing); squalls of rain and
    drizzle (6 to 8 freezing); snow; snow showers; sleet (4 hail); fog (1 and 7 of ice, 3 and 4 dust
    or sand, 6 glaze); smoke and haze; ice pellets: W. Marion, K. Urban, *User's Manual for TMY2s*,
    NREL/SP-463-7668, 1995, app. B. Fog is noted there from 11 km downwards; it is fog here below
    1 km, else mist. Files that do not observe weather (digit of observation 9), and those that
    fill the digits with noughts, tell nothing.
    """
    codes = fields[_CODES].strip().strip("'\"")
    is_told = fields[_OBSERVED].strip() == "0" and len(codes) == len(_NO_WEATHER)
    if not is_told or not codes.isdigit() or set(codes) == {"0"}:
        return None
    thunder, rain, drizzle, snow, showers, sleet, fog = codes[:7]  # type: ignore[str-unpack]  # digits
    visibility_km = _value(fields, _VISIBILITY)
    is_dense = visibility_km is None or visibility_km < _FOG_BELOW_KM
    if thunder != "9" or sleet == "4":
        return "TS"
    if {rain, drizzle} & _FREEZING or sleet != "9" or fog == "6" or codes[8] != "9":
        return "FZRA"
    if fog in "17" and is_dense:
        return "FZFG"
    if fog in "0258" and is_dense:
        return "FG"
    if (snow, showers) != ("9", "9"):
        return "SN"
    if (rain, drizzle) != ("9", "9"):
        return "RA"
    return "BR" if fog in "012578" else ""
