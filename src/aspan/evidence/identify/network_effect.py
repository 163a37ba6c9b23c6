"""What a new aircraft dataset changes in the network: range, reserve, charging, routes, sorties.

Each figure is computed with the old and with the new numbers. Its interval is that of the estimates
alone: new numbers drawn within their uncertainty, independent of each other, the rest of the
dataset as it stands; 2.5 % of draws lie beyond each end. A whole day is flown once with each
dataset, so it has none.
"""

from collections.abc import Callable
from typing import Final

import msgspec
import numpy as np

from aspan.evidence.identify.estimates import Identification
from aspan.evidence.identify.flight import PRODUCT
from aspan.physics.battery import available_kwh
from aspan.physics.charging import battery_power_kw, time_to_soc_s
from aspan.physics.flight import aux_power_kw
from aspan.physics.reserve import final_reserve_kwh, required_energy
from aspan.physics.sortie import sortie_energy
from aspan.physics.wind import WindRefused
from aspan.primitives.errors import ensure
from aspan.primitives.units import (
    KELVIN_AT_0_C,
    M_PER_KM,
    MS_PER_H,
    S_PER_MIN,
)
from aspan.world.aircraft import AircraftType
from aspan.world.atmosphere import air_density_kg_m3, standard_pressure_pa
from aspan.world.city import City

DRAWS: Final = 200
LEGS_KM: Final = (15.0, 30.0, 50.0)
CLIMB_M: Final = 400.0
TEMPERATURE_K: Final = KELVIN_AT_0_C + 15.0
"""Facts 2.4: legs and cruise height of the worked sorties; a mild day."""

