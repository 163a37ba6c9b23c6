"""Noise on the ground: which cells hear a lane and a FATO, how loud, and who lives there.

Theory of operation. Sound adds up as energy, so the exposure of a day is a sum over flights, and
all flights of one lane sound alike but for their speed. The ground about lanes and FATOs is cut
into square cells in the city's projection; for every cell and lane the exposure of *one* flight is
computed once, in closed form over each straight part of the lane (`physics.noise`), and a day is
then a count for each lane and hour times these rows. Near FATOs cells are finer, because there
levels fall by 6 dB within a cell.

Energies are relative: 10^(L/10) of a level L [dBA], times seconds for an exposure. Cruise is heard
at `noise_cruise_dba_at_500_m` along the lane; a take-off or landing, hover and transition together,
at `noise_terminal_dba_at_100_m` from the FATO for `movement_s`. Not modelled: absorption and
screening (both would be quieter), reflection and directivity, the shape of transitions, turns over
a closed site. People are spread normally about zone points (`Zone.spread_m`): right for a district,
uncertain by a factor of about two for a single street.
"""

from itertools import pairwise
from math import hypot, pi
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from aspan.airspace.lanes import Lane, LaneNetwork
from aspan.physics.noise import CRUISE_REFERENCE_M, TERMINAL_REFERENCE_M
from aspan.primitives.ids import FatoId, LaneId
from aspan.primitives.units import MS_PER_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from aspan.world.city import City
    from aspan.world.geodesy import Projection

CELL_M = 250.0
"""Side of a cell; lanes are 150 m and more above it."""

FINE = 5
"""Near FATOs a cell is cut into FINE x FINE of 50 m: the day limit lies at 100 to 160 m."""

FINE_REACH_M = 750.0
LANE_REACH_M = 2000.0
FATO_REACH_M = 4000.0
"""Cells further away are not looked at: a thousand flights a day would leave less than 35 dBA."""

DISTANCE_M_MIN = 30.0
"""Nobody is nearer to the source. Assumed: about the safety area of a FATO (facts 4.19)."""

PEOPLE_REFERENCE_DBA = 55.0
"""Level whose seconds `lane_people` counts; a scale only, lanes keep their order at any."""


class Rows(msgspec.Struct, frozen=True, eq=False):
    """What sources send to cells, one row for each pair.

    Parameters
    ----------
    source
        Number of the lane, or place of the FATO in `NoiseGround.fato_ids`.
    cell
        Index of the cell.
    exposure
        Relative energy times seconds of one flight, or of one movement.
    loudest
        Relative energy at the loudest moment.
    """

    source: "NDArray[np.int64]"
    cell: "NDArray[np.int64]"
    exposure: "NDArray[np.float64]"
    loudest: "NDArray[np.float64]"


class NoiseGround(msgspec.Struct, frozen=True, eq=False):
    """The ground under a city's lanes and around its FATOs, ready for any day's counts.

    Parameters
    ----------
    x_m, y_m, size_m, people
        Centre, side and residents of every cell; a cell cut into finer ones is not among them.
    wide
        For every cell the wide cell it is or lies in, into which `lanes` index.
    wide_people
        Residents of every wide cell.
    lanes
        Rows from lanes to wide cells.
    fatos
        Rows from FATOs to cells.
    still_air_ms
        Cruise time of each lane, by number, at the speed its exposure is for.
    """

    x_m: "NDArray[np.float64]"
    y_m: "NDArray[np.float64]"
    size_m: "NDArray[np.float64]"
    people: "NDArray[np.float64]"
    wide: "NDArray[np.int64]"
    wide_people: "NDArray[np.float64]"
    lanes: Rows
    fatos: Rows
    lane_numbers: dict[LaneId, int]
    fato_ids: dict[FatoId, int]
    still_air_ms: tuple[float, ...]
    projection: "Projection"


