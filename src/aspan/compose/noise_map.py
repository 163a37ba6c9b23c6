"""The noise of a day: who is heard where, how loud, hour by hour, from the sorties that flew.

`list_heard` takes sorties from a log, `map_noise` makes the map; `map_events` does both, which is
what a service calls with its log so far. Levels of day and night are over all their hours, as if
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

from aspan.airspace.noise import NoiseGround
from aspan.compose.noise_counts import Cells, Counts, HeardSortie, Night, sum_by_day
from aspan.compose.table_sorties import SortieLines
from aspan.operations.events import Event
from aspan.physics.noise import hourly_level_dba, terminal_level_dba
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import S_PER_H
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
    night = Night(limits, city.time_zone)
    counts = Counts(city.aircraft_type, ground, night, from_ms, until_ms)
    for sortie in heard:
        counts.add(sortie)
    days = _count_days(city.time_zone, from_ms, until_ms)
    cells = Cells(ground, counts)
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


def count_people_by_day(
    city: City,
    ground: NoiseGround,
    heard: Iterable[HeardSortie],
    *,
    from_ms: int,
    until_ms: int,
) -> float | None:
    """Return `NoiseMap.people_above.day` alone, sooner; parameters as those of `map_noise`."""
    limits = city.rules.noise
    if limits is None:
        return None
    night = Night(limits, city.time_zone)
    counts = Counts(city.aircraft_type, ground, night, from_ms, until_ms)
    for sortie in heard:
        counts.add(sortie)
    exposed = sum_by_day(ground, counts)
    share = _count_days(city.time_zone, from_ms, until_ms) * night.day_h * S_PER_H
    is_above = _levels(exposed / share) > limits.laeq_day_dba_max
    return round(float(ground.people[is_above].sum()), 1)


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


def _list_hours(city: City, limits: Noise, counts: Counts) -> tuple[VertiportHour, ...]:
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


def _levels(energy: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return levels of relative energies; minus infinity of none."""
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(energy), dtype=np.float64)


def _count_days(time_zone: str, from_ms: int, until_ms: int) -> int:
    """Return how many local dates an interval touches, at least one."""
    ends = [ms_to_local(at_ms, time_zone).date() for at_ms in (from_ms, max(from_ms, until_ms - 1))]
    return (ends[1] - ends[0]).days + 1


def _list_vertiports(
    city: City, hours: Sequence[VertiportHour], night: Night, days: int
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
