"""First lift-off: tethered at two metres, then free at four, in ground effect."""

import numpy as np

from aspan.evidence.card import Bounds, Card, CheckId, Crew, EnvelopePoint
from aspan.evidence.card_parts import flight_limits, hover, make_card, minima, on_ground
from aspan.evidence.judging import check
from aspan.evidence.prediction import hover_kw
from aspan.evidence.prose import read_prose
from aspan.evidence.run_data import RunData, electrical_kw, mean_of, shaft_kw
from aspan.evidence.usual_judges import all_recorded, held, kept, list_labels
from aspan.evidence.verdict import Measured, Verdict, judge
from aspan.twin.card_profile import LoadState, Segment
from aspan.world.telemetry import UNITS

PROSE = read_prose(__file__)


def _card(
    card_id: str,
    mass_kg: float,
    profile: tuple[Segment, ...],
    *,
    wind_mps: tuple[float, float],
    after: tuple[str, ...],
    repeats: int,
) -> Card:
    is_tethered = card_id == "TE1"
    height_m = max(segment.height_agl_m for segment in profile)
    return make_card(
        PROSE,
        card_id,
        kind="hover",
        step=2 if is_tethered else 3,
        load=LoadState(mass_kg=mass_kg, soc=0.90),
        envelope=EnvelopePoint(height_agl_m=Bounds(low=height_m, high=height_m)),
        profile=profile,
        limits=flight_limits(height_agl_m=(None, 15.0), roll_deg=(-10.0, 10.0)),
        minima=minima(wind_mps=wind_mps[0], gust_mps=wind_mps[1], air_c=(0.0, 28.0)),
        crew=Crew(pilots=1, flight_test_engineers=2 if is_tethered else 1),
        volume_ids=("PAD",),
        after=after,
        repeats=repeats,
        priority=4.0,
    )


CALM, LIGHT = (2.0, 3.0), (3.0, 5.0)
HOLD = (hover("hold", 60.0, 4.0),)
LANDINGS = (
    hover("hold-1", 20.0, 4.0),
    on_ground("wait-1", 30.0),
    hover("hold-2", 20.0, 4.0),
    on_ground("wait-2", 30.0),
    hover("hold-3", 20.0, 4.0),
)

CARDS = (
    _card("TE1", 2_000.0, (hover("hold", 30.0, 2.0),), wind_mps=CALM, after=("GT1", "GA1"),
          repeats=2),
    _card("HI1", 2_000.0, HOLD, wind_mps=CALM, after=("TE1",), repeats=3),
    _card("HI2", 2_177.0, HOLD, wind_mps=LIGHT, after=("HI1",), repeats=2),
    _card("HI3", 2_177.0, LANDINGS, wind_mps=LIGHT, after=("HI2",), repeats=1),
)  # fmt: skip

judge_attitude = check("attitude")(held("roll_deg", "Bank", "hover", tolerance=5.0))
judge_sink = check("sink")(kept(("vertical_speed_mps",), "Vertical speed", low=-2.5))
judge_approach = check("approach")(all_recorded(0.99))


@check("power")
def judge_power(check_id: CheckId, run: RunData) -> Verdict:
    """Compare each hold with hover out of ground effect, which is an upper bound here."""
    power = electrical_kw(run)
    shares = []
    for label in list_labels(run, "hover"):
        own, model = mean_of(run, power[run.rows(label)], "kW"), hover_kw(run, label)
        shares.append(
            Measured(
                value=own.value / model.value,
                low=own.low / model.high,
                high=own.high / model.low,
                unit="1",
            )
        )
    worst = max(shares, key=lambda share: share.value)
    return judge(check_id, "Power over the model out of ground effect", worst, Bounds(high=1.1))


@check("sharing")
def judge_sharing(check_id: CheckId, run: RunData) -> Verdict:
    """Compare the mean shaft power of each unit with the mean of all."""
    rows = np.r_[tuple(run.rows(label) for label in list_labels(run, "hover"))]
    means = [mean_of(run, shaft_kw(run, unit)[rows], "kW") for unit in range(1, UNITS + 1)]
    middle = float(np.mean([mean.value for mean in means]))
    worst = max(means, key=lambda mean: abs(mean.value - middle))
    off, half = abs(worst.value - middle) / middle, (worst.high - worst.value) / middle
    measured = Measured(value=off, low=max(0.0, off - half), high=off + half, unit="1")
    return judge(check_id, "Greatest share by which a unit is off", measured, Bounds(high=0.10))
