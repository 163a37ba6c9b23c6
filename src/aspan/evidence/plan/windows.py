"""Windows of a year: when the conditions of a card hold long enough for a run of it.

The daily rows of the city are a real reanalysis where the file has the date; the hours are modelled
around them (`twin.weather`), so that a plan is a plan against one past year's weather, not a
forecast. A card's conditions are its minima (visibility, ceiling, wind and gusts at the pad and at
the alternate, temperature at the pad), the wind and density altitude of its envelope point, at the
pad, no thunderstorm and no freezing precipitation; of a card that flies, no ice: at or below the
city's icing temperature with visible moisture (facts 4.18); and daylight where it asks for it.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.evidence.card import Bounds, Card
from aspan.evidence.plan.problem import SLOT_MS, Window
from aspan.primitives.ids import PlaceId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_H
from aspan.twin.weather import DayHours, WeatherModeller
from aspan.twin.weather_frame import Place
from aspan.twin.weather_overlay import MEASURED
from aspan.twin.weather_sky import PRESENT
from aspan.world.atmosphere import air_density_kg_m3, density_altitude_m
from aspan.world.city import City
from aspan.world.sun import sun_times

Flags = NDArray[np.bool_]

CONDITIONS: Final = (
    "visibility",
    "ceiling",
    "wind",
    "gust",
    "temperature",
    "envelope_wind",
    "density_altitude",
    "storm",
    "ice",
    "daylight",
)
"""What a window needs, by the names a plan blames."""

GROUNDED: Final = ("ground", "charging")
"""Kinds of card that do not fly: ice aloft is nothing to them."""

_STORM: Final = (PRESENT.index("TS"), PRESENT.index("FZRA"), PRESENT.index("FZFG"))
_FOG: Final = (PRESENT.index("FG"), PRESENT.index("FZFG"))


class RangeDay(msgspec.Struct, frozen=True, kw_only=True):
    """The hours of one day at the pad and at the alternate, and the sun.

    Parameters
    ----------
    hours
        Arrays whose row 0 is the pad, row 1 the alternate.
    density_altitude_m
        At the pad, by hour.
    """

    day: date
    open_at_ms: int
    slots: int
    sunrise_at_ms: int
    sunset_at_ms: int
    hours: DayHours
    density_altitude_m: NDArray[np.float64]


class RangePlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where the range lies, and when it is open.

    Parameters
    ----------
    alternate_id
        Where an aircraft goes that cannot come back.
    open_ms, close_ms
        From local midnight.
    closed_weekdays
        0 is Monday.
    """

    lon_deg: float
    lat_deg: float
    pad_amsl_m: float
    alternate_id: str
    alternate_amsl_m: float
    open_ms: int
    close_ms: int
    closed_weekdays: tuple[int, ...] = ()


def make_days(
    city: City, place: RangePlace, *, first: date, count: int, seed: int
) -> list[RangeDay]:
    """Return the days of a plan with their hours under `seed`."""
    places = [
        Place(place_id=PlaceId("pad"), elevation_amsl_m=place.pad_amsl_m),
        Place(place_id=PlaceId(place.alternate_id), elevation_amsl_m=place.alternate_amsl_m),
    ]
    modeller = WeatherModeller(city.weather, city.time_zone, places)
    return [
        _make_day(city, place, modeller.make_day(day, seed), day)
        for day in (first + timedelta(days=n) for n in range(count))
    ]


def _make_day(city: City, place: RangePlace, hours: DayHours, day: date) -> RangeDay:
    sun = sun_times(lon_deg=place.lon_deg, lat_deg=place.lat_deg, day=day, zone=city.time_zone)
    is_open = day.weekday() not in place.closed_weekdays
    heights = [
        density_altitude_m(air_density_kg_m3(float(p), float(t)))
        for p, t in zip(hours.pressure_pa[0], hours.temperature_k[0], strict=True)
    ]
    return RangeDay(
        day=day,
        open_at_ms=local_midnight_ms(day, city.time_zone) + place.open_ms,
        slots=(place.close_ms - place.open_ms) // SLOT_MS if is_open else 0,
        sunrise_at_ms=sun.sunrise_at_ms,
        sunset_at_ms=sun.sunset_at_ms,
        hours=hours,
        density_altitude_m=np.array(heights),
    )


