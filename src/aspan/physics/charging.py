"""Charging: the battery's taper in closed form under a constant power cap.

The cells take at most a rate that depends on the state of charge (facts B.8): constant below 60 %,
falling linearly to 80 % and again to 95 %, nothing above the ceiling. Under a cap the charge
therefore rises in straight pieces (cap or constant rate) and exponential ones (linear taper);
both time-to-charge and charge-after-time are exact. All powers here are at the battery unless
named `dc` (charger output) or `grid` (site meter), facts B.9.

A pack outside its full-rate temperatures takes less. Assumed: the rate falls linearly from the
bound of full rate to nothing at the bound of charging (facts B.6 states only the bounds).
"""

from math import exp, inf, log1p
from typing import Final

from aspan.primitives.units import S_PER_H
from aspan.world.aircraft import AircraftType
from aspan.world.rules import Charging

TAPER_BEGINS_SOC: Final = 0.60
TAPER_KNEE_SOC: Final = 0.80
TAPER_ENDS_SOC: Final = 0.95
"""Corners of the limit by state of charge: facts B.8; the rates at them are the type's."""

_FLAT = 1e-12
"""Slope [1/h] below which a taper is a constant rate."""

Piece = tuple[float, float, float, float]
"""From soc, to soc, rate at the first [1/h], slope of the rate per soc [1/h]."""


def rate_factor(aircraft: AircraftType, pack_k: float) -> float:
    """Return the share of the full charging rate that cells of this temperature take."""
    if pack_k < aircraft.full_rate_k_min:
        span_k = aircraft.full_rate_k_min - aircraft.charge_k_min
        return max(0.0, (pack_k - aircraft.charge_k_min) / span_k) if span_k > 0.0 else 0.0
    if pack_k > aircraft.full_rate_k_max:
        span_k = aircraft.charge_k_max - aircraft.full_rate_k_max
        return max(0.0, (aircraft.charge_k_max - pack_k) / span_k) if span_k > 0.0 else 0.0
    return 1.0


def charge_limit_kw(aircraft: AircraftType, *, soc: float, soh: float, pack_k: float) -> float:
    """Return the greatest power the battery takes at a state of charge; 0 from the ceiling up."""
    if soc >= aircraft.ceiling_soc:
        return 0.0
    if soc < TAPER_BEGINS_SOC:
        rate = aircraft.charge_c_rate_max
    elif soc < TAPER_KNEE_SOC:
        share = (soc - TAPER_BEGINS_SOC) / (TAPER_KNEE_SOC - TAPER_BEGINS_SOC)
        rate = aircraft.charge_c_rate_max
        rate += share * (aircraft.charge_c_rate_at_80 - rate)
    elif soc < TAPER_ENDS_SOC:
        share = (soc - TAPER_KNEE_SOC) / (TAPER_ENDS_SOC - TAPER_KNEE_SOC)
        rate = aircraft.charge_c_rate_at_80
        rate += share * (aircraft.charge_c_rate_at_95 - rate)
    else:
        rate = aircraft.charge_c_rate_at_95
    return rate * rate_factor(aircraft, pack_k) * aircraft.gross_kwh * soh


def charge_power_kw(
    aircraft: AircraftType, *, soc: float, soh: float, cap_kw: float, pack_k: float
) -> float:
    """Return the power into the battery under a cap, at a state of charge."""
    return min(cap_kw, charge_limit_kw(aircraft, soc=soc, soh=soh, pack_k=pack_k))


def _list_pieces(
    aircraft: AircraftType, *, soc: float, until_soc: float, cap_rate: float, factor: float
) -> list[Piece]:
    """Return the pieces of constant or linearly falling rate between two states of charge."""
    top = factor * aircraft.charge_c_rate_max
    knee = factor * aircraft.charge_c_rate_at_80
    tail = factor * aircraft.charge_c_rate_at_95
    pieces: list[Piece] = []
    for from_soc, to_soc, first, last in (
        (min(soc, 0.0), TAPER_BEGINS_SOC, top, top),
        (TAPER_BEGINS_SOC, TAPER_KNEE_SOC, top, knee),
        (TAPER_KNEE_SOC, TAPER_ENDS_SOC, knee, tail),
        (TAPER_ENDS_SOC, max(until_soc, TAPER_ENDS_SOC), tail, tail),
    ):
        start, end = max(soc, from_soc), min(until_soc, to_soc)
        if start >= end:
            continue
        slope = (last - first) / (to_soc - from_soc)
        rate = first + slope * (start - from_soc)
        last_rate = first + slope * (end - from_soc)
        if last_rate >= cap_rate:
            pieces.append((start, end, cap_rate, 0.0))
        elif rate <= cap_rate:
            pieces.append((start, end, rate, slope))
        else:
            meeting = start + (cap_rate - rate) / slope
            pieces.append((start, meeting, cap_rate, 0.0))
            pieces.append((meeting, end, cap_rate, slope))
    return pieces


