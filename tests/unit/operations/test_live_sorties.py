"""Live sorties: the index by pair holds what a walk through all of them finds."""

from hypothesis import given
from hypothesis import strategies as st

from aspan.operations.lifecycles import SortiePhase
from aspan.operations.live_sorties import LiveSorties
from aspan.operations.records import SortieRecord
from aspan.primitives.ids import SortieId, VertiportId

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
        wanted_off_block_ms=0,
        retry_at_ms=0,
        bookings=[],
        payload_kg_max=300.0,
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["schedule", "end", "divert"]),
            st.integers(0, 11),
            st.sampled_from(SITES),
            st.sampled_from(SITES),
        ),
        max_size=40,
    )
)
def test_a_pair_lists_what_was_wanted_for_it_and_is_not_over(
    steps: list[tuple[str, int, VertiportId, VertiportId]],
) -> None:
    """Scheduled, ended and diverted in any order, the index finds what a walk finds, in order."""
    live = LiveSorties()
    for step, number, origin, destination in steps:
        known = live.get(SortieId(f"S{number}"))
        if step == "schedule" and known is None:
            live[SortieId(f"S{number}")] = sortie(number, origin, destination)
        elif step == "end" and known is not None:
            del live[known.sortie_id]
        elif step == "divert" and known is not None:
            known.destination = destination
        for first in SITES:
            for second in SITES:
                walked = [
                    s
                    for s in live.values()
                    if s.origin == first and s.planned_destination == second
                ]
                assert list(live.list_pair(first, second)) == walked
