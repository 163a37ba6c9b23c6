"""Heat: hover and cruise above 32 °C, and two sorties with ten minutes between."""

from aspan.evidence.card import Bounds, Card, Crew, EnvelopePoint
from aspan.evidence.card_parts import (
    charge,
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
from aspan.primitives.units import celsius_to_kelvin
from aspan.twin.card_profile import LoadState, Segment

PROSE = read_prose(__file__)
HOT_C = (32.0, 42.0)


def _card(
    card_id: str,
    after: tuple[str, ...],
    profile: tuple[Segment, ...],
    *,
    mass_kg: float = 2_177.0,
    soc: float = 0.95,
    pack_c: float = 30.0,
    engineers: int = 1,
    repeats: int = 2,
) -> Card:
    is_hover = card_id != "HE3"
    height_m = 30.0 if is_hover else 300.0
    return make_card(
        PROSE,
        card_id,
        kind="heat",
        step=9,
        load=LoadState(mass_kg=mass_kg, soc=soc, pack_k=celsius_to_kelvin(pack_c)),
        envelope=EnvelopePoint(
            airspeed_mps=Bounds() if is_hover else Bounds(low=57.0, high=72.0),
            height_agl_m=Bounds(low=height_m, high=height_m),
            density_altitude_m=Bounds(low=900.0, high=2_100.0),
        ),
        profile=profile,
        limits=flight_limits(airspeed_mps=(None, 85.0)),
        minima=minima(
            wind_mps=4.0 if is_hover else 6.0, gust_mps=7.0 if is_hover else 9.0, air_c=HOT_C
        ),
        crew=Crew(flight_test_engineers=engineers),
        volume_ids=("PAD",) if is_hover else ("PAD", "CIRCUIT", "EAST"),
        after=after,
        repeats=repeats,
        priority=2.0,
    )


HOLD = (hover("hold", 75.0, 30.0),)
LEGS = (
    *to_the_wing(),
    on_wing("east", 75.0, 300.0, 72.0, course_deg=90.0),
    on_wing("west", 75.0, 300.0, 57.0, course_deg=270.0),
    *from_the_wing(),
)
TURN_ROUND = (
    hover("first", 75.0, 30.0),
    charge("between", 10.0, 285.0),
    hover("second", 75.0, 30.0),
)

CARDS = (
    _card("HE1", ("HO2",), HOLD),
    _card("HE2", ("HE1", "PL1"), HOLD, mass_kg=2_404.0),
    _card("HE3", ("HE1", "CR3"), LEGS, pack_c=28.0),
    _card("HE4", ("HE1", "CH1"), TURN_ROUND, soc=0.80, pack_c=32.0, engineers=2, repeats=1),
)

judge_packs = check("packs")(packs_at_most(52.0))
judge_margin = check("margin")(units_at_most(170.0))
judge_height = check("height")(held("height_agl_m", "Height", "hover", tolerance=4.0))
judge_height_on_wing = check("HE3.height")(held("height_agl_m", "Height", "cruise", tolerance=15.0))

judge_power = check("power")(power_near("hover", "cruise"))
