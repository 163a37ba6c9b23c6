"""A service of the tiny city with its gates: what tests of gates and of their page share."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Litestar
from litestar.testing import TestClient

from aspan.compose.service import Asked, TwinService, open_service
from aspan.faces.http.engine_gate import EngineGate
from aspan.faces.http.faults import FAULT_ANSWERS
from aspan.faces.http.gate_access import GateAccess, make_gate_code
from aspan.faces.http.gate_routes import gate_routes
from aspan.faces.http.gate_view import BoardingGate
from aspan.faces.http.ticket_view import TicketPage, tell_ticket
from aspan.faces.http.wire_gate import GateSortie, GateSorties, ScanResult, ScanResults
from aspan.live.keys import find_keys_path, open_keys
from aspan.operations.commands import RequestBooking
from aspan.primitives.ids import BookingId, TripId, VertiportId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN

if TYPE_CHECKING:
    from litestar.types import ControllerRouterHandler

EAST, WEST = VertiportId("EAST"), VertiportId("WEST")


class Gated:
    """A service of the tiny city with its gates, opened on a store."""

    def __init__(self, store: Path, lead_in_ms: int = 0) -> None:
        self.store = store
        asked = Asked(city="tiny", start_ms=8 * MS_PER_H, demand=0.01)
        self.twin: TwinService = open_service(asked, store, speed=1.0, lead_in_ms=lead_in_ms)
        self.keys = open_keys(find_keys_path(store))
        self.gate = BoardingGate(
            self.twin, EngineGate(self.twin.service, self.twin.run.engine), self.keys
        )
        self.code = make_gate_code(self.keys)
        access = GateAccess(self.code, self.keys)
        self.routes: list[ControllerRouterHandler] = gate_routes(self.gate, access)
        app = Litestar(route_handlers=self.routes, exception_handlers=FAULT_ANSWERS)
        self.client: TestClient[Litestar] = TestClient(app)
        self.client.__enter__()
        self.twin.service.start()
        self.number = 0

    def close(self) -> None:
        """End it in order."""
        self.client.__exit__(None, None, None)
        self.twin.service.stop(20.0)
        assert self.twin.service.failure is None
        self.twin.log.close()

    def book(
        self, name: str, *, party: int = 2, payload_kg: float = 170.0, in_min: int = 60
    ) -> str:
        """Return a confirmed booking from east to west."""
        command = RequestBooking(
            booking_id=BookingId(name),
            trip_id=TripId(name),
            origin=EAST,
            destination=WEST,
            ready_at_ms=self.twin.run.start_ms + in_min * MS_PER_MIN,
            party=party,
            payload_kg=payload_kg,
            egress_ms=0,
            origin_lon_deg=77.0,
            origin_lat_deg=43.3,
            destination_lon_deg=76.9,
            destination_lat_deg=43.2,
        )
        self.twin.service.submit(f"book/{name}", command)
        assert self.ticket(name).party == party
        return name

    def ticket(self, booking_id: str) -> TicketPage:
        """Return a booking's ticket as its passenger gets it."""
        state = self.twin.run.engine.state
        page = self.twin.service.find_answer(
            lambda: tell_ticket(state, BookingId(booking_id), self.keys)
        )
        assert page is not None
        return page

    def get(self, path: str, kind: Any, **params: Any) -> Any:  # noqa: ANN401  the kind's own type
        """Return the answer to a question of a gate."""
        answer = self.client.get(path, params=params, headers=self.headers())
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=kind, strict=True)

    def headers(self) -> dict[str, str]:
        """Return what shows that a gate asks."""
        return {"Authorization": f"Bearer g1.{self.code}"}

    def scan(self, *scans: dict[str, Any], gate: str = "tablet-1") -> list[ScanResult]:
        """Return what came of what a gate did, numbered here unless it says a number."""
        numbered = []
        for scan in scans:
            self.number += 1
            at_ms = self.twin.clock.now_ms()
            numbered.append({"number": self.number, "at_ms": at_ms} | scan)
        body = {"gate_id": gate, "vertiport_id": "EAST", "scans": numbered}
        answer = self.client.post("/v1/gate/scans", json=body, headers=self.headers())
        assert answer.status_code == 200, answer.text
        return list(msgspec.json.decode(answer.content, type=ScanResults, strict=True).results)

    def sortie(self, booking_id: str) -> GateSortie:
        """Return the sortie that a booking is listed on."""
        page: GateSorties = self.get("/v1/gate/sorties", GateSorties, vertiport_id="EAST")
        listed = (s for s in page.sorties if any(p.booking_id == booking_id for p in s.parties))
        return next(listed)

    def show(self, booking_id: str, **changed: object) -> dict[str, Any]:
        """Return the scan of a booking's ticket for its own sortie."""
        page = self.ticket(booking_id)
        scan = {"action": "check_in", "text": page.text, "sortie_id": page.sortie_id}
        return scan | changed
