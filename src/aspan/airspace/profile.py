"""Profile of a lane over the ground: how high each vertex is, and why it can be flown.

Theory of operation. Below every piece of the lane lies a *floor*: the highest ground in a corridor
as wide as the lateral conformance window, plus the clearance, plus the vertical window, so that an
aircraft at the bottom of its window still has the clearance. A *required* profile is the lowest one
over all floors whose slopes the aircraft can fly; a *wanted* profile is smoothed ground plus the
height of the layer, or a fixed altitude. The lane flies the wanted one as far as it can be reached
by climbing from the origin and descended from to the destination, and never below the required one.
Between vertices a profile is straight; floors are kept along the whole piece, not at vertices only.

Not modelled: obstacles that the terrain file does not hold, and the slower climb of hot days.
"""

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from aspan.world.geodesy import Projection
    from aspan.world.terrain import Terrain

SAMPLE_M = 40.0
"""Spacing of looks at the ground along the lane. [m] The terrain's own cells are about 90 m."""

SAMPLE_ASIDE_M = 50.0
"""Spacing of looks across the corridor. [m]"""

SAMPLE_RISE_M = 5.0
"""What the ground may rise between two looks. [m] Assumed: an edge of 1 in 4 half-way between."""

TRANSITION_GRADIENT_MAX = 1.0 / 3.0
"""Height over distance in transition, in its steepest form. Assumed: half of the weight is still
borne by the discs, which climb at 300 m over 900 m without the wing's limits."""


class Gradients(msgspec.Struct, frozen=True):
    """Greatest height gained and lost per distance in cruise."""

    climb: float
    descent: float


class Ground:
    """The ground under one lane: floors per piece and heights under the centreline."""

    def __init__(
        self,
        x_m: "NDArray[np.float64]",
        y_m: "NDArray[np.float64]",
        s_m: "NDArray[np.float64]",
        *,
        lane_id: str,
        half_width_m: float,
        terrain: "Terrain",
        projection: "Projection",
    ) -> None:
        """Look at the ground along vertices in plan; `InvalidInput` where the terrain ends."""
        length = np.diff(s_m)
        count = np.maximum(np.ceil(length / SAMPLE_M).astype(np.int64), 1) + 1
        piece = np.repeat(np.arange(len(length)), count)
        first = np.repeat(np.cumsum(count) - count, count)
        reach = half_width_m / np.maximum(length, 1.0)
        share = (np.arange(len(piece)) - first) / np.repeat(count - 1, count)
        share = -reach[piece] + share * (1.0 + 2.0 * reach[piece])
        across = int(np.ceil(half_width_m / SAMPLE_ASIDE_M))
        asides = np.linspace(-half_width_m, half_width_m, 2 * across + 1)
        ux, uy = np.diff(x_m) / length, np.diff(y_m) / length
        # Degrees are straight between the corners of a piece to within 0.1 m.
        corners_x = [x_m[:-1], x_m[1:], x_m[:-1] + uy, x_m[1:] + uy]
        corners_y = [y_m[:-1], y_m[1:], y_m[:-1] - ux, y_m[1:] - ux]
        lon, lat = projection.all_to_lonlat(np.array(corners_x), np.array(corners_y))
        aside = asides[:, None]
        heights = []
        for degrees in (lon, lat):
            start = degrees[0][piece] + aside * (degrees[2] - degrees[0])[piece]
            end = degrees[1][piece] + aside * (degrees[3] - degrees[1])[piece]
            heights.append(start + share * (end - start))
        try:
            ground = terrain.elevations_amsl_m(heights[0], heights[1])
        except InvalidInput as error:
            raise InvalidInput(f"lane {lane_id}: position", error.value, error.expected) from None
        self.lane_id = lane_id
        self.vertex_s_m = s_m
        self.piece = piece
        self.share = np.clip(share, 0.0, 1.0)
        self.s_m = s_m[:-1][piece] + self.share * length[piece]
        self.highest_m = ground.max(axis=0) + SAMPLE_RISE_M
        self.centre_m = ground[across]
        self.lon_deg, self.lat_deg = heights[0][across], heights[1][across]

    def smoothed_m(self, window_m: float) -> "NDArray[np.float64]":
        """Return the ground under the centreline at vertices, averaged over a window [m AMSL]."""
        grid = np.arange(self.vertex_s_m[0], self.vertex_s_m[-1] + SAMPLE_M, SAMPLE_M)
        heights = np.interp(grid, self.s_m, self.centre_m)
        reach = max(int(window_m / SAMPLE_M / 2.0), 1)
        padded = np.concatenate(
            [np.full(reach, heights[0]), heights, np.full(reach + 1, heights[-1])]
        )
        sums = np.concatenate([[0.0], np.cumsum(padded)])
        width = 2 * reach + 1
        smooth = (sums[width : width + len(grid)] - sums[: len(grid)]) / width
        return np.asarray(np.interp(self.vertex_s_m, grid, smooth), dtype=np.float64)


