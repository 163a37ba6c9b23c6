"""The small city served for real, as `aspan serve tiny --payments sandbox` does, for a browser.

The engine is the twin's and the money moves at the sandbox provider, a process of its own. Beside
what a desk and a gate may do over HTTP a test can bring fog, as a report of the weather.
"""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import msgspec

from aspan.compose.service import AlertLine, Asked, TwinService, open_service
from aspan.faces.cli.serve_payments import ServicePayments
from aspan.faces.http.app import create_app
from aspan.faces.http.engine_view import EngineView
from aspan.faces.http.journey_view import EngineTrips
from aspan.faces.http.place_view import CityPlaces
from aspan.faces.http.sales_parts import Sales
from aspan.faces.http.server import bind, make_server
from aspan.live.payment_wire import make_checkout_method
from aspan.operations.commands import ReportWeather
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_H

WAIT_S = 90.0
LOOK_S = 0.2
TRAVELLERS_FEW = 0.01
BEGIN_MS = 9 * MS_PER_H
FOG_VISIBILITY_M = 150.0


class Town:
    """A running city, what its desk and gates do, and its weather."""

    def __init__(self, twin: TwinService, url: str) -> None:
        self.twin = twin
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=WAIT_S, trust_env=False)
        self._keys = itertools.count(1)
        form = {
            "grant_type": "client_credentials",
            "client_id": "sandbox",
            "client_secret": "sandbox-secret",
        }
        answer = self.http.post("/v1/oauth/token", data=form)
        assert answer.status_code == 200, answer.text
        self.partner = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def order(self, **action: object) -> dict[str, Any]:
        """Return what became of an order of the desk."""
        body = {
            "key": f"order-of-a-test-{next(self._keys)}",
            "who": "Desk",
            "why": "fog",
            "action": action,
        }
        answer = self.http.post("/api/actions", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def booking(self, booking_id: str, token: str) -> dict[str, Any]:
        """Return a booking as its passenger is told."""
        who = {"Authorization": f"Bearer {token}"}
        answer = self.http.get(f"/v1/bookings/{booking_id}", headers=who)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def post(self, path: str, body: object) -> dict[str, Any]:
        """Return a partner's answer, which must be good."""
        key = {"Idempotency-Key": f"key-of-a-test-{next(self._keys):06d}"}
        answer = self.http.post(path, json=body, headers={**self.partner, **key})
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    def fog(self, place: str, *, visibility_m: float = FOG_VISIBILITY_M) -> None:
        """Report fog at a place, as seen now; with good visibility, that it has lifted."""
        state = self.twin.run.engine.state
        report = state.sites[VertiportId(place)].report
        assert report is not None
        is_fog = visibility_m == FOG_VISIBILITY_M
        seen = msgspec.structs.replace(
            report, visibility_m=visibility_m, present_weather="FG" if is_fog else ""
        )
        cause = f"weather/test/{place}/{next(self._keys)}"
        self.twin.service.submit(cause, ReportWeather(weather=seen, forecasts=()))

    def keep_fog(self, place: str) -> None:
        """Report the fog anew where the hour's own report told of none."""
        report = self.twin.run.engine.state.sites[VertiportId(place)].report
        if report is not None and report.visibility_m != FOG_VISIBILITY_M:
            self.fog(place)

    def await_that(self, holds: Callable[[], object], what: str) -> None:
        """Wait until something holds; the service runs in its own time."""
        for _ in range(round(WAIT_S / LOOK_S)):
            if holds():
                return
            time.sleep(LOOK_S)
        raise AssertionError(f"never came: {what}")

    def pass_until(self, at_ms: int) -> None:
        """Let the city's clock run fast up to an instant."""
        ahead_ms = at_ms - self.twin.clock.now_ms()
        if ahead_ms <= 0:
            return
        self.order(action="set_pace", speed=max(2.0, min(120.0, ahead_ms / 4_000)))
        self.await_that(lambda: self.twin.clock.now_ms() >= at_ms, f"the instant {at_ms}")
        self.order(action="set_pace", speed=1)


@contextmanager
def open_town(folder: Path) -> Iterator[Town]:
    """Serve the small city from nine for as long as the context lasts."""
    store = folder / "store.sqlite"
    listener = bind("127.0.0.1", 0)
    with ServicePayments("sandbox", store, listener) as payments:
        asked = Asked(city="tiny", start_ms=BEGIN_MS, demand=TRAVELLERS_FEW)
        twin = open_service(asked, store, speed=1.0)
        payments.attach(twin, lambda _: None)
        view = EngineView(twin)
        places = CityPlaces(twin.run.city, twin.run.network.feeds)
        sales = Sales(
            twin,
            {},
            AlertLine(),
            has_sandbox=True,
            is_local=True,
            payments=payments.worker,
            make_method=make_checkout_method,
        )
        trips = EngineTrips(twin, places, sales.offers)
        app = create_app(
            view, places=places, journeys=trips, sales=sales, payments=payments.webhooks
        )
        server = make_server(app)
        twin.service.start()
        trips.start()
        sales.start()
        payments.start()
        thread = Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
        thread.start()
        town = Town(twin, f"http://127.0.0.1:{listener.getsockname()[1]}/")
        try:
            yield town
            assert twin.service.failure is None
        finally:
            town.http.close()
            app.state.broadcaster.close()
            server.should_exit = True
            thread.join(WAIT_S)
            payments.stop()
            sales.close(1.0)
            twin.service.stop(WAIT_S)
            view.close()
            twin.log.close()


