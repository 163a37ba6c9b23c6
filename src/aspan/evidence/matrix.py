"""The matrix: requirement, objective, card, check, run, evidence; read either way, gaps first.

Drawn from the campaign, from what the site's log says was flown, and from the verdicts: it holds
nothing of its own. A run counts for the version of its card that stands now; one of an older
version is a gap, as the card was changed after it. What a requirement that is shown elsewhere, or
by inspection alone, needs of cards is nothing; that it has none is no gap.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, Protocol

import msgspec

from aspan.evidence.card import Card, CardId, CheckId, RequirementId
from aspan.evidence.requirement import Requirement, told_as
from aspan.evidence.scenarios import Campaign
from aspan.evidence.site_events import TelemetryKept
from aspan.evidence.verdict import Outcome, Verdict

GapKind = Literal[
    "requirement_without_card",
    "card_without_requirement",
    "check_without_run",
    "run_without_verdict",
    "run_of_old_version",
    "check_failed",
    "check_inconclusive",
]

GAP_ORDER: Final[tuple[GapKind, ...]] = (
    "check_failed",
    "requirement_without_card",
    "card_without_requirement",
    "run_of_old_version",
    "run_without_verdict",
    "check_inconclusive",
    "check_without_run",
)
"""What weighs most comes first."""

_FLOWN_MEANS: Final = ("ground_test", "flight_test")


class FlownRun(Protocol):
    """What the matrix asks of a run; `site_state.RunRecord` has it."""

    run_id: str
    card_id: CardId
    version: str
    begun_at_ms: int | None
    telemetry: TelemetryKept | None


class Link(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One way through the matrix; empty from where nothing is there yet.

    Parameters
    ----------
    evidence_sha256
        Of the manifest of the run's telemetry.
    """

    requirement_id: RequirementId
    card_id: CardId
    objective: str
    check_id: CheckId
    run_id: str = ""
    evidence_sha256: str = ""
    outcome: Outcome | None = None


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Something missing between requirement and evidence."""

    kind: GapKind
    subject: str
    words: str


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """Gaps, and every link from requirement to evidence, in the campaign's order.

    Parameters
    ----------
    told_as
        Words that must stand beside a requirement that nobody has checked.
    """

    gaps: tuple[Gap, ...]
    links: tuple[Link, ...]
    told_as: dict[RequirementId, str]

    def of_requirement(self, requirement_id: RequirementId) -> tuple[Link, ...]:
        """Return the links from a requirement on."""
        return tuple(link for link in self.links if link.requirement_id == requirement_id)

    def of_card(self, card_id: CardId) -> tuple[Link, ...]:
        """Return the links through a card, back to its requirements and on to its runs."""
        return tuple(link for link in self.links if link.card_id == card_id)

    def of_run(self, run_id: str) -> tuple[Link, ...]:
        """Return the links that end in a run."""
        return tuple(link for link in self.links if link.run_id == run_id)


def draw_matrix(
    campaign: Campaign,
    runs: Iterable[FlownRun] = (),
    verdicts: Mapping[str, Sequence[Verdict]] | None = None,
) -> Matrix:
    """Return the matrix of a campaign as it stands.

    Parameters
    ----------
    runs
        Those that never began are left out.
    verdicts
        Of each run, by its id.
    """
    flown = [run for run in runs if run.begun_at_ms is not None]
    told = verdicts or {}
    links = tuple(_list_links(campaign, flown, told))
    gaps = [
        *_list_plan_gaps(campaign),
        *_list_run_gaps(campaign, flown, told),
        *_list_link_gaps(links),
    ]
    return Matrix(
        gaps=tuple(sorted(gaps, key=lambda gap: GAP_ORDER.index(gap.kind))),
        links=links,
        told_as={name: told_as(each) for name, each in campaign.requirements.items()},
    )


def needs_card(requirement: Requirement) -> bool:
    """Say whether a requirement is to be shown by a card of this site."""
    return requirement.status == "open" and any(m in _FLOWN_MEANS for m in requirement.means)


def _list_links(
    campaign: Campaign, runs: Sequence[FlownRun], verdicts: Mapping[str, Sequence[Verdict]]
) -> Iterator[Link]:
    """Yield a link for each check, and for each run of it that counts."""
    order = {name: n for n, name in enumerate(campaign.requirements)}
    checks = [(card, check) for card in campaign.cards.values() for check in card.checks]
    for card, check in sorted(checks, key=lambda pair: order[pair[1].requirement_id]):
        link = Link(
            requirement_id=check.requirement_id,
            card_id=card.card_id,
            objective=card.objective,
            check_id=check.check_id,
        )
        counted = [run for run in runs if _counts(campaign, card, run)]
        for run in counted:
            found = [v for v in verdicts.get(run.run_id, ()) if v.check_id == check.check_id]
            yield msgspec.structs.replace(
                link,
                run_id=run.run_id,
                evidence_sha256="" if run.telemetry is None else run.telemetry.manifest_sha256,
                outcome=found[0].outcome if found else None,
            )
        if not counted:
            yield link


def _counts(campaign: Campaign, card: Card, run: FlownRun) -> bool:
    return run.card_id == card.card_id and run.version == campaign.versions[card.card_id]


def _list_plan_gaps(campaign: Campaign) -> Iterator[Gap]:
    """Yield requirements that no card shows, and cards that show none."""
    served = {name for card in campaign.cards.values() for name in card.requirement_ids}
    for name, requirement in campaign.requirements.items():
        if name not in served and needs_card(requirement):
            yield Gap(
                kind="requirement_without_card",
                subject=name,
                words=f"No card shows {name} ({requirement.title})",
            )
    for card in campaign.cards.values():
        if not card.requirement_ids:
            words = f"Card {card.card_id} shows no requirement"
            yield Gap(kind="card_without_requirement", subject=card.card_id, words=words)


def _list_run_gaps(
    campaign: Campaign, runs: Sequence[FlownRun], verdicts: Mapping[str, Sequence[Verdict]]
) -> Iterator[Gap]:
    """Yield runs that count for nothing: of a card as it no longer is, or not judged."""
    for run in runs:
        if campaign.versions.get(run.card_id) != run.version:
            words = f"Run {run.run_id} was flown by another version of card {run.card_id}"
            yield Gap(kind="run_of_old_version", subject=run.run_id, words=words)
        elif not verdicts.get(run.run_id):
            words = f"Run {run.run_id} of card {run.card_id} was not judged"
            yield Gap(kind="run_without_verdict", subject=run.run_id, words=words)


def _list_link_gaps(links: Sequence[Link]) -> Iterator[Gap]:
    """Yield checks that were not flown, that failed, or that no run could tell about."""
    passed = {link.check_id for link in links if link.outcome == "pass"}
    for link in links:
        if not link.run_id:
            words = f"Check {link.check_id} was not flown"
            yield Gap(kind="check_without_run", subject=link.check_id, words=words)
        elif link.outcome == "fail":
            words = f"Check {link.check_id} failed in run {link.run_id}"
            yield Gap(kind="check_failed", subject=link.check_id, words=words)
        elif link.outcome == "inconclusive" and link.check_id not in passed:
            words = f"Run {link.run_id} does not tell about check {link.check_id}"
            yield Gap(kind="check_inconclusive", subject=link.check_id, words=words)
