"""Law 3: every landing keeps its final reserve, unless a declared emergency is on the log."""

from aspan.audit import tolerances
from aspan.audit.energy import (
    available_kwh,
    density_kg_m3,
    final_reserve_kwh,
    take_off_mass_kg,
)
from aspan.audit.findings import Check
from aspan.audit.rows import Sortie
from aspan.audit.run import Run

TITLE = "every landing keeps its final reserve"


def check_law(run: Run) -> list[Check]:
    """Return the clauses of law 3, exercised."""
    reserve = run.rules.reserve
    kept = run.begin("3", "reserve-kept", "energy above the reserve at touchdown at least 0 kWh, "
                     "unless an emergency was declared before", "sorties", "aircraft")  # fmt: skip
    stated = run.begin("3", "reserve-stated", "energy_above_reserve_kwh is available energy at "
                       f"touchdown less the reserve, within {tolerances.ENERGY_KWH:g} kWh",
                       "sorties", "aircraft")  # fmt: skip
    size = run.begin(
        "3", "reserve-size",
        f"reserve required covers {reserve.final_reserve_s:g} s at best-range speed, "
        f"{reserve.final_reserve_not_landable_s:g} s where the route is not landable everywhere, "
        f"{reserve.final_reserve_night_s:g} s at night",
        "sorties", "aircraft",
    )  # fmt: skip
    floor = run.begin("3", "floor-kept", "state of charge at touchdown not below the floor, "
                      "unless an emergency was declared before", "sorties", "aircraft")  # fmt: skip
    for sortie in run.flown:
        if sortie.touchdown_at_ms is None or sortie.aircraft_id not in run.aircraft_by_id:
            continue
        _check_landing(run, sortie, kept=kept, stated=stated, floor=floor)
        _check_size(run, sortie, size)
    return [kept, stated, size, floor]


def _check_landing(run: Run, sortie: Sortie, *, kept: Check, stated: Check, floor: Check) -> None:
    """Check one landing against the reserve it had to keep."""
    aircraft = run.aircraft_by_id[sortie.aircraft_id]
    soc, pack_k = sortie.soc_touchdown, sortie.pack_temperature_k
    required_kwh, above_kwh = sortie.reserve_required_kwh, sortie.energy_above_reserve_kwh
    at_ms = sortie.touchdown_at_ms
    if soc is None or pack_k is None or required_kwh is None or above_kwh is None or at_ms is None:
        stated.expect(
            False, f"sortie {sortie.sortie_id}: landed without charge, pack temperature or reserve",
            sortie_id=sortie.sortie_id, at_ms=at_ms,
        )  # fmt: skip
        return
    own_kwh = available_kwh(run.city.craft, aircraft, soc, pack_k) - required_kwh
    is_emergency = sortie.emergency_at_ms is not None and sortie.emergency_at_ms <= at_ms
    slack_kwh = tolerances.SOC * aircraft.capacity_kwh
    if not is_emergency:
        kept.expect(
            own_kwh >= -slack_kwh,
            f"sortie {sortie.sortie_id}: {own_kwh:.2f} kWh above the reserve of "
            f"{required_kwh:.2f} kWh at touchdown, at least 0 kWh",
            sortie_id=sortie.sortie_id, aircraft_id=sortie.aircraft_id, at_ms=at_ms,
        )  # fmt: skip
        floor.expect(
            soc >= aircraft.floor_soc - tolerances.SOC,
            f"sortie {sortie.sortie_id}: charge {soc:.4f} at touchdown is below the floor "
            f"{aircraft.floor_soc:.4f}",
            sortie_id=sortie.sortie_id, aircraft_id=sortie.aircraft_id, at_ms=at_ms,
        )  # fmt: skip
    stated.expect(
        abs(own_kwh - above_kwh) <= tolerances.ENERGY_KWH,
        f"sortie {sortie.sortie_id}: energy_above_reserve_kwh says {above_kwh:.3f} kWh, "
        f"charge and reserve give {own_kwh:.3f} kWh",
        sortie_id=sortie.sortie_id, aircraft_id=sortie.aircraft_id, at_ms=at_ms,
    )  # fmt: skip


def _check_size(run: Run, sortie: Sortie, size: Check) -> None:
    """Check that the reserve required covers the final reserve by our own formula."""
    at_ms = sortie.touchdown_at_ms
    if sortie.reserve_required_kwh is None or at_ms is None:
        return
    site = sortie.landing_site
    seconds = run.city.final_reserve_s(
        sortie.origin, sortie.planned_destination, is_night=run.is_night(site, at_ms)
    )
    own_kwh = final_reserve_kwh(
        run.city.craft, take_off_mass_kg(run, sortie), density_kg_m3(run, site, at_ms), seconds
    )
    size.expect(
        sortie.reserve_required_kwh >= own_kwh * (1.0 - tolerances.RESERVE_SHARE),
        f"sortie {sortie.sortie_id}: reserve required {sortie.reserve_required_kwh:.2f} kWh is "
        f"less than {seconds:g} s at best-range speed, {own_kwh:.2f} kWh",
        sortie_id=sortie.sortie_id, aircraft_id=sortie.aircraft_id, at_ms=at_ms,
    )  # fmt: skip
