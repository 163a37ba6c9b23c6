"""Live watching of a card's knock-it-off limits on telemetry as it arrives.

Theory of operation. A limit is breached when two thirds of the last readings, as many as 0.9 s of
rows hold, lie at or beyond it: 6 of 9 at 10 Hz, 30 of 45 at 50 Hz. Only which side a reading lies
on counts, not how far, so no level of noise has to be known.

With white noise of standard deviation s on each reading, at 10 Hz:

- While the truth stays 3 s inside, a reading is beyond with p = 0.00135, and 6 of 9 with
  84 p^6 = 5e-16 a row: over 500 runs of 6,000 rows and 60 limits that all ride there, 1e-7 alarms
  are to be expected. A sensor that reads 0.9 s too near to the limit makes it 3e-9 a row.
- Once the truth has passed the limit by 3 s, a reading is beyond with 1 - p. At a step of the truth
  the alarm comes with the sixth of them, 0.5 to 0.6 s later; at a ramp earlier, mostly before the
  3 s are reached, as readings are beyond from the limit on. Where 8 % of readings are missing it
  comes within 1 s but for six cases in 10^4; a sensor that is silent half of the time, or all but
  one reading in five seconds, is watched all the same, by its own readings.
- A single spike, or five in a window, is no breach, however high.

A missing reading is passed over. A watched channel that has said nothing for 5 s, or
that the recorder does not have, is lost (facts 5.c: telemetry loss on a safety parameter), and so
is the link when no row arrives for the time of a `link` limit: with the clock of the ground
(`tick`) at once, without it at the next row, as of the same instant.

What is told depends on the rows alone, not on how they were cut into batches. Rows that arrive
late or twice (no higher sequence than the highest so far) are passed over here; telemetry keeps
them. Not modelled: limits on rates of change.
"""

from collections.abc import Mapping, Sequence
from math import ceil, isnan
from typing import Any, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.evidence.card import Limit
from aspan.evidence.fence import Fence
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_S, W_PER_KW
from aspan.world.telemetry import CHANNEL_BY_NAME, PACKS, RATE_HZ_MIN, UNITS

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Rows = Mapping[str, NDArray[Any]]
Cause = Literal["beyond", "silent", "link"]

SILENT_MS: Final = 5_000
"""After which a watched channel without a reading is lost (facts 5.c)."""

_WINDOW_S: Final = 0.9
_NEEDED_SHARE: Final = 2.0 / 3.0
_CHUNK: Final = 4_096
_POSITION: Final = ("lon_deg", "lat_deg", "altitude_amsl_m")


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """A limit of the card that is no longer kept.

    Parameters
    ----------
    channel
        Watched for the limit; `link`, `fence`, or of `unit_power` the unit's: `unit1_power_kw`.
    cause
        beyond (the limit), silent (the channel), link (no rows).
    at_ms
        Of the row that settled it; of a silence, when it became too long.
    value
        Of that reading in the limit's unit; of a silence, its seconds.
    """

    limit_id: str
    channel: str
    cause: Cause
    at_ms: int
    value: float


