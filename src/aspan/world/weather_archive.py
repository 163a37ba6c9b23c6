"""Weather that was measured: what a station told, hour by hour, and the places it stands for.

A station's hour is taken to a place by height alone: temperature with the standard lapse, pressure
by the standard atmosphere, the base of cloud at the same height above the sea. What the station did
not tell stays None here; whoever needs it fills it and says so.

Not modelled: that fog or wind differ between station and place. A station therefore stands only for
the places its city file names, or for those within the reach stated there.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from math import exp
from typing import Final, Protocol

import msgspec

from aspan.primitives.ids import PlaceId
from aspan.primitives.units import KELVIN_AT_0_C, MS_PER_H, MS_PER_MIN
from aspan.world.atmosphere import pressure_at_height_pa
from aspan.world.weather import CEILING_UNLIMITED_M, PresentWeather

STANDARD_LAPSE_K_PER_M: Final = 6.5e-3
"""Fall of temperature with height: ICAO Doc 7488, *Manual of the ICAO Standard Atmosphere*."""

_EARLY_MS: Final = 10 * MS_PER_MIN
"""A report up to ten minutes before the hour is that hour's: routine reports are taken at 50 to 55
minutes past (FAA Order JO 7900.5, *Surface Weather Observing*, ch. 3)."""

_HOUR: Final = timedelta(hours=1)


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """What a station told of one instant; None in what it did not tell.

    Parameters
    ----------
    at_ms
        Instant of the observation.
    pressure_pa
        At the station's own height.
    qnh_pa
        Pressure reduced to mean sea level by the standard atmosphere.
    wind_from_deg
        None in calm and variable wind, too.
    gust_mps
        None if no gust was told, which says that none was worth telling.
    ceiling_agl_m
        Above the station; `CEILING_UNLIMITED_M` if the sky was told to have none.
    present_weather
        The group most restrictive for flight, thunder in the vicinity included; empty if the
        station told that there is none.
    """

    at_ms: int
    temperature_k: float | None = None
    relative_humidity: float | None = None
    pressure_pa: float | None = None
    qnh_pa: float | None = None
    wind_mps: float | None = None
    wind_from_deg: float | None = None
    gust_mps: float | None = None
    visibility_m: float | None = None
    ceiling_agl_m: float | None = None
    precipitation_mm_h: float | None = None
    present_weather: PresentWeather | None = None

    def list_missing(self) -> tuple[str, ...]:
        """Return what the minima need and the station did not tell."""
        return tuple(name for name in NEEDED if getattr(self, name) is None)


NEEDED: Final = (
    "temperature_k", "wind_mps", "visibility_m", "ceiling_agl_m", "present_weather",
)  # fmt: skip
"""Fields without which nobody can judge the minima; an hour that lacks one is not measured."""


class Skipped(msgspec.Struct, frozen=True):
    """A line of an archive that could not be used, and why."""

    line: int
    reason: str


class Station(msgspec.Struct, frozen=True, kw_only=True):
    """A weather station and the places it stands for."""

    station_id: str
    lon_deg: float
    lat_deg: float
    elevation_amsl_m: float
    places: tuple[PlaceId, ...]
    archives: tuple["WeatherArchive", ...] = ()


class WeatherArchive(Protocol):
    """Hours of one station from one file."""

    label: str
    is_typical: bool
    """True for a typical year: its hours are real, but of no particular date."""

    def find(self, hour: int) -> Observation | None:
        """Return what stands for the hour of this number (UTC, since 1970), if anything does."""
        ...

    def list_skipped(self) -> tuple[Skipped, ...]:
        """Return the lines that could not be used; reads the whole archive."""
        ...

    def span(self) -> tuple[int, int] | None:
        """Return the first and the last hour it holds; None for a typical year or nothing."""
        ...

    def count_hours(self) -> int:
        """Return how many hours it holds that can be used; reads the whole archive."""
        ...


class MeasuredArchive:
    """Reports of past instants, decoded only when their hour is asked for.

    Parameters
    ----------
    entries
        Instant, number of the line and text of every report.
    decode
        Turns one of them into an observation, or says why not.
    """

    is_typical = False

    def __init__(
        self,
        label: str,
        entries: list[tuple[int, int, str]],
        skipped: list[Skipped],
        decode: Callable[[int, int, str], Observation | Skipped],
    ) -> None:
        self.label = label
        self._by_hour: dict[int, list[tuple[int, int, str]]] = {}
        for entry in entries:
            hour = (entry[0] + _EARLY_MS) // MS_PER_H
            self._by_hour.setdefault(hour, []).append(entry)
        self._unread = skipped
        self._skipped: dict[int, Skipped] = {}
        self._decode = decode
        self._known: dict[int, Observation | None] = {}

    def find(self, hour: int) -> Observation | None:
        """Return the report nearest to the beginning of the hour, a later line before an earlier.

        Reports from ten minutes before the hour until ten before the next are that hour's.
        """
        if hour in self._known:
            return self._known[hour]
        start_ms = hour * MS_PER_H
        found = None
        entries = self._by_hour.get(hour, [])
        for entry in sorted(entries, key=lambda e: (abs(e[0] - start_ms), -e[1])):
            decoded = self._decode(*entry)
            if isinstance(decoded, Observation):
                found = decoded
                break
            self._skipped[decoded.line] = decoded
        self._known[hour] = found
        return found

    def list_skipped(self) -> tuple[Skipped, ...]:
        """Return the lines that could not be used, in their order."""
        for entries in self._by_hour.values():
            for entry in entries:
                decoded = self._decode(*entry)
                if isinstance(decoded, Skipped):
                    self._skipped[decoded.line] = decoded
        every = [*self._unread, *self._skipped.values()]
        return tuple(sorted(every, key=lambda skipped: skipped.line))

    def span(self) -> tuple[int, int] | None:
        """Return the first and the last hour with a report."""
        return (min(self._by_hour), max(self._by_hour)) if self._by_hour else None

    def count_hours(self) -> int:
        """Return how many hours have a report that can be used."""
        return sum(self.find(hour) is not None for hour in sorted(self._by_hour))


class TypicalYear:
    """A year of hours put together from several years, found by month, day and hour.

    Parameters
    ----------
    hours
        By month, day and hour (0 to 23, beginning) of the file's own standard time.
    offset_h
        Of that time from UTC [h].
    """

    is_typical = True

    def __init__(
        self,
        label: str,
        hours: Mapping[tuple[int, int, int], Observation],
        skipped: list[Skipped],
        *,
        offset_h: float,
    ) -> None:
        self.label = label
        self._hours = dict(hours)
        self._skipped = tuple(skipped)
        self._offset_ms = int(offset_h * MS_PER_H)

    def find(self, hour: int) -> Observation | None:
        """Return the hour of the same month, day and time; that of 28 February for the 29th."""
        at_ms = hour * MS_PER_H + self._offset_ms
        local = datetime(1970, 1, 1, tzinfo=UTC) + at_ms // MS_PER_H * _HOUR
        found = self._hours.get((local.month, local.day, local.hour))
        if found is None and (local.month, local.day) == (2, 29):
            found = self._hours.get((2, 28, local.hour))
        return None if found is None else msgspec.structs.replace(found, at_ms=hour * MS_PER_H)

    def list_skipped(self) -> tuple[Skipped, ...]:
        """Return the lines that could not be used."""
        return self._skipped

    def span(self) -> tuple[int, int] | None:
        """Return None: it is of no particular date."""
        return None

    def count_hours(self) -> int:
        """Return how many hours of a year it has."""
        return len(self._hours)


def take_to_place(seen: Observation, *, station_amsl_m: float, place_amsl_m: float) -> Observation:
    """Return what a station saw as it holds at a place of another height."""
    up_m = place_amsl_m - station_amsl_m
    pressure_pa = seen.pressure_pa
    if pressure_pa is not None:
        pressure_pa = pressure_at_height_pa(
            pressure_pa, from_amsl_m=station_amsl_m, to_amsl_m=place_amsl_m
        )
    elif seen.qnh_pa is not None:
        pressure_pa = pressure_at_height_pa(seen.qnh_pa, from_amsl_m=0.0, to_amsl_m=place_amsl_m)
    ceiling_m = seen.ceiling_agl_m
    if ceiling_m is not None and ceiling_m < CEILING_UNLIMITED_M:
        ceiling_m = min(CEILING_UNLIMITED_M, max(0.0, ceiling_m - up_m))
    temperature_k = seen.temperature_k
    if temperature_k is not None:
        temperature_k -= STANDARD_LAPSE_K_PER_M * up_m
    return msgspec.structs.replace(
        seen, pressure_pa=pressure_pa, ceiling_agl_m=ceiling_m, temperature_k=temperature_k
    )


def relative_humidity(temperature_k: float, dew_point_k: float) -> float:
    """Return relative humidity from temperature and dew point, in [0, 1].

    Magnus' formula over water with the constants of WMO-No. 8, *Guide to Instruments and Methods of
    Observation*, 2018, vol. I, annex 4.B.
    """

    def vapour(at_k: float) -> float:
        at_c = at_k - KELVIN_AT_0_C
        return exp(17.62 * at_c / (243.12 + at_c))

    return min(1.0, max(0.0, vapour(dew_point_k) / vapour(temperature_k)))


GUST_TOLD_FROM_MPS: Final = 5.0
"""A gust is told when it exceeds the mean wind by 5 m/s (10 kt) or more: ICAO Annex 3,
*Meteorological Service for International Air Navigation*, 20th ed., 2018, app. 3, 4.1.5.2 c."""


def gust_not_told_mps(wind_mps: float, gust_factor: float) -> float:
    """Return the gust to reckon with when none was told: the usual one, below what is told."""
    return min(gust_factor * wind_mps, wind_mps + GUST_TOLD_FROM_MPS)