def list_windows(
    card: Card, day: RangeDay, run_slots: int, *, icing: tuple[float, float], without: str = ""
) -> tuple[Window, ...]:
    """Return the windows of a card on a day that hold at least one run.

    Parameters
    ----------
    icing
        Greatest temperature [K] of ice in visible moisture, and the visibility [m] under which
        the air is such.
    without
        A condition of `CONDITIONS` to leave out of account, to find which one is to blame.
    """
    if not day.slots:
        return ()
    good = np.ones(len(day.hours.middle_h), dtype=np.bool_)
    for name, judge in _JUDGES.items():
        if name != without:
            good &= judge(card, day, icing)
    lit = card.minima.is_day_only and without != "daylight"
    return _cut(day, good, run_slots, lit=lit)


def _cut(day: RangeDay, good: Flags, run_slots: int, *, lit: bool) -> tuple[Window, ...]:
    """Return runs of good hours as slots from the opening, within the site's hours and daylight."""
    first_ms = day.hours.first_hour * MS_PER_H
    low_ms, high_ms = day.open_at_ms, day.open_at_ms + day.slots * SLOT_MS
    if lit:
        low_ms, high_ms = max(low_ms, day.sunrise_at_ms), min(high_ms, day.sunset_at_ms)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], good, [False])).astype(np.int8)))
    windows: list[Window] = []
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        begin_ms = max(low_ms, first_ms + begin * MS_PER_H)
        end_ms = min(high_ms, first_ms + end * MS_PER_H)
        window = (
            -(-(begin_ms - day.open_at_ms) // SLOT_MS),
            (end_ms - day.open_at_ms) // SLOT_MS,
        )
        if window[1] - window[0] >= run_slots:
            windows.append(window)
    return tuple(windows)


def measured_share(days: Sequence[RangeDay]) -> float:
    """Return which share of the hours at the pad is measured; the rest is modelled."""
    hours = sum(len(d.hours.middle_h) for d in days)
    measured = sum(
        int((d.hours.basis[0] == MEASURED).sum()) for d in days if d.hours.basis is not None
    )
    return measured / hours if hours else 0.0


def _within(bounds: Bounds, values: NDArray[np.float64]) -> Flags:
    low = -np.inf if bounds.low is None else bounds.low
    high = np.inf if bounds.high is None else bounds.high
    held: Flags = (values >= low) & (values <= high)
    return held


def _at_both(held: Flags) -> Flags:
    """Return by hour what holds at the pad and at the alternate."""
    both: Flags = held[0] & held[1]
    return both


Judge = Callable[[Card, RangeDay, tuple[float, float]], Flags]


def _visibility(card: Card, day: RangeDay, _icing: tuple[float, float]) -> Flags:
    return _at_both(day.hours.visibility_m >= card.minima.visibility_m)


def _ceiling(card: Card, day: RangeDay, _icing: tuple[float, float]) -> Flags:
    return _at_both(day.hours.ceiling_agl_m >= card.minima.ceiling_agl_m)


def _wind(card: Card, day: RangeDay, _icing: tuple[float, float]) -> Flags:
    return _at_both(day.hours.wind_mps <= card.minima.wind_mps)


def _gust(card: Card, day: RangeDay, _icing: tuple[float, float]) -> Flags:
    return _at_both(day.hours.gust_mps <= card.minima.gust_mps)


def _temperature(card: Card, day: RangeDay, _icing: tuple[float, float]) -> Flags:
    return _within(card.minima.temperature_k, day.hours.temperature_k[0])


def _envelope_wind(card: Card, day: RangeDay, _icing: tuple[float, float]) -> Flags:
    return _within(card.envelope.wind_mps, day.hours.wind_mps[0])


def _density_altitude(card: Card, day: RangeDay, _icing: tuple[float, float]) -> Flags:
    return _within(card.envelope.density_altitude_m, day.density_altitude_m)


def _storm(_card: Card, day: RangeDay, _icing: tuple[float, float]) -> Flags:
    return _at_both(~np.isin(day.hours.present, _STORM))


def _ice(card: Card, day: RangeDay, icing: tuple[float, float]) -> Flags:
    hours = day.hours
    if card.kind in GROUNDED:
        return np.ones(len(hours.middle_h), dtype=np.bool_)
    moist = (hours.precipitation_mm_h[0] > 0.0) | (hours.visibility_m[0] < icing[1])
    moist |= np.isin(hours.present[0], _FOG)
    held: Flags = ~(moist & (hours.temperature_k[0] <= icing[0]))
    return held


_JUDGES: Final[dict[str, Judge]] = {
    "visibility": _visibility,
    "ceiling": _ceiling,
    "wind": _wind,
    "gust": _gust,
    "temperature": _temperature,
    "envelope_wind": _envelope_wind,
    "density_altitude": _density_altitude,
    "storm": _storm,
    "ice": _ice,
}
