"""Faults that can be planted in a card's run: what breaks, when, and how fast.

Of the aircraft: it really happens, and shows in the truth. Of the sensors: the aircraft is well,
the reading is not. Of the link: rows are late, missing, twice or wrongly stamped. Onsets are in
seconds after the first row. Faults of the motion end where the aircraft is recovered.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.primitives.dice import stream_key
from aspan.twin.card_noise import draws
from aspan.twin.card_path import Path, is_airborne, place_path

Floats = NDArray[np.float64]
Columns = dict[str, NDArray[np.float64] | NDArray[np.int64]]


class Fault(msgspec.Struct, frozen=True, kw_only=True, tag_field="fault", tag=True):
    """Anything that can be planted; `onset_s` is when it begins."""

    onset_s: float


class OverTemperature(Fault, frozen=True):
    """A pack warms on its own."""

    pack: int = 1
    rate_k_per_s: float = 0.5


class CellSpread(Fault, frozen=True):
    """The cells of a pack drift apart."""

    pack: int = 1
    rate_v_per_s: float = 0.002


class VoltageSag(Fault, frozen=True):
    """A pack loses voltage without giving more current: a failing string."""

    pack: int = 1
    rate_v_per_s: float = 2.0


class OverPower(Fault, frozen=True):
    """A unit draws ever more than it is asked for."""

    unit: int = 1
    rate_kw_per_s: float = 3.0


class OverSpeed(Fault, frozen=True):
    """The aircraft runs away in speed while it flies, up to an excess."""

    rate_mps2: float = 1.0
    excess_mps_max: float = 25.0


class Geofence(Fault, frozen=True):
    """The track drifts sideways while it flies: a wrong wind, a wrong map."""

    course_deg: float
    speed_mps: float = 8.0


class Spikes(Fault, frozen=True):
    """Single readings of a channel jump: a share of them, by a size in the channel's unit."""

    channel: str
    share: float = 0.001
    size: float = 1e3


class Stuck(Fault, frozen=True):
    """A sensor repeats its last reading."""

    channel: str
    duration_s: float = 1e9


class Silent(Fault, frozen=True):
    """A sensor says nothing."""

    channel: str
    duration_s: float = 1e9


class Offset(Fault, frozen=True):
    """A sensor reads wrong by a constant."""

    channel: str
    offset: float


class LinkLoss(Fault, frozen=True):
    """No row arrives for a time."""

    duration_s: float = 8.0


class RowsLost(Fault, frozen=True):
    """A share of rows never arrives, each by itself."""

    share: float = 0.02


class ClockStep(Fault, frozen=True):
    """The recorder's clock jumps."""

    step_ms: int = 2_000


class Duplicates(Fault, frozen=True):
    """A share of rows arrives twice."""

    share: float = 0.01


class Shuffled(Fault, frozen=True):
    """A share of rows changes places with the one that follows `span` rows later."""

    share: float = 0.01
    span: int = 3


MotionFault = OverSpeed | Geofence
PackFault = OverTemperature | CellSpread | VoltageSag
SensorFault = Spikes | Stuck | Silent | Offset
LinkFault = LinkLoss | RowsLost | ClockStep | Duplicates | Shuffled
AnyFault = MotionFault | PackFault | OverPower | SensorFault | LinkFault
"""Every fault, for decoding."""


def bend_path(path: Path, faults: tuple[AnyFault, ...], until_s: float | None) -> None:
    """Change the motion by what breaks in it, and the position that follows from it."""
    moving = [fault for fault in faults if isinstance(fault, MotionFault)]
    if not moving:
        return
    time_s = path.time_s()
    course = np.radians(path.course_deg)
    for fault in moving:
        since_s = np.where(is_airborne(path), np.maximum(time_s - fault.onset_s, 0.0), 0.0)
        if until_s is not None:
            since_s[time_s >= until_s] = 0.0
        if isinstance(fault, OverSpeed):
            excess_mps = np.minimum(fault.rate_mps2 * since_s, fault.excess_mps_max)
            path.along_mps = path.along_mps + excess_mps
            path.airspeed_mps = path.airspeed_mps + excess_mps
            continue
        drift = np.where(since_s > 0.0, fault.speed_mps, 0.0)
        away = np.radians(fault.course_deg)
        east = path.along_mps * np.sin(course) + drift * np.sin(away)
        north = path.along_mps * np.cos(course) + drift * np.cos(away)
        path.along_mps = np.hypot(east, north)
        course = np.where(since_s > 0.0, np.arctan2(east, north), course)
    path.course_deg = np.degrees(course) % 360.0
    place_path(path)


