"""The twin's weather at the pad of a test site and at its alternate, reported as a station would.

The days are the city's own: real reanalysis where it has the date, hours modelled around them.
"""

import msgspec

from aspan.evidence.reports import AirHour, Place, ReportWeather
from aspan.primitives.ids import PlaceId, VertiportId
from aspan.primitives.units import MS_PER_H
from aspan.twin.weather import WeatherTruth
from aspan.world.city import City
from aspan.world.range import Range
from aspan.world.weather import Weather

HOURS_AHEAD = 12
"""Hours of one report: longer than any slot of a working day. Assumed: the forecast is true."""

_PAD = PlaceId("range-pad")


class TwinWeather:
    """Weather of a test site under a seed."""

    def __init__(self, city: City, site: Range, seed: int) -> None:
        alternate = next(v for v in city.vertiports if v.vertiport_id == site.site.alternate)
        pad = msgspec.structs.replace(
            alternate,
            vertiport_id=VertiportId(str(_PAD)),
            elevation_amsl_m=site.site.elevation_amsl_m,
        )
        self._places: dict[Place, PlaceId] = {
            "pad": _PAD,
            "alternate": PlaceId(str(alternate.vertiport_id)),
        }
        self._truth = WeatherTruth(msgspec.structs.replace(city, vertiports=(pad, alternate)), seed)
        self._seed = seed

    def at(self, place: Place, at_ms: int) -> Weather:
        """Return the weather of the hour that holds an instant."""
        return self._truth.at(self._places[place], at_ms)

    def report(self, place: Place, at_ms: int, hours: int = HOURS_AHEAD) -> ReportWeather:
        """Return what is observed at an instant, and the hours after it."""
        first = at_ms // MS_PER_H
        starts = [at_ms, *((first + ahead) * MS_PER_H for ahead in range(1, hours))]
        return ReportWeather(
            place=place,
            source=f"weather of the twin, modelled, seed {self._seed}",
            observed_at_ms=at_ms,
            hours=tuple(_tell_hour(self.at(place, start), start) for start in starts),
        )


def _tell_hour(weather: Weather, at_ms: int) -> AirHour:
    return AirHour(
        at_ms=at_ms,
        visibility_m=weather.visibility_m,
        ceiling_agl_m=weather.ceiling_agl_m,
        wind_mps=weather.wind_mps,
        gust_mps=weather.gust_mps,
        temperature_k=weather.temperature_k,
        pressure_pa=weather.pressure_pa,
    )
