"""Records: rows that say what they must, keys that are unique, totals that agree."""

from collections import Counter
from collections.abc import Iterable

from aspan.audit import tolerances
from aspan.audit.findings import Check
from aspan.audit.law09_passengers import TERMINAL, TRAVELLING
from aspan.audit.rows import Sortie
from aspan.audit.run import Run

STATUSES = ("flown", "cancelled", "diverted", "airborne_at_end", "planned_at_end")
"""Statuses of the contract, and that of a sortie still to go when a run is cut short."""


def check_sorties(run: Run) -> list[Check]:
    """Return the clauses about rows of sorties, releases and bookings, exercised."""
    unique = run.begin("records", "ids-unique", "one row an id", "sorties")
    status = run.begin("records", "sortie-status", "a status of the contract, with the cause and "
                       "destination it asks for", "sorties")  # fmt: skip
    nulls = run.begin("records", "sortie-nulls", "instants and charges are null exactly where not "
                      "reached", "sorties")  # fmt: skip
    sites = run.begin("records", "sortie-sites", "sites of sorties are the city's", "sorties")
    release = run.begin("records", "release-exists", "every flown sortie was released before "
                        "off-block", "sorties", "releases")  # fmt: skip
    predicted = run.begin(
        "records", "release-predicted", "energy of a sortie that was not diverted is that of its "
        f"release within {tolerances.FLIGHT_ENERGY_SHARE:.0%} or "
        f"{tolerances.FLIGHT_ENERGY_KWH:g} kWh", "sorties", "releases",
    )  # fmt: skip
    booking = run.begin("records", "booking-status", "a status of the contract", "bookings")
    for name, ids in _keys(run):
        for key, count in sorted(Counter(ids).items()):
            unique.expect(count == 1, f"{name} {key}: {count} rows", sortie_id=None)
    for sortie in run.sorties:
        _check_row(run, sortie, status=status, nulls=nulls, sites=sites)
        if release.is_ready and sortie.off_block_at_ms is not None:
            known = run.release_by_sortie.get(sortie.sortie_id)
            release.expect(
                known is not None and known.released_at_ms <= sortie.off_block_at_ms,
                f"sortie {sortie.sortie_id}: released at "
                f"{None if known is None else known.released_at_ms} ms, off-block at "
                f"{sortie.off_block_at_ms} ms",
                sortie_id=sortie.sortie_id, at_ms=sortie.off_block_at_ms,
            )  # fmt: skip
            _check_predicted(run, sortie, predicted)
    for row in run.tables.bookings or ():
        booking.expect(
            row.status in (*TERMINAL, *TRAVELLING),
            f"booking {row.booking_id}: status {row.status!r}",
        )
    return [unique, status, nulls, sites, release, predicted, booking]


def _check_predicted(run: Run, sortie: Sortie, predicted: Check) -> None:
    """Check what a sortie took against what its release foresaw."""
    release = run.release_by_sortie.get(sortie.sortie_id)
    if release is None or sortie.status != "flown" or sortie.energy_kwh is None:
        return
    foreseen_kwh = release.predicted_energy_kwh
    allowed_kwh = max(tolerances.FLIGHT_ENERGY_KWH, tolerances.FLIGHT_ENERGY_SHARE * foreseen_kwh)
    predicted.expect(
        abs(sortie.energy_kwh - foreseen_kwh) <= allowed_kwh,
        f"sortie {sortie.sortie_id}: took {sortie.energy_kwh:.2f} kWh, its release foresaw "
        f"{foreseen_kwh:.2f} kWh",
        sortie_id=sortie.sortie_id, at_ms=release.released_at_ms,
    )  # fmt: skip


def _keys(run: Run) -> Iterable[tuple[str, list[str]]]:
    yield "sortie", [s.sortie_id for s in run.sorties]
    yield "aircraft", [a.aircraft_id for a in run.tables.aircraft or ()]
    yield "booking", [b.booking_id for b in run.tables.bookings or ()]
    yield "release of", [r.sortie_id for r in run.tables.releases or ()]
    yield "trip", [t.trip_id for t in run.tables.trips or ()]
    hours = run.tables.weather or ()
    yield "weather of", [f"{hour.place_id} at {hour.at_ms} ms" for hour in hours]


def _check_row(run: Run, sortie: Sortie, *, status: Check, nulls: Check, sites: Check) -> None:
    """Check one row against what its status means."""
    name = f"sortie {sortie.sortie_id}"
    arrived = sortie.destination == sortie.planned_destination
    fits = {
        "flown": arrived,
        "diverted": sortie.destination is not None and not arrived and bool(sortie.cause),
        "cancelled": bool(sortie.cause),
        "airborne_at_end": True,
        "planned_at_end": True,
    }
    status.expect(
        fits.get(sortie.status, False),
        f"{name}: status {sortie.status!r}, cause {sortie.cause!r}, destination "
        f"{sortie.destination}, planned {sortie.planned_destination}",
        sortie_id=sortie.sortie_id,
    )
    instants = (sortie.off_block_at_ms, sortie.lift_off_at_ms, sortie.touchdown_at_ms,
                sortie.on_block_at_ms)  # fmt: skip
    charges = (sortie.soc_off_block, sortie.soc_lift_off, sortie.soc_touchdown,
               sortie.soc_on_block)  # fmt: skip
    agree = all((a is None) == (b is None) for a, b in zip(instants, charges, strict=True))
    wanted = {
        "flown": None not in instants,
        "diverted": None not in instants,
        "cancelled": instants == (None,) * 4,
        "planned_at_end": instants == (None,) * 4,
        "airborne_at_end": instants[0] is not None and instants[3] is None,
    }
    nulls.expect(
        agree and wanted.get(sortie.status, True),
        f"{name}, {sortie.status}: instants {instants}, charges {charges}",
        sortie_id=sortie.sortie_id,
    )
    known = (sortie.origin, sortie.planned_destination, sortie.landing_site)
    sites.expect(
        all(site in run.city.sites for site in known) and sortie.origin != known[1],
        f"{name}: from {known[0]} to {known[1]}, landing at {known[2]}",
        sortie_id=sortie.sortie_id,
    )
