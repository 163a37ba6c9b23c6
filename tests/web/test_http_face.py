"""The HTTP face over a scripted service: answers, refusals, the stream and its bounds."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from aspan.airspace.lanes import build_lane_network
from aspan.faces.http import app as app_module
from aspan.faces.http.app import create_app
from aspan.faces.http.city_facts import describe_city, describe_lanes
from aspan.faces.http.server import bind
from aspan.faces.http.stream import QUEUE_CHUNKS_MAX, Broadcaster, state_change
from aspan.faces.http.wire_city import CityFacts
from aspan.faces.http.wire_now import Positions, Snapshot
from aspan.primitives.errors import InvalidInput
from aspan.world.readers import load_city, load_references
from web.conftest import MAP_FOLDER, Served
from web.scripted import ScriptedService


class FrozenService(ScriptedService):
    """A scripted service whose time stands where it was put."""

    at_ms = ScriptedService(speed=0.0).now_ms()

    def now_ms(self) -> int:
        """Return the set instant."""
        return self.at_ms


def events(chunk: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Return names and data of the server-sent events in a chunk."""
    found = []
    for block in chunk.decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def first_chunk(broadcaster: Broadcaster, last_event_id: int | None = None) -> bytes:
    """Return what a new client is told first."""

    async def connect() -> bytes:
        client = broadcaster.connect(last_event_id)
        assert client is not None
        chunk = await client.next_chunk()
        assert chunk is not None
        return chunk

    return asyncio.run(connect())


def test_city_and_state_answer_in_their_shapes() -> None:
    """What the API answers decodes into the structs it promises."""
    with TestClient(create_app(ScriptedService())) as client:
        city = msgspec.json.decode(client.get("/api/city").content, type=CityFacts)
        state = msgspec.json.decode(client.get("/api/state").content, type=Snapshot)
    assert {v.vertiport_id for v in state.vertiports} == {v.vertiport_id for v in city.vertiports}
    assert state.figures.in_air == sum(a.vertiport_id is None for a in state.aircraft)


def test_the_log_is_read_in_pages() -> None:
    """Two pages of the log join without a gap or a repetition."""
    with TestClient(create_app(FrozenService())) as client:
        one = client.get("/api/log?after=0&limit=3").json()
        two = client.get("/api/log?after=3&limit=3").json()
        health = client.get("/api/health").json()
    assert [e["seq"] for e in one["events"] + two["events"]] == [1, 2, 3, 4, 5, 6]
    assert one["last_seq"] == health["seq"] > 6
    assert health["is_ok"] is True


@pytest.mark.parametrize(
    ("path", "status", "field", "value"),
    [
        ("/api/log?after=soon", 400, "after", "soon"),
        ("/api/log?limit=0", 400, "limit", "0"),
        ("/api/log?limit=1001", 400, "limit", "1001"),
        ("/api/nothing", 404, "path", "/api/nothing"),
        ("/map/../secret", 404, "path", "/secret"),
        ("/map/%00", 404, "path", "/map/\0"),
        ("/map/" + "9" * 250, 404, "path", "/map/" + "9" * 195 + "…"),
        ("/assets/" + "9" * 250, 404, "path", "/assets/" + "9" * 192 + "…"),
    ],
)
def test_bad_requests_are_named(path: str, status: int, field: str, value: str) -> None:
    """A refused request answers with the thing, its value and what was expected, on one line."""
    with TestClient(create_app(ScriptedService(), map_folder=MAP_FOLDER)) as client:
        answer = client.get(path)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert (error["field"], error["value"]) == (field, value)
    assert error["expected"]
    assert "\n" not in answer.text
    assert "Traceback" not in answer.text


def test_a_bad_event_number_is_refused() -> None:
    """`Last-Event-ID` must be a number."""
    with TestClient(create_app(ScriptedService())) as client:
        answer = client.get("/api/stream", headers={"Last-Event-ID": "-3"})
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == "Last-Event-ID"


