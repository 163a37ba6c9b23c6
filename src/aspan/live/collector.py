"""The collector of reference cycles, calmed: a service holds millions of things that stay.

CPython looks through all of them each time those that stay have grown by a quarter, which takes
half a second among a month of bookings; nobody is answered meanwhile. What is young is still looked
through, and most that cycles keep alive is young.
"""

import gc
from typing import Final

YOUNG: Final = 20_000
"""New things, less those gone, between two looks at the youngest."""

MIDDLE: Final = 10
"""Looks at the youngest for each at those that outlived one."""

OLD: Final = 1_000
"""Looks at those for each at all there is: some 200 million things later. Assumed: once in days of
the greatest load."""


def calm_collector() -> None:
    """Look through all there is once, never again at what is there now, and seldom at all new."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
