"""What the pages of the test site are told, field for field; instants are ms UTC."""

import msgspec

from aspan.evidence.card import Card, CardId, RequirementId, Risk
from aspan.evidence.fence_noise import FenceNoise
from aspan.evidence.go_no_go_list import GoNoGo
from aspan.evidence.lifecycles import CardPhase, RunPhase
from aspan.evidence.matrix import Gap, Link
from aspan.evidence.orders import Evidence
from aspan.evidence.people import PersonId, Role, SiteId
from aspan.evidence.refusals import Reason
from aspan.evidence.reports import ReportWeather
from aspan.evidence.safety_zone import SafetyZone
from aspan.evidence.site_events import (
    DeviationNoted,
    KnockedOff,
    LimitFound,
    RunReviewed,
    TelemetryKept,
)
from aspan.primitives.ids import AircraftId
from aspan.world.geozones import Ring
from aspan.world.range import RangeAircraft, RangeVolume
from aspan.world.vertiport import Names


class FacesPage(msgspec.Struct, frozen=True, kw_only=True):
    """Which pages beside the desk this service has."""

    has_test_site: bool


class PersonLine(msgspec.Struct, frozen=True, kw_only=True):
    """A person who may decide."""

    person_id: PersonId
    name: str
    roles: tuple[Role, ...]


class LineNeeded(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the go/no-go list that wants evidence: yes or no, a value in a unit, or words."""

    line: str
    how: str
    unit: str


class RangePage(msgspec.Struct, frozen=True, kw_only=True):
    """The site as it stands.

    Parameters
    ----------
    site_id
        Orders are signed for it.
    is_twin
        Whether runs are flown by the twin; a site that is founded here is a training site then.
    evidence_lines
        What a release must bring evidence for.
    weather
        The newest report of pad and alternate.
    """

    site_id: SiteId
    city_id: str
    time_zone: str
    names: Names
    now_at_ms: int
    is_twin: bool
    pad_lon_deg: float
    pad_lat_deg: float
    pad_elevation_amsl_m: float
    fence: Ring
    spectator_rings: tuple[Ring, ...]
    volumes: tuple[RangeVolume, ...]
    aircraft: tuple[RangeAircraft, ...]
    people: tuple[PersonLine, ...]
    evidence_lines: tuple[LineNeeded, ...]
    weather: tuple[ReportWeather, ...]
    events: int
    log_sha256: str


class ApprovalLine(msgspec.Struct, frozen=True, kw_only=True):
    """Whose word a card has."""

    person_id: PersonId
    at_ms: int


class CardLine(msgspec.Struct, frozen=True, kw_only=True):
    """A card of the campaign in a row of the list.

    Parameters
    ----------
    version
        As its files stand now.
    filed_version
        The newest before the site; empty if it was never filed.
    phase
        Of the filed version; None if it was never filed.
    places_open
        Approvals still wanted, each with the roles that may give it.
    waits_for
        Cards before it that are not flown and accepted.
    runs_accepted
        Of the `repeats` wanted.
    """

    card_id: CardId
    title: str
    kind: str
    step: int
    scenario: str
    risk: Risk
    priority: float
    repeats: int
    version: str
    filed_version: str
    phase: CardPhase | None
    authors: tuple[PersonId, ...]
    approvals: tuple[ApprovalLine, ...]
    places_open: tuple[tuple[Role, ...], ...]
    after: tuple[CardId, ...]
    waits_for: tuple[CardId, ...]
    runs: tuple[str, ...]
    runs_accepted: int


class CardPage(msgspec.Struct, frozen=True, kw_only=True):
    """A card whole, as its files stand now.

    Parameters
    ----------
    prose
        The scenario's page, Markdown.
    """

    line: CardLine
    card: Card
    prose: str
    safety: SafetyZone
    noise: FenceNoise


class SlotLine(msgspec.Struct, frozen=True, kw_only=True):
    """A slot, and what became of it."""

    slot_id: str
    card_id: CardId
    volume_ids: tuple[str, ...]
    from_at_ms: int
    until_at_ms: int
    aircraft_id: AircraftId
    crew: tuple[tuple[PersonId, str], ...]
    booked_by: PersonId
    is_freed: bool
    runs: tuple[str, ...]


class RunLine(msgspec.Struct, frozen=True, kw_only=True):
    """A run in a row of the list."""

    run_id: str
    card_id: CardId
    version: str
    slot_id: str
    aircraft_id: AircraftId
    phase: RunPhase
    begun_at_ms: int | None
    ended_at_ms: int | None
    is_knocked_off: bool
    is_accepted: bool | None


class RunPage(msgspec.Struct, frozen=True, kw_only=True):
    """A run whole.

    Parameters
    ----------
    released_at_ms
        None while no signed list says go.
    rows, last_at_ms
        Of the telemetry that has come; 0 and None before any.
    is_fed
        Whether telemetry is arriving now.
    """

    line: RunLine
    go_no_go: GoNoGo | None
    evidence: tuple[Evidence, ...]
    released_by: PersonId
    released_at_ms: int | None
    knocked_off: tuple[KnockedOff, ...]
    limits_found: tuple[LimitFound, ...]
    deviations: tuple[DeviationNoted, ...]
    telemetry: TelemetryKept | None
    review: RunReviewed | None
    rows: int
    last_at_ms: int | None
    is_fed: bool


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of some channels; None where a sensor was silent.

    Parameters
    ----------
    columns
        By channel, as long as `at_ms`.
    """

    run_id: str
    at_ms: tuple[int, ...]
    columns: dict[str, tuple[float | None, ...]]
    is_fed: bool


class OrderAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an order that was taken: the events, by name.

    Parameters
    ----------
    telemetry_token
        Of a run just begun that an aircraft flies: what the sender of its telemetry shows.
    """

    at_ms: int
    events: tuple[str, ...]
    go_no_go: GoNoGo | None = None
    telemetry_token: str = ""


class OrderRefusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why an order was not taken; the list where it said no."""

    reason: Reason
    detail: str
    go_no_go: GoNoGo | None = None


class MatrixPage(msgspec.Struct, frozen=True, kw_only=True):
    """From requirement to evidence, gaps first.

    Parameters
    ----------
    told_as
        Words that must stand beside a requirement that nobody has checked.
    titles
        Of every requirement, in order.
    runs_waiting
        Runs that were not judged yet; asked again, the matrix has them.
    """

    gaps: tuple[Gap, ...]
    links: tuple[Link, ...]
    told_as: dict[RequirementId, str]
    titles: dict[RequirementId, str]
    runs_waiting: int


class ListRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask how the go/no-go list would stand; signs and changes nothing."""

    card_id: CardId
    slot_id: str
    evidence: tuple[Evidence, ...] = ()