COLD_K: Final = KELVIN_AT_0_C + 10.0
CHARGED_TO_SOC: Final = 0.80
_RANGE_KM_MAX: Final = 400.0
_RANGE_STEPS: Final = 18


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One figure with the old and the new aircraft.

    Parameters
    ----------
    low, high
        95 % interval of the new figure; None where it was computed once.
    note
        What else must be said, such as which routes.
    """

    what: str
    unit: str
    old: float
    new: float
    low: float | None = None
    high: float | None = None
    note: str = ""

    @property
    def difference(self) -> float:
        """New less old."""
        return self.new - self.old


Figure = Callable[[AircraftType], float]


def list_changes(
    old: City, new: City, identification: Identification, *, seed: int = 1, draws: int = DRAWS
) -> list[Change]:
    """Return the figures of one aircraft and of the routes, old and new."""
    drawn = draw_types(new.aircraft_type, identification, seed=seed, draws=draws)
    changes = [
        _change(what, unit, figure, old.aircraft_type, new.aircraft_type, drawn)
        for what, unit, figure in _figures(new)
    ]
    return [*changes, count_routes(old, new)]


def draw_types(
    kind: AircraftType, identification: Identification, *, seed: int, draws: int
) -> list[AircraftType]:
    """Return aircraft as they may be: each estimate drawn within its uncertainty."""
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(draws):
        values: dict[str, float] = {}
        for estimate in identification.estimates:
            value = float(rng.normal(estimate.value, estimate.standard_uncertainty))
            if estimate.name == PRODUCT:
                values["lift_to_drag_max"] = value / kind.cruise_efficiency
            elif estimate.name in AircraftType.__struct_fields__:
                values[estimate.name] = max(value, 0.0)
        drawn.append(msgspec.structs.replace(kind, **values))
    return drawn


def _change(
    what: str,
    unit: str,
    figure: Figure,
    old: AircraftType,
    new: AircraftType,
    drawn: list[AircraftType],
) -> Change:
    values = [figure(kind) for kind in drawn]
    low, high = np.quantile(values, [0.025, 0.975]).tolist() if values else (None, None)
    return Change(what=what, unit=unit, old=figure(old), new=figure(new), low=low, high=high)


def _figures(city: City) -> list[tuple[str, str, Figure]]:
    """Return names, units and functions of the figures, in the conditions of the city."""
    site = city.vertiports[0]
    density = air_density_kg_m3(standard_pressure_pa(site.elevation_amsl_m), TEMPERATURE_K)
    dc_kw = max((c.power_kw for v in city.vertiports for c in v.chargers), default=0.0)
    power_kw = battery_power_kw(city.rules.charging, dc_kw=dc_kw)
    figures: list[tuple[str, str, Figure]] = [
        (
            "greatest range with reserve, new pack, full cabin",
            "km",
            lambda kind: greatest_range_km(city, kind, density, pack_k=kind.pack_target_k),
        ),
        (
            "the same with cells at 10 °C",
            "km",
            lambda kind: greatest_range_km(city, kind, density, pack_k=COLD_K),
        ),
        (
            "final reserve",
            "kWh",
            lambda kind: final_reserve_kwh(
                kind,
                mass_kg=kind.mass_kg,
                density_kg_m3=density,
                duration_s=city.rules.reserve.final_reserve_s,
                aux_kw=aux_power_kw(kind, TEMPERATURE_K),
            ),
        ),
    ]
    for distance_km in LEGS_KM:
        figures += [
            (
                f"energy of a leg of {distance_km:g} km",
                "kWh",
                lambda kind, km=distance_km: leg_kwh(kind, density, km),  # type: ignore[misc]
            ),
            (
                f"charging after it, to {CHARGED_TO_SOC:.0%} at {dc_kw:g} kW",
                "min",
                lambda kind, km=distance_km: charge_min(  # type: ignore[misc]
                    kind, leg_kwh(kind, density, km), power_kw
                ),
            ),
        ]
    return figures


def leg_kwh(kind: AircraftType, density_kg_m3: float, distance_km: float) -> float:
    """Return the energy of a straight leg in still air at greatest mass."""
    answer = sortie_energy(
        kind,
        mass_kg=kind.mass_kg,
        legs=[(distance_km * M_PER_KM, 0.0)],
        climb_m=CLIMB_M,
        descent_m=CLIMB_M,
        density_kg_m3=density_kg_m3,
        aux_kw=aux_power_kw(kind, TEMPERATURE_K),
    )
    ensure(not isinstance(answer, WindRefused), "still air refuses no leg")
    return answer.total_kwh if not isinstance(answer, WindRefused) else 0.0


def greatest_range_km(
    city: City, kind: AircraftType, density_kg_m3: float, *, pack_k: float
) -> float:
    """Return the longest leg after which the reserve is there, from a full new pack; 0 if none."""
    have_kwh = available_kwh(kind, soc=kind.ceiling_soc, soh=1.0, pack_k=pack_k)
    low_km, high_km = 0.0, _RANGE_KM_MAX
    for _ in range(_RANGE_STEPS):
        middle_km = 0.5 * (low_km + high_km)
        required = required_energy(
            kind,
            city.rules.reserve,
            trip_kwh=leg_kwh(kind, density_kg_m3, middle_km),
            mass_kg=kind.mass_kg,
            density_kg_m3=density_kg_m3,
            aux_kw=aux_power_kw(kind, TEMPERATURE_K),
        )
        is_enough = not isinstance(required, WindRefused) and required.required_kwh <= have_kwh
        low_km, high_km = (middle_km, high_km) if is_enough else (low_km, middle_km)
    return low_km


def charge_min(kind: AircraftType, energy_kwh: float, power_kw: float) -> float:
    """Return the minutes to charge an energy that ends at 80 %."""
    seconds = time_to_soc_s(
        kind,
        soc=CHARGED_TO_SOC - energy_kwh / kind.gross_kwh,
        target_soc=CHARGED_TO_SOC,
        soh=1.0,
        cap_kw=power_kw,
        pack_k=kind.pack_target_k,
    )
    return seconds / S_PER_MIN


def count_routes(old: City, new: City) -> Change:
    """Return how many pairs of vertiports can be served, and which ones come or go."""
    before, after = _served(old), _served(new)
    gained, lost = sorted(after - before), sorted(before - after)
    words = [f"gained {a} to {b}" for a, b in gained] + [f"lost {a} to {b}" for a, b in lost]
    return Change(
        what="pairs of vertiports that can be served",
        unit="1",
        old=len(before),
        new=len(after),
        note=", ".join(words) or "the same pairs",
    )


def _served(city: City) -> set[tuple[str, str]]:
    from aspan.compose.serviceability import judge_pair
    from aspan.operations.city_index import CityIndex
    from aspan.operations.legs import Legs

    legs = Legs(CityIndex(city))
    ids = [v.vertiport_id for v in city.vertiports]
    pairs = [(a, b) for a in ids for b in ids if a != b]
    return {
        (str(a), str(b)) for a, b in pairs if judge_pair(legs, (a, b)).passengers_max is not None
    }


def fly_days(old: City, new: City, *, seed: int = 1) -> list[Change]:
    """Return what one aircraft flies on the shipped fair-weather day, simulated with each."""
    before, after = _fly_day(old, seed), _fly_day(new, seed)
    return [
        Change(
            what="sorties of one aircraft on the fair-weather day",
            unit="1",
            old=before[0],
            new=after[0],
        ),
        Change(what="its block hours", unit="h", old=before[1], new=after[1]),
    ]


def _fly_day(city: City, seed: int) -> tuple[int, float]:
    from aspan.compose.runs import RunSettings, fly, open_twin
    from aspan.compose.tables import fold_run

    settings = RunSettings(day=city.fair_weather_date, days=1, seed=seed, fleet=1, demand=1.0)
    run = open_twin(city, settings)
    log = fly(run, until_ms=run.end_ms)
    folded = fold_run(log.events, end_ms=run.end_ms, reliability=city.reliability)
    landed = folded.sorties.list_landed()
    block_ms = sum(
        s.on_block.at_ms - s.off_block.at_ms
        for s in landed
        if s.on_block is not None and s.off_block is not None
    )
    return len(landed), block_ms / MS_PER_H
