"""Rates: how often a partner, or an address without a login, may ask; token buckets.

A bucket fills with `per_s` up to `burst`; a request takes one. Whoever finds it empty is told when
to come again. There are never more than `BUCKETS_MAX`: beyond that the one asked longest ago goes.
"""

from collections import OrderedDict
from math import ceil

import msgspec

BUCKETS_MAX = 20_000
"""Buckets kept at once, 5 MB of them."""


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """How often somebody may ask; `burst` of them at once."""

    per_s: float
    burst: int


class _Bucket(msgspec.Struct, gc=False):
    left: float
    at_s: float


class Rates:
    """Buckets by the name of who asks."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        """Return how many are remembered."""
        return len(self._buckets)

    def take(self, who: str, rate: Rate, *, now_s: float) -> int:
        """Take one request out; return 0, or the seconds after which to come again.

        Parameters
        ----------
        now_s
            A clock that never goes back.
        """
        bucket = self._buckets.get(who)
        if bucket is None:
            self._forget()
            self._buckets[who] = _Bucket(rate.burst - 1.0, now_s)
            return 0
        self._buckets.move_to_end(who)
        left = min(float(rate.burst), bucket.left + (now_s - bucket.at_s) * rate.per_s)
        bucket.at_s = now_s
        if left < 1.0:
            bucket.left = left
            return max(1, ceil((1.0 - left) / rate.per_s))
        bucket.left = left - 1.0
        return 0

    def wait(self, who: str, rate: Rate, *, now_s: float) -> int:
        """Return 0 if `take` would take one out now, or the seconds after which to come again."""
        bucket = self._buckets.get(who)
        left = 1.0 if bucket is None else bucket.left + (now_s - bucket.at_s) * rate.per_s
        return 0 if left >= 1.0 else max(1, ceil((1.0 - left) / rate.per_s))

    def _forget(self) -> None:
        while len(self._buckets) >= BUCKETS_MAX:
            self._buckets.popitem(last=False)
