"""Law 2: one aircraft on a stand, one on a charger; power never above what there is."""

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from aspan.audit import tolerances
from aspan.audit.findings import Check
from aspan.audit.law02_minutes import check_minutes
from aspan.audit.run import Run
from aspan.primitives.units import MS_PER_H

if TYPE_CHECKING:
    from aspan.audit.rows import Charge, PowerStep, Stay

TITLE = "one aircraft on a stand and on a charger; site power within its limit"


def check_law(run: Run) -> list[Check]:
    """Return the clauses of law 2, exercised."""
    return [
        *_check_stands(run), *_check_sessions(run), _check_charger_power(run),
        _check_site_power(run), *_check_power_agreement(run), *check_minutes(run),
    ]  # fmt: skip


def _check_stands(run: Run) -> list[Check]:
    overlap = run.begin("2", "stand-overlap", "stays [start, end) on a stand do not overlap",
                        "stand_uses")  # fmt: skip
    known = run.begin("2", "stand-known", "every stand used is one of the city's", "stand_uses")
    stays: defaultdict[tuple[str, str], list[Stay]] = defaultdict(list)
    for stay in run.tables.stand_uses or ():
        stand = run.city.stands.get(stay.stand_id)
        known.expect(
            stand is not None and stand.vertiport_id == stay.vertiport_id,
            f"stand {stay.stand_id} is not a stand of {stay.vertiport_id}",
            aircraft_id=stay.aircraft_id, vertiport_id=stay.vertiport_id, at_ms=stay.start_at_ms,
        )  # fmt: skip
        stays[stay.vertiport_id, stay.stand_id].append(stay)
    for (site, stand_id), here in sorted(stays.items()):
        for before, after in pairwise(here):
            overlap.expect(
                before.end_at_ms is not None and before.end_at_ms <= after.start_at_ms,
                f"stand {stand_id}: {after.aircraft_id} comes at {after.start_at_ms} ms, "
                f"{before.aircraft_id} stays until {before.end_at_ms} ms",
                aircraft_id=after.aircraft_id, vertiport_id=site, at_ms=after.start_at_ms,
            )  # fmt: skip
        overlap.exercised += len(here) == 1
    return [overlap, known]


def _check_sessions(run: Run) -> list[Check]:
    overlap = run.begin("2", "charger-overlap", "sessions [start, end) of a charger do not overlap",
                        "charges")  # fmt: skip
    known = run.begin("2", "charger-known", "every charger used is one of the city's", "charges")
    reach = run.begin("2", "charger-reach", "a charger feeds only the stands it reaches", "charges")
    peak = run.begin("2", "charger-peak", "peak power of a session within its charger's limit",
                     "charges")  # fmt: skip
    sessions: defaultdict[str, list[Charge]] = defaultdict(list)
    for charge in run.tables.charges or ():
        charger = run.city.chargers.get(charge.charger_id)
        known.expect(
            charger is not None and charger.vertiport_id == charge.vertiport_id,
            f"charger {charge.charger_id} is not a charger of {charge.vertiport_id}",
            aircraft_id=charge.aircraft_id, vertiport_id=charge.vertiport_id,
            at_ms=charge.start_at_ms,
        )  # fmt: skip
        sessions[charge.charger_id].append(charge)
        if charger is None:
            continue
        reach.expect(
            charge.stand_id in charger.stand_ids,
            f"charger {charge.charger_id} does not reach stand {charge.stand_id}, "
            f"only {', '.join(charger.stand_ids)}",
            aircraft_id=charge.aircraft_id, vertiport_id=charge.vertiport_id,
            at_ms=charge.start_at_ms,
        )  # fmt: skip
        if charge.peak_kw is not None:
            peak.expect(
                charge.peak_kw <= charger.power_kw + tolerances.POWER_KW,
                f"charger {charge.charger_id}: peak {charge.peak_kw:.1f} kW exceeds "
                f"{charger.power_kw:.1f} kW",
                aircraft_id=charge.aircraft_id, vertiport_id=charge.vertiport_id,
                at_ms=charge.start_at_ms,
            )  # fmt: skip
    for charger_id, here in sorted(sessions.items()):
        for before, after in pairwise(here):
            overlap.expect(
                before.end_at_ms is not None and before.end_at_ms <= after.start_at_ms,
                f"charger {charger_id}: {after.aircraft_id} begins at {after.start_at_ms} ms, "
                f"{before.aircraft_id} charges until {before.end_at_ms} ms",
                aircraft_id=after.aircraft_id, vertiport_id=after.vertiport_id,
                at_ms=after.start_at_ms,
            )  # fmt: skip
        overlap.exercised += len(here) == 1
    return [overlap, known, reach, peak]


