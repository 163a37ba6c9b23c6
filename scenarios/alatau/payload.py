"""Payload and balance: the mass of the service in hover and on the wing, both ends of balance."""

from aspan.evidence.card import Bounds, Card, EnvelopePoint
from aspan.evidence.card_parts import (
    flight_limits,
    from_the_wing,
    hover,
    make_card,
    minima,
    on_wing,
    to_the_wing,
)
from aspan.evidence.judging import check
from aspan.evidence.prose import read_prose
from aspan.evidence.usual_judges import held, packs_at_most, power_near, units_at_most
from aspan.twin.card_profile import LoadState, Segment

PROSE = read_prose(__file__)


def _card(
    card_id: str,
    after: tuple[str, ...],
    *,
    mass_kg: float,
    cg_share: float,
    profile: tuple[Segment, ...],
    envelope: EnvelopePoint,
    repeats: int,
) -> Card:
    is_hover = card_id != "PL4"
    return make_card(
        PROSE,
        card_id,
        kind="hover" if is_hover else "cruise",
        step=9,
        load=LoadState(mass_kg=mass_kg, cg_share=cg_share),
        envelope=envelope,
        profile=profile,
        limits=flight_limits(pitch_deg=(-15.0, 15.0), airspeed_mps=(None, 85.0)),
        minima=minima(
            wind_mps=4.0 if is_hover else 5.0,
            gust_mps=6.0 if is_hover else 7.0,
            air_c=(0.0 if is_hover else -5.0, 28.0),
        ),
        volume_ids=("PAD",) if is_hover else ("PAD", "CIRCUIT", "EAST"),
        after=after,
        repeats=repeats,
        priority=2.0,
    )


def _hover_card(
    card_id: str, after: tuple[str, ...], mass_kg: float, cg_share: float, repeats: int
) -> Card:
    return _card(
        card_id,
        after,
        mass_kg=mass_kg,
        cg_share=cg_share,
        profile=(hover("hold", 90.0, 30.0),),
        envelope=EnvelopePoint(height_agl_m=Bounds(low=30.0, high=30.0)),
        repeats=repeats,
    )


LEGS = tuple(
    on_wing(f"{name}-{speed:.0f}", 75.0, 300.0, speed, course_deg=course)
    for speed in (72.0, 60.0)
    for name, course in (("east", 90.0), ("west", 270.0))
)

CARDS = (
    _hover_card("PL1", ("HO3", "FH2"), 2_404.0, 0.5, repeats=2),
    _hover_card("PL2", ("PL1",), 2_300.0, 0.0, repeats=1),
    _hover_card("PL3", ("PL2",), 2_300.0, 1.0, repeats=1),
    _card(
        "PL4",
        ("PL1", "TR5"),
        mass_kg=2_404.0,
        cg_share=0.5,
        profile=(*to_the_wing(), *LEGS, *from_the_wing()),
        envelope=EnvelopePoint(
            airspeed_mps=Bounds(low=60.0, high=72.0), height_agl_m=Bounds(low=300.0, high=300.0)
        ),
        repeats=2,
    ),
)

judge_margin = check("margin")(units_at_most(170.0))
judge_packs = check("packs")(packs_at_most(50.0))
judge_hover_limits = check("limits")(held("height_agl_m", "Height", "hover", tolerance=4.0))
judge_wing_limits = check("PL4.limits")(held("height_agl_m", "Height", "cruise", tolerance=12.0))

judge_power = check("power")(power_near("hover", "cruise"))
