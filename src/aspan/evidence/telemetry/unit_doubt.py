"""Say which channels do not look like the unit that the layout states.

Two looks at a thin sample of the run. Range: most values lie where no working sensor of the kind
reads, as a Celsius temperature does in kelvin. Kin: another channel tells of the same thing, and
the two differ by about the ratio of two units: ground speed and position, airspeed and ground
speed, height and pressure, climb and height.

Not seen: a wrong unit whose values are plausible and that no other channel tells of, such as a
torque in pound-force feet.
"""

from math import log
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.evidence.telemetry.layout import Layout
from aspan.evidence.telemetry.manifest import UnitDoubt
from aspan.evidence.telemetry.rows import NO_TIME, Floats, Ints, Rows
from aspan.evidence.telemetry.unit import Unit, list_units
from aspan.primitives.units import MS_PER_S
from aspan.world.atmosphere import pressure_altitude_m
from aspan.world.geodesy import great_circles_m

SAMPLES_MAX: Final = 1_000
"""Pairs of rows a second apart that are looked at. Assumed: enough for a median."""

SAMPLES_MIN: Final = 8

OUTSIDE_SHARE: Final = 0.5
"""Of values beyond the sensor's range, above which the unit is doubted."""

INSIDE_SHARE: Final = 0.95
"""Of values that another unit must bring into range to be named."""

RATIO_OFF: Final = 1.5
"""Of two kin channels, beyond which the unit is doubted. Assumed: above wind and weather."""

RATIO_FITS: Final = 1.25
"""Within which another unit must bring it to be named."""


class Sample(msgspec.Struct, kw_only=True, eq=False):
    """Rows kept for the look: each is the first or the second of a pair a second apart.

    Parameters
    ----------
    count
        Rows seen so far.
    stride
        Rows from pair to pair; doubled when there are too many.
    """

    count: int
    stride: int
    ordinal: Ints
    at_ms: Ints
    values: Floats


