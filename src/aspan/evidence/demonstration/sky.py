"""The weather of a demonstration day as it is told: reports and forecasts, never the truth."""

from collections.abc import Callable
from datetime import date

import msgspec

from aspan.evidence.reports import AirHour, Place, ReportWeather
from aspan.primitives.ids import PlaceId, VertiportId
from aspan.primitives.units import MS_PER_H
from aspan.twin.card_place import Air
from aspan.twin.weather import WeatherTruth
from aspan.twin.weather_forecast import Forecaster
from aspan.world.city import City
from aspan.world.range import Range
from aspan.world.weather import Forecast, Weather

PAD = PlaceId("pad")
_REPORTS = 12
"""Hours of reports that a forecast rests on."""


class ShowSky:
    """Truth, reports and forecasts at the pad and at the alternate."""

    def __init__(
        self,
        city: City,
        site: Range,
        seed: int,
        cover: Callable[[Weather, date], Weather] | None,
    ) -> None:
        alternate = next(v for v in city.vertiports if v.vertiport_id == site.site.alternate)
        pad = msgspec.structs.replace(
            alternate, vertiport_id=VertiportId(PAD), elevation_amsl_m=site.site.elevation_amsl_m
        )
        here = msgspec.structs.replace(city, vertiports=(pad, alternate))
        self._truth = WeatherTruth(here, seed, cover=cover)
        self._forecaster = Forecaster(here)
        self._places: dict[Place, PlaceId] = {
            "pad": PAD,
            "alternate": PlaceId(str(alternate.vertiport_id)),
        }

    def report(self, at_ms: int, place: Place = "pad") -> Weather:
        """Return what is observed at a place now."""
        return self._truth.report(self._places[place], at_ms)

    def forecast(self, issued_at_ms: int, valid_at_ms: int, place: Place = "pad") -> Forecast:
        """Return what is expected of an hour, from reports up to now."""
        hours = range(issued_at_ms // MS_PER_H - _REPORTS + 1, issued_at_ms // MS_PER_H + 1)
        place_id = self._places[place]
        return self._forecaster.forecast(
            place_id,
            [self._truth.report(place_id, hour * MS_PER_H) for hour in hours],
            issued_at_ms=issued_at_ms,
            valid_at_ms=valid_at_ms,
        )

    def tell(self, at_ms: int) -> tuple[ReportWeather, ...]:
        """Return the reports of both places now, with the forecast of the hours after."""
        return tuple(self._tell(place, at_ms) for place in self._places)

    def _tell(self, place: Place, at_ms: int) -> ReportWeather:
        hours = [_hour(self.report(at_ms, place), at_ms)]
        for hour in range(at_ms // MS_PER_H + 1, at_ms // MS_PER_H + 3):
            expected = self.forecast(at_ms, hour * MS_PER_H, place).expected
            hours.append(_hour(expected, hour * MS_PER_H))
        return ReportWeather(
            place=place, source="twin station", observed_at_ms=at_ms, hours=tuple(hours)
        )

    def air(self, at_ms: int) -> Air:
        """Return the true air at the pad, in which an item is flown."""
        return _air(self._truth.at(PAD, at_ms))

    def reported_air(self, at_ms: int) -> Air:
        """Return the air at the pad as it is reported, for which an item is reckoned."""
        return _air(self.report(at_ms))


def _air(weather: Weather) -> Air:
    return Air(
        temperature_k=weather.temperature_k,
        pressure_pa=weather.pressure_pa,
        wind_mps=weather.wind_mps,
        wind_from_deg=weather.wind_from_deg,
        gust_mps=max(weather.gust_mps, weather.wind_mps),
    )


def _hour(weather: Weather, at_ms: int) -> AirHour:
    return AirHour(
        at_ms=at_ms,
        visibility_m=weather.visibility_m,
        ceiling_agl_m=weather.ceiling_agl_m,
        wind_mps=weather.wind_mps,
        gust_mps=weather.gust_mps,
        temperature_k=weather.temperature_k,
        pressure_pa=weather.pressure_pa,
    )
