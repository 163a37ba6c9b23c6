"""Law 10, zones kept for others: nobody of ours is inside one while it is reserved.

The engine refuses a reservation that a planned sortie would meet, so that there is no excuse: not
even for a sortie that was released before.
"""

from aspan.audit.findings import Check
from aspan.audit.rows import ZoneClosure
from aspan.audit.run import Run
from aspan.audit.zone_tracks import find_entry, list_areas


def check_reserved(run: Run) -> Check:
    """Return the clause about zones kept for others, exercised by each track of that time."""
    check = run.begin("10", "zones-reserved", "no position inside a geozone while it is kept for "
                      "others, segments not samples", "tracks", "zone_closures")  # fmt: skip
    if not check.is_ready:
        return check
    zones = {zone.zone_id: zone for zone in run.city.zones}
    for row in run.tables.zone_closures or ():
        zone = zones.get(row.zone_id)
        if zone is None:
            check.fail(f"zone {row.zone_id}: kept for others, but no zone of the city",
                       at_ms=row.from_at_ms)  # fmt: skip
            continue
        areas = list_areas(run, zone)

        def is_kept(from_ms: float, until_ms: float, row: ZoneClosure = row) -> bool:
            return from_ms < row.until_at_ms and row.from_at_ms < until_ms

        for track in run.tracks:
            if len(track.at_ms) < 2 or not is_kept(float(track.at_ms[0]), float(track.at_ms[-1])):
                continue
            entered_ms = find_entry(areas, track, is_kept)
            check.expect(
                entered_ms is None,
                f"sortie {track.sortie_id}: in {row.zone_id} at {entered_ms} ms, kept for others "
                f"by {row.reservation} from {row.from_at_ms} ms until {row.until_at_ms} ms",
                sortie_id=track.sortie_id, at_ms=entered_ms,
            )  # fmt: skip
    return check
