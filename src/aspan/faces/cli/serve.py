"""`aspan serve`: the live service over a store, with its pages, until it is told to end."""

import asyncio
import json
import signal
import sqlite3
import sys
from contextlib import ExitStack
from ipaddress import ip_address
from math import inf
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from aspan.faces.cli.options import CityName, Fleet
from aspan.faces.cli.serve_payments import NONE, PaymentsAt, ServicePayments
from aspan.faces.cli.serve_range import RangeRuns, RangeStore, open_range
from aspan.faces.cli.serve_selling import (
    GateCodeFile,
    Partners,
    RetentionDays,
    Selling,
    read_selling,
)
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_MIN

if TYPE_CHECKING:
    from litestar import Litestar

    from aspan.compose.service import Asked, TwinService
    from aspan.faces.http.engine_view import EngineView
    from aspan.faces.http.journey_view import EngineTrips
    from aspan.faces.http.range_site import RangeFace
    from aspan.faces.http.sales_parts import Sales

SPEED_MAX = 100_000.0
"""Greatest speed by number; the engine cannot keep up with more, `max` says so openly."""

END_S_MAX = 2.0
"""Wall time the engine has to end the step at hand."""

Store = Annotated[
    str | None,
    typer.Option(
        metavar="URL", help="Log to begin or to go on from; runs/CITY.sqlite if not given."
    ),
]
Host = Annotated[str, typer.Option(metavar="H", help="Address to listen on.")]
Port = Annotated[int, typer.Option(metavar="P", help="Port to listen on; 0 is any free one.")]
Live = Annotated[bool, typer.Option("--twin/--live", help="A twin, or the real fleet.")]
Day = Annotated[
    str | None,
    typer.Option(
        "--date", metavar="YYYY-MM-DD", help="First local date; a fair-weather day if not given."
    ),
]
Start = Annotated[
    str | None,
    typer.Option(
        metavar="HH:MM", help="Local time to begin, on the first day; 00:00 if not given."
    ),
]
LeadIn = Annotated[
    int,
    typer.Option(
        metavar="MIN", help="Open this long before --start and leap there: a day under way."
    ),
]
Speed = Annotated[
    str, typer.Option(metavar="X", help="Twin seconds per wall second; max: as fast as it goes.")
]
Until = Annotated[
    str | None,
    typer.Option(metavar="T", help="End at HH:MM of the first date, or YYYY-MM-DDTHH:MM."),
]
Seed = Annotated[
    int | None,
    typer.Option(metavar="N", help="Seed of weather, travellers and scatter; 1 if not given."),
]
Demand = Annotated[
    float | None,
    typer.Option(metavar="X", help="Multiplies the wishes to travel; 1, honest, if not given."),
]
Policy = Annotated[
    str | None, typer.Option(metavar="P", help="Dispatch policy: earliest-ready, least-used.")
]
Phase = Annotated[
    int | None, typer.Option(metavar="N", help="Phase of the network; 1 if not given.")
]
Metar = Annotated[
    str | None,
    typer.Option(metavar="FILE|URL", help="Live METAR for the places of the city's stations."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document at the end.")]


def register(app: typer.Typer) -> None:
    """Add `aspan serve` to the application."""
    app.command(
        "serve",
        short_help="Run the service of a city and its pages.",
        epilog="Example: aspan serve alatau --start 08:00 --lead-in 120 --speed 10 --demand 12",
    )(serve)


def serve(
    city: CityName,
    store: Store = None,
    host: Host = "127.0.0.1",
    port: Port = 8080,
    twin: Live = True,
    day: Day = None,
    start: Start = None,
    lead_in: LeadIn = 0,
    speed: Speed = "1",
    until: Until = None,
    seed: Seed = None,
    fleet: Fleet = None,
    demand: Demand = None,
    policy: Policy = None,
    phase: Phase = None,
    metar: Metar = None,
    partners: Partners = None,
    payments_at: PaymentsAt = NONE,
    gate_code_file: GateCodeFile = None,
    retention_days: RetentionDays = 365,
    test_range: RangeStore = None,
    range_runs: RangeRuns = "twin",
    as_json: AsJson = False,
) -> int:
    """Run the service of a city and its pages; started again on a store, it goes on from its log.

    Prints one address when it is ready. Ctrl-C ends it with everything on disk.
    """
    if not twin:
        return _refuse_live()
    from aspan.live.store import locked

    asked = _read_asked(dict(locals()))
    path = _find_store(store, city)
    from aspan.compose.service import open_service
    from aspan.faces.http.server import bind
    from aspan.faces.http.server import run as run_loop

    selling = read_selling(partners, gate_code_file, retention_days)
    with ExitStack() as stack:
        listener = stack.enter_context(bind(host, port))
        stack.enter_context(locked(path))
        payments = stack.enter_context(ServicePayments(payments_at, path, listener))
        service = open_service(
            asked,
            path,
            speed=_parse_speed(speed),
            until=until,
            lead_in_ms=lead_in * MS_PER_MIN,
            tell=_tell_person,
        )
        stack.callback(service.log.close)
        for note in service.notes:
            _tell_person(note)
        payments.attach(service, _tell_person)
        test_site = open_range(service, test_range, range_runs, _tell_person)
        address, to = _name_address(host, listener), sys.stderr if as_json else sys.stdout
        run_loop(_serve(service, selling, payments, test_site, listener, address, to=to))
    _check_end(service, path)
    _print_end(service, as_json=as_json)
    return 0


def _refuse_live() -> int:
    """Say why no real fleet is served, and return the status."""
    text = "refused: --live needs an aircraft link, and there is none yet; --twin flies the twin"
    print(text, file=sys.stderr)
    return 1


def _find_store(store: str | None, city: str) -> Path:
    """Return the store that was named, or the city's own in `runs/`."""
    from aspan.live.store import parse_store

    if store is not None:
        return parse_store(store)
    path = Path("runs") / f"{Path(city).name}.sqlite"
    path.parent.mkdir(exist_ok=True)
    return path


def _name_address(host: str, listener: socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}/"


def _check_end(twin: "TwinService", path: Path) -> None:
    """Raise what ended the service, if it was not asked to end."""
    failure = twin.service.failure
    if isinstance(failure, sqlite3.OperationalError):
        kept = f"{twin.log.kept} events are kept"
        expected = f"a file that takes more events ({failure}; {kept})"
        raise InvalidInput("--store", str(path), expected)
    if failure is not None:
        raise failure


async def _serve(
    twin: "TwinService",
    selling: Selling,
    payments: ServicePayments,
    test_site: "RangeFace | None",
    listener: socket,
    address: str,
    *,
    to: TextIO,
) -> None:
    """Run engine and pages until one of them ends; then end the other."""
    from aspan.faces.http.server import make_server
    from aspan.live.collector import calm_collector

    is_local = ip_address(listener.getsockname()[0]).is_loopback
    view, sales, trips, app = _make_faces(twin, selling, payments, test_site, is_local=is_local)
    server = make_server(app)
    loop = asyncio.get_running_loop()

    def end(*_: object) -> None:
        app.state.broadcaster.close()
        server.should_exit = True

    def engine_ended() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(end)

    # The server catches both signals while it runs, and raises them again when it has ended.
    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    twin.service.ended = engine_ended
    try:
        twin.service.start()
        if twin.metar is not None:
            twin.metar.start()
        trips.start()
        sales.start()
        payments.start()
        if test_site is not None:
            test_site.start()
        calm_collector()
        print(address, file=to, flush=True)
        await server.serve(sockets=[listener])
    finally:
        twin.service.ended = None
        if twin.metar is not None:
            twin.metar.stop(0.0)
        if test_site is not None:
            test_site.close()
        payments.stop()
        sales.close(END_S_MAX)
        twin.service.stop(END_S_MAX)
        view.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def _make_faces(
    twin: "TwinService",
    selling: Selling,
    payments: ServicePayments,
    test_site: "RangeFace | None",
    *,
    is_local: bool,
) -> "tuple[EngineView, Sales, EngineTrips, Litestar]":
    """Return what shows a service, what sells, what searches trips, and the application of all."""
    from aspan.compose.service import AlertLine
    from aspan.faces.http.app import create_app
    from aspan.faces.http.engine_view import EngineView
    from aspan.faces.http.feed_view import EngineFeeds
    from aspan.faces.http.journey_view import EngineTrips
    from aspan.faces.http.place_view import CityPlaces
    from aspan.faces.http.sales_parts import Sales
    from aspan.live.payment_wire import make_checkout_method

    view = EngineView(twin)
    city = twin.run.city
    places = CityPlaces(city, twin.run.network.feeds)
    sales = Sales(
        twin,
        selling.partners,
        AlertLine(_tell_person),
        has_sandbox=is_local and not selling.has_partners,
        is_local=is_local,
        gate_code=selling.gate_code,
        retention_ms=selling.retention_ms,
        payments=payments.worker,
        make_method=make_checkout_method,
    )
    if not selling.gate_code:
        _tell_person(f"gate code {sales.gate_code[:4]}-{sales.gate_code[4:]} opens /gate")
    trips = EngineTrips(twin, places, sales.offers)
    app = create_app(
        view,
        map_folder=Path(city.folder) / "map",
        feeds=EngineFeeds(twin, view),
        places=places,
        journeys=trips,
        sales=sales,
        payments=payments.webhooks,
        test_site=test_site,
    )
    return view, sales, trips, app


def _read_asked(options: dict[str, Any]) -> "Asked":
    """Return what was asked; `InvalidInput` naming the option that is wrong."""
    from aspan.compose.service import Asked
    from aspan.primitives.instants import parse_date, parse_local_time

    day, start, lead_in = options["day"], options["start"], options["lead_in"]
    at = None if start is None else parse_local_time(start, field="--start")
    minutes = None if at is None else at.hour * 60 + at.minute - lead_in
    if lead_in < 0 or (minutes or 0) < 0 or (lead_in and minutes is None):
        raise InvalidInput("--lead-in", lead_in, "minutes from midnight to --start, or fewer")
    return Asked(
        city=options["city"],
        metar=options["metar"],
        phase=options["phase"],
        day=None if day is None else parse_date(day, field="--date"),
        start_ms=None if minutes is None else minutes * MS_PER_MIN,
        seed=options["seed"],
        fleet=options["fleet"],
        demand=options["demand"],
        policy=options["policy"],
    )


def _parse_speed(text: str) -> float:
    """Return a speed; infinite for `max`."""
    if text == "max":
        return inf
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0.0 < speed <= SPEED_MAX:
        raise InvalidInput("--speed", text, f"a factor above 0, at most {SPEED_MAX:.0f}, or max")
    return speed


def _tell_person(message: str) -> None:
    print(" ".join(message.split()), file=sys.stderr, flush=True)


def _print_end(twin: "TwinService", *, as_json: bool) -> None:
    """Say how far the service came, and the hash of its log."""
    from aspan.primitives.instants import ms_to_local

    at_ms = twin.log.last_at_ms if twin.log.last_at_ms is not None else twin.run.start_ms
    head = twin.log.head_sha256()
    if as_json:
        answer = {"events": len(twin.log), "last_event_at_ms": at_ms, "log_sha256": head}
        print(json.dumps(answer))
        return
    local = ms_to_local(at_ms, twin.run.city.time_zone).isoformat(sep=" ", timespec="seconds")
    print(f"ended; last of {len(twin.log)} events at {local}; log sha256 {head}")
