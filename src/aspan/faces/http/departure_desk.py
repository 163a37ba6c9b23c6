"""The desk of departures: what leaves from one vertiport to another on a local date, with seats.

Each is what a party that is ready then would be held on. They are looked for one after the other, a
few between two commands, so that a list of a whole day keeps nobody's booking waiting.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import msgspec

from aspan.faces.http.booking_page import tell_site
from aspan.faces.http.offer_making import OfferMaker
from aspan.faces.http.problem import Problem
from aspan.faces.http.sales_view import SalesView
from aspan.faces.http.sales_words import say, say_reason
from aspan.faces.http.wire_sales import DepartureLine, DeparturesPage
from aspan.operations.bookings import DepartureOffer, SeatWish
from aspan.operations.engine import Engine
from aspan.operations.offers import OFFER_VALID_MS, make_offer
from aspan.operations.planning import Refused
from aspan.primitives.instants import local_midnight_ms, ms_to_local
from aspan.primitives.units import MS_PER_MIN
from aspan.world.city import City
from aspan.world.vertiport import Vertiport

DEPARTURES_MAX: Final = 60
"""Departures in one answer."""

LOOKS_MAX: Final = 150
"""Instants tried for one answer."""

LOOKS_AT_ONCE: Final = 3
"""Tried between two commands."""

STEP_MS: Final = 15 * MS_PER_MIN
"""On demand a sortie could leave at any minute: it is told of every quarter of an hour."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Seats on a pair on a date."""

    sites: tuple[Vertiport, Vertiport]
    date: str
    party: int
    payload_kg: float
    from_ms: int
    until_ms: int


class _Seen(msgspec.Struct, frozen=True):
    """A departure and the seats it has left; `reason` where there is none."""

    offer: DepartureOffer | None
    seats_left: int
    reason: str


class DepartureDesk:
    """Lists departures."""

    def __init__(
        self, view: SalesView, *, city: City, now_ms: Callable[[], int], maker: OfferMaker
    ) -> None:
        self._view = view
        self.city = city
        self._now_ms = now_ms
        self._maker = maker
        self._sites = {str(site.vertiport_id): site for site in city.vertiports}

    async def find(
        self, origin: str, destination: str, day: str | None, party: int, *, lang: str
    ) -> DeparturesPage:
        """Return the departures of a pair on a local date, the service's own if None."""
        asked = self._read(origin, destination, day, party)
        lines: dict[int, DepartureLine] = {}
        reasons: dict[str, int] = {}
        at_ms, looks = max(asked.from_ms, self._now_ms()), 0
        while at_ms < asked.until_ms and looks < LOOKS_MAX and len(lines) < DEPARTURES_MAX:
            seen, at_ms = await self._look(asked, at_ms)
            looks += len(seen)
            for one in seen:
                if one.offer is None:
                    reasons[one.reason] = reasons.get(one.reason, 0) + 1
                else:
                    off_ms = one.offer.off_block_at_ms
                    lines[off_ms] = self._tell(asked, one.offer, one.seats_left, lang)
        told = tuple(lines[off_ms] for off_ms in sorted(lines) if off_ms < asked.until_ms)
        reason = "" if told else min(reasons, key=lambda r: (-reasons[r], r), default="hours")
        return DeparturesPage(
            now_ms=self._now_ms(),
            time_zone=self.city.time_zone,
            origin=tell_site(self.city, asked.sites[0].vertiport_id, lang),
            destination=tell_site(self.city, asked.sites[1].vertiport_id, lang),
            date=asked.date,
            party=party,
            departures=told,
            reason=reason,
            text=say_reason(lang, reason) or (say(lang, "departures.none") if reason else ""),
        )

    def _read(self, origin: str, destination: str, day: str | None, party: int) -> Asked:
        start, end = self._sites.get(origin), self._sites.get(destination)
        if start is None:
            raise Problem("unknown_vertiport", field="origin")
        if end is None or end is start:
            raise Problem("unknown_vertiport", field="destination")
        zone = self.city.time_zone
        now = ms_to_local(self._now_ms(), zone)
        expected = "YYYY-MM-DD"
        try:
            asked = now.date() if day is None else date.fromisoformat(day)
            from_ms = local_midnight_ms(asked, zone)
            until_ms = local_midnight_ms(asked + timedelta(days=1), zone)
        except (ValueError, OverflowError):
            raise Problem("invalid_parameter", field="date", expected=expected) from None
        if until_ms <= self._now_ms():
            raise Problem("invalid_parameter", field="date", expected=f"≥ {now.date()}")
        mean_kg = self.city.rules.service.mean_payload_kg(asked.month)
        return Asked(
            sites=(start, end),
            date=asked.isoformat(),
            party=party,
            payload_kg=party * mean_kg,
            from_ms=from_ms,
            until_ms=until_ms,
        )

    async def _look(self, asked: Asked, at_ms: int) -> tuple[list[_Seen], int]:
        """Return what leaves next, a few of them, and the instant to look from then."""
        now_ms = self._now_ms()

        def question(engine: Engine) -> tuple[list[_Seen], int]:
            seen: list[_Seen] = []
            ready_ms = max(at_ms, now_ms)
            for _ in range(LOOKS_AT_ONCE):
                if ready_ms >= asked.until_ms:
                    break
                one, next_ms = _look_once(engine, asked, ready_ms, max(now_ms, engine.state.now_ms))
                seen.append(one)
                ready_ms = next_ms
            return seen, ready_ms

        return await self._view.ask(question)

    def _tell(
        self, asked: Asked, offer: DepartureOffer, seats_left: int, lang: str
    ) -> DepartureLine:
        valid_ms = self._now_ms() + OFFER_VALID_MS
        return DepartureLine(
            origin=offer.origin,
            destination=offer.destination,
            sortie_id=offer.sortie_id,
            off_block_at_ms=offer.off_block_at_ms,
            on_block_at_ms=offer.on_block_at_ms,
            seats_left=seats_left,
            fare=self._maker.tell_fare(
                (offer.origin, offer.destination),
                offer.fare_tiyn,
                offer.off_block_at_ms,
                asked.party,
                lang,
            ),
            token=self._maker.sign_departure(
                offer,
                asked.sites,
                seats=asked.party,
                payload_kg=asked.payload_kg,
                valid_until_ms=valid_ms,
            ),
            valid_until_ms=valid_ms,
        )


def _look_once(engine: Engine, asked: Asked, ready_ms: int, now_ms: int) -> tuple[_Seen, int]:
    """Return what a party ready at an instant would be held on, and when to look next."""
    wish = SeatWish(
        origin=asked.sites[0].vertiport_id,
        destination=asked.sites[1].vertiport_id,
        ready_at_ms=ready_ms,
        party=asked.party,
        payload_kg=asked.payload_kg,
    )
    offer = make_offer(engine.planner, wish, now_ms=now_ms)
    if isinstance(offer, Refused):
        return _Seen(None, 0, offer.reason), ready_ms + STEP_MS
    sortie = None if offer.sortie_id is None else engine.state.sorties[offer.sortie_id]
    taken = 0 if sortie is None else sortie.seats_taken
    left = engine.index.city.aircraft_type.seats - taken
    is_timed = offer.sortie_id is not None or offer.off_block_at_ms > ready_ms
    step_ms = MS_PER_MIN if is_timed else STEP_MS
    return _Seen(offer, left, ""), max(ready_ms, offer.off_block_at_ms) + step_ms
