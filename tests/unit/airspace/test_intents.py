"""Operational intents: volumes, their JSON, their states, and the second check by volumes."""

import json

import numpy as np
import pytest
import shapely

from aspan.airspace.deconfliction import Deconfliction, Intent, IntentConflict
from aspan.airspace.intents import INTENT_LIFECYCLE, IntentEvent, IntentState, IntentVolumes
from aspan.airspace.lanes import build_lane_network
from aspan.airspace.trajectory import Trajectory, plan_trajectory
from aspan.airspace.volume4d import Volume4D, is_conflict, make_volume
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import SortieId
from unit.airspace.cities import crossroads, place

NETWORK = build_lane_network(crossroads())
TYPE = crossroads().aircraft_type
VOLUMES = IntentVolumes(NETWORK)
T0 = 1_776_000_000_000


def plan(lane_id: str, wind_mps: float = 0.0) -> Trajectory:
    """Return the plan over a lane in a north wind."""
    planned = plan_trajectory(NETWORK.get(lane_id), TYPE, wind_mps=wind_mps, wind_from_deg=0.0)
    assert isinstance(planned, Trajectory)
    return planned


def intent(name: str, lane_id: str, at_ms: int) -> Intent:
    """Return an intent over a lane."""
    return Intent(SortieId(name), plan(lane_id), at_ms)


def box(
    east_km: float,
    north_km: float,
    size_km: float,
    *,
    heights: tuple[float, float] = (0.0, 9000.0),
    times: tuple[int, int] = (T0, T0 + 3_600_000),
) -> Volume4D:
    """Return a foreign volume over a square."""
    corners = ((0.0, 0.0), (size_km, 0.0), (size_km, size_km), (0.0, size_km))
    ring = tuple(place(east_km + e, north_km + n) for e, n in corners)
    return make_volume(
        ring,
        lower_amsl_m=heights[0],
        upper_amsl_m=heights[1],
        start_at_ms=times[0],
        end_at_ms=times[1],
        projection=NETWORK.projection,
    )


def test_volumes_contain_what_flies_inside_its_windows() -> None:
    """At every instant a point at the edge of all windows is in a volume that is then active."""
    rules = NETWORK.separation
    for lane_id in ("E-S", "N-S", "W-M"):
        lane, trajectory = NETWORK.get(lane_id), plan(lane_id, 8.0)
        volumes = VOLUMES.list_volumes(lane, trajectory, T0)
        for offset_ms in range(0, trajectory.duration_ms, 2500):
            x, y, height = trajectory.position_m(offset_ms)
            ahead = trajectory.position_m(offset_ms + 1)
            course = np.array([ahead[0] - x, ahead[1] - y])
            course = course / max(float(np.hypot(*course)), 1e-9)
            for late_ms, aside, above in (
                (0, 0.0, 0.0),
                (-30_000, 1.0, 1.0),
                (29_999, -1.0, -1.0),
                (-30_000, -1.0, 1.0),
            ):
                at_ms = T0 + offset_ms + late_ms
                aside_m = 0.999 * aside * rules.conformance_lateral_m
                point = shapely.Point(x + aside_m * course[1], y - aside_m * course[0])
                z = height + 0.999 * above * rules.conformance_vertical_m
                assert any(
                    volume.start_at_ms <= at_ms < volume.end_at_ms
                    and volume.lower_amsl_m <= z <= volume.upper_amsl_m
                    and volume.footprint.buffer(1.0).covers(point)
                    for volume in volumes
                ), (lane_id, offset_ms, late_ms)


def test_json_is_the_volumes() -> None:
    """The text decodes to the volumes: closed rings, bounds, half-open instants."""
    lane, trajectory = NETWORK.get("E-S"), plan("E-S", 5.0)
    decoded = json.loads(VOLUMES.format_json(lane, trajectory, T0))
    volumes = VOLUMES.list_volumes(lane, trajectory, T0)
    assert len(decoded) == len(volumes) == len(lane.cells)
    for told, volume in zip(decoded, volumes, strict=True):
        assert tuple(map(tuple, told["footprint"])) == volume.ring_deg
        assert told["footprint"][0] == told["footprint"][-1]
        assert (told["lower"], told["upper"]) == (volume.lower_amsl_m, volume.upper_amsl_m)
        assert (told["start"], told["end"]) == (volume.start_at_ms, volume.end_at_ms)
    assert decoded[0]["start"] == T0 - 30_000
    assert decoded[-1]["end"] == T0 + trajectory.duration_ms + 30_000


