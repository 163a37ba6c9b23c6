"""Records: `kpis.json` has the keys of the contract, and its totals are those of the tables."""

from collections.abc import Iterator
from math import ceil
from typing import Any, Final

from aspan.audit import tolerances
from aspan.audit.findings import Check
from aspan.audit.run import Run
from aspan.primitives.units import MS_PER_H

KEYS: Final = (
    "trips", "bookings", "passengers_flown", "sorties_flown", "sorties_empty", "sorties_cancelled",
    "sorties_diverted", "load_factor", "wait_ms.p50", "wait_ms.p95", "delay_ms.p50", "delay_ms.p95",
    "minutes_saved.mean", "energy_kwh", "min_energy_above_reserve_kwh", "aircraft_hours", "revenue",
    "cost", "events", "events_per_sortie", "wall_s", "process_s", "sorties_per_wall_s",
    "peak_memory_mb", "log_sha256", "seed", "date", "code_version", "not_serviceable",
)  # fmt: skip
"""Keys of the contract, a dot before those of a table; what nobody measured is null."""

_LANDED: Final = ("flown", "diverted")
Own = Iterator[tuple[str, float | None]]


def check_totals(run: Run) -> list[Check]:
    """Return the clauses about `kpis.json`, exercised."""
    keys = run.begin("records", "kpis-keys", "kpis.json states every key of the contract", "kpis")
    totals = run.begin("records", "kpis", "totals of kpis.json are those of the tables",
                       "kpis", "sorties")  # fmt: skip
    told = run.begin("records", "tables-told", "the tables that kpis.json counts rows of are there",
                     "kpis")  # fmt: skip
    stated = run.tables.kpis
    if stated is None:
        return [keys, totals, told]
    for table, key in (("sorties", "sorties_flown"), ("bookings", "bookings"), ("trips", "trips")):
        count = _find(stated, key)[1]
        told.expect(
            count in (0, None) or getattr(run.tables, table) is not None,
            f"kpis.json {key}: {count}, and there is no table {table}",
        )
    for key in KEYS:
        keys.expect(_find(stated, key)[0], f"kpis.json {key}: not stated")
    if totals.is_ready:
        for key, own in [*_sorties(run), *_people(run)]:
            is_there, value = _find(stated, key)
            if is_there:
                totals.expect(
                    _is_same(value, own), f"kpis.json {key}: {value}, the tables give {own}"
                )
    return [keys, totals, told]


def _find(stated: dict[str, Any], path: str) -> tuple[bool, object]:
    """Return whether a key is stated, and its value."""
    value: object = stated
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return False, None
        value = value[key]
    return True, value


def _sorties(run: Run) -> Own:
    """Yield the totals that follow from the sorties."""
    landed = [s for s in run.sorties if s.status in _LANDED]
    above = [s.energy_above_reserve_kwh for s in landed if s.energy_above_reserve_kwh is not None]
    block_ms = sum((s.on_block_at_ms or 0) - (s.off_block_at_ms or 0) for s in landed)
    late_ms = [(s.off_block_at_ms or 0) - s.planned_off_block_at_ms for s in landed]
    persons, seats = sum(s.passengers for s in landed), run.city.craft.seats * len(landed)
    yield "sorties_flown", len(landed)
    yield "sorties_empty", sum(s.passengers == 0 for s in landed)
    yield "sorties_cancelled", sum(s.status == "cancelled" for s in run.sorties)
    yield "sorties_diverted", sum(s.status == "diverted" for s in run.sorties)
    yield "passengers_flown", persons
    yield "load_factor", persons / seats if seats else None
    yield "delay_ms.p50", _share_ms(late_ms, 0.50)
    yield "delay_ms.p95", _share_ms(late_ms, 0.95)
    yield "energy_kwh", sum((s.energy_kwh or 0.0 for s in landed), 0.0)
    yield "aircraft_hours", block_ms / MS_PER_H
    yield "min_energy_above_reserve_kwh", min(above, default=None)


def _people(run: Run) -> Own:
    """Yield the totals that follow from bookings, the ledger and trips, of those that are there."""
    bookings, trips = run.tables.bookings, run.tables.trips
    if bookings is not None:
        yield "bookings", len(bookings)
        for status in sorted({booking.status for booking in bookings}):
            yield f"bookings_by_status.{status}", sum(b.status == status for b in bookings)
    if run.tables.money is not None:
        yield "revenue", sum(line.amount_tiyn for line in run.tables.money)
    if trips is not None:
        yield "trips", len(trips)
        yield "wishes", sum(trip.sampling_factor for trip in trips)


def _share_ms(values: list[int], share: float) -> int | None:
    """Return the value that a share of all lie at or below, by nearest rank; None of nothing."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def _total(stated: object) -> object:
    """Return a figure as it is, and the sum of one told by cause if all of them are numbers."""
    if isinstance(stated, dict) and all(_is_number(value) for value in stated.values()):
        return sum(stated.values())
    return stated


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_same(stated: object, own: float | None) -> bool:
    stated = _total(stated)
    if own is None or not isinstance(stated, int | float) or isinstance(stated, bool):
        return stated is None and own is None
    if isinstance(own, int):
        return stated == own
    return abs(stated - own) <= max(tolerances.KPI, tolerances.KPI_SHARE * abs(own))
