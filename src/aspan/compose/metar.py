"""Live METAR for a twin's service: which places it covers, and the feed that tells of them."""

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from aspan.compose.runs import Run
from aspan.live.metar import MetarFeed, Watched, is_address
from aspan.live.service import Service
from aspan.live.wall_clock import WallClock
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import PlaceId
from aspan.primitives.units import MS_PER_H
from aspan.twin.outside import FORECAST_HOURS
from aspan.twin.weather_forecast import Forecaster
from aspan.world.city import City
from aspan.world.weather import Forecast, Weather

OPTION = "--metar"


def list_covered(city: City) -> tuple[PlaceId, ...]:
    """Return the vertiports of a city that a weather station stands for, in the city's order."""
    told = {place for station in city.weather.stations for place in station.places}
    ids = (PlaceId(site.vertiport_id) for site in city.vertiports)
    return tuple(place for place in ids if place in told)


def check_source(source: str, city: City) -> None:
    """Refuse a source that cannot be one, or a city without a station."""
    if not is_address(source) and not Path(source).is_file():
        raise InvalidInput(OPTION, source, "a text file that is there, or http(s)://…")
    if not list_covered(city):
        raise InvalidInput(
            OPTION, source, f"stations in {city.city_id}/weather.toml that stand for a vertiport"
        )


def open_feed(
    source: str, run: Run, service: Service, clock: WallClock, tell: Callable[[str], None]
) -> MetarFeed:
    """Return the feed of a service over the places its run takes from METAR; it is not started."""
    city = run.city
    covered = run.settings.told_places
    elevation_amsl_m = {
        PlaceId(site.vertiport_id): site.elevation_amsl_m
        for site in city.vertiports
        if PlaceId(site.vertiport_id) in covered
    }
    stations = []
    taken: set[PlaceId] = set()
    for station in city.weather.stations:
        mine = tuple(p for p in station.places if p in elevation_amsl_m and p not in taken)
        taken.update(mine)
        if mine:
            stations.append(replace(station, places=mine))
    forecaster = Forecaster(city)

    def forecast(report: Weather, at_ms: int) -> tuple[Forecast, ...]:
        """Return what is expected from a report, by the hour."""
        hour_ms = at_ms - at_ms % MS_PER_H
        floored = replace(report, at_ms=report.at_ms - report.at_ms % MS_PER_H)
        return tuple(
            forecaster.forecast(
                report.place_id,
                [floored],
                issued_at_ms=at_ms,
                valid_at_ms=hour_ms + ahead * MS_PER_H,
            )
            for ahead in range(1, FORECAST_HOURS + 1)
        )

    return MetarFeed(
        source,
        Watched(
            stations=tuple(stations),
            elevation_amsl_m=elevation_amsl_m,
            gust_factor=city.weather.gust_factor,
            report_age_ms_max=city.rules.weather_minima.report_age_ms_max,
        ),
        submit=service.submit,
        now_ms=clock.now_ms,
        forecast=forecast,
        tell=tell,
        heard_ms=run.truth.heard_ms(),
    )
