"""Table of site power: what each vertiport draws at the grid meter, minute by minute.

Power changes in steps, so its integral is straight between them: the mean of a minute is exact, and
its peak is the greatest step in it. `mean_kw` and `peak_kw` are of the chargers, which the site
limit bounds; `stand_kw` is beside them, what standing aircraft would draw if each took the city's
`stand_load_kw` all the time it stands (facts 2.5), which is the most it can be.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from aspan.compose.table import Kind, Table
from aspan.primitives.units import MS_PER_MIN
from aspan.world.city import City

if TYPE_CHECKING:
    from numpy.typing import NDArray

POWER_DIGITS = 3

SITE_POWER: dict[str, Kind] = {
    "vertiport_id": "text",
    "from_at_ms": "whole",
    "mean_kw": "number",
    "peak_kw": "number",
    "stand_kw": "number",
    "limit_kw": "number",
}


def make_site_power(
    city: City, charge_power: Table, stand_uses: Table, *, start_ms: int, end_ms: int
) -> Table:
    """Return the table of every vertiport and minute from the start of a run to its end.

    Parameters
    ----------
    charge_power, stand_uses
        The tables of these names; power in them is DC at the charger.
    """
    charging = city.rules.charging
    grid_per_dc = charging.dc_to_battery / charging.grid_to_battery
    starts = np.arange(start_ms, end_ms, MS_PER_MIN, dtype=np.int64)
    ends = np.minimum(starts + MS_PER_MIN, end_ms)
    steps = _Spans(charge_power, [grid_per_dc * kw for kw in charge_power.columns["power_kw"]])
    stays = _Spans(stand_uses, [charging.stand_load_kw] * stand_uses.height, open_end_ms=end_ms)
    columns: dict[str, list[Any]] = {name: [] for name in SITE_POWER}
    for site in sorted(city.vertiports, key=lambda site: site.vertiport_id):
        mean_kw, peak_kw = steps.measure(site.vertiport_id, starts, ends)
        stand_kw, _ = stays.measure(site.vertiport_id, starts, ends)
        columns["vertiport_id"] += [site.vertiport_id] * len(starts)
        columns["from_at_ms"] += starts.tolist()
        columns["mean_kw"] += mean_kw.round(POWER_DIGITS).tolist()
        columns["peak_kw"] += peak_kw.round(POWER_DIGITS).tolist()
        columns["stand_kw"] += stand_kw.round(POWER_DIGITS).tolist()
        columns["limit_kw"] += [site.site_power_limit_kw] * len(starts)
    return Table("site_power", SITE_POWER, columns)


def share_of_limit(site_power: Table, *, with_stands: bool = False) -> dict[str, float | None]:
    """Return the greatest power of each site over its limit; None where the limit is 0.

    Parameters
    ----------
    with_stands
        Adds what standing aircraft would draw; otherwise the chargers alone.
    """
    columns = site_power.columns
    peaks: dict[str, float] = {}
    limits: dict[str, float] = {}
    for site_id, peak_kw, stand_kw, limit_kw in zip(
        columns["vertiport_id"],
        columns["peak_kw"],
        columns["stand_kw"],
        columns["limit_kw"],
        strict=True,
    ):
        drawn_kw = peak_kw + stand_kw if with_stands else peak_kw
        if drawn_kw > peaks.get(site_id, -1.0):
            peaks[site_id] = drawn_kw
        limits[site_id] = limit_kw
    return {
        site_id: round(peaks[site_id] / limit_kw, 4) if limit_kw > 0.0 else None
        for site_id, limit_kw in limits.items()
    }


class _Spans:
    """Powers over intervals [start, end) by vertiport, from a table of uses."""

    def __init__(
        self, table: Table, power_kw: Sequence[float], *, open_end_ms: int | None = None
    ) -> None:
        self._sites = np.array(table.columns["vertiport_id"], dtype=object)
        self._start_ms = np.array(table.columns["start_at_ms"], dtype=np.int64)
        ends = [open_end_ms if at_ms is None else at_ms for at_ms in table.columns["end_at_ms"]]
        self._end_ms = np.array(ends, dtype=np.int64)
        self._power_kw = np.array(power_kw, dtype=np.float64)

    def measure(
        self, site_id: str, starts_ms: "NDArray[np.int64]", ends_ms: "NDArray[np.int64]"
    ) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
        """Return mean over a minute and peak of the sum of a site's powers in adjoining intervals.

        An interval that the end of the run cuts short has nothing drawn in the rest of its minute.
        """
        own = np.flatnonzero(self._sites == site_id)
        power_kw = self._power_kw[own]
        edges_ms = np.concatenate([self._start_ms[own], self._end_ms[own], starts_ms, ends_ms[-1:]])
        change_kw = np.concatenate([power_kw, -power_kw, np.zeros(len(starts_ms) + 1)])
        at_ms, place = np.unique(edges_ms, return_inverse=True)
        level_kw = np.cumsum(np.bincount(place, weights=change_kw, minlength=len(at_ms)))
        drawn = np.concatenate([[0.0], np.cumsum(level_kw[:-1] * np.diff(at_ms))])
        first = np.searchsorted(at_ms, starts_ms)
        last = np.searchsorted(at_ms, ends_ms)
        mean_kw = (drawn[last] - drawn[first]) / MS_PER_MIN
        peak_kw = np.maximum.reduceat(level_kw, first)
        return np.maximum(mean_kw, 0.0), np.maximum(peak_kw, 0.0)
