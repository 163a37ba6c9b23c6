"""Parts that the code of a scenario builds its cards from: limits, segments, minima, the card.

What a page tells (`prose`) goes into the card as it is told; numbers come from the code. Speeds,
masses and heights here are those of the house, temperatures are given in °C as on the page.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

from aspan.evidence.card import (
    Bounds,
    Card,
    CardId,
    CardKind,
    Check,
    CheckId,
    Crew,
    EnvelopePoint,
    Limit,
    Minima,
    RequirementId,
)
from aspan.evidence.prose import Prose
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import S_PER_MIN, celsius_to_kelvin
from aspan.twin.card_profile import LoadState, Manoeuvre, Segment
from aspan.world.telemetry import CHANNELS

LINK_S: Final = 5.0
"""Without telemetry before a run is knocked off: facts 5.c, assumed there."""

UNIT_POWER_KW: Final = 236.0
"""Peak of one propulsion unit: facts 1.11, not confirmed by the manufacturer."""

PACK_ALERT_C: Final = 55.0
"""Cell temperature of an alert: facts B.6, assumed there."""

CELL_SPREAD_V: Final = 0.10
"""Between the highest and the lowest cell of a pack. Assumed: cells that differ by more than a
tenth of a volt under load differ in health; the maker's own limit is not public."""

SPEED_MPS: Final = 91.5
"""Above the greatest speed of facts 1.12 by 2.1 m/s, which a clean run never comes near."""


def ground_limits(**more: tuple[float | None, float | None]) -> tuple[Limit, ...]:
    """Return what is watched whenever packs give or take power on the ground, and `more`.

    Parameters
    ----------
    more
        Low and high bound by channel; each limit is named as its channel.
    """
    usual: dict[str, tuple[float | None, float | None]] = {
        "link": (None, LINK_S),
        "pack_temperature": (None, celsius_to_kelvin(PACK_ALERT_C)),
        "cell_spread": (None, CELL_SPREAD_V),
    }
    return tuple(
        Limit(limit_id=name, channel=name, low=low, high=high)
        for name, (low, high) in (usual | more).items()
    )


def flight_limits(**more: tuple[float | None, float | None]) -> tuple[Limit, ...]:
    """Return what is watched whenever the aircraft flies, and `more`."""
    return ground_limits(unit_power=(None, UNIT_POWER_KW), fence=(None, 0.0), **more)


def on_ground(label: str, duration_s: float) -> Segment:
    """Return a stay on the stand with the auxiliaries alone."""
    return Segment(label=label, manoeuvre="ground", duration_s=duration_s)


def contactors_open(label: str, duration_s: float) -> Segment:
    """Return a stay on the stand with nothing through the packs: sensors show their zero."""
    return Segment(label=label, manoeuvre="open", duration_s=duration_s)


def charge(label: str, minutes: float, power_kw: float) -> Segment:
    """Return a charge under a cap on the power into the battery."""
    return Segment(
        label=label, manoeuvre="charge", duration_s=minutes * S_PER_MIN, power_kw=power_kw
    )


def discharge(label: str, minutes: float, power_kw: float) -> Segment:
    """Return a load on the load bank, until it is over or the packs cut off."""
    return Segment(
        label=label, manoeuvre="discharge", duration_s=minutes * S_PER_MIN, power_kw=power_kw
    )


def hover(label: str, duration_s: float, height_m: float, *, speed_mps: float = 0.0,
          course_deg: float = 0.0) -> Segment:  # fmt: skip
    """Return a hover, still or moving through the air."""
    return Segment(
        label=label,
        manoeuvre="hover",
        duration_s=duration_s,
        height_agl_m=height_m,
        airspeed_mps=speed_mps,
        course_deg=course_deg,
    )


def on_wing(label: str, duration_s: float, height_m: float, speed_mps: float, *,
            course_deg: float = 0.0, manoeuvre: Manoeuvre = "cruise") -> Segment:  # fmt: skip
    """Return level flight on the wing, or a climb or descent that ends at `height_m`."""
    return Segment(
        label=label,
        manoeuvre=manoeuvre,
        duration_s=duration_s,
        height_agl_m=height_m,
        airspeed_mps=speed_mps,
        course_deg=course_deg,
    )


