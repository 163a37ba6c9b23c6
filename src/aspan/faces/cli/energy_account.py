"""The account of a charge: each part with its energy, so that the parts add up to what is needed.

A charge needed is trip with its contingency, reserve, what cold cells do not give, and the floor
that stays in the battery. It is told with the range of the energy behind it: what the verdict would
be if flying took so much more, or less.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspan.physics.assessment import Assessment, SortieQuestion
    from aspan.world.city import City

ENERGY_UNCERTAINTY: Final = 0.20
"""How far the energy of flight may be off, as a share of it (facts 2.4)."""

_TOLERANCE_SOC: Final = 1e-9


def account_charge(
    city: "City", question: "SortieQuestion", assessment: "Assessment"
) -> dict[str, Any] | None:
    """Return the parts of the charge needed, in kWh of the battery; None where it is not told."""
    from math import isfinite

    from aspan.physics.battery import capacity_kwh, cold_factor

    kind, required = city.aircraft_type, assessment.required
    soc = assessment.soc_needed
    if required is None or soc is None or not isfinite(soc):
        return None
    pack_k = kind.pack_target_k if question.pack_k is None else question.pack_k
    factor = cold_factor(kind, pack_k)
    capacity = capacity_kwh(kind, soh=question.soh)
    contingency = city.rules.reserve.contingency_factor
    return {
        "trip_kwh": required.trip_kwh,
        "contingency_factor": contingency,
        "trip_with_contingency_kwh": contingency * required.trip_kwh,
        "reserve_kwh": required.reserve_kwh,
        "temperature_factor": factor,
        "cold_kwh": required.required_kwh * (1.0 / factor - 1.0),
        "floor_soc": kind.floor_soc,
        "floor_kwh": kind.floor_soc * capacity,
        "needed_kwh": soc * capacity,
        "battery_kwh": capacity,
        "soc_needed": soc,
        "ceiling_soc": kind.ceiling_soc,
        "ceiling_kwh": kind.ceiling_soc * capacity,
    }


def judge_range(account: dict[str, Any] | None, reasons: "Sequence[str]") -> dict[str, Any] | None:
    """Return charge and verdict if flying took less or more energy by its uncertainty.

    Trip and reserve grow alike, as they rest on the same estimates.

    Parameters
    ----------
    reasons
        Against the sortie; what forbids it besides the charge goes on forbidding it.
    """
    if account is None:
        return None
    over_soc = account["soc_needed"] - account["floor_soc"]
    is_enough = account["soc_needed"] <= account["ceiling_soc"] + _TOLERANCE_SOC
    is_free = len(reasons) == (0 if is_enough else 1)
    answer: dict[str, Any] = {"energy_uncertainty": ENERGY_UNCERTAINTY}
    for name, factor in (("less", 1.0 - ENERGY_UNCERTAINTY), ("more", 1.0 + ENERGY_UNCERTAINTY)):
        soc = account["floor_soc"] + factor * over_soc
        is_within = soc <= account["ceiling_soc"] + _TOLERANCE_SOC
        answer[f"soc_needed_{name}"] = soc
        answer[f"go_{name}"] = is_free and is_within
    return answer


def count_passengers(city: "City", question: "SortieQuestion", payload_kg_max: float) -> int:
    """Return how many passengers with bags the take-off mass has room for, at most the seats.

    Each weighs what the city takes a passenger for.
    """
    kind = city.aircraft_type
    each_kg = kind.payload_kg_max / kind.seats
    payload_kg = question.payload_kg
    if payload_kg is None:
        payload_kg = min(question.mass_kg - kind.empty_kg - kind.pilot_kg, payload_kg_max)
    return max(0, min(kind.seats, int(payload_kg / each_kg + _TOLERANCE_SOC)))
