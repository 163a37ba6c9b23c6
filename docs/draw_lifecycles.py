"""Draw the lifecycles as diagrams: `python docs/draw_lifecycles.py` writes them.

The tables are the truth; `docs/lifecycles.md` is made from them, and a test holds the two together.
"""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

from aspan.evidence.lifecycles import CARD_LIFECYCLE, RUN_LIFECYCLE
from aspan.operations.lifecycles import (
    BOOKING_LIFECYCLE,
    PAYMENT_LIFECYCLE,
    SORTIE_LIFECYCLE,
)

Phase = TypeVar("Phase", bound=StrEnum)

PAGE: Final = Path(__file__).with_name("lifecycles.md")
_HEAD: Final = """# Lifecycles

Drawn by `docs/draw_lifecycles.py` from the tables in `src/aspan/operations/lifecycles.py` and, for
cards and runs of the test site, `src/aspan/evidence/lifecycles.py`: change the table, then draw
again. A move that is not in the table is a broken invariant.
"""


def draw_page() -> str:
    """Return the whole page."""
    return "\n".join(
        [
            _HEAD,
            _draw("Sortie", SORTIE_LIFECYCLE),
            _draw("Booking", BOOKING_LIFECYCLE),
            _draw("Payment", PAYMENT_LIFECYCLE),
            _draw("Test card", CARD_LIFECYCLE),
            _draw("Run of a test card", RUN_LIFECYCLE),
        ]
    )


def _draw(title: str, table: Mapping[Phase, Mapping[type, Phase]]) -> str:
    """Return one lifecycle as a Mermaid state diagram under its title."""
    lines = [f"## {title}", "", "```mermaid", "stateDiagram-v2"]
    reached = {following for moves in table.values() for following in moves.values()}
    for position, (phase, moves) in enumerate(table.items()):
        if position == 0 or phase not in reached:
            lines.append(f"    [*] --> {phase}")
        lines += [
            f"    {phase} --> {following}: {event.__name__}" for event, following in moves.items()
        ]
        if not moves:
            lines.append(f"    {phase} --> [*]")
    return "\n".join([*lines, "```", ""])


if __name__ == "__main__":
    PAGE.write_text(draw_page(), encoding="utf-8")