def _check_charger_power(run: Run) -> Check:
    check = run.begin("2", "charger-power", "0 kW to the charger's limit in every step",
                      "charge_power")  # fmt: skip
    for step in run.tables.charge_power or ():
        charger = run.city.chargers.get(step.charger_id)
        limit_kw = charger.power_kw if charger is not None else 0.0
        check.expect(
            0.0 <= step.power_kw <= limit_kw + tolerances.POWER_KW
            and step.start_at_ms < step.end_at_ms,
            f"charger {step.charger_id}: {step.power_kw:.1f} kW in [{step.start_at_ms}, "
            f"{step.end_at_ms}) is not within 0 to {limit_kw:.1f} kW",
            vertiport_id=step.vertiport_id, at_ms=step.start_at_ms,
        )  # fmt: skip
    return check


def _check_site_power(run: Run) -> Check:
    """Check the power of each site at the grid meter by a sweep over its steps.

    Power is DC at the charger; of it `dc_to_battery` reaches the battery, and `grid_to_battery` of
    what the meter shows. Not in the tables, so not in the sweep: the load of parked aircraft.
    """
    charging = run.rules.charging
    grid_per_dc = charging.dc_to_battery / charging.grid_to_battery
    limits = ", ".join(
        f"{name} {site.site_power_limit_kw:g}" for name, site in sorted(run.city.sites.items())
    )
    check = run.begin("2", "site-power", f"at the grid meter [kW]: {limits}", "charge_power")
    edges: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for step in run.tables.charge_power or ():
        edges[step.vertiport_id].append((step.start_at_ms, step.power_kw))
        edges[step.vertiport_id].append((step.end_at_ms, -step.power_kw))
    for name, changes in sorted(edges.items()):
        site = run.city.sites.get(name)
        limit_kw = site.site_power_limit_kw if site is not None else 0.0
        changes.sort()
        total_kw, was_above = 0.0, False
        for at, (at_ms, change_kw) in enumerate(changes):
            total_kw += change_kw
            if at + 1 < len(changes) and changes[at + 1][0] == at_ms:
                continue
            grid_kw = total_kw * grid_per_dc
            is_within = grid_kw <= limit_kw + tolerances.SITE_POWER_KW
            check.exercised += 1
            if not is_within and not was_above:
                check.fail(
                    f"site {name}: {grid_kw:.1f} kW at the meter exceeds {limit_kw:.1f} kW",
                    vertiport_id=name, at_ms=at_ms,
                )  # fmt: skip
            was_above = not is_within
    return check


def _check_power_agreement(run: Run) -> list[Check]:
    """Check that power steps lie in sessions and add up to each session's energy."""
    share = run.rules.charging.dc_to_battery
    agrees = run.begin(
        "2", "charge-power-energy",
        f"power times {share:g} over a session is its energy, within "
        f"{tolerances.SESSION_ENERGY_SHARE:.0%} or {tolerances.SESSION_ENERGY_KWH:g} kWh",
        "charges", "charge_power",
    )  # fmt: skip
    inside = run.begin("2", "power-in-session", "a charger gives power only in a session",
                       "charges", "charge_power")  # fmt: skip
    if not agrees.is_ready:
        return [agrees, inside]
    steps: defaultdict[str, list[PowerStep]] = defaultdict(list)
    for step in run.tables.charge_power or ():
        steps[step.charger_id].append(step)
    sessions: defaultdict[str, list[Charge]] = defaultdict(list)
    for charge in run.tables.charges or ():
        sessions[charge.charger_id].append(charge)
    for charger_id, here in sorted(steps.items()):
        spans = [(c.start_at_ms, c.end_at_ms or run.end_ms) for c in sessions[charger_id]]
        for step in here:
            inside.expect(
                step.power_kw == 0.0
                or any(a <= step.start_at_ms and step.end_at_ms <= b for a, b in spans),
                f"charger {charger_id}: {step.power_kw:.1f} kW in [{step.start_at_ms}, "
                f"{step.end_at_ms}) while no session runs",
                vertiport_id=step.vertiport_id, at_ms=step.start_at_ms,
            )  # fmt: skip
    for charger_id, charges in sorted(sessions.items()):
        for charge in charges:
            if charge.energy_kwh is None or charge.end_at_ms is None:
                continue
            energy_kwh = share * sum(
                step.power_kw
                * max(
                    0,
                    min(step.end_at_ms, charge.end_at_ms)
                    - max(step.start_at_ms, charge.start_at_ms),
                )
                / MS_PER_H
                for step in steps[charger_id]
            )
            allowed_kwh = max(
                tolerances.SESSION_ENERGY_KWH, tolerances.SESSION_ENERGY_SHARE * charge.energy_kwh
            )
            agrees.expect(
                abs(energy_kwh - charge.energy_kwh) <= allowed_kwh,
                f"charger {charger_id}: session of {charge.energy_kwh:.2f} kWh, its power steps "
                f"give {energy_kwh:.2f} kWh",
                aircraft_id=charge.aircraft_id, vertiport_id=charge.vertiport_id,
                at_ms=charge.start_at_ms,
            )  # fmt: skip
    return [agrees, inside]
