"""Law 2, minute by minute: the table of site power keeps the limit and agrees with its chargers."""

from collections import defaultdict

import numpy as np

from aspan.audit import tolerances
from aspan.audit.findings import Check
from aspan.audit.rows import PowerStep
from aspan.audit.run import Run
from aspan.primitives.units import MS_PER_MIN

Steps = list[tuple[int, int, float]]
"""Start and end within one minute, and power at the grid meter."""


def check_minutes(run: Run) -> list[Check]:
    """Return the clauses about `site_power`, exercised."""
    return [_check_limit(run), *_check_agreement(run)]


def _check_limit(run: Run) -> Check:
    """Check every minute's peak against the limit in the city's own files."""
    check = run.begin("2", "site-power-minute", "peak of every minute within the site's limit, "
                      "which the table states as the city does", "site_power")  # fmt: skip
    table = run.tables.site_power
    if table is None:
        return check
    limits = {name: site.site_power_limit_kw for name, site in run.city.sites.items()}
    own_kw = np.array([limits.get(name, -1.0) for name in table.vertiport_ids])
    holds = (
        (table.peak_kw <= own_kw + tolerances.SITE_POWER_KW)
        & (table.limit_kw == own_kw)
        & (table.mean_kw >= 0.0)
        & (table.mean_kw <= table.peak_kw + tolerances.POWER_KW)
    )
    check.exercised += len(own_kw)
    for at in np.flatnonzero(~holds).tolist():
        check.fail(
            f"site {table.vertiport_ids[at]}: mean {table.mean_kw[at]:.1f} kW, peak "
            f"{table.peak_kw[at]:.1f} kW, limit stated {table.limit_kw[at]:.1f} kW, limit of the "
            f"city {own_kw[at]:.1f} kW",
            vertiport_id=table.vertiport_ids[at], at_ms=int(table.from_ms[at]),
        )  # fmt: skip
    return check


def _check_agreement(run: Run) -> list[Check]:
    """Check every minute's mean and peak against the chargers' steps, added up one by one."""
    needs = ("site_power", "charge_power")
    agrees = run.begin(
        "2", "site-power-sum", "mean and peak of a minute are those of its chargers' steps, within "
        f"{tolerances.SITE_POWER_KW:g} kW", *needs,
    )  # fmt: skip
    covers = run.begin("2", "site-power-covers", "every step lies in minutes of the table", *needs)
    table = run.tables.site_power
    if table is None or not agrees.is_ready:
        return [agrees, covers]
    charging = run.rules.charging
    split = _split(run.tables.charge_power or (), charging.dc_to_battery / charging.grid_to_battery)
    for name, at_ms, mean_kw, peak_kw in zip(
        table.vertiport_ids, table.from_ms.tolist(), table.mean_kw.tolist(),
        table.peak_kw.tolist(), strict=True,
    ):  # fmt: skip
        steps = split.pop((name, at_ms), [])
        own_mean_kw = sum(kw * (end - start) for start, end, kw in steps) / MS_PER_MIN
        own_peak_kw = max((_sum_at(steps, start) for start, _, _ in steps), default=0.0)
        agrees.expect(
            abs(mean_kw - own_mean_kw) <= tolerances.SITE_POWER_KW
            and abs(peak_kw - own_peak_kw) <= tolerances.SITE_POWER_KW,
            f"site {name}: mean {mean_kw:.1f} kW and peak {peak_kw:.1f} kW stated, its chargers "
            f"draw {own_mean_kw:.1f} kW and {own_peak_kw:.1f} kW",
            vertiport_id=name, at_ms=at_ms,
        )  # fmt: skip
        covers.exercised += len(steps)
    for (name, at_ms), steps in sorted(split.items()):
        covers.expect(
            False, f"site {name}: {len(steps)} steps in a minute the table does not have",
            vertiport_id=name, at_ms=at_ms,
        )  # fmt: skip
    return [agrees, covers]


def _split(steps: tuple[PowerStep, ...], grid_per_dc: float) -> defaultdict[tuple[str, int], Steps]:
    """Return the chargers' steps cut at full minutes, by site and minute, at the grid meter."""
    found: defaultdict[tuple[str, int], Steps] = defaultdict(list)
    for step in steps:
        kw = step.power_kw * grid_per_dc
        minute_ms = step.start_at_ms // MS_PER_MIN * MS_PER_MIN
        while minute_ms < step.end_at_ms:
            start_ms = max(step.start_at_ms, minute_ms)
            end_ms = min(step.end_at_ms, minute_ms + MS_PER_MIN)
            found[step.vertiport_id, minute_ms].append((start_ms, end_ms, kw))
            minute_ms += MS_PER_MIN
    return found


def _sum_at(steps: Steps, at_ms: int) -> float:
    return sum(kw for start, end, kw in steps if start <= at_ms < end)
