"""What the files of a package hold, beside the log, the telemetry and the cards' own files.

All of it but what judges and estimators said is drawn from the log, so that a check can draw it
again and compare.
"""

from typing import Final, Literal

import msgspec

from aspan.evidence.card import Card, CardId
from aspan.evidence.people import PersonId, Role
from aspan.evidence.requirement import Requirement
from aspan.evidence.verdict import Verdict

SITE: Final = "site.json"
CARDS: Final = "cards.json"
RUNS: Final = "runs.json"
REQUIREMENTS: Final = "requirements.json"
VERDICTS: Final = "verdicts.json"
ESTIMATES: Final = "estimates.json"
REPORT: Final = "report.html"
READ_ME: Final = "READ-ME.txt"

TWIN_FILES: Final = "cards"
"""Folder of the cards' own files, by version."""

TELEMETRY: Final = "runs"
"""Folder of telemetry, by run."""


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decided, and the signature under it as the log has it."""

    person_id: PersonId
    name: str
    at_ms: int
    signature: str


class CardEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a card that was put before the site.

    Parameters
    ----------
    is_approved
        Whether its approvals suffice, at the end of the log.
    has_twin_files
        Whether the two files the version is the hash of are in the package.
    """

    card: Card
    version: str
    author: Word
    approvals: tuple[Word, ...]
    is_approved: bool
    has_twin_files: bool


class PersonEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the site and the key by which their word is known."""

    person_id: PersonId
    name: str
    roles: tuple[Role, ...]
    public_key: str
    is_dismissed: bool


class SiteEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Which site and campaign it is, and who decided there.

    Parameters
    ----------
    not_filed
        Cards of the campaign that nobody has put before the site yet, with their titles.
    """

    city_id: str
    city_names: dict[str, str]
    site_names: dict[str, str]
    time_zone: str
    campaign_id: str
    people: tuple[PersonEntry, ...]
    not_filed: tuple[tuple[CardId, str], ...]


class ListLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a go/no-go list as it was signed: what was found, by whom, and when.

    Parameters
    ----------
    found, asked
        In words, with the number.
    """

    line: str
    is_go: bool
    found: str
    asked: str
    source: str
    observed_at_ms: int | None


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A knock-it-off: which limit or which person, why, and how far beyond.

    Parameters
    ----------
    by
        Name of the person who called it; "" where a limit was watched.
    """

    at_ms: int
    why: str
    by: str
    value: float | None = None


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wrote about a run."""

    word: Word
    text: str


class Raw(msgspec.Struct, frozen=True, kw_only=True):
    """Telemetry of a run as it is kept.

    Parameters
    ----------
    folder
        In the package.
    source
        Whose telemetry it is; what the twin flew is never shown as an aircraft's.
    manifest_sha256
        As the log has it: of the run's own manifest, which has those of its parts.
    doubtful_rows
        Kept and flagged; see the run's manifest.
    """

    folder: str
    source: Literal["aircraft", "twin"]
    manifest_sha256: str
    rows: int
    gaps: int
    doubtful_rows: int


class RunEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a card, from its release to its review."""

    run_id: str
    card_id: CardId
    version: str
    slot_id: str
    aircraft_id: str
    volume_ids: tuple[str, ...]
    slot_from_ms: int
    slot_until_ms: int
    crew: tuple[tuple[str, str], ...]
    phase: str
    release: Word | None
    lines: tuple[ListLine, ...]
    begun: Word | None
    ended: Word | None
    stops: tuple[Stop, ...]
    deviations: tuple[Remark, ...]
    review: Remark | None
    is_accepted: bool | None
    raw: tuple[Raw, ...]


class RunVerdicts(msgspec.Struct, frozen=True, kw_only=True):
    """What the judges of a card said of one run.

    Parameters
    ----------
    not_judged
        Why nothing was judged; "" where it was.
    """

    run_id: str
    card_id: CardId
    version: str
    verdicts: tuple[Verdict, ...]
    not_judged: str = ""


Shown = Literal[
    "shown",
    "shown_in_twin",
    "failed",
    "inconclusive",
    "flown",
    "approved",
    "filed",
    "planned",
    "elsewhere",
    "none",
]
"""How far a requirement is: shown (by an aircraft, or in the twin only), or what is missing;
elsewhere: not to be shown here at all."""


class RequirementEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the matrix: a requirement, its cards, their runs and what these showed."""

    requirement: Requirement
    shown: Shown
    card_ids: tuple[CardId, ...]
    run_ids: tuple[str, ...]
    gaps: tuple[str, ...]


def sort_gaps_first(rows: tuple[RequirementEntry, ...]) -> tuple[RequirementEntry, ...]:
    """Return the rows of the matrix, those with the widest gap first, then by id."""
    order = (
        "failed",
        "none",
        "planned",
        "filed",
        "approved",
        "flown",
        "inconclusive",
        "shown_in_twin",
        "shown",
        "elsewhere",
    )
    return tuple(
        sorted(rows, key=lambda r: (order.index(r.shown), str(r.requirement.requirement_id)))
    )
