"""The air of runs that are not home when their slot is over: kept from the line a while longer.

A slot's zones open to line traffic at its end, by the clock of the service, whether or not the
aircraft of a test is still in them. So while a run is under way its air is asked for again and
again before it opens, and people are told; where the line has a sortie planned through it already,
they are told that too.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from aspan.evidence.site_events import Slot
from aspan.evidence.site_state import SiteState
from aspan.evidence.site_store import SiteStore
from aspan.operations.ports import Notices
from aspan.primitives.instants import format_utc
from aspan.primitives.units import MS_PER_MIN

AHEAD_MS: Final = 3 * MS_PER_MIN
"""Before the end of what is kept. Assumed: a sortie is planned through a zone minutes ahead."""

MORE_MS: Final = 10 * MS_PER_MIN
"""Kept at a time. Assumed: long enough to come home from anywhere on the range."""


class HeldAir:
    """Keeps the air of runs under way; `tick` it every second or so.

    Parameters
    ----------
    now_ms
        The site's clock.
    """

    def __init__(self, store: SiteStore, *, now_ms: Callable[[], int], notices: Notices) -> None:
        self._store = store
        self._now_ms = now_ms
        self._notices = notices
        self._until_ms: dict[str, int] = {}

    def tick(self) -> None:
        """Ask for more air where that of a run is nearly over."""
        for run_id, slot in self._store.look(_list_flying):
            until_ms = self._until_ms.get(run_id, slot.until_ms)
            now_ms = self._now_ms()
            if until_ms - now_ms > AHEAD_MS:
                continue
            from_ms = until_ms
            until_ms = from_ms + MORE_MS * max(1, (now_ms - from_ms) // MORE_MS + 1)
            self._until_ms[run_id] = until_ms
            more = msgspec.structs.replace(
                slot, slot_id=f"{slot.slot_id}/until-{until_ms}", from_ms=from_ms, until_ms=until_ms
            )
            faults = self._store.keep_air(more)
            kept = "is NOT kept from line traffic" if faults else "is kept"
            why = f": {faults[0]}" if faults else ""
            self._notices.alert(
                f"run {run_id} is still under way as its slot ends: its air {kept} until"
                f" {format_utc(until_ms)}{why}"
            )


def _list_flying(state: SiteState) -> list[tuple[str, Slot]]:
    return [(run.run_id, state.slots[run.slot_id].slot) for run in state.flying()]
