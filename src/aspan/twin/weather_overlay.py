"""Measured hours laid over the modelled ones, place by place and hour by hour.

What a station told takes the place of the model; what it did not tell stays modelled, and an hour
is called measured only if the station told everything the minima need. The hours of a typical year
replace the model too, and are called typical: they are real, but of no particular date.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from aspan.primitives.ids import PlaceId
from aspan.twin.weather_frame import Place
from aspan.twin.weather_sky import PRESENT
from aspan.world.weather_archive import (
    Observation,
    Station,
    WeatherArchive,
    gust_not_told_mps,
    take_to_place,
)

if TYPE_CHECKING:
    from aspan.twin.weather import DayHours

MODELLED, TYPICAL, MEASURED = range(3)
"""What stands behind an hour at a place."""

Basis = NDArray[np.int8]

_PLAIN: Final = (
    "temperature_k", "pressure_pa", "relative_humidity", "wind_mps", "wind_from_deg",
    "visibility_m", "ceiling_agl_m", "precipitation_mm_h",
)  # fmt: skip


class Overlay:
    """Looks up what the stations of a city told for a fixed list of places."""

    def __init__(
        self, stations: Sequence[Station], places: Sequence[Place], gust_factor: float
    ) -> None:
        self._gust_factor = gust_factor
        self._sources: list[list[tuple[Station, WeatherArchive]]] = [
            list_sources(stations, place.place_id) for place in places
        ]
        self._elevation_amsl_m = [place.elevation_amsl_m for place in places]

    @property
    def is_empty(self) -> bool:
        """Say whether no place has an archive."""
        return not any(self._sources)

    def lay(self, day: "DayHours") -> Basis:
        """Write what was told into the hours of a day; return what stands behind each of them."""
        shape = day.temperature_k.shape
        basis: Basis = np.zeros(shape, dtype=np.int8)
        for place, sources in enumerate(self._sources):
            if not sources:
                continue
            for column in range(shape[1]):
                found = find_told(sources, day.first_hour + column)
                if found is None:
                    continue
                station, archive, told = found
                here = take_to_place(
                    told,
                    station_amsl_m=station.elevation_amsl_m,
                    place_amsl_m=self._elevation_amsl_m[place],
                )
                self._write(day, place, column, here)
                if archive.is_typical:
                    basis[place, column] = TYPICAL
                elif not told.list_missing():
                    basis[place, column] = MEASURED
        return basis

    def _write(self, day: "DayHours", place: int, column: int, here: Observation) -> None:
        """Write the fields that were told; a gust not told follows the wind."""
        for name in _PLAIN:
            value = getattr(here, name)
            if value is not None:
                getattr(day, name)[place, column] = value
        if here.present_weather is not None:
            day.present[place, column] = PRESENT.index(here.present_weather)
            if here.precipitation_mm_h is None and here.present_weather in ("", "BR"):
                day.precipitation_mm_h[place, column] = 0.0
        if here.wind_mps is not None:
            gust_mps = here.gust_mps
            if gust_mps is None:
                gust_mps = gust_not_told_mps(here.wind_mps, self._gust_factor)
            day.gust_mps[place, column] = max(gust_mps, here.wind_mps)


def list_sources(
    stations: Sequence[Station], place_id: PlaceId
) -> list[tuple[Station, WeatherArchive]]:
    """Return the archives that speak for a place, the measured ones before typical years."""
    found = [
        (station, archive)
        for station in stations
        if place_id in station.places
        for archive in station.archives
    ]
    return sorted(found, key=lambda pair: pair[1].is_typical)


def find_told(
    sources: Sequence[tuple[Station, WeatherArchive]], hour: int
) -> tuple[Station, WeatherArchive, Observation] | None:
    """Return the first archive that tells of an hour, and what it tells."""
    for station, archive in sources:
        told = archive.find(hour)
        if told is not None:
            return station, archive, told
    return None
