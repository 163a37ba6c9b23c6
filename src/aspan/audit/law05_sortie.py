"""Law 5: no sortie above its load, duty limits, minima or approval, or with a grounding defect."""

from aspan.audit.findings import Check
from aspan.audit.law05_approval import check_approvals
from aspan.audit.law05_desk import check_desk
from aspan.audit.law05_lane_weather import check_lane_weather
from aspan.audit.law05_load import check_load
from aspan.audit.law05_pilots import check_pilots
from aspan.audit.law05_weather import check_weather
from aspan.audit.run import Run

TITLE = "load, pilots, weather, approval, defects, orders of the desk"


def check_law(run: Run) -> list[Check]:
    """Return the clauses of law 5, exercised."""
    weather = [*check_weather(run), *check_lane_weather(run)]
    people = [*check_load(run), *check_pilots(run)]
    return [*people, *weather, *check_approvals(run), *check_desk(run)]
