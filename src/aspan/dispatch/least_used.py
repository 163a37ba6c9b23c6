"""Policy `least-used`: as `earliest-ready`, and among equals the aircraft that has flown least.

Nobody waits longer than under `earliest-ready`: only ties are broken otherwise, by block time in
place of the id. It evens out hours and charging cycles over a fleet.
"""

from aspan.dispatch.earliest_ready import REASON_ORDER, evaluate
from aspan.dispatch.problem import Assignment, DispatchProblem, NoAircraft, Waiting


def choose_aircraft(problem: DispatchProblem) -> Assignment | NoAircraft:
    """Return which aircraft flies the sortie and when it is off-block, or why none can.

    The earliest off-block wins, then no positioning, then the least block time, then the lower id.
    Of candidates that wait, those that could not even draw level are not looked at.
    """
    best: tuple[int, int, int, str] | None = None
    chosen: Assignment | None = None
    nearest = 0
    candidates = problem.candidates
    bounds = candidates.bounds if isinstance(candidates, Waiting) else ()
    for k in range(len(candidates)):
        if bounds and best is not None and best[:2] < (bounds[k][0], 0):
            break
        candidate = candidates[k]
        result = evaluate(problem, candidate)
        if isinstance(result, str):
            nearest = max(nearest, REASON_ORDER.index(result))
            continue
        is_positioned = int(result.position_from is not None)
        rank = (result.off_block_ms, is_positioned, candidate.flown_ms, candidate.aircraft_id)
        if best is None or rank < best:
            best, chosen = rank, result
    return chosen or NoAircraft(reason=REASON_ORDER[nearest])
