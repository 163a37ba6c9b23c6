"""Air availability: the one question that journeys ask of the running service."""

from typing import Protocol

import msgspec

from aspan.primitives.ids import SortieId, VertiportId


class AirDeparture(msgspec.Struct, frozen=True):
    """A departure on which the whole party could be booked now.

    Parameters
    ----------
    off_block_at_ms, on_block_at_ms
        As planned.
    fare_tiyn
        Total for the party.
    sortie_id
        Of a sortie already planned; None if a booking would plan a new one.
    """

    off_block_at_ms: int
    on_block_at_ms: int
    fare_tiyn: int
    sortie_id: SortieId | None = None


class AirAvailability(Protocol):
    """What the service can carry; `operations` answers from its state."""

    def list_departures(
        self,
        origin: VertiportId,
        destination: VertiportId,
        ready_at_ms: int,
        party: int,
        payload_kg: float,
    ) -> tuple[AirDeparture, ...]:
        """Return departures with room for the party, none before `ready_at_ms`, earliest first."""
