"""Law 5, pilots: nobody flies outside the limits of a duty, nor in two places."""

from collections import defaultdict
from itertools import pairwise

from aspan.audit.findings import Check
from aspan.audit.rows import Duty, Sortie
from aspan.audit.run import Run

_NEEDS = ("sorties", "duties")


def check_pilots(run: Run) -> list[Check]:
    """Return the clauses of law 5 about pilots, exercised."""
    return [*_check_lengths(run), *_check_rest(run), *_check_presence(run)]


def _duty_of(duties: list[Duty], at_ms: int) -> Duty | None:
    return next((d for d in duties if d.start_at_ms <= at_ms < d.end_at_ms), None)


def _duties_by_pilot(run: Run) -> dict[str, list[Duty]]:
    found: defaultdict[str, list[Duty]] = defaultdict(list)
    for duty in run.tables.duties or ():
        found[duty.pilot_id].append(duty)
    return dict(sorted(found.items()))


def _sorties_by_pilot(run: Run) -> dict[str, list[Sortie]]:
    found: defaultdict[str, list[Sortie]] = defaultdict(list)
    for sortie in run.flown:
        if sortie.pilot_id is not None:
            found[sortie.pilot_id].append(sortie)
    return dict(sorted(found.items()))


def _check_lengths(run: Run) -> list[Check]:
    """Check each duty's length, flight time, sectors and breaks."""
    limits = run.rules.pilot_duty
    length = run.begin("5", "duty-length", f"a duty at most {limits.duty_ms_max} ms", "duties")
    flight = run.begin("5", "duty-flight-time", f"flight time in a duty at most "
                       f"{limits.flight_ms_max} ms", *_NEEDS)  # fmt: skip
    sectors = run.begin("5", "duty-sectors", f"at most {limits.sectors_max} sorties in a duty",
                        *_NEEDS)  # fmt: skip
    rest = run.begin("5", "duty-break", f"a break of {limits.break_ms_min} ms in any "
                     f"{limits.break_window_ms} ms of a duty", *_NEEDS)  # fmt: skip
    sorties = _sorties_by_pilot(run)
    for pilot, duties in _duties_by_pilot(run).items():
        for duty in duties:
            lasts_ms = duty.end_at_ms - duty.start_at_ms
            length.expect(
                0 < lasts_ms <= limits.duty_ms_max,
                f"pilot {pilot}: duty of {lasts_ms} ms, at most {limits.duty_ms_max} ms",
                at_ms=duty.start_at_ms, vertiport_id=duty.vertiport_id,
            )  # fmt: skip
            if not flight.is_ready:
                continue
            mine = [
                s for s in sorties.get(pilot, [])
                if duty.start_at_ms <= (s.off_block_at_ms or 0) < duty.end_at_ms
            ]  # fmt: skip
            flown_ms = sum(
                s.touchdown_at_ms - s.lift_off_at_ms
                for s in mine
                if s.touchdown_at_ms is not None and s.lift_off_at_ms is not None
            )
            flight.expect(
                flown_ms <= limits.flight_ms_max,
                f"pilot {pilot}: {flown_ms} ms of flight in a duty, at most "
                f"{limits.flight_ms_max} ms",
                at_ms=duty.start_at_ms, vertiport_id=duty.vertiport_id,
            )  # fmt: skip
            sectors.expect(
                len(mine) <= limits.sectors_max,
                f"pilot {pilot}: {len(mine)} sorties in a duty, at most {limits.sectors_max}",
                at_ms=duty.start_at_ms, vertiport_id=duty.vertiport_id,
            )  # fmt: skip
            if lasts_ms >= limits.break_window_ms:
                uncovered_ms = _find_window_without_break(run, duty, mine)
                rest.expect(
                    uncovered_ms is None,
                    f"pilot {pilot}: the {limits.break_window_ms} ms from {uncovered_ms} ms have "
                    f"no break of {limits.break_ms_min} ms",
                    at_ms=uncovered_ms, vertiport_id=duty.vertiport_id,
                )  # fmt: skip
    return [length, flight, sectors, rest]


