"""Law 6: an aircraft is in one place; its sorties, stays and charges form one unbroken line."""

from collections import defaultdict
from itertools import pairwise

from aspan.audit.findings import Check
from aspan.audit.rows import Charge, Sortie, Stay
from aspan.audit.run import Run

TITLE = "an aircraft is in one place"


def check_law(run: Run) -> list[Check]:
    """Return the clauses of law 6, exercised."""
    return [*_check_sorties(run), *_check_stays(run), _check_charges(run)]


def _check_sorties(run: Run) -> list[Check]:
    """Check each aircraft's sorties: known, in order, one at a time, from where it is."""
    known = run.begin("6", "aircraft-known", "every aircraft is one of the fleet's",
                      "sorties", "aircraft")  # fmt: skip
    order = run.begin("6", "phase-order", "off-block, lift-off, touchdown, on-block in order",
                      "sorties")  # fmt: skip
    overlap = run.begin("6", "sortie-overlap", "an aircraft flies one sortie at a time", "sorties")
    place = run.begin("6", "sortie-place", "an aircraft departs where it last arrived, first from "
                      "its initial vertiport", "sorties", "aircraft")  # fmt: skip
    for aircraft_id, sorties in run.flown_by_aircraft.items():
        aircraft = run.aircraft_by_id.get(aircraft_id)
        if known.is_ready:
            known.expect(
                aircraft is not None, f"aircraft {aircraft_id} is not in the fleet",
                aircraft_id=aircraft_id, sortie_id=sorties[0].sortie_id,
            )  # fmt: skip
        here = None if aircraft is None else aircraft.initial_vertiport_id
        for sortie in sorties:
            _expect_order(order, sortie)
            if here is not None:
                place.expect(
                    sortie.origin == here,
                    f"aircraft {aircraft_id}: departs with {sortie.sortie_id} from "
                    f"{sortie.origin}, is at {here}",
                    sortie_id=sortie.sortie_id, aircraft_id=aircraft_id,
                    at_ms=sortie.off_block_at_ms,
                )  # fmt: skip
                here = sortie.landing_site
        for before, after in pairwise(sorties):
            off_ms = after.off_block_at_ms or 0
            overlap.expect(
                before.on_block_at_ms is not None and before.on_block_at_ms <= off_ms,
                f"aircraft {aircraft_id}: off-block with {after.sortie_id} at {off_ms} ms, on "
                f"{before.sortie_id} until {before.on_block_at_ms} ms",
                sortie_id=after.sortie_id, aircraft_id=aircraft_id, at_ms=off_ms,
            )  # fmt: skip
    return [known, order, overlap, place]


def _expect_order(order: Check, sortie: Sortie) -> None:
    instants = (sortie.off_block_at_ms, sortie.lift_off_at_ms, sortie.touchdown_at_ms,
                sortie.on_block_at_ms)  # fmt: skip
    reached = [at_ms for at_ms in instants if at_ms is not None]
    is_prefix = all(at_ms is not None for at_ms in instants[: len(reached)])
    order.expect(
        is_prefix and reached == sorted(reached),
        f"sortie {sortie.sortie_id}: off-block, lift-off, touchdown, on-block at {instants}",
        sortie_id=sortie.sortie_id, aircraft_id=sortie.aircraft_id, at_ms=sortie.off_block_at_ms,
    )  # fmt: skip


def _stays_by_aircraft(run: Run) -> dict[str, list[Stay]]:
    found: defaultdict[str, list[Stay]] = defaultdict(list)
    for stay in run.tables.stand_uses or ():
        found[stay.aircraft_id].append(stay)
    return dict(sorted(found.items()))


def _check_stays(run: Run) -> list[Check]:
    """Check that stays and sorties of each aircraft follow one another without a gap."""
    needs = ("sorties", "stand_uses", "aircraft")
    initial = run.begin("6", "initial-stay", "the first stay is on the initial stand", *needs)
    overlap = run.begin("6", "stay-overlap", "an aircraft stays on one stand at a time", *needs)
    until = run.begin("6", "stay-until-off-block", "a stay at the origin ends at off-block", *needs)
    since = run.begin("6", "stay-from-on-block", "a stay at the destination begins at on-block",
                      *needs)  # fmt: skip
    unbroken = run.begin("6", "stay-unbroken", "a stay ends with an off-block or goes on at once "
                         "on another stand of the site", *needs)  # fmt: skip
    if not initial.is_ready:
        return [initial, overlap, until, since, unbroken]
    stays = _stays_by_aircraft(run)
    for aircraft_id, aircraft in run.aircraft_by_id.items():
        mine = stays.get(aircraft_id, [])
        sorties = run.flown_by_aircraft.get(aircraft_id, [])
        wanted = (aircraft.initial_vertiport_id, aircraft.initial_stand_id)
        initial.expect(
            bool(mine) and (mine[0].vertiport_id, mine[0].stand_id) == wanted,
            f"aircraft {aircraft_id}: first stay {mine[0].stand_id if mine else None}, begins the "
            f"run on {wanted[1]} at {wanted[0]}",
            aircraft_id=aircraft_id, vertiport_id=wanted[0],
        )  # fmt: skip
        for before, after in pairwise(mine):
            overlap.expect(
                before.end_at_ms is not None and before.end_at_ms <= after.start_at_ms,
                f"aircraft {aircraft_id}: comes to {after.stand_id} at {after.start_at_ms} ms, "
                f"stays on {before.stand_id} until {before.end_at_ms} ms",
                aircraft_id=aircraft_id, vertiport_id=after.vertiport_id, at_ms=after.start_at_ms,
            )  # fmt: skip
        _expect_joined(sorties, mine, until=until, since=since)
        _expect_unbroken(sorties, mine, unbroken)
    return [initial, overlap, until, since, unbroken]


