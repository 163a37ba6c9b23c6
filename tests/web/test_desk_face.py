"""The desk over HTTP: what is taken, what is refused, and that nothing is done twice."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from aspan.faces.http.app import create_app
from aspan.faces.http.service_view import Unavailable
from aspan.faces.http.wire_actions import ActionAnswer, ActionRequest
from aspan.faces.http.workers import Workers
from web.scripted import ScriptedService

HOLD = {"action": "hold_departures", "vertiport_id": "CENTRE"}


@pytest.fixture
def client() -> Iterator[TestClient[Any]]:
    """Return a client of the pages over a scripted service."""
    with TestClient(create_app(ScriptedService(speed=0.0))) as found:
        yield found


def _order(key: str = "key-00001", **changes: object) -> dict[str, object]:
    return {"key": key, "who": "Aigul", "why": "birds", "action": HOLD, **changes}


def test_an_action_is_shown_then_done_then_seen(client: TestClient[Any]) -> None:
    """The preview does nothing; the action holds the site and stands in the list."""
    shown = client.post("/api/actions/preview", json={"action": HOLD}).json()
    assert shown["is_possible"]
    assert not any(v["is_held"] for v in client.get("/api/state").json()["vertiports"])
    done = client.post("/api/actions", json=_order())
    assert done.status_code == 200
    assert done.json()["outcome"] == "done"
    held = [
        v["vertiport_id"] for v in client.get("/api/state").json()["vertiports"] if v["is_held"]
    ]
    assert held == ["CENTRE"]
    (line,) = client.get("/api/actions").json()["actions"]
    assert (line["who"], line["why"], line["action"]) == ("Aigul", "birds", HOLD)


def test_a_key_does_once(client: TestClient[Any]) -> None:
    """The same order again is answered as it was; another order under the key is refused."""
    first = client.post("/api/actions", json=_order()).json()
    again = client.post("/api/actions", json=_order())
    assert again.status_code == 200
    assert again.json()["is_repeated"]
    assert again.json()["seq"] == first["seq"]
    other = client.post("/api/actions", json=_order(action={"action": "pause"}))
    assert other.status_code == 422
    assert other.json()["error"]["field"] == "key"
    assert len(client.get("/api/actions").json()["actions"]) == 1


def test_what_cannot_be_done_says_why(client: TestClient[Any]) -> None:
    """A hold of a held site is refused with 409 and its reason."""
    client.post("/api/actions", json=_order())
    refused = client.post("/api/actions", json=_order("key-00002"))
    assert refused.status_code == 409
    assert refused.json()["reason"] == "held_already"


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"key": "short"}, 400, "key"),
        ({"key": "with spaces"}, 400, "key"),
        ({"key": "with-a-line\n"}, 400, "key"),
        ({"who": ""}, 400, "who"),
        ({"who": "   "}, 422, "who"),
        ({"why": "two\nlines"}, 422, "why"),
        ({"why": "x" * 201}, 400, "why"),
        ({"action": {"action": "launch"}}, 400, "action.action"),
        ({"action": {"action": "hold_departures", "vertiport_id": "MOON"}}, 422, "vertiport_id"),
        ({"more": 1}, 400, "body"),
    ],
)
def test_bad_orders_are_named(
    client: TestClient[Any], changes: dict[str, object], status: int, field: str
) -> None:
    """Each wrong field is named; nothing is done."""
    answer = client.post("/api/actions", json=_order(**changes))  # type: ignore[arg-type]
    assert answer.status_code == status
    assert answer.json()["error"]["field"] == field
    assert client.get("/api/actions").json()["actions"] == []


@pytest.mark.parametrize(
    ("body", "kind", "origin", "status"),
    [
        (b"{}", "text/plain", None, 415),
        (b"key=1", "application/x-www-form-urlencoded", None, 415),
        (b"{}", "application/json", "http://elsewhere.example", 403),
        (b"{}", "application/json", "null", 403),
        (b"{}", "application/json", "http://[::1", 403),
        (b" " * 16_385, "application/json", None, 413),
        (b'{"key": "\xff"}', "application/json", None, 400),
        (b"[" * 16_000, "application/json", None, 400),
        (b"", "application/json", None, 400),
    ],
)
def test_what_another_page_could_send_is_refused(
    client: TestClient[Any], body: bytes, kind: str, origin: str | None, status: int
) -> None:
    """Forms, foreign origins, heaps of data and broken text are turned away in one line."""
    headers = {"content-type": kind} | ({"origin": origin} if origin is not None else {})
    answer = client.post("/api/actions", content=body, headers=headers)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert client.get("/api/actions").json()["actions"] == []


def test_the_servers_own_page_may_order(client: TestClient[Any]) -> None:
    """An origin that is this server's is taken."""
    answer = client.post(
        "/api/actions", json=_order(), headers={"origin": "http://testserver.local"}
    )
    assert answer.status_code == 200


def test_a_service_that_has_ended_answers_503() -> None:
    """Nothing is done, and the answer says so."""

    class Ended(ScriptedService):
        def act(self, request: ActionRequest) -> ActionAnswer:
            raise Unavailable(f"the service has ended; {request.key} was not done")

    with TestClient(create_app(Ended())) as found:
        answer = found.post("/api/actions", json=_order())
    assert answer.status_code == 503
    assert "ended" in answer.json()["error"]["expected"]


def test_workers_take_so_many_and_no_more() -> None:
    """One request beyond the limit is told at once; after an answer there is room again."""

    async def run() -> tuple[str, int]:
        workers = Workers("test", threads=1, at_once_max=2)
        gate = threading.Event()
        under_way = [asyncio.create_task(workers.run(gate.wait, 20)) for _ in range(2)]
        await asyncio.sleep(0)
        try:
            await workers.run(int, "3")
            said = ""
        except Unavailable as fault:
            said = str(fault)
        gate.set()
        await asyncio.gather(*under_way)
        last = await workers.run(int, "3")
        workers.close()
        return said, last

    assert asyncio.run(run()) == ("fewer requests at once", 3)
