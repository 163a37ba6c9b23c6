"""Approvals of passenger flights by pair and date, for what may be promised to the public.

The engine judges each aircraft and sortie by itself at release; this says whether any of the fleet
could be released at all (facts 4.33).
"""

from datetime import date

from aspan.primitives.ids import VertiportId
from aspan.world.city import Approval, City

PASSENGER = "passenger"


def list_passenger_approvals(
    city: City, origin: VertiportId, destination: VertiportId, day: date
) -> tuple[Approval, ...]:
    """Return the approvals under which one aircraft may carry passengers on a pair on a date.

    Empty if no aircraft of the fleet is approved at both ends.
    """
    text = day.isoformat()
    valid = [
        approval
        for approval in city.approvals
        if approval.kind == PASSENGER and approval.from_date <= text < approval.until_date
    ]
    for frame in city.airframes:
        own = [a for a in valid if a.aircraft_id in (None, frame.aircraft_id)]
        here = [a for a in own if a.vertiport_id in (None, origin)]
        there = [a for a in own if a.vertiport_id in (None, destination)]
        if here and there:
            return (here[0], there[0])
    return ()
