"""Telemetry on disk: Parquet parts of a fixed number of rows, and a manifest of their hashes.

The same rows give the same bytes, in whatever batches they came. Channels are kept as 32-bit
floats where their rounding is a small share of the sensor's noise, else (position) as 64-bit; a
finite number too large for 32 bits is kept as text in `as_sent` too.
"""

import os
from hashlib import file_digest, sha256
from io import BytesIO
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import polars as pl

from aspan.evidence.telemetry.flags import VALUE_DOUBTS
from aspan.evidence.telemetry.layout import Layout
from aspan.evidence.telemetry.manifest import (
    MANIFEST,
    Part,
    print_manifest,
    read_manifest,
    sync_folder,
    write_whole,
)
from aspan.evidence.telemetry.rows import (
    NO_SEQUENCE,
    NO_TIME,
    Marked,
    join_marked,
    slice_marked,
)
from aspan.primitives.errors import InvalidInput
from aspan.world.telemetry import Channel

PART_ROWS: Final = 60_000
"""Rows of a part: 20 minutes at 50 Hz. Assumed: little to lose, few files."""

ROUNDING_SHARE_MAX: Final = 0.05
"""Of the noise that 32 bits may add. Assumed: 0.1 % of the variance goes unseen."""

FLOAT32_MAX: Final = float(np.finfo(np.float32).max)
_FLOAT32_ROUNDING: Final = float(np.finfo(np.float32).eps) / 2.0


class Keeper:
    """Writes the parts of one run; counts them only, where there is no folder."""

    def __init__(
        self,
        folder: Path | None,
        layout: Layout,
        parts: tuple[Part, ...] = (),
        pending: Marked | None = None,
    ) -> None:
        self.parts = list(parts)
        self._folder = folder
        self._layout = layout
        self._pending = [pending] if pending is not None and len(pending) else []

    @property
    def pending(self) -> Marked | None:
        """Rows that are not in a part yet."""
        if len(self._pending) > 1:
            self._pending = [join_marked(self._pending)]
        return self._pending[0] if self._pending else None

    @property
    def rows(self) -> int:
        """Rows taken, in closed parts and not."""
        return sum(p.rows for p in self.parts) + sum(len(m) for m in self._pending)

    def add(self, marked: Marked) -> bool:
        """Take rows; answer whether a part was closed."""
        if not len(marked):
            return False
        self._pending.append(marked)
        if sum(len(m) for m in self._pending) < PART_ROWS:
            return False
        whole = join_marked(self._pending)
        start = 0
        while len(whole) - start >= PART_ROWS:
            self._write(slice_marked(whole, start, start + PART_ROWS))
            start += PART_ROWS
        rest = slice_marked(whole, start, len(whole))
        self._pending = [rest] if len(rest) else []
        return True

    def close(self) -> None:
        """Write what is left as the last part."""
        last = self.pending
        if last is not None:
            self._write(last)
            self._pending = []

    def _write(self, marked: Marked) -> None:
        name = f"part-{len(self.parts):05d}.parquet"
        body = b""
        if self._folder is not None:
            body = encode_part(marked, self._layout)
            write_whole(self._folder / name, body)
        self.parts.append(
            Part(file=name, rows=len(marked), bytes=len(body), sha256=sha256(body).hexdigest())
        )


def is_kept_short(channel: Channel) -> bool:
    """Answer whether 32 bits are enough for a channel."""
    rounding = _FLOAT32_ROUNDING * max(abs(channel.low), abs(channel.high))
    return rounding <= ROUNDING_SHARE_MAX * channel.noise


def encode_part(marked: Marked, layout: Layout) -> bytes:
    """Return rows as the bytes of a Parquet file."""
    out = BytesIO()
    frame_of(marked, layout).write_parquet(
        out, compression="zstd", compression_level=1, statistics=True, row_group_size=PART_ROWS
    )
    return out.getvalue()


