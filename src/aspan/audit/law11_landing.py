"""Law 11: at every point of a sortie a held or pooled landing place is reachable."""

from collections import defaultdict

import numpy as np

from aspan.audit import tolerances
from aspan.audit.energy import available_kwh, direct_energy_kwh, track_energy_kwh
from aspan.audit.findings import Check
from aspan.audit.geodesy import Floats
from aspan.audit.rows import Aircraft, Sortie
from aspan.audit.run import Run, Track

TITLE = "a landing place is reachable at every point"


def check_law(run: Run) -> list[Check]:
    """Return the clauses of law 11, exercised."""
    return [_check_named(run), _check_pool(run), _check_reach(run)]


def _check_named(run: Run) -> Check:
    check = run.begin("11", "alternate-named", "every release names an alternate of the city, not "
                      "the destination, with a contingency place", "sorties", "releases",
                      )  # fmt: skip
    if not check.is_ready:
        return check
    for sortie in run.flown:
        release = run.release_by_sortie.get(sortie.sortie_id)
        if release is None:
            continue
        site = run.city.sites.get(release.alternate_id or "")
        check.expect(
            site is not None
            and release.alternate_id != sortie.planned_destination
            and site.contingency_places > 0,
            f"sortie {sortie.sortie_id} to {sortie.planned_destination}: alternate "
            f"{release.alternate_id} is none, or has no contingency place",
            sortie_id=sortie.sortie_id, at_ms=release.released_at_ms,
        )  # fmt: skip
    return check


def _check_pool(run: Run) -> Check:
    """Check the claims that the closure of one destination would call in at one alternate.

    Claims are held from lift-off until touchdown, or until the sortie was diverted: it then flies
    to a stand of its own. Counted at every instant by a sweep.
    """
    places = ", ".join(f"{k} {v.contingency_places}" for k, v in sorted(run.city.sites.items()))
    check = run.begin("11", "alternate-pool", "airborne sorties with one destination and one "
                      f"alternate at most the alternate's places: {places}",
                      "sorties", "releases")  # fmt: skip
    if not check.is_ready:
        return check
    diverted_ms = _list_diverted(run)
    edges: defaultdict[tuple[str, str], list[tuple[int, int, str]]] = defaultdict(list)
    for sortie in run.flown:
        release = run.release_by_sortie.get(sortie.sortie_id)
        up_ms = sortie.lift_off_at_ms
        if release is None or release.alternate_id is None or up_ms is None:
            continue
        pair = (sortie.planned_destination, release.alternate_id)
        edges[pair].append((up_ms, 1, sortie.sortie_id))
        until_ms = diverted_ms.get(sortie.sortie_id, sortie.touchdown_at_ms)
        if until_ms is not None:
            edges[pair].append((until_ms, -1, sortie.sortie_id))
    for (destination, alternate), changes in sorted(edges.items()):
        site = run.city.sites.get(alternate)
        most = 0 if site is None else site.contingency_places
        airborne = 0
        for at_ms, change, sortie_id in sorted(changes):
            airborne += change
            if change < 0:
                continue
            check.expect(
                airborne <= most,
                f"sortie {sortie_id}: the closure of {destination} would send {airborne} to "
                f"{alternate}, which keeps {most} places",
                sortie_id=sortie_id, vertiport_id=alternate, at_ms=at_ms,
            )  # fmt: skip
    return check


def _list_diverted(run: Run) -> dict[str, int]:
    """Return when each diverted sortie was: its intent was activated a second time, elsewhere.

    One that is still on its way at the end of the run is known by where it is going.
    """
    activated: defaultdict[str, list[int]] = defaultdict(list)
    for row in run.tables.intents or ():
        if row.state == "activated":
            activated[row.sortie_id].append(row.from_at_ms)
    return {
        sortie.sortie_id: max(activated[sortie.sortie_id])
        for sortie in run.flown
        if sortie.landing_site != sortie.planned_destination
        and len(activated[sortie.sortie_id]) > 1
    }


def _check_reach(run: Run) -> Check:
    """Check the energy left at each vertex against the straight way to the alternate."""
    check = run.begin(
        "11", "alternate-reach", "from every vertex the alternate is reachable above the floor "
        f"(straight line, our own estimate less {tolerances.REACH_SHARE:.0%}), unless an emergency "
        "was declared", "sorties", "releases", "tracks", "aircraft",
    )  # fmt: skip
    if not check.is_ready:
        return check
    for sortie in run.flown:
        release = run.release_by_sortie.get(sortie.sortie_id)
        track = run.track_by_sortie.get(sortie.sortie_id)
        aircraft = run.aircraft_by_id.get(sortie.aircraft_id)
        if release is None or track is None or aircraft is None or len(track.at_ms) < 2:
            continue
        alternate = release.alternate_id
        if alternate not in run.city.sites or sortie.emergency_at_ms is not None:
            continue
        left_kwh = _left_kwh(run, sortie, track, aircraft)
        if left_kwh is None:
            continue
        need_kwh = direct_energy_kwh(run, sortie, track, alternate)
        need_kwh = need_kwh * (1.0 - tolerances.REACH_SHARE)
        if sortie.status == "diverted" and sortie.landing_site == alternate:
            left_kwh, need_kwh = left_kwh[:-1], need_kwh[:-1]
        worst = int((left_kwh - need_kwh).argmin())
        check.expect(
            bool(left_kwh[worst] >= need_kwh[worst]),
            f"sortie {sortie.sortie_id}: {left_kwh[worst]:.2f} kWh above the floor, "
            f"{need_kwh[worst]:.2f} kWh needed to {alternate}",
            sortie_id=sortie.sortie_id, vertiport_id=alternate, at_ms=float(track.at_ms[worst]),
        )  # fmt: skip
    return check


def _left_kwh(run: Run, sortie: Sortie, track: Track, aircraft: Aircraft) -> Floats | None:
    """Return available energy at each vertex: our own profile, scaled to the charge of the table.

    A sortie still in the air has no charge at touchdown; our own energy is taken as it is.
    """
    up, down, pack_k = sortie.soc_lift_off, sortie.soc_touchdown, sortie.pack_temperature_k
    if up is None or pack_k is None:
        return None
    used_kwh = track_energy_kwh(run, sortie, track)
    if down is not None and used_kwh[-1] > 0.0:
        used_kwh = used_kwh * ((up - down) * aircraft.capacity_kwh / used_kwh[-1])
    soc = up - used_kwh / aircraft.capacity_kwh
    share = available_kwh(run.city.craft, aircraft, 1.0, pack_k) / (1.0 - aircraft.floor_soc)
    return np.asarray((soc - aircraft.floor_soc) * share, dtype=np.float64)
