"""The trend of a run: worked out from its telemetry, stated where the next card must stay shut."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aspan.evidence import orders
from aspan.evidence.card import Bounds, CardId, CheckId
from aspan.evidence.judging import predicting
from aspan.evidence.package.contents import RunVerdicts
from aspan.evidence.package.judgement import find_trend_fault
from aspan.evidence.refusals import Reason
from aspan.evidence.run_data import NotRecordedError, RunData
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_store import SiteStore
from aspan.evidence.verdict import Verdict, missing
from ranging import FROM_MS, REQUIREMENTS, reason_of, small_range
from unit.evidence.test_recorded_run import StoredTown

BAND = Bounds(low=-0.1, high=0.1)


def verdicts(*found: Verdict, not_judged: str = "") -> RunVerdicts:
    """Return what the judges of the tests say."""
    return RunVerdicts(
        run_id="RUN1", card_id=CardId("C1"), version="a" * 64, verdicts=found, not_judged=not_judged
    )


def off(value: float | None) -> Verdict:
    """Return a verdict on a prediction."""
    return Verdict(
        check_id=CheckId("K1"), outcome="inconclusive", words="", value=value, bound=BAND
    )


@pytest.mark.parametrize(
    ("found", "stated", "is_fault"),
    [
        (verdicts(), None, False),
        (verdicts(off(0.05)), None, False),
        (verdicts(off(-0.12)), None, True),
        (verdicts(off(-0.12)), 0.12, False),
        (verdicts(off(-0.12)), 0.02, True),
        (verdicts(off(None)), None, True),
        (verdicts(off(None)), 0.3, False),
        (verdicts(off(0.05), off(None)), None, True),
        (verdicts(not_judged="other files"), None, True),
        (verdicts(missing(CheckId("K2"), "silent")), None, False),
    ],
)
def test_what_must_be_stated_of_a_trend(
    found: RunVerdicts, stated: float | None, is_fault: bool
) -> None:
    """Outside the band, not told, or not judged: nothing is accepted by leaving it out."""
    assert bool(find_trend_fault(found, 0.1, stated)) is is_fault


def test_a_prediction_that_is_not_told_is_known_for_one(tmp_path: Path) -> None:
    """A silent channel leaves a verdict with the band of the card beside it."""
    town = StoredTown(tmp_path / "site.range")
    card = next(iter(town.site.state.cards.values())).card
    town.store.close()

    @predicting
    def judge(check_id: CheckId, run: RunData) -> Verdict:
        raise NotRecordedError("torque")

    run = RunData(run_id="R", card=card, aircraft=None, columns={}, segments={})  # type: ignore[arg-type]
    assert judge(CheckId("K1"), run).bound == BAND


@pytest.fixture
def town(tmp_path: Path) -> Iterator[StoredTown]:
    """Return a town whose run has ended, its telemetry kept."""
    town = StoredTown(tmp_path / "small.range")
    town.begin()
    town.now_ms = FROM_MS + 60_000
    town.end()
    town.keep_telemetry()
    yield town
    town.store.close()


def test_the_store_accepts_no_run_against_its_telemetry(town: StoredTown, tmp_path: Path) -> None:
    """What speaks against accepting is asked for each order to accept; rejecting is free."""
    town.store.close()
    asked: list[orders.ReviewRun] = []

    def check(store: SiteStore, order: orders.ReviewRun) -> str:
        asked.append(order)
        return "" if order.off_prediction is not None else "it is 0.2 off"

    town.store = SiteStore(
        tmp_path / "small.range", small_range(), REQUIREMENTS, check_review=check
    )
    town.site = town.store.site
    refused = town.review()
    assert reason_of(refused) is Reason.BAD_ORDER
    assert isinstance(refused, SiteRefused)
    assert refused.detail == "it is 0.2 off"
    assert not isinstance(town.review(off_prediction=0.2), SiteRefused)
    assert [order.off_prediction for order in asked] == [None, 0.2]
    assert town.run.is_accepted
