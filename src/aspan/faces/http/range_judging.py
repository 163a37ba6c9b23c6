"""Verdicts on runs for the pages: judged once for each telemetry that is kept, then remembered."""

from collections.abc import Iterable, Sequence
from threading import Lock
from time import monotonic
from typing import Final

from aspan.evidence.package.contents import RunVerdicts
from aspan.evidence.package.judgement import judge_one
from aspan.evidence.scenarios import Campaign
from aspan.evidence.site_state import RunRecord
from aspan.evidence.site_store import SiteStore
from aspan.evidence.verdict import Verdict
from aspan.primitives.errors import InvalidInput
from aspan.world.city import City

_AT_ONCE_S: Final = 3.0
"""A page that asks about many runs waits no longer; what is left is judged when it asks again."""


class RunJudging:
    """What the judges of a campaign say of the runs of one site; called from several threads."""

    def __init__(self, store: SiteStore, city: City, campaign: Campaign) -> None:
        self._store = store
        self._city = city
        self._campaign = campaign
        self._known: dict[tuple[str, str], RunVerdicts] = {}
        self._lock = Lock()

    def judge(self, run: RunRecord) -> RunVerdicts:
        """Return what the judges say of a run; why not where they say nothing."""
        if run.telemetry is None:
            return self._judge(run)  # nothing to read, and telemetry may still come
        key = run.run_id, run.telemetry.manifest_sha256
        with self._lock:
            if key not in self._known:
                self._known[key] = self._judge(run)
            return self._known[key]

    def judge_all(self, runs: Iterable[RunRecord]) -> tuple[dict[str, Sequence[Verdict]], int]:
        """Return verdicts by run of those with telemetry, and how many runs are still to judge."""
        found: dict[str, Sequence[Verdict]] = {}
        until_s, waiting = monotonic() + _AT_ONCE_S, 0
        for run in runs:
            if run.telemetry is None:
                continue
            if (
                monotonic() > until_s
                and (run.run_id, run.telemetry.manifest_sha256) not in self._known
            ):
                waiting += 1
            else:
                found[run.run_id] = self.judge(run).verdicts
        return found, waiting

    def _judge(self, run: RunRecord) -> RunVerdicts:
        try:
            return judge_one(self._store, self._city, self._campaign, run.run_id)
        except InvalidInput as fault:
            return RunVerdicts(
                run_id=run.run_id,
                card_id=run.card_id,
                version=run.version,
                verdicts=(),
                not_judged=str(fault),
            )
