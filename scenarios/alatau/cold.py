"""Cold: hover and cruise in dense air, and hover with packs at the coldest that may fly."""

from aspan.evidence.card import Bounds, Card, EnvelopePoint
from aspan.evidence.card_parts import (
    flight_limits,
    from_the_wing,
    hover,
    make_card,
    minima,
    on_wing,
    to_the_wing,
)
from aspan.evidence.judging import check
from aspan.evidence.prose import read_prose
from aspan.evidence.usual_judges import charge_left, kept, power_near
from aspan.primitives.units import celsius_to_kelvin
from aspan.twin.card_profile import LoadState
from aspan.world.telemetry import PACKS

PROSE = read_prose(__file__)


def _card(
    card_id: str, after: tuple[str, ...], *, pack_c: float = 18.0, air_c_max: float = -5.0
) -> Card:
    is_hover = card_id != "CO2"
    height_m = 30.0 if is_hover else 300.0
    return make_card(
        PROSE,
        card_id,
        kind="cold",
        step=9,
        load=LoadState(mass_kg=2_177.0, pack_k=celsius_to_kelvin(pack_c)),
        envelope=EnvelopePoint(
            airspeed_mps=Bounds() if is_hover else Bounds(low=57.0, high=72.0),
            height_agl_m=Bounds(low=height_m, high=height_m),
            density_altitude_m=Bounds(low=-2_000.0, high=600.0),
        ),
        profile=(hover("hold", 75.0, 30.0),) if is_hover else LEGS,
        limits=flight_limits(pack1_voltage_v=(560.0, None), airspeed_mps=(None, 85.0)),
        minima=minima(
            wind_mps=4.0 if is_hover else 6.0,
            gust_mps=6.0 if is_hover else 8.0,
            air_c=(-25.0, air_c_max),
        ),
        volume_ids=("PAD",) if is_hover else ("PAD", "CIRCUIT", "EAST"),
        after=after,
        repeats=2,
        priority=2.0,
    )


LEGS = (
    *to_the_wing(),
    on_wing("east", 75.0, 300.0, 72.0, course_deg=90.0),
    on_wing("west", 75.0, 300.0, 57.0, course_deg=270.0),
    *from_the_wing(),
)

CARDS = (
    _card("CO1", ("HO2",)),
    _card("CO2", ("CO1", "CR3")),
    _card("CO3", ("CO1", "GD3"), pack_c=10.0, air_c_max=5.0),
)

VOLTAGES = tuple(f"pack{n}_voltage_v" for n in range(1, PACKS + 1))
TEMPERATURES = tuple(f"pack{n}_temperature_k" for n in range(1, PACKS + 1))

judge_power = check("power")(power_near("hover", "cruise"))
judge_voltage = check("voltage")(kept(VOLTAGES, "Pack voltage", low=580.0))
judge_left = check("left")(charge_left(0.45))
judge_packs = check("packs")(kept(TEMPERATURES, "Pack temperature", low=celsius_to_kelvin(8.0)))
