"""Own reader of the run tables: rows as frozen values, the long tables as arrays.

A table that is absent is `None`, and the laws that need it are not tested. A table that is there
must have the columns of the contract, with numbers that are numbers and can be (`bounds.py`): a NaN
is refused, because it would compare false with every limit. Whatever is wrong with a file, the
answer is one `InvalidInput` that names it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
import polars as pl

from aspan.audit.bounds import SPAN_MS_MAX, check_bounds
from aspan.audit.rows import (
    Action,
    Aircraft,
    Approval,
    Booking,
    Charge,
    Closure,
    Defect,
    Duty,
    FatoUse,
    Forecast,
    IntentVersion,
    MoneyLine,
    PowerStep,
    Release,
    Sortie,
    Stay,
    Trip,
    Weather,
    ZoneClosure,
)
from aspan.primitives.errors import InvalidInput


class SitePower(msgspec.Struct, frozen=True, kw_only=True):
    """`site_power.parquet` as columns, by vertiport, then instant."""

    vertiport_ids: tuple[str, ...]
    from_ms: Any
    mean_kw: Any
    peak_kw: Any
    limit_kw: Any


class Tracks(msgspec.Struct, frozen=True, kw_only=True):
    """`tracks.parquet` as columns, in the order of the file within a sortie, sorties sorted."""

    sortie_ids: tuple[str, ...]
    """Of the sorties that have a track."""
    first: Any
    """Index of the first vertex of each sortie, and one past the last vertex of all."""
    at_ms: Any
    lon_deg: Any
    lat_deg: Any
    altitude_amsl_m: Any
    ground_speed_mps: Any
    phase: tuple[str, ...]


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """All run tables of a folder; absent ones are None."""

    folder: str
    sorties: tuple[Sortie, ...] | None
    fato_uses: tuple[FatoUse, ...] | None
    stand_uses: tuple[Stay, ...] | None
    charges: tuple[Charge, ...] | None
    charge_power: tuple[PowerStep, ...] | None
    site_power: SitePower | None
    aircraft: tuple[Aircraft, ...] | None
    approvals: tuple[Approval, ...] | None
    duties: tuple[Duty, ...] | None
    defects: tuple[Defect, ...] | None
    releases: tuple[Release, ...] | None
    bookings: tuple[Booking, ...] | None
    money: tuple[MoneyLine, ...] | None
    weather: tuple[Weather, ...] | None
    trips: tuple[Trip, ...] | None
    forecast: tuple[Forecast, ...] | None
    actions: tuple[Action, ...] | None
    closures: tuple[Closure, ...] | None
    zone_closures: tuple[ZoneClosure, ...] | None
    intents: tuple[IntentVersion, ...] | None
    tracks: Tracks | None
    city: dict[str, Any] | None
    kpis: dict[str, Any] | None


R = TypeVar("R", bound=msgspec.Struct)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn whatever polars says of a broken file into one `InvalidInput`."""
    broken = (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException, MemoryError)
    try:
        yield
    except broken as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InvalidInput(str(path), first, "a Parquet table of a run") from None


def _scan(path: Path, columns: tuple[str, ...], optional: tuple[str, ...] = ()) -> pl.DataFrame:
    """Return these columns of a Parquet file, every number one that can be, or null.

    Optional ones only if they are there.
    """
    frame = pl.read_parquet(path)
    columns += tuple(column for column in optional if column in frame.columns)
    for column in columns:
        if column not in frame.columns:
            raise InvalidInput(path.name, sorted(frame.columns), f"a column {column}")
    frame = frame.select(columns)
    check_bounds(path.name, frame)
    return frame


