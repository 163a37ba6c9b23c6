"""Rules and approvals of the air service from `city.toml`."""

from aspan.primitives.ids import AircraftId, VertiportId
from aspan.primitives.instants import parse_date, parse_local_time
from aspan.world.city import Approval
from aspan.world.readers.tables import Table
from aspan.world.readers.tariff import read_tariff
from aspan.world.rules import (
    Charging,
    Costs,
    Fares,
    Hours,
    Movement,
    Noise,
    PilotDuty,
    Reserve,
    Rules,
    Separation,
    Service,
    ServiceRoute,
    WeatherMinima,
)

_MONTHS = range(1, 13)
APPROVAL_KINDS = ("none", "test", "demonstration", "passenger")


def read_rules(file: Table, known: tuple[str, ...]) -> Rules:
    """Return the rules; routes must link vertiports among `known`."""
    return Rules(
        separation=file.table("separation").fill(Separation),
        movement=file.table("movement").fill(Movement),
        reserve=file.table("reserve").fill(Reserve),
        weather_minima=file.table("weather_minima").fill(WeatherMinima),
        charging=file.table("charging").fill(Charging),
        pilot_duty=file.table("pilot_duty").fill(PilotDuty),
        hours=_read_hours(file.table("hours")),
        fares=file.table("fares").fill(Fares),
        service=_read_service(file.table("service"), known),
        costs=file.table("costs").fill(Costs) if file.has("costs") else None,
        noise=_read_noise(file.table("noise")) if file.has("noise") else None,
        tariff=read_tariff(file),
    )


def read_approvals(
    file: Table, known: tuple[str, ...], aircraft: tuple[str, ...]
) -> tuple[Approval, ...]:
    """Return the approvals as written, their vertiports and aircraft checked."""
    return tuple(_read_approval(table, known, aircraft) for table in file.rows("approvals"))


def _read_approval(table: Table, known: tuple[str, ...], aircraft: tuple[str, ...]) -> Approval:
    from_date, until_date = table.text("from_date"), table.text("until_date")
    parse_date(from_date, field=table.refuse("from_date", "", "").field)
    parse_date(until_date, field=table.refuse("until_date", "", "").field)
    if not from_date < until_date:
        raise table.refuse("until_date", until_date, f"a date after from_date {from_date}")
    site = table.text("vertiport_id", among=known) if table.has("vertiport_id") else None
    frame = table.text("aircraft_id", among=aircraft) if table.has("aircraft_id") else None
    return Approval(
        kind=table.text("kind", among=APPROVAL_KINDS),
        from_date=from_date,
        until_date=until_date,
        is_assumed=table.flag("is_assumed"),
        vertiport_id=None if site is None else VertiportId(site),
        aircraft_id=None if frame is None else AircraftId(frame),
    )


def _check_local_span(table: Table, first: str, last: str) -> None:
    """Refuse two wall-clock times of which the second is not later."""
    times = [
        parse_local_time(table.text(key), field=table.refuse(key, "", "").field)
        for key in (first, last)
    ]
    if not times[0] < times[1]:
        raise table.refuse(last, table.text(last), f"a time after {first} {table.text(first)}")


def _read_hours(table: Table) -> Hours:
    _check_local_span(table, "from_local", "until_local")
    return table.fill(Hours)


def _read_noise(table: Table) -> Noise:
    """Return the limits of noise; a night of full hours that goes over midnight."""
    ends = []
    for key in ("night_from_local", "night_until_local"):
        at = parse_local_time(table.text(key), field=table.refuse(key, "", "").field)
        if at.minute:
            raise table.refuse(key, table.text(key), "a full hour as HH:00")
        ends.append(at)
    if not ends[1] < ends[0]:
        expected = f"a time before night_from_local {table.text('night_from_local')}"
        raise table.refuse("night_until_local", table.text("night_until_local"), expected)
    return table.fill(Noise)


def _read_service(table: Table, known: tuple[str, ...]) -> Service:
    timetable = tuple(_read_route(row, known) for row in table.rows("timetable"))
    if table.has("winter_months"):
        for i, month in enumerate(table.indices("winter_months")):
            if month not in _MONTHS:
                raise table.refuse(f"winter_months[{i}]", month, "a month from 1 to 12")
    return table.fill(Service, timetable=timetable, pairs=None)


def _read_route(row: Table, known: tuple[str, ...]) -> ServiceRoute:
    _check_local_span(row, "first_local", "last_local")
    origin = row.text("origin", among=known)
    destination = row.text("destination", among=tuple(v for v in known if v != origin))
    return row.fill(ServiceRoute, origin=VertiportId(origin), destination=VertiportId(destination))
