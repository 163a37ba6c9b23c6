"""Noise on the ground: rows of lanes and FATOs against the scalar formulas, cells, people."""

from math import log10

import msgspec
import numpy as np
import pytest

from aspan.airspace.lanes import Lane, LaneNetwork, build_lane_network
from aspan.airspace.noise import CELL_M, NoiseGround, lane_people, lay_noise
from aspan.physics.noise import (
    cruise_level_dba,
    level_at_distance_dba,
    pass_exposure_dba,
    terminal_level_dba,
)
from aspan.primitives.ids import FatoId, LaneId, ZoneId
from aspan.world.city import City
from aspan.world.zones import Zone
from unit.airspace.cities import draw_city, link, place, projection, rolling, tiny


def draw_noise(city: City) -> tuple[LaneNetwork, NoiseGround]:
    """Return the lanes of a city and the ground under them."""
    network = build_lane_network(city)
    return network, lay_noise(city, network)


def settle(city: City, *towns: tuple[float, float, float, float]) -> City:
    """Return a city with towns at kilometres east and north, with spread [m] and residents."""
    names = city.demand.zones[0].names
    zones = []
    for n, (east_km, north_km, spread_m, population) in enumerate(towns):
        lon, lat = place(east_km, north_km)
        zones.append(
            Zone(zone_id=ZoneId(f"Z{n}"), names=names, lon_deg=lon, lat_deg=lat,
                 spread_m=spread_m, population=population, attraction=1.0)
        )  # fmt: skip
    return msgspec.structs.replace(
        city, demand=msgspec.structs.replace(city.demand, zones=tuple(zones))
    )


@pytest.fixture(scope="module")
def straight() -> tuple[City, Lane, NoiseGround]:
    """Return two sites 24 km apart on level ground with one lane of fixed altitude."""
    sites = {"A": (-12.0, 0.0), "B": (12.0, 0.0)}
    city = draw_city(sites, [link("A", "B", altitude_amsl_m=1000.0)])
    network, ground = draw_noise(city)
    return city, network.lanes[0], ground


def wide_centres_m(ground: NoiseGround, wide: int) -> tuple[float, float]:
    """Return the centre of a wide cell, that of the cells it is cut into."""
    inside = np.flatnonzero(ground.wide == wide)
    return float(ground.x_m[inside].mean()), float(ground.y_m[inside].mean())


def test_under_the_lane_the_closed_form_of_a_pass_holds(
    straight: tuple[City, Lane, NoiseGround],
) -> None:
    """Half-way along, exposure and greatest level are those of `physics.noise`, cell by cell."""
    city, lane, ground = straight
    kind, rows = city.aircraft_type, ground.lanes
    middle_x = (lane.x_m[0] + lane.x_m[-1]) / 2.0
    seen = 0
    for k in range(len(rows.cell)):
        x_m, y_m = wide_centres_m(ground, int(rows.cell[k]))
        if abs(x_m - middle_x) > CELL_M / 2:
            continue
        first, last = lane.corners[0], lane.corners[-1]
        ends = np.array([[lane.x_m[i], lane.y_m[i]] for i in (first, last)])
        way = (ends[1] - ends[0]) / np.hypot(*(ends[1] - ends[0]))
        before_m = float((np.array([x_m, y_m]) - ends[0]) @ way)
        aside_m = float(np.hypot(*(np.array([x_m, y_m]) - ends[0] - before_m * way)))
        slant_m = float(np.hypot(aside_m, 400.0))
        level = cruise_level_dba(kind, distance_m=slant_m)
        exposure = pass_exposure_dba(
            level,
            distance_m=slant_m,
            speed_mps=kind.cruise_speed_mps,
            before_m=before_m,
            after_m=float(np.hypot(*(ends[1] - ends[0]))) - before_m,
        )
        # The short parts beyond the outer corners add a little.
        total = 10 * log10(rows.exposure[rows.cell == rows.cell[k]].sum())
        assert exposure - 0.01 <= total <= exposure + 0.15
        assert 10 * log10(rows.loudest[k]) == pytest.approx(level, abs=0.01)
        seen += 1
    assert seen >= 15


def test_slopes_and_bends_agree_with_small_steps_along_the_lane() -> None:
    """Over hills and round a bend the rows are within 0.3 dB of an integral along the vertices."""
    sites = {"A": (-10.0, -4.0), "B": (10.0, -4.0)}
    city = draw_city(sites, [link("A", "B", via=((0.0, 3.0),))], height=rolling)
    network, ground = draw_noise(city)
    lane, rows = network.lanes[0], ground.lanes
    span = range(lane.cruise_first, lane.cruise_last + 1)
    along = [lane.s_m[k] for k in span]
    fine = np.linspace(along[0], along[-1], 40_000)
    x, y, z = (
        np.interp(fine, along, [values[k] for k in span])
        for values in (lane.x_m, lane.y_m, lane.altitude_amsl_m)
    )
    exposures = np.bincount(rows.cell, weights=rows.exposure, minlength=len(ground.wide_people))
    bent = [k for k in lane.corners if lane.cruise_first < k < lane.cruise_last]
    assert bent
    for s_m in (along[0] + 3000.0, lane.s_m[bent[0]], along[-1] - 3000.0):
        at = int(np.searchsorted(fine, s_m))
        near = np.hypot(ground.x_m - x[at], ground.y_m - y[at])
        wide = int(ground.wide[int(near.argmin())])
        cell_x, cell_y = wide_centres_m(ground, wide)
        lon, lat = projection().to_lonlat(cell_x, cell_y)
        height = city.terrain.elevation_amsl_m(lon, lat)
        square = (x - cell_x) ** 2 + (y - cell_y) ** 2 + (z - height) ** 2
        energy = 10.0 ** (city.aircraft_type.noise_cruise_dba_at_500_m / 10.0) * 500.0**2 / square
        summed = np.trapezoid(energy, fine / city.aircraft_type.cruise_speed_mps)
        assert 10 * log10(exposures[wide]) == pytest.approx(10 * log10(summed), abs=0.3)


