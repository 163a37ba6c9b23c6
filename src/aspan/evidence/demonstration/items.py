"""The items of a show: each flown one is a card of kind demonstration of its own, small and slow.

Headings are such that the way out and home leads south of the pad and east of it, the spectators
standing north: what flies there in which wind is not known by its heading alone, so every item is
reckoned again before it is flown (`clearance`). Numbers are assumed: a quiet show for people who
have never seen such an aircraft, with no manoeuvre that a test has not flown before.
"""

from typing import Final

import msgspec

from aspan.evidence.card import (
    Bounds,
    Card,
    CardId,
    Check,
    CheckId,
    Crew,
    EnvelopePoint,
    Hazard,
    Limit,
    Minima,
    RequirementId,
)
from aspan.primitives.units import MS_PER_MIN
from aspan.twin.card_profile import LoadState, Segment

REQUIREMENT: Final = RequirementId("SITE-SPECTATORS")

MINIMA: Final = Minima(visibility_m=5_000.0, ceiling_agl_m=450.0, wind_mps=8.0, gust_mps=12.0)
"""Company minima of sight (facts 4.11); wind well under the type's default limit (facts 1.23)."""

LOAD: Final = LoadState(mass_kg=2_100.0, soc=0.45, pack_k=298.15)
"""Charge with which an item is begun at the least: Assumed, twice what one needs and reserve."""

AIR_K: Final = Bounds(low=258.15, high=313.15)


class ShowItem(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a run of show.

    Parameters
    ----------
    length_ms
        Set-up, flight and way back to the stand.
    priority
        The lowest go first where time is short.
    card
        None for what does not fly.
    """

    item_id: str
    title: str
    length_ms: int
    priority: int
    card: Card | None = None


def _card(card_id: str, title: str, volumes: tuple[str, ...], profile: tuple[Segment, ...]) -> Card:
    heights = [segment.height_agl_m for segment in profile]
    return Card(
        card_id=CardId(card_id),
        title=title,
        objective=f"Show spectators: {title.lower()}",
        kind="demonstration",
        step=9,
        requirement_ids=(REQUIREMENT,),
        configuration="as tested, nobody but the crew on board",
        load=LOAD,
        envelope=EnvelopePoint(height_agl_m=Bounds(low=min(heights), high=max(heights))),
        profile=profile,
        steps=("clearance reckoned for the wind reported", title, "land on the pad"),
        limits=(
            Limit(limit_id="link", channel="link", high=5.0),
            Limit(limit_id="pack_temperature", channel="pack_temperature", high=328.15),
        ),
        record=(),
        checks=(
            Check(
                check_id=CheckId(f"{card_id}.spectators"),
                requirement_id=REQUIREMENT,
                severity="must",
                criterion="every flown position keeps the distance and quiet that are owed",
            ),
        ),
        hazards=(
            Hazard(
                hazard_id=f"{card_id}.H1",
                title="Loss of power near spectators",
                cause="a fault of the propulsion or of the battery",
                effect="the aircraft comes down beside its path",
                mitigations=("distance beyond its fall", "no course towards spectators"),
                emergency_procedures=("land straight on", "away from spectators"),
                risk_before="high",
                risk_after="medium",
            ),
        ),
        abort_actions=("knock it off", "land on the pad"),
        minima=msgspec.structs.replace(MINIMA, temperature_k=AIR_K),
        crew=Crew(),
        volume_ids=volumes,
    )


def _hover(label: str, duration_s: float, height_m: float, course_deg: float = 0.0) -> Segment:
    speed_mps = 4.0 if course_deg else 0.0
    return Segment(
        label=label,
        manoeuvre="hover",
        duration_s=duration_s,
        airspeed_mps=speed_mps,
        height_agl_m=height_m,
        course_deg=course_deg,
    )


def _out(course_deg: float) -> Segment:
    return Segment(
        label="out",
        manoeuvre="transition_out",
        duration_s=20.0,
        airspeed_mps=45.0,
        height_agl_m=60.0,
        course_deg=course_deg,
    )


_PASS = Segment(
    label="pass",
    manoeuvre="cruise",
    duration_s=15.0,
    airspeed_mps=45.0,
    height_agl_m=95.0,
    course_deg=120.0,
)

ITEMS: Final = (
    ShowItem(item_id="static", title="Static display", length_ms=20 * MS_PER_MIN, priority=5),
    ShowItem(
        item_id="hover",
        title="Hover and sideways flight",
        length_ms=20 * MS_PER_MIN,
        priority=4,
        card=_card(
            "SHOW-HOVER",
            "Hover and sideways flight",
            ("HOVER", "PAD"),
            (
                _hover("up", 40.0, 20.0),
                _hover("east", 15.0, 20.0, 90.0),
                _hover("west", 15.0, 20.0, 270.0),
            ),
        ),
    ),
    ShowItem(
        item_id="transition",
        title="Transition to the wing and back",
        length_ms=25 * MS_PER_MIN,
        priority=3,
        card=_card(
            "SHOW-TRANSITION",
            "Transition and back",
            ("CIRCUIT", "EAST", "HOVER", "PAD"),
            (_out(120.0),),
        ),
    ),
    ShowItem(
        item_id="fly-by",
        title="Fly-by",
        length_ms=25 * MS_PER_MIN,
        priority=1,
        card=_card(
            "SHOW-FLYBY", "Fly-by", ("CIRCUIT", "EAST", "HOVER", "PAD"), (_out(90.0), _PASS)
        ),
    ),
    ShowItem(
        item_id="landing",
        title="Approach in hover and landing",
        length_ms=20 * MS_PER_MIN,
        priority=2,
        card=_card(
            "SHOW-LANDING",
            "Approach in hover and landing",
            ("HOVER", "PAD"),
            (_hover("high", 15.0, 60.0), _hover("low", 20.0, 10.0)),
        ),
    ),
)
"""The run of show, in its order."""
