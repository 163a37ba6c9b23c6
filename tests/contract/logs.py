"""A short log to try logs with."""

from aspan.operations import events as ev
from aspan.operations.events import Event
from aspan.primitives.ids import SortieId, VertiportId

START_MS = 1_744_426_800_000

Batch = tuple[str, list[Event]]


def make_batches(count: int) -> list[Batch]:
    """Return batches of one, two and three events, every third without a cause."""
    batches: list[Batch] = []
    for n in range(count):
        events: list[Event] = [
            ev.SortieScheduled(
                at_ms=START_MS + 1000 * n,
                sortie_id=SortieId(f"S{n:05d}-{k}"),
                origin=VertiportId("ÄLA"),
                destination=VertiportId("БЕТА"),
                service="timetable",
                off_block_at_ms=START_MS + 1000 * n + 60_000,
                assign_at_ms=START_MS + 1000 * n + 30_000,
            )
            for k in range(1 + n % 3)
        ]
        batches.append(("" if n % 3 == 2 else f"day/{n}", events))
    return batches
