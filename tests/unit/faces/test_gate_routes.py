"""Gates over a running service: tickets taken once, parties weighed, boarded, refused."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import time
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from aspan.booking.party import Traveller
from aspan.booking.ticket import plan_ticket, read_ticket, write_ticket
from aspan.faces.cli.main import execute
from aspan.faces.http.callers import Callers
from aspan.faces.http.faults import FAULT_ANSWERS
from aspan.faces.http.gate_access import GateAccess, read_gate_code
from aspan.faces.http.gate_routes import gate_routes
from aspan.faces.http.oauth import TokenDesk
from aspan.faces.http.partners import SANDBOX_ID, SANDBOX_SECRET, make_sandbox
from aspan.faces.http.wire_gate import (
    GateKeys,
    GateUsed,
    ScanResult,
)
from aspan.live.keys import open_keys
from aspan.live.person import Person
from aspan.live.vault import Vault, find_vault_path
from aspan.operations.actions import CancelSortie
from aspan.operations.commands import CheckIn, TakeAction
from aspan.operations.sales import HoldSeats
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, SortieId, TripId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from gated import EAST, WEST, Gated


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Gated]]:
    """Return a function that opens the service, again too; the last is closed at the end.

    What comes before its lead-in has passed is leapt through.
    """
    opened: list[Gated] = []

    def begin(lead_in_ms: int = 0) -> Gated:
        opened.append(Gated(tmp_path / "a.sqlite", lead_in_ms))
        return opened[-1]

    yield begin
    opened[-1].close()


@pytest.fixture
def gated(start: Callable[[], Gated]) -> Gated:
    """Return a service with gates."""
    return start()


def _told(results: list[ScanResult]) -> list[tuple[str, str]]:
    return [(result.outcome, result.reason) for result in results]


def test_a_gate_learns_what_it_needs(gated: Gated) -> None:
    """Keys, sites and deadlines come with the code, and a ticket reads by those keys alone."""
    gated.book("BA")
    keys = gated.get("/v1/gate/keys", GateKeys)
    assert [site.vertiport_id for site in keys.sites] == ["EAST", "NORTH", "WEST"]
    assert keys.check_in_closes_ms == 10 * MS_PER_MIN
    assert sum(keys.rows) == gated.twin.run.city.aircraft_type.seats
    import base64

    public = {key_id: base64.b64decode(text) for key_id, text in keys.keys.items()}
    page = gated.ticket("BA")
    ticket = read_ticket(page.text, public)
    assert not isinstance(ticket, str)
    assert (ticket.booking_id, ticket.serial, ticket.party) == ("BA", 1, 2)
    assert page.qr_svg.startswith("<svg")
    assert page.check_in_closes_at_ms == page.off_block_at_ms - 10 * MS_PER_MIN


def test_a_ticket_is_taken_once(gated: Gated) -> None:
    """The first scan checks the party in; a second one is refused, at this gate and any other."""
    gated.book("BA")
    before = gated.get("/v1/gate/used", GateUsed, vertiport_id="EAST")
    assert before.used == ()
    assert _told(gated.scan(gated.show("BA"))) == [("accepted", "")]
    assert _told(gated.scan(gated.show("BA"))) == [("refused", "used")]
    assert _told(gated.scan(gated.show("BA"), gate="tablet-2")) == [("refused", "used")]
    used = gated.get("/v1/gate/used", GateUsed, vertiport_id="EAST", after=before.seq)
    assert used.used == ("BA/1",)
    assert gated.get("/v1/gate/used", GateUsed, vertiport_id="EAST", after=used.seq).used == ()
    assert gated.get("/v1/gate/used", GateUsed, vertiport_id="WEST").used == ()


def test_a_batch_sent_twice_is_answered_alike(gated: Gated) -> None:
    """A gate that got no answer sends the same numbers again and hears the same."""
    gated.book("BA")
    gated.book("BB", party=1, payload_kg=80.0)
    batch = [
        gated.show("BA", number=7),
        gated.show("BA", number=8),
        gated.show("BB", number=9),
        {"number": 10, "action": "weigh", "booking_id": "BB", "payload_kg": 91.5},
        {"number": 11, "action": "refuse", "booking_id": "BB", "reason": "unfit_to_fly"},
    ]
    first = gated.scan(*batch)
    assert _told(first)[:3] == [("accepted", ""), ("refused", "used"), ("accepted", "")]
    assert _told(first)[3:] == [("accepted", ""), ("accepted", "")]
    kept = gated.twin.log.kept
    assert _told(gated.scan(*batch)[:2]) == _told(first)[:2]
    events = [row.line for row in gated.twin.log.list_rows(kept, 100)]
    assert not any(b"BookingCheckedIn" in line or b"BoardingRefused" in line for line in events)


def test_what_was_taken_outlives_the_process(start: Callable[[], Gated]) -> None:
    """Started again, tickets taken are still used, and the very same scan is still accepted."""
    first = start()
    first.book("BA")
    scan = first.show("BA", number=3)
    assert _told(first.scan(scan)) == [("accepted", "")]
    first.close()
    again = start()
    assert again.get("/v1/gate/used", GateUsed, vertiport_id="EAST").used == ("BA/1",)
    assert _told(again.scan(scan)) == [("accepted", "")]
    assert _told(again.scan(scan | {"number": 4})) == [("refused", "used")]
    assert _told(again.scan(scan, gate="tablet-2")) == [("refused", "used")]


def test_what_is_no_good_is_refused_with_its_reason(gated: Gated, tmp_path: Path) -> None:
    """Altered, forged, of another sortie, another site, an older plan or nobody's: each is told."""
    gated.book("BA")
    page = gated.ticket("BA")
    other = open_keys(tmp_path / "other.keys")

    def sign(**changed: object) -> str:
        plan: dict[str, Any] = {
            "booking_id": "BA",
            "serial": 1,
            "party": 2,
            "sortie_id": page.sortie_id,
            "origin": "EAST",
            "destination": "WEST",
            "off_block_at_ms": page.off_block_at_ms,
            "needs_assistance": False,
        }
        ticket = plan_ticket(**(plan | changed))
        return write_ticket(ticket, gated.keys.ticket_key_id, gated.keys.sign_ticket)

    forged = write_ticket(
        plan_ticket(
            booking_id=BookingId("BA"),
            serial=1,
            party=4,
            sortie_id=SortieId(page.sortie_id),
            origin=EAST,
            destination=WEST,
            off_block_at_ms=page.off_block_at_ms,
            needs_assistance=False,
        ),
        gated.keys.ticket_key_id,
        other.sign_ticket,
    )
    day_ms = 24 * MS_PER_H
    cases = [
        ({"text": page.text[:-1]}, "altered"),
        ({"text": forged}, "forged"),
        ({"sortie_id": "S99999"}, "wrong_sortie"),
        ({"text": sign(origin="NORTH")}, "wrong_site"),
        ({"text": sign(serial=2)}, "outdated"),
        ({"text": sign(booking_id="BZ")}, "unknown_booking"),
        ({"text": sign(off_block_at_ms=page.off_block_at_ms - day_ms)}, "expired"),
        ({"text": sign(off_block_at_ms=page.off_block_at_ms + day_ms)}, "not_yet"),
        ({}, ""),
    ]
    for changed, reason in cases:
        told = _told(gated.scan(gated.show("BA", **changed)))
        assert told == [("refused" if reason else "accepted", reason)], reason


