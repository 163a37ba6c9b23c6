"""An invented service: the day, its past and a desk, so that pages can be tried without an engine.

It stands in for the service behind `ServiceView`. No number here means anything.
"""

from web.scripted_day import CRUISE_MPS, DAY_MS, SITES
from web.scripted_desk import ScriptedDesk
from web.scripted_past import ScriptedPast

__all__ = ["CRUISE_MPS", "DAY_MS", "SITES", "ScriptedService"]


class ScriptedService(ScriptedPast, ScriptedDesk):
    """A `ServiceView` whose clock runs from 10:00 at `speed` times the wall clock."""
