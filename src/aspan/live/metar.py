"""Live METAR: polls a text, and has the service told what the station reports.

A thread of its own reads a file or an address, finds the newest report of each station that is not
ahead of the service's clock, and hands it over as the weather of the places the station stands for.
Age is counted on the service's clock, as the engine counts it.

What happens when it fails. If the text vanishes, cannot be read, is garbage, or lacks what the
minima need, the last report holds until it is too old (`report_age_ms_max`); from then on nothing
is released from or to these places until a fresh report comes. Each failure is told once, and once
more when it is over. The model never takes over again: a place that lost its METAR has no weather.
"""

from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Final
from urllib.error import URLError
from urllib.request import Request, urlopen

import msgspec

from aspan.live.service import NotAnswered
from aspan.operations.commands import ReportWeather
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import PlaceId
from aspan.primitives.instants import format_utc
from aspan.primitives.units import MS_PER_MIN
from aspan.world.atmosphere import standard_pressure_pa
from aspan.world.readers.metar import MetarReport, list_reports
from aspan.world.weather import Forecast, Weather
from aspan.world.weather_archive import (
    Observation,
    Station,
    gust_not_told_mps,
    take_to_place,
)

BYTES_MAX: Final = 1_000_000
"""Longest text that is read; a day of all the world's reports is shorter."""

TIMEOUT_S: Final = 10.0
READ_S_MAX: Final = 30.0
FILE_EVERY_S: Final = 5.0
ADDRESS_EVERY_S: Final = 60.0
"""Services allow a request a minute (facts 10, METAR)."""

BACK_OFF_S_MAX: Final = 900.0
_HUMIDITY_NOT_TOLD: Final = 0.5
"""Assumed where no dew point is told; only forecasts of fog read it."""


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """The stations of a city as the feed needs them.

    Parameters
    ----------
    elevation_amsl_m
        Of every place that one of the stations stands for.
    """

    stations: tuple[Station, ...]
    elevation_amsl_m: dict[PlaceId, float]
    gust_factor: float
    report_age_ms_max: int


class MetarFeed:
    """Reports of stations, polled and handed over.

    Parameters
    ----------
    source
        Path of a text file, or an address that begins with http:// or https://.
    submit
        Hands a command with its cause to the service; returns when it is on disk.
    now_ms
        The service's clock.
    forecast
        What is expected at a place from a report heard at an instant.
    tell
        Told once what goes wrong, and once when it is over.
    heard_ms
        Instants of the last reports that the service already has, by place.
    """

    def __init__(
        self,
        source: str,
        watched: Watched,
        *,
        submit: Callable[[str, ReportWeather], object],
        now_ms: Callable[[], int],
        forecast: Callable[[Weather, int], tuple[Forecast, ...]],
        tell: Callable[[str], None],
        heard_ms: Mapping[PlaceId, int],
    ) -> None:
        self._source = source
        self._watched = watched
        self._submit = submit
        self._now_ms = now_ms
        self._forecast = forecast
        self._tell = tell
        self._heard_ms = dict(heard_ms)
        self._texts: dict[PlaceId, str] = {}
        self._troubles: dict[str, str] = {}
        self._failures = 0
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="metar", daemon=True)

    def start(self) -> None:
        """Begin to poll, in a thread."""
        self._thread.start()

    def stop(self, wait_s: float | None = None) -> None:
        """End; a request under way is not waited for longer than `wait_s`."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(wait_s)

    def _run(self) -> None:
        while not self._stopped.wait(self.poll()):
            pass

    def poll(self) -> float:
        """Look once; return after how many seconds to look again."""
        every_s = ADDRESS_EVERY_S if is_address(self._source) else FILE_EVERY_S
        try:
            data = read_source(self._source)
        except (OSError, HTTPException, ValueError) as error:
            self._failures += 1
            self._trouble("source", f"METAR of {self._source} cannot be read: {_name(error)}")
            self._watch_age()
            return float(min(BACK_OFF_S_MAX, every_s * 2 ** min(self._failures, 20)))
        self._failures = 0
        self._trouble("source", "")
        now_ms = self._now_ms()
        reports = list_reports(data, now_ms=now_ms, field="METAR")
        for station in self._watched.stations:
            mine = [
                (at_ms, found)
                for at_ms, found in reports
                if at_ms <= now_ms and _is_of(found, station.station_id)
            ]
            self._take_newest(station, mine)
        self._watch_age()
        return every_s

    def _take_newest(self, station: Station, mine: Sequence[tuple[int, MetarReport | str]]) -> None:
        """Hand over the newest report of a station that can be used; say why a newer one cannot."""
        problem = "" if mine else "no report of it in the text"
        for at_ms, found in reversed(mine):
            if isinstance(found, str):
                problem = problem or found
                continue
            missing = found.observation.list_missing()
            if missing:
                problem = problem or f"{found.text}: does not tell {', '.join(missing)}"
                continue
            self._hand_over(station, at_ms, found)
            break
        self._trouble(f"station {station.station_id}", _about(station.station_id, problem))

    def _hand_over(self, station: Station, at_ms: int, report: MetarReport) -> None:
        """Tell the service of a report at every place that has not heard of it."""
        for place_id in station.places:
            last_ms = self._heard_ms.get(place_id, -1)
            is_new = at_ms > last_ms
            is_mended = at_ms == last_ms and report.is_corrected
            known = self._texts.get(place_id, report.text)
            if not is_new and not (is_mended and known != report.text):
                continue
            weather = make_weather(report.observation, station, place_id, self._watched)
            forecasts = self._forecast(weather, self._now_ms())
            command = ReportWeather(weather=weather, forecasts=forecasts)
            mark = "/corrected" if is_mended else ""
            try:
                self._submit(f"metar/{station.station_id}/{place_id}/{at_ms}{mark}", command)
            except (NotAnswered, InvalidInput) as error:
                self._trouble(f"place {place_id}", f"METAR for {place_id} was not taken: {error}")
                continue
            self._trouble(f"place {place_id}", "")
            self._heard_ms[place_id] = at_ms
            self._texts[place_id] = report.text

    def _watch_age(self) -> None:
        """Say once that a station's last report is too old, and once that a fresh one came."""
        now_ms = self._now_ms()
        for station in self._watched.stations:
            heard = [self._heard_ms.get(place_id) for place_id in station.places]
            known = [at_ms for at_ms in heard if at_ms is not None]
            last_ms = min(known, default=None)
            message = ""
            if last_ms is None:
                message = f"METAR of {station.station_id}: none yet"
            elif now_ms - last_ms > self._watched.report_age_ms_max:
                message = f"METAR of {station.station_id}: the last is of {format_utc(last_ms)}"
            if message:
                bound_min = self._watched.report_age_ms_max // MS_PER_MIN
                message += (
                    f"; older than {bound_min} min is no-go at {', '.join(station.places)}"
                    f" (the service's clock is at {format_utc(now_ms)})"
                )
            self._trouble(f"age {station.station_id}", message, key=message.split(";")[0])

    def _trouble(self, about: str, message: str, *, key: str | None = None) -> None:
        """Tell of a trouble when it begins or changes, and when it is over (an empty message)."""
        before = self._troubles.get(about, "")
        mark = message if key is None else key
        if mark == before:
            return
        self._troubles[about] = mark
        if message:
            self._tell(message)
        else:
            self._tell(f"METAR, {about}: in order again")


