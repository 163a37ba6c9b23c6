"""Ahead: when aircraft will be busy with sorties sold ahead, before any aircraft is chosen."""

from bisect import bisect_left, bisect_right, insort

from aspan.primitives.ids import SortieId


class AheadCalendar:
    """Intervals [from, until) by sortie, and how many touch another interval.

    Two sorted lists and bisection, as a look-up must cost nothing among a month of sorties.
    """

    __slots__ = ("_by_sortie", "_from_ms", "_until_ms")

    def __init__(self) -> None:
        self._by_sortie: dict[SortieId, tuple[int, int]] = {}
        self._from_ms: list[int] = []
        self._until_ms: list[int] = []

    def __len__(self) -> int:
        """Return the number of sorties."""
        return len(self._by_sortie)

    def add(self, sortie_id: SortieId, from_ms: int, until_ms: int) -> None:
        """Note that some aircraft will be busy with a sortie in [from, until)."""
        self._by_sortie[sortie_id] = (from_ms, until_ms)
        insort(self._from_ms, from_ms)
        insort(self._until_ms, until_ms)

    def remove(self, sortie_id: SortieId) -> None:
        """Forget a sortie; nothing happens if it is not here."""
        held = self._by_sortie.pop(sortie_id, None)
        if held is not None:
            del self._from_ms[bisect_left(self._from_ms, held[0])]
            del self._until_ms[bisect_left(self._until_ms, held[1])]

    def count(self, from_ms: int, until_ms: int) -> int:
        """Return how many sorties touch [from, until); those at one instant are no more."""
        return bisect_left(self._from_ms, until_ms) - bisect_right(self._until_ms, from_ms)
