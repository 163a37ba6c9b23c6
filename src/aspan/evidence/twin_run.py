"""A begun run flown by the twin at once, from its first row to its last (`running` flies it)."""

from collections.abc import Sequence
from typing import Final

import msgspec

from aspan.evidence.reports import AirHour
from aspan.evidence.running import REACTION_MS, TwinRun, find_under_way
from aspan.evidence.site_state import SiteState
from aspan.evidence.site_store import SiteStore
from aspan.evidence.telemetry.course import LimitBreach
from aspan.evidence.telemetry.manifest import Manifest
from aspan.evidence.twin_site import air_of, aircraft_of
from aspan.primitives.errors import InvalidInput, ensure
from aspan.twin.card_faults import AnyFault
from aspan.world.city import City

WIND_FROM_DEG: Final = 270.0
"""A report of the site's weather has no direction. Assumed: from the west, as by day in spring."""


class FlownRun(msgspec.Struct, frozen=True, kw_only=True):
    """What the twin's flight of a run left behind.

    Parameters
    ----------
    until_ms
        When its recorder was closed.
    """

    run_id: str
    manifest: Manifest
    breaches: tuple[LimitBreach, ...]
    until_ms: int


def fly_run(
    store: SiteStore,
    city: City,
    run_id: str,
    *,
    software: str,
    seed: int,
    faults: Sequence[AnyFault] = (),
) -> FlownRun:
    """Fly a run that is under way, in the air reported at the pad, with the aircraft as modelled.

    `InvalidInput` where the site does not hold it for under way.
    """
    aircraft_id, hour = store.look(lambda state: _find(state, run_id))
    aircraft = store.site.range.find_aircraft(aircraft_id)
    if aircraft is None:
        raise InvalidInput("aircraft", aircraft_id, "an aircraft of the range")
    run = TwinRun(
        store,
        run_id,
        aircraft=aircraft_of(aircraft, city.aircraft_type),
        air=air_of(hour, wind_from_deg=WIND_FROM_DEG),
        software=software,
        seed=seed,
        faults=faults,
    )
    breaches: list[LimitBreach] = []
    last = None
    for last in run.steps(REACTION_MS):
        breaches += last.breaches
    ensure(last is not None and last.manifest is not None, f"run {run_id} was flown to no end")
    return FlownRun(
        run_id=run_id,
        manifest=last.manifest,  # type: ignore[union-attr,arg-type]
        breaches=tuple(breaches),
        until_ms=last.until_ms,  # type: ignore[union-attr]
    )


def _find(state: SiteState, run_id: str) -> tuple[str, AirHour]:
    """Return the aircraft of a run under way and the hour of weather it was begun in."""
    _, slot, begun_at_ms = find_under_way(state, run_id)
    report = state.weather.get("pad")
    hours = [hour for hour in report.hours if hour.at_ms <= begun_at_ms] if report else []
    if not hours:
        raise InvalidInput("run", run_id, "a run with weather reported at the pad")
    return str(slot.aircraft_id), max(hours, key=lambda hour: hour.at_ms)
