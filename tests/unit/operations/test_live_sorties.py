"""Live sorties: the index by pair and time holds what a walk through all of them finds."""

from hypothesis import given
from hypothesis import strategies as st

from aspan.operations.events import SortieAssigned
from aspan.operations.lifecycles import SortiePhase
from aspan.operations.live_sorties import LiveSorties, off_block_of
from aspan.operations.records import SortieRecord
from aspan.primitives.ids import AircraftId, FatoId, LaneId, PilotId, SortieId, VertiportId

SITES = [VertiportId(name) for name in ("Airport", "Harbour", "Market")]


def sortie(number: int, origin: VertiportId, destination: VertiportId) -> SortieRecord:
    """Return a sortie just scheduled."""
    return SortieRecord(
        sortie_id=SortieId(f"S{number}"),
        origin=origin,
        destination=destination,
        planned_destination=destination,
        service="on_demand",
        phase=SortiePhase.SCHEDULED,
        wanted_off_block_ms=1_000 * (number % 5),
        retry_at_ms=0,
        bookings=[],
        payload_kg_max=300.0,
    )


def plan(known: SortieRecord, off_ms: int) -> SortieAssigned:
    """Return a plan that leaves at an instant."""
    return SortieAssigned(
        at_ms=0,
        sortie_id=known.sortie_id,
        aircraft_id=AircraftId("A1"),
        pilot_id=PilotId("P1"),
        lane_id=LaneId("L1"),
        origin_fato_id=FatoId("F1"),
        destination_fato_id=FatoId("F2"),
        off_block_at_ms=off_ms,
        lift_off_at_ms=off_ms,
        touchdown_at_ms=off_ms,
        on_block_at_ms=off_ms,
        version=1,
        payload_kg_max=300.0,
        vertex_offsets_ms=(0, 1),
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["schedule", "plan", "end", "divert"]),
            st.integers(0, 11),
            st.sampled_from(SITES),
            st.sampled_from(SITES),
            st.integers(0, 6),
        ),
        max_size=40,
    ),
    st.tuples(st.integers(-1, 6), st.integers(-1, 6)),
)
def test_a_pair_lists_what_was_wanted_for_it_and_is_not_over(
    steps: list[tuple[str, int, VertiportId, VertiportId, int]], window: tuple[int, int]
) -> None:
    """Scheduled, planned, ended, diverted in any order, it finds what a walk does, by time."""
    live = LiveSorties()
    from_ms, until_ms = (1_000 * bound for bound in window)
    for step, number, origin, destination, time in steps:
        known = live.get(SortieId(f"S{number}"))
        if step == "schedule" and known is None:
            live[SortieId(f"S{number}")] = sortie(number, origin, destination)
        elif step == "plan" and known is not None:
            known.assignment = plan(known, 1_000 * time) if time else None
            live.retime(known)
        elif step == "end" and known is not None:
            del live[known.sortie_id]
            live.retime(known)
        elif step == "divert" and known is not None:
            known.destination = destination
    by_time = sorted(live.values(), key=lambda s: (off_block_of(s), s.sortie_id))
    for first in SITES:
        leaving = [s for s in by_time if s.origin == first and off_block_of(s) < until_ms]
        found = live.list_leaving(first, until_ms)
        assert sorted(found, key=lambda s: (off_block_of(s), s.sortie_id)) == leaving
        for second in SITES:
            walked = [s for s in by_time if s.origin == first and s.planned_destination == second]
            assert list(live.list_pair(first, second)) == walked
            assert list(live.list_pair(first, second, from_ms=from_ms, until_ms=until_ms)) == [
                s for s in walked if from_ms <= off_block_of(s) <= until_ms
            ]
