"""The test site over HTTP: nothing is flown without approval, a go and its slot; then it is."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import msgspec
import pytest

from aspan.compose.service import TwinService
from aspan.evidence import orders
from aspan.evidence.package.twin_files import KEPT, find_twin_files
from aspan.evidence.people import PersonId
from aspan.evidence.signing import draw_site_id, sign
from aspan.evidence.site_store import data_folder
from aspan.primitives.ids import AircraftId
from aspan.world.telemetry import CHANNELS
from range_service import Ranging, open_ranging, open_service_of_town, reason

CARD = "GT1"
"""Telemetry on the stand: nothing before it, low risk."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinService]:
    """Return a running service at nine in the morning."""
    with open_service_of_town(tmp_path_factory.mktemp("town")) as twin:
        yield twin


@pytest.fixture(scope="module")
def ranging(town: TwinService, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ranging]:
    """Return its test site, everybody enrolled, one card filed."""
    with open_ranging(town, tmp_path_factory.mktemp("ranging")) as ranging:
        ranging.file(CARD)
        yield ranging


def test_no_card_runs_without_approval_go_and_slot(ranging: Ranging) -> None:
    """Each of the three is missing in turn, and the door says which; with all it opens, once."""
    assert reason(ranging.begin("never")) == "unknown_run"
    assert reason(ranging.release("run-1", CARD, "no-slot")) == "unknown_slot"
    slot_id = ranging.book(CARD)
    listed = ranging.release("run-1", CARD, slot_id)
    assert reason(listed) == "no_go"
    assert "card_approved" in listed.json()["go_no_go"]["reason"]
    assert reason(ranging.begin("run-1")) == "not_released"
    ranging.approve(CARD, "director", "safety")
    worse = ranging.release("run-1", CARD, slot_id, rescue=False, telemetry_link=0.98)
    assert reason(worse) == "no_go"
    against = {v["name"] for v in worse.json()["go_no_go"]["lines"] if v["verdict"] != "go"}
    assert against == {"rescue", "telemetry_link"}
    assert reason(ranging.begin("run-1")) == "not_released"
    assert reason(ranging.release("run-1", CARD, slot_id, fire=None)) == "no_go"
    early = ranging.book(CARD, in_min=110.0)
    assert ranging.release("run-1", CARD, slot_id).status_code == 200
    assert reason(ranging.begin("run-1", who="pilot")) == "role_not_entitled"
    assert ranging.begin("run-1").status_code == 200
    assert reason(ranging.begin("run-1")) == "begun_already"
    assert reason(ranging.begin("run-2")) == "unknown_run"
    assert ranging.release("run-3", CARD, early).status_code == 200
    assert reason(ranging.begin("run-3")) == "slot_not_now"


def test_what_the_twin_flies_is_seen_and_kept(ranging: Ranging) -> None:
    """Rows come while it flies; a call from the crew ends it; what was flown is under a hash."""
    slots = {row["slot_id"]: row for row in ranging.get("/slots").json()}
    assert [r for row in slots.values() for r in row["runs"]].count("run-1") == 1
    page = ranging.get("/runs/run-1").json()
    assert page["line"]["phase"] == "under_way"
    asked = {"channels": "air_temperature_k,pack1_soc"}
    series = ranging.get("/runs/run-1/series", **asked).json()
    waited = Event()
    for _ in range(100):
        if len(series["at_ms"]) > 20:
            break
        waited.wait(0.2)
        series = ranging.get("/runs/run-1/series", **asked).json()
    assert series["is_fed"]
    assert len(series["at_ms"]) == len(series["columns"]["pack1_soc"]) > 20
    assert 0.75 < series["columns"]["pack1_soc"][-1] < 0.85
    later = ranging.get("/runs/run-1/series", after_ms=series["at_ms"][-2], **asked).json()
    assert later["at_ms"][0] == series["at_ms"][-1]
    call = orders.CallKnockItOff(key="call-1", run_id="run-1", why="cable on the apron")
    ranging.taken("pilot", call)
    for _ in range(200):
        page = ranging.get("/runs/run-1").json()
        if page["telemetry"] is not None:
            break
        waited.wait(0.2)
    assert page["line"]["phase"] == "recovering"
    assert page["telemetry"]["is_twin"]
    assert page["telemetry"]["rows"] > 20
    ranging.taken("director", orders.EndRun(key="end-1", run_id="run-1"))
    review = orders.ReviewRun(
        key="review-1",
        run_id="run-1",
        manifest_sha256=page["telemetry"]["manifest_sha256"],
        is_accepted=False,
        note="called off",
    )
    unseen = msgspec.structs.replace(review, key="review-0", manifest_sha256="f" * 64)
    assert reason(ranging.order("lead", unseen)) == "manifest_changed"
    ranging.taken("lead", review)
    line = next(row for row in ranging.get("/cards").json() if row["card_id"] == CARD)
    assert (line["runs"], line["runs_accepted"]) == (["run-1"], 0)
    kept = ranging.get("/runs/run-1/series", **asked).json()
    assert kept["is_fed"] is False or len(kept["at_ms"]) > 20


