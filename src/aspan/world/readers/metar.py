"""METAR and SPECI, one report or an archive of lines, as observations.

Groups are read by the `metar` package (python-metar), told month and year so that it asks no clock;
what a group means for flight is decided here, with three rules of caution. A report with a group
nobody knows is not used at all. `////` means not told, never good. What stands after RMK, TEMPO,
BECMG or NOSIG is a remark or a forecast and is not read.

Amounts of precipitation are not in a METAR: the rates below stand for its three intensities.
"""

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from metar.Metar import Metar, ParserError

from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import datetime_to_ms
from aspan.primitives.units import MS_PER_DAY, MS_PER_S, PA_PER_HPA, celsius_to_kelvin
from aspan.world.weather import CEILING_UNLIMITED_M, PresentWeather
from aspan.world.weather_archive import (
    MeasuredArchive,
    Observation,
    Skipped,
    relative_humidity,
)

REPORT_LENGTH_MAX: Final = 2000
"""Longest line that is looked at; Assumed: the longest real reports have some 500 characters."""

NO_CLOUD_BELOW_M: Final = 1500.0
"""CAVOK and NSC promise no cloud below 1,500 m (5,000 ft), no more: ICAO Annex 3, 20th ed., 2018,
app. 3, 2.2 and 4.5.4.2."""

_RATES_MM_H: Final = {
    "DZ": (0.2, 0.4, 0.8),
    "RA": (1.0, 5.0, 15.0),
    "SN": (0.5, 2.5, 6.0),
}
"""Assumed rates of light, moderate and heavy precipitation, within the classes of WMO-No. 8, 2018,
vol. I, ch. 14: rain 2.5 and 10 mm/h, drizzle 0.1 and 0.5, snow (as water) 1 and 5."""

_RESTRICTIVE: Final[tuple[PresentWeather, ...]] = (
    "TS", "FZRA", "FZFG", "FG", "SN", "RA", "BR", "",
)  # fmt: skip
"""The most restrictive for flight first."""

_LIMITS: Final = {
    "temperature_k": (193.15, 333.15),
    "wind_mps": (0.0, 75.0),
    "gust_mps": (0.0, 115.0),
    "qnh_pa": (85_000.0, 110_000.0),
    "visibility_m": (0.0, 200_000.0),
}
"""Beyond these a group was mistyped: the records of WMO's *World Weather and Climate Extremes
Archive* lie within, tornadoes left out."""

_REPORT = re.compile(r"\b(?:(?:METAR|SPECI)\s+)?(?:COR\s+)?([A-Z][A-Z0-9]{3})\s+(\d{6})Z\b")
_REST = re.compile(r"\s(?:RMKS?|TEMPO|BECMG|NOSIG|NOSPECI|FCST|INTER|\$)(?=[\s=]|$)")
_DAY_TIME = re.compile(r"(\d\d)(\d\d)(\d\d)")
_STAMP = re.compile(r"(?<!\d)(\d{4})-?(\d\d)-?(\d\d)[ T]?(\d\d):?(\d\d)(?!\d)")
_NOT_TOLD = re.compile(r"\s////(?:\s|$)")
_FAULTS: Final = (
    ParserError, ValueError, TypeError, KeyError, IndexError, AttributeError,
    OverflowError, ZeroDivisionError, UnboundLocalError,
)  # fmt: skip
"""What the package raises over spoilt reports."""


class MetarReport(msgspec.Struct, frozen=True, kw_only=True):
    """One report.

    Parameters
    ----------
    text
        As it came, without what follows the body.
    """

    station_id: str
    is_special: bool
    is_automatic: bool
    is_corrected: bool
    observation: Observation
    text: str


def parse_metar(text: str, *, year: int, month: int, field: str = "METAR") -> MetarReport:
    """Return the report of a text; `InvalidInput` naming what is wrong with it.

    Parameters
    ----------
    year, month
        In which the report's day lies.
    """
    match = _REPORT.search(text) if len(text) <= REPORT_LENGTH_MAX else None
    if match is None:
        raise InvalidInput(field, _short(text), "a METAR with its station and DDHHMMZ")
    body = " ".join(_REST.split(text[match.start() :], maxsplit=1)[0].strip().rstrip("=").split())
    if re.search(r"\sNIL(?:\s|$)", body):
        raise InvalidInput(field, _short(body), "a report with an observation, not NIL")
    try:
        raw = Metar(body, month=month, year=year, strict=True)
        observation = _observe(raw, body)
    except _FAULTS as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InvalidInput(field, _short(body), f"groups that can be read ({reason})") from None
    for name, (low, high) in _LIMITS.items():
        value = getattr(observation, name)
        if value is not None and not low <= value <= high:
            raise InvalidInput(field, _short(body), f"a {name} from {low:g} to {high:g}")
    return MetarReport(
        station_id=match[1],
        is_special=body.startswith("SPECI"),
        is_automatic=" AUTO " in f"{body} ",
        is_corrected=bool(re.search(r"(?:^|\s)(?:COR|CC[A-G])\s", body)),
        observation=observation,
        text=body,
    )


