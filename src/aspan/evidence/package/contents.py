"""What the files of a package hold, beside the log, the telemetry and the cards' own files.

All of it but what judges and estimators said is drawn from the log, so that a check can draw it
again and compare.
"""

from typing import Final, Literal

import msgspec

from aspan.evidence.card import Card, CardId
from aspan.evidence.go_no_go_list import GoNoGo
from aspan.evidence.people import PersonId, Role, SiteId
from aspan.evidence.requirement import Requirement
from aspan.evidence.site_events import Slot
from aspan.evidence.verdict import Verdict

SITE: Final = "site.json"
CARDS: Final = "cards.json"
PLANNED: Final = "planned.json"
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


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wrote under their decision."""

    word: Word
    text: str


class CardEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a card that was put before the site.

    Parameters
    ----------
    withdrawn
        Approvals that were taken back, and why.
    is_approved
        Whether its approvals suffice, at the end of the log or when the next version came.
    """

    card: Card
    version: str
    author: Word
    approvals: tuple[Word, ...] = ()
    withdrawn: tuple[Remark, ...] = ()
    is_approved: bool = False


class PersonEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the site and the key by which their word is known."""

    person_id: PersonId
    name: str
    roles: tuple[Role, ...]
    public_key: str
    is_dismissed: bool


class SiteEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Which site it is, and who decided there; `site_id` is that of its founding."""

    site_id: SiteId
    is_training: bool
    city_id: str
    city_names: dict[str, str]
    site_names: dict[str, str]
    time_zone: str
    people: tuple[PersonEntry, ...]


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A knock-it-off: which limit was passed or which person called, and why.

    Parameters
    ----------
    at_ms
        In telemetry time; the instant of the call where a person called.
    by
        Name of the person who called it; "" where a limit was watched.
    """

    at_ms: int
    limit_id: str
    why: str
    by: str
    value: float | None = None


class Raw(msgspec.Struct, frozen=True, kw_only=True):
    """Telemetry of a run as it is kept.

    Parameters
    ----------
    manifest_sha256
        As the log has it: of the run's own manifest, which has those of its parts.
    flagged
        Rows that are doubtful: kept, and flagged.
    is_twin
        What the twin flew is never shown as an aircraft's.
    recorder_id
        What recorded it.
    """

    manifest_sha256: str
    rows: int
    gaps: int
    flagged: int
    is_twin: bool
    recorder_id: str


class RunEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a card, from its release to its review; unset where it did not come so far.

    Parameters
    ----------
    go_no_go
        The list as it was evaluated and signed last.
    crew
        Names and roles.
    raw
        Its telemetry as reported last.
    """

    run_id: str
    card_id: CardId
    version: str
    slot: Slot
    crew: tuple[tuple[str, str], ...]
    release: Word | None = None
    go_no_go: GoNoGo | None = None
    begun: Word | None = None
    ended: Word | None = None
    stops: tuple[Stop, ...] = ()
    deviations: tuple[Remark, ...] = ()
    review: Remark | None = None
    is_accepted: bool | None = None
    off_prediction: float | None = None
    raw: Raw | None = None


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