def test_only_a_good_signature_is_heard(ranging: Ranging) -> None:
    """Another's key, an altered order, a page of another site, a stranger: nothing is written."""
    before = ranging.get("").json()["events"]
    order = orders.EndRun(key="forged", run_id="run-1")
    private = ranging.people["pilot"].private_key
    forged = sign(order, ranging.site_id, PersonId("director"), private)
    answer = ranging.http.post("/api/range/orders", json=msgspec.to_builtins(forged))
    assert reason(answer) == "bad_signature"
    elsewhere = sign(order, draw_site_id(), PersonId("pilot"), private)
    answer = ranging.http.post("/api/range/orders", json=msgspec.to_builtins(elsewhere))
    assert reason(answer) == "another_site"
    good = msgspec.to_builtins(sign(order, ranging.site_id, PersonId("pilot"), private))
    altered = {**good, "order": good["order"].replace("run-1", "run-2")}
    assert reason(ranging.http.post("/api/range/orders", json=altered)) == "bad_signature"
    stranger = {**good, "by": "nobody"}
    assert reason(ranging.http.post("/api/range/orders", json=stranger)) == "unknown_person"
    foreign = {"Origin": "http://elsewhere.example"}
    answer = ranging.http.post("/api/range/orders", json=good, headers=foreign)
    assert answer.status_code == 403
    assert ranging.http.post("/api/range/orders", content="{}").status_code == 415
    assert ranging.get("").json()["events"] == before


def test_a_card_is_filed_as_its_files_have_it(ranging: Ranging) -> None:
    """Its page and code are kept; a limit raised on the way is told, whatever version it claims."""
    kept = data_folder(ranging.site.view._store.path) / KEPT
    filed, number = ranging.card(CARD)
    assert find_twin_files(kept, filed, number) is not None
    card, version = ranging.card("GA1")
    eased = msgspec.structs.replace(card, limits=card.limits[1:])
    answer = ranging.order("lead", orders.FileCard(key="eased", card=eased, version=version))
    assert reason(answer) == "bad_order"
    assert "campaign's files" in answer.json()["detail"]


