"""Wind: hover and landing up to the company's minima, across the wind, and a leg out and back."""

from aspan.evidence.card import Bounds, Card, EnvelopePoint
from aspan.evidence.card_parts import (
    SPEED_MPS,
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
from aspan.evidence.usual_judges import (
    bank_held_level,
    held,
    power_near,
    units_at_most,
)
from aspan.twin.card_profile import LoadState, Segment

PROSE = read_prose(__file__)


def _card(
    card_id: str,
    after: tuple[str, ...],
    *,
    at_point_mps: tuple[float, float],
    wind_mps: tuple[float, float],
    repeats: int,
) -> Card:
    is_hover = card_id != "WI4"
    heights = (15.0, 30.0) if is_hover else (300.0, 300.0)
    return make_card(
        PROSE,
        card_id,
        kind="wind",
        step=9,
        load=LoadState(mass_kg=2_177.0),
        envelope=EnvelopePoint(
            airspeed_mps=Bounds() if is_hover else Bounds(low=72.0, high=72.0),
            height_agl_m=Bounds(low=heights[0], high=heights[1]),
            wind_mps=Bounds(low=at_point_mps[0], high=at_point_mps[1]),
        ),
        profile=HOLDS if is_hover else LEG,
        limits=flight_limits(roll_deg=(-40.0, 40.0), airspeed_mps=(None, SPEED_MPS)),
        minima=minima(wind_mps=wind_mps[0], gust_mps=wind_mps[1], air_c=(-5.0, 35.0)),
        volume_ids=("PAD",) if is_hover else ("PAD", "CIRCUIT", "EAST"),
        after=after,
        repeats=repeats,
    )


HOLDS: tuple[Segment, ...] = (hover("high", 45.0, 30.0), hover("low", 45.0, 15.0))
LEG: tuple[Segment, ...] = (
    *to_the_wing(),
    on_wing("along", 75.0, 300.0, 72.0, course_deg=90.0),
    on_wing("against", 75.0, 300.0, 72.0, course_deg=270.0),
    *from_the_wing(),
)

CARDS = (
    _card("WI1", ("LS4", "HO3"), at_point_mps=(5.0, 8.0), wind_mps=(8.0, 11.0), repeats=2),
    _card("WI2", ("WI1",), at_point_mps=(8.0, 10.0), wind_mps=(10.0, 14.0), repeats=2),
    _card("WI3", ("WI1", "LS2"), at_point_mps=(4.0, 8.0), wind_mps=(8.0, 11.0), repeats=2),
    _card("WI4", ("WI1", "CR1"), at_point_mps=(6.0, 12.0), wind_mps=(10.0, 14.0), repeats=1),
)

judge_held = check("held")(held("height_agl_m", "Height", "hover", tolerance=4.0))
judge_held_on_wing = check("WI4.held")(held("height_agl_m", "Height", "cruise", tolerance=15.0))
judge_bank = check("bank")(held("roll_deg", "Bank", "hover", tolerance=8.0))
judge_bank_on_wing = check("WI4.bank")(bank_held_level(8.0))
judge_margin = check("margin")(units_at_most(180.0))

judge_power = check("power")(power_near("hover", "cruise"))
