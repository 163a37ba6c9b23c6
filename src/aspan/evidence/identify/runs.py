"""Runs as identification takes them: sound readings only, and the rows of each segment.

A doubtful reading (flagged, absent, out of its sensor's range) becomes NaN and is used nowhere; a
doubtful row is NaN in every channel. Segments are found again in the telemetry by what the profile
asks for, so that a recording needs no marks and an aircraft's own file will do.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.evidence.reduction import Flags, Floats
from aspan.twin.card_flight import Recording
from aspan.twin.card_profile import LoadState, Segment
from aspan.world.telemetry import CHANNEL_BY_NAME, PACKS, UNITS

Maker = Literal["aircraft", "twin"]
"""Whose telemetry it is."""

SMOOTHED_S: Final = 1.0
"""Over which noisy channels are averaged before rows are told apart."""

HELD_SHARE_MIN: Final = 0.6
"""Of a segment's duration that must be found of it."""

_UNTIL_EMPTY: Final = ("discharge", "charge")
"""Segments that may end by themselves, when packs cut off or are full; their rows go on."""

_SHORTEST_S: Final = 60.0
_BEFORE_S: Final = 1.0
_BRIDGED_S: Final = 10.0
_TRIM_S: Final = {"hover": 5.0, "cruise": 8.0}
"""Left out at each end, where height or speed is near what was asked but still changes."""

_CRUISE_TILT_DEG: Final = 15.0
_HOVER_TILT_DEG: Final = 75.0
_SPEED_MPS: Final = 3.0
_HEIGHT_M: Final = 3.0
_CLIMB_MPS: Final = 1.0
_GROUND_M: Final = 3.0
_DRAWN_KW: Final = 15.0
"""Within which a row belongs to what the profile asks for. Assumed: well above noise and gusts,
well below the distance to any other segment."""


class TestRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run, ready to be reduced.

    Parameters
    ----------
    columns
        By channel; NaN where a reading is absent or doubtful. `at_ms` is not needed: rows are taken
        to be `1 / rate_hz` apart, lost rows are NaN.
    rows
        Of each segment held, by its label; what was not found is left out.
    is_whole
        Not knocked off: where power fell away the packs themselves cut off.
    cycles
        Full cycles that the packs had behind them.
    microphones
        Longitude and latitude [deg] of each.
    manifest_sha256
        Of the telemetry; empty for a run that was not kept.
    """

    __test__ = False

    run_id: str
    card_id: str
    profile: tuple[Segment, ...]
    load: LoadState
    rate_hz: float
    columns: dict[str, Floats]
    rows: dict[str, slice]
    maker: Maker
    is_whole: bool = True
    cycles: float = 0.0
    microphones: tuple[tuple[float, float], ...] = ()
    manifest_sha256: str = ""

    def column(self, name: str, rows: slice = slice(None)) -> Floats:
        """Return a channel, all NaN if the recorder has none."""
        if name in self.columns:
            return self.columns[name][rows]
        some = next(iter(self.columns.values()))[rows]
        return np.full(len(some), np.nan)

    def list_segments(self, *manoeuvres: str) -> list[tuple[Segment, slice]]:
        """Return the segments of these manoeuvres that were held, with their rows."""
        return [
            (segment, self.rows[segment.label])
            for segment in self.profile
            if segment.manoeuvre in manoeuvres and segment.label in self.rows
        ]

    def shaft_kw(self, rows: slice) -> Floats:
        """Return the power of all shafts: torque times speed."""
        total = np.zeros(len(self.column("lon_deg", rows)))
        for n in range(1, UNITS + 1):
            torque = self.column(f"unit{n}_torque_nm", rows)
            total += torque * self.column(f"unit{n}_speed_rad_per_s", rows)
        return total / 1e3

    def units_kw(self, rows: slice) -> Floats:
        """Return the electrical power of all units."""
        return sum_of([self.column(f"unit{n}_electrical_kw", rows) for n in range(1, UNITS + 1)])

    def packs_kw(self, rows: slice) -> Floats:
        """Return the power that all packs give, negative while they are charged."""
        volts = [self.column(f"pack{n}_voltage_v", rows) for n in range(1, PACKS + 1)]
        amperes = [self.column(f"pack{n}_current_a", rows) for n in range(1, PACKS + 1)]
        return sum_of([v * a for v, a in zip(volts, amperes, strict=True)]) / 1e3

    def packs_mean(self, name: str, rows: slice) -> Floats:
        """Return the mean over packs of `soc` or `temperature_k`."""
        return sum_of([self.column(f"pack{n}_{name}", rows) for n in range(1, PACKS + 1)]) / PACKS


def sum_of(columns: Sequence[Floats]) -> Floats:
    """Return the sum of columns, NaN in a row where one is."""
    return np.asarray(np.sum(columns, axis=0), dtype=np.float64)


def sound_columns(columns: Mapping[str, NDArray[np.generic]]) -> dict[str, Floats]:
    """Return the channels with NaN where a reading is out of its sensor's range."""
    sound: dict[str, Floats] = {}
    for name, column in columns.items():
        channel = CHANNEL_BY_NAME.get(name)
        if channel is None:
            continue
        values = np.asarray(column, dtype=np.float64)
        inside = (values >= channel.low) & (values <= channel.high)
        sound[name] = values if inside.all() else np.where(inside, values, np.nan)
    return sound


def spread_rows(
    sequence: NDArray[np.int64], columns: dict[str, Floats]
) -> tuple[dict[str, Floats], int]:
    """Return channels with a row for every sequence number, NaN where none arrived.

    The first of copies counts. Also returned is the sequence number of the first row.
    """
    first, last = int(sequence.min()), int(sequence.max())
    index, kept = np.unique(sequence - first, return_index=True)
    whole: dict[str, Floats] = {}
    for name, column in columns.items():
        spread = np.full(last - first + 1, np.nan)
        spread[index] = column[kept]
        whole[name] = spread
    return whole, first


