"""Auxiliaries at rest: what avionics and cabin draw in mild, cold and hot air."""

from aspan.evidence.card import Bounds, Card, CardKind, CheckId
from aspan.evidence.card_parts import (
    contactors_open,
    ground_limits,
    make_card,
    minima,
    on_ground,
)
from aspan.evidence.judging import check, within_band
from aspan.evidence.prediction import power_kw
from aspan.evidence.prose import read_prose
from aspan.evidence.run_data import RunData, mean_of, zeroed_packs
from aspan.evidence.usual_judges import all_recorded, kept
from aspan.evidence.verdict import Verdict, judge
from aspan.primitives.units import celsius_to_kelvin
from aspan.twin.card_profile import LoadState
from aspan.world.telemetry import PACKS

PROSE = read_prose(__file__)
PACK_TEMPERATURES = tuple(f"pack{n}_temperature_k" for n in range(1, PACKS + 1))

KINDS: dict[str, CardKind] = {"GA1": "ground", "GA2": "cold", "GA3": "heat"}


def _card(card_id: str, after: str, *, air_c: tuple[float, float], pack_c: float) -> Card:
    return make_card(
        PROSE,
        card_id,
        kind=KINDS[card_id],
        step=1,
        load=LoadState(mass_kg=2_000.0, soc=0.80, pack_k=celsius_to_kelvin(pack_c)),
        profile=(contactors_open("zero", 180.0), on_ground("rest", 1_800.0)),
        limits=ground_limits(
            pack_temperature=(None, celsius_to_kelvin(45.0)), cell_spread=(None, 0.05)
        ),
        minima=minima(wind_mps=10.0, gust_mps=14.0, air_c=air_c),
        volume_ids=("STAND",),
        after=(after,),
        repeats=3,
        prediction_band=0.20,
        priority=2.0,
    )


CARDS = (
    _card("GA1", "GT1", air_c=(5.0, 25.0), pack_c=20.0),
    _card("GA2", "GA1", air_c=(-25.0, -3.0), pack_c=15.0),
    _card("GA3", "GA1", air_c=(32.0, 44.0), pack_c=30.0),
)

judge_cabin = check("cabin")(
    kept(PACK_TEMPERATURES, "Pack temperature", low=celsius_to_kelvin(5.0))
)
judge_arrives = check("arrives")(all_recorded(0.99))


@check("power")
def judge_power(check_id: CheckId, run: RunData) -> Verdict:
    """Compare the mean over the whole rest with the model."""
    power, offset = zeroed_packs(run, "zero")
    return within_band(check_id, run, ["rest"], "Auxiliary power", power, power_kw, offset=offset)


@check("most")
def judge_most(check_id: CheckId, run: RunData) -> Verdict:
    """Look at the mean over the whole rest, whatever the model says."""
    power, offset = zeroed_packs(run, "zero")
    rest = mean_of(run, power[run.rows("rest")], "kW", offset=offset)
    return judge(check_id, "Auxiliary power", rest, Bounds(high=8.0))
