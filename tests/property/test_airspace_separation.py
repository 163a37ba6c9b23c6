"""Laws of the sky: what is flown inside its windows keeps the minima; holds are fair and exact."""

from itertools import combinations, pairwise

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aspan.airspace.deconfliction import Deconfliction, Intent
from aspan.airspace.departures import Departure, find_departure
from aspan.airspace.lanes import build_lane_network
from aspan.airspace.reservations import Reservations
from aspan.airspace.trajectory import Trajectory, plan_trajectory
from aspan.primitives.ids import SortieId
from unit.airspace.cities import crossroads

CITY = crossroads()
NETWORK = build_lane_network(CITY)
RULES = NETWORK.separation
LANES = sorted(lane.lane_id for lane in NETWORK.lanes)
WINDS = (0.0, 7.0, 14.0)
PLANS: dict[tuple[str, float], Trajectory] = {
    (str(lane.lane_id), wind): planned
    for lane in NETWORK.lanes
    for wind in WINDS
    if isinstance(
        planned := plan_trajectory(lane, CITY.aircraft_type, wind_mps=wind, wind_from_deg=250.0),
        Trajectory,
    )
}
STEP_MS = 1000
Numbers = NDArray[np.float64]


class Wish(msgspec.Struct, frozen=True):
    """A sortie somebody wants, and how far from its plan it will fly, in shares of the windows."""

    lane_id: str
    wind_mps: float
    wanted_ms: int
    late: float
    aside: float
    above: float
    wave_s: float


class Track(msgspec.Struct, frozen=True, eq=False):
    """What was flown: linear between instants on a grid of `STEP_MS` all tracks share."""

    first: int
    xyz: Numbers
    is_protected: NDArray[np.bool_]


SHARES = st.one_of(st.sampled_from([-1.0, 0.0, 1.0]), st.floats(-1.0, 1.0))
WISHES = st.lists(
    st.builds(
        Wish,
        lane_id=st.sampled_from(LANES),
        wind_mps=st.sampled_from(WINDS),
        wanted_ms=st.integers(0, 600_000),
        late=SHARES,
        aside=SHARES,
        above=SHARES,
        wave_s=st.sampled_from([1e9, 400.0, 200.0]),
    ),
    min_size=6,
    max_size=14,
)


def fly(wish: Wish, lift_off_ms: int) -> Track:
    """Return the track of a sortie that drifts smoothly within all its windows."""
    plan = PLANS[wish.lane_id, wish.wind_mps]
    lane = plan.lane
    window_ms = 1000.0 * RULES.conformance_s
    first = (lift_off_ms - int(window_ms)) // STEP_MS - 1
    last = (lift_off_ms + plan.duration_ms + int(window_ms)) // STEP_MS + 2
    at_ms = STEP_MS * np.arange(first, last, dtype=np.float64)
    drift = np.cos(2.0 * np.pi * at_ms / (1000.0 * wish.wave_s))
    offset = at_ms - lift_off_ms - wish.late * window_ms * drift
    offset = np.clip(offset, 0, plan.duration_ms)
    times = np.array(plan.offsets_ms, dtype=np.float64) + 1e-6 * np.arange(len(plan.offsets_ms))
    x, y, z = (np.interp(offset, times, v) for v in (lane.x_m, lane.y_m, lane.altitude_amsl_m))
    piece = np.clip(np.searchsorted(times, offset, side="right") - 1, 0, len(times) - 2)
    dx, dy = np.diff(lane.x_m)[piece], np.diff(lane.y_m)[piece]
    length = np.maximum(np.hypot(dx, dy), 1e-9)
    aside_m = wish.aside * RULES.conformance_lateral_m * drift
    x, y = x + aside_m * dy / length, y - aside_m * dx / length
    z = z + wish.above * RULES.conformance_vertical_m * drift
    inside = np.zeros(len(at_ms), dtype=bool)
    for v in CITY.vertiports:
        near = np.hypot(x - v.x_m, y - v.y_m) <= v.protected_radius_m
        inside |= near & (z <= v.elevation_amsl_m + v.protected_height_m)
    return Track(first, np.stack([x, y, z]), inside)