def test_check_in_closes_before_off_block(gated: Gated) -> None:
    """A scan at the deadline is taken, whenever it is sent; one a moment later is refused."""
    state = gated.twin.run.engine.state
    gated.book("BA")
    gated.book("BB")
    closes_ms = gated.ticket("BA").check_in_closes_at_ms
    gated.twin.clock.now_ms = lambda: closes_ms + MS_PER_MIN  # type: ignore[method-assign]
    late, in_time = gated.show("BA", at_ms=closes_ms + 1), gated.show("BB", at_ms=closes_ms)
    assert state.now_ms < closes_ms
    assert _told(gated.scan(late, in_time)) == [("refused", "check_in_closed"), ("accepted", "")]


def test_a_party_is_weighed_against_its_sortie(gated: Gated) -> None:
    """What is weighed counts from then on; what the sortie cannot carry is refused as too heavy."""
    gated.book("BA")
    gated.scan(gated.show("BA"))
    (light,) = gated.scan({"action": "weigh", "booking_id": "BA", "payload_kg": 210.04})
    assert light.party is not None
    assert (light.outcome, light.party.payload_kg) == ("accepted", 210.0)
    assert gated.sortie("BA").payload_kg == 210.0
    (heavy,) = gated.scan({"action": "weigh", "booking_id": "BA", "payload_kg": 900.0})
    assert (heavy.outcome, heavy.reason) == ("refused", "too_heavy")
    assert heavy.party is not None
    assert heavy.party.payload_kg == 210.0


