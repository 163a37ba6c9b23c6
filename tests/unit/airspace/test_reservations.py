"""Reservations and departures: who may lift off when."""

import pytest

from aspan.airspace import departures, reservations
from aspan.airspace.departures import Departure, DepartureRefused, SlotDemand, find_departure
from aspan.airspace.lanes import build_lane_network
from aspan.airspace.reservations import Reservations
from aspan.airspace.slots import SlotCalendar
from aspan.airspace.trajectory import Trajectory, plan_trajectory
from aspan.primitives.errors import InvariantError
from aspan.primitives.ids import SortieId
from unit.airspace.cities import crossroads

NETWORK = build_lane_network(crossroads())
TYPE = crossroads().aircraft_type
T0 = 1_776_000_000_000


def plan(lane_id: str, wind_mps: float = 0.0) -> Trajectory:
    """Return the plan over a lane in a north wind."""
    planned = plan_trajectory(NETWORK.get(lane_id), TYPE, wind_mps=wind_mps, wind_from_deg=0.0)
    assert isinstance(planned, Trajectory)
    return planned


def hold(held: Reservations, name: str, lane_id: str, at_ms: int, wind_mps: float = 0.0) -> None:
    """Reserve a lane for a sortie."""
    held.reserve(SortieId(name), NETWORK.get(lane_id), plan(lane_id, wind_mps), at_ms)


def shift(held: Reservations, lane_id: str, at_ms: int, wind_mps: float = 0.0) -> int:
    """Return the delay a sortie would get."""
    return held.shift_ms(NETWORK.get(lane_id), plan(lane_id, wind_mps), at_ms)


def test_the_next_on_the_same_lane_waits_for_trail_and_windows() -> None:
    """60 s in trail and 30 s of window for each make 120 s; touching is allowed."""
    held = Reservations(NETWORK)
    hold(held, "S1", "N-S", T0)
    assert shift(held, "N-S", T0) == 120_000
    assert shift(held, "N-S", T0 + 119_999) == 1
    assert shift(held, "N-S", T0 + 120_000) == 0
    assert shift(held, "N-S", T0 - 120_000) == 0
    assert shift(held, "N-S", T0 - 119_999) == 239_999


def test_a_faster_follower_waits_longer() -> None:
    """A follower with a tail wind must not catch up before the end of the lane."""
    held = Reservations(NETWORK)
    held.reserve(
        SortieId("S1"),
        NETWORK.get("S-N"),
        plan("S-N", wind_mps=12.0),
        T0,
    )
    slow, fast = plan("S-N", wind_mps=12.0), plan("S-N")
    at_ms = T0
    while shift(held, "S-N", at_ms):
        at_ms += shift(held, "S-N", at_ms)
    last = NETWORK.get("S-N").cells[-1].first
    assert at_ms > T0 + 120_000
    assert at_ms + fast.offsets_ms[last] >= T0 + slow.offsets_ms[last] + 120_000


def test_crossing_and_merging_lanes_wait_and_far_ones_do_not() -> None:
    """Lanes that cross or merge hold each other; opposite lanes in their layers do not."""
    conflicts = NETWORK.conflicts
    number = {str(lane.lane_id): lane.number for lane in NETWORK.lanes}
    assert (number["N-S"], number["E-S"]) in conflicts.pairs
    assert any(trail for _, _, trail in conflicts.pairs[number["N-S"], number["E-S"]])
    assert (number["E-W"], number["W-E"]) not in conflicts.pairs
    held = Reservations(NETWORK)
    hold(held, "S1", "E-W", T0)
    assert shift(held, "W-E", T0) == 0


def test_release_restores() -> None:
    """After release everything is as if nothing had been held."""
    held = Reservations(NETWORK)
    hold(held, "S1", "N-S", T0)
    held.release(SortieId("S1"))
    held.release(SortieId("S1"))
    assert shift(held, "N-S", T0) == 0
    assert len(held) == 0
    assert held.find_held(SortieId("S1")) is None


def test_reserving_what_is_held_is_an_invariant_broken() -> None:
    """A second holder of a cell, or a second hold of a sortie, can never be."""
    held = Reservations(NETWORK)
    hold(held, "S1", "N-S", T0)
    with pytest.raises(InvariantError, match="cells held by others"):
        hold(held, "S2", "N-S", T0 + 119_999)
    with pytest.raises(InvariantError, match="holds cells already"):
        hold(held, "S1", "N-S", T0 + 500_000)
    assert held.list_sorties() == ["S1"]


