"""`aspan trip`: ways from door to door on a day of the twin, with and without flight."""

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from aspan.faces.cli.options import AsJson, CityName, Fleet, Phase
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_H, MS_PER_MIN

if TYPE_CHECKING:
    from aspan.compose.trips import TripRequest
    from aspan.faces.http.wire_journeys import ItinerariesPage
    from aspan.world.city import City

ASKED_BEFORE_MS: Final = 30 * MS_PER_MIN
"""One asks so long before one is ready to leave, or before the day of the question begins."""

ASKED_BEFORE_ARRIVAL_MS: Final = 3 * MS_PER_H
"""And so long before one must be there: the way must fit between."""

From = Annotated[
    str, typer.Option("--from", metavar="PLACE", help="LAT,LON in degrees, or a place by its name.")
]
To = Annotated[
    str, typer.Option("--to", metavar="PLACE", help="LAT,LON in degrees, or a place by its name.")
]
DepartAt = Annotated[
    str | None,
    typer.Option(metavar="T", help="Ready to leave: HH:MM of --date, or YYYY-MM-DDTHH:MM."),
]
ArriveBy = Annotated[
    str | None,
    typer.Option("--arrive-by", "--arrive-at", metavar="T", help="There by then, as --depart-at."),
]
Until = Annotated[
    str | None,
    typer.Option(metavar="T", help="Look at departures from --depart-at to T, 4 h at most."),
]
Party = Annotated[int, typer.Option(metavar="N", help="Persons.")]
WalkM = Annotated[
    float | None, typer.Option(metavar="M", help="On foot in all, m; the city's own if not given.")
]
StepFree = Annotated[bool, typer.Option("--step-free", help="Only ways known to have no steps.")]
Day = Annotated[
    str | None,
    typer.Option("--date", metavar="YYYY-MM-DD", help="Local date; a fair day if not given."),
]
Seed = Annotated[int, typer.Option(metavar="N", help="Seed of weather and of other travellers.")]
Demand = Annotated[
    float, typer.Option(metavar="X", help="Multiplies the wishes of others to travel.")
]


def register(app: typer.Typer) -> None:
    """Add `aspan trip` to the application."""
    app.command(
        "trip",
        short_help="Find ways from door to door, with and without flight.",
        epilog="Example: aspan trip alatau --from airport --to Medeu --depart-at 10:30 --party 2",
    )(trip)


def trip(
    city: CityName,
    start: From,
    to: To,
    depart_at: DepartAt = None,
    arrive_by: ArriveBy = None,
    until: Until = None,
    party: Party = 1,
    walk_m: WalkM = None,
    step_free: StepFree = False,
    day: Day = None,
    seed: Seed = 1,
    fleet: Fleet = None,
    demand: Demand = 1.0,
    phase: Phase = 1,
    as_json: AsJson = False,
) -> int:
    """Find ways from door to door on a day of the twin; the best come first.

    The twin flies the day up to half an hour before you leave (three hours before you must be
    there), so that a seat offered is one that could be booked then. --json prints what
    /v1/itineraries of a running service answers. Ends with 1 if there is no way.
    """
    from aspan.faces.cli.trip_text import format_trip

    page, notes = answer_trip(dict(locals()))
    if as_json:
        import msgspec

        print(json.dumps({**msgspec.to_builtins(page), "notes": notes}, ensure_ascii=False))
    else:
        print(format_trip(page, notes))
    return 0 if page.itineraries else 1


def answer_trip(asked: dict[str, Any]) -> "tuple[ItinerariesPage, list[str]]":
    """Fly the day as far as it is asked, search, and return the answer with what was assumed."""
    import msgspec

    from aspan.compose.day_basis import check_day, find_day_basis
    from aspan.compose.runs import RunSettings, fly, open_twin
    from aspan.faces.cli.trip_search import search_now
    from aspan.primitives.instants import local_midnight_ms
    from aspan.world.readers import load_city

    city = load_city(asked["city"], phase=asked["phase"])
    day, at_ms = _read_time(asked, city)
    request, notes = _read_request(asked, city, day, at_ms)
    settings = RunSettings(
        day=day, seed=asked["seed"], fleet=asked["fleet"], demand=asked["demand"]
    )
    check_day(city, day=settings.day, days=settings.days)
    basis = find_day_basis(city, day=settings.day, days=settings.days, seed=settings.seed)
    notes += [basis.sentence] if basis.sentence else []
    before_ms = ASKED_BEFORE_ARRIVAL_MS if request.is_arrive_by else ASKED_BEFORE_MS
    now_ms = max(local_midnight_ms(day, city.time_zone), at_ms - before_ms)
    run = open_twin(city, settings)
    fly(run, until_ms=now_ms)
    asked_now = msgspec.structs.replace(request, earliest_ms=now_ms)
    return search_now(run, asked_now, now_ms), notes


def _read_time(asked: dict[str, Any], city: "City") -> tuple[date, int]:
    """Return the local date of the question and its instant [ms]."""
    from aspan.primitives.instants import parse_date

    depart, arrive = asked["depart_at"], asked["arrive_by"]
    if (depart is None) == (arrive is None):
        given = "both" if depart is not None else "none"
        raise InvalidInput("--depart-at, --arrive-by", given, "one of them")
    if asked["until"] is not None and arrive is not None:
        raise InvalidInput("--until", asked["until"], "no --arrive-by beside it")
    day = None if asked["day"] is None else parse_date(asked["day"], field="--date")
    option, text = ("--depart-at", depart) if depart is not None else ("--arrive-by", arrive)
    own = parse_date(text.partition("T")[0], field=option) if "T" in text else None
    if own is not None and day is not None and own != day:
        raise InvalidInput(option, text, f"a time of --date {day}")
    chosen = own or day or city.fair_weather_date
    return chosen, _parse_moment(option, text, chosen, city.time_zone)


def _parse_moment(option: str, text: str, day: date, zone: str) -> int:
    """Return the instant [ms] of HH:MM on a date, or of a full local time."""
    from aspan.primitives.instants import local_instant_ms, parse_date, parse_local_time

    day_text, mark, time_text = text.rpartition("T")
    if mark:
        day = parse_date(day_text, field=option)
    try:
        return local_instant_ms(day, parse_local_time(time_text), zone)
    except InvalidInput:
        raise InvalidInput(option, text, "HH:MM, or YYYY-MM-DDTHH:MM") from None


def _read_request(
    asked: dict[str, Any], city: "City", day: date, at_ms: int
) -> "tuple[TripRequest, list[str]]":
    """Return the request, and which places its names were taken for."""
    from aspan.compose.trips import TripRequest, check_limits
    from aspan.faces.cli.trip_places import find_point
    from aspan.faces.cli.trip_search import name_option

    until_ms = None
    if asked["until"] is not None:
        until_ms = _parse_moment("--until", asked["until"], day, city.time_zone)
    origin, first = find_point("--from", asked["start"], city)
    destination, last = find_point("--to", asked["to"], city)
    request = TripRequest(
        origin=origin,
        destination=destination,
        at_ms=at_ms,
        is_arrive_by=asked["arrive_by"] is not None,
        until_ms=until_ms,
        party=asked["party"],
        walk_m_max=asked["walk_m"],
        is_step_free=asked["step_free"],
    )
    try:
        check_limits(request)
    except InvalidInput as error:
        raise name_option(error, asked) from None
    return request, [note for note in (first, last) if note]
