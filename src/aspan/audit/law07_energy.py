"""Law 7: energy is conserved; charge changes only by flight, charging and stand loads."""

from collections import defaultdict

from aspan.audit import tolerances
from aspan.audit.energy import track_energy_kwh
from aspan.audit.findings import Check
from aspan.audit.rows import Charge, Sortie
from aspan.audit.run import Run
from aspan.primitives.units import MS_PER_H

TITLE = "energy is conserved"


def check_law(run: Run) -> list[Check]:
    """Return the clauses of law 7, exercised."""
    return [*_check_sorties(run), *_check_sessions(run), _check_between(run), _check_flight(run)]


def _check_sorties(run: Run) -> list[Check]:
    chain = run.begin("7", "soc-chain", "charge falls from off-block to on-block, within [0, 1]",
                      "sorties")  # fmt: skip
    energy = run.begin("7", "sortie-energy", "energy_kwh is the fall of charge times capacity, "
                       f"within {tolerances.ENERGY_KWH:g} kWh", "sorties", "aircraft")  # fmt: skip
    for sortie in run.flown:
        values = (sortie.soc_off_block, sortie.soc_lift_off, sortie.soc_touchdown,
                  sortie.soc_on_block)  # fmt: skip
        reached = [soc for soc in values if soc is not None]
        chain.expect(
            bool(reached)
            and reached == sorted(reached, reverse=True)
            and reached[-1] >= 0.0
            and reached[0] <= 1.0,
            f"sortie {sortie.sortie_id}: charge off-block to on-block {values}",
            sortie_id=sortie.sortie_id, aircraft_id=sortie.aircraft_id,
            at_ms=sortie.off_block_at_ms,
        )  # fmt: skip
        aircraft = run.aircraft_by_id.get(sortie.aircraft_id)
        off, on = sortie.soc_off_block, sortie.soc_on_block
        if aircraft is None or off is None or on is None:
            continue
        own_kwh = (off - on) * aircraft.capacity_kwh
        energy.expect(
            sortie.energy_kwh is not None
            and abs(own_kwh - sortie.energy_kwh) <= tolerances.ENERGY_KWH,
            f"sortie {sortie.sortie_id}: energy {sortie.energy_kwh} kWh, charge fell by "
            f"{own_kwh:.3f} kWh",
            sortie_id=sortie.sortie_id, aircraft_id=sortie.aircraft_id,
            at_ms=sortie.off_block_at_ms,
        )  # fmt: skip
    return [chain, energy]


def _check_sessions(run: Run) -> list[Check]:
    ceiling = run.city.craft.ceiling_soc
    energy = run.begin("7", "charge-energy", "energy of a session is the rise of charge times "
                       f"capacity, within {tolerances.ENERGY_KWH:g} kWh",
                       "charges", "aircraft")  # fmt: skip
    window = run.begin("7", "charge-ceiling", f"no session ends above charge {ceiling:g}",
                       "charges")  # fmt: skip
    for charge in run.tables.charges or ():
        if charge.soc_end is None:
            continue
        name = f"aircraft {charge.aircraft_id}: session from {charge.start_at_ms} ms"
        window.expect(
            charge.soc_start <= charge.soc_end <= max(ceiling, charge.soc_start) + tolerances.SOC,
            f"{name} charges from {charge.soc_start:.4f} to {charge.soc_end:.4f}, ceiling "
            f"{ceiling:g}",
            aircraft_id=charge.aircraft_id, vertiport_id=charge.vertiport_id,
            at_ms=charge.end_at_ms,
        )  # fmt: skip
        aircraft = run.aircraft_by_id.get(charge.aircraft_id)
        if aircraft is None:
            continue
        own_kwh = (charge.soc_end - charge.soc_start) * aircraft.capacity_kwh
        energy.expect(
            charge.energy_kwh is not None
            and abs(own_kwh - charge.energy_kwh) <= tolerances.ENERGY_KWH,
            f"{name} gave {charge.energy_kwh} kWh, charge rose by {own_kwh:.3f} kWh",
            aircraft_id=charge.aircraft_id, vertiport_id=charge.vertiport_id,
            at_ms=charge.end_at_ms,
        )  # fmt: skip
    return [energy, window]


