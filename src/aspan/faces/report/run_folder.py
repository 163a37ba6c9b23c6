"""A run's folder as values: what is missing is `None`, what is damaged is refused by name.

`city.json`, `kpis.json` and `sorties.parquet` make a run; every other table is a capability that
the run may lack. A table that is there must have the columns asked of it, with numbers that are
numbers and instants within `AT_MS_MIN` and `AT_MS_MAX`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    import polars as pl

AT_MS_MIN: Final = 0
AT_MS_MAX: Final = 4_102_444_800_000
"""The year 2100: an instant beyond it is damage, not a date."""

ROWS_MAX: Final = 5_000_000
"""A table longer than this is no run of a city."""

Row = dict[str, Any]
_Document = TypeVar("_Document", bound=msgspec.Struct)


class Fato(msgspec.Struct, frozen=True):
    """A FATO as `city.json` names it."""

    fato_id: str


class Stand(msgspec.Struct, frozen=True):
    """A stand as `city.json` names it."""

    stand_id: str


class Site(msgspec.Struct, frozen=True):
    """A vertiport as `city.json` tells it."""

    vertiport_id: str
    lon_deg: float
    lat_deg: float
    elevation_amsl_m: float | None = None
    site_power_limit_kw: float | None = None
    fatos: tuple[Fato, ...] = ()
    stands: tuple[Stand, ...] = ()
    name: str | dict[str, str] | None = None


class Minima(msgspec.Struct, frozen=True):
    """The weather minima at release as `city.json` tells them, the ceiling by layer of lanes."""

    visibility_m: float | None = None
    ceiling_agl_m: float | None = None
    wind_mps: float | None = None
    gust_mps: float | None = None
    ceilings_agl_m: tuple[float, ...] = ()

    @property
    def release_ceiling_agl_m(self) -> float | None:
        """Lowest ceiling that lets a sortie go on the lowest lanes; older runs tell the least."""
        return min(self.ceilings_agl_m, default=self.ceiling_agl_m)


class Hours(msgspec.Struct, frozen=True):
    """The hours of service, local wall-clock time, in daylight unless night is approved."""

    from_local: str | None = None
    until_local: str | None = None
    night_approved: bool = False


class NoiseRules(msgspec.Struct, frozen=True):
    """The limits of noise, and the hours that count as night."""

    laeq_day_dba_max: float | None = None
    laeq_night_dba_max: float | None = None
    night_from_local: str = ""
    night_until_local: str = ""


class Battery(msgspec.Struct, frozen=True):
    """The window of charge in service."""

    floor_soc: float | None = None
    ceiling_soc: float | None = None


class CityFacts(msgspec.Struct, frozen=True):
    """What a report needs of `city.json`."""

    time_zone: str
    vertiports: tuple[Site, ...]
    city_id: str = ""
    name: str | dict[str, str] | None = None
    city_sha256: str = ""
    phase: int = 1
    seats: int | None = None
    weather_minima: Minima = Minima()
    hours: Hours = Hours()
    noise: NoiseRules | None = None
    battery: Battery = Battery()


class Shares(msgspec.Struct, frozen=True):
    """The middle and the tail of a duration [ms]."""

    p50: int | None = None
    p95: int | None = None


class Saved(msgspec.Struct, frozen=True):
    """Minutes saved against the car, per trip [min]."""

    mean: float | None = None
    mean_as_flown: float | None = None


class Costs(msgspec.Struct, frozen=True):
    """What is counted as cost, and where its price is from."""

    energy_tiyn: int | None = None
    energy_mark: str | None = None
    energy_source: str | None = None


class Pair(msgspec.Struct, frozen=True):
    """A pair of vertiports that cannot be served, with the reason; older runs lack its parts."""

    origin: str
    destination: str
    reason: str
    reserve_rule: str = ""
    reserve_s: float | None = None
    diversion_site_id: str = ""


class WeatherBasis(msgspec.Struct, frozen=True):
    """Which dates of the run have a weather record; older runs do not tell."""

    days: int = 1
    days_modelled: int = 0
    first_modelled: str = ""
    drawn_from: str = ""
    record_from: str = ""
    record_until: str = ""


class Kpis(msgspec.Struct, frozen=True):
    """What a report needs of `kpis.json`; a figure an older run lacks is None or empty."""

    date: str
    from_at_ms: int
    until_at_ms: int
    city_id: str = ""
    phase: int = 1
    days: int = 1
    seed: int | None = None
    fleet: int | None = None
    demand: float = 1.0
    policy: str = ""
    code_version: str = ""
    trips: int | None = None
    wishes: int | None = None
    bookings: int | None = None
    bookings_by_status: dict[str, int] = {}
    bookings_refused: dict[str, int] = {}
    bookings_cancelled: dict[str, int] = {}
    passengers_flown: int | None = None
    wait_ms: Shares = Shares()
    delay_ms: Shares = Shares()
    minutes_saved: Saved = Saved()
    sorties_flown: int | None = None
    sorties_empty: int | None = None
    sorties_cancelled: dict[str, int] = {}
    sorties_diverted: dict[str, int] = {}
    sorties_unfinished: int | None = None
    sorties_held: dict[str, int] = {}
    departures_held: dict[str, int] = {}
    load_factor: float | None = None
    energy_kwh: float | None = None
    min_energy_above_reserve_kwh: float | None = None
    aircraft_hours: float | None = None
    revenue_tiyn: int | None = None
    cost_tiyn: int | None = None
    costs: Costs = Costs()
    people_above_day_limit: float | None = None
    people_above_night_limit: float | None = None
    people_above_day_limit_range: tuple[float, float] | None = None
    people_above_night_limit_range: tuple[float, float] | None = None
    events: int | None = None
    wall_s: float | None = None
    log_sha256: str = ""
    not_serviceable: tuple[Pair, ...] = ()
    weather_basis: WeatherBasis = WeatherBasis()


TEXT, WHOLE, NUMBER, FLAG, TEXTS = "text", "whole", "number", "flag", "texts"

_COLUMNS: Final[dict[str, dict[str, str]]] = {
    "sorties": {
        "sortie_id": "text", "aircraft_id": "text?", "origin": "text",
        "planned_destination": "text", "destination": "text?", "status": "text", "cause": "text?",
        "lane_route": "text?", "passengers": "whole?", "planned_off_block_at_ms": "whole?",
        "off_block_at_ms": "whole?", "lift_off_at_ms": "whole?", "touchdown_at_ms": "whole?",
        "on_block_at_ms": "whole?", "soc_off_block": "number?", "soc_lift_off": "number?",
        "soc_touchdown": "number?", "soc_on_block": "number?", "energy_kwh": "number?",
        "energy_above_reserve_kwh": "number?", "emergency_at_ms": "whole?",
    },
    "tracks": {
        "sortie_id": "text", "at_ms": "whole", "lon_deg": "number", "lat_deg": "number",
        "altitude_amsl_m": "number",
    },
    "charges": {
        "vertiport_id": "text", "aircraft_id": "text", "start_at_ms": "whole",
        "end_at_ms": "whole?", "energy_kwh": "number?", "peak_kw": "number?",
        "soc_start": "number", "soc_end": "number?",
    },
    "stand_uses": {
        "vertiport_id": "text", "stand_id": "text", "aircraft_id": "text", "start_at_ms": "whole",
        "end_at_ms": "whole?",
    },
    "aircraft": {"aircraft_id": "text", "initial_soc": "number?"},
    "approvals": {"aircraft_id": "text", "kind": "text", "is_assumed": "flag"},
    "bookings": {
        "status": "text", "reason": "text?", "party": "whole", "sortie_ids": "texts",
        "promised_arrival_at_ms": "whole?", "arrived_at_ms": "whole?",
    },
    "trips": {"has_air_offer": "flag?", "sampling_factor": "whole"},
    "weather": {
        "place_id": "text", "at_ms": "whole", "temperature_k": "number?", "wind_mps": "number?",
        "gust_mps": "number?", "visibility_m": "number?", "ceiling_agl_m": "number?",
        "is_modelled": "flag",
    },
    "site_power": {"vertiport_id": "text", "mean_kw": "number", "peak_kw": "number",
                   "limit_kw": "number"},
    "actions": {
        "at_ms": "whole", "who": "text?", "why": "text?", "action": "text", "what": "text?",
        "outcome": "text?", "reason": "text?",
    },
    "noise": {"laeq_day_dba": "number?", "laeq_night_dba": "number?", "people": "number"},
}  # fmt: skip
"""Columns asked of each table; `?` marks one that may hold nothing."""

_OPTIONAL: Final[dict[str, dict[str, str]]] = {
    "bookings": {"ready_at_ms": "whole?"},
    "site_power": {"at_ms": "whole", "from_at_ms": "whole", "from_ms": "whole",
                   "start_at_ms": "whole"},
}  # fmt: skip
"""Columns read where a run has them."""

TABLES: Final = tuple(_COLUMNS)


class RunFolder:
    """A run that has been read.

    Parameters
    ----------
    tables
        Tables by name; one that the folder lacks is absent.
    """

    def __init__(
        self, folder: Path, city: CityFacts, kpis: Kpis, tables: "dict[str, pl.DataFrame]"
    ) -> None:
        self.folder = folder
        self.city = city
        self.kpis = kpis
        self.tables = tables
        self.sorties: list[Row] = tables["sorties"].to_dicts()

    def find_table(self, name: str) -> "pl.DataFrame | None":
        """Return a table, or None if the run lacks it."""
        return self.tables.get(name)

    def list_rows(self, name: str) -> list[Row]:
        """Return the rows of a table; none if the run lacks it."""
        table = self.tables.get(name)
        return [] if table is None else table.to_dicts()

    def list_missing(self) -> list[str]:
        """Return the tables of a whole run that this one lacks."""
        expected = [name for name in TABLES if name not in ("site_power", "noise", "actions")]
        return [name for name in expected if name not in self.tables]

    def list_unfinished(self) -> list[Row]:
        """Return the sorties that were planned or in the air when the run ended."""
        return [s for s in self.sorties if s["status"] in ("planned_at_end", "airborne_at_end")]


def read_run(folder: Path, *, field: str = "DIR") -> RunFolder:
    """Return the run in a folder; `InvalidInput` naming `field` if it is none or is damaged."""
    if not folder.is_dir():
        raise InvalidInput(field, str(folder), "a folder that `aspan simulate --out` wrote")
    for name in ("city.json", "kpis.json", "sorties.parquet"):
        if not (folder / name).is_file():
            expected = f"a folder with a whole run: it holds no {name}"
            raise InvalidInput(field, str(folder), expected)
    city = _read_document(folder / "city.json", CityFacts, field)
    kpis = _read_document(folder / "kpis.json", Kpis, field)
    _check_time(folder, city, kpis, field)
    tables = {}
    for name in TABLES:
        path = folder / f"{name}.parquet"
        if path.is_file():
            tables[name] = _read_table(path, name, field)
    return RunFolder(folder, city, kpis, tables)


def _read_document(path: Path, kind: type[_Document], field: str) -> _Document:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(field, str(path), f"the JSON document of a run ({error})") from error


def _check_time(folder: Path, city: CityFacts, kpis: Kpis, field: str) -> None:
    from zoneinfo import ZoneInfo

    from aspan.primitives.instants import parse_date

    try:
        ZoneInfo(city.time_zone)
    except (KeyError, ValueError, OSError) as error:
        expected = f"a city with a time zone, not {city.time_zone!r}"
        raise InvalidInput(field, str(folder / "city.json"), expected) from error
    if not AT_MS_MIN <= kpis.from_at_ms < kpis.until_at_ms <= AT_MS_MAX:
        expected = f"a run from {kpis.from_at_ms} ms to a later instant, not {kpis.until_at_ms}"
        raise InvalidInput(field, str(folder / "kpis.json"), expected)
    parse_date(kpis.date, field=f"{field}: date in kpis.json")


def _read_table(path: Path, name: str, field: str) -> "pl.DataFrame":
    """Return the columns asked of a table, of the kinds asked."""
    import polars as pl

    try:
        with _hushed():
            frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InvalidInput(field, str(path), f"a Parquet table that can be read ({first})") from (
            error
        )
    except BaseException as error:
        if not is_reader_panic(error):
            raise
        raise InvalidInput(field, str(path), "a Parquet table that can be read") from error
    if frame.height > ROWS_MAX:
        raise InvalidInput(field, str(path), f"at most {ROWS_MAX} rows, not {frame.height}")
    asked = dict(_COLUMNS[name])
    asked |= {c: k for c, k in _OPTIONAL.get(name, {}).items() if c in frame.columns}
    missing = [column for column in asked if column not in frame.columns]
    if missing:
        raise InvalidInput(field, str(path), f"a table with the column {missing[0]}")
    return frame.select(_take(frame, path, c, k, field) for c, k in asked.items())


def is_reader_panic(error: BaseException) -> bool:
    """Answer whether the Parquet reader itself gave up, on bytes it never expected."""
    return type(error).__name__ == "PanicException"


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep the reader's own cry on damaged bytes off standard error: one line is said of it."""
    try:
        kept = os.dup(2)
    except OSError:  # closed by whoever called
        yield
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def _take(frame: "pl.DataFrame", path: Path, column: str, kind: str, field: str) -> "pl.Series":
    """Return one column as the kind asked; `InvalidInput` naming it if it holds something else."""
    import polars as pl

    kinds: dict[str, Any] = {
        TEXT: pl.String, WHOLE: pl.Int64, NUMBER: pl.Float64, FLAG: pl.Boolean,
        TEXTS: pl.List(pl.String),
    }  # fmt: skip
    name = kind.rstrip("?")
    found = frame[column]
    is_fit = found.dtype in (kinds[name], pl.Null) or (
        name in (WHOLE, NUMBER) and found.dtype.is_numeric()
    )
    if not is_fit:
        raise InvalidInput(field, str(path), f"{column} of kind {name}, not {found.dtype}")
    try:
        series = found.cast(kinds[name])
    except pl.exceptions.PolarsError as error:
        raise InvalidInput(field, str(path), f"{column} of kind {name}") from error
    if not kind.endswith("?") and series.null_count():
        raise InvalidInput(field, str(path), f"{column} in every row")
    if name == NUMBER and not series.drop_nulls().is_finite().all():
        raise InvalidInput(field, str(path), f"finite numbers in {column}")
    if (
        column.endswith(("at_ms", "from_ms"))
        and not series.drop_nulls().is_between(AT_MS_MIN, AT_MS_MAX).all()
    ):
        raise InvalidInput(field, str(path), f"instants in {column}, UTC before the year 2100")
    return series
