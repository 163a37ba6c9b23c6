"""Telemetry on the stand: does everything arrive, and do sensors agree when nothing happens."""

import numpy as np

from aspan.evidence.card import Bounds, CheckId, Crew
from aspan.evidence.card_parts import ground_limits, make_card, minima, on_ground
from aspan.evidence.judging import check
from aspan.evidence.prose import read_prose
from aspan.evidence.run_data import RunData, mean_of
from aspan.evidence.usual_judges import all_recorded, held
from aspan.evidence.verdict import Measured, Verdict, judge
from aspan.primitives.units import celsius_to_kelvin
from aspan.twin.card_profile import LoadState
from aspan.world.telemetry import PACKS

PROSE = read_prose(__file__)

CARDS = (
    make_card(
        PROSE,
        "GT1",
        kind="ground",
        step=1,
        load=LoadState(mass_kg=2_000.0, soc=0.80),
        profile=(on_ground("rest", 1_800.0),),
        limits=ground_limits(
            pack_temperature=(None, celsius_to_kelvin(40.0)), cell_spread=(None, 0.05)
        ),
        minima=minima(
            wind_mps=10.0,
            gust_mps=14.0,
            air_c=(-10.0, 35.0),
            visibility_m=800.0,
            ceiling_agl_m=100.0,
        ),
        crew=Crew(pilots=0, flight_test_engineers=2),
        volume_ids=("STAND",),
        priority=5.0,
    ),
)

judge_arrives = check("arrives")(all_recorded(0.99))
judge_still = check("still")(held("height_agl_m", "Height", "ground", tolerance=3.0))


@check("sensors")
def judge_sensors(check_id: CheckId, run: RunData) -> Verdict:
    """Compare the means of the packs' temperatures with each other."""
    means = [
        mean_of(run, run.of("rest", f"pack{n}_temperature_k"), "K") for n in range(1, PACKS + 1)
    ]
    values = np.array([mean.value for mean in means])
    spread = float(values.max() - values.min())
    half = float(np.sqrt(2.0) * max(mean.high - mean.value for mean in means))
    measured = Measured(value=spread, low=spread - half, high=spread + half, unit="K")
    return judge(check_id, "Greatest difference of pack temperatures", measured, Bounds(high=2.0))
