"""Slow flight and stability: the least speed of the campaign, and three minutes hands off."""

from aspan.evidence.card import Bounds, Card, Crew, EnvelopePoint
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
from aspan.evidence.usual_judges import bank_held_level, held, power_near, speed_held
from aspan.twin.card_profile import LoadState, Segment

PROSE = read_prose(__file__)


def _card(
    card_id: str, after: str, points: tuple[Segment, ...], *, engineers: int, repeats: int
) -> Card:
    speeds = [point.airspeed_mps for point in points]
    height_m = points[0].height_agl_m
    return make_card(
        PROSE,
        card_id,
        kind="cruise",
        step=7,
        load=LoadState(mass_kg=2_177.0),
        envelope=EnvelopePoint(
            airspeed_mps=Bounds(low=min(speeds), high=max(speeds)),
            height_agl_m=Bounds(low=height_m, high=height_m),
        ),
        profile=(*to_the_wing(), *points, *from_the_wing()),
        limits=flight_limits(
            pitch_deg=(-15.0, 20.0), roll_deg=(-40.0, 40.0), height_agl_m=(None, 600.0)
        ),
        minima=minima(wind_mps=6.0, gust_mps=8.0, air_c=(-5.0, 32.0)),
        crew=Crew(flight_test_engineers=engineers),
        volume_ids=("PAD", "CIRCUIT", "EAST"),
        after=(after,),
        repeats=repeats,
    )


CARDS = (
    _card(
        "SL1",
        "CR4",
        (
            on_wing("slow-52", 45.0, 500.0, 52.0, course_deg=90.0),
            on_wing("slow-45", 45.0, 500.0, 45.0, course_deg=270.0),
        ),
        engineers=2,
        repeats=2,
    ),
    _card(
        "ST1",
        "CR3",
        (
            on_wing("off-72", 90.0, 400.0, 72.0, course_deg=90.0),
            on_wing("off-57", 90.0, 400.0, 57.0, course_deg=270.0),
        ),
        engineers=1,
        repeats=1,
    ),
)

judge_speed = check("speed")(speed_held(2.5, "cruise"))
judge_height = check("height")(held("height_agl_m", "Height", "cruise", tolerance=20.0))
judge_bank = check("bank")(bank_held_level(5.0))
judge_power = check("power")(power_near("cruise", what="Cruise power"))