def read_metar_archive(
    data: bytes, *, label: str, station_id: str, first_month: str | None = None
) -> MeasuredArchive:
    """Return the archive in a text of reports, one a line; lines of other stations are skipped.

    Parameters
    ----------
    first_month
        `YYYY-MM` in which the first report lies, for lines that bear no stamp; the month goes on
        when the day of the month falls.
    """
    try:
        lines = data.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise InvalidInput(label, "these bytes", "a text in UTF-8") from None
    dater = _Dater(first_month, label)
    entries: list[tuple[int, int, str]] = []
    skipped: list[Skipped] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _REPORT.search(line) if len(line) <= REPORT_LENGTH_MAX else None
        if match is None:
            if number > 1:  # the first may be the head of a table
                skipped.append(Skipped(number, "no report with its station and DDHHMMZ"))
        elif match[1] != station_id:
            skipped.append(Skipped(number, f"a report of {match[1]}, not of {station_id}"))
        else:
            at_ms = dater.date(line[: match.start()], match[2])
            if at_ms is None:
                skipped.append(Skipped(number, "no month and year: neither a stamp nor `month`"))
            else:
                entries.append((at_ms, number, line[match.start() :]))
    return MeasuredArchive(label, entries, skipped, _decoder(label))


def _decoder(label: str) -> Callable[[int, int, str], Observation | Skipped]:
    """Return what turns one entry of an archive into an observation."""

    def decode(at_ms: int, number: int, text: str) -> Observation | Skipped:
        moment = datetime.fromtimestamp(at_ms // MS_PER_S, UTC)
        try:
            report = parse_metar(
                text, year=moment.year, month=moment.month, field=f"{label}: line {number}"
            )
        except InvalidInput as error:
            return Skipped(number, f"{error.expected}: {error.value}")
        return report.observation

    return decode


class _Dater:
    """Finds year and month of reports that bear only the day of the month."""

    def __init__(self, first_month: str | None, label: str) -> None:
        self._last_day = 0
        self._month: tuple[int, int] | None = None
        if first_month is not None:
            match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", first_month)
            if match is None or not 1970 < int(match[1]) < 9999:
                raise InvalidInput(f"{label}: month", first_month, "a month as YYYY-MM")
            self._month = int(match[1]), int(match[2])

    def date(self, before: str, day_time: str) -> int | None:
        """Return the instant of a report, given what stands before it on its line."""
        stamps = _STAMP.findall(before)
        if stamps:
            try:
                year, month, day, hour, minute = (int(part) for part in stamps[-1])
                stamp = datetime(year, month, day, hour, minute, tzinfo=UTC)
            except ValueError:
                return None
            found = find_instant_ms(day_time, near_ms=datetime_to_ms(stamp))
            return found if abs((found or 0) - datetime_to_ms(stamp)) <= MS_PER_DAY else None
        if self._month is None:
            return None
        day = int(day_time[:2])
        if day < self._last_day:
            year, month = self._month
            self._month = (year + month // 12, month % 12 + 1)
        self._last_day = day
        return _instant_ms(*self._month, day_time)


def find_instant_ms(day_time: str, *, near_ms: int) -> int | None:
    """Return the instant of a `DDHHMM` that lies nearest to another; None if there is no such day.

    The month before, the same and the one after are looked at.
    """
    moment = datetime.fromtimestamp(near_ms // MS_PER_S, UTC)
    found = []
    for step in (-1, 0, 1):
        months = moment.year * 12 + moment.month - 1 + step
        at_ms = _instant_ms(months // 12, months % 12 + 1, day_time)
        if at_ms is not None:
            found.append(at_ms)
    return min(found, key=lambda at_ms: abs(at_ms - near_ms), default=None)


def _instant_ms(year: int, month: int, day_time: str) -> int | None:
    match = _DAY_TIME.fullmatch(day_time)
    if match is None:
        return None
    day, hour, minute = (int(part) for part in match.groups())
    if not (1 <= day <= monthrange(year, month)[1] and hour <= 23 and minute <= 59):
        return None
    start = datetime(year, month, day, tzinfo=UTC)
    return datetime_to_ms(start + timedelta(hours=hour, minutes=minute))


def list_reports(data: bytes, *, now_ms: int, field: str) -> list[tuple[int, MetarReport | str]]:
    """Return the reports of a live text, oldest first, each with its instant, or why it is none.

    A report without a stamp is dated near `now_ms`, the newest possible within a day ahead.
    """
    dater = _Dater(None, field)
    found: list[tuple[int, MetarReport | str]] = []
    for line in data.decode("utf-8", "replace").splitlines():
        match = _REPORT.search(line) if len(line) <= REPORT_LENGTH_MAX else None
        if match is None or line.startswith("#"):
            continue
        at_ms = dater.date(line[: match.start()], match[2])
        if at_ms is None:
            at_ms = find_instant_ms(match[2], near_ms=now_ms)
        if at_ms is None:
            continue
        moment = datetime.fromtimestamp(at_ms // MS_PER_S, UTC)
        text = line[match.start() :]
        try:
            report = parse_metar(text, year=moment.year, month=moment.month, field=field)
            entry: tuple[int, MetarReport | str] = (at_ms, report)
        except InvalidInput as error:
            entry = (at_ms, f"{match[1]} {error}")
        found.insert(bisect_left(found, at_ms + 1, key=lambda e: e[0]), entry)
    return found


def _observe(raw: Any, body: str) -> Observation:  # noqa: ANN401  the package has no types
    """Return what the groups say."""
    temperature_k = None if raw.temp is None else celsius_to_kelvin(raw.temp.value("C"))
    dew_point_k = None if raw.dewpt is None else celsius_to_kelvin(raw.dewpt.value("C"))
    humidity = None
    if temperature_k is not None and dew_point_k is not None:
        humidity = relative_humidity(temperature_k, dew_point_k)
    is_cavok = " CAVOK" in body
    seen = [d.value("M") for d in (raw.vis, raw.max_vis) if d is not None]
    if _NOT_TOLD.search(body):
        seen = []
    present, rate_mm_h = _present(raw.weather)
    if re.search(r"\s//(?:\s|$)", body):  # an automatic station that cannot tell
        present = present or None
    return Observation(
        at_ms=datetime_to_ms(raw.time.replace(tzinfo=UTC)),
        temperature_k=temperature_k,
        relative_humidity=humidity,
        qnh_pa=None if raw.press is None else raw.press.value("HPA") * PA_PER_HPA,
        wind_mps=None if raw.wind_speed is None else raw.wind_speed.value("MPS"),
        wind_from_deg=None if raw.wind_dir is None else raw.wind_dir.value() % 360.0,
        gust_mps=None if raw.wind_gust is None else raw.wind_gust.value("MPS"),
        visibility_m=min(seen) if seen else None,
        ceiling_agl_m=NO_CLOUD_BELOW_M if is_cavok else _ceiling_agl_m(raw.sky),
        precipitation_mm_h=None if present is None else rate_mm_h,
        present_weather=present,
    )


def _ceiling_agl_m(sky: list[tuple[str, Any, str | None]]) -> float | None:
    """Return the lowest layer that covers more than half the sky, or the view straight up."""
    lowest: float | None = None
    for cover, height, _ in sky:
        if cover in ("BKN", "OVC", "VV", "///"):
            if height is None:
                return None
            base_m = height.value("M")
        elif cover == "NSC":
            base_m = NO_CLOUD_BELOW_M
        else:
            base_m = CEILING_UNLIMITED_M
        lowest = base_m if lowest is None else min(lowest, base_m)
    return None if lowest is None else min(lowest, CEILING_UNLIMITED_M)


def _present(
    groups: list[tuple[str | None, ...]],
) -> tuple[PresentWeather | None, float]:
    """Return the most restrictive weather and the rate of all that falls [mm/h]."""
    kinds: list[PresentWeather] = [""]
    rate_mm_h = 0.0
    for strength, manner, falls, hides, other in groups:
        kinds.append(_kind(strength or "", manner or "", falls or "", hides or "", other or ""))
        if "VC" not in (strength or ""):
            rate_mm_h = max(rate_mm_h, _rate_mm_h(strength or "", falls or ""))
    return min(kinds, key=_RESTRICTIVE.index), rate_mm_h


def _kind(strength: str, manner: str, falls: str, hides: str, other: str) -> PresentWeather:
    """Return what one group means for flight.

    Thunder in the vicinity (8 to 16 km) is thunder; so are hail, squalls and funnel clouds, which
    come with the same cloud. Ice pellets tell of freezing rain aloft (FAA AC 00-45H, *Aviation
    Weather Services*, 2016). Fog that is shallow or in the vicinity is mist here.
    """
    if "TS" in manner or "GR" in falls or other in ("SQ", "FC"):
        return "TS"
    if "VC" in strength:
        return "BR" if hides == "FG" else ""
    if ("FZ" in manner and falls.strip("/")) or "PL" in falls:
        return "FZRA"
    if hides == "FG":
        if "MI" in manner:
            return "BR"
        return "FZFG" if "FZ" in manner else "FG"
    if any(code in falls for code in ("SN", "SG", "IC", "GS")):
        return "SN"
    if falls.strip("/"):
        return "RA"
    return "BR" if hides == "BR" else ""


def _rate_mm_h(strength: str, falls: str) -> float:
    """Return the assumed rate of what a group says falls [mm/h]."""
    if not falls.strip("/"):
        return 0.0
    level = 0 if "-" in strength else 2 if "+" in strength else 1
    if any(code in falls for code in ("SN", "SG", "IC", "GS")):
        return _RATES_MM_H["SN"][level]
    return _RATES_MM_H["DZ" if falls == "DZ" else "RA"][level]


def _short(text: str) -> str:
    """Return the beginning of a text, for an error."""
    flat = " ".join(text.split())
    return flat if len(flat) <= 80 else f"{flat[:77]}..."
