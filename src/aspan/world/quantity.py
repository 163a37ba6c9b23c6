"""A number as the city states it: value, unit, range, source and mark of truth."""

from typing import Literal

import msgspec

Mark = Literal["measured", "found", "recalled", "derived", "assumed", "modelled"]
"""How far a number may be trusted; `docs/dictionary.md` defines each."""


class Quantity(msgspec.Struct, frozen=True, kw_only=True):
    """A stated number with the range it may lie in and where it comes from.

    Parameters
    ----------
    value
        In `unit`.
    unit
        As written in the city's file; the reader refuses any other than the one it expects.
    low, high
        Range the true value may lie in, in `unit`; equal to `value` if exact by definition.
    source
        A document and section, or the reason of an assumption.
    mark
        Measured, found, recalled, derived, assumed or modelled.
    """

    value: float
    unit: str
    low: float
    high: float
    source: str
    mark: Mark