def time_to_soc_s(
    aircraft: AircraftType,
    *,
    soc: float,
    target_soc: float,
    soh: float,
    cap_kw: float,
    pack_k: float,
) -> float:
    """Return the time to charge to a target; 0 if it is reached, infinite if it never is.

    Parameters
    ----------
    cap_kw
        Constant power at the battery that charger and site allow.
    """
    if target_soc <= soc:
        return 0.0
    cap_rate = cap_kw / (aircraft.gross_kwh * soh)
    factor = rate_factor(aircraft, pack_k)
    if cap_rate <= 0.0 or factor <= 0.0 or target_soc > aircraft.ceiling_soc:
        return inf
    hours = 0.0
    for start, end, rate, slope in _list_pieces(
        aircraft, soc=soc, until_soc=target_soc, cap_rate=cap_rate, factor=factor
    ):
        gain = end - start
        hours += gain / rate if abs(slope) < _FLAT else log1p(slope * gain / rate) / slope
    return hours * S_PER_H


def soc_after_s(
    aircraft: AircraftType,
    *,
    soc: float,
    duration_s: float,
    soh: float,
    cap_kw: float,
    pack_k: float,
) -> float:
    """Return the state of charge after a time under a constant cap; never above the ceiling."""
    cap_rate = cap_kw / (aircraft.gross_kwh * soh)
    factor = rate_factor(aircraft, pack_k)
    if cap_rate <= 0.0 or factor <= 0.0 or soc >= aircraft.ceiling_soc or duration_s <= 0.0:
        return soc
    left_h = duration_s / S_PER_H
    for start, end, rate, slope in _list_pieces(
        aircraft, soc=soc, until_soc=aircraft.ceiling_soc, cap_rate=cap_rate, factor=factor
    ):
        gain = end - start
        is_flat = abs(slope) < _FLAT
        piece_h = gain / rate if is_flat else log1p(slope * gain / rate) / slope
        if left_h < piece_h:
            if is_flat:
                return start + rate * left_h
            return start + rate * (exp(slope * left_h) - 1.0) / slope
        left_h -= piece_h
    return aircraft.ceiling_soc


def list_power_steps(
    aircraft: AircraftType,
    *,
    soc: float,
    duration_s: float,
    soh: float,
    cap_kw: float,
    pack_k: float,
    step_s: float,
) -> list[tuple[float, float, float]]:
    """Return (start_s, end_s, mean battery power) over a session, in steps of equal length.

    Each step carries exactly the energy of the closed form; the last may be shorter.
    """
    capacity = aircraft.gross_kwh * soh
    steps: list[tuple[float, float, float]] = []
    start_s, start_soc = 0.0, soc
    while start_s < duration_s:
        end_s = min(duration_s, start_s + step_s)
        end_soc = soc_after_s(
            aircraft, soc=soc, duration_s=end_s, soh=soh, cap_kw=cap_kw, pack_k=pack_k
        )
        power_kw = (end_soc - start_soc) * capacity * S_PER_H / (end_s - start_s)
        steps.append((start_s, end_s, power_kw))
        start_s, start_soc = end_s, end_soc
    return steps


def dc_power_kw(charging: Charging, battery_kw: float) -> float:
    """Return the charger's output power for a power into the battery (facts B.9)."""
    return battery_kw / charging.dc_to_battery


def grid_power_kw(charging: Charging, battery_kw: float) -> float:
    """Return the power at the site's grid meter for a power into the battery (facts B.9)."""
    return battery_kw / charging.grid_to_battery


def battery_power_kw(charging: Charging, *, dc_kw: float, grid_kw: float = inf) -> float:
    """Return the battery power that a charger's output and a share of the site's limit allow."""
    return min(charging.dc_to_battery * dc_kw, charging.grid_to_battery * grid_kw)