def lay_noise(city: "City", network: LaneNetwork) -> NoiseGround:
    """Return the ground of a city that states `rules.noise` or not; made once, then kept."""
    projection = network.projection
    fatos = [fato for site in city.vertiports for fato in site.fatos]
    fatos.sort(key=lambda fato: fato.fato_id)
    places = [projection.to_xy(fato.lon_deg, fato.lat_deg) for fato in fatos]
    grid = _Grid(network.lanes, places)
    heard = [_hear_leg(grid, lane, *leg) for lane in network.lanes for leg in _list_legs(lane)]
    flat = np.concatenate([np.zeros(0, np.int64), *(leg.flat for leg in heard)])
    near = [grid.list_within(x, y, x, y, FATO_REACH_M) for x, y in places]
    fine = [grid.list_within(x, y, x, y, FINE_REACH_M) for x, y in places]
    kept = np.unique(np.concatenate([flat, *near]))
    wide_x, wide_y = grid.centres_m(kept)
    lanes = _join_legs(
        city, heard, np.searchsorted(kept, flat), _find_heights(city, network, kept, grid)
    )
    is_fine = np.zeros(len(kept), dtype=bool)
    for cells in fine:
        is_fine[np.searchsorted(kept, cells)] = True
    whole, cut = np.flatnonzero(~is_fine), np.flatnonzero(is_fine)
    step_m = CELL_M / FINE
    asides = (np.arange(FINE) - (FINE - 1) / 2.0) * step_m
    east, north = (part.ravel() for part in np.meshgrid(asides, asides))
    x_m = np.concatenate([wide_x[whole], (wide_x[cut][:, None] + east).ravel()])
    y_m = np.concatenate([wide_y[whole], (wide_y[cut][:, None] + north).ravel()])
    wide = np.concatenate([whole, np.repeat(cut, FINE * FINE)])
    size_m = np.where(np.arange(len(x_m)) < len(whole), CELL_M, step_m)
    people = _people_per_m2(city, projection, x_m, y_m) * size_m**2
    return NoiseGround(
        x_m=x_m,
        y_m=y_m,
        size_m=size_m,
        people=people,
        wide=wide,
        wide_people=_sum_by(wide, people, len(kept)),
        lanes=lanes,
        fatos=_hear_fatos(city, places, x_m, y_m),
        lane_numbers={lane.lane_id: lane.number for lane in network.lanes},
        fato_ids={fato.fato_id: n for n, fato in enumerate(fatos)},
        still_air_ms=tuple(
            _cruise_m(lane) * MS_PER_S / city.aircraft_type.cruise_speed_mps
            for lane in network.lanes
        ),
        projection=projection,
    )


def lane_people(ground: NoiseGround) -> dict[LaneId, float]:
    """Return what one flight along each lane puts on people: person-seconds at 55 dBA.

    The sum over cells of residents times 10^((SEL - 55 dB)/10), SEL the sound exposure level of the
    flight in the cell. Everybody within reach counts by the energy that reaches them, so that the
    figure has no threshold a lane could slip under, and figures of flights add up. Take-off and
    landing are left out: they are the same for all lanes of a pair.
    """
    rows = ground.lanes
    weight = ground.wide_people[rows.cell] * rows.exposure
    sums = _sum_by(rows.source, weight, len(ground.lane_numbers))
    scale = 10.0 ** (PEOPLE_REFERENCE_DBA / 10.0)
    return {lane_id: float(sums[n]) / scale for lane_id, n in ground.lane_numbers.items()}


