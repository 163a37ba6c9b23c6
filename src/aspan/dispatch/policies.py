"""Dispatch policies by name, as `--policy` gives them."""

from collections.abc import Callable

from aspan.dispatch import earliest_ready, least_used
from aspan.dispatch.problem import Assignment, DispatchProblem, NoAircraft
from aspan.primitives.errors import InvalidInput

Policy = Callable[[DispatchProblem], Assignment | NoAircraft]

POLICIES: dict[str, Policy] = {
    "earliest-ready": earliest_ready.choose_aircraft,
    "least-used": least_used.choose_aircraft,
}
DEFAULT_POLICY = "earliest-ready"


def get_policy(name: str) -> Policy:
    """Return the policy called `name`; `InvalidInput` listing the known ones otherwise."""
    policy = POLICIES.get(name)
    if policy is None:
        raise InvalidInput("policy", name, f"one of {', '.join(sorted(POLICIES))}")
    return policy