def closest_break(one: Track, two: Track) -> float:
    """Return by how long [ms] both minima are broken at once outside the cylinders; 0 if never."""
    first = max(one.first, two.first)
    last = min(one.first + one.xyz.shape[1], two.first + two.xyz.shape[1])
    if last - first < 2:
        return 0.0
    a, b = (slice(first - t.first, last - t.first) for t in (one, two))
    apart = one.xyz[:, a] - two.xyz[:, b]
    free = ~(one.is_protected[a] | two.is_protected[b])
    free = free[:-1] & free[1:]
    start, move = apart[:, :-1], np.diff(apart, axis=1)
    square = np.maximum(move[0] ** 2 + move[1] ** 2, 1e-12)
    half = start[0] * move[0] + start[1] * move[1]
    rest = start[0] ** 2 + start[1] ** 2 - RULES.horizontal_m**2
    root = half**2 - square * rest
    reach = np.sqrt(np.maximum(root, 0.0))
    low_h, high_h = (-half - reach) / square, (-half + reach) / square
    slope = np.where(np.abs(move[2]) < 1e-9, 1e-9, move[2])
    ends = (-RULES.vertical_m - start[2]) / slope, (RULES.vertical_m - start[2]) / slope
    low = np.maximum(np.maximum(low_h, np.minimum(*ends)), 0.0)
    high = np.minimum(np.minimum(high_h, np.maximum(*ends)), 1.0)
    broken = np.where(free & (root > 0.0), np.maximum(high - low, 0.0), 0.0)
    return float(broken.max()) * STEP_MS


def depart(wishes: list[Wish]) -> tuple[Reservations, list[tuple[Wish, int]]]:
    """Return the reservations of all wishes that got a departure, and their lift-offs."""
    held = Reservations(NETWORK)
    flown = []
    for n, wish in enumerate(wishes):
        plan = PLANS[wish.lane_id, wish.wind_mps]
        found = find_departure(
            held, plan.lane, plan, not_before_ms=wish.wanted_ms, latest_ms=wish.wanted_ms + 10**7
        )
        assert isinstance(found, Departure)
        held.reserve(SortieId(f"S{n:02d}"), plan.lane, plan, found.lift_off_at_ms)
        flown.append((wish, found.lift_off_at_ms))
    return held, flown


@given(wishes=WISHES)
@settings(max_examples=150)
def test_flown_inside_the_windows_keeps_the_minima(wishes: list[Wish]) -> None:
    """Crossing, merging, opposing or in trail: no two segments break both minima at once."""
    _, flown = depart(wishes)
    tracks = [fly(wish, at_ms) for wish, at_ms in flown]
    for (n, one), (m, two) in combinations(enumerate(tracks), 2):
        assert closest_break(one, two) == 0.0, (flown[n], flown[m])


def test_the_check_above_can_fail() -> None:
    """Without reservations merging, following, crossing and meeting sorties break the minima."""
    pairs = {("E-S", "N-S"), ("N-S", "N-S"), ("E-W", "N-S"), ("E-S", "M-E"), ("S-W", "W-M")}
    broken = set()
    for lane_id, other_id in sorted(pairs):
        for ahead_s in range(-200, 201, 5):
            one = fly(Wish(lane_id, 0.0, 0, 0.0, 0.0, 0.0, 1e9), 0)
            two = fly(Wish(other_id, 0.0, 0, 0.0, 0.0, 0.0, 1e9), 1000 * ahead_s)
            if closest_break(one, two):
                broken.add((lane_id, other_id))
    assert broken == pairs


@given(wishes=WISHES)
def test_flown_on_one_lane_keeps_the_minimum_in_trail(wishes: list[Wish]) -> None:
    """Passings of one point of a lane are at least the in-trail minimum apart, as flown."""
    _, flown = depart([msgspec.structs.replace(w, lane_id="N-S") for w in wishes])
    window_ms = 1000.0 * RULES.conformance_s
    lane = NETWORK.get("N-S")
    first, last = lane.cells[0].last, lane.cells[-1].first
    passings = sorted(
        (
            np.array(list(PLANS["N-S", wish.wind_mps].offsets_ms[first : last + 1]), dtype=np.int64)
            + at_ms
            + wish.late * window_ms
        ).tolist()
        for wish, at_ms in flown
    )
    for leader, follower in pairwise(passings):
        gaps = np.array(follower) - np.array(leader)
        assert gaps[0] >= 1000.0 * RULES.in_trail_s
        assert gaps.min() >= 1000.0 * RULES.in_trail_s - 1.0


