"""Flight: what the twin's pilots make of a plan, inside the windows that were reserved."""

from functools import cache
from itertools import pairwise

import pytest

from aspan.airspace.trajectory import trajectory_from_offsets
from aspan.operations import events as ev
from aspan.operations.city_index import FATO_WINDOW_MS
from aspan.operations.records import SortieRecord
from aspan.primitives.dice import draw
from aspan.primitives.ids import SortieId
from aspan.twin.flight import FlownSortie, fly, ground_m, heading_deg
from simulation.days import BUSY, CALM, fly_day
from stories.story import Day
from unit.operations.scenes import FIRST, before_release
from unit.twin.drawn_air import ConstantAir

SCENARIOS = [BUSY, CALM]
Pair = tuple[FlownSortie, SortieRecord]


@cache
def released() -> tuple[Day, ev.SortieAssigned, ev.SortieReleased]:
    """Return a day in still air with the plan and the release of its only sortie."""
    day = before_release(until="08:01")
    sortie = day.state.sorties[FIRST]
    assert sortie.assignment is not None
    assert sortie.release is not None
    return day, sortie.assignment, sortie.release


def fly_in(
    wind_mps: float, against: bool = True, seed: int = 1, aircraft_soh: float = 1.0
) -> FlownSortie:
    """Return the sortie as flown in a wind against its course, or with it."""
    day, plan, release = released()
    lane = day.index.network.get(plan.lane_id)
    course_deg = lane.legs[len(lane.legs) // 2][1]
    air = ConstantAir(
        day.index, wind_mps=wind_mps, wind_from_deg=(course_deg + 180.0 * (not against)) % 360.0
    )
    return fly(
        day.index,
        air,
        seed,
        plan=plan,
        trajectory=trajectory_from_offsets(lane, plan.vertex_offsets_ms),
        release=release,
        soh=aircraft_soh,
        pack_k=298.15,
    )


@pytest.fixture(params=SCENARIOS, ids=str)
def flown(request: pytest.FixtureRequest) -> list[Pair]:
    """Return every sortie of a day that was not diverted, flown and planned."""
    run, _ = fly_day(request.param)
    sorties = run.engine.state.sorties
    return [(f, sorties[s]) for s, f in run.outside.flown.items() if not sorties[s].is_diverted]


def test_movements_stay_in_the_slots_that_were_held(flown: list[Pair]) -> None:
    """Lift-off and touchdown are within the window a FATO slot leaves on both sides."""
    assert len(flown) > 100
    for sortie, record in flown:
        plan = record.assignment
        assert plan is not None
        assert 0 <= sortie.lift_off_at_ms - plan.lift_off_at_ms <= FATO_WINDOW_MS
        if sortie.late_ms == 0:
            assert abs(sortie.touchdown_at_ms - plan.touchdown_at_ms) <= FATO_WINDOW_MS


def test_instants_follow_each_other(flown: list[Pair]) -> None:
    """Off-block, lift-off, touchdown, on-block; the track runs from lift-off to touchdown."""
    for sortie, _ in flown:
        assert sortie.off_block_at_ms < sortie.lift_off_at_ms < sortie.touchdown_at_ms
        assert sortie.touchdown_at_ms < sortie.on_block_at_ms
        track = sortie.track
        assert (track.at_ms[0], track.at_ms[-1]) == (sortie.lift_off_at_ms, sortie.touchdown_at_ms)
        assert all(a < b for a, b in pairwise(track.at_ms))


def test_the_state_of_charge_only_falls(flown: list[Pair]) -> None:
    """From off-block to on-block, vertex by vertex, and by the energy that is reported."""
    for sortie, record in flown:
        socs = [sortie.soc_off_block, *sortie.track.soc, sortie.soc_on_block]
        assert all(a >= b for a, b in pairwise(socs))
        assert (sortie.soc_lift_off, sortie.soc_touchdown) == (
            sortie.track.soc[0],
            sortie.track.soc[-1],
        )
        assert record.release is not None
        assert sortie.soc_off_block == record.release.soc


def test_energy_is_near_what_was_predicted(flown: list[Pair]) -> None:
    """Wind and scatter change a sortie's energy by less than the reserve is made for."""
    for sortie, record in flown:
        assert record.release is not None
        predicted_kwh = record.release.predicted_energy_kwh
        assert 0.8 * predicted_kwh < sortie.energy_kwh < 1.05 * predicted_kwh


def test_in_still_air_the_plan_is_kept_and_the_energy_nearly_predicted() -> None:
    """What was planned in still air and flown in it differs by taxi time and scatter only."""
    _, plan, release = released()
    sortie = fly_in(0.0)
    assert sortie.late_ms == 0
    assert abs(sortie.touchdown_at_ms - plan.touchdown_at_ms) <= FATO_WINDOW_MS
    assert sortie.energy_kwh == pytest.approx(release.predicted_energy_kwh, rel=0.06)


def test_a_head_wind_costs_energy_and_a_tail_wind_saves_it() -> None:
    """The time is kept; the airspeed, and so the energy, follows the wind."""
    head, still, tail = fly_in(8.0), fly_in(0.0), fly_in(8.0, against=False)
    assert head.touchdown_at_ms == still.touchdown_at_ms == tail.touchdown_at_ms
    assert head.energy_kwh > still.energy_kwh > tail.energy_kwh


def test_a_wind_too_strong_makes_late() -> None:
    """Against 30 m/s even the greatest airspeed does not keep the time, and it is told."""
    strong, still = fly_in(30.0), fly_in(0.0)
    assert strong.late_ms > 30_000
    late_ms = strong.touchdown_at_ms - still.touchdown_at_ms
    assert late_ms == pytest.approx(strong.late_ms, abs=10)
    assert all(a < b for a, b in pairwise(strong.track.at_ms))
    kind = released()[0].index.city.aircraft_type
    middle = len(strong.track.at_ms) // 2
    speed_mps = strong.track.ground_speed_mps[middle]
    assert speed_mps == pytest.approx(kind.speed_mps_max - 30.0, abs=0.5)


def test_an_aged_pack_falls_further() -> None:
    """The same energy is a greater share of a pack of health 0.8."""
    new, aged = fly_in(0.0), fly_in(0.0, aircraft_soh=0.8)
    fallen = [s.soc_off_block - s.soc_on_block for s in (new, aged)]
    assert fallen[1] == pytest.approx(fallen[0] / 0.8, abs=2e-6)
    assert aged.energy_kwh == pytest.approx(new.energy_kwh, abs=1e-3)


def test_scatter_is_keyed_by_seed_and_sortie() -> None:
    """The same seed flies the same, another seed otherwise, and no draw is consumed."""
    assert fly_in(3.0) == fly_in(3.0)
    draw(1, "flight", SortieId("S00001"))
    assert fly_in(3.0) == fly_in(3.0)
    assert fly_in(3.0).track.at_ms != fly_in(3.0, seed=2).track.at_ms


def test_the_pack_is_warmer_after_the_flight() -> None:
    """Losses heat the cells."""
    assert fly_in(0.0).pack_k_on_block > 298.15


def test_the_pilot_stays_near_the_lane() -> None:
    """The path flown is within the conformance windows of the lane, aside and in height."""
    day, plan, _ = released()
    lane = day.index.network.get(plan.lane_id)
    rules = day.index.rules.separation
    for seed in range(20):
        track = fly_in(0.0, seed=seed).track
        for k in range(len(track.at_ms)):
            lon = [track.lon_deg[k], lane.lon_deg[k]]
            lat = [track.lat_deg[k], lane.lat_deg[k]]
            assert ground_m(lon, lat, 0) <= rules.conformance_lateral_m
            up_m = track.altitude_amsl_m[k] - lane.altitude_amsl_m[k]
            assert abs(up_m) <= rules.conformance_vertical_m


def test_ground_speeds_are_those_of_the_track() -> None:
    """Each piece's speed carries the aircraft over its length in its time."""
    track = fly_in(5.0).track
    for k in range(len(track.at_ms) - 1):
        flown_m = track.ground_speed_mps[k] * (track.at_ms[k + 1] - track.at_ms[k]) / 1000.0
        assert flown_m == pytest.approx(ground_m(track.lon_deg, track.lat_deg, k), abs=0.3)


@pytest.mark.parametrize(
    ("lon", "lat", "course"),
    [((77.0, 77.0), (43.0, 43.1), 0.0), ((77.0, 77.1), (43.5, 43.5), 90.0),
     ((77.0, 77.0), (43.1, 43.0), 180.0), ((77.1, 77.0), (43.5, 43.5), 270.0),
     ((77.0, 77.0), (43.5, 43.5), 0.0)],
)  # fmt: skip
def test_headings(lon: tuple[float, float], lat: tuple[float, float], course: float) -> None:
    """North is 0, east 90; standing still points north."""
    assert heading_deg(list(lon), list(lat), 0) == pytest.approx(course, abs=0.1)
