"""A recorder's file kept as the telemetry of a run, beside its site and told to it.

Only a run that has begun takes telemetry: approval, list and slot stand behind each begin
(`release` is the one door). Limits of its card are watched; what is passed knocks off a run that is
under way, and is told to whoever reads the file. Where telemetry is there already, as from the
radio link, a file takes its place only when that is asked for; what was there is moved aside, and
the site's log names both.
"""

from pathlib import Path

import msgspec

from aspan.evidence.card import Card
from aspan.evidence.lifecycles import RunPhase
from aspan.evidence.limit_watch import LimitWatch
from aspan.evidence.reports import ReportKnockItOff, SiteReport
from aspan.evidence.running import report_of
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_events import SiteEvent
from aspan.evidence.site_state import SiteState
from aspan.evidence.site_store import SiteStore
from aspan.evidence.telemetry.course import LimitBreach
from aspan.evidence.telemetry.importing import import_file
from aspan.evidence.telemetry.layout import Layout
from aspan.evidence.telemetry.manifest import Manifest
from aspan.evidence.telemetry.reader import check_file
from aspan.evidence.twin_site import fence_of
from aspan.primitives.errors import InvalidInput
from aspan.world.telemetry import RATE_HZ_MIN

Answer = list[SiteEvent] | SiteRefused


class OpenRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run that takes telemetry.

    Parameters
    ----------
    kept_rows
        That the site knows of already.
    """

    card: Card
    aircraft_id: str
    volume_ids: tuple[str, ...]
    begun_at_ms: int
    kept_rows: int


class RecordedRun(msgspec.Struct, frozen=True, kw_only=True):
    """Telemetry of a run that was kept, the limits passed in it, and what the site said to it."""

    manifest: Manifest
    breaches: tuple[LimitBreach, ...]
    answer: Answer


def find_open_run(state: SiteState, run_id: str) -> OpenRun:
    """Return a run that takes telemetry; `InvalidInput` that says why it takes none."""
    run = state.runs.get(run_id)
    if run is None or run.begun_at_ms is None or run.phase is RunPhase.REVIEWED:
        found = "unknown" if run is None else run.phase.value
        raise InvalidInput("run", f"{run_id}, {found}", "a run that has begun, not reviewed")
    return OpenRun(
        card=state.cards[run.card_id].versions[run.version],
        aircraft_id=run.aircraft_id,
        volume_ids=state.slots[run.slot_id].slot.volume_ids,
        begun_at_ms=run.begun_at_ms,
        kept_rows=0 if run.telemetry is None else run.telemetry.rows,
    )


def import_run(
    store: SiteStore,
    run_id: str,
    path: Path,
    layout: Layout,
    *,
    at_ms: int,
    is_instead: bool = False,
) -> RecordedRun:
    """Keep a recorder's file as the telemetry of a run, and tell the site.

    Parameters
    ----------
    at_ms
        The site's instant.
    is_instead
        It takes the place of telemetry that is there already.
    """
    run = store.look(lambda state: find_open_run(state, run_id))
    _check_recorder(store, run, layout)
    check_file(path, layout)
    folder = store.run_folder(run_id)
    _make_way(folder, run, is_instead=is_instead)
    watch = _watch(store, run, layout)
    found = import_file(path, layout, folder, run_id, watch=watch)
    for breach in found.breaches:
        report = ReportKnockItOff(
            run_id=run_id, limit_id=breach.limit_id, at_ms=breach.at_ms, value=breach.value
        )
        _tell(store, report, at_ms)
    answer = _tell(store, report_of(found.manifest), at_ms)
    return RecordedRun(manifest=found.manifest, breaches=found.breaches, answer=answer)


def _check_recorder(store: SiteStore, run: OpenRun, layout: Layout) -> None:
    """Take telemetry as an aircraft's from its known recorders alone, before a byte is moved."""
    if layout.source == "twin":
        return
    aircraft = store.site.range.find_aircraft(run.aircraft_id)
    known = aircraft.recorder_ids if aircraft is not None else ()
    if layout.recorder_id not in known:
        expected = f"a recorder of {run.aircraft_id} in range.toml: {', '.join(known) or 'none'}"
        raise InvalidInput("recorder_id", layout.recorder_id, expected)


def _make_way(folder: Path, run: OpenRun, *, is_instead: bool) -> None:
    """Move aside what is kept of a run, if there is nothing in it or it was asked for."""
    if not folder.exists():
        return
    parts = [path for path in folder.iterdir() if path.suffix in (".parquet", ".journal")]
    if (parts or run.kept_rows) and not is_instead:
        raise InvalidInput(
            "run", f"{folder.name}, {run.kept_rows} rows kept", "a run without telemetry"
        )
    number = 1
    while (aside := folder.with_name(f"{folder.name}.before-{number}")).exists():
        number += 1
    folder.rename(aside)


def _watch(store: SiteStore, run: OpenRun, layout: Layout) -> LimitWatch | None:
    """Return a watch of the card's limits; None where rows are too few to rest safety on."""
    if layout.rate_hz < RATE_HZ_MIN:
        return None
    return LimitWatch(
        run.card.limits,
        rate_hz=layout.rate_hz,
        fence=fence_of(store.site.range, run.volume_ids),
        begun_at_ms=run.begun_at_ms,
    )


def _tell(store: SiteStore, report: SiteReport, at_ms: int) -> Answer:
    """Tell the site, not before its last instant: recorders' clocks do not rule it."""
    return store.report(report, max(at_ms, store.look(lambda state: state.last_at_ms)))