def test_the_api_describes_itself_without_another_machine() -> None:
    """The OpenAPI document names every route and no page is rendered from a foreign address."""
    with TestClient(create_app(ScriptedService())) as client:
        document = client.get("/api/openapi/openapi.json").json()
        page = client.get("/api/openapi")
        assert page.json() == document
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {
        "/api/city",
        "/api/state",
        "/api/stream",
        "/api/log",
        "/api/health",
        "/api/history",
        "/api/replay",
        "/api/timeline",
        "/api/day",
        "/api/sorties/{sortie_id}",
        "/api/aircraft/{aircraft_id}",
        "/api/vertiports/{vertiport_id}",
        "/api/weather",
        "/api/noise",
        "/api/actions",
        "/api/actions/preview",
        "/api/stranded",
        "/api/faces",
    }


def test_every_answer_forbids_foreign_content() -> None:
    """The content policy lets the page load from this server only."""
    with TestClient(create_app(ScriptedService(), map_folder=MAP_FOLDER)) as client:
        for path in ("/", "/api/state", "/map/relief.json"):
            policy = client.get(path).headers["content-security-policy"]
            assert "default-src 'self'" in policy
            assert "http" not in policy


def test_without_pages_the_api_works_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that were not built are said to be missing; the API answers."""
    monkeypatch.setattr(app_module, "find_pages", lambda: None)
    with TestClient(create_app(ScriptedService())) as client:
        assert "not built" in client.get("/").text
        assert client.get("/api/health").status_code == 200


def test_the_map_is_served_with_its_kind() -> None:
    """Pictures and outlines are served from the city's folder with their media type."""
    with TestClient(create_app(ScriptedService(), map_folder=MAP_FOLDER)) as client:
        picture = client.get("/map/relief_light.webp")
        roads = client.get("/map/roads.geojson")
    assert picture.headers["content-type"] == "image/webp"
    assert "contributors" in roads.json()["credit"]


def test_a_new_client_first_gets_everything() -> None:
    """The first chunk holds the whole state and the positions."""
    service = FrozenService()
    found = dict(events(first_chunk(Broadcaster(service))))
    assert found["state"]["is_full"] is True
    assert len(found["state"]["sorties"]) == len(service.snapshot().sorties)
    assert found["positions"]["aircraft"]


def test_changes_rebuild_the_state() -> None:
    """Applying every change to what was known gives the next snapshot, except motion."""
    service = FrozenService()
    before = service.snapshot()
    known = {s.sortie_id: s for s in before.sorties}
    places = {v.vertiport_id: v for v in before.vertiports}
    changes = 0
    for _ in range(60):
        service.at_ms += 60_000
        after = service.snapshot()
        change = state_change(before, after)
        if change is not None:
            changes += 1
            assert change["is_full"] is False
            known.update({s.sortie_id: s for s in change.get("sorties", [])})  # type: ignore[attr-defined]
            places.update({v.vertiport_id: v for v in change.get("vertiports", [])})  # type: ignore[attr-defined]
            for gone in change.get("removed", {}).get("sorties", []):  # type: ignore[attr-defined]
                del known[gone]
        before = after
    assert changes > 10
    assert known == {s.sortie_id: s for s in before.sorties}
    assert places == {v.vertiport_id: v for v in before.vertiports}


def test_standing_still_is_no_change() -> None:
    """Nothing is told twice: the same snapshot makes no `state` event."""
    now = FrozenService().snapshot()
    assert state_change(now, now) is None


def test_what_is_gone_is_named() -> None:
    """An item that left a list is told by its id."""
    now = FrozenService().snapshot()
    fewer = msgspec.structs.replace(now, sorties=now.sorties[1:])
    change = state_change(now, fewer)
    assert change is not None
    assert change["removed"] == {"sorties": [now.sorties[0].sortie_id]}


def test_a_client_resumes_after_its_last_event() -> None:
    """Events of the log after the given number come again, in order, before anything new."""
    service = FrozenService()
    newest = service.last_seq()
    found = events(first_chunk(Broadcaster(service), newest - 4))
    assert [data["seq"] for name, data in found if name == "log"] == list(
        range(newest - 3, newest + 1)
    )


