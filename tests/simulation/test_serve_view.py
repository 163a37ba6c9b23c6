"""What the pages are told is true: it agrees with the log, and nothing of it is ahead of it."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from litestar.testing import TestClient

from aspan.compose.service import Asked, TwinService, open_service
from aspan.faces.http.app import create_app
from aspan.faces.http.engine_view import EngineView
from aspan.operations import events as ev
from aspan.primitives.units import MS_PER_H

if TYPE_CHECKING:
    from aspan.operations.events import Event

ASKED = Asked(city="alatau", start_ms=6 * MS_PER_H, demand=12.0)
TIMES = {"08:00": "08:01", "07:10": "07:11", "09:31": "09:32"}
"""When it is looked at, and a minute later."""


class Look:
    """A stopped service with its view and log."""

    def __init__(self, twin: TwinService, until: str) -> None:
        twin.service.start()
        twin.service.wait()
        assert twin.service.failure is None
        self.twin, self.until = twin, until
        self.view = EngineView(twin)
        self.events: list[Event] = [event for _, event in twin.log.read()]
        self.kinds = Counter(type(event) for event in self.events)


@pytest.fixture(
    scope="module",
    params=[at if at == "08:00" else pytest.param(at, marks=pytest.mark.long) for at in TIMES],
)
def look(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Look]:
    """Return a busy morning of the city as it stands at one time."""
    store = tmp_path_factory.mktemp("store") / "a.sqlite"
    twin = open_service(ASKED, store, speed=inf, until=request.param)
    yield Look(twin, request.param)
    twin.log.close()


def test_counts_agree_with_the_log(look: Look) -> None:
    """Aircraft, flown, in the air, passengers and energy are those the log adds up to."""
    snapshot = look.view.snapshot()
    kinds, figures = look.kinds, snapshot.figures
    assert snapshot.seq == len(look.events) == look.view.last_seq()
    assert len(snapshot.aircraft) == kinds[ev.AircraftRegistered]
    assert figures.flown == kinds[ev.SortieOnBlock]
    assert figures.in_air == kinds[ev.SortieLiftedOff] - kinds[ev.SortieTouchedDown]
    assert figures.in_air == len(look.view.positions().aircraft)
    energy = sum(e.energy_kwh for e in look.events if isinstance(e, ev.SortieOnBlock))
    assert figures.energy_kwh == pytest.approx(energy, abs=0.06)
    parties = {e.booking_id: e.party for e in look.events if isinstance(e, ev.BookingConfirmed)}
    flown = sum(parties[e.booking_id] for e in look.events if isinstance(e, ev.BookingFlown))
    assert figures.passengers == flown
    assert len(snapshot.sorties) == kinds[ev.SortieScheduled]


def test_nothing_is_ahead_of_the_clock(look: Look) -> None:
    """No instant of a sortie lies after the instant of the picture, though the twin knows more."""
    snapshot = look.view.snapshot()
    for sortie in snapshot.sorties:
        for at_ms in (
            sortie.off_block_at_ms,
            sortie.lift_off_at_ms,
            sortie.touchdown_at_ms,
            sortie.on_block_at_ms,
        ):
            assert at_ms is None or at_ms <= snapshot.clock.at_ms


def test_power_and_charge_stay_in_their_bounds(look: Look) -> None:
    """Every soc is a fraction; no charger and no site draws more than it may."""
    snapshot = look.view.snapshot()
    facts = {v.vertiport_id: v for v in look.view.city_facts().vertiports}
    assert all(0.0 <= aircraft.soc <= 1.0 for aircraft in snapshot.aircraft)
    fed = 0
    for site in snapshot.vertiports:
        power_kw_max = max(c.power_kw for c in facts[site.vertiport_id].chargers)
        for stand in site.stands:
            if stand.charging_kw is not None:
                fed += 1
                assert 0.0 <= stand.charging_kw <= power_kw_max + 0.1
        assert site.site_kw <= facts[site.vertiport_id].site_power_limit_kw + 0.1
    started, ended = look.kinds[ev.ChargeStarted], look.kinds[ev.ChargeEnded]
    assert fed == started - ended


def test_everyone_is_in_one_place(look: Look) -> None:
    """An aircraft that stands somewhere is on that stand and on no other; in the air on none."""
    snapshot = look.view.snapshot()
    stands = {
        s.aircraft_id: (v.vertiport_id, s.stand_id)
        for v in snapshot.vertiports
        for s in v.stands
        if s.aircraft_id is not None
    }
    for aircraft in snapshot.aircraft:
        expected = stands.get(aircraft.aircraft_id, (None, None))
        assert (aircraft.vertiport_id, aircraft.stand_id) == expected
        if aircraft.phase in {"airborne", "diverting"}:
            assert aircraft.ground_speed_mps >= 0.0
            assert aircraft.energy_margin_kwh is not None


def test_the_api_answers_it(look: Look) -> None:
    """State, city, log and health are served from the same view."""
    with TestClient(create_app(look.view)) as client:
        state = client.get("/api/state").json()
        assert state["seq"] == len(look.events)
        log = client.get("/api/log", params={"after": 3, "limit": 2}).json()
        assert [entry["seq"] for entry in log["events"]] == [4, 5]
        city = client.get("/api/city").json()
        assert (city["city_id"], city["demand_factor"]) == ("alatau", 12.0)
        assert client.get("/api/health").json()["is_ok"]
        assert client.get("/api/nothing").status_code == 404


def test_an_aircraft_in_the_air_moves(look: Look, tmp_path: Path) -> None:
    """A minute of service later an airborne aircraft is elsewhere, as far as it can fly."""
    with (
        closing(sqlite3.connect(look.twin.log.path)) as store,
        closing(sqlite3.connect(tmp_path / "a.sqlite")) as copy,
    ):
        store.backup(copy)
    twin = open_service(
        ASKED,
        tmp_path / "a.sqlite",
        speed=inf,
        until=TIMES[look.until],
    )
    twin.service.start()
    twin.service.wait()
    seen = (look.view.snapshot(), EngineView(twin).snapshot())
    twin.log.close()
    first, second = ({a.aircraft_id: a for a in s.aircraft if a.phase == "airborne"} for s in seen)
    both = sorted(first.keys() & second.keys())
    assert both
    for aircraft_id in both:
        a, b = first[aircraft_id], second[aircraft_id]
        moved_m = 111_195 * ((a.lat_deg - b.lat_deg) ** 2 + (a.lon_deg - b.lon_deg) ** 2) ** 0.5
        assert 0 < moved_m < 60 * 90 * 1.4
        assert b.soc < a.soc
