"""The matrix is drawn both ways from campaign, runs and verdicts, and shows its gaps first."""

from pathlib import Path

import msgspec
import pytest

from aspan.evidence.card import CardId, CheckId, RequirementId
from aspan.evidence.matrix import GAP_ORDER, draw_matrix
from aspan.evidence.scenarios import Campaign, load_campaign
from aspan.evidence.site_events import TelemetryKept
from aspan.evidence.verdict import Outcome, Verdict
from shipped import read_shipped_campaign
from unit.evidence.small_campaign import write_campaign


class Run(msgspec.Struct, kw_only=True):
    """A run as the site's log tells it, no more than the matrix asks for."""

    run_id: str
    card_id: CardId
    version: str
    begun_at_ms: int | None = 1
    telemetry: TelemetryKept | None = None


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    """Return two cards with two checks each, of one requirement; another is shown elsewhere."""
    return load_campaign(*write_campaign(tmp_path))


def _verdicts(card: str, packs: Outcome, height: Outcome) -> list[Verdict]:
    return [
        Verdict(check_id=CheckId(f"{card}.{name}"), outcome=outcome, words="seen")
        for name, outcome in (("packs", packs), ("height", height))
    ]


def _run(campaign: Campaign, run_id: str, card: str) -> Run:
    card_id = CardId(card)
    return Run(run_id=run_id, card_id=card_id, version=campaign.versions[card_id])


def test_nothing_flown_is_all_gaps(campaign: Campaign) -> None:
    """Every check is there with its objective, and is a gap."""
    matrix = draw_matrix(campaign)
    assert [link.check_id for link in matrix.of_requirement(RequirementId("R-1"))] == [
        "A1.packs", "A1.height", "A2.packs", "A2.height",
    ]  # fmt: skip
    assert {link.objective for link in matrix.of_card(CardId("A1"))} == {
        "Hover for the first time."
    }
    assert [gap.kind for gap in matrix.gaps] == ["check_without_run"] * 4
    assert matrix.told_as[RequirementId("R-2")].startswith("recalled")


def test_a_judged_run_closes_its_gaps_both_ways(campaign: Campaign) -> None:
    """Verdicts are found from requirement and from run; what is not flown stays open."""
    runs = [_run(campaign, "R7", "A1")]
    matrix = draw_matrix(campaign, runs, {"R7": _verdicts("A1", "pass", "pass")})
    assert [link.outcome for link in matrix.of_run("R7")] == ["pass", "pass"]
    assert {gap.subject for gap in matrix.gaps} == {"A2.packs", "A2.height"}


def test_failures_come_first(campaign: Campaign) -> None:
    """A failed check stands before what was only not flown, or could not be told."""
    runs = [_run(campaign, "R1", "A1"), _run(campaign, "R2", "A1")]
    told = {"R1": _verdicts("A1", "fail", "inconclusive"), "R2": _verdicts("A1", "pass", "pass")}
    kinds = [gap.kind for gap in draw_matrix(campaign, runs, told).gaps]
    assert kinds == ["check_failed", "check_without_run", "check_without_run"]
    told["R2"] = _verdicts("A1", "pass", "inconclusive")
    kinds = [gap.kind for gap in draw_matrix(campaign, runs, told).gaps]
    assert kinds.count("check_inconclusive") == 2
    assert kinds == sorted(kinds, key=GAP_ORDER.index)


def test_a_changed_card_is_not_shown_by_its_old_runs(campaign: Campaign) -> None:
    """A run of another version counts for nothing and is a gap by itself."""
    runs = [Run(run_id="R1", card_id=CardId("A1"), version="0" * 64)]
    matrix = draw_matrix(campaign, runs, {"R1": _verdicts("A1", "pass", "pass")})
    assert matrix.of_run("R1") == ()
    assert matrix.gaps[0].kind == "run_of_old_version"


def test_runs_that_nobody_judged_are_gaps(campaign: Campaign) -> None:
    """A run without verdicts is named; one that never began is not a run."""
    runs = [_run(campaign, "R1", "A1"), _run(campaign, "R2", "A1")]
    runs[1].begun_at_ms = None
    gaps = [gap for gap in draw_matrix(campaign, runs).gaps if gap.kind == "run_without_verdict"]
    assert [gap.subject for gap in gaps] == ["R1"]


def test_alatau_says_which_requirements_no_card_shows() -> None:
    """Of the shipped requirements only those that need a card are asked for one."""
    matrix = draw_matrix(read_shipped_campaign("alatau"))
    missing = [gap.subject for gap in matrix.gaps if gap.kind == "requirement_without_card"]
    assert "JS4.2311" not in missing
    assert set(missing) <= {"JS4.2300", "JS4.2500", "JS4.2600", "SITE-OUTWASH"}
    assert all(gap.kind != "card_without_requirement" for gap in matrix.gaps)
