"""The noise of a day: who is heard where, how loud, hour by hour, from the sorties that flew.

`list_heard` takes sorties from a log, `map_noise` makes the map; `map_events` does both, which is
what a service calls with its log so far. The levels of day and night are over all their hours, as if
the rest of the day were silent, so that the map of a day only grows.

What counts when: a take-off in the hour of its lift-off, a landing in that of its touchdown, the
cruise between them in the hour of its middle, once it is over. Cruise slower than in still air is
heard for longer, in proportion. A sortie that is diverted flies all of its first lane and all of
its second; it is heard landing only where it lands.
"""

from collections.abc import Iterable, Sequence
from math import log10
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from aspan.airspace.noise import NoiseGround, Rows
from aspan.compose.table_sorties import SortieLines
from aspan.operations.events import Event
from aspan.physics.noise import hourly_level_dba, terminal_level_dba
from aspan.primitives.ids import FatoId, LaneId, VertiportId
from aspan.primitives.instants import ms_to_local, parse_local_time
from aspan.primitives.units import MS_PER_MIN, MS_PER_S, S_PER_H
from aspan.world.aircraft import AircraftType
from aspan.world.city import City
from aspan.world.quantity import Quantity
from aspan.world.rules import Noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

RINGS_M = (100.0, 158.0, 250.0, 500.0, 1000.0)
"""Distances at which a vertiport's hourly levels are told (facts 1.30, 1.31)."""

SHOWN_DBA_MIN = 35.0
"""A cell quieter than this day and night is left out; Assumed: below the hum of any city."""

STATED_PATHS = ("noise.", "aircraft_type.noise_")
TERMINAL_QUANTITY = "aircraft_type.noise_terminal_dba_at_100_m"
"""Dotted paths of what the levels are computed from."""

HOURS_OF_DAY = 24


class HeardSortie(msgspec.Struct, frozen=True, kw_only=True):
    """What of a sortie can be heard; `touchdown_at_ms` is None while it is in the air."""

    lanes: tuple[str, ...]
    origin_fato_id: FatoId
    lift_off_at_ms: int
    destination_fato_id: FatoId
    touchdown_at_ms: int | None


class VertiportHour(msgspec.Struct, frozen=True, kw_only=True):
    """Take-offs and landings of a vertiport in an hour that has any; levels as `RINGS_M`."""

    vertiport_id: VertiportId
    hour_at_ms: int
    hour: int
    movements: int
    laeq_dba: tuple[float, ...]


class VertiportNoise(msgspec.Struct, frozen=True, kw_only=True):
    """Levels about a vertiport as if all movements were on one FATO; None where it is silent."""

    vertiport_id: VertiportId
    laeq_day_dba: tuple[float | None, ...]
    laeq_hour_dba_max: tuple[float | None, ...]


class PeopleAbove(msgspec.Struct, frozen=True, kw_only=True):
    """Residents above the limits of equivalent levels and of single events.

    Parameters
    ----------
    day_low, day_high, night_low, night_high
        If terminal flight is as quiet, or as loud, as the range of its source level allows.
    """

    day: float
    night: float
    max_day: float
    max_night: float
    day_low: float
    day_high: float
    night_low: float
    night_high: float


