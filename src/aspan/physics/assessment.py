"""Assessment: may a sortie be flown on its energy, and if not, why.

Puts energy, reserve, battery and the limits of mass, payload and wind together, for whoever has to
say beforehand what can be served: the reasons are told as sentences, all of them, not the first.
Not judged here: weather other than wind, approval, crews, separation.
"""

from typing import Final

import msgspec

from aspan.physics.battery import format_soc, is_dispatch_temperature, soc_needed
from aspan.physics.flight import aux_power_kw, ground_energy_kwh
from aspan.physics.reserve import DiversionSite, RequiredEnergy, required_energy
from aspan.physics.sortie import Leg, SortieEnergy, sortie_energy
from aspan.physics.wind import WindRefused
from aspan.primitives.units import kelvin_to_celsius
from aspan.world.aircraft import AircraftType
from aspan.world.rules import Rules

_MASS_TOLERANCE_KG: Final = 1e-6
_SOC_TOLERANCE: Final = 1e-9


class MassCase(msgspec.Struct, frozen=True):
    """A greatest take-off mass with the payload that goes with it (facts 1.1 to 1.4, 8.6a)."""

    name: str
    mass_kg_max: float
    payload_kg_max: float


class SortieQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A sortie to be assessed.

    Parameters
    ----------
    mass_kg
        At lift-off.
    payload_kg
        Passengers and bags; not judged if None.
    temperature_k
        Of the air, at both ends.
    pack_k
        Of the cells at off-block; the type's conditioned temperature if None.
    aux_kw
        By the temperature if None.
    taxi_s
        On the ground, before lift-off and after touchdown together.
    """

    legs: tuple[Leg, ...]
    climb_m: float
    descent_m: float
    mass_kg: float
    density_kg_m3: float
    destination_density_kg_m3: float
    temperature_k: float
    payload_kg: float | None = None
    wind_mps: float = 0.0
    wind_from_deg: float = 0.0
    soh: float = 1.0
    pack_k: float | None = None
    aux_kw: float | None = None
    taxi_s: float = 0.0
    is_landable_everywhere: bool = True
    is_night: bool = False
    diversions: tuple[DiversionSite, ...] = ()


class Assessment(msgspec.Struct, frozen=True):
    """The answer: energies where they can be told, and every reason against.

    Parameters
    ----------
    energy, required, soc_needed
        None where the wind forbids the sortie.
    reasons
        Empty if it is a go.
    """

    energy: SortieEnergy | None
    required: RequiredEnergy | None
    soc_needed: float | None
    reasons: tuple[str, ...]

    @property
    def is_go(self) -> bool:
        """Whether nothing speaks against the sortie."""
        return not self.reasons


def list_mass_cases(aircraft: AircraftType) -> tuple[MassCase, MassCase]:
    """Return the default and the alternative mass case of a type."""
    return (
        MassCase("default", aircraft.mass_kg, aircraft.payload_kg_max),
        MassCase("alternative", aircraft.alternative_mass_kg, aircraft.alternative_payload_kg_max),
    )


def assess_sortie(
    aircraft: AircraftType, rules: Rules, question: SortieQuestion, *, mass_case: MassCase
) -> Assessment:
    """Return energy, reserve, charge needed and every reason against a sortie."""
    reasons = _list_load_reasons(question, mass_case) + _list_limit_reasons(
        aircraft, rules, question
    )
    aux_kw = question.aux_kw
    if aux_kw is None:
        aux_kw = aux_power_kw(aircraft, question.temperature_k)
    energy = sortie_energy(
        aircraft,
        mass_kg=question.mass_kg,
        legs=question.legs,
        climb_m=question.climb_m,
        descent_m=question.descent_m,
        density_kg_m3=question.density_kg_m3,
        destination_density_kg_m3=question.destination_density_kg_m3,
        aux_kw=aux_kw,
        wind_mps=question.wind_mps,
        wind_from_deg=question.wind_from_deg,
    )
    if isinstance(energy, WindRefused):
        return Assessment(None, None, None, (*reasons, f"wind: {energy.reason}"))
    ground_kwh = ground_energy_kwh(duration_s=question.taxi_s, power_kw=aux_kw)
    required = required_energy(
        aircraft,
        rules.reserve,
        trip_kwh=energy.total_kwh + ground_kwh,
        mass_kg=question.mass_kg,
        density_kg_m3=question.destination_density_kg_m3,
        aux_kw=aux_kw,
        is_landable_everywhere=question.is_landable_everywhere,
        is_night=question.is_night,
        diversions=question.diversions,
        wind_mps=question.wind_mps,
        wind_from_deg=question.wind_from_deg,
    )
    if isinstance(required, WindRefused):
        return Assessment(energy, None, None, (*reasons, f"wind to diversion: {required.reason}"))
    pack_k = aircraft.pack_target_k if question.pack_k is None else question.pack_k
    soc = soc_needed(aircraft, required_kwh=required.required_kwh, soh=question.soh, pack_k=pack_k)
    if soc > aircraft.ceiling_soc + _SOC_TOLERANCE:
        told = format_soc(soc, ceiling_soc=aircraft.ceiling_soc)
        reasons.append(f"charge needed {told} exceeds the ceiling of {aircraft.ceiling_soc:.0%}")
    return Assessment(energy, required, soc, tuple(reasons))


def _list_load_reasons(question: SortieQuestion, mass_case: MassCase) -> list[str]:
    reasons = []
    if question.mass_kg > mass_case.mass_kg_max + _MASS_TOLERANCE_KG:
        reasons.append(
            f"take-off mass {question.mass_kg:.0f} kg exceeds {mass_case.mass_kg_max:.0f} kg"
        )
    payload_kg = question.payload_kg
    if payload_kg is not None and payload_kg > mass_case.payload_kg_max + _MASS_TOLERANCE_KG:
        reasons.append(f"payload {payload_kg:.0f} kg exceeds {mass_case.payload_kg_max:.0f} kg")
    return reasons


def _list_limit_reasons(
    aircraft: AircraftType, rules: Rules, question: SortieQuestion
) -> list[str]:
    reasons = []
    wind_mps_max = rules.weather_minima.wind_mps
    if question.wind_mps > wind_mps_max:
        reasons.append(
            f"wind {question.wind_mps:.1f} m/s exceeds the limit of {wind_mps_max:.1f} m/s"
        )
    if question.soh < aircraft.retire_soh:
        reasons.append(
            f"battery health {question.soh:.0%} is below {aircraft.retire_soh:.0%}, its least"
        )
    pack_k = question.pack_k
    if pack_k is not None and not is_dispatch_temperature(aircraft, pack_k):
        low_c = kelvin_to_celsius(aircraft.dispatch_k_min)
        high_c = kelvin_to_celsius(aircraft.dispatch_k_max)
        reasons.append(
            f"cells at {kelvin_to_celsius(pack_k):.1f} C are outside {low_c:.0f} to {high_c:.0f} C"
        )
    return reasons
