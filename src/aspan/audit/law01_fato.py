"""Law 1: one aircraft on a FATO at a time, with the start-to-start gap between movements."""

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from aspan.audit.findings import Check
from aspan.audit.law01_closed import check_closed
from aspan.audit.run import Run
from aspan.primitives.units import MS_PER_S

if TYPE_CHECKING:
    from aspan.audit.rows import FatoUse

TITLE = "one aircraft on a FATO at a time"
KINDS = ("take_off", "landing")


def check_law(run: Run) -> list[Check]:
    """Return the clauses of law 1, exercised."""
    return [*_check_occupancy(run), _check_known(run), _check_movements(run), check_closed(run)]


def _check_occupancy(run: Run) -> list[Check]:
    """Check that uses of one FATO neither overlap nor begin too soon after one another."""
    gap_ms = round(run.rules.movement.fato_gap_s * MS_PER_S)
    overlap = run.begin("1", "fato-overlap", "uses [start, end) of a FATO do not overlap",
                        "fato_uses")  # fmt: skip
    gap = run.begin("1", "fato-gap", f"start to start at least {gap_ms} ms", "fato_uses")
    uses: defaultdict[tuple[str, str], list[FatoUse]] = defaultdict(list)
    for use in run.tables.fato_uses or ():
        uses[use.vertiport_id, use.fato_id].append(use)
    for (site, fato), movements in sorted(uses.items()):
        busy_until_ms = movements[0].end_at_ms
        for before, after in pairwise(movements):
            overlap.expect(
                busy_until_ms <= after.start_at_ms,
                f"FATO {fato}: {after.sortie_id} begins at {after.start_at_ms} ms, "
                f"the use before ends at {busy_until_ms} ms",
                sortie_id=after.sortie_id, vertiport_id=site, at_ms=after.start_at_ms,
            )  # fmt: skip
            apart_ms = after.start_at_ms - before.start_at_ms
            gap.expect(
                apart_ms >= gap_ms,
                f"FATO {fato}: {before.sortie_id} and {after.sortie_id} begin {apart_ms} ms "
                f"apart, at least {gap_ms} ms",
                sortie_id=after.sortie_id, vertiport_id=site, at_ms=after.start_at_ms,
            )  # fmt: skip
            busy_until_ms = max(busy_until_ms, after.end_at_ms)
    return [overlap, gap]


def _check_known(run: Run) -> Check:
    """Check that each use is of a FATO the site has, by a kind of movement there is."""
    check = run.begin("1", "fato-known", "every FATO used is one of the city's", "fato_uses")
    for use in run.tables.fato_uses or ():
        fato = run.city.fatos.get(use.fato_id)
        check.expect(
            fato is not None
            and fato.vertiport_id == use.vertiport_id
            and use.kind in KINDS
            and use.start_at_ms < use.end_at_ms,
            f"FATO {use.fato_id} of {use.vertiport_id}: {use.kind} "
            f"[{use.start_at_ms}, {use.end_at_ms}) is no movement on a FATO of the city",
            sortie_id=use.sortie_id, vertiport_id=use.vertiport_id, at_ms=use.start_at_ms,
        )  # fmt: skip
    return check


def _check_movements(run: Run) -> Check:
    """Check that every lift-off and touchdown happens while its sortie holds a FATO there."""
    check = run.begin("1", "movement-on-fato", "lift-off and touchdown lie in a use of their FATO",
                      "fato_uses", "sorties")  # fmt: skip
    if not check.is_ready:
        return check
    uses: defaultdict[tuple[str, str], list[FatoUse]] = defaultdict(list)
    for use in run.tables.fato_uses or ():
        uses[use.sortie_id, use.kind].append(use)
    for sortie in run.flown:
        for kind, site, at_ms in (
            ("take_off", sortie.origin, sortie.lift_off_at_ms),
            ("landing", sortie.landing_site, sortie.touchdown_at_ms),
        ):
            if at_ms is None:
                continue
            check.expect(
                any(
                    use.vertiport_id == site and use.start_at_ms <= at_ms <= use.end_at_ms
                    for use in uses[sortie.sortie_id, kind]
                ),
                f"sortie {sortie.sortie_id}: {kind} at {site} at {at_ms} ms holds no FATO then",
                sortie_id=sortie.sortie_id, vertiport_id=site, at_ms=at_ms,
            )  # fmt: skip
    return check
