"""Failures in hover: a drill, a broken-off landing, a pack isolated, a unit stopped."""

from aspan.evidence.card import Bounds, Card, Crew, EnvelopePoint
from aspan.evidence.card_parts import flight_limits, hover, make_card, minima
from aspan.evidence.judging import check
from aspan.evidence.prose import read_prose
from aspan.evidence.usual_judges import all_recorded, kept, packs_at_most, units_at_most
from aspan.twin.card_profile import LoadState, Segment

PROSE = read_prose(__file__)


def _card(
    card_id: str,
    after: tuple[str, ...],
    profile: tuple[Segment, ...],
    *,
    air_c_max: float,
    wind_mps: tuple[float, float],
    failure: str,
    engineers: int = 1,
    volume_ids: tuple[str, ...] = ("PAD",),
) -> Card:
    heights = [segment.height_agl_m for segment in profile]
    return make_card(
        PROSE,
        card_id,
        kind="failure",
        step=8,
        load=LoadState(mass_kg=2_000.0, soc=0.90),
        envelope=EnvelopePoint(height_agl_m=Bounds(low=min(heights), high=max(heights))),
        profile=profile,
        limits=flight_limits(roll_deg=(-15.0, 15.0), height_agl_m=(None, 90.0)),
        minima=minima(wind_mps=wind_mps[0], gust_mps=wind_mps[1], air_c=(0.0, air_c_max)),
        crew=Crew(flight_test_engineers=engineers),
        volume_ids=volume_ids,
        after=after,
        repeats=2,
        failure=failure,
    )


CARDS = (
    _card(
        "FH1",
        ("HO2",),
        (hover("hold", 60.0, 30.0),),
        air_c_max=30.0,
        wind_mps=(4.0, 6.0),
        failure="knock-it-off called without warning",
    ),
    _card(
        "FH2",
        ("FH3", "FH4", "TR5"),
        (hover("before", 10.0, 2.0), hover("stopped", 10.0, 2.0)),
        air_c_max=25.0,
        wind_mps=(2.0, 4.0),
        failure="propulsion unit 3 stopped",
        engineers=2,
    ),
    _card(
        "FH3",
        ("FH1", "TR2"),
        (hover("high", 10.0, 65.0), hover("low", 1.0, 15.0), hover("away", 10.0, 65.0)),
        air_c_max=30.0,
        wind_mps=(4.0, 6.0),
        failure="landing broken off at 15 m",
        volume_ids=("PAD", "CIRCUIT"),
    ),
    _card(
        "FH4",
        ("FH1",),
        (hover("before", 10.0, 4.0), hover("isolated", 20.0, 4.0)),
        air_c_max=25.0,
        wind_mps=(3.0, 5.0),
        failure="pack 2 isolated",
        engineers=2,
    ),
)

judge_attitude = check("attitude")(kept(("roll_deg",), "Bank", low=-12.0, high=12.0))
judge_sink = check("sink")(kept(("vertical_speed_mps",), "Vertical speed", low=-2.5))
judge_margin = check("margin")(units_at_most(220.0))
judge_packs = check("packs")(packs_at_most(50.0))
judge_arrives = check("arrives")(all_recorded(0.99))
