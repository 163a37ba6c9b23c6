"""Policy `earliest-ready`: the aircraft that can be off-block first with the energy it needs.

An aircraft at the origin that is ready in time is taken before any that would have to fly there
empty; otherwise the earliest off-block wins, then no positioning, then the lower id.
"""

from math import inf

from aspan.dispatch.problem import (
    Assignment,
    Candidate,
    DispatchProblem,
    LegNeed,
    NoAircraft,
    Waiting,
)
from aspan.physics.battery import soc_needed
from aspan.physics.charging import soc_after_s, time_to_soc_s
from aspan.primitives.units import MS_PER_S
from aspan.world.aircraft import AircraftType

NEVER_MS = 1 << 60

REASON_ORDER = ("no_aircraft", "too_late", "energy", "pilot", "hours")
"""Hurdles in the order in which a candidate meets them; the last one reached is told."""


def choose_aircraft(problem: DispatchProblem) -> Assignment | NoAircraft:
    """Return which aircraft flies the sortie and when it is off-block, or why none can.

    Of candidates that wait, those that could not beat the best so far are not looked at.
    """
    best: tuple[int, int, str] | None = None
    chosen: Assignment | None = None
    nearest = 0
    candidates = problem.candidates
    bounds = candidates.bounds if isinstance(candidates, Waiting) else ()
    for k in range(len(candidates)):
        if bounds and best is not None and best <= (bounds[k][0], 0, bounds[k][1]):
            break
        candidate = candidates[k]
        result = evaluate(problem, candidate)
        if isinstance(result, str):
            nearest = max(nearest, REASON_ORDER.index(result))
            continue
        is_positioned = result.position_from is not None
        rank = (result.off_block_ms, int(is_positioned), candidate.aircraft_id)
        if best is None or rank < best:
            best, chosen = rank, result
    return chosen or NoAircraft(reason=REASON_ORDER[nearest])


def ready_ms(kind: AircraftType, candidate: Candidate, need: LegNeed, *, earliest_ms: int) -> int:
    """Return when a candidate has the charge for a leg, `NEVER_MS` if never."""
    soc_wanted = soc_needed(
        kind, required_kwh=need.required_kwh, soh=candidate.soh, pack_k=kind.pack_target_k
    )
    charged_ms = candidate.soc_at_ms + _charge_ms(
        kind, candidate.soc, soc_wanted, candidate.soh, candidate.charge_kw
    )
    return max(earliest_ms, candidate.free_from_ms, charged_ms)


def _charge_ms(kind: AircraftType, soc: float, target: float, soh: float, cap_kw: float) -> int:
    if target <= soc:
        return 0
    if target > kind.ceiling_soc:
        return NEVER_MS
    time_s = time_to_soc_s(
        kind, soc=soc, target_soc=target, soh=soh, cap_kw=cap_kw, pack_k=kind.pack_target_k
    )
    return NEVER_MS if time_s == inf else int(time_s * MS_PER_S) + 1


def _crew_ms(candidate: Candidate, off_block_ms: int, block_ms: int) -> int:
    """Return the earliest off-block that leaves the pilot his break."""
    if off_block_ms + block_ms <= candidate.stretch_until_ms:
        return off_block_ms
    return max(off_block_ms, candidate.rested_from_ms)


def evaluate(problem: DispatchProblem, candidate: Candidate) -> Assignment | str:
    """Return how one candidate would fly the sortie at its earliest, or the hurdle it fails at."""
    if candidate.vertiport_id == problem.origin:
        return _evaluate_here(problem, candidate)
    need = problem.positioning.get(candidate.vertiport_id)
    if need is None:
        return "no_aircraft"
    return _evaluate_positioned(problem, candidate, need)


def _evaluate_here(problem: DispatchProblem, candidate: Candidate) -> Assignment | str:
    leg = problem.leg
    off_ms = ready_ms(
        problem.aircraft_type, candidate, leg, earliest_ms=problem.earliest_off_block_ms
    )
    if off_ms >= NEVER_MS:
        return "energy"
    off_ms = _crew_ms(candidate, off_ms, leg.block_ms)
    if off_ms >= problem.latest_off_block_ms:
        return "too_late"
    problem_with_crew = _check_crew(candidate, leg, off_ms, sectors=1, flight_ms=leg.block_ms)
    if problem_with_crew:
        return problem_with_crew
    return Assignment(
        aircraft_id=candidate.aircraft_id,
        off_block_ms=off_ms,
        position_from=None,
        position_off_block_ms=0,
    )


def _evaluate_positioned(
    problem: DispatchProblem, candidate: Candidate, need: LegNeed
) -> Assignment | str:
    kind, leg = problem.aircraft_type, problem.leg
    first_ms = ready_ms(kind, candidate, need, earliest_ms=0)
    if first_ms >= NEVER_MS:
        return "energy"
    both_ms = need.block_ms + problem.turnaround_ms + leg.block_ms
    first_ms = _crew_ms(candidate, first_ms, both_ms)
    on_ms = first_ms + need.block_ms
    if on_ms + problem.turnaround_ms >= problem.latest_off_block_ms:
        return "too_late"
    soc = candidate.soc
    if first_ms > candidate.soc_at_ms and candidate.charge_kw > 0.0:
        soc = soc_after_s(
            kind,
            soc=candidate.soc,
            duration_s=(first_ms - candidate.soc_at_ms) / MS_PER_S,
            soh=candidate.soh,
            cap_kw=candidate.charge_kw,
            pack_k=kind.pack_target_k,
        )
    soc -= need.trip_kwh / (kind.gross_kwh * candidate.soh)
    wanted = soc_needed(
        kind, required_kwh=leg.required_kwh, soh=candidate.soh, pack_k=kind.pack_target_k
    )
    charge_ms = _charge_ms(kind, soc, wanted, candidate.soh, problem.positioned_charge_kw)
    if charge_ms >= NEVER_MS:
        return "energy"
    off_ms = max(problem.earliest_off_block_ms, on_ms + problem.turnaround_ms, on_ms + charge_ms)
    if off_ms >= problem.latest_off_block_ms:
        return "too_late"
    flight_ms = need.block_ms + leg.block_ms
    problem_with_crew = _check_crew(candidate, leg, off_ms, sectors=2, flight_ms=flight_ms)
    if problem_with_crew:
        return problem_with_crew
    return Assignment(
        aircraft_id=candidate.aircraft_id,
        off_block_ms=off_ms,
        position_from=candidate.vertiport_id,
        position_off_block_ms=first_ms,
    )


def _check_crew(
    candidate: Candidate, leg: LegNeed, off_ms: int, *, sectors: int, flight_ms: int
) -> str:
    """Return what the crew or the hours forbid; empty if nothing."""
    back_sectors = 1 if leg.return_block_ms else 0
    if off_ms + leg.block_ms + leg.return_block_ms > candidate.on_block_until_ms:
        return "hours"
    if sectors + back_sectors > candidate.sectors_left:
        return "pilot"
    return "pilot" if flight_ms + leg.return_block_ms > candidate.flight_ms_left else ""
