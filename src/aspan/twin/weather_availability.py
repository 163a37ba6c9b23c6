"""How often one may fly by month and hour, at each vertiport and on each pair, and how sure it is.

A sample is one real year of reanalysis days under one seed of the hourly model. A share is the mean
over all samples; its range goes from the lowest to the highest year and seed. It shows how much
years differ and how much hangs on the seed. It does not hold the error of the model itself, whose
fog and cloud are calibrated to assumptions (facts 9.18, 9.19) until real hours stand behind them.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.operations.city_index import CityIndex
from aspan.primitives.ids import PlaceId
from aspan.primitives.units import MS_PER_H
from aspan.twin.weather import DayHours, WeatherModeller
from aspan.twin.weather_frame import Place
from aspan.twin.weather_overlay import MEASURED, TYPICAL
from aspan.twin.weather_sky import PRESENT, Flags
from aspan.twin.weather_statistics import icing_aloft_hours, vfr_hours
from aspan.world.sun import sun_times

MONTHS: Final = 12
HOURS: Final = 24
_THUNDER = PRESENT.index("TS")
_FOG = (PRESENT.index("FG"), PRESENT.index("FZFG"))

Counts = NDArray[np.int64]


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """A share of daylight hours in [0, 1]: mean, lowest and highest year and seed.

    Parameters
    ----------
    hours
        Daylight hours judged, over all samples.
    """

    share: float
    low: float
    high: float
    hours: int


class MonthOfYear(msgspec.Struct, frozen=True, kw_only=True):
    """One calendar month: every minimum met, and by local hour of day where there is daylight."""

    month: int
    whole: Spread
    by_hour: dict[int, Spread]


class SiteMonths(msgspec.Struct, frozen=True, kw_only=True):
    """One vertiport.

    Parameters
    ----------
    fog_days
        By month: mean number of dates with an hour of fog.
    typical, measured
        Share of the daylight hours behind which a typical year or a measurement stands.
    """

    vertiport_id: str
    months: tuple[MonthOfYear, ...]
    fog_days: tuple[float, ...]
    typical: float
    measured: float


class PairMonths(msgspec.Struct, frozen=True, kw_only=True):
    """One ordered pair on its first lane: both ends and the lane between them."""

    origin: str
    destination: str
    months: tuple[MonthOfYear, ...]


class CityAvailability(msgspec.Struct, frozen=True, kw_only=True):
    """A whole city; `network` is the mean over all pairs."""

    years: tuple[int, ...]
    seeds: tuple[int, ...]
    sites: tuple[SiteMonths, ...]
    pairs: tuple[PairMonths, ...]
    network: tuple[MonthOfYear, ...]


def list_full_years(index: CityIndex) -> tuple[int, ...]:
    """Return the years of which every day is in the city's file of reanalysis days."""
    count: dict[int, int] = {}
    for row in index.city.weather.days:
        year = int(row.date[:4])
        count[year] = count.get(year, 0) + 1
    full = [y for y in sorted(count) if count[y] == (date(y + 1, 1, 1) - date(y, 1, 1)).days]
    return tuple(full)


class HoursJudge:
    """Judges the hours of a day at all sites and on all pairs."""

    def __init__(self, index: CityIndex) -> None:
        self._minima = index.rules.weather_minima
        self._heights_m = index.city.lanes.rules.layer_heights_agl_m
        ids = [site.vertiport_id for site in index.city.vertiports]
        self.pairs = sorted(index.lanes)
        self._layers = sorted({index.lanes[pair].layer for pair in self.pairs} | {0})
        self._lanes = []
        for pair in self.pairs:
            lane = index.lanes[pair]
            watch = index.watches[lane.lane_id]
            thunder = [ids.index(site_id) for site_id in watch.thunder]
            ice = [(ids.index(site_id), height_m) for site_id, height_m in watch.ice]
            ends = (ids.index(pair[0]), ids.index(pair[1]))
            self._lanes.append((lane.layer, ends, thunder, ice))

    def judge(self, hours: DayHours) -> tuple[Flags, Flags]:
        """Return by hour where every minimum is met: at the sites, and on the pairs."""
        met = {
            layer: vfr_hours(hours, self._minima, planned_height_agl_m=self._heights_m[layer])[1]
            for layer in self._layers
        }
        calm = hours.present != _THUNDER
        icing: dict[tuple[int, float], Flags] = {}
        able = np.empty((len(self._lanes), len(hours.middle_h)), dtype=np.bool_)
        for row, (layer, (here, there), thunder, ice) in enumerate(self._lanes):
            able[row] = met[layer][here] & met[layer][there] & calm[thunder].all(axis=0)
            for place, height_m in ice:
                if (place, height_m) not in icing:
                    icing[place, height_m] = icing_aloft_hours(
                        hours, self._minima, place, height_agl_m=height_m
                    )
                able[row] &= ~icing[place, height_m]
        return met[0], able