def test_volumes_that_touch_do_not_conflict() -> None:
    """Sharing an edge, an altitude or an instant is not a conflict; sharing more is."""
    base = box(0.0, 0.0, 2.0, heights=(500.0, 600.0), times=(T0, T0 + 1000))
    beside = box(2.0, 0.0, 2.0, heights=(500.0, 600.0), times=(T0, T0 + 1000))
    above = box(0.0, 0.0, 2.0, heights=(600.0, 700.0), times=(T0, T0 + 1000))
    after = box(0.0, 0.0, 2.0, heights=(500.0, 600.0), times=(T0 + 1000, T0 + 2000))
    inside = box(1.5, 0.5, 2.0, heights=(599.0, 700.0), times=(T0 + 999, T0 + 2000))
    assert not any(is_conflict(base, other) for other in (beside, above, after))
    assert is_conflict(base, inside)
    assert is_conflict(inside, base)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("volume: upper", {"lower_amsl_m": 900.0, "upper_amsl_m": 900.0}),
        ("volume: end", {"start_at_ms": T0, "end_at_ms": T0}),
        ("volume: footprint", {"ring_deg": (place(0, 0), place(1, 0))}),
        (
            "volume: footprint",
            {"ring_deg": (place(0, 0), place(1, 1), place(1, 0), place(0, 1))},
        ),
    ],
)
def test_bad_volumes_are_refused(field: str, change: dict[str, object]) -> None:
    """Bounds in the wrong order, too few corners and a ring that crosses itself are bad input."""
    given: dict[str, object] = {
        "ring_deg": (place(0, 0), place(1, 0), place(1, 1)),
        "lower_amsl_m": 600.0,
        "upper_amsl_m": 900.0,
        "start_at_ms": T0,
        "end_at_ms": T0 + 1,
    }
    with pytest.raises(InvalidInput, match=field):
        make_volume(**{**given, **change}, projection=NETWORK.projection)  # type: ignore[arg-type]


def test_intents_too_near_on_one_lane_conflict() -> None:
    """A second sortie 30 s behind conflicts cell by cell; 120 s behind it does not."""
    check = Deconfliction(NETWORK)
    check.add(intent("S1", "N-S", T0))
    near = check.find_conflicts(intent("S2", "N-S", T0 + 30_000))
    assert {(c.with_id, c.cell - c.other_cell) for c in near} == {("S1", 0)}
    assert check.find_conflicts(intent("S2", "N-S", T0 + 120_000)) == []
    assert check.find_conflicts(intent("S1", "N-S", T0 + 30_000)) == []


def test_conflicts_by_table_are_those_of_the_volumes() -> None:
    """The table finds what comparing every pair of volumes finds, outside shared cylinders."""
    for lane_id, other_id in (("E-S", "N-S"), ("W-E", "N-S"), ("N-M", "W-E"), ("N-S", "M-N")):
        for ahead_ms in range(-240_000, 240_001, 40_000):
            check = Deconfliction(NETWORK)
            check.add(intent("S1", other_id, T0 + ahead_ms))
            candidate = intent("S2", lane_id, T0)
            found = {(c.cell, c.other_cell) for c in check.find_conflicts(candidate)}
            lane, other = NETWORK.get(lane_id), NETWORK.get(other_id)
            touched = {lane.origin, lane.destination} & {other.origin, other.destination}
            mine = VOLUMES.list_volumes(lane, candidate.trajectory, T0)
            theirs = VOLUMES.list_volumes(other, plan(other_id), T0 + ahead_ms)
            plain = {
                (i, j)
                for i, a in enumerate(mine)
                for j, b in enumerate(theirs)
                if is_conflict(a, b)
                and lane.cells[i].protected_by not in touched
                and other.cells[j].protected_by not in touched
            }
            assert found == plain


def test_crossing_lanes_do_conflict_somewhere() -> None:
    """The comparison above is not empty: some lift-offs of merging lanes do conflict."""
    check = Deconfliction(NETWORK)
    check.add(intent("S1", "N-S", T0))
    found = [check.find_conflicts(intent("S2", "E-S", T0 + s * 20_000)) for s in range(-9, 10)]
    assert any(found)
    assert not all(found)


def test_foreign_volumes_are_found_and_forgotten() -> None:
    """A stranger's box on the lane conflicts while known; past its time and beside it does not."""
    check = Deconfliction(NETWORK)
    check.add_foreign("drone", (box(-1.0, -1.0, 2.0),))
    found = check.find_conflicts(intent("S1", "W-E", T0))
    assert found
    assert all(isinstance(c, IntentConflict) and c.with_id == "drone" for c in found)
    check.remove_foreign("drone")
    assert check.find_conflicts(intent("S1", "W-E", T0)) == []
    check.add_foreign("past", (box(-1.0, -1.0, 2.0, times=(T0 - 900_000, T0 - 60_000)),))
    check.add_foreign("aside", (box(-8.0, 8.0, 2.0),))
    check.add_foreign("low", (box(-1.0, -1.0, 2.0, heights=(0.0, 700.0)),))
    assert check.find_conflicts(intent("S1", "W-E", T0)) == []


def test_foreign_volume_over_a_pad_conflicts() -> None:
    """Against others' volumes the protected ends count too."""
    check = Deconfliction(NETWORK)
    check.add_foreign("crane", (box(-15.1, -1.1, 0.2),))
    assert {c.cell for c in check.find_conflicts(intent("S1", "W-E", T0))} == {0}


def test_removed_intents_no_longer_count() -> None:
    """An ended intent conflicts with nobody."""
    check = Deconfliction(NETWORK)
    check.add(intent("S1", "N-S", T0))
    check.remove(SortieId("S1"))
    assert len(check) == 0
    assert check.find_conflicts(intent("S2", "N-S", T0)) == []


def test_contingent_intents_only_end() -> None:
    """The table of states keeps to the standard: contingent only ends, ended is final."""
    assert INTENT_LIFECYCLE[IntentState.CONTINGENT] == {IntentEvent.ENDED: IntentState.ENDED}
    assert INTENT_LIFECYCLE[IntentState.ENDED] == {}
    assert set(INTENT_LIFECYCLE) == set(IntentState)
    reached = {state for step in INTENT_LIFECYCLE.values() for state in step.values()}
    assert reached == set(IntentState)
    assert IntentState.NONCONFORMING not in INTENT_LIFECYCLE[IntentState.ACCEPTED].values()
