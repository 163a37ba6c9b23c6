"""A thousand orders to a service that is killed twenty times: none lost, none done twice."""

import os
import signal
import subprocess
import sys
import time
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import msgspec
import pytest

from aspan.faces.cli.main import execute
from aspan.live.sqlite_log import SqliteLog
from aspan.operations import events as ev
from aspan.primitives.dice import draw

pytestmark = pytest.mark.long

SEED = 7
ORDERS = 1_000
KILLS = 20
TRIES_MAX = 20
REFUSED = 409
COMMAND = [sys.executable, "-m", "aspan.faces.cli.main", "serve", "alatau", "--twin", "--port", "0"]
COMMAND += ["--start", "07:00", "--fleet", "20", "--demand", "20", "--date", "2025-04-15"]


class Desk:
    """A client of a service that dies under it."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self.process: subprocess.Popen[str] | None = None
        self.url = ""
        self.repeated = 0
        self.known: dict[str, list[str]] = {}

    def start(self) -> None:
        """Start the service, or start it again from its log."""
        command = [*COMMAND, "--store", str(self.store), "--speed", "600"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:")

    def kill(self) -> None:
        """End the service without warning."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def look(self) -> None:
        """Learn the ids there are."""
        with urlopen(f"{self.url}api/state", timeout=30) as answer:
            state = msgspec.json.decode(answer.read())
        sites = {v["vertiport_id"]: v for v in state["vertiports"]}
        self.known = {
            "site": sorted(sites),
            "fato": sorted(f"{s} {f['fato_id']}" for s, v in sites.items() for f in v["fatos"]),
            "closed": sorted(
                f"{s} {f['fato_id']}"
                for s, v in sites.items()
                for f in v["fatos"]
                if not f["is_open"]
            ),
            "aircraft": sorted(a["aircraft_id"] for a in state["aircraft"]),
            "grounded": sorted(
                a["aircraft_id"] for a in state["aircraft"] if a["phase"] == "grounded"
            ),
            "sortie": sorted(
                s["sortie_id"]
                for s in state["sorties"]
                if s["status"] not in {"cancelled", "flown", "landed"}
            )
            or sorted(s["sortie_id"] for s in state["sorties"]),
        }

    def draw_action(self, n: int) -> dict[str, Any]:
        """Return the n-th action."""

        def pick(what: str) -> str:
            things = self.known[what]
            return things[int(draw(SEED, "pick", what, n) * len(things))]

        site_id, fato_id = pick("fato").split(" ")
        chance = draw(SEED, "kind", n)
        if chance < 0.06:
            return {"action": "close_fato", "vertiport_id": site_id, "fato_id": fato_id}
        if chance < 0.32:
            if self.known["closed"]:
                site_id, fato_id = pick("closed").split(" ")
            return {"action": "open_fato", "vertiport_id": site_id, "fato_id": fato_id}
        if chance < 0.35:
            return {"action": "hold_departures", "vertiport_id": pick("site")}
        if chance < 0.54:
            return {"action": "release_departures", "vertiport_id": None}
        if chance < 0.62:
            return {"action": "cancel_sortie", "sortie_id": pick("sortie")}
        if chance < 0.68:
            return {"action": "ground_aircraft", "aircraft_id": pick("aircraft")}
        if chance < 0.88:
            which = "grounded" if self.known["grounded"] else "aircraft"
            return {"action": "return_aircraft", "aircraft_id": pick(which)}
        if chance < 0.96:
            to = {"aircraft_id": pick("aircraft"), "destination": pick("site")}
            return {"action": "send_empty", **to}
        return {"action": "set_pace", "speed": 300.0 + n % 3 * 300.0}

    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Send an order once and return the answer, done or refused."""
        request = Request(
            f"{self.url}api/actions",
            data=msgspec.json.encode(body),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urlopen(request, timeout=30) as answer:
                found: dict[str, Any] = msgspec.json.decode(answer.read())
        except HTTPError as refusal:
            if refusal.code != REFUSED:
                raise AssertionError(f"{refusal.code}: {refusal.read()!r}") from None
            found = msgspec.json.decode(refusal.read())
        return found

    def order(self, body: dict[str, Any], *, kill_after_s: float | None) -> dict[str, Any]:
        """Send an order until it is answered; the service may be killed while it is under way."""
        for _ in range(TRIES_MAX):
            try:
                if kill_after_s is not None:
                    delay_s, kill_after_s = kill_after_s, None
                    child = os.fork()
                    if child == 0:
                        time.sleep(delay_s)
                        assert self.process is not None
                        os.kill(self.process.pid, signal.SIGKILL)
                        os._exit(0)
                    try:
                        return self.post(body)
                    finally:
                        os.waitpid(child, 0)
                        self.kill()
                        self.start()
                return self.post(body)
            except (URLError, HTTPException, ConnectionError, TimeoutError):
                continue
        raise AssertionError(f"no answer to {body}")


def test_a_thousand_orders_and_twenty_kills(tmp_path: Path) -> None:
    """What was acknowledged is in the log once, as it was acknowledged; the day audits clean."""
    desk = Desk(tmp_path / "a.sqlite")
    desk.start()
    answers: dict[str, dict[str, Any]] = {}
    kills = {(k + 1) * ORDERS // (KILLS + 1) for k in range(KILLS)}
    try:
        for n in range(ORDERS):
            if n % 10 == 0:
                desk.look()
            key = f"order-{n:05d}"
            body = {
                "key": key,
                "who": "drill",
                "why": "a drill",
                "action": desk.draw_action(n),
            }
            wait_s = 0.02 * draw(SEED, "kill", n) if n in kills else None
            answers[key] = desk.order(body, kill_after_s=wait_s)
            if draw(SEED, "again", n) < 0.1:
                again = desk.post(body)
                assert again["is_repeated"]
                assert (again["seq"], again["outcome"]) == (
                    answers[key]["seq"],
                    answers[key]["outcome"],
                )
    finally:
        desk.kill()
    assert execute(["log", "verify", str(desk.store)]) == 0
    assert execute(["log", "replay", str(desk.store)]) == 0
    log = SqliteLog(desk.store)
    found: dict[str, list[tuple[int, str]]] = {}
    for seq, (_, event) in enumerate(log.read(), start=1):
        if isinstance(event, ev.ActionTaken | ev.ActionRefused):
            outcome = "done" if isinstance(event, ev.ActionTaken) else "refused"
            found.setdefault(event.key, []).append((seq, outcome))
    log.close()
    assert len(answers) == ORDERS
    assert found == {k: [(a["seq"], a["outcome"])] for k, a in answers.items()}
    assert sum(a["outcome"] == "done" for a in answers.values()) > ORDERS // 3
    out = tmp_path / "run"
    assert execute(["log", "export", str(desk.store), "--out", str(out)]) == 0
    assert execute(["audit", str(out)]) == 0
