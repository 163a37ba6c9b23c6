"""Law 5, the desk: what it holds does not leave, what it cancels does not fly."""

from aspan.audit.findings import Check
from aspan.audit.run import Run

BY_DESK = "desk"
"""Cause of a sortie that the desk cancelled."""


def check_desk(run: Run) -> list[Check]:
    """Return the clauses of law 5 about orders of the desk, exercised."""
    return [_check_held(run), *_check_cancelled(run)]


def _check_held(run: Run) -> Check:
    """Check every release from a site whose departures were held some time of the run."""
    check = run.begin("5", "departures-held", "no sortie is released from a site while its "
                      "departures are held", "sorties", "releases", "closures")  # fmt: skip
    if not check.is_ready:
        return check
    for release in run.tables.releases or ():
        sortie = run.sortie_by_id.get(release.sortie_id)
        holds = None if sortie is None else run.holds_by_site.get(sortie.origin)
        if sortie is None or holds is None:
            continue
        at_ms = release.released_at_ms
        check.expect(
            not any(hold.is_at(at_ms) for hold in holds),
            f"sortie {sortie.sortie_id}: released from {sortie.origin} at {at_ms} ms while its "
            "departures were held",
            sortie_id=sortie.sortie_id, vertiport_id=sortie.origin, at_ms=at_ms,
        )  # fmt: skip
    return check


def _check_cancelled(run: Run) -> list[Check]:
    """Check that the sorties the desk cancelled are those it ordered, and never left."""
    ordered = run.begin("5", "desk-cancel-ordered", "a sortie is cancelled with cause desk exactly "
                        "when the desk ordered it", "sorties", "actions")  # fmt: skip
    unreleased = run.begin("5", "desk-cancel-unreleased", "no sortie that the desk cancels was "
                           "released before", "sorties", "actions", "releases")  # fmt: skip
    if not ordered.is_ready:
        return [ordered, unreleased]
    released = {release.sortie_id: release.released_at_ms for release in run.tables.releases or ()}
    by_cause = [s.sortie_id for s in run.sorties if s.cause == BY_DESK]
    for sortie_id in sorted({*by_cause, *run.cancelled_by_desk}):
        sortie = run.sortie_by_id.get(sortie_id)
        order = run.cancelled_by_desk.get(sortie_id)
        at_ms = None if order is None else order.at_ms
        status, cause = (None, None) if sortie is None else (sortie.status, sortie.cause)
        ordered.expect(
            order is not None and status == "cancelled" and cause == BY_DESK,
            f"sortie {sortie_id}: {status} with cause {cause}, "
            f"{'no order' if order is None else 'ordered'} of the desk to cancel it",
            sortie_id=sortie_id, at_ms=at_ms,
        )  # fmt: skip
        if unreleased.is_ready and order is not None:
            released_ms = released.get(sortie_id)
            unreleased.expect(
                released_ms is None or released_ms > order.at_ms,
                f"sortie {sortie_id}: cancelled by the desk at {order.at_ms} ms, released at "
                f"{released_ms} ms",
                sortie_id=sortie_id, at_ms=order.at_ms,
            )  # fmt: skip
    return [ordered, unreleased]