def overload_units(units_kw: Floats, time_s: Floats, faults: tuple[AnyFault, ...]) -> None:
    """Add to the power of units [row, unit] what they draw too much while they turn."""
    for fault in faults:
        if isinstance(fault, OverPower):
            more = fault.rate_kw_per_s * np.maximum(time_s - fault.onset_s, 0.0)
            is_turning = units_kw[:, fault.unit - 1] > 0.0
            units_kw[:, fault.unit - 1] += np.where(is_turning, more, 0.0)


def spoil_packs(
    temperature_k: Floats,
    cell_spread_v: Floats,
    voltage_v: Floats,
    time_s: Floats,
    faults: tuple[AnyFault, ...],
) -> None:
    """Change temperature, spread and voltage of packs [row, pack] by what breaks in them."""
    for fault in faults:
        since_s = np.maximum(time_s - fault.onset_s, 0.0)
        if isinstance(fault, OverTemperature):
            temperature_k[:, fault.pack - 1] += fault.rate_k_per_s * since_s
        elif isinstance(fault, CellSpread):
            cell_spread_v[:, fault.pack - 1] += fault.rate_v_per_s * since_s
        elif isinstance(fault, VoltageSag):
            voltage_v[:, fault.pack - 1] -= fault.rate_v_per_s * since_s


def spoil_readings(
    columns: dict[str, Floats], time_s: Floats, faults: tuple[AnyFault, ...], seed: int
) -> None:
    """Change readings by what breaks in their sensors."""
    for number, fault in enumerate(faults):
        if not isinstance(fault, SensorFault):
            continue
        column = columns[fault.channel]
        is_on = time_s >= fault.onset_s
        if isinstance(fault, Stuck | Silent):
            is_on &= time_s < fault.onset_s + fault.duration_s
        if isinstance(fault, Spikes):
            key = stream_key(seed, "spikes", number, fault.channel)
            column[is_on & (draws(key, len(column)) < fault.share)] += fault.size
        elif isinstance(fault, Offset):
            column[is_on] += fault.offset
        elif isinstance(fault, Silent):
            column[is_on] = np.nan
        elif is_on.any():
            column[is_on] = column[max(0, int(is_on.argmax()) - 1)]


def spoil_link(
    time_s: Floats, faults: tuple[AnyFault, ...], seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which rows arrive, in order of arrival, and by how much each is wrongly stamped."""
    count = len(time_s)
    arrives = np.ones(count, dtype=bool)
    step_ms = np.zeros(count, dtype=np.int64)
    for number, fault in enumerate(faults):
        is_on = time_s >= fault.onset_s
        if isinstance(fault, LinkLoss):
            arrives &= ~(is_on & (time_s < fault.onset_s + fault.duration_s))
        elif isinstance(fault, RowsLost):
            key = stream_key(seed, "rows lost", number)
            arrives &= ~(is_on & (draws(key, count) < fault.share))
        elif isinstance(fault, ClockStep):
            step_ms[is_on] += fault.step_ms
    order = np.flatnonzero(arrives)
    for number, fault in enumerate(faults):
        is_on = time_s[order] >= fault.onset_s
        if isinstance(fault, Duplicates):
            twice = is_on & (draws(stream_key(seed, "twice", number), len(order)) < fault.share)
            order = np.repeat(order, np.where(twice, 2, 1))
        elif isinstance(fault, Shuffled):
            chosen = is_on & (draws(stream_key(seed, "shuffled", number), len(order)) < fault.share)
            for row in np.flatnonzero(chosen[: -fault.span]).tolist():
                order[[row, row + fault.span]] = order[[row + fault.span, row]]
    return order.astype(np.int64), step_ms[order]
