"""Demonstration days: rehearsal, the show, and the short show for low cloud or wind."""

from aspan.evidence.card import Bounds, Card, Crew, EnvelopePoint
from aspan.evidence.card_parts import flight_limits, hover, make_card, minima, on_wing, transition
from aspan.evidence.judging import check
from aspan.evidence.noise_judges import spectators_kept_away
from aspan.evidence.prose import read_prose
from aspan.evidence.usual_judges import charge_left, kept
from aspan.twin.card_profile import LoadState, Segment
from aspan.world.telemetry import MICROPHONES

PROSE = read_prose(__file__)

SHOW: tuple[Segment, ...] = (
    hover("greeting", 30.0, 40.0),
    transition("away", 25.0, 65.0, 55.0, is_out=True, course_deg=90.0),
    on_wing("circuit", 60.0, 150.0, 60.0, course_deg=270.0),
    on_wing("back", 10.0, 80.0, 55.0, course_deg=90.0),
    transition("in", 25.0, 65.0, 55.0, is_out=False, course_deg=90.0),
    hover("over", 10.0, 65.0),
)
SHORT: tuple[Segment, ...] = (hover("greeting", 20.0, 15.0), hover("turn", 40.0, 40.0))


def _card(card_id: str, after: tuple[str, ...], *, repeats: int) -> Card:
    is_short = card_id == "DM3"
    return make_card(
        PROSE,
        card_id,
        kind="demonstration",
        step=10,
        load=LoadState(mass_kg=2_000.0 if is_short else 2_177.0, soc=0.90 if is_short else 0.95),
        envelope=EnvelopePoint(
            airspeed_mps=Bounds() if is_short else Bounds(high=60.0),
            height_agl_m=Bounds(low=15.0, high=40.0) if is_short else Bounds(low=40.0, high=150.0),
        ),
        profile=SHORT if is_short else SHOW,
        limits=flight_limits(
            airspeed_mps=(None, 70.0), height_agl_m=(None, 250.0), roll_deg=(-35.0, 35.0)
        ),
        minima=minima(
            wind_mps=8.0 if is_short else 6.0,
            gust_mps=11.0 if is_short else 9.0,
            air_c=(-5.0, 35.0 if is_short else 32.0),
            visibility_m=3_000.0 if is_short else 5_000.0,
            ceiling_agl_m=200.0 if is_short else 450.0,
        ),
        crew=Crew(safety_pilots=1),
        volume_ids=("PAD",) if is_short else ("PAD", "CIRCUIT"),
        after=after,
        repeats=repeats,
    )


CARDS = (
    _card("DM1", ("TR5", "FW2", "NO4", "WI1"), repeats=1),
    _card("DM2", ("DM1",), repeats=3),
    _card("DM3", ("DM1",), repeats=2),
)

MICS = tuple(f"mic{n}_dba" for n in range(1, MICROPHONES + 1))

judge_distance = check("distance")(spectators_kept_away())
judge_quiet = check("quiet")(kept(MICS, "Level", high=70.0))
judge_inside = check("inside")(kept(("height_agl_m",), "Height", high=240.0))
judge_left = check("left")(charge_left(0.40))