def _expect_joined(sorties: list[Sortie], stays: list[Stay], *, until: Check, since: Check) -> None:
    """Check that a stay ends where and when each sortie begins, and one begins where it ends."""
    ends = {(stay.vertiport_id, stay.end_at_ms) for stay in stays}
    starts = {(stay.vertiport_id, stay.start_at_ms) for stay in stays}
    for sortie in sorties:
        until.expect(
            (sortie.origin, sortie.off_block_at_ms) in ends,
            f"sortie {sortie.sortie_id}: no stay of {sortie.aircraft_id} at {sortie.origin} ends "
            f"at off-block, {sortie.off_block_at_ms} ms",
            sortie_id=sortie.sortie_id, aircraft_id=sortie.aircraft_id,
            at_ms=sortie.off_block_at_ms,
        )  # fmt: skip
        if sortie.on_block_at_ms is not None:
            since.expect(
                (sortie.landing_site, sortie.on_block_at_ms) in starts,
                f"sortie {sortie.sortie_id}: no stay of {sortie.aircraft_id} at "
                f"{sortie.landing_site} begins at on-block, {sortie.on_block_at_ms} ms",
                sortie_id=sortie.sortie_id, aircraft_id=sortie.aircraft_id,
                at_ms=sortie.on_block_at_ms,
            )  # fmt: skip


def _expect_unbroken(sorties: list[Sortie], stays: list[Stay], unbroken: Check) -> None:
    """Check that no stay ends, or begins, with the aircraft nowhere."""
    departures = {(sortie.origin, sortie.off_block_at_ms) for sortie in sorties}
    arrivals = {(sortie.landing_site, sortie.on_block_at_ms) for sortie in sorties}
    for at, stay in enumerate(stays):
        ends_well = stay.end_at_ms is None or (stay.vertiport_id, stay.end_at_ms) in departures
        begins_well = at == 0 or (stay.vertiport_id, stay.start_at_ms) in arrivals
        if not ends_well and at + 1 < len(stays):
            after = stays[at + 1]
            ends_well = (after.vertiport_id, after.start_at_ms) == (
                stay.vertiport_id, stay.end_at_ms,
            )  # fmt: skip
        if not begins_well:
            before = stays[at - 1]
            begins_well = (before.vertiport_id, before.end_at_ms) == (
                stay.vertiport_id, stay.start_at_ms,
            )  # fmt: skip
        unbroken.expect(
            ends_well and begins_well,
            f"aircraft {stay.aircraft_id}: stay on {stay.stand_id} [{stay.start_at_ms}, "
            f"{stay.end_at_ms}) is not joined to a sortie or another stay",
            aircraft_id=stay.aircraft_id, vertiport_id=stay.vertiport_id, at_ms=stay.start_at_ms,
        )  # fmt: skip


def _check_charges(run: Run) -> Check:
    """Check that each session lies inside a stay of its aircraft on its stand."""
    check = run.begin("6", "charge-in-stay", "a session lies in a stay on its stand",
                      "charges", "stand_uses")  # fmt: skip
    if not check.is_ready:
        return check
    stays = _stays_by_aircraft(run)
    for charge in run.tables.charges or ():
        check.expect(
            any(_holds(stay, charge) for stay in stays.get(charge.aircraft_id, [])),
            f"aircraft {charge.aircraft_id}: session on {charge.stand_id} [{charge.start_at_ms}, "
            f"{charge.end_at_ms}) lies in no stay of it there",
            aircraft_id=charge.aircraft_id, vertiport_id=charge.vertiport_id,
            at_ms=charge.start_at_ms,
        )  # fmt: skip
    return check


def _holds(stay: Stay, charge: Charge) -> bool:
    if (stay.vertiport_id, stay.stand_id) != (charge.vertiport_id, charge.stand_id):
        return False
    if charge.start_at_ms < stay.start_at_ms:
        return False
    if stay.end_at_ms is None:
        return True
    return charge.end_at_ms is not None and charge.end_at_ms <= stay.end_at_ms