def required_profile(
    ground: Ground, floors_m: "NDArray[np.float64]", gradients: Gradients
) -> "NDArray[np.float64]":
    """Return the lowest heights of vertices that keep every floor and can be flown [m AMSL].

    Parameters
    ----------
    floors_m
        Per sample of the ground. [m AMSL]
    """
    count = len(ground.vertex_s_m)
    heights = np.full(count, -np.inf)
    nearest = ground.piece + (ground.share > 0.5)
    np.maximum.at(heights, nearest, floors_m)
    line = heights[ground.piece] + ground.share * (
        heights[ground.piece + 1] - heights[ground.piece]
    )
    lack = np.zeros(count - 1)
    np.maximum.at(lack, ground.piece, floors_m - line)
    raised = heights.copy()
    np.maximum.at(raised, np.arange(count - 1), heights[:-1] + lack)
    np.maximum.at(raised, np.arange(1, count), heights[1:] + lack)
    return limit_slopes(raised, ground.vertex_s_m, gradients)


def limit_slopes(
    heights_m: "NDArray[np.float64]", s_m: "NDArray[np.float64]", gradients: Gradients
) -> "NDArray[np.float64]":
    """Return the lowest profile not below the given one whose slopes can be flown."""
    heights, along = heights_m.tolist(), s_m.tolist()
    for k in range(1, len(heights)):
        least = heights[k - 1] - gradients.descent * (along[k] - along[k - 1])
        heights[k] = max(heights[k], least)
    for k in range(len(heights) - 2, -1, -1):
        least = heights[k + 1] - gradients.climb * (along[k + 1] - along[k])
        heights[k] = max(heights[k], least)
    return np.array(heights)


def lay_profile(
    ground: Ground,
    *,
    floors_m: "NDArray[np.float64]",
    wanted_m: "NDArray[np.float64]",
    start_m: float,
    end_m: float,
    transition_m: float,
    altitude_m_max: float,
    gradients: Gradients,
) -> "NDArray[np.float64]":
    """Return the heights of the cruise vertices, transition end to transition start [m AMSL].

    Parameters
    ----------
    wanted_m
        Per vertex. [m AMSL]
    start_m, end_m
        Tops of the hover climb and of the hover descent. [m AMSL]
    transition_m
        Distance of a transition.
    """
    s_m = ground.vertex_s_m
    required = required_profile(ground, floors_m, gradients)
    first_m, last_m = max(start_m, float(required[0])), max(end_m, float(required[-1]))
    for height_m, from_m, end in ((first_m, start_m, "take-off"), (last_m, end_m, "landing")):
        bound_m = from_m + TRANSITION_GRADIENT_MAX * transition_m
        if height_m > bound_m:
            _refuse(ground, floors_m, gradients, end, height_m, bound_m)
    climbing = first_m + gradients.climb * (s_m - s_m[0])
    descending = last_m + gradients.descent * (s_m[-1] - s_m)
    wanted = limit_slopes(wanted_m, s_m, gradients)
    laid: NDArray[np.float64] = np.maximum(
        required, np.minimum(wanted, np.minimum(climbing, descending))
    )
    highest = int(np.argmax(laid))
    if laid[highest] > altitude_m_max:
        raise InvalidInput(
            f"lane {ground.lane_id}: altitude_amsl_m at {s_m[highest] / 1000.0:.1f} km",
            round(float(laid[highest])),
            f"at most {altitude_m_max:.0f} m",
        )
    return laid


def check_fixed_altitude(
    ground: Ground, floors_m: "NDArray[np.float64]", altitude_m: float
) -> None:
    """Refuse a fixed altitude that is below a floor anywhere; names the worst place."""
    worst = int(np.argmax(floors_m))
    if floors_m[worst] > altitude_m:
        raise InvalidInput(
            f"lane {ground.lane_id}: altitude_amsl_m at {_place(ground, worst)}",
            altitude_m,
            f"at least {floors_m[worst]:.0f} m over ground of {ground.highest_m[worst]:.0f} m",
        )


def _refuse(
    ground: Ground,
    floors_m: "NDArray[np.float64]",
    gradients: Gradients,
    end: str,
    height_m: float,
    bound_m: float,
) -> None:
    """Name the ground that cannot be cleared within the gradients."""
    s_m = ground.vertex_s_m
    if end == "take-off":
        needed = floors_m - gradients.climb * (ground.s_m - s_m[0])
    else:
        needed = floors_m - gradients.descent * (s_m[-1] - ground.s_m)
    worst = int(np.argmax(needed))
    raise InvalidInput(
        f"lane {ground.lane_id}: clearance over {_place(ground, worst)}",
        f"ground {ground.highest_m[worst]:.0f} m, floor {floors_m[worst]:.0f} m",
        f"a floor that {end} can reach: it needs {height_m:.0f} m at the end of transition, "
        f"where at most {bound_m:.0f} m is possible",
    )


def _place(ground: Ground, sample: int) -> str:
    return (
        f"{ground.lon_deg[sample]:.4f},{ground.lat_deg[sample]:.4f} "
        f"({ground.s_m[sample] / 1000.0:.1f} km along)"
    )
