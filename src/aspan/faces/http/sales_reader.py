"""The reader of sales: bookings, receipts and tickets drawn in the engine's thread."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from aspan.faces.http.booking_live import Lines
from aspan.faces.http.booking_page import BookingPainter
from aspan.faces.http.problem import Problem
from aspan.faces.http.receipt import draw_receipt
from aspan.faces.http.sales_view import SalesView
from aspan.faces.http.wire_sales import BookingPage, CancellationTerms, ReceiptPage
from aspan.operations.engine import Engine
from aspan.operations.state import State
from aspan.primitives.ids import SortieId
from aspan.twin.flight import FlownSortie

T = TypeVar("T")


class SalesReader:
    """Tells how bookings stand.

    Parameters
    ----------
    flown
        How sorties fly, by id; looked at in the engine's thread alone.
    last_seq
        Number of the newest event on disk.
    """

    def __init__(
        self,
        view: SalesView,
        *,
        flown: Mapping[SortieId, FlownSortie],
        lines: Lines,
        now_ms: Callable[[], int],
        last_seq: Callable[[], int],
    ) -> None:
        self._view = view
        self._flown = flown
        self._lines = lines
        self._now_ms = now_ms
        self._last_seq = last_seq

    async def page(self, booking_id: str, lang: str) -> BookingPage:
        """Return a booking."""
        return await self._draw(lang, lambda painter: painter.draw(booking_id))

    async def terms(self, booking_id: str, lang: str) -> CancellationTerms:
        """Return what cancelling a booking would pay back."""
        return await self._draw(lang, lambda painter: painter.draw_terms(booking_id))

    async def receipt(self, booking_id: str, lang: str) -> ReceiptPage:
        """Return what was paid for a booking."""

        def look(engine: Engine) -> ReceiptPage | None:
            state = engine.state
            return draw_receipt(state, booking_id, now_ms=self._find_now_ms(state), lang=lang)

        return await self._ask(look)

    async def _draw(self, lang: str, draw: Callable[[BookingPainter], T | None]) -> T:
        def look(engine: Engine) -> T | None:
            return draw(
                BookingPainter(
                    engine.planner,
                    self._flown,
                    self._lines,
                    now_ms=self._find_now_ms(engine.state),
                    seq=self._last_seq(),
                    lang=lang,
                )
            )

        return await self._ask(look)

    async def _ask(self, look: Callable[[Engine], T | None]) -> T:
        found = await self._view.ask(look)
        if found is None:
            raise Problem("unknown_booking")
        return found

    def _find_now_ms(self, state: State) -> int:
        return max(state.now_ms, self._now_ms())
