"""Level flight on the wing: power against speed, each speed there and back."""

from aspan.evidence.card import Bounds, Card, EnvelopePoint
from aspan.evidence.card_parts import (
    SPEED_MPS,
    flight_limits,
    from_the_wing,
    make_card,
    minima,
    on_wing,
    to_the_wing,
)
from aspan.evidence.judging import check
from aspan.evidence.prose import read_prose
from aspan.evidence.usual_judges import bank_held_level, held, power_near, speed_held
from aspan.twin.card_profile import LoadState

PROSE = read_prose(__file__)
EAST_DEG, WEST_DEG = 90.0, 270.0


def _card(card_id: str, speed_mps: float, after: str, repeats: int = 1) -> Card:
    return make_card(
        PROSE,
        card_id,
        kind="cruise",
        step=7,
        load=LoadState(mass_kg=2_177.0),
        envelope=EnvelopePoint(
            airspeed_mps=Bounds(low=speed_mps, high=speed_mps),
            height_agl_m=Bounds(low=300.0, high=300.0),
        ),
        profile=(
            *to_the_wing(),
            on_wing("east", 75.0, 300.0, speed_mps, course_deg=EAST_DEG),
            on_wing("west", 75.0, 300.0, speed_mps, course_deg=WEST_DEG),
            *from_the_wing(),
        ),
        limits=flight_limits(
            airspeed_mps=(None, SPEED_MPS), roll_deg=(-40.0, 40.0), height_agl_m=(None, 450.0)
        ),
        minima=minima(wind_mps=6.0, gust_mps=8.0, air_c=(-5.0, 32.0)),
        volume_ids=("PAD", "CIRCUIT", "EAST"),
        after=(after,),
        repeats=repeats,
        priority=3.0,
    )


CARDS = (
    _card("CR1", 72.0, "TR4", repeats=2),
    _card("CR2", 62.0, "CR1"),
    _card("CR3", 55.0, "CR2", repeats=2),
    _card("CR4", 48.0, "CR3"),
    _card("CR5", 80.0, "CR1"),
    _card("CR6", 87.0, "CR5"),
)

judge_power = check("power")(power_near("cruise", what="Cruise power"))
judge_speed = check("speed")(speed_held(2.5, "cruise"))
judge_height = check("height")(held("height_agl_m", "Height", "cruise", tolerance=12.0))
judge_shake = check("shake")(bank_held_level(4.0))