def _list_columns(kind: type[msgspec.Struct]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns that a row must have, and those it may have."""
    fields = msgspec.structs.fields(kind)
    needed = tuple(field.name for field in fields if field.required)
    return needed, tuple(field.name for field in fields if not field.required)


def _read_rows(folder: Path, name: str, kind: type[R], order: str) -> tuple[R, ...] | None:
    """Return the rows of a table as values, sorted by `order`; None if there is no such table."""
    path = folder / f"{name}.parquet"
    if not path.exists():
        return None
    with _reading(path):
        frame = _scan(path, *_list_columns(kind))
        rows = frame.sort(order.split(), maintain_order=True).to_dicts()
    try:
        return tuple(msgspec.convert(rows, list[kind]))  # type: ignore[valid-type]
    except (msgspec.ValidationError, RecursionError) as error:
        raise InvalidInput(path.name, str(error), "the columns of the contract") from None


def _read_power(folder: Path) -> tuple[PowerStep, ...] | None:
    """Return the steps of power, none longer than a day; None if there is no such table."""
    steps = _read_rows(folder, "charge_power", PowerStep, "start_at_ms charger_id")
    longest_ms = max((step.end_at_ms - step.start_at_ms for step in steps or ()), default=0)
    if longest_ms > SPAN_MS_MAX:
        raise InvalidInput("charge_power.parquet", longest_ms, f"steps up to {SPAN_MS_MAX} ms")
    return steps


def _scan_columns(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    """Return these columns of a Parquet file, with a value in every row."""
    frame = _scan(path, columns)
    for column in columns:
        if frame.get_column(column).null_count():
            raise InvalidInput(f"{path.name}: {column}", None, "a value in every row")
    return frame


def _read_site_power(folder: Path) -> SitePower | None:
    """Return the power of sites as arrays; None if there is no such table."""
    path = folder / "site_power.parquet"
    if not path.exists():
        return None
    columns = ("vertiport_id", "from_at_ms", "mean_kw", "peak_kw", "limit_kw")
    with _reading(path):
        frame = _scan_columns(path, columns).sort(
            ["vertiport_id", "from_at_ms"], maintain_order=True
        )
        return SitePower(
            vertiport_ids=tuple(frame.get_column("vertiport_id").cast(pl.String).to_list()),
            from_ms=frame.get_column("from_at_ms").cast(pl.Int64).to_numpy(),
            mean_kw=frame.get_column("mean_kw").cast(pl.Float64).to_numpy(),
            peak_kw=frame.get_column("peak_kw").cast(pl.Float64).to_numpy(),
            limit_kw=frame.get_column("limit_kw").cast(pl.Float64).to_numpy(),
        )


def _read_tracks(folder: Path) -> Tracks | None:
    """Return the tracks as arrays; None if there are none."""
    path = folder / "tracks.parquet"
    if not path.exists():
        return None
    columns = (
        "sortie_id", "at_ms", "lon_deg", "lat_deg", "altitude_amsl_m", "ground_speed_mps", "phase",
    )  # fmt: skip
    numbers = columns[1:6]
    with _reading(path):
        frame = _scan_columns(path, columns).sort("sortie_id", maintain_order=True)
        texts = frame.select(pl.col("sortie_id", "phase").cast(pl.String))
        counts = texts.group_by("sortie_id", maintain_order=True).len()
        values = {
            name: frame.get_column(name).cast(pl.Float64).to_numpy().astype(np.float64)
            for name in numbers
        }
    lengths = counts.get_column("len").to_numpy()
    return Tracks(
        sortie_ids=tuple(counts.get_column("sortie_id").to_list()),
        first=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        phase=tuple(texts.get_column("phase").to_list()),
        **values,
    )


def _read_json(folder: Path, name: str) -> dict[str, Any] | None:
    path = folder / name
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(str(path), str(error), "a JSON object") from None


def read_tables(folder: Path) -> Tables:
    """Return every run table of a folder; `InvalidInput` naming the table if one is broken."""
    if not folder.is_dir():
        raise InvalidInput("DIR", str(folder), "a folder of run tables")
    if not any(folder.glob("*.parquet")):
        raise InvalidInput("DIR", str(folder), "a folder with run tables (*.parquet)")
    return Tables(
        folder=str(folder),
        sorties=_read_rows(folder, "sorties", Sortie, "sortie_id"),
        fato_uses=_read_rows(folder, "fato_uses", FatoUse, "start_at_ms sortie_id"),
        stand_uses=_read_rows(folder, "stand_uses", Stay, "start_at_ms aircraft_id"),
        charges=_read_rows(folder, "charges", Charge, "start_at_ms aircraft_id"),
        charge_power=_read_power(folder),
        site_power=_read_site_power(folder),
        aircraft=_read_rows(folder, "aircraft", Aircraft, "aircraft_id"),
        approvals=_read_rows(folder, "approvals", Approval, "from_at_ms"),
        duties=_read_rows(folder, "duties", Duty, "start_at_ms pilot_id"),
        defects=_read_rows(folder, "defects", Defect, "opened_at_ms aircraft_id"),
        releases=_read_rows(folder, "releases", Release, "released_at_ms sortie_id"),
        bookings=_read_rows(folder, "bookings", Booking, "booking_id"),
        money=_read_rows(folder, "money", MoneyLine, "at_ms booking_id"),
        weather=_read_rows(folder, "weather", Weather, "at_ms place_id"),
        trips=_read_rows(folder, "trips", Trip, "trip_id"),
        forecast=_read_rows(folder, "forecast", Forecast, "issued_at_ms place_id"),
        actions=_read_rows(folder, "actions", Action, "at_ms"),
        closures=_read_rows(folder, "closures", Closure, "from_at_ms"),
        zone_closures=_read_rows(folder, "zone_closures", ZoneClosure, "from_at_ms zone_id"),
        intents=_read_rows(folder, "intents", IntentVersion, "sortie_id version"),
        tracks=_read_tracks(folder),
        city=_read_json(folder, "city.json"),
        kpis=_read_json(folder, "kpis.json"),
    )
