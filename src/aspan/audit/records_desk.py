"""Records of the desk: orders taken once, closures that are what was ordered."""

from collections import Counter
from typing import Any

from aspan.audit.findings import Check
from aspan.audit.rows import Closure
from aspan.audit.run import DEPARTURES_HELD, FATO_CLOSED, Run

OUTCOMES = ("done", "refused")
_BEGIN = ("close_fato", "hold_departures")
_END = ("open_fato", "release_departures")
Thing = tuple[str, str | None]
"""A site, and a FATO of it or None where its departures are meant."""


def check_desk_records(run: Run) -> list[Check]:
    """Return the clauses about the tables of the desk, exercised."""
    return [_check_once(run), _check_closures(run), _check_zones(run)]


def _check_once(run: Run) -> Check:
    check = run.begin("records", "action-once", "an order is on record once for each key, done, or "
                      "refused with a reason", "actions")  # fmt: skip
    keys = Counter(row.key for row in run.tables.actions or ())
    for row in run.tables.actions or ():
        check.expect(
            keys[row.key] == 1
            and row.outcome in OUTCOMES
            and bool(row.reason) == (row.outcome == "refused"),
            f"order {row.key}: {keys[row.key]} rows, {row.outcome}, reason {row.reason}",
            at_ms=row.at_ms,
        )  # fmt: skip
    return check


def _check_closures(run: Run) -> Check:
    """Check the closures against the orders that began and ended them, each told by either."""
    check = run.begin("records", "closures-ordered", "FATOs are closed and departures held exactly "
                      "when the desk ordered it", "actions", "closures")  # fmt: skip
    if not check.is_ready:
        return check
    own, told = Counter(_fold(run)), Counter(run.tables.closures or ())
    for row in sorted({*own, *told}, key=_order):
        check.expect(
            own[row] == told[row],
            f"{row.kind} {row.fato_id or row.vertiport_id} from {row.from_at_ms} ms until "
            f"{row.until_at_ms} ms: {told[row]} times in the table, ordered {own[row]} times",
            vertiport_id=row.vertiport_id, at_ms=row.from_at_ms,
        )  # fmt: skip
    return check


def _check_zones(run: Run) -> Check:
    """Check the zones kept for others against the orders that reserved and freed them."""
    check = run.begin("records", "zones-ordered", "a geozone is kept for others exactly when the "
                      "desk ordered it", "actions", "zone_closures")  # fmt: skip
    if not check.is_ready:
        return check
    spans: dict[tuple[str, str], tuple[int, int]] = {}
    for row, what in run.orders:
        if row.action == "reserve_zones":
            for zone_id in what.get("zone_ids") or ():
                start = max(int(what.get("from_at_ms", 0)), row.at_ms)
                spans[row.key, str(zone_id)] = (start, int(what.get("until_at_ms", 0)))
        elif row.action == "free_zones":
            for key in [key for key in spans if key[0] == what.get("reservation")]:
                spans[key] = (spans[key][0], min(spans[key][1], row.at_ms))
    own = Counter((*key, *span) for key, span in spans.items() if span[0] < span[1])
    told = Counter(
        (z.reservation, z.zone_id, z.from_at_ms, z.until_at_ms)
        for z in run.tables.zone_closures or ()
    )
    for kept in sorted({*own, *told}):
        check.expect(
            own[kept] == told[kept],
            f"zone {kept[1]} for {kept[0]} from {kept[2]} ms until {kept[3]} ms: {told[kept]} "
            f"times in the table, ordered {own[kept]} times",
            at_ms=kept[2],
        )  # fmt: skip
    return check


def _order(row: Closure) -> tuple[int, str, str, str, int]:
    return (row.from_at_ms, row.vertiport_id, row.fato_id or "", row.kind, row.until_at_ms or 0)


def _fold(run: Run) -> list[Closure]:
    """Return the closures that follow from the orders done."""
    found: list[Closure] = []
    lasting: dict[Thing, int] = {}

    def end(thing: Thing, until_ms: int | None) -> None:
        from_ms = lasting.pop(thing)
        kind = DEPARTURES_HELD if thing[1] is None else FATO_CLOSED
        found.append(
            Closure(
                vertiport_id=thing[0], fato_id=thing[1], kind=kind, from_at_ms=from_ms,
                until_at_ms=until_ms,
            )
        )  # fmt: skip

    for row, what in run.orders:
        for thing in _list_things(run, row.action, what):
            if row.action in _BEGIN:
                lasting.setdefault(thing, row.at_ms)
            elif thing in lasting:
                end(thing, row.at_ms)
    for thing in list(lasting):
        end(thing, None)
    return found


def _list_things(run: Run, action: str, what: dict[str, Any]) -> list[Thing]:
    """Return what an order closes, opens, holds or releases; nothing if it does none of these."""
    if action not in (*_BEGIN, *_END):
        return []
    site_id = what.get("vertiport_id")
    if action in ("close_fato", "open_fato"):
        return [(str(site_id), str(what.get("fato_id")))]
    return (
        [(name, None) for name in run.sites_of_run] if site_id is None else [(str(site_id), None)]
    )
