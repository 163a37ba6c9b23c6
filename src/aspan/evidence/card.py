"""A test card: one objective, flown at one point of the envelope under limits and conditions.

What facts 5.c lists of a test card and of a hazard record is here as data; the twin `name.md` tells
it to people, `name.py` builds it and judges the run. `version` is the SHA-256 of both: a card that
changed in any byte needs its approvals anew.
"""

from typing import Literal, NewType

import msgspec

from aspan.twin.card_profile import LoadState, Segment

CardId = NewType("CardId", str)
CheckId = NewType("CheckId", str)
RequirementId = NewType("RequirementId", str)

Risk = Literal["low", "medium", "high"]
"""Of a hazard or a card; approvals rise with it (`approval_rule`)."""

CardKind = Literal[
    "ground",
    "hover",
    "transition",
    "cruise",
    "wind",
    "heat",
    "cold",
    "high",
    "charging",
    "noise",
    "failure",
    "demonstration",
]


class Bounds(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A closed range of one quantity, named with its unit; open on a side that is None."""

    low: float | None = None
    high: float | None = None


class EnvelopePoint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where in the envelope the card is flown."""

    airspeed_mps: Bounds = Bounds()
    height_agl_m: Bounds = Bounds()
    density_altitude_m: Bounds = Bounds()
    wind_mps: Bounds = Bounds()


class Limit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A knock-it-off limit on one channel, watched live.

    Parameters
    ----------
    limit_id
        Unique on the card.
    channel
        A name of `world.telemetry`, or one of: `link` (high: seconds without telemetry),
        `fence` (high: metres outside the booked volume, 0), `cell_spread` and
        `pack_temperature` (every pack), `unit_power` (shaft power of every unit [kW]).
    low, high
        At or beyond which the run is knocked off; None on a side without.
    """

    limit_id: str
    channel: str
    low: float | None = None
    high: float | None = None


class Hazard(msgspec.Struct, frozen=True, kw_only=True):
    """A hazard record, with the fields of facts 5.c."""

    hazard_id: str
    title: str
    cause: str
    effect: str
    mitigations: tuple[str, ...]
    emergency_procedures: tuple[str, ...]
    risk_before: Risk
    risk_after: Risk


class Minima(msgspec.Struct, frozen=True, kw_only=True):
    """Weather at the pad and at the alternate within which the card may be begun and held."""

    visibility_m: float
    ceiling_agl_m: float
    wind_mps: float
    gust_mps: float
    temperature_k: Bounds = Bounds()
    is_day_only: bool = True


class Crew(msgspec.Struct, frozen=True, kw_only=True):
    """Who must be there: how many of each role of `people.Role`."""

    pilots: int = 1
    flight_test_engineers: int = 1
    safety_pilots: int = 0


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A pass criterion of a card: what is judged, for which requirement, how severe a failure is.

    Parameters
    ----------
    severity
        must (the card fails), should (it passes with a deviation), info (told).
    criterion
        In words, with the number.
    """

    check_id: CheckId
    requirement_id: RequirementId
    severity: Literal["must", "should", "info"]
    criterion: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One test card.

    Parameters
    ----------
    step
        Build-up step of the campaign it belongs to, from 1 (facts 5.c: build-up).
    after
        Cards that must be flown and reviewed before it may open.
    fato_id, volume_ids
        What of the range it books.
    repeats
        Runs wanted of it.
    record
        Channels that must be there, besides position.
    prediction_band
        Share of the model by which the trend may differ before the next card opens (0.10).
    priority
        Weight in the plan, above 0.
    """

    card_id: CardId
    title: str
    objective: str
    kind: CardKind
    step: int
    requirement_ids: tuple[RequirementId, ...]
    configuration: str
    load: LoadState
    envelope: EnvelopePoint
    profile: tuple[Segment, ...]
    steps: tuple[str, ...]
    limits: tuple[Limit, ...]
    record: tuple[str, ...]
    checks: tuple[Check, ...]
    hazards: tuple[Hazard, ...]
    abort_actions: tuple[str, ...]
    minima: Minima
    crew: Crew
    volume_ids: tuple[str, ...]
    after: tuple[CardId, ...] = ()
    repeats: int = 1
    prediction_band: float = 0.10
    priority: float = 1.0
    failure: str = ""


def card_risk(card: Card) -> Risk:
    """Return the highest risk that is left after mitigation of any hazard of the card."""
    order: tuple[Risk, ...] = ("low", "medium", "high")
    return order[max((order.index(h.risk_after) for h in card.hazards), default=0)]
