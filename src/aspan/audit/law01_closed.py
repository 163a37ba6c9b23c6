"""Law 1, closed FATOs: nothing that was released while a FATO was closed uses it then.

A sortie released before the desk closed its FATO may fly on: it is turned away or lands, as the
engine decides, and the tables tell which. Whether it could still have turned away is not judged.
"""

from aspan.audit.findings import Check
from aspan.audit.run import Run


def check_closed(run: Run) -> Check:
    """Return the clause about FATOs that the desk closed, exercised by each use of one of them."""
    check = run.begin("1", "fato-closed", "no sortie released while a FATO is closed takes off "
                      "from it or lands on it in that time",
                      "sorties", "fato_uses", "releases", "closures")  # fmt: skip
    if not check.is_ready:
        return check
    for use in run.tables.fato_uses or ():
        closures = run.closures_by_fato.get(use.fato_id)
        release = run.release_by_sortie.get(use.sortie_id)
        if closures is None or release is None:
            continue
        broken = next(
            (
                closure
                for closure in closures
                if closure.is_at(release.released_at_ms)
                and (closure.until_at_ms is None or use.start_at_ms < closure.until_at_ms)
            ),
            None,
        )
        check.expect(
            broken is None,
            f"sortie {use.sortie_id}: {use.kind} on {use.fato_id} at {use.start_at_ms} ms, "
            f"released at {release.released_at_ms} ms while it was closed",
            sortie_id=use.sortie_id, vertiport_id=use.vertiport_id, at_ms=use.start_at_ms,
        )  # fmt: skip
    return check
