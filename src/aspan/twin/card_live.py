"""A card while it is flown: what has arrived by now, and what the aircraft does when called off.

The future of a run is drawn ahead and told only as far as time has come. Called off, the aircraft
comes home from where it is: the run is drawn anew with the same past, byte for byte
(`card_flight`), and goes on.
"""

from collections.abc import Callable

import numpy as np

from aspan.primitives.units import MS_PER_S
from aspan.twin.card_flight import Column, Recording

Flown = Callable[[float | None], Recording]
"""Flies the card, recovered after so many seconds, or to its end if None."""


class CardFlight:
    """One run under way.

    Parameters
    ----------
    fly
        `fly_card` with everything given but `recover_at_s`.
    """

    def __init__(self, fly: Flown) -> None:
        self._fly = fly
        self.recording = fly(None)
        self.start_at_ms = int(self.recording.truth["at_ms"][0])
        self.recovered_at_ms: int | None = None
        self._row = 0
        self._arrive_at_ms = _arrivals(self.recording)

    @property
    def end_at_ms(self) -> int:
        """When the aircraft is on the ground and the recorder closed."""
        return int(self.recording.truth["at_ms"][-1]) + 1

    def until(self, now_ms: int) -> dict[str, Column]:
        """Return the rows that have arrived before an instant and were not told yet."""
        row = max(self._row, int(np.searchsorted(self._arrive_at_ms, now_ms)))
        part = slice(self._row, row)
        self._row = row
        return {name: column[part] for name, column in self.recording.columns.items()}

    def recover(self, now_ms: int) -> None:
        """Leave the card and come home; said twice, the first holds."""
        if self.recovered_at_ms is not None or now_ms >= self.end_at_ms:
            return
        self.recovered_at_ms = now_ms
        after_s = max(now_ms - self.start_at_ms, 1) / MS_PER_S
        self.recording = self._fly(after_s)
        self._arrive_at_ms = _arrivals(self.recording)


def _arrivals(recording: Recording) -> Column:
    """Return when each row arrives, by the right clock: in their order, none before it is read."""
    read_at_ms = recording.truth["at_ms"][recording.columns["sequence"]]
    return np.maximum.accumulate(read_at_ms) if len(read_at_ms) else read_at_ms
