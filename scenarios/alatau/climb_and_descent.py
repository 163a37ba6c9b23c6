"""Climb and descent: what a metre of height costs, and how much of it comes back."""

from aspan.evidence.card import Bounds, Card, CheckId, EnvelopePoint
from aspan.evidence.card_parts import (
    flight_limits,
    from_the_wing,
    make_card,
    minima,
    on_wing,
    to_the_wing,
)
from aspan.evidence.judging import check
from aspan.evidence.prose import read_prose
from aspan.evidence.run_data import RunData, mean_of
from aspan.evidence.usual_judges import list_labels, packs_at_most, power_near, speed_held
from aspan.evidence.verdict import Measured, Verdict, judge
from aspan.twin.card_profile import LoadState, Segment

PROSE = read_prose(__file__)
SPEED_MPS = 60.0
LOW_M, MIDDLE_M, HIGH_M = 150.0, 500.0, 650.0


def _card(card_id: str, after: str, middle: tuple[Segment, ...], band: float = 0.10) -> Card:
    return make_card(
        PROSE,
        card_id,
        kind="cruise",
        step=7,
        load=LoadState(mass_kg=2_177.0),
        envelope=EnvelopePoint(
            airspeed_mps=Bounds(low=SPEED_MPS, high=SPEED_MPS),
            height_agl_m=Bounds(low=LOW_M, high=HIGH_M),
        ),
        profile=(*to_the_wing(), *middle, *from_the_wing()),
        limits=flight_limits(
            airspeed_mps=(None, 75.0),
            vertical_speed_mps=(-10.0, 10.0),
            height_agl_m=(None, 750.0),
        ),
        minima=minima(wind_mps=6.0, gust_mps=8.0, air_c=(-5.0, 32.0)),
        volume_ids=("PAD", "CIRCUIT", "EAST"),
        after=(after,),
        repeats=2,
        prediction_band=band,
    )


def _climb(rate_mps: float) -> tuple[Segment, ...]:
    duration_s = (HIGH_M - LOW_M) / rate_mps
    return (
        on_wing("before", 30.0, LOW_M, SPEED_MPS, course_deg=90.0),
        on_wing("climb", duration_s, HIGH_M, SPEED_MPS, course_deg=90.0, manoeuvre="climb"),
        on_wing("after", 30.0, HIGH_M, SPEED_MPS, course_deg=270.0),
    )


DESCENTS = (
    on_wing("top", 30.0, HIGH_M, SPEED_MPS, course_deg=90.0),
    on_wing("gently", 60.0, MIDDLE_M, SPEED_MPS, course_deg=90.0, manoeuvre="descent"),
    on_wing("steeply", 58.0, LOW_M, SPEED_MPS, course_deg=270.0, manoeuvre="descent"),
)

CARDS = (
    _card("CL1", "CR2", _climb(2.5)),
    _card("CL2", "CL1", _climb(6.5)),
    _card("CL3", "CL1", DESCENTS, band=0.15),
)

judge_power = check("power")(power_near("climb", "descent", what="Power"))
judge_speed = check("speed")(speed_held(3.0, "climb", "descent"))
judge_packs = check("packs")(packs_at_most(50.0))


@check("rate")
def judge_rate(check_id: CheckId, run: RunData) -> Verdict:
    """Compare the mean rate of each climb or descent with what its heights and time make it."""
    heights = [segment.height_agl_m for segment in run.card.profile]
    offs = []
    for label in list_labels(run, "climb", "descent"):
        number = [segment.label for segment in run.card.profile].index(label)
        asked = (heights[number] - heights[number - 1]) / run.card.profile[number].duration_s
        own = mean_of(run, run.of(label, "vertical_speed_mps"), "m/s")
        half = own.high - own.value
        off = abs(own.value - asked)
        offs.append(Measured(value=off, low=max(0.0, off - half), high=off + half, unit="m/s"))
    worst = max(offs, key=lambda off: off.value)
    return judge(check_id, "Rate is off by", worst, Bounds(high=0.7))
