"""A real service of the small city with its server on a port of its own, for tests that buy."""

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import httpx

from aspan.booking.ids import derive_id
from aspan.compose.service import AlertLine, Asked, TwinService, open_service
from aspan.faces.http.app import create_app
from aspan.faces.http.engine_view import EngineView
from aspan.faces.http.feed_view import EngineFeeds
from aspan.faces.http.journey_view import EngineTrips
from aspan.faces.http.partners import Partner, hash_secret
from aspan.faces.http.place_view import CityPlaces
from aspan.faces.http.problem import MEDIA_TYPE
from aspan.faces.http.rate import Rate
from aspan.faces.http.sales_parts import Sales
from aspan.faces.http.server import bind, make_server
from aspan.operations.sales import PaymentReport, ReportPayment
from aspan.primitives.ids import PaymentId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN

WAIT_S = 60.0
ASKED = Asked(city="tiny", start_ms=9 * MS_PER_H, demand=0.01)
OTHER = "other-partner"
OTHER_SECRET = "another secret"
OTHERS = {
    OTHER: Partner(
        partner_id=OTHER,
        name="Other",
        secrets=(hash_secret(OTHER_SECRET),),
        scopes=frozenset({"bookings", "webhooks"}),
        rate=Rate(per_s=1_000.0, burst=2_000),
    )
}
_keys = itertools.count(1)


def new_key() -> str:
    """Return an Idempotency-Key that was not used before."""
    return f"test-key-{next(_keys):012d}"


def refused(answer: httpx.Response, status: int, code: str, field: str = "") -> dict[str, Any]:
    """Return the problem of an answer, which must be this one."""
    page: dict[str, Any] = answer.json()
    found = (answer.status_code, page["code"], page.get("field", ""))
    assert found == (status, code, field), answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert page["title"]
    assert page["detail"]
    return page


class Provider:
    """What stands between a test and the payments: it says what became of each, as a worker would.

    Methods beginning with `tok_no` are declined.
    """

    def __init__(self) -> None:
        self.twin: TwinService | None = None

    def nudge(self, payment_id: str = "") -> None:
        """Look at one payment, in a thread as the worker does."""
        Thread(target=self._authorise, args=(payment_id,), daemon=True).start()

    def find_redirect(self, payment_id: str) -> str:
        """Return the page of the provider; it has none."""
        return ""

    def _authorise(self, payment_id: str) -> None:
        assert self.twin is not None
        record = self.twin.run.engine.state.payments[PaymentId(payment_id)]
        state: PaymentReport = "declined" if record.method.startswith("tok_no") else "authorised"
        self.twin.service.submit(
            f"pay/{payment_id}",
            ReportPayment(
                payment_id=PaymentId(payment_id),
                state=state,
                amount_tiyn=record.amount_tiyn,
                key=f"{payment_id}/authorise",
                provider_ref="ref",
            ),
        )


class Shop:
    """A running service, and what a buyer asks of it."""

    def __init__(self, twin: TwinService, sales: Sales, url: str) -> None:
        self.twin = twin
        self.sales = sales
        self.url = url
        self._minutes = itertools.cycle(range(45, 300, 7))
        self.http = httpx.Client(base_url=url, timeout=WAIT_S, trust_env=False)
        self.partner = self.log_in("sandbox", "sandbox-secret")

    def log_in(self, client_id: str, secret: str, scope: str = "") -> dict[str, str]:
        """Return the header of a partner."""
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": secret,
            "scope": scope,
        }
        answer = self.http.post("/v1/oauth/token", data=form)
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    @property
    def now_ms(self) -> int:
        """The service's clock."""
        return self.twin.clock.now_ms()

    def wish(self, *, in_min: float | None = None, **more: object) -> dict[str, Any]:
        """Return the body of a booking from west to east, each at another time if none is said."""
        in_min = next(self._minutes) if in_min is None else in_min
        departure = {
            "origin": "WEST",
            "destination": "EAST",
            "ready_at_ms": self.now_ms + round(in_min * MS_PER_MIN),
        }
        party = [{"kind": "adult", "mass_kg": 80.0, "bag_kg": 5.0}]
        return {"departure": departure, "travellers": party, **more}

    def post(
        self, path: str, body: object, who: dict[str, str] | None = None, key: str | None = None
    ) -> httpx.Response:
        """Return the answer to a request; by the sandbox partner if nobody is named."""
        headers = {**(self.partner if who is None else who)}
        headers["Idempotency-Key"] = new_key() if key is None else key
        return self.http.post(path, json=body, headers=headers)

    def get(self, path: str, who: dict[str, str] | None = None) -> httpx.Response:
        """Return the answer to a question."""
        return self.http.get(path, headers=self.partner if who is None else who)

    def hold(
        self, who: dict[str, str] | None = None, *, in_min: float | None = None, **more: object
    ) -> dict[str, Any]:
        """Return a new hold."""
        answer = self.post("/v1/bookings", self.wish(in_min=in_min, **more), who)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def pay(self, amount_tiyn: int, who: dict[str, str] | None = None) -> dict[str, Any]:
        """Return a new payment that is authorised."""
        answer = self.post("/v1/payments", {"amount_tiyn": amount_tiyn}, who)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def book(
        self, who: dict[str, str] | None = None, *, in_min: float | None = None, **more: object
    ) -> dict[str, Any]:
        """Return a new booking that is confirmed, as it was held."""
        held = self.hold(who, in_min=in_min, **more)
        payment = self.pay(held["fare"]["total_tiyn"], who)
        path = f"/v1/bookings/{held['booking_id']}/confirmation"
        owner = self.owner(held) if who == {} else who
        answer = self.post(path, {"payment_id": payment["payment_id"]}, owner)
        assert answer.status_code == 200, answer.text
        return held

    @staticmethod
    def owner(made: dict[str, Any]) -> dict[str, str]:
        """Return the header of whoever bought without a login."""
        return {"Authorization": f"Bearer {made['access_token']}"}

    def name_booking(self, key: str, seller: str = "sandbox") -> str:
        """Return the id of what a key asks for."""
        return derive_id("B", seller, key)


@contextmanager
def open_shop(
    folder: Path, *, speed: float = 1.0, asked: Asked = ASKED, searches: bool = False
) -> Iterator[Shop]:
    """Serve the small city for as long as the context lasts; with its search if told."""
    twin = open_service(asked, folder / "store.sqlite", speed=speed)
    provider = Provider()
    provider.twin = twin
    sales = Sales(twin, OTHERS, AlertLine(), has_sandbox=True, is_local=True, payments=provider)
    view = EngineView(twin)
    places = CityPlaces(twin.run.city, twin.run.network.feeds) if searches else None
    trips = None if places is None else EngineTrips(twin, places, sales.offers)
    feeds = EngineFeeds(twin, view) if searches else None
    app = create_app(view, feeds=feeds, places=places, journeys=trips, sales=sales)
    server = make_server(app)
    listener = bind("127.0.0.1", 0)
    twin.service.start()
    sales.start()
    if trips is not None:
        trips.start()
        trips.wait()
    thread = Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    shop = Shop(twin, sales, f"http://127.0.0.1:{listener.getsockname()[1]}")
    try:
        yield shop
        assert twin.service.failure is None
    finally:
        shop.http.close()
        server.should_exit = True
        thread.join(WAIT_S)
        sales.close(1.0)
        twin.service.stop(WAIT_S)
        view.close()
        twin.log.close()