def frame_of(marked: Marked, layout: Layout) -> pl.DataFrame:
    """Return rows as a table, with the columns of a part."""
    rows = marked.rows
    columns: dict[str, pl.Series] = {
        "sequence": _without(rows.sequence, NO_SEQUENCE),
        "at_ms": _without(rows.at_ms, NO_TIME),
        "received_at_ms": _without(rows.received_at_ms, NO_TIME),
    }
    with np.errstate(over="ignore"):  # infinite there; the number itself stands in `as_sent`
        for channel, values in zip(layout.known, rows.values, strict=True):
            kind = np.float32 if is_kept_short(channel) else np.float64
            columns[channel.name] = pl.Series(values.astype(kind))
    columns["flags"] = pl.Series(rows.flags)
    for name, bits in zip(VALUE_DOUBTS, marked.values_doubted, strict=True):
        columns[name] = pl.Series(bits)
    texts = [rows.as_sent.get(k) for k in range(len(rows))] if rows.as_sent else [None] * len(rows)
    columns["as_sent"] = pl.Series(texts, dtype=pl.String)
    return pl.DataFrame(columns)


def _without(numbers: np.ndarray[tuple[int], np.dtype[np.int64]], absent: int) -> pl.Series:
    """Return a column with nothing where the number stands for nothing."""
    column = pl.Series(numbers)
    return column.set(column == absent, None)


def scan_run(folder: Path) -> pl.LazyFrame:
    """Return a run's rows, to be read part by part; hashes are not looked at."""
    manifest = read_manifest(folder)
    if not manifest.parts:
        raise InvalidInput(str(folder), "no rows", "a run with at least one part")
    return pl.scan_parquet([folder / part.file for part in manifest.parts])


def load_run(folder: Path, columns: list[str] | None = None) -> pl.DataFrame:
    """Return a run's rows in the order kept, doubtful ones included (see `doubts.is_clean`).

    Parameters
    ----------
    columns
        All if None: 8 hours of 50 channels at 50 Hz are 0.4 GB.
    """
    rows = scan_run(folder)
    return (rows if columns is None else rows.select(columns)).collect()


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of a run on disk.

    Parameters
    ----------
    problems
        One sentence each; none if every byte is as the manifest says.
    """

    run_id: str
    rows: int
    is_complete: bool
    problems: tuple[str, ...]


def verify_run(folder: Path) -> Verified:
    """Compare every file of a run with its manifest."""
    try:
        manifest = read_manifest(folder)
    except InvalidInput as error:
        return Verified(run_id="", rows=0, is_complete=False, problems=(str(error),))
    problems: list[str] = []
    if (folder / MANIFEST).read_bytes() != print_manifest(manifest):
        problems.append(f"{MANIFEST}: not written as it was, though it says the same")
    problems += [p for part in manifest.parts if (p := _check_part(folder, part))]
    named = {part.file for part in manifest.parts}
    for path in sorted(folder.glob("*.parquet")):
        if path.name not in named:
            problems.append(f"{path.name}: not in the manifest")
    if sum(part.rows for part in manifest.parts) != manifest.rows:
        problems.append(f"{MANIFEST}: {manifest.rows} rows are not those of its parts")
    return Verified(
        run_id=manifest.run_id,
        rows=manifest.rows,
        is_complete=manifest.is_complete,
        problems=tuple(problems),
    )


def _check_part(folder: Path, part: Part) -> str | None:
    path = folder / part.file
    if os.sep in part.file or not path.is_file():
        return f"{part.file}: not there"
    with path.open("rb") as file:
        found = file_digest(file, "sha256").hexdigest()
    if found != part.sha256:
        return f"{part.file}: sha256 {found} is not {part.sha256} of the manifest"
    rows = int(pl.scan_parquet(path).select(pl.len()).collect().item())
    return None if rows == part.rows else f"{part.file}: {rows} rows are not {part.rows}"


def make_folder(folder: Path) -> None:
    """Make the folder of a new run; `InvalidInput` if there is something in it."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise InvalidInput(str(folder), "not empty", "a new folder; move an unfinished run away")
    sync_folder(folder.parent)
