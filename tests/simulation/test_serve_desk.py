"""A desk that acts on a running service: seen at once, on the log, done once, looked back at."""

from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from aspan.compose.service import Asked, TwinService, open_service
from aspan.faces.http.app import create_app
from aspan.faces.http.engine_view import EngineView
from aspan.operations import events as ev
from aspan.primitives.units import MS_PER_H, MS_PER_MIN

HELD = {"action": "hold_departures", "vertiport_id": None}


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[TwinService]:
    """Return a service from 07:38 on, at the wall's pace; several sorties are planned then."""
    asked = Asked(city="tiny", start_ms=6 * MS_PER_H, demand=4.0)
    found = open_service(asked, tmp_path / "a.sqlite", speed=1.0, lead_in_ms=98 * MS_PER_MIN)
    found.service.start()
    yield found
    found.service.stop(10.0)
    assert found.service.failure is None
    found.log.close()


@pytest.fixture
def client(twin: TwinService) -> Iterator[TestClient[Any]]:
    """Return a client of its pages."""
    view = EngineView(twin)
    with TestClient(create_app(view)) as found:
        yield found
    view.close()


def _act(client: TestClient[Any], key: str, action: dict[str, Any]) -> Any:  # noqa: ANN401
    order = {"key": key, "who": "Aigul", "why": "test of the desk", "action": action}
    return client.post("/api/actions", json=order)


def test_an_order_is_on_the_log_before_it_is_answered(
    client: TestClient[Any], twin: TwinService
) -> None:
    """All sites are held, the answer names the event, and the same key does nothing more."""
    shown = client.post("/api/actions/preview", json={"action": HELD}).json()
    assert shown["is_possible"]
    done = _act(client, "hold-everything", HELD)
    assert (done.status_code, done.json()["outcome"]) == (200, "done")
    row = twin.log.list_rows(done.json()["seq"] - 1, 1)[0]
    assert b"ActionTaken" in row.line
    again = _act(client, "hold-everything", HELD)
    assert again.json()["is_repeated"]
    assert again.json()["seq"] == done.json()["seq"]
    assert _act(client, "hold-once-more", HELD).json()["reason"] == "held_already"
    detail = client.get("/api/vertiports/" + shown_site(client)).json()
    assert detail["vertiport"]["is_held"]
    actions = client.get("/api/actions").json()["actions"]
    assert [a["outcome"] for a in actions] == ["refused", "done"]


def shown_site(client: TestClient[Any]) -> str:
    """Return the first vertiport of the picture."""
    return str(client.get("/api/state").json()["vertiports"][0]["vertiport_id"])


def test_a_grounded_aircraft_is_grounded_everywhere(client: TestClient[Any]) -> None:
    """Picture, detail and timeline say so from then on, and a replay of before does not."""
    parked = [a for a in client.get("/api/state").json()["aircraft"] if a["sortie_id"] is None]
    aircraft_id = parked[0]["aircraft_id"]
    before_ms = client.get("/api/history").json()["last_at_ms"] - 60_000
    done = _act(
        client, "ground-that-one", {"action": "ground_aircraft", "aircraft_id": aircraft_id}
    )
    assert done.json()["outcome"] == "done"
    detail = client.get(f"/api/aircraft/{aircraft_id}").json()
    assert detail["aircraft"]["phase"] == "grounded"
    assert detail["grounded_why"] == "test of the desk"
    at_ms = done.json()["at_ms"]
    span = {"from_ms": at_ms - MS_PER_H, "until_ms": at_ms + MS_PER_H}
    rows = client.get("/api/timeline", params=span).json()["aircraft"]
    blocks = next(r["blocks"] for r in rows if r["aircraft_id"] == aircraft_id)
    assert blocks[-1]["kind"] == "grounded"
    assert blocks[-1]["from_ms"] == at_ms
    then = client.get("/api/replay", params={"at_ms": before_ms}).json()
    was = next(a for a in then["aircraft"] if a["aircraft_id"] == aircraft_id)
    assert was["phase"] != "grounded"


