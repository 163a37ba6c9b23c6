"""Demonstration days: rehearsal, the show, and the short show for low cloud or wind."""

from aspan.evidence.card import Bounds, Card, Crew, EnvelopePoint
from aspan.evidence.card_parts import flight_limits, hover, make_card, minima
from aspan.evidence.judging import check
from aspan.evidence.noise_judges import spectators_kept_away
from aspan.evidence.prose import read_prose
from aspan.evidence.usual_judges import charge_left, kept
from aspan.twin.card_profile import LoadState, Segment
from aspan.world.telemetry import MICROPHONES

PROSE = read_prose(__file__)

SHOW: tuple[Segment, ...] = (
    hover("greeting", 20.0, 15.0),
    hover("turn", 30.0, 40.0),
    hover("silence", 30.0, 100.0),
    hover("bow", 10.0, 15.0),
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
            height_agl_m=Bounds(low=15.0, high=40.0) if is_short else Bounds(low=15.0, high=100.0),
        ),
        profile=SHORT if is_short else SHOW,
        limits=flight_limits(
            airspeed_mps=(None, 24.0), height_agl_m=(None, 130.0), roll_deg=(-20.0, 20.0)
        ),
        minima=minima(
            wind_mps=8.0 if is_short else 6.0,
            gust_mps=11.0 if is_short else 9.0,
            air_c=(-5.0, 35.0 if is_short else 32.0),
            visibility_m=3_000.0 if is_short else 5_000.0,
            ceiling_agl_m=200.0 if is_short else 450.0,
        ),
        crew=Crew(safety_pilots=1),
        volume_ids=("PAD",),
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
judge_inside = check("inside")(kept(("height_agl_m",), "Height", high=120.0))
judge_left = check("left")(charge_left(0.40))
