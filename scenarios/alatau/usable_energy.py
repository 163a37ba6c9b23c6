"""Usable energy: what packs give until they cut off, by temperature and by age."""

from aspan.evidence.card import Card, CardKind, Crew
from aspan.evidence.card_parts import discharge, ground_limits, make_card, minima
from aspan.evidence.charge_judges import usable_energy
from aspan.evidence.judging import check
from aspan.evidence.prose import read_prose
from aspan.evidence.usual_judges import charge_left, packs_at_most
from aspan.primitives.units import celsius_to_kelvin
from aspan.twin.card_profile import LoadState

PROSE = read_prose(__file__)
LOAD_KW = 180.0


def _card(
    card_id: str,
    after: tuple[str, ...],
    *,
    pack_c: float,
    soc: float,
    air_c: tuple[float, float],
    minutes: float,
    repeats: int = 2,
) -> Card:
    kind: CardKind = "cold" if pack_c <= 0.0 else "heat" if pack_c > 30.0 else "ground"
    return make_card(
        PROSE,
        card_id,
        kind=kind,
        step=1,
        load=LoadState(mass_kg=2_000.0, soc=soc, pack_k=celsius_to_kelvin(pack_c)),
        profile=(discharge("empty", minutes, LOAD_KW),),
        limits=ground_limits(pack1_current_a=(None, 160.0)),
        minima=minima(wind_mps=12.0, gust_mps=18.0, air_c=air_c),
        crew=Crew(pilots=0, flight_test_engineers=2),
        volume_ids=("STAND",),
        after=after,
        repeats=repeats,
        priority=2.0,
    )


MILD, COLD = (0.0, 30.0), (-20.0, 10.0)

CARDS = (
    _card("GD1", ("GD4",), pack_c=-10.0, soc=0.95, air_c=(-30.0, 0.0), minutes=42.0),
    _card("GD2", ("GD4",), pack_c=0.0, soc=0.90, air_c=COLD, minutes=42.0),
    _card("GD3", ("GD4",), pack_c=10.0, soc=0.80, air_c=(-5.0, 20.0), minutes=40.0),
    _card("GD4", ("GC1",), pack_c=20.0, soc=0.65, air_c=MILD, minutes=33.0, repeats=3),
    _card("GD5", ("GD4",), pack_c=35.0, soc=0.42, air_c=(15.0, 42.0), minutes=20.0),
    _card("GD6", ("GD4",), pack_c=20.0, soc=0.65, air_c=MILD, minutes=33.0),
    _card("GD7", ("GD6",), pack_c=20.0, soc=0.65, air_c=MILD, minutes=33.0),
    _card("GD8", ("GD7", "GD2"), pack_c=0.0, soc=0.90, air_c=COLD, minutes=42.0, repeats=1),
)

judge_energy = check("energy")(usable_energy("empty"))
judge_floor = check("floor")(charge_left(0.03))
judge_packs = check("packs")(packs_at_most(54.0))
