"""The line traffic beside a range: a slot of the test site keeps its zones closed to the line."""

from contextlib import suppress

from aspan.compose.service import TwinService
from aspan.evidence.line_traffic import TrafficGranted, TrafficRefused
from aspan.live.service import NotAnswered
from aspan.operations.actions import FreeZones, ReserveZones
from aspan.operations.commands import TakeAction
from aspan.operations.zones import find_reservation
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import GeozoneId

WHO = "test site"
"""Who stands on the service's log as having kept or freed zones."""


class EngineTraffic:
    """A `LineTraffic` over a running service. Waits for its engine: not for an event loop."""

    def __init__(self, twin: TwinService) -> None:
        self._twin = twin

    def reserve(
        self, zone_ids: tuple[GeozoneId, ...], from_ms: int, until_ms: int, key: str
    ) -> TrafficGranted | TrafficRefused:
        """Keep zones closed to the line; refused where a sortie has a way planned through them."""
        action = ReserveZones(zone_ids=zone_ids, from_at_ms=from_ms, until_at_ms=until_ms)
        command = TakeAction(key=_name(key), who=WHO, why=f"slot {key}", action=action)
        try:
            record = self._twin.service.take_action(command).record
        except (InvalidInput, NotAnswered) as fault:
            return TrafficRefused(detail=str(fault))
        if record.reason:
            return TrafficRefused(detail=f"{record.reason} {record.detail}".strip())
        return TrafficGranted()

    def holds(self, key: str) -> bool:
        """Say whether the zones of a key are still kept."""
        state = self._twin.run.engine.state

        def look() -> bool:
            found = find_reservation(state, _name(key))
            return found is not None and all(
                (found.from_at_ms, found.until_at_ms) in state.reserved_zones.get(zone_id, ())
                for zone_id in found.zone_ids
            )

        return bool(self._twin.service.find_answer(look))

    def free(self, key: str) -> None:
        """Give zones back to the line; nothing if none are kept."""
        if not self.holds(key):
            return
        action = FreeZones(reservation=_name(key))
        command = TakeAction(key=f"{_name(key)}/free", who=WHO, why=f"slot {key}", action=action)
        with suppress(InvalidInput, NotAnswered):  # freed again when the site opens next
            self._twin.service.take_action(command)


def _name(key: str) -> str:
    """Return the name of a slot's reservation on the service's log."""
    return f"slot/{key}"
