"""Live sorties: those neither on block nor cancelled, by id, and by pair and time of departure.

A month of departures may be on sale, so whoever looks for one names the window it must leave in:
a look-up costs the logarithm of what is live, and what it finds.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator

from aspan.operations.records import SortieRecord
from aspan.primitives.ids import SortieId, VertiportId


def off_block_of(sortie: SortieRecord) -> int:
    """Return when a sortie is planned off-block, or wanted if it has no plan."""
    plan = sortie.assignment
    return plan.off_block_at_ms if plan is not None else sortie.wanted_off_block_ms


class LiveSorties(dict[SortieId, SortieRecord]):
    """The live sorties of a state, in the order in which they were scheduled.

    A plain dictionary to read. It is written by item alone, `live[id] = sortie` and `del live[id]`,
    which keep the index by pair and time; whoever gives a sortie another plan calls `retime`. A
    sortie that is diverted stays under the pair it was wanted for.
    """

    __slots__ = ("_off_block_ms", "_pairs")

    def __init__(self) -> None:
        super().__init__()
        self._pairs: dict[VertiportId, dict[VertiportId, list[tuple[int, SortieId]]]] = {}
        self._off_block_ms: dict[SortieId, int] = {}

    def __setitem__(self, sortie_id: SortieId, sortie: SortieRecord) -> None:
        """Note a sortie that was scheduled."""
        super().__setitem__(sortie_id, sortie)
        self._enter(sortie)

    def __delitem__(self, sortie_id: SortieId) -> None:
        """Forget a sortie that is over."""
        self._leave(self[sortie_id])
        super().__delitem__(sortie_id)

    def retime(self, sortie: SortieRecord) -> None:
        """Note that a sortie has got a plan, or lost it."""
        if self._off_block_ms.get(sortie.sortie_id, off_block_of(sortie)) != off_block_of(sortie):
            self._leave(sortie)
            self._enter(sortie)

    def _enter(self, sortie: SortieRecord) -> None:
        off_ms = off_block_of(sortie)
        self._off_block_ms[sortie.sortie_id] = off_ms
        ends = self._pairs.setdefault(sortie.origin, {})
        insort(ends.setdefault(sortie.planned_destination, []), (off_ms, sortie.sortie_id))

    def _leave(self, sortie: SortieRecord) -> None:
        entry = (self._off_block_ms.pop(sortie.sortie_id), sortie.sortie_id)
        entries = self._pairs[sortie.origin][sortie.planned_destination]
        del entries[bisect_left(entries, entry)]

    def list_pair(
        self,
        origin: VertiportId,
        destination: VertiportId,
        *,
        from_ms: int = 0,
        until_ms: int | None = None,
    ) -> Iterator[SortieRecord]:
        """Yield the live sorties wanted for a pair, by time off-block and id.

        Parameters
        ----------
        from_ms, until_ms
            Only those planned, or else wanted, off-block in [from, until]; `until` open if None.
        """
        entries = self._pairs.get(origin, {}).get(destination, ())
        for k in range(bisect_left(entries, (from_ms, "")), len(entries)):
            off_ms, sortie_id = entries[k]
            if until_ms is not None and off_ms > until_ms:
                return
            yield self[sortie_id]

    def list_leaving(self, origin: VertiportId, before_ms: int) -> Iterator[SortieRecord]:
        """Yield the live sorties of a site that are to leave, or left, before an instant."""
        for destination in self._pairs.get(origin, ()):
            yield from self.list_pair(origin, destination, until_ms=before_ms - 1)