class UnitLook:
    """Samples a run and says what units look wrong."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._lag = max(1, round(layout.rate_hz))
        none = np.empty(0, np.int64)
        self.sample = Sample(
            count=0,
            stride=2 * self._lag,
            ordinal=none,
            at_ms=none,
            values=np.empty((len(layout.channels), 0)),
        )

    def see(self, rows: Rows) -> None:
        """Sample rows as they are kept."""
        sample = self.sample
        ordinal = np.arange(sample.count, sample.count + len(rows))
        sample.count += len(rows)
        picked = np.flatnonzero(self._is_picked(ordinal))
        if not len(picked):
            return
        sample.ordinal = np.concatenate((sample.ordinal, ordinal[picked]))
        sample.at_ms = np.concatenate((sample.at_ms, rows.at_ms[picked]))
        sample.values = np.concatenate((sample.values, rows.values[:, picked]), axis=1)
        while len(sample.ordinal) > 2 * SAMPLES_MAX:
            sample.stride *= 2
            left = self._is_picked(sample.ordinal)
            sample.ordinal, sample.at_ms = sample.ordinal[left], sample.at_ms[left]
            sample.values = sample.values[:, left]

    def _is_picked(self, ordinal: Ints) -> NDArray[np.bool_]:
        phase = ordinal % self.sample.stride
        picked: NDArray[np.bool_] = (phase == 0) | (phase == self._lag)
        return picked

    def tell(self) -> tuple[UnitDoubt, ...]:
        """Return the channels in doubt, each once; kin, where there is any, tells more."""
        names = [channel.name for channel in self._layout.known]
        found = (self._look_at_range(k) for k in range(len(names)))
        doubts = {doubt.channel: doubt for doubt in found if doubt is not None}
        seen = dict(zip(names, self.sample.values, strict=True))
        pairs = _Pairs(self.sample, self._lag, seen, set(doubts))
        for name, witness, ratio in pairs.list_ratios():
            if (doubt := self._look_at_kin(names.index(name), witness, ratio)) is not None:
                doubts[name] = doubt
        return tuple(doubts[name] for name in names if name in doubts)

    def _look_at_range(self, k: int) -> UnitDoubt | None:
        channel, stated = self._layout.known[k], self._layout.units[k]
        values = self.sample.values[k]
        values = values[~np.isnan(values)]
        if len(values) < SAMPLES_MIN:
            return None
        outside = float(np.mean((values < channel.low) | (values > channel.high)))
        if outside <= OUTSIDE_SHARE:
            return None
        written = (values - stated.offset) / stated.scale
        fitting = [
            unit.name
            for unit in _list_others(stated)
            if _share_inside(written * unit.scale + unit.offset, channel.low, channel.high)
            >= INSIDE_SHARE
        ]
        middle = float(np.median(written))
        return UnitDoubt(
            channel=channel.name,
            stated=stated.name,
            looks_like=" or ".join(fitting),
            why=f"{outside:.0%} of values are outside {channel.low:g} to {channel.high:g}"
            f" {channel.unit}; the median as written is {middle:.6g}",
        )

    def _look_at_kin(self, k: int, witness: str, ratio: float) -> UnitDoubt | None:
        channel, stated = self._layout.known[k], self._layout.units[k]
        if abs(log(ratio)) <= log(RATIO_OFF):
            return None
        fitting = [
            unit.name
            for unit in _list_others(stated)
            if abs(log(ratio * unit.scale / stated.scale)) < log(RATIO_FITS)
        ]
        if not fitting:
            return None
        return UnitDoubt(
            channel=channel.name,
            stated=stated.name,
            looks_like=" or ".join(fitting),
            why=f"{ratio:.3g} times what {witness} tells",
        )


class _Pairs:
    """Ratios of channels that tell of the same thing, from pairs of rows."""

    def __init__(
        self, sample: Sample, lag: int, seen: dict[str, Floats], doubted: set[str]
    ) -> None:
        order = np.argsort(sample.ordinal)
        ordinal = sample.ordinal[order]
        at = np.searchsorted(ordinal, ordinal + lag)
        first = np.flatnonzero((ordinal % sample.stride == 0) & (at < len(ordinal)))
        first = first[ordinal[at[first]] == ordinal[first] + lag]
        self._first, self._second = order[first], order[at[first]]
        begun, ended = sample.at_ms[self._first], sample.at_ms[self._second]
        took_s = (ended - begun) / MS_PER_S
        sound = (begun != NO_TIME) & (ended != NO_TIME) & (took_s > 0.0) & (took_s < 60.0)
        self._took_s = np.where(sound, took_s, np.nan)
        self._seen = seen
        self._doubted = doubted

    def list_ratios(self) -> list[tuple[str, str, float]]:
        """Return channel, its witness and the median ratio of the two, where it can be told."""
        ratios: list[tuple[str, str, float]] = []
        for name, witness, found in (
            ("altitude_amsl_m", "the pressure", self._altitude()),
            ("ground_speed_mps", "the position", self._ground_speed()),
            ("airspeed_mps", "the ground speed", self._airspeed()),
            ("vertical_speed_mps", "the change of altitude", self._climb()),
            ("height_agl_m", "the change of altitude", self._height()),
        ):
            if found is not None:
                ratios.append((name, witness, found))
        return ratios

    def _altitude(self) -> float | None:
        told, pressure = self._get("altitude_amsl_m"), self._ask("pressure_pa")
        if told is None or pressure is None:
            return None
        by_pressure = np.array(
            [pressure_altitude_m(p) if p > 0.0 else np.nan for p in pressure.tolist()]
        )
        return self._settle("altitude_amsl_m", _ratio(told, by_pressure, floor=300.0))

    def _ground_speed(self) -> float | None:
        told, lon, lat = self._get("ground_speed_mps"), self._ask("lon_deg"), self._ask("lat_deg")
        lon_then, lat_then = (self._ask(n, is_second=True) for n in ("lon_deg", "lat_deg"))
        if told is None or lon is None or lat is None or lon_then is None or lat_then is None:
            return None
        way_m = great_circles_m(lon, lat, lon_then, lat_then)
        return self._settle("ground_speed_mps", _ratio(told, way_m / self._took_s, floor=5.0))

    def _airspeed(self) -> float | None:
        told, ground = self._get("airspeed_mps"), self._ask("ground_speed_mps")
        return None if told is None or ground is None else _ratio(told, ground, floor=20.0)

    def _climb(self) -> float | None:
        told, climbed = self._get("vertical_speed_mps"), self._climbed_m()
        if told is None or climbed is None:
            return None
        return _ratio(told, climbed / self._took_s, floor=1.0)

    def _height(self) -> float | None:
        first, second = self._get("height_agl_m"), self._get("height_agl_m", is_second=True)
        climbed = self._climbed_m()
        if first is None or second is None or climbed is None:
            return None
        return _ratio(second - first, climbed, floor=3.0)

    def _climbed_m(self) -> Floats | None:
        first, second = self._ask("altitude_amsl_m"), self._ask("altitude_amsl_m", is_second=True)
        return None if first is None or second is None else second - first

    def _settle(self, name: str, ratio: float | None) -> float | None:
        """Bring a channel to what its witness tells, so that it may be a witness itself."""
        if ratio is not None and abs(log(ratio)) > log(RATIO_OFF):
            self._seen[name] = self._seen[name] / ratio
            self._doubted.discard(name)
        return ratio

    def _ask(self, name: str, *, is_second: bool = False) -> Floats | None:
        """Return a witness, if its own unit is not in doubt."""
        return None if name in self._doubted else self._get(name, is_second=is_second)

    def _get(self, name: str, *, is_second: bool = False) -> Floats | None:
        values = self._seen.get(name)
        return None if values is None else values[self._second if is_second else self._first]


def _ratio(told: Floats, witness: Floats, *, floor: float) -> float | None:
    """Return the median ratio where the witness is above `floor`; None if told by too few."""
    with np.errstate(invalid="ignore"):
        use = (np.abs(witness) >= floor) & np.isfinite(told) & np.isfinite(witness)
    if int(use.sum()) < SAMPLES_MIN:
        return None
    ratio = float(np.median(told[use] / witness[use]))
    return ratio if 0.0 < ratio < float("inf") else None


def _list_others(stated: Unit) -> list[Unit]:
    return [unit for unit in list_units(stated.ours) if unit.name != stated.name]


def _share_inside(values: Floats, low: float, high: float) -> float:
    return float(np.mean((values >= low) & (values <= high)))
