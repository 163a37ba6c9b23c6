"""Air availability: the one question that journeys ask of the running service."""

from collections.abc import Iterable, Iterator
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
    ready_at_ms
        Who books it says so when it is ready to board, and gets it. None if that is not known.
    is_unsettled
        The weather at either end is such that the city counts flights as less reliable.
    lead_ms
        From when it is told to off-block: what is planned further ahead is late more often.
    """

    off_block_at_ms: int
    on_block_at_ms: int
    fare_tiyn: int
    sortie_id: SortieId | None = None
    ready_at_ms: int | None = None
    is_unsettled: bool = False
    lead_ms: int = 0


class AirAsk(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: what could carry this party on this pair.

    Parameters
    ----------
    ready_at_ms
        The party can board from then on: wanted is what leaves soonest.
    by_ms
        Or it must be on block by then: wanted is what leaves last. One of the two is None.
    """

    origin: VertiportId
    destination: VertiportId
    ready_at_ms: int | None
    by_ms: int | None
    party: int
    payload_kg: float


class AirAvailability(Protocol):
    """What the service can carry, pair by pair; `operations` answers from its state.

    Quicker than `AirOffers` and less sure: which sortie and aircraft it would be is worked out, but
    the airspace, the FATOs and the empty sortie that brings the aircraft are not asked, so that a
    booking may still be refused. `direct.py` uses it, and feeds, which sell nothing.
    """

    def list_departures(
        self,
        origin: VertiportId,
        destination: VertiportId,
        ready_at_ms: int,
        party: int,
        payload_kg: float,
    ) -> tuple[AirDeparture, ...]:
        """Return departures with room for the party, none before `ready_at_ms`, earliest first."""


class AirOffers(Protocol):
    """What the service would confirm, for a whole search; `operations` answers from its state."""

    def list_answers(self, asks: Iterable[AirAsk]) -> Iterator[tuple[AirDeparture, ...]]:
        """Yield what could carry each, in one batch; empty where nothing could.

        None makes the party wait longer than the city's `wait_ms_max`, before or after the flight.
        Each ask is taken only after the answer to the one before, on which it may hang.
        """


class HeldOffers(AirOffers, Protocol):
    """Offers that are shown to people, who need time to decide."""

    def find_valid_ms(self, ask: AirAsk) -> int:
        """Return for how long an offer made to an ask would be confirmed if nothing happened."""


class AirService(AirAvailability, AirOffers, Protocol):
    """Both of them: what the twin's travellers are given, whichever way they search."""


class _NoOffers:
    """A service that flies nothing, and is asked for nothing."""

    def list_answers(self, asks: Iterable[AirAsk]) -> Iterator[tuple[AirDeparture, ...]]:
        return (() for _ in asks)


NO_OFFERS: AirOffers = _NoOffers()
"""For a search on the ground alone."""
