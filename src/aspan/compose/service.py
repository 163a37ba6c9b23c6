"""A service over a store: a city's twin on a wall clock, new or going on from its log."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import msgspec

from aspan import __version__
from aspan.compose.day_basis import check_day, find_day_basis
from aspan.compose.metar import check_source, list_covered, open_feed
from aspan.compose.runs import Run, RunSettings, open_twin, pair
from aspan.dispatch.policies import DEFAULT_POLICY
from aspan.live.metar import MetarFeed
from aspan.live.service import Service
from aspan.live.sqlite_log import SqliteLog
from aspan.live.wall_clock import WallClock
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import local_instant_ms, local_midnight_ms, parse_local_time
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.world.city import City
from aspan.world.readers import load_city


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks of a service; None where the store, or a default, is to say it.

    Parameters
    ----------
    city
        Name of a folder in `cities/`, or a path.
    start_ms
        Since local midnight of `day`.
    metar
        Text file or address of live METAR.
    """

    city: str
    metar: str | None = None
    phase: int | None = None
    day: date | None = None
    start_ms: int | None = None
    seed: int | None = None
    fleet: int | None = None
    demand: float | None = None
    policy: str | None = None


class StoredSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a store was opened with, as it says it."""

    kind: str
    city: str
    city_id: str
    files_sha256: str
    phase: int
    date: str
    start_ms: int
    seed: int
    fleet: int | None
    demand: float
    policy: str
    code_version: str
    metar_places: tuple[str, ...] = ()

    def run_settings(self) -> RunSettings:
        """Return them as a run takes them."""
        return RunSettings(
            day=date.fromisoformat(self.date),
            seed=self.seed,
            fleet=self.fleet,
            demand=self.demand,
            policy=self.policy,
            start_ms=self.start_ms,
            told_places=self.metar_places,
        )


class TwinService(msgspec.Struct, kw_only=True):
    """A twin paired with a wall clock and a store.

    Parameters
    ----------
    notes
        What the person who started it should know, a line each.
    is_resumed
        Whether it goes on from a log.
    metar
        What tells it of the weather at the places METAR covers; to be started after the service.
    """

    run: Run
    log: SqliteLog
    clock: WallClock
    service: Service
    stored: StoredSettings
    notes: list[str]
    is_resumed: bool
    alerts: list[str]
    metar: MetarFeed | None = None


class AlertLine:
    """The live form of `Notices`: tells whoever listens, and remembers."""

    def __init__(self, tell: Callable[[str], None] | None = None) -> None:
        self.messages: list[str] = []
        self._tell = tell

    def alert(self, message: str) -> None:
        """Tell somebody."""
        self.messages.append(message)
        if self._tell is not None:
            self._tell(message)


def open_service(
    asked: Asked,
    store: Path,
    *,
    speed: float = 1.0,
    until: str | None = None,
    lead_in_ms: int = 0,
    tell: Callable[[str], None] | None = None,
) -> TwinService:
    """Return a twin's service over a store, standing where its log ends.

    A new store takes what was asked; one with a log keeps what it was opened with, and a note says
    what was asked in vain. `InvalidInput` if the log is damaged or of other city files.

    Parameters
    ----------
    speed
        Service time over wall time; infinite as fast as it can. What the desk ordered on the log
        of this store counts before it.
    until
        Where it ends by itself, as `HH:MM` of the first date or `YYYY-MM-DDTHH:MM`. Never if None.
    lead_in_ms
        How much of the beginning is leapt through: a desk then opens on a day under way.
    tell
        Told what goes wrong, in one line.
    """
    city = load_city(asked.city, phase=1 if asked.phase is None else asked.phase)
    log = SqliteLog(store)
    try:
        is_resumed = bool(log.settings)
        stored, notes = _settle(asked, city, log)
        if stored.phase != city.phase:
            city = load_city(asked.city, phase=stored.phase)
        settings = stored.run_settings()
        until_ms = None if until is None else _find_until_ms(until, settings, city.time_zone)
        basis = find_day_basis(city, day=settings.day, days=settings.days, seed=settings.seed)
        notes += [basis.sentence] if basis.sentence else []
        run = open_twin(city, settings, log=log)
        if not is_resumed:
            _keep(stored, log)
    except BaseException:
        log.close()
        raise
    ordered = run.engine.state.pace
    if ordered is not None and ordered != speed:
        notes.append(f"time runs at {ordered:g} times the wall's, as the desk ordered last")
    at_ms = run.start_ms if log.last_at_ms is None else log.last_at_ms
    clock = WallClock(at_ms, speed=speed)
    alerts = AlertLine(tell)
    service = Service(
        pair(run, log, clock=clock, notices=alerts),
        clock,
        log,
        until_ms=until_ms,
        leap_ms=run.start_ms + lead_in_ms,
        tidy=run.outside.forget,
    )
    metar = None
    if stored.metar_places and asked.metar is not None:
        metar = open_feed(asked.metar, run, service, clock, alerts.alert)
    elif stored.metar_places:
        notes.append(
            f"no --metar given: {', '.join(stored.metar_places)} took their weather from METAR"
            " and have none now"
        )
    return TwinService(
        run=run,
        log=log,
        clock=clock,
        service=service,
        stored=stored,
        notes=notes,
        is_resumed=is_resumed,
        alerts=alerts.messages,
        metar=metar,
    )


def read_stored(log_settings: dict[str, str], store: Path) -> StoredSettings:
    """Return the settings of a store; `InvalidInput` if they are not a twin's."""
    if not log_settings:
        raise InvalidInput("store", str(store), "a store that a service was opened on")
    try:
        plain = {name: msgspec.json.decode(value) for name, value in log_settings.items()}
        stored = msgspec.convert(plain, StoredSettings)
    except msgspec.MsgspecError as error:
        raise InvalidInput(f"store {store}, settings", "these", f"a service's ({error})") from None
    if stored.kind != "twin":
        raise InvalidInput(f"store {store}, settings", stored.kind, "the log of a twin")
    return stored


