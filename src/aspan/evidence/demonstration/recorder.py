"""Telemetry of a demonstration's sorties, watched and kept by a test site as that of any run."""

from pathlib import Path

from aspan.evidence.card import Card
from aspan.evidence.limit_watch import LimitWatch
from aspan.evidence.reports import ReportKnockItOff, SiteReport
from aspan.evidence.running import report_of, rows_of
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_store import SiteStore
from aspan.evidence.telemetry.course import Course, LimitBreach
from aspan.evidence.telemetry.keeping import make_folder
from aspan.evidence.telemetry.layout import twin_layout
from aspan.evidence.twin_site import fence_of
from aspan.primitives.errors import InvalidInput
from aspan.twin.card_flight import Recording


class Recorder:
    """Takes the recordings of runs that are under way to the site's disk."""

    def __init__(self, store: SiteStore) -> None:
        self._store = store

    def watch(self, run_id: str, card: Card, recording: Recording) -> LimitBreach | None:
        """Return the first limit of its card that a run would pass; None where it keeps all."""
        course = self._make_course(run_id, card, recording, None)
        return min(_feed(course, recording), key=lambda breach: breach.at_ms, default=None)

    def keep(self, run_id: str, card: Card, recording: Recording, at_ms: int) -> None:
        """Keep a run's telemetry, and tell the site of it and of the limits it passed."""
        folder = self._store.run_folder(run_id)
        make_folder(folder)
        course = self._make_course(run_id, card, recording, folder)
        course.write_manifest(is_complete=False)
        for breach in _feed(course, recording):
            told = ReportKnockItOff(
                run_id=run_id, limit_id=breach.limit_id, at_ms=breach.at_ms, value=breach.value
            )
            self._tell(told, at_ms)
        self._tell(report_of(course.write_manifest(is_complete=True)), at_ms)

    def _make_course(
        self, run_id: str, card: Card, recording: Recording, folder: Path | None
    ) -> Course:
        from aspan import __version__

        rate_hz = recording.rate_hz
        watch = LimitWatch(
            card.limits,
            rate_hz=rate_hz,
            fence=fence_of(self._store.site.range, card.volume_ids),
            begun_at_ms=int(recording.truth["at_ms"][0]),
        )
        layout = twin_layout("twin", f"aspan {__version__}", rate_hz=rate_hz)
        return Course(folder, run_id, layout, watch=watch)

    def _tell(self, report: SiteReport, at_ms: int) -> None:
        answer = self._store.report(report, at_ms)
        if isinstance(answer, SiteRefused):
            raise InvalidInput("demonstration", answer.detail, "a report of a run under way")


def _feed(course: Course, recording: Recording) -> list[LimitBreach]:
    return course.feed(rows_of(recording.columns, course.layout)) + course.finish()