def test_a_slot_across_the_lines_keeps_them_out(ranging: Ranging) -> None:
    """Its zones are kept on the service's log, and are open again when the slot is given back."""
    zones = ranging.site.traffic.holds
    card, _ = ranging.card(CARD)
    slot_id = ranging.book(CARD, in_min=180.0)
    assert not zones(slot_id)  # nothing flies over the stand
    notice = ranging.get(f"/slots/{slot_id}/notice").text
    assert notice.startswith("DRAFT")
    assert "STAND" in notice
    wide = orders.BookSlot(
        key="wide",
        slot_id="wide",
        card_id=card.card_id,
        volume_ids=(*card.volume_ids, "NORTH"),
        from_ms=ranging.now_ms + 240 * 60_000,
        until_ms=ranging.now_ms + 285 * 60_000,
        aircraft_id=AircraftId("AT02"),
        crew=((PersonId("engineer-1"), "flight_test_engineer"),
              (PersonId("engineer-2"), "flight_test_engineer")),
    )  # fmt: skip
    ranging.taken("officer", wide)
    assert zones("wide")
    ranging.taken("officer", orders.FreeSlot(key="free-wide", slot_id="wide", why="wind"))
    assert not zones("wide")


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/cards/NONE", {}, 422),
        ("/runs/none", {}, 422),
        ("/slots/none/notice", {}, 422),
        ("/runs/run-1/series", {"channels": "nothing"}, 422),
        ("/runs/run-1/series", {}, 400),
        ("/runs/run-1/series", {"channels": "pack1_soc", "after_ms": -1}, 400),
    ],
)
def test_what_is_not_there_is_told(
    ranging: Ranging, path: str, query: dict[str, object], status: int
) -> None:
    """Named: the thing, its value and what was expected."""
    answer = ranging.get(path, **query)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["expected"]


def test_an_aircraft_sends_its_own_telemetry(town: TwinService, tmp_path: Path) -> None:
    """By the token of the run alone; a limit passed calls the run off; the end seals it."""
    with open_ranging(town, tmp_path, flown_by="aircraft") as ranging:
        ranging.file(CARD)
        ranging.approve(CARD, "director", "safety")
        slot_id = ranging.book(CARD, in_min=0.5)
        until_ms = ranging.now_ms + 30_000
        while ranging.now_ms < until_ms:
            Event().wait(0.1)
        town.clock.pause()  # the link is not lost between two requests
        assert ranging.release("run-1", CARD, slot_id).status_code == 200
        begin = orders.BeginRun(key="begin", run_id="run-1")
        token = ranging.taken("director", begin)["telemetry_token"]
        assert token
        path = "/api/range/runs/run-1/telemetry"
        begun_ms = ranging.now_ms
        head = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}

        def batch(first: int, hot: float) -> bytes:
            rows = []
            for n in range(first, first + 20):
                row: dict[str, float] = {c.name: (c.low + c.high) / 2.0 for c in CHANNELS}
                row |= {"sequence": n, "at_ms": begun_ms + 100 * n, "pack1_temperature_k": hot}
                rows.append(msgspec.json.encode(row))
            return b"\n".join(rows)

        post = ranging.http.post
        stolen = {**head, "Authorization": "Bearer guess"}
        assert post(path, content=batch(0, 300.0), headers=stolen).status_code == 401
        assert post(path.replace("run-1", "run-9"), content=b"", headers=head).status_code == 404
        plain = {**head, "Content-Type": "text/plain"}
        assert post(path, content=b"x", headers=plain).status_code == 415
        first = post(path, content=batch(0, 300.0), headers=head)
        assert first.status_code == 200, first.text
        assert (first.json()["rows"], first.json()["is_repeat"]) == (20, False)
        again = post(path, content=batch(0, 300.0), headers=head)
        assert again.json()["is_repeat"]
        assert post(path, content=batch(20, 400.0), headers=head).status_code == 200
        page = ranging.get("/runs/run-1").json()
        assert page["line"]["phase"] == "recovering"
        assert "pack_temperature" in {k["limit_id"] for k in page["knocked_off"]}
        ranging.taken("director", orders.EndRun(key="end", run_id="run-1"))
        kept = ranging.get("/runs/run-1").json()["telemetry"]
        assert (kept["rows"], kept["is_twin"]) == (40, False)
        assert post(path, content=batch(40, 300.0), headers=head).status_code == 404
        repeated = ranging.taken("director", begin)
        assert (repeated["events"], repeated["telemetry_token"]) == (["OrderTaken", "RunBegun"], "")
        assert post(path, content=batch(40, 300.0), headers=head).status_code == 404
        town.clock.resume()