def is_address(source: str) -> bool:
    """Say whether a source is an address and no path."""
    return source.startswith(("http://", "https://"))


def read_source(source: str) -> bytes:
    """Return the text of a file or an address; `ValueError` if it is too long."""
    if is_address(source):
        until_s = monotonic() + READ_S_MAX
        data = b""
        with urlopen(Request(source), timeout=TIMEOUT_S) as answer:
            while len(data) <= BYTES_MAX and (part := answer.read1(BYTES_MAX + 1 - len(data))):
                data += part
                if monotonic() > until_s:
                    raise ValueError(f"not all there within {READ_S_MAX:g} s")
    else:
        with Path(source).open("rb") as file:
            data = file.read(BYTES_MAX + 1)
    if len(data) > BYTES_MAX:
        raise ValueError(f"longer than {BYTES_MAX} bytes")
    return data


def make_weather(
    seen: Observation, station: Station, place_id: PlaceId, watched: Watched
) -> Weather:
    """Return a station's report as the weather of a place, stamped when it was observed."""
    elevation_m = watched.elevation_amsl_m[place_id]
    here = take_to_place(seen, station_amsl_m=station.elevation_amsl_m, place_amsl_m=elevation_m)
    temperature_k, wind_mps = here.temperature_k, here.wind_mps
    visibility_m, ceiling_m = here.visibility_m, here.ceiling_agl_m
    present = here.present_weather
    if (
        temperature_k is None
        or wind_mps is None
        or visibility_m is None
        or ceiling_m is None
        or present is None
    ):
        raise InvalidInput("METAR", seen.list_missing(), "a report that tells what minima need")
    gust_mps = here.gust_mps
    if gust_mps is None:
        gust_mps = gust_not_told_mps(wind_mps, watched.gust_factor)
    pressure_pa = here.pressure_pa
    return Weather(
        place_id=place_id,
        at_ms=seen.at_ms,
        temperature_k=round(temperature_k, 2),
        pressure_pa=round(
            standard_pressure_pa(elevation_m) if pressure_pa is None else pressure_pa
        ),
        wind_mps=round(wind_mps, 2),
        wind_from_deg=0.0 if here.wind_from_deg is None else here.wind_from_deg,
        gust_mps=round(max(gust_mps, wind_mps), 2),
        relative_humidity=round(
            _HUMIDITY_NOT_TOLD if here.relative_humidity is None else here.relative_humidity, 2
        ),
        visibility_m=round(visibility_m, 1),
        ceiling_agl_m=round(ceiling_m, 1),
        precipitation_mm_h=here.precipitation_mm_h or 0.0,
        present_weather=present,
        is_modelled=False,
    )


def _is_of(found: MetarReport | str, station_id: str) -> bool:
    if isinstance(found, str):
        return found.startswith(f"{station_id} ")
    return found.station_id == station_id


def _about(station_id: str, problem: str) -> str:
    return f"METAR of {station_id} not used: {problem}" if problem else ""


def _name(error: Exception) -> str:
    """Return why a text could not be read."""
    if isinstance(error, URLError):
        return str(error.reason)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