def test_what_the_desk_forbids_is_told_at_once_with_who_and_why(client: TestClient[Any]) -> None:
    """Held or closed, a vertiport names the order, and what is to leave it says what it waits for.

    So does a replay of that moment; while departures are held a closed FATO moves none of them.
    """
    soon_ms = client.get("/api/history").json()["last_at_ms"] + 30 * MS_PER_MIN
    waiting = [
        s
        for s in client.get("/api/state").json()["sorties"]
        if s["status"] == "planned" and s["aircraft_id"] and s["planned_off_block_at_ms"] < soon_ms
    ]
    assert waiting
    site_id = waiting[0]["origin"]
    own = {s["sortie_id"] for s in waiting if s["origin"] == site_id}
    _act(client, "hold-that-one", {"action": "hold_departures", "vertiport_id": site_id})
    state = client.get("/api/vertiports/" + site_id).json()
    order = state["vertiport"]["held_by"]
    assert (order["who"], order["why"]) == ("Aigul", "test of the desk")
    gone = {m["sortie_id"] for m in state["movements"] if m["waits_for"] == "departures_held"}
    assert own <= gone
    fato_id = state["vertiport"]["fatos"][0]["fato_id"]
    closing = {"action": "close_fato", "vertiport_id": site_id, "fato_id": fato_id}
    shown = client.post("/api/actions/preview", json={"action": closing}).json()
    effects = {s["effect"] for s in shown["sorties"] if s["sortie_id"] in own}
    assert "other_fato" not in effects
    at_ms = _act(client, "close-that-one", closing).json()["at_ms"]
    detail = client.get("/api/vertiports/" + site_id).json()
    closed = [f for f in detail["vertiport"]["fatos"] if not f["is_open"]]
    assert [(f["fato_id"], f["closed_by"]["why"]) for f in closed] == [
        (fato_id, "test of the desk")
    ]
    assert own <= {m["sortie_id"] for m in detail["movements"] if m["waits_for"]}
    then = client.get("/api/replay", params={"at_ms": at_ms}).json()
    causes = {s["cause"] for s in then["sorties"] if s["sortie_id"] in own}
    assert causes == {"departures_held"}
    site = next(v for v in then["vertiports"] if v["vertiport_id"] == site_id)
    assert site["held_by"]["at_ms"] < at_ms


def test_the_clock_obeys_the_desk(client: TestClient[Any]) -> None:
    """Paused it stands still and says so; two pauses are one too many; its pace can be set."""
    assert _act(client, "pause-it-now", {"action": "pause"}).status_code == 200
    first = client.get("/api/health").json()["at_ms"]
    assert _act(client, "pause-it-twice", {"action": "pause"}).json()["reason"] == "paused_already"
    assert client.get("/api/health").json()["at_ms"] == first
    assert _act(client, "set-the-pace", {"action": "set_pace", "speed": 20}).status_code == 200
    wrong = _act(client, "set-no-pace", {"action": "set_pace", "speed": -1})
    assert wrong.status_code == 422
    assert wrong.json()["error"]["field"] == "speed"


def test_an_ended_service_takes_no_orders(tmp_path: Path) -> None:
    """Nothing is done and the answer is 503; the past can still be looked at."""
    asked = Asked(city="tiny", start_ms=6 * MS_PER_H)
    twin = open_service(asked, tmp_path / "a.sqlite", speed=inf, until="07:00")
    twin.service.start()
    twin.service.wait()
    view = EngineView(twin)
    with TestClient(create_app(view)) as client:
        assert _act(client, "too-late-now", HELD).status_code == 503
        last_ms = client.get("/api/history").json()["last_at_ms"]
        assert client.get("/api/replay", params={"at_ms": last_ms}).status_code == 200
    view.close()
    kinds = {type(event) for _, event in twin.log.read()}
    assert ev.ActionTaken not in kinds
    twin.log.close()
