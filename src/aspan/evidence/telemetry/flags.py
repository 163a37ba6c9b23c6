"""What may be doubtful about a row of telemetry: bits of its column `flags`.

The four doubts about single values stand in the row's flags when any channel has them, and in a
column of their own (`VALUE_DOUBTS`) that has one bit for each channel.
"""

from enum import IntFlag
from typing import Final

import numpy as np


class Doubt(IntFlag):
    """A bit of `flags`."""

    GAP = 1 << 0
    """Rows are missing before this one; the row itself is sound."""
    SHUFFLED = 1 << 1
    """It came after a later row and was put in order; the row itself is sound."""
    DUPLICATE_SAME = 1 << 2
    """A row of this number was there already, with the same content."""
    DUPLICATE_OTHER = 1 << 3
    """A row of this number was there already, with other content: neither can be trusted."""
    LATE = 1 << 4
    """It came too late to be put in order, or too long after to be compared."""
    NO_SEQUENCE = 1 << 5
    """Its number is absent, unreadable or far from its neighbours'."""
    NO_TIME = 1 << 6
    """Its instant is absent, unreadable or in no century of ours."""
    CLOCK_STEP = 1 << 7
    """Time and row number moved apart here."""
    TIME_BACKWARD = 1 << 8
    """It tells an earlier instant than a row before it."""
    CLOCK_OFF = 1 << 9
    """It arrived, live, far from the instant it tells."""
    UNREADABLE = 1 << 10
    """Something in it is no number; `as_sent` keeps the text."""
    CUT_SHORT = 1 << 11
    """The line has too few or too many fields, or the file ends within it."""
    ABSENT = 1 << 12
    """A channel says nothing."""
    JUMP = 1 << 13
    """A channel moved more than an aircraft of this kind can."""
    OUT_OF_RANGE = 1 << 14
    """A channel says what no working sensor of its kind says."""
    STUCK = 1 << 15
    """A channel repeats one value where its noise would move it."""


ROW_DOUBTS: Final = (
    Doubt.DUPLICATE_SAME
    | Doubt.DUPLICATE_OTHER
    | Doubt.LATE
    | Doubt.NO_SEQUENCE
    | Doubt.NO_TIME
    | Doubt.CLOCK_STEP
    | Doubt.TIME_BACKWARD
    | Doubt.CLOCK_OFF
    | Doubt.CUT_SHORT
)
"""Those that make a whole row unfit for identification and verdicts."""

VALUE_DOUBTS: Final = {
    "absent": Doubt.ABSENT,
    "jump": Doubt.JUMP,
    "out_of_range": Doubt.OUT_OF_RANGE,
    "stuck": Doubt.STUCK,
}
"""Columns with one bit a channel, in the order of the manifest's channels."""


def bit(doubt: Doubt) -> np.uint32:
    """Return a doubt, or several, as a number of the column `flags`."""
    return np.uint32(int(doubt))