def city_availability(
    index: CityIndex, *, years: Sequence[int], seeds: Sequence[int], month: int | None = None
) -> CityAvailability:
    """Return availability of every vertiport and pair over these years and seeds.

    Parameters
    ----------
    month
        The only month to judge, 1 to 12; the others have no hours. All if None.
    """
    city = index.city
    places = [
        Place(place_id=PlaceId(v.vertiport_id), elevation_amsl_m=v.elevation_amsl_m)
        for v in city.vertiports
    ]
    modeller = WeatherModeller(city.weather, city.time_zone, places)
    judge = HoursJudge(index)
    samples = len(years) * len(seeds)
    rows = len(places) + len(judge.pairs)
    light: Counts = np.zeros((samples, MONTHS, HOURS), dtype=np.int64)
    met: Counts = np.zeros((rows, samples, MONTHS, HOURS), dtype=np.int64)
    fog: Counts = np.zeros((len(places), MONTHS), dtype=np.int64)
    basis: Counts = np.zeros((len(places), 3), dtype=np.int64)
    for y, year in enumerate(years):
        day = date(year, 1, 1)
        while day.year == year:
            if month is not None and day.month != month:
                day += timedelta(days=1)
                continue
            sunlit = _sunlit(index, day)
            for s, seed in enumerate(seeds):
                hours = modeller.make_day(day, seed)
                starts_ms = (hours.first_hour + np.arange(len(hours.middle_h))) * MS_PER_H
                is_light = (starts_ms >= sunlit[0]) & (starts_ms < sunlit[1])
                clock = hours.middle_h.astype(np.int64)[is_light] % HOURS
                at_sites, on_pairs = judge.judge(hours)
                sample, row = y * len(seeds) + s, day.month - 1
                light[sample, row, clock] += 1
                met[: len(places), sample, row, clock] += at_sites[:, is_light]
                met[len(places) :, sample, row, clock] += on_pairs[:, is_light]
                fog[:, row] += np.isin(hours.present, _FOG).any(axis=1)
                if hours.basis is not None:
                    for kind in (TYPICAL, MEASURED):
                        basis[:, kind] += (hours.basis[:, is_light] == kind).sum(axis=1)
            day += timedelta(days=1)
    judged = max(1, int(light.sum()))
    sites = tuple(
        SiteMonths(
            vertiport_id=place.place_id,
            months=_months(light, met[i]),
            fog_days=tuple(round(float(n) / samples, 1) for n in fog[i]),
            typical=round(float(basis[i, TYPICAL]) / judged, 4),
            measured=round(float(basis[i, MEASURED]) / judged, 4),
        )
        for i, place in enumerate(places)
    )
    pairs = tuple(
        PairMonths(origin=pair[0], destination=pair[1], months=_months(light, met[len(places) + i]))
        for i, pair in enumerate(judge.pairs)
    )
    network = _months(light * max(1, len(judge.pairs)), met[len(places) :].sum(axis=0))
    return CityAvailability(
        years=tuple(years), seeds=tuple(seeds), sites=sites, pairs=pairs, network=network
    )


def _sunlit(index: CityIndex, day: date) -> tuple[int, int]:
    """Return the starts [ms] between which the middle of an hour lies in daylight."""
    model = index.city.weather
    sun = sun_times(
        lon_deg=model.reference_lon_deg,
        lat_deg=model.reference_lat_deg,
        day=day,
        zone=index.city.time_zone,
    )
    return sun.sunrise_at_ms - MS_PER_H // 2, sun.sunset_at_ms - MS_PER_H // 2


def _months(light: Counts, met: Counts) -> tuple[MonthOfYear, ...]:
    """Return the months of one row of counts by sample, month and hour."""
    return tuple(
        MonthOfYear(
            month=month + 1,
            whole=_spread(light[:, month].sum(axis=1), met[:, month].sum(axis=1)),
            by_hour={
                hour: _spread(light[:, month, hour], met[:, month, hour])
                for hour in range(HOURS)
                if light[:, month, hour].any()
            },
        )
        for month in range(MONTHS)
    )


def _spread(light: Counts, met: Counts) -> Spread:
    """Return mean and range of the samples that have any hour."""
    has = light > 0
    shares = met[has] / light[has]
    return Spread(
        share=round(float(met.sum() / max(1, light.sum())), 4),
        low=round(float(shares.min(initial=1.0)), 4),
        high=round(float(shares.max(initial=0.0)), 4),
        hours=int(light.sum()),
    )