class NoiseMap(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Levels of an interval: columns of the cells worth showing, vertiports, people.

    Parameters
    ----------
    days
        Local dates over which the levels of day and night are taken.
    stated
        Limits, source levels and duration by dotted path, with range, source and mark.
    laeq_day_dba, laeq_night_dba
        Minus infinity where nothing is heard.
    laeq_hour_dba_max, hour_of_max
        Of the loudest single hour, and which local hour 0 … 23 that was.
    """

    from_ms: int
    until_ms: int
    days: int
    limits: Noise
    stated: dict[str, Quantity]
    lon_deg: "NDArray[np.float64]"
    lat_deg: "NDArray[np.float64]"
    size_m: "NDArray[np.float64]"
    laeq_day_dba: "NDArray[np.float64]"
    laeq_night_dba: "NDArray[np.float64]"
    laeq_hour_dba_max: "NDArray[np.float64]"
    hour_of_max: "NDArray[np.int64]"
    lamax_dba: "NDArray[np.float64]"
    people: "NDArray[np.float64]"
    hours: tuple[VertiportHour, ...]
    vertiports: tuple[VertiportNoise, ...]
    people_above: PeopleAbove


def list_heard(lines: SortieLines) -> list[HeardSortie]:
    """Return every sortie that has lifted off, from a fold of the log."""
    return [
        HeardSortie(
            lanes=line.lanes,
            origin_fato_id=line.origin_fato_id,
            lift_off_at_ms=line.lift_off.at_ms,
            destination_fato_id=line.destination_fato_id,
            touchdown_at_ms=None if line.touchdown is None else line.touchdown.at_ms,
        )
        for line in lines.by_id.values()
        if line.lift_off is not None
    ]


def map_noise(
    city: City,
    ground: NoiseGround,
    heard: Iterable[HeardSortie],
    *,
    from_ms: int,
    until_ms: int,
) -> NoiseMap | None:
    """Return the noise of what happened in [from_ms, until_ms); None if the city states no limits.

    Parameters
    ----------
    ground
        Of `airspace.noise.lay_noise(city, network)`; make it once and keep it.
    heard
        Of `list_heard`; movements outside the interval are left out.
    """
    limits = city.rules.noise
    if limits is None:
        return None
    night = _Night(limits, city.time_zone)
    counts = _Counts(city.aircraft_type, ground, night, from_ms, until_ms)
    for sortie in heard:
        counts.add(sortie)
    days = _count_days(city.time_zone, from_ms, until_ms)
    cells = _Cells(ground, counts)
    cells.add_hours()
    shares = (days * night.day_h * S_PER_H, days * night.night_h * S_PER_H)
    day_dba, night_dba = _levels(cells.day / shares[0]), _levels(cells.night / shares[1])
    loud_day, loud_night = cells.find_loudest(is_night=False), cells.find_loudest(is_night=True)
    lamax_dba = _levels(np.maximum(loud_day, loud_night))
    is_loud = lamax_dba >= limits.lamax_night_dba_max
    kept = np.flatnonzero((np.maximum(day_dba, night_dba) >= SHOWN_DBA_MIN) | is_loud)
    lon, lat = ground.projection.all_to_lonlat(ground.x_m[kept], ground.y_m[kept])
    hours = _list_hours(city, limits, counts)
    return NoiseMap(
        from_ms=from_ms,
        until_ms=until_ms,
        days=days,
        limits=limits,
        stated={
            path: quantity
            for path, quantity in sorted(city.quantities.items())
            if path.startswith(STATED_PATHS)
        },
        lon_deg=lon,
        lat_deg=lat,
        size_m=ground.size_m[kept],
        laeq_day_dba=day_dba[kept],
        laeq_night_dba=night_dba[kept],
        laeq_hour_dba_max=_levels(cells.hour_max[kept] / S_PER_H),
        hour_of_max=cells.hour_of_max[kept],
        lamax_dba=lamax_dba[kept],
        people=ground.people[kept],
        hours=hours,
        vertiports=_list_vertiports(city, hours, night, days),
        people_above=_count_people(
            city,
            limits,
            ground.people,
            (day_dba, night_dba),
            (_levels(loud_day), _levels(loud_night)),
        ),
    )


def map_events(
    city: City,
    ground: NoiseGround,
    events: Iterable[Event],
    *,
    from_ms: int,
    until_ms: int,
) -> NoiseMap | None:
    """Return the noise of [from_ms, until_ms) from a log; None if the city states no limits.

    Parameters
    ----------
    ground
        Of `airspace.noise.lay_noise(city, network)`; make it once and keep it.
    events
        The log from its first event, so that every sortie is known; only what happened in the
        interval is heard. A service asks from its local midnight until now.
    """
    heard = list_heard(SortieLines(events))
    return map_noise(city, ground, heard, from_ms=from_ms, until_ms=until_ms)


class _Night:
    """Local hours, and which of them are night."""

    def __init__(self, limits: Noise, time_zone: str) -> None:
        first = parse_local_time(limits.night_from_local).hour
        last = parse_local_time(limits.night_until_local).hour
        self._is_night = [hour >= first or hour < last for hour in range(HOURS_OF_DAY)]
        self.night_h = sum(self._is_night)
        self.day_h = HOURS_OF_DAY - self.night_h
        self._time_zone = time_zone
        self._known: dict[int, tuple[int, int]] = {}

    def find_hour(self, at_ms: int) -> tuple[int, int]:
        """Return the instant at which a local hour begins, and its number 0 … 23."""
        quarter = at_ms // (15 * MS_PER_MIN)
        found = self._known.get(quarter)
        if found is None:
            local = ms_to_local(quarter * 15 * MS_PER_MIN, self._time_zone)
            found = (quarter * 15 - local.minute) * MS_PER_MIN, local.hour
            self._known[quarter] = found
        return found

    def is_night(self, hour: int) -> bool:
        """Say whether a local hour is night."""
        return self._is_night[hour]


class _Counts:
    """How often each lane and FATO was heard in each hour."""

    def __init__(
        self, kind: AircraftType, ground: NoiseGround, night: _Night, from_ms: int, until_ms: int
    ) -> None:
        self.night, self.ground = night, ground
        self._from_ms, self._until_ms = from_ms, until_ms
        still_s = kind.hover_take_off_s + kind.hover_landing_s + 2.0 * kind.transition_s
        self._slow_ms = still_s * MS_PER_S
        self.lanes: dict[tuple[int, int], list[float]] = {}
        self.fatos: dict[tuple[int, int], list[float]] = {}

    def add(self, sortie: HeardSortie) -> None:
        """Count the movements and the cruise of a sortie."""
        self._count_movement(sortie.origin_fato_id, sortie.lift_off_at_ms)
        if sortie.touchdown_at_ms is None:
            return
        self._count_movement(sortie.destination_fato_id, sortie.touchdown_at_ms)
        middle_ms = (sortie.lift_off_at_ms + sortie.touchdown_at_ms) // 2
        if not self._from_ms <= middle_ms < self._until_ms:
            return
        numbers = [self.ground.lane_numbers[LaneId(lane_id)] for lane_id in sortie.lanes]
        still_ms = sum(self.ground.still_air_ms[n] for n in numbers)
        cruise_ms = sortie.touchdown_at_ms - sortie.lift_off_at_ms - self._slow_ms
        longer = max(cruise_ms / still_ms, 0.0) if len(numbers) == 1 else 1.0
        hour = self.night.find_hour(middle_ms)
        if hour not in self.lanes:
            self.lanes[hour] = [0.0] * len(self.ground.still_air_ms)
        weights = self.lanes[hour]
        for n in numbers:
            weights[n] += longer

    def _count_movement(self, fato_id: FatoId, at_ms: int) -> None:
        if not self._from_ms <= at_ms < self._until_ms:
            return
        hour = self.night.find_hour(at_ms)
        if hour not in self.fatos:
            self.fatos[hour] = [0.0] * len(self.ground.fato_ids)
        self.fatos[hour][self.ground.fato_ids[fato_id]] += 1.0


def _list_hours(city: City, limits: Noise, counts: _Counts) -> tuple[VertiportHour, ...]:
    """Return the hours of every vertiport that had movements, with their levels."""
    levels = [terminal_level_dba(city.aircraft_type, distance_m=ring_m) for ring_m in RINGS_M]
    found = []
    for site in sorted(city.vertiports, key=lambda site: site.vertiport_id):
        places = [counts.ground.fato_ids[fato.fato_id] for fato in site.fatos]
        for (at_ms, hour), row in sorted(counts.fatos.items()):
            movements = round(sum(row[place] for place in places))
            if movements == 0:
                continue
            laeq_dba = [
                hourly_level_dba(dba, movements_per_h=movements, movement_s=limits.movement_s)
                for dba in levels
            ]
            found.append(
                VertiportHour(
                    vertiport_id=site.vertiport_id,
                    hour_at_ms=at_ms,
                    hour=hour,
                    movements=movements,
                    laeq_dba=tuple(laeq_dba),
                )
            )
    return tuple(found)


class _Cells:
    """Relative exposures of every cell, summed over the hours."""

    def __init__(self, ground: NoiseGround, counts: _Counts) -> None:
        count = len(ground.x_m)
        self._ground, self._counts = ground, counts
        self.day, self.night = np.zeros(count), np.zeros(count)
        self.hour_max, self.hour_of_max = np.zeros(count), np.zeros(count, dtype=np.int64)

    def add_hours(self) -> None:
        """Add every hour in which something was heard."""
        ground, counts = self._ground, self._counts
        for key in sorted({*counts.lanes, *counts.fatos}):
            _, hour = key
            energy = np.zeros(len(ground.x_m))
            if key in counts.lanes:
                wide = _spread(ground.lanes, counts.lanes[key], len(ground.wide_people))
                energy += wide[ground.wide]
            if key in counts.fatos:
                energy += _spread(ground.fatos, counts.fatos[key], len(energy))
            if counts.night.is_night(hour):
                self.night += energy
            else:
                self.day += energy
            louder = energy > self.hour_max
            self.hour_max[louder] = energy[louder]
            self.hour_of_max[louder] = hour

    def find_loudest(self, *, is_night: bool) -> "NDArray[np.float64]":
        """Return the energy of the loudest moment of every cell, by day or by night."""
        ground, counts = self._ground, self._counts
        wide = np.zeros(len(ground.wide_people))
        _raise(wide, ground.lanes, self._used(counts.lanes, is_night=is_night))
        loudest = wide[ground.wide]
        _raise(loudest, ground.fatos, self._used(counts.fatos, is_night=is_night))
        return loudest

    def _used(self, counts: dict[tuple[int, int], list[float]], *, is_night: bool) -> list[float]:
        """Return the sums of each source over the hours of the day or of the night."""
        hours = [
            row
            for (_, hour), row in counts.items()
            if self._counts.night.is_night(hour) == is_night
        ]
        return [sum(column) for column in zip(*hours, strict=True)]


def _spread(rows: Rows, counts: Sequence[float], size: int) -> "NDArray[np.float64]":
    """Return the exposures of cells under counts of the sources."""
    weights = rows.exposure * np.array(counts)[rows.source]
    return np.bincount(rows.cell, weights=weights, minlength=size).astype(np.float64)


def _raise(loudest: "NDArray[np.float64]", rows: Rows, counts: Sequence[float]) -> None:
    """Raise cells to the loudest of the sources that were heard at all."""
    if counts:
        heard = np.flatnonzero(np.array(counts)[rows.source] > 0.0)
        np.maximum.at(loudest, rows.cell[heard], rows.loudest[heard])


def _levels(energy: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return levels of relative energies; minus infinity of none."""
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(energy), dtype=np.float64)