Step = tuple[int, int, str, str, float, int | None, float | None]
"""Start [ms], 0 for a session and 1 for a sortie, what, id, charge before, end [ms], after."""


def _check_between(run: Run) -> Check:
    """Check that each sortie and session begins with the charge the last one left.

    A parked aircraft may lose what the stand load draws in that time; it may gain nothing.
    """
    load_kw = run.rules.charging.stand_load_kw
    check = run.begin("7", "soc-between", "charge between sorties and sessions is kept, less at "
                      f"most {load_kw:g} kW of stand load", "sorties", "charges", "aircraft",
                      )  # fmt: skip
    if not check.is_ready:
        return check
    charges: defaultdict[str, list[Charge]] = defaultdict(list)
    for charge in run.tables.charges or ():
        charges[charge.aircraft_id].append(charge)
    for aircraft_id, aircraft in run.aircraft_by_id.items():
        sorties = run.flown_by_aircraft.get(aircraft_id, [])
        soc, since_ms = aircraft.initial_soc, None
        for step in _steps(sorties, charges[aircraft_id]):
            start_ms, _, what, name, before, end_ms, after = step
            parked_ms = max(0, start_ms - since_ms) if since_ms is not None else 0
            drain = load_kw * parked_ms / MS_PER_H / aircraft.capacity_kwh
            check.expect(
                soc - drain - 2 * tolerances.SOC <= before <= soc + 2 * tolerances.SOC,
                f"aircraft {aircraft_id}: {what} {name} begins with charge {before:.4f}, it was "
                f"left with {soc:.4f}",
                sortie_id=name if what == "sortie" else None, aircraft_id=aircraft_id,
                at_ms=start_ms,
            )  # fmt: skip
            if after is None or end_ms is None:
                break
            soc, since_ms = after, end_ms
    return check


def _steps(sorties: list[Sortie], charges: list[Charge]) -> list[Step]:
    """Return sorties and sessions of one aircraft in order of their beginning."""
    steps: list[Step] = [
        (s.off_block_at_ms or 0, 1, "sortie", s.sortie_id, s.soc_off_block, s.on_block_at_ms,
         s.soc_on_block)
        for s in sorties
        if s.soc_off_block is not None
    ]  # fmt: skip
    steps += [
        (c.start_at_ms, 0, "session", c.charger_id, c.soc_start, c.end_at_ms, c.soc_end)
        for c in charges
    ]
    return sorted(steps, key=lambda step: step[:4])


def _check_flight(run: Run) -> Check:
    """Check flight energy against our own formula over what was flown; an estimate, so wide."""
    check = run.begin(
        "7", "flight-energy",
        f"energy from lift-off to touchdown within {tolerances.FLIGHT_ENERGY_SHARE:.0%} of our own "
        "estimate over the track", "sorties", "aircraft", "tracks",
    )  # fmt: skip
    if not check.is_ready:
        return check
    for sortie in run.flown:
        aircraft = run.aircraft_by_id.get(sortie.aircraft_id)
        track = run.track_by_sortie.get(sortie.sortie_id)
        up, down = sortie.soc_lift_off, sortie.soc_touchdown
        if aircraft is None or track is None or up is None or down is None:
            continue
        if len(track.at_ms) < 2:
            continue
        flown_kwh = (up - down) * aircraft.capacity_kwh
        own_kwh = float(track_energy_kwh(run, sortie, track)[-1])
        allowed_kwh = max(tolerances.FLIGHT_ENERGY_KWH, tolerances.FLIGHT_ENERGY_SHARE * own_kwh)
        check.expect(
            abs(flown_kwh - own_kwh) <= allowed_kwh,
            f"sortie {sortie.sortie_id}: {flown_kwh:.2f} kWh from lift-off to touchdown, our "
            f"estimate {own_kwh:.2f} kWh, within {allowed_kwh:.2f} kWh",
            sortie_id=sortie.sortie_id, aircraft_id=sortie.aircraft_id,
            at_ms=sortie.lift_off_at_ms,
        )  # fmt: skip
    return check