def test_a_movement_is_heard_for_as_long_as_the_city_says() -> None:
    """FATO rows carry the terminal level at their distance, and 45 s of it."""
    city = tiny()
    _, ground = draw_noise(city)
    assert city.rules.noise is not None
    fato = city.vertiports[0].fatos[0]
    x_m, y_m = ground.projection.to_xy(fato.lon_deg, fato.lat_deg)
    own = np.flatnonzero(ground.fatos.source == ground.fato_ids[FatoId(fato.fato_id)])
    cells = ground.fatos.cell[own]
    away = np.hypot(ground.x_m[cells] - x_m, ground.y_m[cells] - y_m)
    for k in np.flatnonzero((away > 40.0) & (away < 900.0))[::50]:
        level = terminal_level_dba(city.aircraft_type, distance_m=float(away[k]))
        assert 10 * log10(ground.fatos.loudest[own[k]]) == pytest.approx(level)
    ratio = ground.fatos.exposure[own] / ground.fatos.loudest[own]
    assert ratio == pytest.approx(city.rules.noise.movement_s)
    assert away.max() >= 3900.0


def test_nobody_is_nearer_than_the_safety_area() -> None:
    """On the FATO itself the level is that at 30 m, not without bound."""
    _, ground = draw_noise(tiny())
    loudest = level_at_distance_dba(65.0, reference_m=100.0, distance_m=30.0)
    assert 10 * log10(ground.fatos.loudest.max()) <= loudest + 1e-9


def test_cells_cover_the_ground_once() -> None:
    """Fine cells fill the wide cell they are cut from, and no two cells have the same centre."""
    _, ground = draw_noise(tiny())
    area = np.bincount(ground.wide, weights=ground.size_m**2)
    assert area == pytest.approx(CELL_M**2)
    assert sorted(set(ground.size_m)) == [50.0, 250.0]
    assert len(set(zip(ground.x_m, ground.y_m, strict=True))) == len(ground.x_m)


def test_residents_within_reach_are_those_of_their_zone(
    straight: tuple[City, Lane, NoiseGround],
) -> None:
    """A village half-way under the lane has all its residents in cells, each once."""
    city = settle(straight[0], (0.0, 0.0, 300.0, 5000.0))
    _, ground = draw_noise(city)
    assert ground.people.sum() == pytest.approx(5000.0, rel=0.005)
    assert ground.wide_people.sum() == pytest.approx(ground.people.sum())


def test_a_lane_round_a_town_puts_less_on_people() -> None:
    """The way round a town costs people less than the way over it, in proportion to residents."""
    sites = {"A": (-12.0, 0.0), "B": (12.0, 0.0), "C": (-12.0, 3.0), "D": (12.0, 3.0)}
    lanes = [link("A", "B"), link("C", "D")]
    few = settle(draw_city(sites, lanes), (0.0, 0.0, 500.0, 10_000.0))
    many = settle(few, (0.0, 0.0, 500.0, 30_000.0))
    over, past = LaneId("A-B"), LaneId("C-D")
    cost, more = (lane_people(draw_noise(city)[1]) for city in (few, many))
    assert cost[over] > 5.0 * cost[past] > 0.0
    assert more[over] == pytest.approx(3.0 * cost[over])


def test_a_higher_lane_puts_less_on_people() -> None:
    """The same way flown higher costs people less, and nobody hears a lane over empty land."""
    sites = {"A": (-12.0, 0.0), "B": (12.0, 0.0)}
    costs = []
    for altitude_m in (900.0, 1200.0):
        city = draw_city(sites, [link("A", "B", altitude_amsl_m=altitude_m)])
        city = settle(city, (0.0, 0.0, 300.0, 8000.0))
        costs.append(lane_people(draw_noise(city)[1])[LaneId("A-B")])
    assert costs[0] > costs[1] > 0.0
    assert lane_people(draw_noise(settle(city))[1]) == {"A-B": 0.0}


def test_people_of_a_lane_are_person_seconds() -> None:
    """One resident under the lane at SEL 55 dBA counts one second: the sum is people times that."""
    sites = {"A": (-12.0, 0.0), "B": (12.0, 0.0)}
    city = draw_city(sites, [link("A", "B", altitude_amsl_m=1100.0)])
    lane = build_lane_network(city).lanes[0]
    x_m, y_m = projection().to_xy(*place(0.0, 0.0))
    offset_km = float(np.interp(x_m, lane.x_m, lane.y_m) - y_m) / 1000.0
    city = settle(city, (0.0, offset_km, 100.0, 1.0))
    slant_m, kind = 500.0, city.aircraft_type
    exposure = pass_exposure_dba(
        cruise_level_dba(kind, distance_m=slant_m),
        distance_m=slant_m,
        speed_mps=kind.cruise_speed_mps,
    )
    found = lane_people(draw_noise(city)[1])[LaneId("A-B")]
    assert found == pytest.approx(10.0 ** ((exposure - 55.0) / 10.0), rel=0.15)