def test_a_party_boards_when_its_sortie_does(start: Callable[..., Gated]) -> None:
    """Before boarding begins nobody goes aboard; then the party does, once, and its sortie leaves.

    The picture of the sortie follows: whom it carries, what it weighs, when it goes.
    """
    gated = start()
    gated.book("BA", in_min=30)
    gated.scan(gated.show("BA"))
    board = {"action": "board", "booking_id": "BA"}
    assert _told(gated.scan(board)) == [("refused", "not_boarding")]
    off_ms = gated.ticket("BA").off_block_at_ms
    gated.close()
    gated = start(lead_in_ms=off_ms - MS_PER_MIN - gated.twin.run.start_ms)
    sortie = gated.sortie("BA")
    assert sortie.parties[0].status == "checked_in"
    assert sortie.stand_id.startswith("EAST-S")
    assert _told(gated.scan(board)) == [("accepted", "")]
    assert _told(gated.scan(board)) == [("accepted", "")]
    params = {"vertiport_id": "EAST"}
    body = {"gate_id": "tablet-1", "booking_id": "BA"}
    done = gated.client.post("/v1/gate/board", params=params, json=body, headers=gated.headers())
    assert done.json()["party"]["status"] == "boarded"


def test_a_party_is_refused_with_a_reason_and_its_money_back(gated: Gated) -> None:
    """Who is not carried leaves the list, and the log says why and what is paid back."""
    gated.book("BA")
    body = {"gate_id": "tablet-1", "booking_id": "BA", "reason": "unfit_to_fly"}
    answer = gated.client.post(
        "/v1/gate/refuse", params={"vertiport_id": "EAST"}, json=body, headers=gated.headers()
    )
    assert answer.json()["party"]["status"] == "refused"
    rows = [row.line for row in gated.twin.log.list_rows(0, 10_000)]
    (refused,) = [line for line in rows if b"BoardingRefused" in line]
    assert b'"reason":"unfit_to_fly"' in refused
    with pytest.raises(StopIteration):
        gated.sortie("BA")
    again = gated.client.post(
        "/v1/gate/board", params={"vertiport_id": "EAST"},
        json={"gate_id": "tablet-1", "booking_id": "BA"}, headers=gated.headers(),
    )  # fmt: skip
    assert (again.status_code, again.json()["code"]) == (409, "booking_refused")


def test_a_party_of_another_site_is_not_this_gates(gated: Gated) -> None:
    """A gate weighs and boards only who leaves from its site."""
    gated.book("BA")
    scan = {"number": 1, "at_ms": 0, "action": "board", "booking_id": "BA"}
    body = {"gate_id": "t", "vertiport_id": "WEST", "scans": [scan]}
    answer = gated.client.post("/v1/gate/scans", json=body, headers=gated.headers())
    assert answer.json()["results"][0]["reason"] == "wrong_site"


def test_whoever_is_checked_in_without_a_gate_has_shown_itself(gated: Gated) -> None:
    """A party that was checked in at the desk is in, and its ticket is used."""
    gated.book("BA")
    gated.twin.service.submit("book/desk/BA", CheckIn(booking_id=BookingId("BA")))
    assert _told(gated.scan(gated.show("BA"))) == [("refused", "used")]