class LimitWatch:
    """Watches the limits of one run; give it rows as they arrive, and the time when none do.

    Parameters
    ----------
    rate_hz
        Of the telemetry, 10 or more.
    fence
        Needed where a limit is on `fence`.
    begun_at_ms
        When rows were to begin; from the first row if None.
    """

    def __init__(
        self,
        limits: Sequence[Limit],
        *,
        rate_hz: float = RATE_HZ_MIN,
        fence: Fence | None = None,
        begun_at_ms: int | None = None,
    ) -> None:
        check_limits(limits)
        if not rate_hz >= RATE_HZ_MIN:
            raise InvalidInput("rate_hz", rate_hz, f"at least {RATE_HZ_MIN:.0f}")
        if fence is None and any(limit.channel == "fence" for limit in limits):
            raise InvalidInput("fence", fence, "the booked volumes, for a limit on the fence")
        self._fence = fence
        self._links = [limit for limit in limits if limit.channel == "link"]
        self._watched = [
            (limit, channel)
            for limit in limits
            if limit.channel != "link"
            for channel in list_channels(limit)
        ]
        none = np.full((len(self._watched), 1), np.inf)
        self._high, self._low = none.copy(), -none
        for place, (limit, _) in enumerate(self._watched):
            self._high[place] = np.inf if limit.high is None else limit.high
            self._low[place] = -np.inf if limit.low is None else limit.low
        self._window = round(_WINDOW_S * rate_hz)
        self._needed = ceil(_NEEDED_SHARE * self._window)
        self._tail = np.zeros((len(self._watched), self._window - 1), dtype=bool)
        self._told: set[tuple[str, str, str]] = set()
        self._last_sequence: int | None = None
        self._last_at_ms = begun_at_ms
        self._passed_ms = 0
        self._heard_ms = np.zeros(len(self._watched), dtype=np.int64)

    def feed(self, rows: Rows) -> list[Breach]:
        """Take rows in order of arrival and return what they breach, by instant.

        Each limit is told once for each channel that it is on and for each cause.
        """
        breaches: list[Breach] = []
        count = len(rows["at_ms"])
        for first in range(0, count, _CHUNK):
            part = slice(first, first + _CHUNK)
            breaches += self._take({name: column[part] for name, column in rows.items()})
        return sorted(breaches, key=lambda breach: (breach.at_ms, breach.limit_id, breach.channel))

    def tick(self, now_ms: int) -> list[Breach]:
        """Say what time it is while no row arrives; return the link if it is lost by now."""
        return [] if self._last_at_ms is None else self.tick_after(now_ms - self._last_at_ms)

    def tick_after(self, silent_ms: int) -> list[Breach]:
        """Say how long no row has arrived, by whatever clock; the rows' own may be another."""
        if self._last_at_ms is None:
            return []
        steps_ms = np.array([silent_ms], dtype=np.int64)
        return self._watch_link(steps_ms, np.array([self._last_at_ms + silent_ms], dtype=np.int64))

    def _take(self, rows: Rows) -> list[Breach]:
        at_ms, rows = self._in_order(rows)
        if not len(at_ms):
            return []
        before_ms = at_ms[0] if self._last_at_ms is None else self._last_at_ms
        steps_ms = np.maximum(np.diff(at_ms, prepend=before_ms), 0)
        breaches = self._watch_link(steps_ms, at_ms)
        self._last_at_ms = int(at_ms[-1])
        if self._watched:
            passed_ms = self._passed_ms + np.cumsum(steps_ms)
            values = self._values(rows, len(at_ms))
            breaches += self._watch_values(values, at_ms)
            breaches += self._watch_silence(values, at_ms, passed_ms)
            self._passed_ms = int(passed_ms[-1])
        return breaches

    def _in_order(self, rows: Rows) -> tuple[Integers, Rows]:
        """Return instants and columns of the rows that are neither late nor there twice."""
        order = np.asarray(rows.get("sequence", rows["at_ms"]), dtype=np.int64)
        at_ms = np.asarray(rows["at_ms"], dtype=np.int64)
        if not len(order):
            return at_ms, rows
        lowest = order[0] - 1 if self._last_sequence is None else self._last_sequence
        highest = np.maximum.accumulate(np.concatenate([[lowest], order]))
        is_new = order > highest[:-1]
        self._last_sequence = int(highest[-1])
        if is_new.all():
            return at_ms, rows
        return at_ms[is_new], {name: column[is_new] for name, column in rows.items()}

    def _values(self, rows: Rows, count: int) -> Floats:
        """Return what is watched, a line each [watched, row]; NaN where nothing was read."""
        values = np.full((len(self._watched), count), np.nan)
        for place, (_, channel) in enumerate(self._watched):
            if channel == "fence" and self._fence is not None:
                if all(name in rows for name in _POSITION):
                    values[place] = self._fence.outside_m(*(rows[name] for name in _POSITION))
            elif channel.endswith("_power_kw"):
                unit = channel.removesuffix("_power_kw")
                names = f"{unit}_torque_nm", f"{unit}_speed_rad_per_s"
                if all(name in rows for name in names):
                    np.multiply(rows[names[0]], rows[names[1]], out=values[place])
                    values[place] /= W_PER_KW
            elif channel in rows:
                values[place] = rows[channel]
        return values

    def _watch_values(self, values: Floats, at_ms: Integers) -> list[Breach]:
        """Return the limits beyond which most of a window's readings lie."""
        is_beyond = (values >= self._high) | (values <= self._low)
        is_missing = np.isnan(values)
        if not is_missing.any():
            beyond = np.concatenate([self._tail, is_beyond], axis=1)
            self._tail = beyond[:, beyond.shape[1] - self._window + 1 :]
            places = np.flatnonzero(beyond.sum(axis=1) >= self._needed).tolist()
            found = [(place, self._find_most(beyond[place])) for place in places]
        else:
            found = []
            for place in range(len(values)):
                told = np.flatnonzero(~is_missing[place])
                readings = np.concatenate([self._tail[place], is_beyond[place][told]])
                self._tail[place] = readings[len(readings) - self._window + 1 :]
                at = self._find_most(readings)
                found.append((place, None if at is None else int(told[at])))
        breaches: list[Breach] = []
        for place, row in found:
            if row is not None:
                value = float(values[place, row])
                breaches += self._tell(*self._watched[place], "beyond", int(at_ms[row]), value)
        return breaches

    def _find_most(self, beyond: NDArray[np.bool_]) -> int | None:
        """Return the first reading after the tail with which most of a window are beyond."""
        summed = np.concatenate([[0], np.cumsum(beyond)])
        is_most = summed[self._window :] - summed[: -self._window] >= self._needed
        return int(is_most.argmax()) if is_most.any() else None

    def _watch_silence(self, values: Floats, at_ms: Integers, passed_ms: Integers) -> list[Breach]:
        """Return the channels that have said nothing for too long, on the clock of the rows."""
        is_missing = np.isnan(values)
        breaches: list[Breach] = []
        for place in np.flatnonzero(is_missing.any(axis=1)).tolist():
            heard = np.where(is_missing[place], 0, passed_ms)
            heard[0] = max(heard[0], self._heard_ms[place])
            silent_ms = passed_ms - np.maximum.accumulate(heard)
            is_lost = is_missing[place] & (silent_ms >= SILENT_MS)
            if is_lost.any():
                row = int(is_lost.argmax())
                lost_at_ms = int(at_ms[row] - silent_ms[row]) + SILENT_MS
                silent_s = SILENT_MS / MS_PER_S
                breaches += self._tell(*self._watched[place], "silent", lost_at_ms, silent_s)
        last = values.shape[1] - 1 - np.argmin(is_missing[:, ::-1], axis=1)
        has_any = ~is_missing.all(axis=1)
        self._heard_ms[has_any] = passed_ms[last[has_any]]
        return breaches

    def _watch_link(self, steps_ms: Integers, at_ms: Integers) -> list[Breach]:
        """Return the links lost in the time before a row, or before now."""
        breaches: list[Breach] = []
        for limit in self._links:
            longest_s = limit.high or 0.0
            longest_ms = round(longest_s * MS_PER_S)
            is_lost = steps_ms >= longest_ms
            if is_lost.any():
                row = int(is_lost.argmax())
                lost_at_ms = int(at_ms[row] - steps_ms[row]) + longest_ms
                breaches += self._tell(limit, "link", "link", lost_at_ms, longest_s)
        return breaches

    def _tell(
        self, limit: Limit, channel: str, cause: Cause, at_ms: int, value: float
    ) -> list[Breach]:
        key = limit.limit_id, channel, cause
        if key in self._told:
            return []
        self._told.add(key)
        breach = Breach(
            limit_id=limit.limit_id, channel=channel, cause=cause, at_ms=at_ms, value=value
        )
        return [breach]


