"""Availability: what the service could carry now, asked by journeys, answered from the state."""

from aspan.journeys.availability import AirDeparture
from aspan.operations.bookings import SeatWish, find_offer
from aspan.operations.engine import Engine
from aspan.operations.planning import Refused
from aspan.primitives.ids import VertiportId


class EngineAvailability:
    """Answers `AirAvailability` from an engine's state; changes nothing."""

    def __init__(self, engine: Engine, now_ms: int) -> None:
        self._engine = engine
        self._now_ms = now_ms

    def list_departures(
        self,
        origin: VertiportId,
        destination: VertiportId,
        ready_at_ms: int,
        party: int,
        payload_kg: float,
    ) -> tuple[AirDeparture, ...]:
        """Return the departure a party would be booked on, if there is one."""
        if not self._engine.state.is_open:
            return ()
        wish = SeatWish(
            origin=origin,
            destination=destination,
            ready_at_ms=ready_at_ms,
            party=party,
            payload_kg=payload_kg,
        )
        offer = find_offer(self._engine.planner, wish, now_ms=self._now_ms)
        if isinstance(offer, Refused):
            return ()
        return (
            AirDeparture(
                off_block_at_ms=offer.off_block_at_ms,
                on_block_at_ms=offer.on_block_at_ms,
                fare_tiyn=offer.fare_tiyn,
                sortie_id=offer.sortie_id,
            ),
        )
