"""Everything that sells: desks, routes and threads over a running service, put together once.

Beside the store lie what is not on the log: the keys (`.keys`), the persons (`.people`) and whom to
tell what (`.webhooks`). All can be opened again after a crash; none decides what a booking is.
"""

from collections.abc import Callable, Mapping, Sequence
from time import time

from litestar import Router
from litestar.types import ASGIApp, ControllerRouterHandler

from aspan.compose.service import TwinService
from aspan.faces.http.callers import Callers
from aspan.faces.http.city_facts import describe_lanes
from aspan.faces.http.departure_desk import DepartureDesk
from aspan.faces.http.departure_routes import departure_routes
from aspan.faces.http.engine_gate import EngineGate
from aspan.faces.http.gate_access import GateAccess, make_gate_code
from aspan.faces.http.gate_routes import gate_routes
from aspan.faces.http.gate_view import BoardingGate
from aspan.faces.http.oauth import TokenDesk
from aspan.faces.http.offer_making import OfferMaker
from aspan.faces.http.pace import find_pace
from aspan.faces.http.partner_routes import partner_routes
from aspan.faces.http.partners import SANDBOX_ID, Partner, make_sandbox
from aspan.faces.http.payment_desk import PaymentDesk
from aspan.faces.http.payment_routes import payment_routes
from aspan.faces.http.people_desk import PeopleDesk
from aspan.faces.http.route_parts import at_their_rate
from aspan.faces.http.sales_desk import SalesDesk
from aspan.faces.http.sales_front import SalesFront
from aspan.faces.http.sales_reader import SalesReader
from aspan.faces.http.sales_routes import sales_routes
from aspan.faces.http.sales_view import PaymentView
from aspan.faces.http.tariff_routes import tariff_routes
from aspan.faces.http.ticket_routes import ticket_routes
from aspan.faces.http.workers import Workers
from aspan.live.keys import find_keys_path, open_keys
from aspan.live.vault import RETENTION_MS, Vault, find_vault_path
from aspan.live.webhook_store import WebhookStore, find_webhooks_path
from aspan.live.webhooks import Webhooks
from aspan.operations.ports import Notices
from aspan.operations.state import State
from aspan.primitives.ids import BookingId, LaneId, PaymentId

THREADS = 4
"""Threads that check secrets and write down where to tell whom."""

AT_ONCE_MAX = 64


class Sales:
    """What sells over one running service.

    Parameters
    ----------
    partners
        By id, of the operator's own file.
    has_sandbox
        Whether the sandbox partner, whose secret everybody knows, may sell too.
    is_local
        Whether the service listens to its own machine alone: webhooks may then go there too.
    gate_code
        Opens the gates' page; empty: one that follows from the keys.
    retention_ms
        How long after the last trip a person is kept.
    payments
        Who talks to the provider; None: payments stay as they were asked for.
    make_method
        Returns the method of a payer who is sent to the provider's page and back.
    """

    def __init__(
        self,
        twin: TwinService,
        partners: Mapping[str, Partner],
        notices: Notices,
        *,
        has_sandbox: bool = False,
        is_local: bool = False,
        gate_code: str = "",
        retention_ms: int = RETENTION_MS,
        payments: PaymentView | None = None,
        make_method: Callable[[str], str] | None = None,
    ) -> None:
        store, city, engine = twin.log.path, twin.run.city, twin.run.engine
        self.keys = open_keys(find_keys_path(store))
        self.vault = Vault(find_vault_path(store), retention_ms=retention_ms)
        self.gate = EngineGate(twin.service, engine)
        self.offers = OfferMaker(city, self.keys)
        sandbox = {SANDBOX_ID: make_sandbox()} if has_sandbox else {}
        sellers = {**partners, **sandbox}
        self._tokens = TokenDesk(sellers, self.keys.mac("oauth", b"tokens"), time)
        self.callers = Callers(self._tokens, self.keys)
        self.boarding = BoardingGate(twin, self.gate, self.keys)
        self.gate_code = gate_code or make_gate_code(self.keys)
        self._is_local, self._city = is_local, city
        self._workers = Workers("partner", threads=THREADS, at_once_max=AT_ONCE_MAX)
        now_ms = twin.clock.now_ms
        self.desk = SalesDesk(
            self.gate,
            city=city,
            now_ms=now_ms,
            pace=lambda: find_pace(twin.clock.speed),
            signer=self.keys,
            callers=self.callers,
        )
        self.people = PeopleDesk(self.desk, self.vault)
        self.payments = PaymentDesk(
            self.gate, callers=self.callers, payments=payments, make_method=make_method
        )
        self.departures = DepartureDesk(self.gate, city=city, now_ms=now_ms, maker=self.offers)
        self.reader = SalesReader(
            self.gate,
            flown=twin.run.outside.flown,
            lines={
                LaneId(lane.lane_id): tuple((lon, lat) for lon, lat, _ in lane.points)
                for lane in describe_lanes(twin.run.index.network.lanes)
            },
            now_ms=now_ms,
            last_seq=lambda: twin.log.kept,
        )
        self.webhooks = Webhooks(
            WebhookStore(find_webhooks_path(store)),
            twin.log,
            find_sellers=lambda ids: twin.service.find_answer(
                lambda: find_sellers(engine.state, ids)
            ),
            source=f"/aspan/{city.city_id}",
            notices=notices,
            seed=twin.stored.seed,
        )

    def start(self) -> None:
        """Begin to tell partners."""
        self.webhooks.start()

    def close(self, wait_s: float = 0.0) -> None:
        """Begin nothing more, and let go of the files."""
        self.webhooks.stop(wait_s)
        self.webhooks.store.close()
        self.people.close()
        self._workers.close()
        self.vault.close()

    def routes(self) -> list[ControllerRouterHandler]:
        """Return every route of it."""
        return [
            *sales_routes(self.desk, self.reader, self.people),
            *payment_routes(self.callers, self.payments),
            *departure_routes(self.callers, self.departures),
            Router(
                "/",
                guards=[at_their_rate(self.callers)],
                route_handlers=tariff_routes(self._city),
            ),
            *ticket_routes(self.desk, self.keys),
            *gate_routes(self.boarding, GateAccess(self.gate_code, self.keys, self.callers)),
            *partner_routes(
                self.callers, self._tokens, self.webhooks, self._workers, is_local=self._is_local
            ),
        ]

    def front(self, app: ASGIApp, headers: dict[str, str]) -> SalesFront:
        """Return what a server speaks to first."""
        return SalesFront(app, self.desk, self.people, headers=headers)


def find_sellers(state: State, ids: Sequence[str]) -> dict[str, str]:
    """Return who sold these bookings and asked for these payments; those of nobody are left out."""
    found: dict[str, str] = {}
    for one in ids:
        booking = state.bookings.get(BookingId(one))
        payment = state.payments.get(PaymentId(one))
        if booking is not None and booking.held is not None:
            found[one] = booking.held.seller
        elif payment is not None:
            found[one] = payment.seller
    return found
