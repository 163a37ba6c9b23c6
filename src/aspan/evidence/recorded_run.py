"""A run told by a recorder: telemetry by file or stream, kept beside its site and told to it.

Only a run that has begun takes telemetry, once: approval, list and slot stand behind each begin
(`release` is the one door). Limits of its card are watched on either way; what is passed while the
run is under way knocks it off. In a file that is read after the run, limits passed are told to
whoever reads it.
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from aspan.evidence.card import Card
from aspan.evidence.lifecycles import RunPhase
from aspan.evidence.limit_watch import LimitWatch
from aspan.evidence.reports import ReportKnockItOff
from aspan.evidence.running import report_of
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_events import SiteEvent
from aspan.evidence.site_state import SiteState
from aspan.evidence.site_store import SiteStore
from aspan.evidence.telemetry.course import LimitBreach
from aspan.evidence.telemetry.importing import import_file
from aspan.evidence.telemetry.layout import Layout
from aspan.evidence.telemetry.manifest import Manifest, read_manifest
from aspan.evidence.telemetry.stream import TelemetryIntake, begin_intake, resume_intake
from aspan.evidence.twin_site import fence_of
from aspan.primitives.errors import InvalidInput
from aspan.world.telemetry import RATE_HZ_MIN

Answer = list[SiteEvent] | SiteRefused


class OpenRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run that takes telemetry.

    Parameters
    ----------
    is_under_way
        It has begun and not ended; what a limit watch sees knocks it off.
    """

    run_id: str
    card: Card
    volume_ids: tuple[str, ...]
    begun_at_ms: int
    is_under_way: bool


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
    if run.telemetry is not None:
        raise InvalidInput("run", run_id, "a run whose telemetry is not kept yet")
    return OpenRun(
        run_id=run_id,
        card=state.cards[run.card_id].versions[run.version],
        volume_ids=state.slots[run.slot_id].slot.volume_ids,
        begun_at_ms=run.begun_at_ms,
        is_under_way=run.is_flying,
    )


def watch_run(store: SiteStore, run: OpenRun, layout: Layout) -> LimitWatch | None:
    """Return a watch of the card's limits; None where rows are too few to rest safety on."""
    if layout.rate_hz < RATE_HZ_MIN:
        return None
    return LimitWatch(
        run.card.limits,
        rate_hz=layout.rate_hz,
        fence=fence_of(store.site.range, run.volume_ids),
        begun_at_ms=run.begun_at_ms,
    )


def import_run(
    store: SiteStore, run_id: str, path: Path, layout: Layout, *, at_ms: int
) -> RecordedRun:
    """Keep a recorder's file as the telemetry of a run, and tell the site."""
    run = store.look(lambda state: find_open_run(state, run_id))
    watch = watch_run(store, run, layout)
    found = import_file(path, layout, store.run_folder(run_id), run_id, watch=watch)
    tell_breaches(store, run_id, found.breaches, at_ms=at_ms)
    answer = tell_kept(store, found.manifest, at_ms=at_ms)
    return RecordedRun(manifest=found.manifest, breaches=found.breaches, answer=answer)


def open_stream(
    store: SiteStore, run_id: str, layout: Layout, *, token: str, is_live: bool = True
) -> TelemetryIntake:
    """Open a run that is under way to the stream of its recorder."""
    run = store.look(lambda state: find_open_run(state, run_id))
    if not run.is_under_way:
        raise InvalidInput("run", run_id, "a run that is under way")
    watch = watch_run(store, run, layout)
    return begin_intake(
        store.run_folder(run_id), run_id, layout, token=token, watch=watch, is_live=is_live
    )


def resume_stream(store: SiteStore, run_id: str) -> TelemetryIntake:
    """Open a stream again whose service ended, with every batch that was acknowledged."""
    run = store.look(lambda state: find_open_run(state, run_id))
    folder = store.run_folder(run_id)
    layout = read_manifest(folder).layout
    return resume_intake(folder, watch=watch_run(store, run, layout))


def tell_breaches(
    store: SiteStore, run_id: str, breaches: Sequence[LimitBreach], *, at_ms: int
) -> list[Answer]:
    """Tell the site what the watch saw; it knocks a run off that is under way."""
    return [
        store.report(
            ReportKnockItOff(
                run_id=run_id, limit_id=breach.limit_id, at_ms=breach.at_ms, value=breach.value
            ),
            _not_before(store, at_ms),
        )
        for breach in breaches
    ]


def tell_kept(store: SiteStore, manifest: Manifest, *, at_ms: int) -> Answer:
    """Tell the site under which manifest the telemetry of a run is kept."""
    return store.report(report_of(manifest), _not_before(store, at_ms))


def _not_before(store: SiteStore, at_ms: int) -> int:
    """Return an instant that is not before the site's last; recorders' clocks do not rule it."""
    return max(at_ms, store.look(lambda state: state.last_at_ms))
