"""The telemetry of runs under way: who may send it, where it goes, what it calls off.

A run that an aircraft flies has a feed from its begin to its end: rows come by HTTP and are put in
order, doubted, watched against the card's limits, kept on disk (`evidence.telemetry`) and shown on
charts. A limit passed is reported to the site at once. Runs that the twin flies are only shown
here; it keeps and watches its own (`range_twin`).
"""

import hmac
import os
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
import numpy as np

from aspan.evidence.card import Card
from aspan.evidence.limit_watch import Breach, LimitWatch
from aspan.evidence.reports import ReportKnockItOff
from aspan.evidence.running import report_of
from aspan.evidence.site_events import RunBegun, Slot
from aspan.evidence.site_state import SiteState
from aspan.evidence.site_store import SiteStore, data_folder
from aspan.evidence.telemetry.keeping import load_run
from aspan.evidence.telemetry.layout import Layout
from aspan.evidence.telemetry.manifest import read_manifest
from aspan.evidence.telemetry.stream import (
    INTAKE,
    NotTaken,
    Refusal,
    Taken,
    TelemetryIntake,
    begin_intake,
    recover_run,
    resume_intake,
)
from aspan.evidence.twin_site import fence_of
from aspan.faces.http.range_series import Rows, RunSeries, check_channels
from aspan.faces.http.range_view import Fed, get_run
from aspan.faces.http.wire_range import Series
from aspan.primitives.errors import InvalidInput

_STATUS = {
    Refusal.TOKEN: 401,
    Refusal.CLOSED: 409,
    Refusal.TOO_LARGE: 413,
    Refusal.MEDIA_TYPE: 415,
    Refusal.UNREADABLE: 422,
}
_SECRET = "telemetry.key"
_SECRET_BYTES = 32


class WatchedSeries:
    """A limit watch that also shows what passes, and counts a silence on the ground's own clock.

    A recorder's clock may be ahead of ours, by leap seconds or by hours; how long nothing has come
    does not depend on it.
    """

    def __init__(self, watch: LimitWatch, series: RunSeries, now_ms: Callable[[], int]) -> None:
        self._watch = watch
        self._series = series
        self._now_ms = now_ms
        self._heard_at_ms: int | None = None

    def feed(self, rows: Rows) -> Sequence[Breach]:
        """Return the limits passed in these rows."""
        self._series.add(rows)
        if len(rows["at_ms"]):
            self._heard_at_ms = self._now_ms()
        return self._watch.feed(rows)

    def tick(self, now_ms: int) -> Sequence[Breach]:
        """Return the limits passed by now, while no row comes."""
        if self._heard_at_ms is None:
            return self._watch.tick(now_ms)
        return self._watch.tick_after(now_ms - self._heard_at_ms)


class _Feed(msgspec.Struct, frozen=True):
    """What a run is shown from, and what takes its rows; None where the twin flies it."""

    series: RunSeries
    intake: TelemetryIntake | None = None


