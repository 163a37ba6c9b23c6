"""Hover out of ground effect: what it costs to hang in the air, at two masses and three heights."""

from aspan.evidence.card import Bounds, Card, EnvelopePoint
from aspan.evidence.card_parts import flight_limits, hover, make_card, minima
from aspan.evidence.judging import check
from aspan.evidence.prose import read_prose
from aspan.evidence.usual_judges import held, packs_at_most, power_near, units_at_most
from aspan.twin.card_profile import LoadState, Segment

PROSE = read_prose(__file__)


def _card(
    card_id: str, mass_kg: float, after: str, profile: tuple[Segment, ...], repeats: int
) -> Card:
    heights = [segment.height_agl_m for segment in profile]
    return make_card(
        PROSE,
        card_id,
        kind="hover",
        step=4,
        load=LoadState(mass_kg=mass_kg),
        envelope=EnvelopePoint(
            height_agl_m=Bounds(low=min(heights), high=max(heights)),
            density_altitude_m=Bounds(low=-500.0, high=1_400.0),
        ),
        profile=profile,
        limits=flight_limits(roll_deg=(-15.0, 15.0)),
        minima=minima(wind_mps=3.0, gust_mps=5.0, air_c=(0.0, 28.0)),
        volume_ids=("PAD",),
        after=(after,),
        repeats=repeats,
        priority=3.0,
    )


HOLD = (hover("hold", 120.0, 30.0),)
STEPS = tuple(hover(f"hold-{height:.0f}", 60.0, height) for height in (30.0, 75.0, 120.0))

CARDS = (
    _card("HO1", 2_000.0, "HI2", HOLD, repeats=2),
    _card("HO2", 2_177.0, "HO1", HOLD, repeats=2),
    _card("HO3", 2_177.0, "HO2", STEPS, repeats=1),
)

judge_power = check("power")(power_near("hover", what="Hover power"))
judge_height = check("height")(held("height_agl_m", "Height", "hover", tolerance=3.0))
judge_attitude = check("attitude")(held("roll_deg", "Bank", "hover", tolerance=5.0))
judge_margin = check("margin")(units_at_most(150.0))
judge_packs = check("packs")(packs_at_most(50.0))
