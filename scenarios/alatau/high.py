"""High: hover and cruise in thin air, a thousand metres and more above the pad."""

from aspan.evidence.card import Bounds, Card, Crew, EnvelopePoint
from aspan.evidence.card_parts import (
    flight_limits,
    from_the_wing,
    hover,
    make_card,
    minima,
    on_wing,
    to_the_wing,
    transition,
)
from aspan.evidence.judging import check
from aspan.evidence.prose import read_prose
from aspan.evidence.usual_judges import held, packs_at_most, power_near, units_at_most
from aspan.twin.card_profile import LoadState, Segment

PROSE = read_prose(__file__)
CLIMB_MPS, SINK_MPS, WING_MPS = 6.0, 6.0, 60.0


def _card(
    card_id: str,
    after: tuple[str, ...],
    middle: tuple[Segment, ...],
    *,
    height_m: float,
    density_altitude_m: tuple[float, float],
    air_c: tuple[float, float],
    ceiling_agl_m: float,
    repeats: int,
) -> Card:
    is_hover = card_id != "HH3"
    speeds = Bounds() if is_hover else Bounds(low=60.0, high=75.0)
    return make_card(
        PROSE,
        card_id,
        kind="high",
        step=9,
        load=LoadState(mass_kg=2_177.0),
        envelope=EnvelopePoint(
            airspeed_mps=speeds,
            height_agl_m=Bounds(low=height_m, high=height_m),
            density_altitude_m=Bounds(low=density_altitude_m[0], high=density_altitude_m[1]),
        ),
        profile=(
            *to_the_wing(),
            on_wing(
                "way-up", (height_m - 65.0) / CLIMB_MPS, height_m, WING_MPS, manoeuvre="climb",
                course_deg=90.0,
            ),
            *middle,
            on_wing(
                "way-down", (height_m - 150.0) / SINK_MPS, 150.0, WING_MPS, manoeuvre="descent",
                course_deg=270.0,
            ),
            *from_the_wing(),
        ),
        limits=flight_limits(vertical_speed_mps=(-11.0, 11.0), height_agl_m=(None, 1_600.0)),
        minima=minima(
            wind_mps=4.0 if is_hover else 6.0,
            gust_mps=6.0 if is_hover else 8.0,
            air_c=air_c,
            visibility_m=8_000.0,
            ceiling_agl_m=ceiling_agl_m,
        ),
        crew=Crew(flight_test_engineers=2),
        volume_ids=("PAD", "CIRCUIT", "EAST", *(("HIGH",) if height_m > 1_200.0 else ())),
        after=after,
        repeats=repeats,
    )  # fmt: skip


def _high_hover(height_m: float) -> tuple[Segment, ...]:
    return (
        transition("way-slow", 25.0, height_m, 57.0, is_out=False, course_deg=270.0),
        hover("hold", 45.0, height_m),
        transition("way-fast", 25.0, height_m, 57.0, is_out=True, course_deg=90.0),
    )


LEGS = (
    on_wing("east", 60.0, 1_400.0, 75.0, course_deg=90.0),
    on_wing("west", 60.0, 1_400.0, 60.0, course_deg=270.0),
)

CARDS = (
    _card("HH1", ("CL2", "TR5", "HE1"), _high_hover(1_180.0), height_m=1_180.0,
          density_altitude_m=(400.0, 1_900.0), air_c=(18.0, 36.0), ceiling_agl_m=1_500.0,
          repeats=2),
    _card("HH2", ("HH1",), _high_hover(1_400.0), height_m=1_400.0,
          density_altitude_m=(0.0, 1_800.0), air_c=(10.0, 34.0), ceiling_agl_m=1_800.0,
          repeats=2),
    _card("HH3", ("HH1", "CR5"), LEGS, height_m=1_400.0,
          density_altitude_m=(-400.0, 1_800.0), air_c=(0.0, 34.0), ceiling_agl_m=1_800.0,
          repeats=1),
)  # fmt: skip

judge_power = check("power")(power_near("hover", "cruise"))
judge_margin = check("margin")(units_at_most(180.0))
judge_held = check("held")(held("height_agl_m", "Height", "hover", tolerance=8.0))
judge_held_on_wing = check("HH3.held")(held("height_agl_m", "Height", "cruise", tolerance=20.0))
judge_packs = check("packs")(packs_at_most(50.0))
