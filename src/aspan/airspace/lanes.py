"""Lanes: one-way paths from pad to pad, laid over the terrain, and the network they make.

A lane's vertices are fixed when it is laid: hover climb, five steps of transition, cruise in pieces
short enough that no two vertices are more than 30 s apart at the least ground speed, the same back
down. A sortie only adds times to them (`trajectory`), so a log needs a lane's id and whole numbers.

The plan keeps, outside the protected cylinders, the ground clearance *and* the vertical conformance
window above the highest ground within the lateral window: what is flown inside the windows keeps
the clearance itself. Not modelled: bank and radius of turns, at most a few tens of metres.
"""

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from math import ceil, hypot

import msgspec
import numpy as np
from pyproj import Geod

from aspan.airspace.cells import Cell, ConflictTable, cut_cells, table_conflicts
from aspan.airspace.profile import Gradients, Ground, check_fixed_altitude, lay_profile
from aspan.airspace.route import (
    NODE_REACH_M,
    Point,
    check_runways,
    check_self_crossing,
    edge_m,
    offset_route,
    plan_centreline,
)
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import LaneId, VertiportId
from aspan.world.city import City
from aspan.world.geodesy import Projection
from aspan.world.lanes import LaneSpec

HOVER_HEIGHT_M = 60.0
"""Height of the vertical climb and descent over the pad. [m] Assumed: 30 s at 2 m/s; about twice
the top of the obstacle-free volume's first part (EASA PTS-VPT-DSN, facts 4.23)."""

TRANSITION_STEPS = 5
"""Pieces of constant speed that stand for the acceleration of a transition."""

PIECE_S_MAX = 30.0
"""No two vertices of a track are further apart in time than this. [s] (run tables: tracks)"""

GEOD = Geod(ellps="WGS84")

PHASES = ("hover_take_off", "transition_out", "cruise", "transition_in", "hover_landing")
"""Phases of flight in order, as tracks and events name them."""


