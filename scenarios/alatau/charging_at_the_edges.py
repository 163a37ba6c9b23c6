"""Charging hot, cool and frozen packs: where the rate falls outside the window of full rate."""

from aspan.evidence.card import Card, CheckId, Crew
from aspan.evidence.card_parts import charge, ground_limits, make_card, minima
from aspan.evidence.charge_judges import charge_gained
from aspan.evidence.judging import check, never_outside, reached_within
from aspan.evidence.prose import read_prose
from aspan.evidence.run_data import RunData
from aspan.evidence.usual_judges import packs_at_most
from aspan.evidence.verdict import Verdict
from aspan.primitives.units import celsius_to_kelvin
from aspan.twin.card_profile import LoadState
from aspan.world.telemetry import PACKS

PROSE = read_prose(__file__)
BATTERY_KW = 285.0


def _card(
    card_id: str,
    after: str,
    *,
    soc: float,
    pack_c: float,
    air_c: tuple[float, float],
    minutes: float,
    repeats: int,
) -> Card:
    return make_card(
        PROSE,
        card_id,
        kind="charging",
        step=9,
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
        prediction_band=0.15,
    )


CARDS = (
    _card("CH1", "GC2", soc=0.30, pack_c=46.0, air_c=(30.0, 44.0), minutes=25.0, repeats=2),
    _card("CH2", "GC2", soc=0.30, pack_c=8.0, air_c=(-10.0, 10.0), minutes=30.0, repeats=2),
    _card("CH3", "CH2", soc=0.60, pack_c=0.0, air_c=(-25.0, -2.0), minutes=40.0, repeats=1),
)

judge_gain = check("gain")(charge_gained("charge"))
judge_packs = check("packs")(packs_at_most(49.0))


@check("cooling")
def judge_cooling(check_id: CheckId, run: RunData) -> Verdict:
    """Look at the last tenth of the charge, when the coolant has had its time."""
    rows = run.rows("charge")
    tail = slice(rows.start + int(0.9 * (rows.stop - rows.start)), rows.stop)
    channels = [f"pack{n}_temperature_k" for n in range(1, PACKS + 1)]
    return never_outside(
        check_id,
        run.only(tail),
        channels,
        "Pack temperature",
        low=celsius_to_kelvin(15.0),
        high=celsius_to_kelvin(45.0),
    )


@check("CH3.wait")
def judge_wait(check_id: CheckId, run: RunData) -> Verdict:
    """Find when the coldest pack, taken for the first, is warm enough for dispatch."""
    return reached_within(
        check_id,
        run,
        "charge",
        "pack1_temperature_k",
        "Time until the packs are at 10 °C",
        at_least=celsius_to_kelvin(10.0),
        within_s=1_200.0,
    )