def list_channels(limit: Limit) -> list[str]:
    """Return what is watched for a limit: one channel, or one of each pack or unit."""
    packs, units = range(1, PACKS + 1), range(1, UNITS + 1)
    if limit.channel == "cell_spread":
        return [f"pack{pack}_cell_spread_v" for pack in packs]
    if limit.channel == "pack_temperature":
        return [f"pack{pack}_temperature_k" for pack in packs]
    if limit.channel == "unit_power":
        return [f"unit{unit}_power_kw" for unit in units]
    return [limit.channel]


GROUPS: Final = ("link", "fence", "cell_spread", "pack_temperature", "unit_power")
"""What a limit may be on besides a channel of telemetry."""


def check_limits(limits: Sequence[Limit]) -> None:
    """Refuse limits that nothing can keep or nobody can watch."""
    known: set[str] = set()
    for limit in limits:
        name, low, high = limit.limit_id, limit.low, limit.high
        if name in known:
            raise InvalidInput("limit_id", name, "unique on the card")
        known.add(name)
        if limit.channel not in CHANNEL_BY_NAME and limit.channel not in GROUPS:
            raise InvalidInput(f"{name}.channel", limit.channel, "a channel of telemetry")
        if low is None and high is None:
            raise InvalidInput(name, limit, "a low or a high")
        if any(bound is not None and isnan(bound) for bound in (low, high)):
            raise InvalidInput(name, limit, "bounds that are numbers")
        if low is not None and high is not None and not low < high:
            raise InvalidInput(f"{name}.low", low, f"below its high, {high:g}")
        if limit.channel in ("link", "fence") and (low is not None or high is None or high < 0.0):
            raise InvalidInput(name, limit, "a high of 0 or more alone")
        if limit.channel == "link" and not high:
            raise InvalidInput(f"{name}.high", high, "seconds, above 0")