def test_a_party_moved_after_check_in_shows_its_new_ticket(start: Callable[[], Gated]) -> None:
    """Moved to another sortie its new ticket is taken, once; its old one is outdated, then too."""
    gated = start()
    gated.book("BA")
    gated.book("BB", in_min=75)
    old = gated.show("BA")
    before = gated.ticket("BA")
    assert _told(gated.scan(old)) == [("accepted", "")]
    cancel = CancelSortie(sortie_id=SortieId(before.sortie_id))
    action = TakeAction(key="cancel-it", who="test", why="test", action=cancel)
    assert gated.twin.service.take_action(action).record.reason == ""
    new = gated.show("BA")
    assert new["sortie_id"] != before.sortie_id
    (party,) = [p for p in gated.sortie("BA").parties if p.booking_id == "BA"]
    assert (party.status, party.serial, party.is_taken) == ("checked_in", 2, False)
    assert gated.get("/v1/gate/used", GateUsed, vertiport_id="EAST").used == ()
    assert _told(gated.scan(old | {"number": 50})) == [("refused", "outdated")]
    (taken,) = gated.scan(new | {"number": 51})
    assert taken.party is not None
    assert (taken.outcome, taken.sortie_id) == ("accepted", new["sortie_id"])
    assert (taken.party.status, taken.party.is_taken) == ("checked_in", True)
    assert gated.get("/v1/gate/used", GateUsed, vertiport_id="EAST").used == ("BA/2",)
    gated.close()
    again = start()
    assert _told(again.scan(new | {"number": 51})) == [("accepted", "")]
    assert _told(again.scan(new | {"number": 52})) == [("refused", "used")]
    assert _told(again.scan(new, gate="tablet-2")) == [("refused", "used")]
    assert _told(again.scan(old | {"number": 53})) == [("refused", "outdated")]