def _count_days(time_zone: str, from_ms: int, until_ms: int) -> int:
    """Return how many local dates an interval touches, at least one."""
    ends = [ms_to_local(at_ms, time_zone).date() for at_ms in (from_ms, max(from_ms, until_ms - 1))]
    return (ends[1] - ends[0]).days + 1


def _list_vertiports(
    city: City, hours: Sequence[VertiportHour], night: _Night, days: int
) -> tuple[VertiportNoise, ...]:
    """Return the levels of day and loudest hour about every vertiport."""
    found = []
    for site_id in sorted(site.vertiport_id for site in city.vertiports):
        own = [hour for hour in hours if hour.vertiport_id == site_id]
        by_day = [hour for hour in own if not night.is_night(hour.hour)]
        day_h = days * night.day_h
        rings = range(len(RINGS_M))
        energies = [sum(10.0 ** (hour.laeq_dba[k] / 10.0) for hour in by_day) for k in rings]
        found.append(
            VertiportNoise(
                vertiport_id=site_id,
                laeq_day_dba=tuple(10.0 * log10(e / day_h) if e else None for e in energies),
                laeq_hour_dba_max=tuple(
                    max((hour.laeq_dba[k] for hour in own), default=None) for k in rings
                ),
            )
        )
    return tuple(found)


