"""A kept run read for its judges: what is sound in its telemetry, and where its segments lie.

Rows that are doubtful as a whole are left out; a doubtful reading is NaN, as if its sensor had said
nothing. Segments are found by the event marks of the recorder. Where it has none, steady ones are
found by what the profile asks of them (`identify.runs`), and what lies between two of them is what
the profile has between: a transition while the units are tilted, a climb or descent for the rest.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from aspan.evidence.card import Card
from aspan.evidence.identify.runs import find_segments, smooth
from aspan.evidence.run_data import RunData, list_marked
from aspan.evidence.telemetry.doubts import is_clean
from aspan.evidence.telemetry.keeping import load_run
from aspan.evidence.telemetry.manifest import read_manifest
from aspan.twin.card_profile import Segment
from aspan.world.aircraft import AircraftType
from aspan.world.range import Range
from aspan.world.telemetry import EVENT_MARK

Floats = NDArray[np.float64]

_ON_WING_TILT_DEG: Final = 15.0
"""Below which the units stand for flight on the wing; as identification tells cruise."""

_MOVING: Final = ("transition_out", "transition_in", "climb", "descent")


def read_columns(folder: Path) -> dict[str, Floats]:
    """Return what is sound in a run's telemetry, by channel, `at_ms` first."""
    manifest = read_manifest(folder)
    frame = load_run(folder)
    frame = frame.filter(is_clean(frame, (), manifest))
    columns = {"at_ms": frame["at_ms"].to_numpy().astype(np.float64)}
    for column in manifest.layout.channels:
        name = column.channel
        is_sound = is_clean(frame, (name,), manifest)
        values = frame[name].cast(pl.Float64).to_numpy()
        columns[name] = np.where(is_sound.to_numpy(), values, np.nan)
    return columns


def read_run_data(
    folder: Path,
    run_id: str,
    card: Card,
    aircraft: AircraftType,
    soh: float,
    site: Range | None = None,
) -> RunData:
    """Return a kept run of a card as its judges look at it.

    Parameters
    ----------
    site
        For distances to microphones and spectators; what is judged by them does not tell if None.
    """
    manifest = read_manifest(folder)
    columns = read_columns(folder)
    return RunData(
        run_id=run_id,
        card=card,
        aircraft=aircraft,
        columns=columns,
        segments=place_segments(card.profile, columns, manifest.layout.rate_hz),
        soh=soh,
        is_twin=manifest.source == "twin",
        site=site,
    )


def place_segments(
    profile: Sequence[Segment], columns: dict[str, Floats], rate_hz: float
) -> dict[str, slice]:
    """Return the rows of every segment that was flown, by its label."""
    count = len(columns["at_ms"])
    if not count:
        return {}
    if EVENT_MARK in columns and (marked := list_marked(profile, columns[EVENT_MARK])):
        return marked
    found = find_segments(profile, columns, rate_hz)
    tilt = smooth(columns.get("tilt_deg", np.full(count, np.nan)), rate_hz)
    waiting: list[Segment] = []
    last = 0
    for segment in profile:
        if segment.label in found:
            found |= _share_out(waiting, slice(last, found[segment.label].start), tilt)
            last = found[segment.label].stop
            waiting = []
        elif segment.manoeuvre in _MOVING:
            waiting.append(segment)
    return found | _share_out(waiting, slice(last, count), tilt)


def _share_out(waiting: list[Segment], rows: slice, tilt: Floats) -> dict[str, slice]:
    """Return the rows of the moving segments between two steady ones."""
    if not waiting or rows.stop <= rows.start:
        return {}
    start, stop = rows.start, rows.stop
    with np.errstate(invalid="ignore"):
        on_wing = np.flatnonzero(tilt[rows] < _ON_WING_TILT_DEG)
    shared: dict[str, slice] = {}
    if waiting[0].manoeuvre == "transition_out":
        end = start + int(on_wing[0]) if len(on_wing) else stop
        shared[waiting[0].label] = slice(start, end)
        start, waiting = end, waiting[1:]
    if waiting and waiting[-1].manoeuvre == "transition_in":
        begin = max(start, rows.start + int(on_wing[-1]) + 1) if len(on_wing) else start
        shared[waiting[-1].label] = slice(begin, stop)
        stop, waiting = begin, waiting[:-1]
    if len(waiting) == 1:
        shared[waiting[0].label] = slice(start, stop)
    return {label: part for label, part in shared.items() if part.stop > part.start}