def _find_window_without_break(run: Run, duty: Duty, sorties: list[Sortie]) -> int | None:
    """Return the start of a window in the duty without a break, None if each has one.

    A free gap [a, b) serves the windows that begin from a + break - window to b - break; together
    the gaps must serve every beginning in the duty.
    """
    limits = run.rules.pilot_duty
    last_ms = duty.end_at_ms - limits.break_window_ms
    served_ms = duty.start_at_ms - 1
    free_from_ms = duty.start_at_ms
    busy = [(s.off_block_at_ms or 0, s.on_block_at_ms or duty.end_at_ms) for s in sorties]
    for start_ms, end_ms in [*sorted(busy), (duty.end_at_ms, duty.end_at_ms)]:
        if start_ms - free_from_ms >= limits.break_ms_min:
            if free_from_ms + limits.break_ms_min - limits.break_window_ms > served_ms + 1:
                break
            served_ms = max(served_ms, start_ms - limits.break_ms_min)
        free_from_ms = max(free_from_ms, end_ms)
    return None if served_ms >= last_ms else served_ms + 1


def _check_rest(run: Run) -> list[Check]:
    """Check the rest between a pilot's duties."""
    limits = run.rules.pilot_duty
    rest = run.begin("5", "duty-rest", f"between duties at least {limits.rest_ms_min} ms", "duties")
    for pilot, duties in _duties_by_pilot(run).items():
        for before, after in pairwise(duties):
            rested_ms = after.start_at_ms - before.end_at_ms
            rest.expect(
                rested_ms >= limits.rest_ms_min,
                f"pilot {pilot}: {rested_ms} ms of rest between duties, at least "
                f"{limits.rest_ms_min} ms",
                at_ms=after.start_at_ms, vertiport_id=after.vertiport_id,
            )  # fmt: skip
    return [rest]


def _check_presence(run: Run) -> list[Check]:
    """Check that each pilot is on duty for each sortie, where it begins, and on one at a time."""
    on_duty = run.begin("5", "pilot-on-duty", "a pilot on duty from off-block to on-block", *_NEEDS)
    place = run.begin("5", "pilot-place", "a pilot flies from where the duty began or the last "
                      "sortie ended", *_NEEDS)  # fmt: skip
    alone = run.begin("5", "pilot-one-place", "a pilot flies one sortie at a time", *_NEEDS)
    if not on_duty.is_ready:
        return [on_duty, place, alone]
    duties = _duties_by_pilot(run)
    for sortie in run.flown:
        off_ms, on_ms = sortie.off_block_at_ms or 0, sortie.on_block_at_ms
        duty = _duty_of(duties.get(sortie.pilot_id or "", []), off_ms)
        on_duty.expect(
            duty is not None and (on_ms is None or on_ms <= duty.end_at_ms),
            f"sortie {sortie.sortie_id}: pilot {sortie.pilot_id} is not on duty from {off_ms} ms "
            f"to {on_ms} ms",
            sortie_id=sortie.sortie_id, aircraft_id=sortie.aircraft_id, at_ms=off_ms,
        )  # fmt: skip
    for pilot, sorties in _sorties_by_pilot(run).items():
        before: Sortie | None = None
        for sortie in sorties:
            off_ms = sortie.off_block_at_ms or 0
            duty = _duty_of(duties.get(pilot, []), off_ms)
            if before is not None:
                alone.expect(
                    before.on_block_at_ms is not None and before.on_block_at_ms <= off_ms,
                    f"pilot {pilot}: off-block with {sortie.sortie_id} at {off_ms} ms, with "
                    f"{before.sortie_id} until {before.on_block_at_ms} ms",
                    sortie_id=sortie.sortie_id, at_ms=off_ms,
                )  # fmt: skip
            if duty is not None:
                was_before = before is not None and (before.off_block_at_ms or 0) < duty.start_at_ms
                here = duty.vertiport_id
                if before is not None and not was_before:
                    here = before.landing_site
                place.expect(
                    sortie.origin == here,
                    f"pilot {pilot}: flies {sortie.sortie_id} from {sortie.origin}, is at {here}",
                    sortie_id=sortie.sortie_id, vertiport_id=sortie.origin, at_ms=off_ms,
                )  # fmt: skip
            before = sortie
    return [on_duty, place, alone]