def _count_people(
    city: City,
    limits: Noise,
    people: "NDArray[np.float64]",
    equivalent: "tuple[NDArray[np.float64], NDArray[np.float64]]",
    loudest: "tuple[NDArray[np.float64], NDArray[np.float64]]",
) -> PeopleAbove:
    """Return the residents of the cells above each limit; levels are of day and night."""
    stated = city.quantities.get(TERMINAL_QUANTITY)
    quieter = 0.0 if stated is None else stated.value - stated.low
    louder = 0.0 if stated is None else stated.high - stated.value
    day_max, night_max = limits.laeq_day_dba_max, limits.laeq_night_dba_max

    def count(levels_dba: "NDArray[np.float64]", limit_dba: float) -> float:
        return round(float(people[levels_dba > limit_dba].sum()), 1)

    return PeopleAbove(
        day=count(equivalent[0], day_max),
        night=count(equivalent[1], night_max),
        max_day=count(loudest[0], limits.lamax_day_dba_max),
        max_night=count(loudest[1], limits.lamax_night_dba_max),
        day_low=count(equivalent[0], day_max + quieter),
        day_high=count(equivalent[0], day_max - louder),
        night_low=count(equivalent[1], night_max + quieter),
        night_high=count(equivalent[1], night_max - louder),
    )
