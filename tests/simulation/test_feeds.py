"""The feeds of a running twin: judged by a validator of others, agreeing with the log."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from google.transit import gtfs_realtime_pb2 as pb
from litestar.testing import TestClient

from aspan.compose.service import Asked, TwinService, open_service
from aspan.faces.feeds import naming
from aspan.faces.http.app import create_app
from aspan.faces.http.engine_view import EngineView
from aspan.faces.http.feed_view import KINDS, EngineFeeds
from aspan.operations import events as ev
from aspan.primitives.ids import SortieId
from aspan.primitives.units import MS_PER_H

if TYPE_CHECKING:
    from litestar import Litestar

ASKED = Asked(city="alatau", start_ms=6 * MS_PER_H, demand=12.0)


class Running:
    """A stopped twin and a client of its feeds."""

    def __init__(self, twin: TwinService) -> None:
        twin.service.start()
        twin.service.wait()
        assert twin.service.failure is None
        self.twin = twin
        view = EngineView(twin)
        self.app: Litestar = create_app(view, feeds=EngineFeeds(twin, view))


@pytest.fixture(scope="module", params=["08:40", pytest.param("07:10", marks=pytest.mark.long)])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """Return a busy morning as it stands at one time."""
    store = tmp_path_factory.mktemp("store") / "a.sqlite"
    twin = open_service(ASKED, store, speed=inf, until=request.param)
    yield Running(twin)
    twin.log.close()


def read_message(data: bytes) -> pb.FeedMessage:
    """Return a message from its bytes."""
    message = pb.FeedMessage()
    message.ParseFromString(data)
    return message


def test_a_validator_of_others_finds_no_error(running: Running, tmp_path: Path) -> None:
    """The three messages, judged together against the schedule served beside them: 0 errors."""
    with TestClient(running.app) as client:
        (tmp_path / "gtfs.zip").write_bytes(client.get("/feeds/gtfs.zip").content)
        for kind in KINDS:
            (tmp_path / kind).write_bytes(client.get(f"/feeds/gtfs-rt/{kind}.pb").content)
    stamp = read_message((tmp_path / "alerts").read_bytes()).header.timestamp
    now = datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    command: list[str | Path] = [Path(sys.executable).parent / "gtfs-rt-validator"]
    command += ["-gtfs", tmp_path / "gtfs.zip", "-tu", tmp_path / "trip-updates"]
    command += ["-vp", tmp_path / "vehicle-positions", "-sa", tmp_path / "alerts"]
    command += ["--at", now, "--out", tmp_path / "told"]
    subprocess.run(command, check=True, capture_output=True)
    report = json.loads((tmp_path / "told" / "report.json").read_text(encoding="utf-8"))
    assert report["summary"]["messagesValidated"] == 3
    errors = [n for n in report["notices"] if n["severity"] == "ERROR"]
    assert errors == []
    codes = {n["code"] for n in report["notices"]}
    # ADDED is deprecated; aircraft not yet named; nothing seen of what has not begun; fast aircraft
    assert codes <= {"S024", "W002", "W003", "W004"}


def test_the_served_schedule_names_the_operator_of_the_city(running: Running) -> None:
    """Name and address are those that an export would write."""
    with TestClient(running.app) as client:
        archive = zipfile.ZipFile(io.BytesIO(client.get("/feeds/gtfs.zip").content))
    (agency,) = csv.DictReader(io.StringIO(archive.read("agency.txt").decode()))
    operator = running.twin.run.city.operator
    assert operator is not None
    assert (agency["agency_name"], agency["agency_url"]) == (operator.names.kk, operator.url)


def test_updates_agree_with_the_log(running: Running) -> None:
    """Every sortie with passengers that is not over has one update; the cancelled say so."""
    with TestClient(running.app) as client:
        message = read_message(client.get("/feeds/gtfs-rt/trip-updates.pb").content)
    events = [event for _, event in running.twin.log.read()]
    scheduled = {e.sortie_id: e for e in events if isinstance(e, ev.SortieScheduled)}
    cancelled = {e.sortie_id for e in events if isinstance(e, ev.SortieCancelled)}
    over = {e.sortie_id for e in events if isinstance(e, ev.SortieOnBlock)}
    told = {SortieId(e.id.removeprefix("trip-")): e.trip_update for e in message.entity}
    due = {s for s, e in scheduled.items() if e.service != "empty"} - over - cancelled
    unpromised = {s for s in due - set(told) if scheduled[s].service == "timetable"}
    assert due - unpromised <= set(told)
    assert unpromised <= {max(due, key=lambda s: scheduled[s].off_block_at_ms)}
    assert set(told) - due <= cancelled
    zone = running.twin.run.city.time_zone
    for sortie_id, update in told.items():
        planned = scheduled[sortie_id]
        if planned.service == "timetable":
            _, off_s = naming.local_seconds(planned.off_block_at_ms, zone)
            named = naming.name_trip(planned.origin, planned.destination, off_s)
            assert update.trip.trip_id == named
        is_gone = update.trip.schedule_relationship == pb.TripDescriptor.CANCELED
        assert is_gone == (sortie_id in cancelled)


def test_vehicles_are_those_with_passengers(running: Running) -> None:
    """Every aircraft in the air with a trip is told where the page shows it."""
    with TestClient(running.app) as client:
        message = read_message(client.get("/feeds/gtfs-rt/vehicle-positions.pb").content)
        state = client.get("/api/state").json()
    places = {a["aircraft_id"]: a for a in state["aircraft"]}
    sorties = {s["sortie_id"]: s for s in state["sorties"]}
    told = {entity.vehicle.vehicle.id: entity.vehicle for entity in message.entity}
    flying = {
        a["aircraft_id"]
        for a in state["aircraft"]
        if a["phase"] == "airborne" and sorties[a["sortie_id"]]["passengers"]
    }
    assert flying <= set(told)
    for aircraft_id, vehicle in told.items():
        assert vehicle.position.longitude == pytest.approx(places[aircraft_id]["lon_deg"], abs=1e-4)
        assert vehicle.position.latitude == pytest.approx(places[aircraft_id]["lat_deg"], abs=1e-4)


def test_routes_answer_and_refuse(running: Running) -> None:
    """Types, how long to keep, JSON on request, and one shape for what is not there."""
    with TestClient(running.app) as client:
        schedule = client.get("/feeds/gtfs.zip")
        assert schedule.headers["content-type"] == "application/zip"
        assert "max-age=3600" in schedule.headers["cache-control"]
        alerts = client.get("/feeds/gtfs-rt/alerts.pb?format=json")
        assert alerts.json()["header"]["gtfs_realtime_version"] == "2.0"
        assert "max-age=10" in alerts.headers["cache-control"]
        assert client.get("/feeds/gtfs-rt/alerts.pb?format=xml").status_code == 422
        assert client.get("/feeds/gtfs-rt/other.pb").status_code == 404
        discovery = client.get("/feeds/gofs/gofs.json").json()["data"]["kk"]["feeds"]
        for feed in discovery:
            if feed["name"] != "wait_time":
                assert client.get(feed["url"]).status_code == 200
        assert client.get("/feeds/gofs/xx/zones.json").status_code == 404
        site = running.twin.run.city.get_vertiport("AIRPORT")
        ask = f"/feeds/gofs/en/wait_time?pickup_lat={site.lat_deg}&pickup_lon={site.lon_deg}"
        (wait,) = client.get(ask).json()["data"]["wait_times"]
        assert wait["wait_time"] >= 600
        assert client.get(f"{ask}&drop_off_lat=43.0").status_code == 422
        assert client.get("/feeds/gofs/en/wait_time").status_code == 400
