"""Kept runs: the same bytes in whatever batches rows come, and every altered one is found."""

from pathlib import Path

import numpy as np
import pytest

from aspan.evidence.telemetry import keeping
from aspan.evidence.telemetry.importing import keep_columns
from aspan.evidence.telemetry.keeping import is_kept_short, load_run, scan_run, verify_run
from aspan.evidence.telemetry.layout import twin_layout
from aspan.evidence.telemetry.manifest import read_manifest
from aspan.evidence.telemetry.rows import Rows, take_rows
from aspan.primitives.errors import InvalidInput
from aspan.world.telemetry import CHANNEL_BY_NAME, CHANNELS
from unit.evidence.telemetry_rows import CHANNELS as FOUR
from unit.evidence.telemetry_rows import keep, make_steady


def spoil(rows: Rows) -> Rows:
    """Return rows lost, doubled, shuffled within and beyond the window, and spoilt values."""
    count = len(rows)
    dice = np.random.default_rng(3)
    when = np.arange(count) + np.where(dice.random(count) < 0.2, dice.integers(0, 12, count), 0)
    order = np.argsort(when, kind="stable")
    order = order[dice.random(count) > 0.05]
    again = dice.integers(50, len(order), 20)
    order = np.insert(order, again, order[again - dice.integers(1, 50, 20)])
    rows = take_rows(rows, order)
    rows.values[0, dice.integers(0, len(rows), 30)] += 500.0
    rows.values[1, dice.integers(0, len(rows), 30)] = np.nan
    rows.values[3, 100:200] = 700.0
    rows.at_ms[150:180] += 2_000
    return rows


def test_batches_of_any_size_are_kept_as_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spoilt rows in batches of 1, 7, 100 and all: one manifest, to its hash."""
    monkeypatch.setattr(keeping, "PART_ROWS", 128)
    rows = spoil(make_steady(400))
    found = {
        keep(tmp_path / str(batch), rows, batch=batch).sha256 for batch in (1, 7, 100, 1 << 30)
    }
    assert len(found) == 1
    manifest = read_manifest(tmp_path / "7")
    assert [part.rows for part in manifest.parts[:-1]] == [128] * (len(manifest.parts) - 1)
    assert {"gap", "shuffled", "late", "duplicate_same", "jump", "stuck", "absent"} <= set(
        manifest.doubts
    )
    assert manifest.rows == len(rows)


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Numbers and instants are exact; channels to a twentieth of their noise, position exact."""
    rows = make_steady(300)
    manifest = keep(tmp_path / "run", rows)
    frame = load_run(tmp_path / "run")
    assert frame["sequence"].to_list() == rows.sequence.tolist()
    assert frame["at_ms"].to_list() == rows.at_ms.tolist()
    for name, values in zip(FOUR, rows.values, strict=True):
        error = np.abs(frame[name].to_numpy().astype(np.float64) - values).max()
        assert error <= 0.05 * CHANNEL_BY_NAME[name].noise
    assert (manifest.first_at_ms, manifest.last_at_ms) == (rows.at_ms[0], rows.at_ms[-1])
    assert scan_run(tmp_path / "run").select("at_ms").collect().height == 300
    assert not is_kept_short(CHANNEL_BY_NAME["lon_deg"])


def test_what_the_twin_flew_says_so(tmp_path: Path) -> None:
    """A recording of the twin is kept under our own names, as the twin's."""
    layout = twin_layout("twin", "1.0", rate_hz=10.0)
    sequence = np.arange(50, dtype=np.int64)
    columns = {c.name: np.full(50, (c.low + c.high) / 2.0) for c in CHANNELS}
    manifest = keep_columns(
        tmp_path / "run", "RUN-2", columns | {"at_ms": 100 * sequence, "sequence": sequence}, layout
    )
    assert manifest.source == "twin"
    assert manifest.flown_by == "flown by the twin, not by an aircraft"
    assert verify_run(tmp_path / "run").problems == ()
    with pytest.raises(InvalidInput, match="not empty"):
        keep_columns(
            tmp_path / "run", "RUN-2", columns | {"at_ms": sequence, "sequence": sequence}, layout
        )


def test_every_altered_byte_is_found(tmp_path: Path) -> None:
    """A byte changed anywhere in a part or in the manifest's words is told; so are extra files."""
    run = tmp_path / "run"
    keep(run, make_steady(100))
    assert verify_run(run).problems == ()
    assert verify_run(run).is_complete
    dice = np.random.default_rng(5)
    for path in sorted(run.iterdir()):
        whole = path.read_bytes()
        for place in dice.integers(0, len(whole), 40).tolist():
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert verify_run(run).problems != (), (path.name, place)
        path.write_bytes(whole)
    (run / "part-00009.parquet").write_bytes(b"PAR1")
    assert verify_run(run).problems == ("part-00009.parquet: not in the manifest",)
    (run / "part-00009.parquet").unlink()
    (run / "part-00000.parquet").unlink()
    assert verify_run(run).problems == ("part-00000.parquet: not there",)
