"""The long sortie: minutes at cruise and at best-range speed, landing with the reserve."""

from aspan.evidence.card import Bounds, Card, EnvelopePoint
from aspan.evidence.card_parts import (
    flight_limits,
    from_the_wing,
    make_card,
    minima,
    on_wing,
    to_the_wing,
)
from aspan.evidence.judging import check
from aspan.evidence.prose import read_prose
from aspan.evidence.usual_judges import all_recorded, charge_left, packs_at_most, power_near
from aspan.twin.card_profile import LoadState

PROSE = read_prose(__file__)


def _card(
    card_id: str, after: tuple[str, ...], *, speed_mps: float, leg_s: float, repeats: int
) -> Card:
    return make_card(
        PROSE,
        card_id,
        kind="cruise",
        step=7,
        load=LoadState(mass_kg=2_177.0),
        envelope=EnvelopePoint(
            airspeed_mps=Bounds(low=speed_mps, high=speed_mps),
            height_agl_m=Bounds(low=400.0, high=400.0),
        ),
        profile=(
            *to_the_wing(),
            on_wing("east", leg_s, 400.0, speed_mps, course_deg=90.0),
            on_wing("west", leg_s, 400.0, speed_mps, course_deg=270.0),
            *from_the_wing(),
        ),
        limits=flight_limits(pack1_soc=(0.40, None), airspeed_mps=(None, 85.0)),
        minima=minima(wind_mps=6.0, gust_mps=9.0, air_c=(-5.0, 30.0)),
        volume_ids=("PAD", "CIRCUIT", "EAST"),
        after=after,
        repeats=repeats,
    )


CARDS = (
    _card("EN1", ("CR6", "CL2"), speed_mps=72.0, leg_s=210.0, repeats=2),
    _card("EN2", ("EN1",), speed_mps=55.0, leg_s=270.0, repeats=1),
)

judge_power = check("power")(power_near("cruise", what="Cruise power"))
judge_left = check("left")(charge_left(0.41))
judge_packs = check("packs")(packs_at_most(50.0))
judge_arrives = check("arrives")(all_recorded(0.99))
