"""Two runs side by side: what differs in their inputs, in their figures, by route and by cause.

Differences are B less A; a relative one is of A, and is absent where A is nothing. Which of the two
is better is not said here.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from aspan.faces.report.network_map import list_routes
from aspan.faces.report.refusals import split_not_flown
from aspan.faces.report.run_folder import Kpis, RunFolder
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_MIN, TIYN_PER_TENGE


class Input(msgspec.Struct, frozen=True):
    """One input of both runs, as text."""

    name: str
    a: str
    b: str
    is_same: bool


class Difference(msgspec.Struct, frozen=True):
    """One figure of both runs in its unit; None where a run does not state it."""

    name: str
    unit: str
    digits: int
    a: float | None
    b: float | None
    change: float | None
    relative: float | None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is told about two runs."""

    a: str
    b: str
    warnings: tuple[str, ...]
    inputs: tuple[Input, ...]
    figures: tuple[Difference, ...]
    routes: tuple[Difference, ...]
    causes: dict[str, tuple[Difference, ...]]


_INPUTS: Final[tuple[tuple[str, Callable[[RunFolder], object]], ...]] = (
    ("city_id", lambda run: run.city.city_id or run.kpis.city_id),
    ("phase", lambda run: run.kpis.phase),
    ("date", lambda run: run.kpis.date),
    ("days", lambda run: run.kpis.days),
    ("start", lambda run: f"{ms_to_local(run.kpis.from_at_ms, run.city.time_zone):%H:%M}"),
    ("end", lambda run: f"{ms_to_local(run.kpis.until_at_ms, run.city.time_zone):%H:%M}"),
    ("seed", lambda run: run.kpis.seed),
    ("fleet", lambda run: run.kpis.fleet),
    ("demand", lambda run: f"{run.kpis.demand:g}"),
    ("policy", lambda run: run.kpis.policy),
    ("city_sha256", lambda run: run.city.city_sha256[:12]),
    ("code_version", lambda run: run.kpis.code_version),
)

_FIGURES: Final[tuple[tuple[str, str, int, Callable[[Kpis], float | None]], ...]] = (
    ("sorties_flown", "", 0, lambda k: k.sorties_flown),
    ("sorties_empty", "", 0, lambda k: k.sorties_empty),
    ("sorties_not_flown", "", 0, lambda k: sum(k.sorties_cancelled.values())),
    ("sorties_unwanted", "", 0, lambda k: sum(split_not_flown(k.sorties_cancelled)[0].values())),
    ("sorties_cancelled", "", 0, lambda k: sum(split_not_flown(k.sorties_cancelled)[1].values())),
    ("sorties_diverted", "", 0, lambda k: sum(k.sorties_diverted.values())),
    ("passengers_flown", "", 0, lambda k: k.passengers_flown),
    ("bookings", "", 0, lambda k: k.bookings),
    ("bookings_refused", "", 0, lambda k: sum(k.bookings_refused.values())),
    ("load_factor", "share", 1, lambda k: k.load_factor),
    ("wait_p50", "min", 1, lambda k: _minutes(k.wait_ms.p50)),
    ("wait_p95", "min", 1, lambda k: _minutes(k.wait_ms.p95)),
    ("delay_p50", "min", 1, lambda k: _minutes(k.delay_ms.p50)),
    ("delay_p95", "min", 1, lambda k: _minutes(k.delay_ms.p95)),
    ("saved_as_flown", "min", 1, lambda k: k.minutes_saved.mean_as_flown),
    ("saved", "min", 1, lambda k: k.minutes_saved.mean),
    ("min_margin", "kwh", 1, lambda k: k.min_energy_above_reserve_kwh),
    ("energy", "kwh", 0, lambda k: k.energy_kwh),
    ("energy_each", "kwh", 1, lambda k: _ratio(k.energy_kwh, k.sorties_flown)),
    ("aircraft_hours", "h", 1, lambda k: k.aircraft_hours),
    ("revenue", "tenge", 0, lambda k: _ratio(k.revenue_tiyn, TIYN_PER_TENGE)),
    ("cost", "tenge", 0, lambda k: _ratio(k.cost_tiyn, TIYN_PER_TENGE)),
    ("people_day", "", 0, lambda k: k.people_above_day_limit),
    ("people_night", "", 0, lambda k: k.people_above_night_limit),
)

CAUSES: Final = (
    "bookings_refused", "bookings_cancelled", "sorties_cancelled", "sorties_diverted",
    "sorties_held", "departures_held",
)  # fmt: skip


def compare_runs(a: RunFolder, b: RunFolder) -> Comparison:
    """Return what differs between two runs."""
    inputs = tuple(_compare_input(name, read(a), read(b)) for name, read in _INPUTS)
    figures = tuple(
        find_difference(name, unit, digits, read(a.kpis), read(b.kpis))
        for name, unit, digits, read in _FIGURES
    )
    return Comparison(
        a=str(a.folder),
        b=str(b.folder),
        warnings=tuple(_list_warnings(a, b)),
        inputs=inputs,
        figures=tuple(f for f in figures if f.a is not None or f.b is not None),
        routes=_compare_counts(_count_routes(a), _count_routes(b)),
        causes={
            name: _compare_counts(getattr(a.kpis, name), getattr(b.kpis, name)) for name in CAUSES
        },
    )


def find_difference(
    name: str, unit: str, digits: int, a: float | None, b: float | None
) -> Difference:
    """Return the difference of one figure, absent where a run does not state it."""
    if a is None or b is None:
        return Difference(name, unit, digits, a, b, None, None)
    change = b - a
    relative = change / abs(a) if a else None
    return Difference(name, unit, digits, a, b, change, relative)


def _compare_input(name: str, a: object, b: object) -> Input:
    return Input(name, _tell(a), _tell(b), a == b)


def _tell(value: object) -> str:
    return "" if value is None else str(value)


def _minutes(duration_ms: int | None) -> float | None:
    return None if duration_ms is None else duration_ms / MS_PER_MIN


def _ratio(value: float | None, by: float | None) -> float | None:
    return value / by if value is not None and by else None


def _count_routes(run: RunFolder) -> dict[str, int]:
    return {f"{r.origin} → {r.destination}": r.sorties for r in list_routes(run)}


def _compare_counts(a: dict[str, int], b: dict[str, int]) -> tuple[Difference, ...]:
    """Return the difference of each count, the largest first; a name one run lacks counts 0."""
    names = sorted(a.keys() | b.keys(), key=lambda n: (-max(a.get(n, 0), b.get(n, 0)), n))
    return tuple(find_difference(name, "", 0, a.get(name, 0), b.get(name, 0)) for name in names)


def _list_warnings(a: RunFolder, b: RunFolder) -> list[str]:
    """Return the names of what a reader must know before comparing."""
    warnings = []
    if (a.city.city_id or a.kpis.city_id) != (b.city.city_id or b.kpis.city_id):
        warnings.append("city_id")
    elif a.city.city_sha256 != b.city.city_sha256:
        warnings.append("city")
    if a.list_unfinished() or b.list_unfinished():
        warnings.append("cut")
    if a.kpis.weather_basis.days_modelled or b.kpis.weather_basis.days_modelled:
        warnings.append("modelled")
    if a.kpis.log_sha256 and a.kpis.log_sha256 == b.kpis.log_sha256:
        warnings.append("same_log")
    else:
        warnings.append("draw")
    return warnings