class RangeFeeds:
    """The feeds of a site's runs. Called from several threads at once.

    Parameters
    ----------
    now_ms
        The site's clock.
    """

    def __init__(
        self,
        store: SiteStore,
        *,
        now_ms: Callable[[], int],
        make_layout: Callable[[RunBegun], Layout],
    ) -> None:
        self._store = store
        self._now_ms = now_ms
        self._make_layout = make_layout
        self._secret = _read_secret(data_folder(store.path))
        self._feeds: dict[str, _Feed] = {}
        self._lock = Lock()

    def token(self, run_id: str) -> str:
        """Return what a sender of a run's telemetry shows; known to who began the run."""
        return hmac.new(self._secret, run_id.encode(), sha256).hexdigest()

    def open(self, begun: RunBegun) -> TelemetryIntake:
        """Open the feed of a run that has begun, or go on with it after a restart."""
        with self._lock:
            known = self._feeds.get(begun.run_id)
            if known is not None and known.intake is not None:
                return known.intake
            card, slot = self._store.look(lambda state: _find_plan(state, begun))
            layout = self._make_layout(begun)
            series = RunSeries()
            fence = fence_of(self._store.site.range, slot.volume_ids)
            limits = LimitWatch(
                card.limits, rate_hz=layout.rate_hz, fence=fence, begun_at_ms=begun.at_ms
            )
            watch = WatchedSeries(limits, series, self._now_ms)
            folder = self._store.run_folder(begun.run_id)
            if folder.exists():
                intake = resume_intake(folder, watch=watch)
            else:
                folder.parent.mkdir(parents=True, exist_ok=True)
                token = self.token(begun.run_id)
                intake = begin_intake(folder, begun.run_id, layout, token=token, watch=watch)
            self._feeds[begun.run_id] = _Feed(series, intake)
            return intake

    def show(self, run_id: str) -> RunSeries:
        """Return where the rows of a run that the twin flies are shown."""
        with self._lock:
            feed = self._feeds.setdefault(run_id, _Feed(RunSeries()))
            return feed.series

    def take(
        self, run_id: str, body: bytes, media_type: str, token: str
    ) -> tuple[int, Taken | NotTaken]:
        """Take a batch of a run's telemetry; return the status of HTTP and the answer."""
        feed = self._feeds.get(run_id)
        if feed is None or feed.intake is None:
            return 404, NotTaken(reason=Refusal.CLOSED, detail=f"no run {run_id} is under way")
        answer = feed.intake.take(
            body, media_type=media_type, token=token, received_at_ms=self._now_ms()
        )
        if isinstance(answer, NotTaken):
            return _STATUS[answer.reason], answer
        self.tell(run_id, answer.breaches)
        return 200, answer

    def tick(self) -> None:
        """Look at the clock for runs whose link says nothing."""
        with self._lock:
            feeds = list(self._feeds.items())
        for run_id, feed in feeds:
            if feed.intake is not None:
                self.tell(run_id, feed.intake.tick(self._now_ms()))

    def tell(self, run_id: str, breaches: Sequence[Any]) -> None:
        """Report limits passed to the site, which calls the run off."""
        for breach in breaches:
            report = ReportKnockItOff(
                run_id=run_id, limit_id=breach.limit_id, at_ms=breach.at_ms, value=breach.value
            )
            self._store.report(report, self._site_ms())

    def end(self, run_id: str) -> None:
        """Close the feed of a run that has ended, and report what was kept."""
        with self._lock:
            feed = self._feeds.pop(run_id, None)
        if feed is None or feed.intake is None:
            return
        manifest = feed.intake.close()
        self.tell(run_id, feed.intake.list_untold())
        self._store.report(report_of(manifest), self._site_ms())

    def close_again(self, run_id: str) -> None:
        """Close a feed that was open when the process ended though its run had, and report it."""
        folder = self._store.run_folder(run_id)
        if (folder / INTAKE).is_file():
            self._store.report(report_of(recover_run(folder)), self._site_ms())

    def find_fed(self, run_id: str) -> Fed:
        """Return how far the telemetry of a run is."""
        feed = self._feeds.get(run_id)
        if feed is None:
            return Fed()
        return Fed(rows=feed.series.rows, last_at_ms=feed.series.last_at_ms, is_fed=True)

    def series(self, run_id: str, channels: tuple[str, ...], after_ms: int) -> Series:
        """Return rows for charts: of a run under way from memory, of a past one from disk."""
        self._store.look(lambda state: get_run(state, run_id))
        check_channels(channels)
        feed = self._feeds.get(run_id)
        series = feed.series if feed is not None else self._read_back(run_id, channels)
        at_ms, columns = series.look(channels, after_ms)
        return Series(run_id=run_id, at_ms=at_ms, columns=columns, is_fed=feed is not None)

    def _read_back(self, run_id: str, channels: tuple[str, ...]) -> RunSeries:
        """Return a past run from disk, of the channels asked for alone: hours of all are large."""
        folder, series = self._store.run_folder(run_id), RunSeries()
        if not folder.exists() or not (manifest := read_manifest(folder)).parts:
            return series
        kept = {column.channel for column in manifest.layout.channels} & set(channels)
        frame = load_run(folder, ["at_ms", *sorted(kept)])
        usable = frame.drop_nulls("at_ms").sort("at_ms")
        series.add(
            {
                name: usable.get_column(name).to_numpy().astype(np.float64)
                if name != "at_ms"
                else usable.get_column(name).to_numpy()
                for name in usable.columns
                if usable.get_column(name).dtype.is_numeric()
            }
        )
        return series

    def _site_ms(self) -> int:
        return self._store.look(lambda state: max(self._now_ms(), state.last_at_ms))


def _find_plan(state: SiteState, begun: RunBegun) -> tuple[Card, Slot]:
    run = get_run(state, begun.run_id)
    return state.cards[run.card_id].versions[run.version], state.slots[run.slot_id].slot


def _read_secret(folder: Path) -> bytes:
    """Return the secret that tokens are made from, made when there is none."""
    path = folder / _SECRET
    folder.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        secret = path.read_bytes()
        if len(secret) != _SECRET_BYTES:
            raise InvalidInput(str(path), len(secret), f"{_SECRET_BYTES} bytes") from None
        return secret
    with os.fdopen(handle, "wb") as file:
        secret = os.urandom(_SECRET_BYTES)
        file.write(secret)
    return secret
