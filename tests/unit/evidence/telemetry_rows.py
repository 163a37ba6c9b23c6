"""A small recorder for tests of telemetry: a few channels, a steady flight, ways to spoil it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aspan.evidence.telemetry.course import Course
from aspan.evidence.telemetry.layout import Column, Layout, TimeColumn
from aspan.evidence.telemetry.manifest import Manifest
from aspan.evidence.telemetry.rows import Rows, make_rows, slice_rows
from aspan.world.telemetry import CHANNEL_BY_NAME

START_AT_MS = 1_776_222_000_000
CHANNELS = ("altitude_amsl_m", "airspeed_mps", "pack1_temperature_k", "pack1_voltage_v")
MIDDLE = np.array([[700.0], [50.0], [300.0], [700.0]])


def make_layout(**changes: object) -> Layout:
    """Return the layout of a recorder of four channels at 10 Hz."""
    given: dict[str, object] = {
        "recorder_id": "R1",
        "source": "aircraft",
        "software": "baseline 7",
        "rate_hz": 10.0,
        "time": TimeColumn(column="t", kind="utc_ms"),
        "sequence": "n",
        "channels": tuple(Column(column=name[:7], channel=name) for name in CHANNELS),
        "reorder_ms": 500.0,
    }
    return Layout(**(given | changes))  # type: ignore[arg-type]


def make_values(count: int, seed: int = 1) -> NDArray[np.float64]:
    """Return readings of a steady flight with the noise of the sensors, channels × rows."""
    noise = np.array([[CHANNEL_BY_NAME[name].noise] for name in CHANNELS])
    dice = np.random.default_rng(seed)
    return MIDDLE + noise * dice.standard_normal((len(CHANNELS), count))


def make_steady(count: int, seed: int = 1) -> Rows:
    """Return so many sound rows at 10 Hz."""
    sequence = np.arange(count, dtype=np.int64)
    return make_rows(sequence, START_AT_MS + 100 * sequence, make_values(count, seed))


def keep(
    folder: Path, rows: Rows, *, batch: int = 1 << 30, layout: Layout | None = None
) -> Manifest:
    """Keep rows that come in batches, as a whole run."""
    folder.mkdir()
    course = Course(folder, "RUN-1", layout or make_layout())
    for start in range(0, len(rows), batch):
        course.feed(slice_rows(rows, start, min(start + batch, len(rows))))
    course.finish()
    return course.write_manifest(is_complete=True)