def test_only_a_gate_may_ask(gated: Gated) -> None:
    """Without the code nothing is told; it may be typed in small letters."""
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
        answer = gated.client.get("/v1/gate/keys", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    lower = {"Authorization": f"Bearer g1.{gated.code.lower()}"}
    assert gated.client.get("/v1/gate/keys", headers=lower).status_code == 200


def test_guesses_end_before_the_code_is_looked_at(
    gated: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who guessed too often is not told when a guess is right; a device with its pass goes on."""
    monkeypatch.setattr("aspan.faces.http.gate_access.monotonic", lambda: 1_000.0)
    device_pass = gated.get("/v1/gate/keys", GateKeys).device_pass
    wrong = {"Authorization": "Bearer g1.WRONGCODE"}
    codes = [gated.client.get("/v1/gate/keys", headers=wrong).status_code for _ in range(12)]
    assert codes == [401] * 10 + [429] * 2
    assert gated.client.get("/v1/gate/keys", headers=gated.headers()).status_code == 429
    for token, status in ((device_pass, 200), (device_pass[:-1], 401), ("g2.", 401)):
        headers = {"Authorization": f"Bearer {token}"}
        assert gated.client.get("/v1/gate/keys", headers=headers).status_code == status
    monkeypatch.setattr("aspan.faces.http.gate_access.monotonic", lambda: 1_001.0)
    assert gated.get("/v1/gate/keys", GateKeys).device_pass == device_pass


@pytest.mark.parametrize(
    ("scan", "status"),
    [
        ({"action": "weigh", "booking_id": "BA"}, 422),
        ({"action": "weigh", "booking_id": "BA", "payload_kg": 0.0}, 422),
        ({"action": "refuse", "booking_id": "BA"}, 422),
        ({"action": "fly"}, 400),
        ({"action": "refuse", "booking_id": "BA", "reason": "ugly"}, 400),
        ({"action": "check_in", "text": "x" * 1001}, 400),
        ({"action": "check_in", "number": 0}, 400),
        ({"action": "check_in", "name": "Aigerim"}, 400),
    ],
)
def test_bad_scans_are_named(gated: Gated, scan: dict[str, Any], status: int) -> None:
    """What no gate sends is refused by field, and nothing of the batch is half done."""
    gated.book("BA")
    body = {
        "gate_id": "t", "vertiport_id": "EAST", "scans": [{"number": 1, "at_ms": 0} | scan],
    }  # fmt: skip
    answer = gated.client.post("/v1/gate/scans", json=body, headers=gated.headers())
    assert answer.status_code in (status, 422), answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_site_that_is_none_is_named(gated: Gated) -> None:
    """An unknown site is bad input."""
    answer = gated.client.get(
        "/v1/gate/sorties", params={"vertiport_id": "SOUTH"}, headers=gated.headers()
    )
    assert answer.status_code == 422
    assert "EAST" in answer.json()["detail"]


def test_a_code_is_read_from_a_file(tmp_path: Path) -> None:
    """A code of eight letters and digits or more; anything else is refused without showing it."""
    path = tmp_path / "code"
    path.write_text("Kazybek2026\n")
    assert read_gate_code(path) == "Kazybek2026"
    for text in ("short", "two words here", "", "x" * 101):
        path.write_text(text)
        with pytest.raises(InvalidInput, match="gate-code-file") as refused:
            read_gate_code(path)
        assert not text or text not in str(refused.value)
    with pytest.raises(InvalidInput, match="gate-code-file"):
        read_gate_code(tmp_path / "none")


def test_the_log_replays_without_the_erased(
    gated: Gated, capsys: pytest.CaptureFixture[str]
) -> None:
    """A party whose person is erased still has its booking, its ticket, and a log that replays."""
    name, phone = "Ұлпан Қасқырбайқызы", "+7 701 234 56 78"
    vault = Vault(find_vault_path(gated.store))
    now_ms = gated.twin.clock.now_ms()
    person_id = vault.put(
        Person(name=name, phone=phone), seller="aspan", key="k", trip_at_ms=now_ms, at_ms=now_ms
    )
    held = HoldSeats(
        booking_id=BookingId("BHELD"),
        trip_id=TripId("BHELD"),
        origin=EAST,
        destination=WEST,
        ready_at_ms=gated.twin.run.start_ms + 60 * MS_PER_MIN,
        travellers=(Traveller(mass_kg=80.0, needs=("wheelchair",)),),
        seller="aspan",
        origin_lon_deg=77.0,
        origin_lat_deg=43.3,
        destination_lon_deg=76.9,
        destination_lat_deg=43.2,
        person_id=person_id,
    )
    gated.twin.service.submit("book/BHELD", held)
    assert vault.erase(person_id, who="desk", at_ms=now_ms)
    vault.close()
    files = b"".join(path.read_bytes() for path in sorted(gated.store.parent.iterdir()))
    assert person_id.encode() in files
    assert name.encode() not in files
    assert phone.encode() not in files
    (party,) = gated.sortie("BHELD").parties
    assert (party.status, party.needs) == ("held", ("wheelchair",))
    assert execute(["log", "replay", str(gated.store)]) == 0
    assert "the same state" in capsys.readouterr().out


def test_a_partner_with_the_scope_is_let_in(gated: Gated) -> None:
    """A token with the scope `gate` opens the gates' routes; one without it, or none, does not."""
    gates = msgspec.structs.replace(make_sandbox(), scopes=frozenset({"gate", "offers"}))
    tokens = TokenDesk({gates.partner_id: gates}, gated.keys.mac("oauth", b"tokens"), time)
    access = GateAccess(gated.code, gated.keys, Callers(tokens, gated.keys))
    app = Litestar(route_handlers=gate_routes(gated.gate, access), exception_handlers=FAULT_ANSWERS)
    with TestClient(app) as client:
        for scope, status in (("gate", 200), ("offers", 403)):
            token = tokens.issue(SANDBOX_ID, SANDBOX_SECRET, scope).access_token
            headers = {"Authorization": f"Bearer {token}"}
            assert client.get("/v1/gate/keys", headers=headers).status_code == status
        assert client.get("/v1/gate/keys").status_code == 401
