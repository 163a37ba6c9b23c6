"""Availability: what the service could carry now, asked by journeys, answered from the state."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TypeVar

from aspan.journeys.availability import AirAsk, AirDeparture
from aspan.operations.ahead import find_departure
from aspan.operations.bookings import DepartureOffer, SeatWish
from aspan.operations.engine import Engine
from aspan.operations.legs import LegRefused
from aspan.operations.offers import find_valid_ms, make_offer
from aspan.operations.planning import Planner, Refused
from aspan.operations.sky import is_unsettled
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_MIN

T = TypeVar("T")

SETTLE_MAX = 4
"""Offers asked for until one leaves just when its party is ready."""

BACK_STEP_MS = 5 * MS_PER_MIN
"""Asked to be somewhere by an instant, departures are tried in such steps back from the latest."""


class EngineAvailability:
    """Answers `AirService` and `HeldOffers` from an engine's state at one instant.

    It changes nothing.

    It remembers what it worked out about aircraft, so it must not outlive the instant.

    Attributes
    ----------
    refusals
        Of each pair asked for in a batch and never offered: why, the first time.
    """

    def __init__(self, engine: Engine, now_ms: int) -> None:
        self._engine = engine
        self._now_ms = now_ms
        self._wait_ms_max = engine.index.rules.service.wait_ms_max
        self._planner: Planner | None = None
        self._offered: set[tuple[VertiportId, VertiportId]] = set()
        self._unsettled: dict[VertiportId, bool] = {}
        self._refused: dict[tuple[VertiportId, VertiportId], str] = {}

    @property
    def refusals(self) -> dict[tuple[VertiportId, VertiportId], str]:
        """Return the reason by pair."""
        return {pair: why for pair, why in self._refused.items() if pair not in self._offered}

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
        return self._tell(
            find_departure(self._engine.planner, wish, now_ms=self._now_ms), ready_at_ms
        )

    def find_valid_ms(self, ask: AirAsk) -> int:
        """Return for how long what is offered to an ask would be confirmed if nothing happened."""
        if ask.ready_at_ms is None:
            return 0
        wish = _wish(ask, ask.ready_at_ms)
        return find_valid_ms(self._find_planner(), wish, now_ms=self._now_ms)

    def _find_planner(self) -> Planner:
        if self._planner is None:
            self._planner = _RememberingPlanner(self._engine.planner)
        return self._planner

    def list_answers(self, asks: Iterable[AirAsk]) -> Iterator[tuple[AirDeparture, ...]]:
        """Yield what each party would be confirmed on if it booked now."""
        planner = self._find_planner()
        for ask in asks:
            yield self._answer(planner, ask) if self._engine.state.is_open else ()

    def _answer(self, planner: Planner, ask: AirAsk) -> tuple[AirDeparture, ...]:
        if ask.ready_at_ms is not None:
            return self._tell(self._offer(planner, ask, ask.ready_at_ms), ask.ready_at_ms)
        block_ms = planner.legs.find_block_ms(planner.state, ask.origin, ask.destination)
        if isinstance(block_ms, LegRefused):
            self._refused.setdefault((ask.origin, ask.destination), block_ms.reason)
            return ()
        if ask.by_ms is None:
            return ()
        for back_ms in range(0, self._wait_ms_max + 1, BACK_STEP_MS):
            ready_ms = ask.by_ms - block_ms - back_ms
            if ready_ms < self._now_ms:
                break
            offer = self._settle(planner, ask, ask.by_ms, ready_ms)
            if offer is not None:
                return self._tell(offer, offer.off_block_at_ms)
        return ()

    def _tell(self, offer: DepartureOffer | Refused, ready_ms: int) -> tuple[AirDeparture, ...]:
        """Return an offer as journeys take it, with when it was said that the party is ready."""
        if isinstance(offer, Refused):
            return ()
        return (
            AirDeparture(
                off_block_at_ms=offer.off_block_at_ms,
                on_block_at_ms=offer.on_block_at_ms,
                fare_tiyn=offer.fare_tiyn,
                sortie_id=offer.sortie_id,
                ready_at_ms=ready_ms,
                is_unsettled=self._is_unsettled(offer.origin)
                or self._is_unsettled(offer.destination),
                lead_ms=offer.off_block_at_ms - self._now_ms,
            ),
        )

    def _is_unsettled(self, site_id: VertiportId) -> bool:
        """Say whether flights from or to a site are less reliable in the weather it has."""
        reliability = self._engine.index.city.reliability
        if reliability is None:
            return False
        if site_id not in self._unsettled:
            self._unsettled[site_id] = is_unsettled(
                self._engine.state,
                site_id,
                ceiling_agl_m=reliability.unsettled_ceiling_agl_m,
                now_ms=self._now_ms,
            )
        return self._unsettled[site_id]

    def _settle(
        self, planner: Planner, ask: AirAsk, by_ms: int, ready_ms: int
    ) -> DepartureOffer | None:
        """Return what is confirmed to whoever is ready just when it leaves; None if it is late.

        Who asks for a time of arrival comes to the vertiport no sooner than the offer needs; one
        that is ready so late may be put on another sortie.
        """
        for _ in range(SETTLE_MAX):
            offer = self._offer(planner, ask, ready_ms)
            if isinstance(offer, Refused) or offer.on_block_at_ms > by_ms:
                return None
            if offer.off_block_at_ms == ready_ms:
                return offer
            ready_ms = offer.off_block_at_ms
        return None

    def _offer(self, planner: Planner, ask: AirAsk, ready_ms: int) -> DepartureOffer | Refused:
        wish = _wish(ask, ready_ms)
        offer = make_offer(planner, wish, now_ms=self._now_ms)
        if isinstance(offer, Refused):
            self._refused.setdefault((ask.origin, ask.destination), offer.reason)
        else:
            self._offered.add((ask.origin, ask.destination))
        return offer


def _wish(ask: AirAsk, ready_ms: int) -> SeatWish:
    return SeatWish(
        origin=ask.origin,
        destination=ask.destination,
        ready_at_ms=ready_ms,
        party=ask.party,
        payload_kg=ask.payload_kg,
    )


class _RememberingPlanner(Planner):
    """A planner of one instant: while nothing changes, each thing is worked out once."""

    def __init__(self, planner: Planner) -> None:
        super().__init__(planner.state, planner.legs, planner.sky)
        outlook = self.outlook
        outlook.work_out = _remember(outlook.work_out)  # type: ignore[method-assign]
        outlook.list_free = _remember(outlook.list_free)  # type: ignore[method-assign]
        self.need = _remember(self.need)  # type: ignore[method-assign]
        self.find_obstacle = _remember(self.find_obstacle)  # type: ignore[method-assign]


def _remember(function: Callable[..., T]) -> Callable[..., T]:
    return lru_cache(maxsize=None)(function)