def check_city(stored: StoredSettings, city: City, store: Path) -> None:
    """Refuse city files that are not those the log was written over."""
    if (stored.city_id, stored.files_sha256) != (city.city_id, city.files_sha256):
        raise InvalidInput(
            f"store {store}, city files",
            f"{stored.city_id} {stored.files_sha256[:16]}",
            f"{city.city_id} {city.files_sha256[:16]}, the city's files as they are now; restore"
            " them or take a new store",
        )


def _settle(asked: Asked, city: City, log: SqliteLog) -> tuple[StoredSettings, list[str]]:
    """Return the settings that hold and what there is to say of them."""
    if log.settings:
        stored = read_stored(log.settings, log.path)
        if stored.phase == city.phase or asked.phase is None:
            same = city if stored.phase == city.phase else load_city(asked.city, phase=stored.phase)
            check_city(stored, same, log.path)
        return stored, _list_in_vain(asked, stored)
    if asked.metar is not None:
        check_source(asked.metar, city)
    settings = RunSettings(
        day=city.fair_weather_date if asked.day is None else asked.day,
        seed=1 if asked.seed is None else asked.seed,
        fleet=asked.fleet,
        demand=1.0 if asked.demand is None else asked.demand,
        start_ms=0 if asked.start_ms is None else asked.start_ms,
        policy=DEFAULT_POLICY if asked.policy is None else asked.policy,
    )
    check_day(city, day=settings.day, days=settings.days)
    stored = StoredSettings(
        kind="twin",
        city=asked.city,
        city_id=city.city_id,
        files_sha256=city.files_sha256,
        phase=city.phase,
        date=settings.day.isoformat(),
        start_ms=settings.start_ms,
        seed=settings.seed,
        fleet=settings.fleet,
        demand=settings.demand,
        policy=settings.policy,
        code_version=__version__,
        metar_places=() if asked.metar is None else list_covered(city),
    )
    return stored, []


def _keep(stored: StoredSettings, log: SqliteLog) -> None:
    """Write down what a new store is opened with, once it is known that it can be flown."""
    plain = msgspec.to_builtins(stored)
    log.keep_settings({name: msgspec.json.encode(v).decode() for name, v in plain.items()})


def _list_in_vain(asked: Asked, stored: StoredSettings) -> list[str]:
    """Return, as one line or none, what was asked and is not what the store was opened with."""
    pairs: list[tuple[str, object, object]] = [
        ("--phase", asked.phase, stored.phase),
        ("--date", None if asked.day is None else asked.day.isoformat(), stored.date),
        ("--start", asked.start_ms, stored.start_ms),
        ("--seed", asked.seed, stored.seed),
        ("--fleet", asked.fleet, stored.fleet),
        ("--demand", asked.demand, stored.demand),
        ("--policy", asked.policy, stored.policy),
    ]
    differing = [
        f"{name} {_show(name, kept)}, not {_show(name, wanted)}"
        for name, wanted, kept in pairs
        if wanted is not None and wanted != kept
    ]
    if asked.metar is not None and not stored.metar_places:
        differing.append("--metar none: every place has modelled weather")
    if stored.code_version != __version__:
        differing.append(f"begun with aspan {stored.code_version}, this is {__version__}")
    return [f"the store's settings hold: {'; '.join(differing)}"] if differing else []


def _show(name: str, value: object) -> object:
    if name == "--start" and isinstance(value, int):
        return f"{value // MS_PER_H:02d}:{value % MS_PER_H // MS_PER_MIN:02d}"
    return "all" if value is None else value


def _find_until_ms(text: str, settings: RunSettings, zone: str) -> int:
    """Return the instant at which a service shall end."""
    day_text, mark, time_text = text.rpartition("T")
    day = settings.day
    expected = "HH:MM of the first date, or YYYY-MM-DDTHH:MM"
    if mark:
        try:
            day = date.fromisoformat(day_text)
        except ValueError:
            raise InvalidInput("--until", text, expected) from None
    if not settings.day <= day < date.max:
        raise InvalidInput("--until", text, f"a date from {settings.day}, before {date.max}")
    if time_text == "24:00":
        return local_midnight_ms(day + timedelta(days=1), zone)
    try:
        at = parse_local_time(time_text)
    except InvalidInput:
        raise InvalidInput("--until", text, expected) from None
    until_ms = local_instant_ms(day, at, zone)
    if until_ms <= local_midnight_ms(settings.day, zone) + settings.start_ms:
        raise InvalidInput("--until", text, "a time after the service begins")
    return until_ms