class Lane(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A one-way lane from pad to pad.

    Parameters
    ----------
    number
        Its place in the network's list, from 0.
    x_m, y_m, altitude_amsl_m, lon_deg, lat_deg, s_m
        Of the vertices; `s_m` is the distance over ground from the pad.
    phases
        Of the piece that begins at each vertex but the last.
    piece_legs
        Index into `legs` of each piece; the hover pieces have that of their neighbour.
    legs
        Ground distance [m] and true course [deg] of each straight part.
    cruise_first, cruise_last
        Vertices at which the transition out ends and the transition in begins.
    climb_m, descent_m
        Sums of ups and downs from pad to pad.
    corners
        Vertices at which the course changes.
    cells
        Parts of the lane in order; the first and last lie in the protected cylinders.
    choice
        Its place among the lanes of its pair, 1 for the one flown unless another is chosen.
    """

    lane_id: LaneId
    number: int
    origin: VertiportId
    destination: VertiportId
    layer: int
    is_landable_everywhere: bool
    node_ids: tuple[str, ...]
    x_m: tuple[float, ...]
    y_m: tuple[float, ...]
    altitude_amsl_m: tuple[float, ...]
    lon_deg: tuple[float, ...]
    lat_deg: tuple[float, ...]
    s_m: tuple[float, ...]
    phases: tuple[str, ...]
    piece_legs: tuple[int, ...]
    legs: tuple[tuple[float, float], ...]
    cruise_first: int
    cruise_last: int
    distance_m: float
    climb_m: float
    descent_m: float
    corners: tuple[int, ...]
    cells: tuple[Cell, ...]
    choice: int = 1


class LaneNetwork:
    """All lanes of a city, their separation and the table of cells that could come too near.

    Parameters
    ----------
    lanes
        In order of id; `lane.number` is the place in this list.
    find_conflicts
        Makes the table of conflicts; worked out from the lanes if None.
    """

    def __init__(
        self,
        city: City,
        lanes: tuple[Lane, ...],
        projection: Projection,
        *,
        find_conflicts: Callable[[], ConflictTable] | None = None,
    ) -> None:
        self.lanes = lanes
        self._find_conflicts = find_conflicts
        self.separation = city.rules.separation
        self.projection = projection
        self._by_id = {lane.lane_id: lane for lane in lanes}
        self._choices: dict[tuple[str, str], tuple[Lane, ...]] = {}
        for lane in sorted(lanes, key=lambda lane: (lane.choice, lane.lane_id)):
            pair = (lane.origin, lane.destination)
            self._choices[pair] = (*self._choices.get(pair, ()), lane)
        self._by_pair = {pair: choices[0] for pair, choices in self._choices.items()}

    def get(self, lane_id: str) -> Lane:
        """Return the lane of this id; `InvalidInput` if there is none."""
        lane = self._by_id.get(LaneId(lane_id))
        if lane is None:
            raise InvalidInput("lane", lane_id, "a lane of the city")
        return lane

    def find_lane(self, origin: str, destination: str) -> Lane | None:
        """Return the first choice of lane between two vertiports; None if none links them."""
        return self._by_pair.get((origin, destination))

    def list_choices(self, origin: str, destination: str) -> tuple[Lane, ...]:
        """Return every lane between two vertiports, the first choice first; empty if none."""
        return self._choices.get((origin, destination), ())

    def get_lane(self, origin: str, destination: str) -> Lane:
        """Return the first choice between two vertiports; `InvalidInput` if there is none."""
        lane = self._by_pair.get((origin, destination))
        if lane is None:
            raise InvalidInput("lane", f"{origin} to {destination}", "a pair linked by a lane")
        return lane

    def list_lanes(self, origin: str | None = None, destination: str | None = None) -> list[Lane]:
        """Return the first choice of each pair by id, of `origin` and `destination` where given.

        Second and third choices are in `lanes` and `list_choices`.
        """
        return [
            lane
            for lane in self.lanes
            if self._by_pair[lane.origin, lane.destination] is lane
            and origin in (None, lane.origin)
            and destination in (None, lane.destination)
        ]

    @cached_property
    def conflicts(self) -> ConflictTable:
        """Pairs of cells that could come too near; made at first use, then kept."""
        if self._find_conflicts is not None:
            return self._find_conflicts()
        return table_conflicts(self.lanes, self.separation)


def build_lane_network(city: City) -> LaneNetwork:
    """Lay all lanes of a city over its terrain.

    Raises
    ------
    InvalidInput
        Naming the lane, the place and the numbers, where a lane cannot clear the ground within the
        gradients, meets a runway axis off its marked nodes, or leaves the terrain.
    """
    projection = Projection(city.utm_epsg)
    specs = sorted(city.lanes.lanes, key=lambda spec: spec.lane_id)
    lanes = tuple(_lay_lane(spec, n, city, projection) for n, spec in enumerate(specs))
    return LaneNetwork(city, lanes, projection)


class _Plan(msgspec.Struct):
    """Vertices of one lane in plan, while it is laid."""

    x_m: list[float]
    y_m: list[float]
    s_m: list[float]
    piece_parts: list[int]
    corners: list[int]
    cruise_first: int
    cruise_last: int


def _lay_lane(spec: LaneSpec, number: int, city: City, projection: Projection) -> Lane:
    origin, destination = city.get_vertiport(spec.origin), city.get_vertiport(spec.destination)
    lateral_m = city.rules.separation.conformance_lateral_m
    centreline = plan_centreline(spec, city, projection)
    edges_m = (edge_m(origin, lateral_m), edge_m(destination, lateral_m))
    route = offset_route(
        centreline,
        lane_id=spec.lane_id,
        offset_m=city.lanes.rules.offset_right_m,
        origin_edge_m=edges_m[0],
        destination_edge_m=edges_m[1],
    )
    check_self_crossing(route, lane_id=spec.lane_id, projection=projection)
    check_runways(route, spec=spec, city=city, projection=projection)
    plan = _plan_vertices(route, spec, city)
    altitude_m = _lay_altitudes(plan, spec, city, projection)
    lon, lat = projection.all_to_lonlat(np.array(plan.x_m), np.array(plan.y_m))
    legs = _measure_legs(route, projection)
    count = len(plan.x_m)
    ups = [b - a for a, b in pairwise(altitude_m)]
    return Lane(
        lane_id=spec.lane_id,
        number=number,
        origin=spec.origin,
        destination=spec.destination,
        layer=spec.layer,
        choice=spec.choice,
        is_landable_everywhere=spec.is_landable_everywhere,
        node_ids=spec.node_ids,
        x_m=tuple(plan.x_m),
        y_m=tuple(plan.y_m),
        altitude_amsl_m=tuple(altitude_m),
        lon_deg=tuple(lon.tolist()),
        lat_deg=tuple(lat.tolist()),
        s_m=tuple(plan.s_m),
        phases=_name_phases(count, plan.cruise_first, plan.cruise_last),
        piece_legs=tuple(plan.piece_parts),
        legs=legs,
        cruise_first=plan.cruise_first,
        cruise_last=plan.cruise_last,
        distance_m=plan.s_m[-1],
        climb_m=sum(up for up in ups if up > 0.0),
        descent_m=-sum(up for up in ups if up < 0.0),
        corners=tuple(plan.corners),
        cells=cut_cells(
            s_m=plan.s_m,
            altitude_m=altitude_m,
            corners=plan.corners,
            ends=(origin, destination),
            edges_m=edges_m,
            vertical_m=city.rules.separation.conformance_vertical_m,
            cell_length_m=city.lanes.rules.cell_length_m,
        ),
    )


def transition_ends_m(city: City) -> list[float]:
    """Return the distances at which the steps of a transition end, from the pad [m].

    Speed grows evenly from 0 to cruise, so that the steps grow as the odd numbers.
    """
    aircraft = city.aircraft_type
    whole_m = aircraft.cruise_speed_mps / 2.0 * aircraft.transition_s
    return [whole_m * (k / TRANSITION_STEPS) ** 2 for k in range(1, TRANSITION_STEPS + 1)]


def _plan_vertices(route: list[Point], spec: LaneSpec, city: City) -> _Plan:
    """Return the vertices of a lane in plan: transition steps, corners, cruise pieces."""
    steps = transition_ends_m(city)
    aircraft = city.aircraft_type
    piece_m = PIECE_S_MAX * aircraft.cruise_speed_mps * aircraft.ground_speed_fraction_min * 0.95
    ends = []
    along_m = 0.0
    for (ax, ay), (bx, by) in pairwise(route):
        ends.append((along_m, along_m + hypot(bx - ax, by - ay)))
        along_m = ends[-1][1]
    for (start_m, end_m), vertiport_id in ((ends[0], spec.origin), (ends[-1], spec.destination)):
        if end_m - start_m < steps[-1]:
            raise InvalidInput(
                f"vertiport {vertiport_id}: protected_radius_m",
                city.get_vertiport(vertiport_id).protected_radius_m,
                f"room for a transition of {steps[-1]:.0f} m beside the lateral window",
            )
    marks = [(0.0, 0), *((step, 0) for step in steps)]
    corners = []
    for part, (start_m, end_m) in enumerate(ends):
        first_m = start_m if part else steps[-1]
        last_m = end_m if part < len(ends) - 1 else end_m - steps[-1]
        pieces = max(1, ceil((last_m - first_m) / piece_m))
        marks += [(first_m + (last_m - first_m) * k / pieces, part) for k in range(1, pieces + 1)]
        if part < len(ends) - 1:
            corners.append(len(marks))
    marks += [(along_m - step, len(ends) - 1) for step in reversed(steps[:-1])]
    marks.append((along_m, len(ends) - 1))
    xs, ys = [route[0][0]], [route[0][1]]
    for s, part in marks:
        (ax, ay), (bx, by), (start_m, end_m) = route[part], route[part + 1], ends[part]
        share = (s - start_m) / (end_m - start_m)
        xs.append(ax + share * (bx - ax))
        ys.append(ay + share * (by - ay))
    xs.append(route[-1][0])
    ys.append(route[-1][1])
    s_m = [0.0, *(s for s, _ in marks), along_m]
    parts = [0, *(part for _, part in marks[1:]), len(ends) - 1]
    count = len(xs)
    return _Plan(xs, ys, s_m, parts, corners, 1 + TRANSITION_STEPS, count - 2 - TRANSITION_STEPS)


def _lay_altitudes(plan: _Plan, spec: LaneSpec, city: City, projection: Projection) -> list[float]:
    """Return the altitude of every vertex [m AMSL]."""
    rules, separation, aircraft = city.lanes.rules, city.rules.separation, city.aircraft_type
    if not 0 <= spec.layer < len(rules.layer_heights_agl_m):
        raise InvalidInput(
            f"lane {spec.lane_id}: layer", spec.layer, f"0 to {len(rules.layer_heights_agl_m) - 1}"
        )
    first, last = plan.cruise_first, plan.cruise_last
    ground = Ground(
        np.array(plan.x_m[first : last + 1]),
        np.array(plan.y_m[first : last + 1]),
        np.array(plan.s_m[first : last + 1]),
        lane_id=spec.lane_id,
        half_width_m=separation.conformance_lateral_m,
        terrain=city.terrain,
        projection=projection,
    )
    clearance_m = separation.ground_clearance_m + separation.conformance_vertical_m
    floors = ground.highest_m + clearance_m
    for node in city.lanes.nodes:
        if node.node_id in spec.node_ids:
            x, y = projection.to_xy(node.lon_deg, node.lat_deg)
            path_x = np.interp(ground.s_m, plan.s_m, plan.x_m)
            path_y = np.interp(ground.s_m, plan.s_m, plan.y_m)
            is_near = np.hypot(path_x - x, path_y - y) <= NODE_REACH_M
            least_m = node.altitude_amsl_m_min + separation.conformance_vertical_m
            floors = np.where(is_near, np.maximum(floors, least_m), floors)
    if spec.altitude_amsl_m is None:
        wanted = ground.smoothed_m(rules.smoothing_m) + rules.layer_heights_agl_m[spec.layer]
    else:
        check_fixed_altitude(ground, floors, spec.altitude_amsl_m)
        wanted = np.full(last + 1 - first, spec.altitude_amsl_m)
    start_m = city.get_vertiport(spec.origin).elevation_amsl_m
    end_m = city.get_vertiport(spec.destination).elevation_amsl_m
    cruise = lay_profile(
        ground,
        floors_m=floors,
        wanted_m=wanted,
        start_m=start_m + HOVER_HEIGHT_M,
        end_m=end_m + HOVER_HEIGHT_M,
        transition_m=plan.s_m[first],
        altitude_m_max=rules.altitude_amsl_m_max,
        gradients=Gradients(aircraft.climb_gradient_max, aircraft.descent_gradient_max),
    ).tolist()
    up = [s / plan.s_m[first] for s in plan.s_m[1:first]]
    down = [(plan.s_m[-1] - s) / (plan.s_m[-1] - plan.s_m[last]) for s in plan.s_m[last + 1 : -1]]
    top_m, bottom_m = start_m + HOVER_HEIGHT_M, end_m + HOVER_HEIGHT_M
    return [
        start_m,
        *(top_m + share * (cruise[0] - top_m) for share in up),
        *cruise,
        *(bottom_m + share * (cruise[-1] - bottom_m) for share in down),
        end_m,
    ]


def _measure_legs(route: list[Point], projection: Projection) -> tuple[tuple[float, float], ...]:
    """Return ground distance [m] and true course [deg] of each straight part."""
    x, y = np.array(route).T
    lon, lat = projection.all_to_lonlat(x, y)
    courses, _, _ = GEOD.inv((lon[:-1] + lon[1:]) / 2, (lat[:-1] + lat[1:]) / 2, lon[1:], lat[1:])
    lengths = np.hypot(np.diff(x), np.diff(y))
    return tuple(zip(lengths.tolist(), (np.asarray(courses) % 360.0).tolist(), strict=True))


def _name_phases(count: int, cruise_first: int, cruise_last: int) -> tuple[str, ...]:
    """Return the phase of the piece that begins at each vertex but the last."""
    return (
        PHASES[0],
        *(PHASES[1] for _ in range(1, cruise_first)),
        *(PHASES[2] for _ in range(cruise_first, cruise_last)),
        *(PHASES[3] for _ in range(cruise_last, count - 2)),
        PHASES[4],
    )
