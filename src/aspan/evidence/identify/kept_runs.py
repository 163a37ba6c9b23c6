"""Runs of a test site for identification: those flown whole enough, kept, reviewed and accepted.

Telemetry whose bytes are not those of the log's manifest is refused. What is left out is named with
its reason: nothing is dropped in silence.
"""

from collections.abc import Mapping
from math import nan
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from aspan.evidence.card import Card
from aspan.evidence.identify.runs import (
    TestRun,
    find_segments,
    sound_columns,
    spread_rows,
)
from aspan.evidence.reduction import Floats
from aspan.evidence.site_state import RunRecord, SiteState
from aspan.evidence.site_store import SiteStore
from aspan.evidence.telemetry.flags import ROW_DOUBTS, VALUE_DOUBTS
from aspan.evidence.telemetry.keeping import load_run, verify_run
from aspan.evidence.telemetry.manifest import Manifest, read_manifest
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId

_NEW_SOH: Final = 1.0


class KeptRuns(msgspec.Struct, frozen=True, kw_only=True):
    """What a site has for identification.

    Parameters
    ----------
    left_out
        Runs that are not used, with the reason.
    """

    runs: tuple[TestRun, ...]
    left_out: dict[str, str]


def load_kept_runs(store: SiteStore, cycles: Mapping[AircraftId, float]) -> KeptRuns:
    """Return the runs of a site that may be used, and why others are not.

    Parameters
    ----------
    cycles
        Full cycles of the packs of an aircraft. An aircraft that is not named counts as new if its
        health is stated as 1; else its age is unknown and its capacity tells nothing of ageing.
    """
    records, cards = store.look(_copy_records)
    runs, left_out = [], {}
    for record in records:
        card = cards[record.run_id]
        reason = _why_not(record, card)
        if reason:
            left_out[record.run_id] = reason
            continue
        age = cycles.get(record.aircraft_id)
        if age is None:
            told = store.site.range.find_aircraft(record.aircraft_id)
            age = 0.0 if told is not None and told.soh >= _NEW_SOH else nan
        microphones = tuple(
            (each.lon_deg, each.lat_deg)
            for each in sorted(store.site.range.microphones, key=lambda each: each.number)
        )
        runs.append(_load(store.run_folder(record.run_id), record, card, age, microphones))
    return KeptRuns(runs=tuple(runs), left_out=left_out)


def _copy_records(state: SiteState) -> tuple[list[RunRecord], dict[str, Card]]:
    records = [state.runs[run_id] for run_id in sorted(state.runs)]
    cards = {r.run_id: state.cards[r.card_id].versions[r.version] for r in records}
    return records, cards


def _why_not(record: RunRecord, card: Card) -> str:
    """Return why a run is not used; empty if it is."""
    if record.telemetry is None:
        return "no telemetry is kept"
    if record.review is None:
        return "its data are not reviewed yet"
    if not record.review.is_accepted:
        return f"its data were rejected: {record.review.note}"
    if card.failure:
        return f"flown with a failure: {card.failure}"
    return ""


def _load(
    folder: Path,
    record: RunRecord,
    card: Card,
    cycles: float,
    microphones: tuple[tuple[float, float], ...],
) -> TestRun:
    manifest = read_manifest(folder)
    problems = verify_run(folder).problems
    told = record.telemetry.manifest_sha256 if record.telemetry is not None else ""
    if manifest.sha256 != told or problems:
        found = "; ".join(problems) or f"manifest {manifest.sha256}"
        raise InvalidInput(f"telemetry of {record.run_id}", found, f"manifest {told} of the log")
    columns = load_columns(folder, manifest)
    return TestRun(
        run_id=record.run_id,
        card_id=card.card_id,
        profile=card.profile,
        load=card.load,
        rate_hz=manifest.layout.rate_hz,
        columns=columns,
        rows=find_segments(card.profile, columns, manifest.layout.rate_hz),
        maker=manifest.source,
        is_whole=not record.knocked_off,
        cycles=cycles,
        microphones=microphones,
        manifest_sha256=manifest.sha256,
    )


def load_columns(folder: Path, manifest: Manifest) -> dict[str, Floats]:
    """Return the channels of a kept run, a row for each sequence number, NaN where doubtful."""
    frame = load_run(folder)
    flags = frame["flags"].to_numpy()
    rows = np.flatnonzero((flags & np.uint32(int(ROW_DOUBTS))) == 0)
    sequence = frame["sequence"].fill_null(-1).to_numpy()
    rows = rows[sequence[rows] >= 0]
    if not len(rows):
        raise InvalidInput(manifest.run_id, "no row without doubt", "at least one sound row")
    doubted = np.zeros(frame.height, dtype=np.uint64)
    for name in VALUE_DOUBTS:
        doubted |= frame[name].to_numpy().astype(np.uint64)
    columns = {}
    for place, channel in enumerate(manifest.layout.known):
        values = frame[channel.name].cast(float).to_numpy().astype(np.float64)
        bad = (doubted >> np.uint64(place)) & np.uint64(1)
        columns[channel.name] = np.where(bad == 1, np.nan, values)[rows]
    spread, _ = spread_rows(sequence[rows].astype(np.int64), sound_columns(columns))
    return spread
