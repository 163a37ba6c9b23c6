"""A begun run flown by the twin, step by step: its rows are watched and kept, its site is told.

Theory of operation: only a run that the site holds for under way is flown; approval, list and slot
stand behind each (`release` is the one door). A step flies on to an instant and sends the rows that
have arrived by then on the course of anybody's telemetry: put in order, doubted, watched, kept.
Each limit passed is told to the site. Where the run is called off, by a limit or by a person, the
aircraft leaves the card after the pilot's reaction and comes home. After the last step the manifest
is written and told. How fast steps follow each other is the caller's: at once, or by the clock.

Ending a run stays a person's word.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
import numpy as np

from aspan.evidence.card import Card
from aspan.evidence.lifecycles import RunPhase
from aspan.evidence.limit_watch import LimitWatch
from aspan.evidence.reports import ReportKnockItOff, ReportTelemetry, SiteReport
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_events import Slot
from aspan.evidence.site_state import SiteState
from aspan.evidence.site_store import SiteStore
from aspan.evidence.telemetry.course import Course, LimitBreach
from aspan.evidence.telemetry.keeping import make_folder
from aspan.evidence.telemetry.layout import Layout, twin_layout
from aspan.evidence.telemetry.manifest import Manifest
from aspan.evidence.telemetry.rows import Rows, make_rows
from aspan.evidence.twin_site import fence_of, place_of
from aspan.primitives.errors import InvalidInput
from aspan.twin.card_aircraft import TestAircraft
from aspan.twin.card_faults import AnyFault
from aspan.twin.card_flight import Column, Recording, fly_card
from aspan.twin.card_live import CardFlight
from aspan.twin.card_place import Air, Sensors
from aspan.world.telemetry import RATE_HZ_MIN

REACTION_MS: Final = 2_000
"""From the call to the first move of the pilot. Assumed: a word heard and a hand on the stick."""

STEP_MS: Final = 1_000
"""Of telemetry time; not above the reaction, so that no row flown has to be taken back."""


class RunStep(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one step.

    Parameters
    ----------
    until_ms
        The rows had arrived before it.
    columns
        As they arrived, by channel.
    breaches
        Limits first seen passed in this step.
    recovers_at_ms
        When the aircraft leaves or left the card; None while it flies it.
    manifest
        With the last step alone.
    """

    until_ms: int
    columns: dict[str, Column]
    breaches: tuple[LimitBreach, ...]
    recovers_at_ms: int | None
    manifest: Manifest | None = None


