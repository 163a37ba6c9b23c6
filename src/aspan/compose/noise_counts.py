"""What of a day can be heard: how often each lane and FATO in each hour, and what cells get of it.

The rows of `airspace.noise` say what one flight sends to each cell; here they are taken times the
counts of an hour, and hours are added up.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from aspan.airspace.noise import NoiseGround, Rows
from aspan.primitives.ids import FatoId, LaneId
from aspan.primitives.instants import ms_to_local, parse_local_time
from aspan.primitives.units import MS_PER_MIN, MS_PER_S
from aspan.world.aircraft import AircraftType
from aspan.world.rules import Noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOURS_OF_DAY = 24


class HeardSortie(msgspec.Struct, frozen=True, kw_only=True):
    """What of a sortie can be heard; `touchdown_at_ms` is None while it is in the air."""

    lanes: tuple[str, ...]
    origin_fato_id: FatoId
    lift_off_at_ms: int
    destination_fato_id: FatoId
    touchdown_at_ms: int | None


class Night:
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


class Counts:
    """How often each lane and FATO was heard in each hour."""

    def __init__(
        self, kind: AircraftType, ground: NoiseGround, night: Night, from_ms: int, until_ms: int
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
        longer = max(cruise_ms / still_ms, 0.0) if len(numbers) == 1 and still_ms else 1.0
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


class Cells:
    """Relative exposures of every cell, summed over the hours."""

    def __init__(self, ground: NoiseGround, counts: Counts) -> None:
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
        _raise(wide, ground.lanes, _sum_hours(counts.lanes, counts.night, is_night=is_night))
        loudest = wide[ground.wide]
        _raise(loudest, ground.fatos, _sum_hours(counts.fatos, counts.night, is_night=is_night))
        return loudest


def sum_by_day(ground: NoiseGround, counts: Counts) -> "NDArray[np.float64]":
    """Return the relative exposure of every cell, summed over the hours of the day."""
    exposed = np.zeros(len(ground.x_m))
    lanes = _sum_hours(counts.lanes, counts.night)
    if lanes:
        exposed += _spread(ground.lanes, lanes, len(ground.wide_people))[ground.wide]
    fatos = _sum_hours(counts.fatos, counts.night)
    if fatos:
        exposed += _spread(ground.fatos, fatos, len(exposed))
    return exposed


def _sum_hours(
    counts: dict[tuple[int, int], list[float]], night: Night, *, is_night: bool = False
) -> list[float]:
    """Return the sums of each source over the hours of the day or of the night."""
    hours = [row for (_, hour), row in counts.items() if night.is_night(hour) == is_night]
    return [sum(column) for column in zip(*hours, strict=True)]


def _spread(rows: Rows, counts: Sequence[float], size: int) -> "NDArray[np.float64]":
    """Return the exposures of cells under counts of the sources."""
    times = np.array(counts)[rows.source]
    heard = np.flatnonzero(times)  # Most sources are silent in an hour.
    weights = rows.exposure[heard] * times[heard]
    return np.bincount(rows.cell[heard], weights=weights, minlength=size).astype(np.float64)


def _raise(loudest: "NDArray[np.float64]", rows: Rows, counts: Sequence[float]) -> None:
    """Raise cells to the loudest of the sources that were heard at all."""
    if counts:
        heard = np.flatnonzero(np.array(counts)[rows.source] > 0.0)
        np.maximum.at(loudest, rows.cell[heard], rows.loudest[heard])
