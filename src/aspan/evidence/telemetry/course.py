"""The course that rows of both ways take: put in order, doubted, watched, kept.

A file and a stream of the same rows pass the same steps with the same memory, so they end as the
same bytes on disk.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.evidence.telemetry.doubts import Doubter
from aspan.evidence.telemetry.flags import ROW_DOUBTS, VALUE_DOUBTS, Doubt, bit
from aspan.evidence.telemetry.keeping import FLOAT32_MAX, Keeper, is_kept_short
from aspan.evidence.telemetry.layout import Layout, check_layout
from aspan.evidence.telemetry.manifest import FLOWN_BY, Manifest, Origin, write_manifest
from aspan.evidence.telemetry.order import Sorter
from aspan.evidence.telemetry.rows import Marked, Rows, slice_rows
from aspan.evidence.telemetry.unit_doubt import UnitLook

UNWATCHED: Final = (
    Doubt.DUPLICATE_SAME
    | Doubt.DUPLICATE_OTHER
    | Doubt.LATE
    | Doubt.NO_SEQUENCE
    | Doubt.NO_TIME
    | Doubt.CUT_SHORT
)
"""Rows that a limit watch does not see: out of place, without an instant, or broken."""

COLUMNS_NOTED_MAX: Final = 1_000

STEP_ROWS: Final = 8_192
"""Rows looked at together: 50 channels of them are 3 MB an array."""

Columns = Mapping[str, NDArray[Any]]
"""`at_ms`, `sequence` and channels, by name."""


class LimitBreach(Protocol):
    """A limit passed, as `evidence.limit_watch` tells it."""

    @property
    def limit_id(self) -> str:
        """Which limit of the card."""

    @property
    def at_ms(self) -> int:
        """When it was known."""

    @property
    def value(self) -> float:
        """What was seen."""


class Watch(Protocol):
    """Watches the limits of a card on rows in order (`evidence.limit_watch.LimitWatch`)."""

    def feed(self, rows: Columns) -> Sequence[LimitBreach]:
        """Return the limits passed in these rows."""

    def tick(self, now_ms: int) -> Sequence[LimitBreach]:
        """Return the limits passed by now, while no row comes."""


class Counts(msgspec.Struct, kw_only=True):
    """What a manifest counts of the rows so far."""

    doubts: dict[str, int] = {}
    values_doubted: dict[str, dict[str, int]] = {}
    missing_rows: int = 0
    sound_rows: int = 0
    flagged_rows: int = 0
    first_at_ms: int | None = None
    last_at_ms: int | None = None
    repeated_batches: int = 0
    recovered: int = 0
    columns_not_read: list[str] = []


class Course:
    """Takes the rows of one run to the disk.

    Parameters
    ----------
    folder
        Of this run, there already; None to keep nothing, only look.
    watch
        Of the card's limits; None where nobody watches.
    is_live
        Rows come as they are flown: arrival tells of the recorder's clock.
    """

    def __init__(
        self,
        folder: Path | None,
        run_id: str,
        layout: Layout,
        *,
        watch: Watch | None = None,
        origin: Origin | None = None,
        is_live: bool = False,
    ) -> None:
        check_layout(layout)
        self.folder = folder
        self.run_id = run_id
        self.layout = layout
        self.watch = watch
        self.origin = origin
        self.sorter = Sorter(layout.window_rows, len(layout.channels))
        self.doubter = Doubter(layout, is_live=is_live)
        self.unit_look = UnitLook(layout)
        self.keeper = Keeper(folder, layout)
        self.counts = Counts()

    def feed(self, rows: Rows) -> list[LimitBreach]:
        """Take rows as they came; return the limits passed in those that are in order now."""
        breaches: list[LimitBreach] = []
        for start in range(0, len(rows), STEP_ROWS):
            step = rows if len(rows) <= STEP_ROWS else slice_rows(rows, start, start + STEP_ROWS)
            breaches += self._keep(self.sorter.feed(step))
        return breaches

    def finish(self) -> list[LimitBreach]:
        """Take the rows that still wait, and close the last part; the manifest is not written."""
        breaches = self._keep(self.sorter.finish())
        self.keeper.close()
        return breaches

    def write_manifest(self, *, is_complete: bool) -> Manifest:
        """Write what is kept in closed parts into the manifest, and return it."""
        counts, layout = self.counts, self.layout
        manifest = Manifest(
            run_id=self.run_id,
            source=layout.source,
            flown_by=FLOWN_BY[layout.source],
            recorder_id=layout.recorder_id,
            software=layout.software,
            layout=layout,
            layout_sha256=layout.sha256(),
            origin=self.origin,
            is_complete=is_complete,
            rows=sum(part.rows for part in self.keeper.parts),
            sound_rows=counts.sound_rows,
            flagged_rows=counts.flagged_rows,
            columns_not_read=tuple(counts.columns_not_read),
            first_at_ms=counts.first_at_ms,
            last_at_ms=counts.last_at_ms,
            doubts=counts.doubts,
            values_doubted=counts.values_doubted,
            missing_rows=counts.missing_rows,
            units_doubtful=() if layout.source == "twin" else self.unit_look.tell(),
            repeated_batches=counts.repeated_batches,
            recovered=counts.recovered,
            parts=tuple(self.keeper.parts),
        )
        return manifest if self.folder is None else write_manifest(self.folder, manifest)

    def note_columns(self, names: Sequence[str]) -> None:
        """Remember columns that came and that the layout does not name."""
        known = self.counts.columns_not_read
        known += [name for name in names if name not in known and len(known) < COLUMNS_NOTED_MAX]

    def _keep(self, rows: Rows) -> list[LimitBreach]:
        if not len(rows):
            return []
        _keep_huge(rows, self.layout)
        marked = self.doubter.mark(rows)
        self.unit_look.see(marked.rows)
        count_doubts(self.counts, marked, self.layout)
        self.keeper.add(marked)
        return [] if self.watch is None else list(self.watch.feed(self._list_watched(marked)))

    def _list_watched(self, marked: Marked) -> Columns:
        """Return what is watched: every row that is in its place and has an instant.

        Values in doubt are among them: what looks like a broken sensor may be a fire, and a watch
        does not fall for single readings.
        """
        rows = marked.rows
        seen = np.flatnonzero(rows.flags & bit(UNWATCHED) == 0)
        is_all = len(seen) == len(rows)
        values = rows.values if is_all else rows.values[:, seen]
        columns = {"at_ms": rows.at_ms[seen], "sequence": rows.sequence[seen]}
        names = [channel.name for channel in self.layout.known]
        return columns | dict(zip(names, values, strict=True))


def count_doubts(counts: Counts, marked: Marked, layout: Layout) -> None:
    """Add rows to what the manifest counts."""
    flags = marked.rows.flags
    for doubt in Doubt:
        found = int(np.count_nonzero(flags & bit(doubt)))
        if found:
            name = (doubt.name or "").lower()
            counts.doubts[name] = counts.doubts.get(name, 0) + found
    for (name, doubt), bits in zip(VALUE_DOUBTS.items(), marked.values_doubted, strict=True):
        if not np.any(flags & bit(doubt)):
            continue
        for k, column in enumerate(layout.channels):
            found = int(np.count_nonzero(bits >> np.uint64(k) & np.uint64(1)))
            if found:
                of_channel = counts.values_doubted.setdefault(column.channel, {})
                of_channel[name] = of_channel.get(name, 0) + found
    counts.missing_rows += int(marked.missing.sum())
    sound = marked.rows.at_ms[flags & bit(ROW_DOUBTS) == 0]
    counts.sound_rows += len(sound)
    counts.flagged_rows += int(np.count_nonzero(flags))
    if len(sound):
        first, last = int(sound.min()), int(sound.max())
        before, after = counts.first_at_ms, counts.last_at_ms
        counts.first_at_ms = first if before is None else min(first, before)
        counts.last_at_ms = last if after is None else max(last, after)


def _keep_huge(rows: Rows, layout: Layout) -> None:
    """Write down as text each finite number that 32 bits cannot hold."""
    huge = np.isfinite(rows.values) & (np.abs(rows.values) > FLOAT32_MAX)
    for row in np.flatnonzero(huge.any(axis=0)).tolist():
        texts: dict[str, str] = msgspec.json.decode(rows.as_sent.get(row, "{}"))
        for k in np.flatnonzero(huge[:, row]).tolist():
            if is_kept_short(layout.known[k]):
                texts.setdefault(layout.channels[k].column, repr(float(rows.values[k, row])))
        if texts:
            rows.as_sent[row] = msgspec.json.encode(texts, order="sorted").decode()