def transition(label: str, duration_s: float, height_m: float, speed_mps: float, *,
               is_out: bool, course_deg: float = 0.0) -> Segment:  # fmt: skip
    """Return the way from hover to a speed on the wing, or from it back to hover."""
    return Segment(
        label=label,
        manoeuvre="transition_out" if is_out else "transition_in",
        duration_s=duration_s,
        height_agl_m=height_m,
        airspeed_mps=speed_mps,
        course_deg=course_deg,
    )


TRANSITION_M: Final = 65.0
"""Height of transitions. Assumed: above the floor of the circuit, low enough to land from soon."""

WAY: Final = "way-"
"""Labels of what is flown only to get to a point begin so; nothing is judged in them."""

_TRANSITION_S: Final = 25.0
_WING_MPS: Final = 57.0


def to_the_wing(course_deg: float = 90.0) -> tuple[Segment, ...]:
    """Return the way from the pad to the wing, as every sortie flies it."""
    return (
        hover("way-lift-off", 10.0, TRANSITION_M),
        transition(
            "way-out", _TRANSITION_S, TRANSITION_M, _WING_MPS, is_out=True, course_deg=course_deg
        ),
    )


def from_the_wing(course_deg: float = 270.0) -> tuple[Segment, ...]:
    """Return the way from the wing to over the pad."""
    return (
        on_wing("way-home", 10.0, TRANSITION_M + 15.0, _WING_MPS, course_deg=course_deg),
        transition(
            "way-in", _TRANSITION_S, TRANSITION_M, _WING_MPS, is_out=False, course_deg=course_deg
        ),
        hover("way-over", 5.0, TRANSITION_M),
    )


def minima(*, wind_mps: float, gust_mps: float, air_c: tuple[float | None, float | None],
           visibility_m: float = 5_000.0, ceiling_agl_m: float = 450.0) -> Minima:  # fmt: skip
    """Return weather minima; sight and ceiling are the company's (facts 4.11) unless given."""
    low, high = (None if c is None else celsius_to_kelvin(c) for c in air_c)
    return Minima(
        visibility_m=visibility_m,
        ceiling_agl_m=ceiling_agl_m,
        wind_mps=wind_mps,
        gust_mps=gust_mps,
        temperature_k=Bounds(low=low, high=high),
    )


def make_card(
    prose: Prose,
    card_id: str,
    *,
    kind: CardKind,
    step: int,
    load: LoadState,
    profile: tuple[Segment, ...],
    limits: tuple[Limit, ...],
    minima: Minima,
    volume_ids: tuple[str, ...],
    envelope: EnvelopePoint = EnvelopePoint(),  # noqa: B008  frozen
    crew: Crew = Crew(),  # noqa: B008  frozen
    after: Iterable[str] = (),
    repeats: int = 1,
    prediction_band: float = 0.10,
    priority: float = 1.0,
    failure: str = "",
) -> Card:
    """Return the card that the page tells under `card_id`, with these numbers."""
    if card_id not in prose.cards:
        raise InvalidInput(f"{prose.file}: ### {card_id}", None, "the section of this card")
    told = prose.cards[card_id]
    checks = tuple(
        Check(
            check_id=CheckId(f"{card_id}.{check.name}"),
            requirement_id=RequirementId(check.requirement_id),
            severity=check.severity,
            criterion=check.criterion,
        )
        for check in told.part.checks
    )
    return Card(
        card_id=CardId(card_id),
        title=told.title,
        objective=told.objective,
        kind=kind,
        step=step,
        requirement_ids=tuple(dict.fromkeys(check.requirement_id for check in checks)),
        configuration=told.part.configuration,
        load=load,
        envelope=envelope,
        profile=profile,
        steps=told.part.steps,
        limits=limits,
        record=list_channels(told.part.record),
        checks=checks,
        hazards=told.part.hazards,
        abort_actions=told.part.abort_actions,
        minima=minima,
        crew=crew,
        volume_ids=volume_ids,
        after=tuple(CardId(other) for other in after),
        repeats=repeats,
        prediction_band=prediction_band,
        priority=priority,
        failure=failure,
    )


def list_channels(patterns: Iterable[str]) -> tuple[str, ...]:
    """Return the channels that any of the patterns names, `*` standing for any letters."""
    asked = tuple(patterns)
    return tuple(
        channel.name
        for channel in CHANNELS
        if any(fnmatchcase(channel.name, pattern) for pattern in asked)
    )
