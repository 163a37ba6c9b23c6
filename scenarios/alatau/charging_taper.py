"""Charging and its taper: the curve of power over charge, new packs and old, cool and warm."""

from aspan.evidence.card import Card, Crew
from aspan.evidence.card_parts import charge, ground_limits, make_card, minima
from aspan.evidence.charge_judges import charge_gained, charger_loss, packs_end_even
from aspan.evidence.judging import check
from aspan.evidence.prose import read_prose
from aspan.evidence.usual_judges import packs_at_most
from aspan.primitives.units import celsius_to_kelvin
from aspan.twin.card_profile import LoadState

PROSE = read_prose(__file__)
BATTERY_KW = 285.0
"""Of a charger of 300 kW, 0.95 of which reach the battery (facts B.9)."""


def _card(
    card_id: str,
    soc: float,
    minutes: float,
    after: str,
    *,
    repeats: int,
    pack_c: float = 25.0,
    air_c: tuple[float, float] = (5.0, 30.0),
) -> Card:
    return make_card(
        PROSE,
        card_id,
        kind="charging",
        step=1,
        load=LoadState(mass_kg=2_000.0, soc=soc, pack_k=celsius_to_kelvin(pack_c)),
        profile=(charge("charge", minutes, BATTERY_KW),),
        limits=ground_limits(
            pack_temperature=(None, celsius_to_kelvin(50.0)), charger_kw=(None, 315.0)
        ),
        minima=minima(wind_mps=12.0, gust_mps=18.0, air_c=air_c),
        crew=Crew(pilots=0),
        volume_ids=("STAND",),
        after=(after,),
        repeats=repeats,
        priority=2.0,
    )


CARDS = (
    _card("GC1", 0.15, 30.0, "GT1", repeats=2),
    _card("GC2", 0.55, 40.0, "GC1", repeats=2),
    _card("GC3", 0.55, 40.0, "GC2", repeats=1),
    _card("GC4", 0.53, 9.5, "GC2", repeats=3, pack_c=35.0, air_c=(15.0, 36.0)),
)

judge_gain = check("gain")(charge_gained("charge"))
judge_loss = check("loss")(charger_loss("charge", low=0.90, high=0.99))
judge_packs = check("packs")(packs_at_most(48.0))
judge_even = check("even")(packs_end_even(0.03))
