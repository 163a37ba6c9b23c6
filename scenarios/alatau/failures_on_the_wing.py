"""Failures on the wing: a pack isolated, a unit at idle level and in a climb."""

from aspan.evidence.card import Bounds, Card, CheckId, Crew, EnvelopePoint
from aspan.evidence.card_parts import (
    flight_limits,
    from_the_wing,
    make_card,
    minima,
    on_wing,
    to_the_wing,
)
from aspan.evidence.judging import check, units_below
from aspan.evidence.prose import read_prose
from aspan.evidence.run_data import RunData
from aspan.evidence.usual_judges import charge_left, held, list_labels, speed_held
from aspan.evidence.verdict import Verdict
from aspan.twin.card_profile import LoadState, Segment

PROSE = read_prose(__file__)


def _card(
    card_id: str,
    after: tuple[str, ...],
    points: tuple[Segment, ...],
    *,
    failure: str,
    repeats: int = 1,
) -> Card:
    heights = [point.height_agl_m for point in points]
    return make_card(
        PROSE,
        card_id,
        kind="failure",
        step=8,
        load=LoadState(mass_kg=2_177.0),
        envelope=EnvelopePoint(
            airspeed_mps=Bounds(low=points[0].airspeed_mps, high=points[0].airspeed_mps),
            height_agl_m=Bounds(low=min(heights), high=max(heights)),
        ),
        profile=(*to_the_wing(), *points, *from_the_wing()),
        limits=flight_limits(
            roll_deg=(-40.0, 40.0), airspeed_mps=(None, 75.0), vertical_speed_mps=(-9.0, 9.0)
        ),
        minima=minima(wind_mps=5.0, gust_mps=7.0, air_c=(-5.0, 28.0)),
        crew=Crew(flight_test_engineers=2),
        volume_ids=("PAD", "CIRCUIT", "EAST"),
        after=after,
        repeats=repeats,
        failure=failure,
    )


LEVEL = (
    on_wing("before", 45.0, 400.0, 62.0, course_deg=90.0),
    on_wing("failed", 90.0, 400.0, 62.0, course_deg=270.0),
)
CLIMB = (
    on_wing("before", 45.0, 300.0, 60.0, course_deg=90.0),
    on_wing("failed", 100.0, 450.0, 60.0, course_deg=270.0, manoeuvre="climb"),
)

CARDS = (
    _card("FW1", ("EN1", "FH4"), LEVEL, failure="pack 2 isolated"),
    _card("FW2", ("FW1",), LEVEL, failure="propulsion unit 5 at idle", repeats=2),
    _card("FW3", ("FW2",), CLIMB, failure="propulsion unit 5 at idle"),
)

judge_height = check("height")(held("height_agl_m", "Height", "cruise", tolerance=20.0))
judge_speed = check("speed")(speed_held(3.0, "cruise", "climb"))
judge_left = check("left")(charge_left(0.40))


@check("margin")
def judge_margin(check_id: CheckId, run: RunData) -> Verdict:
    """Look at the points alone: hover and transition ask for more, with or without a failure."""
    first, last = (run.rows(label) for label in list_labels(run, "cruise", "climb"))
    return units_below(check_id, run.only(slice(first.start, last.stop)), 150.0)
