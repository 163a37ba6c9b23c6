"""A run as judges and identification look at it: its columns, and where its segments lie.

Readings that a sensor did not give, or that were flagged, are NaN and count as nothing said.
The interval of a mean is that of `reduction.steady_mean`, with what instruments may be off by as a
whole where that counts.
"""

from collections.abc import Mapping, Sequence
from math import hypot, sqrt
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.evidence.card import Card
from aspan.evidence.reduction import BLOCK_S, block_means, steady_mean
from aspan.evidence.verdict import Measured
from aspan.primitives.units import MS_PER_S, W_PER_KW
from aspan.twin.card_profile import Segment
from aspan.world.aircraft import AircraftType
from aspan.world.atmosphere import air_density_kg_m3
from aspan.world.range import Range
from aspan.world.telemetry import CHANNEL_BY_NAME, PACKS

Floats = NDArray[np.float64]

BLOCKS_MIN: Final = 4
"""Of five seconds; fewer say too little about their own scatter."""

_NORMAL_95: Final = 1.959964

OFFSET_SHARE: Final = 0.3
"""Offset of an instrument over the scatter of one reading."""


class NotRecordedError(LookupError):
    """A segment or a channel that a judge asks for is not in the run; the run does not tell."""


class RunData(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a card.

    Parameters
    ----------
    aircraft, soh
        The type as the model has it, and the health of this one's packs: what is predicted with.
    columns
        By channel (`world.telemetry`), all of one length; `at_ms` among them.
    segments
        Rows of each segment of the card that was flown, by its label.
    is_twin
        Flown by the twin, not by an aircraft.
    site
        For distances to microphones and spectators; None where nobody asks.
    """

    run_id: str
    card: Card
    aircraft: AircraftType
    columns: Mapping[str, Floats]
    segments: Mapping[str, slice]
    soh: float = 1.0
    is_twin: bool = True
    site: Range | None = None

    def column(self, channel: str) -> Floats:
        """Return a channel over the whole run."""
        if channel not in self.columns:
            raise NotRecordedError(f"channel {channel} was not recorded")
        return self.columns[channel]

    def of(self, label: str, channel: str) -> Floats:
        """Return a channel over one segment."""
        return self.column(channel)[self.rows(label)]

    def rows(self, label: str) -> slice:
        """Return the rows of a segment."""
        if label not in self.segments:
            raise NotRecordedError(f"segment {label} was not flown")
        return self.segments[label]

    def seconds(self, label: str) -> Floats:
        """Return the seconds of a segment's rows since its first."""
        at_ms = self.of(label, "at_ms")
        if len(at_ms) == 0:
            raise NotRecordedError(f"segment {label} has no rows")
        return np.asarray((at_ms - at_ms[0]) / MS_PER_S)

    def only(self, rows: slice) -> "RunData":
        """Return the run cut to some of its rows, without segments."""
        columns = {name: values[rows] for name, values in self.columns.items()}
        return msgspec.structs.replace(self, columns=columns, segments={})


def list_marked(profile: Sequence[Segment], marks: Floats) -> dict[str, slice]:
    """Return the rows of each segment that was flown, from the recorder's event marks.

    A reading in the middle that is lost or wrong does not cut a segment; the first and the last row
    with its number hold it.
    """
    found: dict[str, slice] = {}
    for number, segment in enumerate(profile, 1):
        rows = np.flatnonzero(marks == number)
        if len(rows):
            found[segment.label] = slice(int(rows[0]), int(rows[-1]) + 1)
    return found


def electrical_kw(run: RunData) -> Floats:
    """Return the power the packs give together, positive out of them."""
    total = np.zeros(len(run.column("at_ms")))
    for n in range(1, PACKS + 1):
        total += run.column(f"pack{n}_voltage_v") * run.column(f"pack{n}_current_a") / W_PER_KW
    return total


def shaft_kw(run: RunData, unit: int) -> Floats:
    """Return the shaft power of one unit: torque times speed."""
    torque, speed = run.column(f"unit{unit}_torque_nm"), run.column(f"unit{unit}_speed_rad_per_s")
    return torque * speed / W_PER_KW


def density_kg_m3(run: RunData, label: str) -> float:
    """Return the mean air density of a segment, from its own pressure and temperature."""
    pressure = _mean(run.of(label, "pressure_pa"), "pressure_pa", label)
    return air_density_kg_m3(pressure, air_k(run, label))


def air_k(run: RunData, label: str) -> float:
    """Return the mean air temperature of a segment."""
    return _mean(run.of(label, "air_temperature_k"), "air_temperature_k", label)


def _mean(values: Floats, channel: str, label: str) -> float:
    good = values[np.isfinite(values)]
    if len(good) == 0:
        raise NotRecordedError(f"channel {channel} says nothing in segment {label}")
    return float(good.mean())


def mean_of(run: RunData, values: Floats, unit: str, *, offset: float = 0.0) -> Measured:
    """Return the mean of readings that follow one another, with its 95 % interval.

    Parameters
    ----------
    offset
        Half of the 95 % interval of what all readings may be off by together.
    """
    mean = steady_mean(values, rate_hz=rows_per_s(run))
    if mean.blocks < BLOCKS_MIN:
        raise NotRecordedError(f"only {mean.readings} usable readings in {mean.blocks} blocks")
    half = hypot(student_95(mean.blocks - 1) * mean.standard_error, offset)
    return Measured(value=mean.value, low=mean.value - half, high=mean.value + half, unit=unit)


def rate_of(run: RunData, values: Floats, unit: str) -> Measured:
    """Return how fast readings rise or fall evenly, with its 95 % interval.

    By the line through the means of blocks; an offset of the instrument drops out.
    """
    means = block_means(values, rate_hz=rows_per_s(run))
    kept = np.flatnonzero(np.isfinite(means))
    if len(kept) < BLOCKS_MIN:
        raise NotRecordedError(f"only {len(kept)} usable blocks of {BLOCK_S:g} s")
    at_s = (kept - kept.mean()) * BLOCK_S
    square = float((at_s * at_s).sum())
    slope = float((at_s * means[kept]).sum()) / square
    rest = means[kept] - means[kept].mean() - slope * at_s
    freedom = len(kept) - 2
    half = student_95(freedom) * sqrt(float((rest * rest).sum()) / freedom / square)
    return Measured(value=slope, low=slope - half, high=slope + half, unit=unit)


def offset_of(channel: str) -> float:
    """Return half of the 95 % interval of the offset that an instrument keeps through a run."""
    return _NORMAL_95 * OFFSET_SHARE * CHANNEL_BY_NAME[channel].noise


def zeroed_packs(run: RunData, label: str) -> tuple[Floats, float]:
    """Return the power of all packs [kW] by current sensors zeroed in a segment with no current.

    With it half of the 95 % interval of what the zeroing left.
    """
    total, squares = np.zeros(len(run.column("at_ms"))), 0.0
    for n in range(1, PACKS + 1):
        zero = mean_of(run, run.of(label, f"pack{n}_current_a"), "A")
        volts = run.column(f"pack{n}_voltage_v")
        total += volts * (run.column(f"pack{n}_current_a") - zero.value) / W_PER_KW
        squares += (float(np.nanmean(volts)) * (zero.high - zero.value) / W_PER_KW) ** 2
    return total, sqrt(squares)


def student_95(freedom: int) -> float:
    """Return the two-sided 95 % quantile of Student's distribution, within 1 % from 3 degrees on.

    Cornish and Fisher's expansion in 1/freedom (Abramowitz and Stegun, 1964, 26.7.5).
    """
    z = _NORMAL_95
    terms = (
        (z**3 + z) / 4.0,
        (5.0 * z**5 + 16.0 * z**3 + 3.0 * z) / 96.0,
        (3.0 * z**7 + 19.0 * z**5 + 17.0 * z**3 - 15.0 * z) / 384.0,
    )
    return z + sum(term * (1.0 / freedom) ** n for n, term in enumerate(terms, 1))


def electrical_offset_kw(run: RunData) -> float:
    """Return half of the 95 % interval of what the power of all packs may be off by.

    A current sensor keeps an offset through a run that no averaging takes away. Assumed: a third of
    the scatter of one reading, as a calibration before each campaign leaves it.
    """
    volts = np.concatenate([run.column(f"pack{n}_voltage_v") for n in range(1, PACKS + 1)])
    if not np.isfinite(volts).any():
        raise NotRecordedError("the voltage of the packs")
    return offset_of("pack1_current_a") * float(np.nanmean(volts)) * sqrt(PACKS) / W_PER_KW


def smooth(values: Floats, rows: int) -> Floats:
    """Return running means over `rows` readings; what is silent in a window is left out of it."""
    rows = max(1, min(rows, len(values)))
    good = np.isfinite(values)
    kernel = np.ones(rows)
    total = np.convolve(np.where(good, values, 0.0), kernel, mode="valid")
    count = np.convolve(good.astype(np.float64), kernel, mode="valid")
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(count > 0.0, total / count, np.nan), dtype=np.float64)


def rows_per_s(run: RunData) -> float:
    """Return the readings a second over the run, from the median step."""
    steps = np.diff(run.column("at_ms"))
    steps = steps[np.isfinite(steps) & (steps > 0.0)]
    if len(steps) == 0:
        raise NotRecordedError("the run has no two rows apart in time")
    return MS_PER_S / float(np.median(steps))