def test_a_client_that_never_reads_is_dropped_and_slows_nobody() -> None:
    """At the queue's limit the idle client is gone; one that reads has every chunk."""

    async def run() -> tuple[int, int, bytes | None, bool]:
        broadcaster = Broadcaster(FrozenService())
        idle, reader = broadcaster.connect(None), broadcaster.connect(None)
        assert idle is not None
        assert reader is not None
        read = 0
        for _ in range(QUEUE_CHUNKS_MAX + 5):
            broadcaster.tell()
            assert await reader.next_chunk() is not None
            read += 1
        return broadcaster.client_count, read, await idle.next_chunk(), idle.is_dropped

    clients, read, last, is_dropped = asyncio.run(run())
    assert (clients, read, last, is_dropped) == (1, QUEUE_CHUNKS_MAX + 5, None, True)


def test_a_failing_service_is_said_and_ends_the_streams() -> None:
    """A fault of the service stops the stream; health names it and clients are let go."""

    class FailingService(FrozenService):
        fails = False

        def positions(self) -> Positions:
            if self.fails:
                raise RuntimeError("out of order")
            return super().positions()

    async def run() -> tuple[str, bool]:
        service = FailingService()
        broadcaster = Broadcaster(service)
        client = broadcaster.connect(None)
        assert client is not None
        service.fails = True
        await broadcaster.run()
        return broadcaster.failure, client.is_dropped

    assert asyncio.run(run()) == ("RuntimeError: out of order", True)


def test_a_real_stream_goes_on_and_ends_with_the_server(serve: Callable[..., Served]) -> None:
    """Over a real socket the positions keep coming, and the server stops while one is open."""
    served = serve()
    stream = served.open_stream()
    names: list[str] = []
    while names.count("positions") < 3:
        line = stream.readline().decode()
        if line.startswith("event: "):
            names.append(line[7:].strip())
    assert names[:2] == ["state", "positions"]
    served.stop()
    stream.read()
    assert stream.read() == b""


def test_a_busy_port_is_named() -> None:
    """A taken port is bad input that names the port."""
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInput, match=f"--port: {port}"):
            bind("127.0.0.1", port)
    with pytest.raises(InvalidInput, match="65535"):
        bind("127.0.0.1", 70_000)


def test_a_city_is_told_to_the_page() -> None:
    """Places, chargers, minima and the assumed approval of a real city reach the page."""
    city = load_city("tiny")
    facts = describe_city(
        city, describe_lanes(build_lane_network(city).lanes), load_references(), is_twin=True
    )
    places = {v.vertiport_id: v for v in city.vertiports}
    assert len(facts.lanes) == len(city.lanes.lanes)
    for lane in facts.lanes:
        end = places[lane.destination]  # type: ignore[index]
        assert abs(lane.points[-1][0] - end.lon_deg) < 0.01
        assert abs(lane.points[-1][1] - end.lat_deg) < 0.01
    assert "weather_minima.visibility_m" in facts.quantities
    assert [v.vertiport_id for v in facts.vertiports] == [v.vertiport_id for v in city.vertiports]
    assert facts.minima.visibility_m == city.rules.weather_minima.visibility_m
    assert facts.is_approval_assumed == any(a.is_assumed for a in city.approvals)
    assert msgspec.json.decode(msgspec.json.encode(facts), type=CityFacts) == facts


def test_every_map_file_is_named_with_its_licence() -> None:
    """`SOURCES.md` beside the map names every file of the folder."""
    told = (MAP_FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    for path in sorted(Path(MAP_FOLDER).iterdir()):
        if path.is_dir():
            assert f"`{path.name}/`" in told
        elif path.name != "SOURCES.md":
            assert f"`{path.name}`" in told
            assert path.stat().st_size <= 700_000


def test_a_zone_that_closes_is_told() -> None:
    """The stream carries the zones of the air: all at first, then each whose state changes."""
    now = FrozenService().snapshot()
    assert now.geozones
    whole = state_change(None, now)
    assert whole is not None
    assert whole["geozones"] == list(now.geozones)
    first = now.geozones[0]
    turned = msgspec.structs.replace(first, is_closed=not first.is_closed)
    later = msgspec.structs.replace(now, geozones=(turned, *now.geozones[1:]))
    change = state_change(now, later)
    assert change is not None
    assert change["geozones"] == [turned]
