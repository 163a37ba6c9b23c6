"""Live sorties: those neither on block nor cancelled, by id and by the pair they are wanted for."""

from collections.abc import Iterable

from aspan.operations.records import SortieRecord
from aspan.primitives.ids import SortieId, VertiportId


class LiveSorties(dict[SortieId, SortieRecord]):
    """The live sorties of a state, in the order in which they were scheduled.

    A plain dictionary to read. It is written by item alone, `live[id] = sortie` and `del live[id]`,
    which keep the index by pair; a sortie that is diverted stays under the pair it was wanted for.
    """

    __slots__ = ("_pairs",)

    def __init__(self) -> None:
        super().__init__()
        self._pairs: dict[tuple[VertiportId, VertiportId], dict[SortieId, SortieRecord]] = {}

    def __setitem__(self, sortie_id: SortieId, sortie: SortieRecord) -> None:
        """Note a sortie that was scheduled."""
        super().__setitem__(sortie_id, sortie)
        pair = (sortie.origin, sortie.planned_destination)
        self._pairs.setdefault(pair, {})[sortie_id] = sortie

    def __delitem__(self, sortie_id: SortieId) -> None:
        """Forget a sortie that is over."""
        sortie = self[sortie_id]
        super().__delitem__(sortie_id)
        del self._pairs[sortie.origin, sortie.planned_destination][sortie_id]

    def list_pair(self, origin: VertiportId, destination: VertiportId) -> Iterable[SortieRecord]:
        """Return the live sorties wanted for a pair, in the order of their scheduling."""
        return self._pairs.get((origin, destination), {}).values()
