"""Battery: what the charge is worth, how the pack warms and what its temperature allows.

State of charge is stored energy over (gross · health). Cold does not change it; cold shrinks what
is available: (soc - floor) · gross · health · f(cell temperature), facts 2.5. The pack is one lump
at one temperature. Not modelled: voltage sag, differences between cells, self-discharge, ageing
within a day.
"""

from enum import Enum
from math import exp, inf, log
from typing import Final

from aspan.primitives.units import J_PER_KWH, KELVIN_AT_0_C
from aspan.world.aircraft import AircraftType

WARM_PACK_K: Final = KELVIN_AT_0_C + 20.0
"""Cell temperature from which on all of the energy is usable: facts B.5."""

PACK_ALERT_K: Final = KELVIN_AT_0_C + 55.0
"""Cell temperature of an alert: facts B.6, assumed there."""

PACK_LAND_K: Final = KELVIN_AT_0_C + 60.0
"""Cell temperature at which to land as soon as possible: facts B.6, assumed there."""

_SOC_DIGITS_MIN: Final = 1
_SOC_DIGITS_MAX: Final = 4
"""Digits of a percentage of charge."""


class PackState(Enum):
    """What a cell temperature means for an aircraft in flight (facts B.6)."""

    NORMAL = "normal"
    ALERT = "alert"
    LAND_AS_SOON_AS_POSSIBLE = "land_as_soon_as_possible"


def list_cold_factors(aircraft: AircraftType) -> tuple[tuple[float, float], ...]:
    """Return cell temperatures [K], rising, with the usable share of energy at each (facts B.5)."""
    return (
        (KELVIN_AT_0_C - 20.0, aircraft.cold_factor_at_minus_20),
        (KELVIN_AT_0_C - 10.0, aircraft.cold_factor_at_minus_10),
        (KELVIN_AT_0_C + 0.0, aircraft.cold_factor_at_0),
        (KELVIN_AT_0_C + 10.0, aircraft.cold_factor_at_10),
        (WARM_PACK_K, 1.0),
    )


def cold_factor(aircraft: AircraftType, pack_k: float) -> float:
    """Return the usable share of energy at a cell temperature, in [0, 1]; linear between points.

    Assumed: below the last point it goes on falling as between the last two.
    """
    if pack_k >= WARM_PACK_K:
        return 1.0
    factors = list_cold_factors(aircraft)
    upper_k, upper = factors[-1]
    for lower_k, lower in reversed(factors[:-1]):
        if pack_k >= lower_k:
            return lower + (upper - lower) * (pack_k - lower_k) / (upper_k - lower_k)
        upper_k, upper = lower_k, lower
    (first_k, first), (second_k, second) = factors[:2]
    return max(0.0, first + (second - first) * (pack_k - first_k) / (second_k - first_k))


def capacity_kwh(aircraft: AircraftType, *, soh: float) -> float:
    """Return the energy of a full pack of this health."""
    return aircraft.gross_kwh * soh


def available_kwh(aircraft: AircraftType, *, soc: float, soh: float, pack_k: float) -> float:
    """Return the energy above the floor that the cells give at their temperature.

    Negative below the floor: what is missing.
    """
    return (soc - aircraft.floor_soc) * aircraft.gross_kwh * soh * cold_factor(aircraft, pack_k)


def soc_needed(aircraft: AircraftType, *, required_kwh: float, soh: float, pack_k: float) -> float:
    """Return the state of charge that makes this energy available; it may exceed the ceiling."""
    factor = cold_factor(aircraft, pack_k)
    if factor <= 0.0:
        return inf
    return aircraft.floor_soc + required_kwh / (aircraft.gross_kwh * soh * factor)


def format_soc(soc: float, *, ceiling_soc: float) -> str:
    """Return a charge needed in percent, with as many digits as tell it from the ceiling.

    One digit, up to four where the two would read alike.
    """
    for digits in range(_SOC_DIGITS_MIN, _SOC_DIGITS_MAX):
        text = f"{soc:.{digits}%}"
        if text != f"{ceiling_soc:.{digits}%}":
            return text
    return f"{soc:.{_SOC_DIGITS_MAX}%}" if soc != ceiling_soc else f"{soc:.{_SOC_DIGITS_MIN}%}"


def soc_after_energy(aircraft: AircraftType, *, soc: float, energy_kwh: float, soh: float) -> float:
    """Return the state of charge after drawing an energy, or storing it if negative."""
    return soc - energy_kwh / (aircraft.gross_kwh * soh)


def pack_k_after_energy(aircraft: AircraftType, *, pack_k: float, energy_kwh: float) -> float:
    """Return the cell temperature after drawing an energy in flight (facts B.7).

    Assumed: no cooling in flight; all loss stays in the pack.
    """
    heat_j = aircraft.pack_loss_fraction * energy_kwh * J_PER_KWH
    return pack_k + heat_j / (aircraft.pack_mass_kg * aircraft.pack_heat_capacity_j_per_kg_k)


def pack_k_on_stand(aircraft: AircraftType, *, pack_k: float, duration_s: float) -> float:
    """Return the cell temperature after a time on the charger's coolant or on stand power.

    Exponential to the type's target (facts 1.32: coolant is exchanged). Assumed: the loop carries
    off the heat of charging as it comes, and warms as fast as it cools.
    """
    target_k = aircraft.pack_target_k
    return target_k + (pack_k - target_k) * exp(-duration_s / aircraft.pack_cooling_time_s)


def time_to_pack_k_s(
    aircraft: AircraftType, *, pack_k: float, low_k: float, high_k: float
) -> float:
    """Return the time on the stand until the cells are within [low_k, high_k].

    0 if they are; infinite if the target lies outside, or on the bound to be reached.
    """
    if low_k <= pack_k <= high_k:
        return 0.0
    bound_k = low_k if pack_k < low_k else high_k
    target_k = aircraft.pack_target_k
    share = (pack_k - target_k) / (bound_k - target_k) if bound_k != target_k else inf
    if not 1.0 < share < inf:
        return inf
    return aircraft.pack_cooling_time_s * log(share)


def is_dispatch_temperature(aircraft: AircraftType, pack_k: float) -> bool:
    """Return whether a sortie may begin with cells at this temperature (facts B.6)."""
    return aircraft.dispatch_k_min <= pack_k <= aircraft.dispatch_k_max


def is_charge_temperature(aircraft: AircraftType, pack_k: float) -> bool:
    """Return whether cells at this temperature may be charged (facts B.6)."""
    return aircraft.charge_k_min <= pack_k <= aircraft.charge_k_max


def pack_state(pack_k: float) -> PackState:
    """Return what the cell temperature means in flight (facts B.6)."""
    if pack_k >= PACK_LAND_K:
        return PackState.LAND_AS_SOON_AS_POSSIBLE
    return PackState.ALERT if pack_k >= PACK_ALERT_K else PackState.NORMAL
