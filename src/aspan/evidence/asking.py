"""What a decision of the test site looks at: state, range, requirements, who asks, when."""

from collections.abc import Container, Sequence
from typing import Any

import msgspec

from aspan.evidence.card import RequirementId
from aspan.evidence.people import Person, PersonId
from aspan.evidence.refusals import Refusal
from aspan.evidence.site_events import SiteEvent
from aspan.evidence.site_state import SiteState
from aspan.world.range import Range

Decision = Sequence[SiteEvent] | Refusal
"""What follows from an order: events, or no."""


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """An order or report on its way through its decision; nothing here is written to.

    Parameters
    ----------
    is_line_beside
        Whether a service beside the range keeps line traffic out of what is booked.
    person
        Who asks; None where software reports.
    """

    state: SiteState
    site: Range
    requirement_ids: Container[RequirementId]
    at_ms: int
    key: str
    is_line_beside: bool = False
    person: Person | None = None

    @property
    def by(self) -> PersonId:
        """Id of who asks; "" for software."""
        return self.person.person_id if self.person is not None else PersonId("")

    @property
    def stamp(self) -> dict[str, Any]:
        """What every event of the answer carries."""
        return {"at_ms": self.at_ms, "key": self.key, "by": self.by}
