"""Low-speed envelope: forward, sideways and backward through the air on rotors alone."""

from aspan.evidence.card import Bounds, Card, Crew, EnvelopePoint
from aspan.evidence.card_parts import flight_limits, hover, make_card, minima
from aspan.evidence.judging import check
from aspan.evidence.prose import read_prose
from aspan.evidence.usual_judges import held, speed_held, units_at_most
from aspan.twin.card_profile import LoadState, Segment

PROSE = read_prose(__file__)


def _card(
    card_id: str,
    after: str,
    legs: tuple[Segment, ...],
    *,
    wind_mps: tuple[float, float] = (3.0, 5.0),
    safety_pilots: int = 0,
    repeats: int = 1,
) -> Card:
    speeds = [leg.airspeed_mps for leg in legs]
    height_m = legs[0].height_agl_m
    return make_card(
        PROSE,
        card_id,
        kind="hover",
        step=5,
        load=LoadState(mass_kg=2_000.0, soc=0.90),
        envelope=EnvelopePoint(
            airspeed_mps=Bounds(low=min(speeds), high=max(speeds)),
            height_agl_m=Bounds(low=height_m, high=height_m),
        ),
        profile=legs,
        limits=flight_limits(
            airspeed_mps=(None, 24.0), roll_deg=(-20.0, 20.0), height_agl_m=(None, 100.0)
        ),
        minima=minima(wind_mps=wind_mps[0], gust_mps=wind_mps[1], air_c=(0.0, 30.0)),
        crew=Crew(safety_pilots=safety_pilots),
        volume_ids=("PAD", "HOVER"),
        after=(after,),
        repeats=repeats,
    )


def _legs(
    height_m: float, *ways: tuple[float, float], duration_s: float = 40.0
) -> tuple[Segment, ...]:
    """Return a time at each course and speed."""
    return tuple(
        hover(f"{course:.0f}-{speed:.0f}", duration_s, height_m, speed_mps=speed, course_deg=course)
        for course, speed in ways
    )


CARDS = (
    _card("LS1", "HO2", _legs(40.0, (0.0, 5.0), (180.0, 10.0))),
    _card(
        "LS2",
        "LS1",
        _legs(40.0, (90.0, 4.0), (90.0, 8.0), (270.0, 4.0), (270.0, 8.0)),
        wind_mps=(2.0, 4.0),
        repeats=2,
    ),
    _card("LS3", "LS2", _legs(40.0, (180.0, 3.0), (180.0, 5.0)), wind_mps=(2.0, 4.0),
          safety_pilots=1),
    _card("LS4", "LS3", _legs(70.0, (0.0, 14.0), (180.0, 18.0), duration_s=10.0)),
)  # fmt: skip

judge_speed = check("speed")(speed_held(2.0, "hover"))
judge_height = check("height")(held("height_agl_m", "Height", "hover", tolerance=4.0))
judge_margin = check("margin")(units_at_most(160.0))
judge_bank = check("bank")(held("roll_deg", "Bank", "hover", tolerance=6.0))
