"""Slots: a calendar of half-open intervals of which no two overlap, for a FATO or a stand."""

from bisect import bisect_left, bisect_right

from aspan.primitives.errors import InvalidInput, ensure


class SlotCalendar:
    """Intervals [start, end) held by name; touching is allowed, overlapping never.

    One holder may hold several intervals. Sorted lists and bisection: a look-up costs the logarithm
    of what is held.
    """

    __slots__ = ("_ends", "_holders", "_of", "_starts")

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._holders: list[str] = []
        self._of: dict[str, list[int]] = {}

    def __len__(self) -> int:
        """Return the number of intervals held."""
        return len(self._starts)

    def list_held(self) -> list[tuple[int, int, str]]:
        """Return all intervals [ms] with their holders, in time order."""
        return list(zip(self._starts, self._ends, self._holders, strict=True))

    def find_holder(self, at_ms: int) -> str | None:
        """Return who holds the instant; None if it is free."""
        k = bisect_right(self._starts, at_ms) - 1
        return self._holders[k] if k >= 0 and at_ms < self._ends[k] else None

    def shift_ms(self, start_ms: int, end_ms: int) -> int:
        """Return the least delay after which [start, end) is free; 0 if it is free as it is."""
        starts, ends = self._starts, self._ends
        k = bisect_right(ends, start_ms)
        if k == len(starts) or end_ms <= starts[k]:
            return 0
        duration_ms = end_ms - start_ms
        last = len(starts) - 1
        while k < last and starts[k + 1] - ends[k] < duration_ms:
            k += 1
        return ends[k] - start_ms

    def reserve(self, holder: str, start_ms: int, end_ms: int) -> None:
        """Hold [start, end) for `holder`; the caller has seen that it is free."""
        if end_ms <= start_ms:
            raise InvalidInput(f"slot of {holder}", (start_ms, end_ms), "an end after the start")
        k = bisect_left(self._starts, start_ms)
        ensure(
            (k == 0 or self._ends[k - 1] <= start_ms)
            and (k == len(self._starts) or end_ms <= self._starts[k]),
            f"slot of {holder} [{start_ms}, {end_ms}) overlaps one already held",
        )
        self._starts.insert(k, start_ms)
        self._ends.insert(k, end_ms)
        self._holders.insert(k, holder)
        self._of.setdefault(holder, []).append(start_ms)

    def release(self, holder: str) -> None:
        """Free every interval of `holder`; nothing happens if there is none."""
        for start_ms in self._of.pop(holder, ()):
            k = bisect_left(self._starts, start_ms)
            del self._starts[k], self._ends[k], self._holders[k]

    def prune(self, before_ms: int) -> None:
        """Forget intervals that end at or before the instant."""
        k = bisect_right(self._ends, before_ms)
        if k:
            for start_ms, holder in zip(self._starts[:k], self._holders[:k], strict=True):
                held = self._of[holder]
                held.remove(start_ms)
                if not held:
                    del self._of[holder]
            del self._starts[:k], self._ends[:k], self._holders[:k]