def smooth(column: Floats, rate_hz: float) -> Floats:
    """Return centred moving means over `SMOOTHED_S`; NaN readings do not count."""
    window = np.ones(max(1, round(SMOOTHED_S * rate_hz)))
    good = np.isfinite(column)
    total = np.convolve(np.where(good, column, 0.0), window, mode="same")
    count = np.convolve(good.astype(np.float64), window, mode="same")
    return np.asarray(np.where(count > 0.5, total / np.maximum(count, 1.0), np.nan))


def find_segments(
    profile: Sequence[Segment], columns: dict[str, Floats], rate_hz: float
) -> dict[str, slice]:
    """Return the rows in which each segment was held, in the order of the profile.

    For each the first stretch after the segment before it that is as asked and at least
    `HELD_SHARE_MIN` as long; interruptions shorter than 10 s (a gust, a lost link) are bridged.
    """
    state = _State(columns, rate_hz)
    found: dict[str, slice] = {}
    start = 0
    for segment in profile:
        mask = state.matches(segment)
        if mask is None:
            continue
        mask[:start] = False
        rows = _held_rows(mask, segment, rate_hz)
        if rows is not None:
            found[segment.label] = rows
            start = rows.stop
    return found


class _State:
    """Smoothed channels by which rows are told apart."""

    def __init__(self, columns: dict[str, Floats], rate_hz: float) -> None:
        count = len(next(iter(columns.values())))
        self._count = count

        def smoothed(name: str) -> Floats:
            return smooth(columns.get(name, np.full(count, np.nan)), rate_hz)

        self.tilt = smoothed("tilt_deg")
        self.speed = smoothed("airspeed_mps")
        self.height = smoothed("height_agl_m")
        self.climb = smoothed("vertical_speed_mps")
        volts = [smoothed(f"pack{n}_voltage_v") for n in range(1, PACKS + 1)]
        amps = [smoothed(f"pack{n}_current_a") for n in range(1, PACKS + 1)]
        self.packs_kw = sum_of([v * a for v, a in zip(volts, amps, strict=True)]) / 1e3
        self.speed_rad = smoothed("unit1_speed_rad_per_s")

    def matches(self, segment: Segment) -> Flags | None:
        """Return the rows that are as a segment asks; None for one that is never steady."""
        with np.errstate(invalid="ignore"):
            standing = (self.height < _GROUND_M) & (self.speed_rad < 5.0)
            level = (np.abs(self.height - segment.height_agl_m) < _HEIGHT_M) & (
                np.abs(self.climb) < _CLIMB_MPS
            )
            at_speed = np.abs(self.speed - segment.airspeed_mps) < _SPEED_MPS
            masks: dict[str, Flags] = {
                "open": standing & (np.abs(self.packs_kw) < _DRAWN_KW),
                "ground": standing & (np.abs(self.packs_kw) < _DRAWN_KW),
                "discharge": standing & (self.packs_kw > _DRAWN_KW),
                "charge": standing & (self.packs_kw < -_DRAWN_KW / 3.0),
                "hover": level & (self.tilt > _HOVER_TILT_DEG),
                "cruise": level & at_speed & (self.tilt < _CRUISE_TILT_DEG),
            }
        return masks.get(segment.manoeuvre)


def _held_rows(mask: Flags, segment: Segment, rate_hz: float) -> slice | None:
    """Return the rows of a segment, without its edges; None if it was not held."""
    wanted = round(segment.duration_s * rate_hz)
    trim = round(_TRIM_S.get(segment.manoeuvre, 0.0) * rate_hz)
    if segment.manoeuvre not in _UNTIL_EMPTY:
        stretch = _first_stretch(mask, HELD_SHARE_MIN * wanted, rate_hz)
        if stretch is None or stretch.stop - stretch.start <= 2 * trim:
            return None
        start = stretch.start + trim
        return slice(start, min(start + wanted, stretch.stop - trim))
    shortest = min(_SHORTEST_S * rate_hz, HELD_SHARE_MIN * wanted)
    stretch = _first_stretch(mask, shortest, rate_hz)
    if stretch is None:
        return None
    start = max(0, stretch.start - round(_BEFORE_S * rate_hz))
    return slice(start, min(start + wanted, len(mask)))


def _first_stretch(mask: Flags, shortest: float, rate_hz: float) -> slice | None:
    """Return the first stretch of true rows that is long enough, short gaps bridged."""
    at = np.flatnonzero(mask)
    if not len(at):
        return None
    breaks = np.flatnonzero(np.diff(at) > _BRIDGED_S * rate_hz)
    firsts = np.concatenate([[0], breaks + 1])
    lasts = np.concatenate([breaks, [len(at) - 1]])
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        begin, end = int(at[first]), int(at[last]) + 1
        if end - begin >= shortest:
            return slice(begin, end)
    return None


def run_from_recording(
    recording: Recording,
    *,
    run_id: str,
    card_id: str,
    profile: Sequence[Segment],
    load: LoadState,
    cycles: float = 0.0,
    microphones: tuple[tuple[float, float], ...] = (),
) -> TestRun:
    """Return a run of the twin as it came over the link."""
    sequence = np.asarray(recording.columns["sequence"], dtype=np.int64)
    columns, _ = spread_rows(sequence, sound_columns(recording.columns))
    return TestRun(
        run_id=run_id,
        card_id=card_id,
        profile=tuple(profile),
        load=load,
        rate_hz=recording.rate_hz,
        columns=columns,
        rows=find_segments(profile, columns, recording.rate_hz),
        maker="twin",
        cycles=cycles,
        microphones=microphones,
    )