class TwinRun:
    """One run on its way; made by anybody, it asks the site itself whether it may be flown.

    Parameters
    ----------
    aircraft
        As it truly is; the site's own model of it, or another truth to be found again.
    software
        Version that flies, for the manifest.
    """

    def __init__(
        self,
        store: SiteStore,
        run_id: str,
        *,
        aircraft: TestAircraft,
        air: Air,
        software: str,
        seed: int,
        sensors: Sensors = Sensors(),  # noqa: B008  frozen
        faults: Sequence[AnyFault] = (),
        rate_hz: float = RATE_HZ_MIN,
    ) -> None:
        card, slot, begun_at_ms = store.look(lambda state: find_under_way(state, run_id))
        site = store.site.range
        place = place_of(site, slot.volume_ids)

        def fly(recover_at_s: float | None) -> Recording:
            return fly_card(
                card.profile,
                card.load,
                aircraft,
                air=air,
                place=place,
                sensors=sensors,
                faults=faults,
                seed=seed,
                rate_hz=rate_hz,
                start_at_ms=begun_at_ms,
                recover_at_s=recover_at_s,
            )

        self.run_id, self.card = run_id, card
        self._store = store
        self._flight = CardFlight(fly)
        self._watch = LimitWatch(
            card.limits,
            rate_hz=rate_hz,
            fence=fence_of(site, slot.volume_ids),
            begun_at_ms=begun_at_ms,
        )
        self._layout = twin_layout("twin", software, rate_hz=rate_hz)
        self._now_ms = begun_at_ms
        self._recovers_at_ms: int | None = None

    def steps(self, step_ms: int = STEP_MS) -> Iterator[RunStep]:
        """Fly to the end, yielding after each step; once for a run.

        A caller that stops early leaves telemetry whose manifest says it is not complete.
        """
        if not 0 < step_ms <= REACTION_MS:
            raise InvalidInput("step_ms", step_ms, f"above 0, at most {REACTION_MS}")
        folder = self._store.run_folder(self.run_id)
        make_folder(folder)
        course = Course(folder, self.run_id, self._layout, watch=self._watch)
        course.write_manifest(is_complete=False)
        while self._now_ms < self._flight.end_at_ms:
            self._now_ms = min(self._now_ms + step_ms, self._flight.end_at_ms)
            columns = self._flight.until(self._now_ms)
            breaches = course.feed(rows_of(columns, self._layout))
            breaches += self._watch.tick(self._now_ms)
            is_over = self._now_ms >= self._flight.end_at_ms
            if is_over:
                breaches += course.finish()
            self._tell_breaches(breaches)
            self._recover(breaches)
            manifest = course.write_manifest(is_complete=True) if is_over else None
            if manifest is not None:
                self._tell(report_of(manifest))
            yield RunStep(
                until_ms=self._now_ms,
                columns=columns,
                breaches=tuple(breaches),
                recovers_at_ms=self._recovers_at_ms,
                manifest=manifest,
            )

    def _recover(self, breaches: Sequence[LimitBreach]) -> None:
        """Leave the card, a reaction after the first call."""
        if self._recovers_at_ms is not None:
            return
        called = [breach.at_ms for breach in breaches]
        if not called and self._is_called_off():
            called = [self._now_ms]
        if called:
            self._recovers_at_ms = max(min(called) + REACTION_MS, self._now_ms)
            self._flight.recover(self._recovers_at_ms)

    def _is_called_off(self) -> bool:
        return self._store.look(
            lambda state: state.runs[self.run_id].phase is not RunPhase.UNDER_WAY
        )

    def _tell_breaches(self, breaches: Sequence[LimitBreach]) -> None:
        for breach in breaches:
            self._tell(
                ReportKnockItOff(
                    run_id=self.run_id,
                    limit_id=breach.limit_id,
                    at_ms=breach.at_ms,
                    value=breach.value,
                )
            )

    def _tell(self, report: SiteReport) -> None:
        """Tell the site; its clock may be ahead of the telemetry, never behind."""
        last_ms = self._store.look(lambda state: state.last_at_ms)
        answer = self._store.report(report, max(self._now_ms, last_ms))
        if isinstance(answer, SiteRefused):
            raise InvalidInput(f"run {self.run_id}", answer.detail, "a run that is under way")


def find_under_way(state: SiteState, run_id: str) -> tuple[Card, Slot, int]:
    """Return card, slot and begin of a run that may be flown now; `InvalidInput` otherwise."""
    run = state.runs.get(run_id)
    if run is None or run.phase is not RunPhase.UNDER_WAY or run.begun_at_ms is None:
        found = "unknown" if run is None else run.phase.value
        raise InvalidInput("run", f"{run_id}, {found}", "a run that is under way")
    if run.telemetry is not None:
        raise InvalidInput("run", run_id, "a run that was not flown yet")
    card = state.cards[run.card_id].versions[run.version]
    return card, state.slots[run.slot_id].slot, run.begun_at_ms


def report_of(manifest: Manifest) -> ReportTelemetry:
    """Return what a site is told of the telemetry kept under a manifest."""
    return ReportTelemetry(
        run_id=manifest.run_id,
        manifest_sha256=manifest.sha256,
        rows=manifest.rows,
        gaps=manifest.doubts.get("gap", 0),
        flagged=manifest.flagged_rows,
        from_at_ms=manifest.first_at_ms,
        until_at_ms=manifest.last_at_ms,
        is_twin=manifest.source == "twin",
        recorder_id=manifest.recorder_id,
    )


def rows_of(columns: dict[str, Column], layout: Layout) -> Rows:
    """Return columns of a recording as rows of telemetry."""
    values = np.stack([columns[column.channel] for column in layout.channels])
    return make_rows(columns["sequence"], columns["at_ms"], values)
