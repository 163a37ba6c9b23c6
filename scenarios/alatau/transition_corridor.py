"""Transition corridor: from hover to the wing and back, slow first, then as in service."""

from aspan.evidence.card import Bounds, Card, CheckId, Crew, EnvelopePoint
from aspan.evidence.card_parts import flight_limits, hover, make_card, minima, on_wing, transition
from aspan.evidence.judging import check, reached_within
from aspan.evidence.prose import read_prose
from aspan.evidence.run_data import RunData
from aspan.evidence.usual_judges import held, list_segments, power_near, units_at_most
from aspan.evidence.verdict import Verdict
from aspan.twin.card_profile import LoadState, Segment

PROSE = read_prose(__file__)
HEIGHT_M = 65.0


def _there_and_back(
    speed_mps: float, transition_s: float, *, name: str = "", course_deg: float = 90.0
) -> tuple[Segment, ...]:
    """Return a transition out, half a minute on the wing each way, a transition in."""
    back_deg = (course_deg + 180.0) % 360.0
    return (
        transition(
            f"out{name}", transition_s, HEIGHT_M, speed_mps, is_out=True, course_deg=course_deg
        ),
        on_wing(f"wing{name}", 30.0, HEIGHT_M + 15.0, speed_mps, course_deg=back_deg),
        transition(
            f"in{name}", transition_s, HEIGHT_M, speed_mps, is_out=False, course_deg=back_deg
        ),
        hover(f"over{name}", 5.0, HEIGHT_M),
    )


def _card(
    card_id: str, after: str, mass_kg: float, profile: tuple[Segment, ...], repeats: int
) -> Card:
    speed_mps = max(segment.airspeed_mps for segment in profile)
    return make_card(
        PROSE,
        card_id,
        kind="transition",
        step=6,
        load=LoadState(mass_kg=mass_kg),
        envelope=EnvelopePoint(
            airspeed_mps=Bounds(high=speed_mps), height_agl_m=Bounds(low=HEIGHT_M, high=HEIGHT_M)
        ),
        profile=profile,
        limits=flight_limits(
            airspeed_mps=(None, 75.0), pitch_deg=(-15.0, 20.0), vertical_speed_mps=(-8.0, 10.0)
        ),
        minima=minima(wind_mps=4.0, gust_mps=6.0, air_c=(0.0, 30.0)),
        crew=Crew(flight_test_engineers=2),
        volume_ids=("PAD", "CIRCUIT"),
        after=(after,),
        repeats=repeats,
        priority=2.0,
    )


CARDS = (
    _card("TR1", "LS4", 2_000.0, _there_and_back(60.0, 45.0), repeats=3),
    _card("TR2", "TR1", 2_000.0, _there_and_back(57.0, 25.0), repeats=3),
    _card("TR3", "TR2", 2_000.0, _there_and_back(48.0, 25.0), repeats=2),
    _card("TR4", "TR3", 2_177.0, _there_and_back(57.0, 25.0), repeats=2),
    _card(
        "TR5",
        "TR4",
        2_177.0,
        _there_and_back(57.0, 25.0, name="-1") + _there_and_back(57.0, 25.0, name="-2"),
        repeats=1,
    ),
)

judge_height = check("height")(
    held("height_agl_m", "Height", "transition_out", "transition_in", tolerance=8.0)
)
judge_power = check("power")(
    power_near("transition_out", "transition_in", what="Power of a transition")
)
judge_margin = check("margin")(units_at_most(200.0))


@check("reached")
def judge_reached(check_id: CheckId, run: RunData) -> Verdict:
    """See whether the wing has taken over by the end of the first transition."""
    out = list_segments(run, "transition_out")[0]
    return reached_within(
        check_id,
        run,
        out.label,
        "airspeed_mps",
        "Time until the wing carries",
        at_least=out.airspeed_mps - 2.0,
        within_s=out.duration_s + 3.0,
    )
