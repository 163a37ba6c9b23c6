"""How much one address, or one partner, may keep open at once: holds, and payers on a page.

Kept in memory, as an address is never written down: after a restart everybody begins anew. What is
not ended by whoever looks here ends by itself at its time.
"""

from collections import OrderedDict
from math import ceil

from aspan.faces.http.problem import Problem

KNOWN_MAX = 20_000
"""Addresses and partners remembered; beyond that the one seen longest ago is forgotten."""


class OpenThings:
    """What is open of each, by its id, and until when, on a clock that never goes back.

    Parameters
    ----------
    code
        Of the refusal of one too many.
    """

    def __init__(self, code: str) -> None:
        self._code = code
        self._open: OrderedDict[str, dict[str, float]] = OrderedDict()
        self._whose: dict[str, str] = {}

    def __len__(self) -> int:
        """Return how many things are remembered."""
        return len(self._whose)

    def begin(self, who: str, thing: str, *, most: int, now_s: float, until_s: float) -> None:
        """Count one more thing; a `Problem` if there are `most`. One that is counted stays so."""
        things = self._open.setdefault(who, {})
        self._open.move_to_end(who)
        for old in [one for one, end_s in things.items() if end_s <= now_s]:
            self.end(old)
        if thing not in things and len(things) >= most:
            wait_s = max(1, ceil(min(things.values()) - now_s))
            raise Problem(
                self._code, headers={"Retry-After": str(wait_s)}, number=most, seconds=wait_s
            )
        things = self._open.setdefault(who, things)
        things[thing] = until_s
        self._whose[thing] = who
        while len(self._open) > KNOWN_MAX:
            _, forgotten = self._open.popitem(last=False)
            for one in forgotten:
                del self._whose[one]

    def end(self, thing: str) -> None:
        """Count a thing no more; nothing happens if it was not counted."""
        who = self._whose.pop(thing, None)
        if who is None:
            return
        things = self._open[who]
        del things[thing]
        if not things:
            del self._open[who]