@given(wishes=WISHES)
def test_granted_intents_never_intersect_as_volumes(wishes: list[Wish]) -> None:
    """What cells grant, the independent check by 4D volumes finds free of conflict."""
    _, flown = depart(wishes)
    check = Deconfliction(NETWORK)
    for n, (wish, at_ms) in enumerate(flown):
        intent = Intent(SortieId(f"S{n:02d}"), PLANS[wish.lane_id, wish.wind_mps], at_ms)
        assert check.find_conflicts(intent) == []
        check.add(intent)


@given(
    one=st.tuples(st.sampled_from(LANES), st.sampled_from(WINDS)),
    two=st.tuples(st.sampled_from(LANES), st.sampled_from(WINDS)),
    ahead_ms=st.integers(-400_000, 400_000),
)
@settings(max_examples=120)
def test_holds_are_symmetric_and_exact(
    one: tuple[str, float], two: tuple[str, float], ahead_ms: int
) -> None:
    """One may follow the other just when the other may precede it; cell by cell it is the same."""
    mine, theirs = PLANS[one], PLANS[two]
    held, turned, walked = Reservations(NETWORK), Reservations(NETWORK), Reservations(NETWORK)
    held.reserve(SortieId("A"), mine.lane, mine, 0)
    turned.reserve(SortieId("B"), theirs.lane, theirs, ahead_ms)
    shift_ms = held.shift_ms(theirs.lane, theirs, ahead_ms)
    assert (shift_ms == 0) == (turned.shift_ms(mine.lane, mine, 0) == 0)
    walked.force(SortieId("A"), mine.lane, mine, 0)
    walked.force(SortieId("B"), theirs.lane, theirs, ahead_ms)
    assert (shift_ms == 0) == (walked.list_overlaps() == [])
    if shift_ms:
        walked.force(SortieId("B"), theirs.lane, theirs, ahead_ms + shift_ms - 1)
        assert walked.list_overlaps() == [("A", "B")]


@given(wishes=WISHES, released=st.integers(0, 13))
def test_release_restores_what_was(wishes: list[Wish], released: int) -> None:
    """After a release and the same hold again every answer is as before."""
    held, flown = depart(wishes)
    asks = [(PLANS[lane_id, 7.0], at_ms) for lane_id in LANES for at_ms in (0, 300_000)]
    before = [held.shift_ms(plan.lane, plan, at_ms) for plan, at_ms in asks]
    n = released % len(flown)
    wish, lift_off_ms = flown[n]
    plan = PLANS[wish.lane_id, wish.wind_mps]
    held.release(SortieId(f"S{n:02d}"))
    assert held.shift_ms(plan.lane, plan, lift_off_ms) == 0
    held.reserve(SortieId(f"S{n:02d}"), plan.lane, plan, lift_off_ms)
    assert [held.shift_ms(plan.lane, plan, at_ms) for plan, at_ms in asks] == before


@given(wishes=WISHES)
@settings(max_examples=60)
def test_a_walk_of_all_finds_what_walks_of_two_find(wishes: list[Wish]) -> None:
    """Holds forced on one another: together they overlap just where any two alone do."""
    forced = [(SortieId(f"S{n:02d}"), w.wanted_ms, PLANS.get((w.lane_id, w.wind_mps)))
              for n, w in enumerate(wishes)]  # fmt: skip
    held, expected = Reservations(NETWORK), []
    for sortie_id, at_ms, plan in forced:
        if plan is not None:
            held.force(sortie_id, plan.lane, plan, at_ms)
    for (one, one_ms, plan), (two, two_ms, other) in combinations(forced, 2):
        alone = Reservations(NETWORK)
        if plan is None or other is None:
            continue
        alone.force(one, plan.lane, plan, one_ms)
        if alone.shift_ms(other.lane, other, two_ms):
            expected.append((one, two))
    assert held.list_overlaps() == expected
