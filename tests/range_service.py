"""A real service with a test site beside it, and the people of the site, for tests over HTTP."""

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import msgspec

from aspan.compose.service import AlertLine, Asked, TwinService, open_service
from aspan.evidence import orders
from aspan.evidence.card import Card
from aspan.evidence.people import Person, PersonId, Role, SiteId
from aspan.evidence.signing import KeyPair, make_key, sign
from aspan.faces.http.app import create_app
from aspan.faces.http.engine_view import EngineView
from aspan.faces.http.range_site import FlownBy, RangeFace
from aspan.faces.http.server import bind, make_server
from aspan.primitives.ids import AircraftId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN

WAIT_S = 60.0
ASKED = Asked(city="alatau", start_ms=9 * MS_PER_H, demand=0.01, fleet=2)

ROLES: dict[str, Role] = {
    "director": "test_director",
    "lead": "lead_engineer",
    "safety": "safety_officer",
    "manager": "accountable_manager",
    "officer": "range_officer",
    "pilot": "pilot",
    "second": "safety_pilot",
    "engineer-1": "flight_test_engineer",
    "engineer-2": "flight_test_engineer",
}
"""People of the site, each with one role."""

_keys = itertools.count(1)


class Crew:
    """Whoever has a word at a test site, and the way there: HTTP."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=WAIT_S, trust_env=False)
        self.people: dict[str, KeyPair] = {name: make_key() for name in ROLES}

    @property
    def site_id(self) -> SiteId:
        """The id of the site, as it tells it."""
        return SiteId(self.get("").json()["site_id"])

    @property
    def now_ms(self) -> int:
        """The site's clock."""
        return int(self.get("").json()["now_at_ms"])

    def get(self, path: str, **query: object) -> httpx.Response:
        """Return the answer to a question about the test site."""
        return self.http.get(f"/api/range{path}", params=query)  # type: ignore[arg-type]

    def order(self, who: str, order: orders.Order) -> httpx.Response:
        """Return the answer to an order, signed by one of the people."""
        signed = sign(order, self.site_id, PersonId(who), self.people[who].private_key)
        return self.http.post("/api/range/orders", json=msgspec.to_builtins(signed))

    def taken(self, who: str, order: orders.Order) -> dict[str, Any]:
        """Return what came of an order that must be taken."""
        answer = self.order(who, order)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def enrol_all(self) -> None:
        """Make everybody known to the site who is not yet."""
        known = {person["person_id"] for person in self.get("").json()["people"]}
        for name, role in ROLES.items():
            if name in known:
                continue
            person = Person(
                person_id=PersonId(name),
                name=name.title(),
                roles=(role,),
                public_key=self.people[name].public_key,
            )
            if name == "director":
                founding = orders.FoundSite(
                    key="found", site_id=self.site_id, person=person, is_training=True
                )
                self.taken("director", founding)
            else:
                self.taken("director", orders.Enrol(key=f"enrol-{name}", person=person))

    def card(self, card_id: str) -> tuple[Card, str]:
        """Return a card of the campaign with its version."""
        page = self.get(f"/cards/{card_id}").json()
        return msgspec.convert(page["card"], Card), page["line"]["version"]

    def file(self, card_id: str) -> dict[str, Any]:
        """Put a card before the site."""
        card, version = self.card(card_id)
        order = orders.FileCard(key=f"file-{card_id}", card=card, version=version)
        return self.taken("engineer-1", order)

    def approve(self, card_id: str, *who: str) -> None:
        """Approve a card by the word of some people."""
        card, version = self.card(card_id)
        for name in who:
            key = f"approve-{card_id}-{name}"
            self.taken(name, orders.ApproveCard(key=key, card_id=card.card_id, version=version))

    def book(self, card_id: str, *, in_min: float = 0.1, minutes: float = 45.0) -> str:
        """Return a slot booked for a card with the crew it needs."""
        card, _ = self.card(card_id)
        crew = [(PersonId("pilot"), "pilot")] * card.crew.pilots
        crew += [(PersonId("second"), "safety_pilot")] * card.crew.safety_pilots
        engineers = [PersonId("engineer-1"), PersonId("engineer-2")]
        crew += [(e, "flight_test_engineer") for e in engineers[: card.crew.flight_test_engineers]]
        slot_id = f"slot-{next(_keys)}"
        from_ms = self.now_ms + round(in_min * MS_PER_MIN)
        order = orders.BookSlot(
            key=slot_id,
            slot_id=slot_id,
            card_id=card.card_id,
            volume_ids=card.volume_ids,
            from_ms=from_ms,
            until_ms=from_ms + round(minutes * MS_PER_MIN),
            aircraft_id=AircraftId("AT01"),
            crew=tuple(crew),
        )
        self.taken("officer", order)
        return slot_id

    def release(self, run_id: str, card_id: str, slot_id: str, **worse: object) -> httpx.Response:
        """Return the answer to a signed list; `worse` replaces what one line finds."""
        card, version = self.card(card_id)
        order = orders.ReleaseRun(
            key=f"release-{next(_keys)}",
            run_id=run_id,
            card_id=card.card_id,
            version=version,
            slot_id=slot_id,
            evidence=self.evidence(card, **worse),
        )
        return self.order("director", order)

    def evidence(self, card: Card, **worse: object) -> tuple[orders.Evidence, ...]:
        """Return good evidence for every line that wants it; None in `worse` leaves a line out."""
        page = self.get("").json()
        baseline = page["aircraft"][0]["software_baseline"]
        values: dict[str, object] = {
            "open_items": 0.0,
            "software_baseline": baseline,
            "telemetry_link": 0.999,
            "battery_soc": card.load.soc,
            "battery_coldest": card.load.pack_k,
            "battery_hottest": card.load.pack_k,
            "cell_spread": 0.01,
        }
        fields = {"yes_no": "is_ok", "value": "value", "text": "text"}
        found = []
        for line in page["evidence_lines"]:
            value = {**values, **worse}.get(line["line"], True)
            if value is None:
                continue
            plain = {
                "line": line["line"],
                "source": "test",
                "observed_at_ms": page["now_at_ms"],
                fields[line["how"]]: value,
            }
            found.append(msgspec.convert(plain, orders.Evidence))
        return tuple(found)

    def begin(self, run_id: str, who: str = "director") -> httpx.Response:
        """Return the answer to the order to begin."""
        return self.order(who, orders.BeginRun(key=f"begin-{next(_keys)}", run_id=run_id))


