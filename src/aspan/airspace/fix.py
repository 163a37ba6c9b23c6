"""The arrival fix: how an aircraft that may not land turns from its lane into the one beyond.

Both lanes touch the protected cylinder of the vertiport about 900 m from the pad, wing-borne. The
turn goes in to a circle about the pad, round it, and out to the other lane; whole rounds of the
circle take up what must be waited. The circle lies inside the cylinder, where FATO slots and not
lane separation keep traffic apart; the height of the next lane is sought on the way out.

Not modelled: ground that rises into the cylinder beside the pad.
"""

from math import atan2, ceil, cos, hypot, pi, sin

import msgspec

from aspan.airspace.lanes import Lane
from aspan.primitives.units import MS_PER_S

CIRCLE_M = 450.0
"""Radius of the holding circle. Assumed: 60 m/s at 39 degrees of bank keeps inside it."""

SPEED_MPS_MIN = 42.0
SPEED_MPS_MAX = 72.0
"""Speeds in the turn. Assumed: stall 40.6 m/s (facts 2.1, evtolpy) and planned cruise."""

STEP_M = 120.0
"""Length of a straight piece of the circle: within 4 m of it."""

BOUND_SIDES = 24
"""Corners of the polygon drawn round a turn."""

ROUNDS_MAX = 60
"""Most rounds of holding."""


class FixTurn(msgspec.Struct, frozen=True, kw_only=True):
    """The turn from the end of cruise on one lane to the start of cruise on the next.

    Parameters
    ----------
    pad_x_m, pad_y_m
        Of the vertiport whose cylinder it lies in.
    from_rad, turn_rad
        Angle at which the circle is joined, and by how much it is followed without a round.
    entry_m, exit_m
        Straight ways to and from the circle.
    """

    pad_x_m: float
    pad_y_m: float
    from_rad: float
    turn_rad: float
    entry_m: float
    exit_m: float

    def length_m(self, rounds: int) -> float:
        """Return the length of the turn with so many whole rounds."""
        return self.entry_m + self.exit_m + CIRCLE_M * (self.turn_rad + 2.0 * pi * rounds)

    @property
    def duration_ms_min(self) -> int:
        """Return the shortest time it takes, without a round."""
        return ceil(self.length_m(0) / SPEED_MPS_MAX * MS_PER_S)

    def find_rounds(self, duration_ms: int) -> int | None:
        """Return the rounds with which the turn takes just this long; None if no speed does it."""
        for rounds in range(ROUNDS_MAX):
            length_m = self.length_m(rounds)
            if length_m * MS_PER_S > duration_ms * SPEED_MPS_MAX:
                return None
            if length_m * MS_PER_S >= duration_ms * SPEED_MPS_MIN:
                return rounds
        return None

    def next_duration_ms(self, duration_ms: int) -> int | None:
        """Return the least time not below this that some number of rounds takes; None if none."""
        for rounds in range(ROUNDS_MAX):
            length_m = self.length_m(rounds)
            shortest_ms = ceil(length_m / SPEED_MPS_MAX * MS_PER_S)
            longest_ms = int(length_m / SPEED_MPS_MIN * MS_PER_S)
            if duration_ms <= longest_ms:
                return max(duration_ms, shortest_ms)
        return None

    def list_bound(self, margin_m: float) -> list[tuple[float, float]]:
        """Return the corners of a polygon that holds the turn with a margin about it."""
        reach_m = CIRCLE_M + max(self.entry_m, self.exit_m) + margin_m
        corner_m = reach_m / cos(pi / BOUND_SIDES)
        angles = [2.0 * pi * k / BOUND_SIDES for k in range(BOUND_SIDES)]
        return [
            (self.pad_x_m + corner_m * cos(a), self.pad_y_m + corner_m * sin(a)) for a in angles
        ]

    def list_points(self, rounds: int) -> list[tuple[float, float, float]]:
        """Return points of the circle as (x, y, share of the length flown)."""
        total_rad = self.turn_rad + 2.0 * pi * rounds
        steps = max(1, ceil(total_rad * CIRCLE_M / STEP_M))
        length_m = self.length_m(rounds)
        points = []
        for k in range(steps + 1):
            angle = self.from_rad + total_rad * k / steps
            share = (self.entry_m + CIRCLE_M * total_rad * k / steps) / length_m
            x_m = self.pad_x_m + CIRCLE_M * cos(angle)
            points.append((x_m, self.pad_y_m + CIRCLE_M * sin(angle), share))
        return points


def climbed_share(share: float, *, length_m: float, rise_m: float, gradient_max: float) -> float:
    """Return how much of the change of height is done at a share of the turn's length.

    The circle is held level, inside the cylinder; height is changed as late as the gradient allows.
    """
    needs_m = min(length_m, abs(rise_m) / gradient_max)
    if needs_m <= 0.0:
        return 0.0
    return max(0.0, 1.0 - (1.0 - share) * length_m / needs_m)


def plan_fix_turn(inbound: Lane, outbound: Lane) -> FixTurn:
    """Return the turn over the vertiport at which one lane ends and the other begins."""
    pad_x_m, pad_y_m = inbound.x_m[-1], inbound.y_m[-1]
    k, n = inbound.cruise_last, outbound.cruise_first
    from_x, from_y = inbound.x_m[k] - pad_x_m, inbound.y_m[k] - pad_y_m
    to_x, to_y = outbound.x_m[n] - pad_x_m, outbound.y_m[n] - pad_y_m
    from_rad = atan2(from_y, from_x)
    return FixTurn(
        pad_x_m=pad_x_m,
        pad_y_m=pad_y_m,
        from_rad=from_rad,
        turn_rad=(atan2(to_y, to_x) - from_rad) % (2.0 * pi),
        entry_m=hypot(from_x, from_y) - CIRCLE_M,
        exit_m=hypot(to_x, to_y) - CIRCLE_M,
    )