class _Grid:
    """Square cells over a city, counted from the south-west of everything that is heard."""

    def __init__(self, lanes: tuple[Lane, ...], places: list[tuple[float, float]]) -> None:
        margin_m = max(LANE_REACH_M, FATO_REACH_M) + CELL_M
        xs = [x for lane in lanes for x in lane.x_m] + [x for x, _ in places]
        ys = [y for lane in lanes for y in lane.y_m] + [y for _, y in places]
        self.west = int((min(xs) - margin_m) // CELL_M)
        self.south = int((min(ys) - margin_m) // CELL_M)
        self.columns = int((max(xs) + margin_m) // CELL_M) - self.west + 1

    def list_within(
        self, x0_m: float, y0_m: float, x1_m: float, y1_m: float, reach_m: float
    ) -> "NDArray[np.int64]":
        """Return the cells of the box about two points, ascending."""
        west = int((min(x0_m, x1_m) - reach_m) // CELL_M) - self.west
        east = int((max(x0_m, x1_m) + reach_m) // CELL_M) - self.west
        south = int((min(y0_m, y1_m) - reach_m) // CELL_M) - self.south
        north = int((max(y0_m, y1_m) + reach_m) // CELL_M) - self.south
        rows = np.arange(south, north + 1, dtype=np.int64) * self.columns
        return np.asarray((rows[:, None] + np.arange(west, east + 1)).ravel(), dtype=np.int64)

    def centres_m(
        self, flat: "NDArray[np.int64]"
    ) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
        """Return the centres of cells."""
        row, column = np.divmod(flat, self.columns)
        return (column + (self.west + 0.5)) * CELL_M, (row + (self.south + 0.5)) * CELL_M


class _Leg(msgspec.Struct, frozen=True, eq=False):
    """Cells that hear a straight part of a lane: where they lie beside it, how high it is there."""

    number: int
    length_m: float
    flat: "NDArray[np.int64]"
    along_m: "NDArray[np.float64]"
    aside_m: "NDArray[np.float64]"
    altitude_amsl_m: "NDArray[np.float64]"


def _list_legs(lane: Lane) -> list[tuple[int, int]]:
    """Return the straight parts of the cruise as first and last vertex."""
    first, last = lane.cruise_first, lane.cruise_last
    bends = [first, *(k for k in lane.corners if first < k < last), last]
    return list(pairwise(bends))


def _cruise_m(lane: Lane) -> float:
    return lane.s_m[lane.cruise_last] - lane.s_m[lane.cruise_first]


def _hear_leg(grid: _Grid, lane: Lane, first: int, last: int) -> _Leg:
    ax, ay, bx, by = lane.x_m[first], lane.y_m[first], lane.x_m[last], lane.y_m[last]
    length_m = hypot(bx - ax, by - ay)
    flat = grid.list_within(ax, ay, bx, by, LANE_REACH_M)
    x_m, y_m = grid.centres_m(flat)
    ux, uy = (bx - ax) / length_m, (by - ay) / length_m
    along_m = (x_m - ax) * ux + (y_m - ay) * uy
    aside_m = (y_m - ay) * ux - (x_m - ax) * uy
    beyond_m = np.maximum(np.maximum(-along_m, along_m - length_m), 0.0)
    near = np.flatnonzero(aside_m**2 + beyond_m**2 <= LANE_REACH_M**2)
    along_m = along_m[near]
    stations_m = np.array(lane.s_m[first : last + 1]) - lane.s_m[first]
    altitude_m = np.interp(along_m, stations_m, np.array(lane.altitude_amsl_m[first : last + 1]))
    return _Leg(lane.number, length_m, flat[near], along_m, aside_m[near], altitude_m)


def _find_heights(
    city: "City", network: LaneNetwork, kept: "NDArray[np.int64]", grid: _Grid
) -> "NDArray[np.float64]":
    """Return the ground of wide cells; beyond the terrain that of its edge [m AMSL]."""
    lon_deg, lat_deg = network.projection.all_to_lonlat(*grid.centres_m(kept))
    terrain = city.terrain
    rows, columns = terrain.heights_amsl_m.shape
    east_deg = terrain.west_deg + (columns - 1.001) * terrain.step_deg
    north_deg = terrain.south_deg + (rows - 1.001) * terrain.step_deg
    return terrain.elevations_amsl_m(
        np.clip(lon_deg, terrain.west_deg, east_deg), np.clip(lat_deg, terrain.south_deg, north_deg)
    )


def _join_legs(
    city: "City",
    legs: list[_Leg],
    cell: "NDArray[np.int64]",
    ground_amsl_m: "NDArray[np.float64]",
) -> Rows:
    """Return the rows of all legs, each as a level line at its height where it passes the cell.

    With slopes of one in ten at most, that is within 0.5 % of the slant distance.
    """
    counts = [len(leg.flat) for leg in legs]
    none = np.zeros(0)

    def join(values: "list[NDArray[np.float64]]") -> "NDArray[np.float64]":
        return np.concatenate([none, *values])

    length_m = np.repeat([leg.length_m for leg in legs], counts)
    source = np.repeat(np.array([leg.number for leg in legs], dtype=np.int64), counts)
    along_m = join([leg.along_m for leg in legs])
    height_m = join([leg.altitude_amsl_m for leg in legs]) - ground_amsl_m[cell]
    square_m2 = join([leg.aside_m for leg in legs]) ** 2 + height_m**2
    line_m = np.maximum(np.sqrt(square_m2), DISTANCE_M_MIN)
    beyond_m = np.maximum(np.maximum(-along_m, along_m - length_m), 0.0)
    at_1_m = 10.0 ** (city.aircraft_type.noise_cruise_dba_at_500_m / 10.0) * CRUISE_REFERENCE_M**2
    angle_rad = np.arctan((length_m - along_m) / line_m) + np.arctan(along_m / line_m)
    return Rows(
        source=source,
        cell=cell,
        exposure=at_1_m * angle_rad / (line_m * city.aircraft_type.cruise_speed_mps),
        loudest=at_1_m / np.maximum(square_m2 + beyond_m**2, DISTANCE_M_MIN**2),
    )


def _hear_fatos(
    city: "City",
    places: list[tuple[float, float]],
    x_m: "NDArray[np.float64]",
    y_m: "NDArray[np.float64]",
) -> Rows:
    """Return the rows of FATOs: one movement, at its level for as long as it is heard."""
    level_dba = city.aircraft_type.noise_terminal_dba_at_100_m
    at_1_m = 10.0 ** (level_dba / 10.0) * TERMINAL_REFERENCE_M**2
    movement_s = 0.0 if city.rules.noise is None else city.rules.noise.movement_s
    cells, loudest = [np.zeros(0, np.int64)], [np.zeros(0)]
    for fato_x, fato_y in places:
        square_m2 = (x_m - fato_x) ** 2 + (y_m - fato_y) ** 2
        near = np.flatnonzero(square_m2 <= FATO_REACH_M**2)
        cells.append(near)
        loudest.append(at_1_m / np.maximum(square_m2[near], DISTANCE_M_MIN**2))
    energy = np.concatenate(loudest)
    counts = [len(near) for near in cells[1:]]
    return Rows(
        source=np.repeat(np.arange(len(places), dtype=np.int64), counts),
        cell=np.concatenate(cells),
        exposure=energy * movement_s,
        loudest=energy,
    )


def _sum_by(
    place: "NDArray[np.int64]", values: "NDArray[np.float64]", size: int
) -> "NDArray[np.float64]":
    """Return the sum of the values that go to each place."""
    return np.bincount(place, weights=values, minlength=size).astype(np.float64)


def _people_per_m2(
    city: "City",
    projection: "Projection",
    x_m: "NDArray[np.float64]",
    y_m: "NDArray[np.float64]",
) -> "NDArray[np.float64]":
    """Return how densely people live at points: zones spread normally about their points."""
    density = np.zeros(len(x_m))
    for zone in city.demand.zones:
        if zone.population <= 0.0 or zone.spread_m <= 0.0:
            continue
        zone_x, zone_y = projection.to_xy(zone.lon_deg, zone.lat_deg)
        twice_m2 = 2.0 * zone.spread_m**2
        square_m2 = (x_m - zone_x) ** 2 + (y_m - zone_y) ** 2
        density += zone.population / (pi * twice_m2) * np.exp(-square_m2 / twice_m2)
    return density