class Ranging(Crew):
    """A running service with its test site, and whoever has a word there."""

    def __init__(self, twin: TwinService, site: RangeFace, url: str) -> None:
        super().__init__(url)
        self.twin = twin
        self.site = site


def reason(answer: httpx.Response) -> str:
    """Return why an order was refused."""
    assert answer.status_code == 409, answer.text
    return str(answer.json()["reason"])


@contextmanager
def open_service_of_town(folder: Path, *, speed: float = 60.0) -> Iterator[TwinService]:
    """Run the service of Alatau, with hardly anybody who travels, for as long as it lasts."""
    twin = open_service(ASKED, folder / "store.sqlite", speed=speed)
    twin.service.start()
    try:
        yield twin
        assert twin.service.failure is None
    finally:
        twin.service.stop(WAIT_S)
        twin.log.close()


@contextmanager
def open_ranging(
    twin: TwinService, folder: Path, *, flown_by: FlownBy = "twin", is_enrolled: bool = True
) -> Iterator[Ranging]:
    """Serve a test site beside a running service; everybody is enrolled unless told otherwise."""
    site = RangeFace(twin, folder / "site.range", flown_by=flown_by, notices=AlertLine())
    view = EngineView(twin)
    server = make_server(create_app(view, test_site=site))
    listener = bind("127.0.0.1", 0)
    site.start()
    thread = Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    ranging = Ranging(twin, site, f"http://127.0.0.1:{listener.getsockname()[1]}")
    try:
        if is_enrolled:
            ranging.enrol_all()
        yield ranging
    finally:
        ranging.http.close()
        server.should_exit = True
        thread.join(WAIT_S)
        site.close()
        view.close()
