"""Law 5, approval: no sortie outside what is approved, nor with an open grounding defect."""

from aspan.audit.findings import Check
from aspan.audit.rows import Approval, Sortie
from aspan.audit.run import Run

KINDS_EMPTY = ("test", "demonstration", "passenger")
KINDS_PASSENGERS = ("passenger",)


def check_approvals(run: Run) -> list[Check]:
    """Return the clauses of law 5 about approvals and defects, exercised."""
    return [*_check_in_force(run), _check_backed(run), _check_defects(run)]


def _covering(run: Run, sortie: Sortie, site: str, at_ms: int) -> list[str]:
    """Return the kinds of approval in force for an aircraft at a site."""
    known = run.approvals_by_thing
    rows = [
        row
        for aircraft_id in (None, sortie.aircraft_id)
        for site_id in (None, site)
        for row in known.get((aircraft_id, site_id), ())
    ]
    return [row.kind for row in rows if row.from_at_ms <= at_ms < row.until_at_ms]


def _needed(sortie: Sortie) -> tuple[str, ...]:
    return KINDS_PASSENGERS if sortie.passengers > 0 else KINDS_EMPTY


def _check_in_force(run: Run) -> list[Check]:
    """Check approval at both ends and in the release."""
    check = run.begin("5", "approval", "with passengers a passenger approval, empty any but none, "
                      "in force for aircraft and site at off-block and touchdown",
                      "sorties", "approvals")  # fmt: skip
    stated = run.begin("5", "approval-released", "the release names an approval that covers the "
                       "sortie", "sorties", "releases")  # fmt: skip
    for sortie in run.flown:
        ends = ((sortie.origin, sortie.off_block_at_ms),
                (sortie.landing_site, sortie.touchdown_at_ms))  # fmt: skip
        for site, at_ms in ends:
            if at_ms is None or not check.is_ready:
                continue
            kinds = _covering(run, sortie, site, at_ms)
            check.expect(
                any(kind in _needed(sortie) for kind in kinds),
                f"sortie {sortie.sortie_id}: {sortie.passengers} passengers at {site}, approvals "
                f"in force {kinds}, needs one of {list(_needed(sortie))}",
                sortie_id=sortie.sortie_id, aircraft_id=sortie.aircraft_id, vertiport_id=site,
                at_ms=at_ms,
            )  # fmt: skip
        release = run.release_by_sortie.get(sortie.sortie_id)
        if release is not None and stated.is_ready:
            stated.expect(
                release.approval in _needed(sortie),
                f"sortie {sortie.sortie_id}: released under approval {release.approval!r} with "
                f"{sortie.passengers} passengers, needs one of {list(_needed(sortie))}",
                sortie_id=sortie.sortie_id, at_ms=release.released_at_ms,
            )  # fmt: skip
    return [check, stated]


def _check_backed(run: Run) -> Check:
    """Check that every approval of the run stands in the city's file, assumption mark and all."""
    check = run.begin("5", "approval-backed", "every approval of the run is within one of the "
                      "city's file, with its mark of assumption", "approvals")  # fmt: skip
    for row in run.tables.approvals or ():
        check.expect(
            row.kind == "none" or _is_backed(run, row),
            f"approval {row.kind} of {row.aircraft_id} at {row.vertiport_id} from "
            f"{row.from_at_ms} ms until {row.until_at_ms} ms: the city's file has none such",
            aircraft_id=row.aircraft_id, vertiport_id=row.vertiport_id, at_ms=row.from_at_ms,
        )  # fmt: skip
    return check


def _is_backed(run: Run, row: Approval) -> bool:
    city = run.city
    return any(
        truth.kind == row.kind
        and truth.is_assumed == row.is_assumed
        and truth.aircraft_id in (None, row.aircraft_id)
        and truth.vertiport_id in (None, row.vertiport_id)
        and city.date_ms(truth.from_date) <= row.from_at_ms
        and row.until_at_ms <= city.date_ms(truth.until_date)
        for truth in city.approvals
    )


def _check_defects(run: Run) -> Check:
    check = run.begin("5", "grounding-defect", "no off-block with an open grounding defect",
                      "sorties", "defects")  # fmt: skip
    grounding = [defect for defect in run.tables.defects or () if defect.grounding]
    for defect in grounding:
        for sortie in run.flown_by_aircraft.get(defect.aircraft_id, []):
            off_ms = sortie.off_block_at_ms or 0
            closed_ms = defect.closed_at_ms
            check.expect(
                off_ms < defect.opened_at_ms or (closed_ms is not None and closed_ms <= off_ms),
                f"aircraft {defect.aircraft_id}: off-block with {sortie.sortie_id} at {off_ms} "
                f"ms, defect open from {defect.opened_at_ms} ms to {closed_ms} ms",
                sortie_id=sortie.sortie_id, aircraft_id=defect.aircraft_id, at_ms=off_ms,
            )  # fmt: skip
    return check