def test_forced_holds_are_told() -> None:
    """An aircraft off its plan holds what it flies through; the walk over all cells tells so."""
    held = Reservations(NETWORK)
    hold(held, "S1", "N-S", T0)
    held.force(SortieId("S2"), NETWORK.get("N-S"), plan("N-S"), T0 + 60_000)
    assert held.list_overlaps() == [("S1", "S2")]
    held.force(SortieId("S2"), NETWORK.get("N-S"), plan("N-S"), T0 + 120_000)
    assert held.list_overlaps() == []


def test_prune_forgets_only_what_is_past() -> None:
    """A sortie is forgotten once its last hold has ended, not before."""
    held = Reservations(NETWORK)
    hold(held, "S1", "N-S", T0)
    duration_ms = plan("N-S").duration_ms
    held.prune(T0 + duration_ms + 89_999)
    assert len(held) == 1
    held.prune(T0 + duration_ms + 90_000)
    assert len(held) == 0


def test_the_store_of_trajectories_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the limit the store is emptied and answers stay the same."""
    monkeypatch.setattr(reservations, "PROFILES_MAX", 3)
    held = Reservations(NETWORK)
    hold(held, "S1", "N-S", T0, wind_mps=1.0)
    answers = [shift(held, "N-S", T0, wind_mps=w / 10.0) for w in range(20)]
    fresh = []
    for w in range(20):
        alone = Reservations(NETWORK)
        hold(alone, "S1", "N-S", T0, wind_mps=1.0)
        fresh.append(shift(alone, "N-S", T0, wind_mps=w / 10.0))
    assert answers == fresh


def test_departure_waits_for_lane_and_slots_together() -> None:
    """The earliest lift-off is free on the lane, at both FATOs and on a stand."""
    held = Reservations(NETWORK)
    hold(held, "S1", "N-S", T0)
    out, first, second = SlotCalendar(), SlotCalendar(), SlotCalendar()
    out.reserve("X", T0 + 90_000, T0 + 180_000)
    trajectory = plan("N-S")
    touchdown_ms = T0 + trajectory.duration_ms
    first.reserve("Y", touchdown_ms - 600_000, touchdown_ms + 600_000)
    second.reserve("Z", touchdown_ms, touchdown_ms + 200_000)
    demands = [
        SlotDemand([out], -30_000, 75_000),
        SlotDemand([first, second], trajectory.duration_ms - 45_000, 75_000),
    ]
    found = find_departure(
        held,
        NETWORK.get("N-S"),
        trajectory,
        not_before_ms=T0,
        latest_ms=T0 + 3_600_000,
        demands=demands,
    )
    assert found == Departure(T0 + 245_000, (0, 1))


def test_departure_past_the_latest_is_refused() -> None:
    """A lift-off one millisecond after the latest is a refusal that says when it could be."""
    held = Reservations(NETWORK)
    hold(held, "S1", "N-S", T0)
    lane, trajectory = NETWORK.get("N-S"), plan("N-S")
    late = find_departure(held, lane, trajectory, not_before_ms=T0, latest_ms=T0 + 119_999)
    assert late == DepartureRefused("airspace", T0 + 120_000)
    just = find_departure(held, lane, trajectory, not_before_ms=T0, latest_ms=T0 + 120_000)
    assert just == Departure(T0 + 120_000, ())
    busy = SlotCalendar()
    busy.reserve("X", T0, T0 + 500_000)
    refused = find_departure(
        Reservations(NETWORK),
        lane,
        trajectory,
        not_before_ms=T0,
        latest_ms=T0 + 1000,
        demands=[SlotDemand([busy], 0, 1000)],
    )
    assert refused == DepartureRefused("slot", T0 + 500_000)


def test_the_search_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that would step on and on stops and says so."""
    monkeypatch.setattr(departures, "ROUNDS_MAX", 4)
    held = Reservations(NETWORK)
    for n in range(6):
        hold(held, f"S{n}", "N-S", T0 + n * 120_000)
    found = find_departure(
        held, NETWORK.get("N-S"), plan("N-S"), not_before_ms=T0, latest_ms=T0 + 9_000_000
    )
    assert isinstance(found, DepartureRefused)
    assert found.reason == "search_limit"
