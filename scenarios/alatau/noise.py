"""Noise: passes over three microphones, hover within earshot, a departure and an arrival."""

from aspan.evidence.card import Bounds, Card, CheckId, Crew, EnvelopePoint
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
from aspan.evidence.judging import check, never_outside
from aspan.evidence.noise_judges import near_the_model
from aspan.evidence.prose import read_prose
from aspan.evidence.run_data import RunData
from aspan.evidence.usual_judges import power_near
from aspan.evidence.verdict import Verdict
from aspan.twin.card_profile import PASS, LoadState, Segment
from aspan.world.telemetry import MICROPHONES

PROSE = read_prose(__file__)
EAST_DEG, WEST_DEG = 90.0, 270.0


def _passes(height_m: float, speed_mps: float, count: int) -> tuple[Segment, ...]:
    """Return passes over the pad, whose middle is above it."""
    return tuple(
        on_wing(f"{PASS}-{number}", 20.0, height_m, speed_mps) for number in range(1, count + 1)
    )


def _card(
    card_id: str,
    after: tuple[str, ...],
    profile: tuple[Segment, ...],
    *,
    height_m: tuple[float, float],
    speed_mps: Bounds,
    mass_kg: float = 2_177.0,
    repeats: int = 2,
) -> Card:
    return make_card(
        PROSE,
        card_id,
        kind="noise",
        step=9,
        load=LoadState(mass_kg=mass_kg),
        envelope=EnvelopePoint(
            airspeed_mps=speed_mps, height_agl_m=Bounds(low=height_m[0], high=height_m[1])
        ),
        profile=profile,
        limits=flight_limits(mic1_dba=(None, 90.0), airspeed_mps=(None, 85.0)),
        minima=minima(wind_mps=3.0, gust_mps=5.0, air_c=(2.0, 32.0)),
        crew=Crew(flight_test_engineers=2),
        volume_ids=("PAD",) if card_id == "NO3" else ("PAD", "CIRCUIT"),
        after=after,
        repeats=repeats,
    )


HOLDS = tuple(hover(f"hold-{height:.0f}", 40.0, height) for height in (30.0, 75.0, 120.0))
SORTIE = (
    hover("before", 10.0, 65.0),
    transition("out", 25.0, 65.0, 57.0, is_out=True, course_deg=EAST_DEG),
    on_wing("way-round", 30.0, 80.0, 57.0, course_deg=WEST_DEG),
    transition("in", 25.0, 65.0, 57.0, is_out=False, course_deg=WEST_DEG),
    hover("after", 10.0, 65.0),
)

CARDS = (
    _card("NO1", ("SL1",), (*to_the_wing(), *_passes(500.0, 51.4, 3), *from_the_wing()),
          height_m=(500.0, 500.0), speed_mps=Bounds(low=51.4, high=51.4)),
    _card("NO2", ("NO1", "CR1"), (*to_the_wing(), *_passes(250.0, 72.0, 3), *from_the_wing()),
          height_m=(250.0, 250.0), speed_mps=Bounds(low=72.0, high=72.0)),
    _card("NO3", ("HO3",), HOLDS, height_m=(30.0, 120.0), speed_mps=Bounds()),
    _card("NO4", ("NO3", "PL4"), SORTIE, height_m=(65.0, 65.0), speed_mps=Bounds(high=57.0),
          mass_kg=2_404.0, repeats=3),
)  # fmt: skip

judge_source = check("source")(near_the_model(3.0, "cruise", "hover"))
judge_power = check("power")(power_near("cruise", "hover"))
judge_departure_power = check("NO4.power")(power_near("transition_out", "transition_in"))


@check("neighbour")
def judge_neighbour(check_id: CheckId, run: RunData) -> Verdict:
    """Look at the loudest second of any microphone."""
    channels = [f"mic{n}_dba" for n in range(1, MICROPHONES + 1)]
    return never_outside(check_id, run, channels, "Level", high=70.0)
