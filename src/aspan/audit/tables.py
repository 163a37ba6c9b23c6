"""Own reader of the run tables: rows as frozen values, the long tables as arrays.

A table that is absent is `None`, and the laws that need it are not tested. A table that is there
must have the columns of the contract, with numbers that are numbers: a NaN is refused, because it
would compare false with every limit.
"""

from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from aspan.primitives.errors import InvalidInput


class Sortie(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `sorties.parquet`."""

    sortie_id: str
    aircraft_id: str
    pilot_id: str | None
    origin: str
    planned_destination: str
    destination: str | None
    status: str
    cause: str | None
    lane_route: str | None
    passengers: int
    payload_kg: float
    planned_off_block_at_ms: int
    off_block_at_ms: int | None
    lift_off_at_ms: int | None
    touchdown_at_ms: int | None
    on_block_at_ms: int | None
    soc_off_block: float | None
    soc_lift_off: float | None
    soc_touchdown: float | None
    soc_on_block: float | None
    pack_temperature_k: float | None
    energy_kwh: float | None
    reserve_required_kwh: float | None
    energy_above_reserve_kwh: float | None
    emergency_at_ms: int | None

    @property
    def landing_site(self) -> str:
        """Where it landed, or is going while it is still in the air."""
        return self.destination or self.planned_destination


class FatoUse(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `fato_uses.parquet`."""

    vertiport_id: str
    fato_id: str
    sortie_id: str
    kind: str
    start_at_ms: int
    end_at_ms: int


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `stand_uses.parquet`."""

    vertiport_id: str
    stand_id: str
    aircraft_id: str
    start_at_ms: int
    end_at_ms: int | None


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `charges.parquet`."""

    vertiport_id: str
    charger_id: str
    stand_id: str
    aircraft_id: str
    start_at_ms: int
    end_at_ms: int | None
    energy_kwh: float | None
    peak_kw: float | None
    soc_start: float
    soc_end: float | None


class PowerStep(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `charge_power.parquet`."""

    vertiport_id: str
    charger_id: str
    start_at_ms: int
    end_at_ms: int
    power_kw: float


class SitePower(msgspec.Struct, frozen=True, kw_only=True):
    """`site_power.parquet` as columns, by vertiport, then instant."""

    vertiport_ids: tuple[str, ...]
    from_ms: Any
    mean_kw: Any
    peak_kw: Any
    limit_kw: Any


class Aircraft(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `aircraft.parquet`."""

    aircraft_id: str
    type: str
    gross_kwh: float
    soh: float
    floor_soc: float
    initial_vertiport_id: str
    initial_stand_id: str
    initial_soc: float
    empty_kg: float

    @property
    def capacity_kwh(self) -> float:
        """Energy of a full pack at its present health."""
        return self.gross_kwh * self.soh


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `approvals.parquet`; a null aircraft or site means any."""

    aircraft_id: str | None
    vertiport_id: str | None
    kind: str
    from_at_ms: int
    until_at_ms: int
    is_assumed: bool


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `duties.parquet`."""

    pilot_id: str
    start_at_ms: int
    end_at_ms: int
    vertiport_id: str


class Defect(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `defects.parquet`."""

    aircraft_id: str
    opened_at_ms: int
    closed_at_ms: int | None
    grounding: bool


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `releases.parquet`."""

    sortie_id: str
    released_at_ms: int
    origin_visibility_m: float
    origin_ceiling_agl_m: float
    origin_wind_mps: float
    origin_gust_mps: float
    destination_visibility_m: float
    destination_ceiling_agl_m: float
    destination_wind_mps: float
    destination_gust_mps: float
    alternate_visibility_m: float | None
    alternate_ceiling_agl_m: float | None
    alternate_wind_mps: float | None
    alternate_gust_mps: float | None
    predicted_energy_kwh: float
    alternate_id: str | None
    reserve_rule: str
    approval: str


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `bookings.parquet`."""

    booking_id: str
    trip_id: str
    party: int
    payload_kg: float
    requested_at_ms: int
    fare_tiyn: int
    refund_tiyn: int | None
    status: str
    reason: str | None
    seats_held: int
    sortie_ids: tuple[str, ...]
    arrived_at_ms: int | None


class MoneyLine(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `money.parquet`."""

    booking_id: str
    at_ms: int
    kind: str
    amount_tiyn: int


class Weather(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `weather.parquet`."""

    place_id: str
    at_ms: int
    temperature_k: float
    pressure_pa: float
    wind_mps: float
    wind_from_deg: float
    gust_mps: float
    visibility_m: float
    ceiling_agl_m: float
    precipitation_mm_h: float
    present_weather: str | None
    is_modelled: bool = True


class IntentVersion(msgspec.Struct, frozen=True, kw_only=True):
    """Row of `intents.parquet`; `volumes` is JSON text."""

    sortie_id: str
    version: int
    state: str
    from_at_ms: int
    volumes: str


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
    intents: tuple[IntentVersion, ...] | None
    tracks: Tracks | None
    city: dict[str, Any] | None
    kpis: dict[str, Any] | None


R = TypeVar("R", bound=msgspec.Struct)


def _scan(path: Path) -> pl.DataFrame:
    """Return a Parquet file whole, every float a number or null."""
    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InvalidInput(str(path), first, "a Parquet table of a run") from None
    for name, kind in frame.schema.items():
        if kind.is_float() and not frame.get_column(name).drop_nulls().is_finite().all():
            raise InvalidInput(f"{path.name}: {name}", "NaN or infinite", "finite numbers or null")
    return frame


def _read_rows(folder: Path, name: str, kind: type[R], order: str) -> tuple[R, ...] | None:
    """Return the rows of a table as values, sorted by `order`; None if there is no such table."""
    path = folder / f"{name}.parquet"
    if not path.exists():
        return None
    frame = _scan(path)
    for column in kind.__struct_fields__:
        if column not in frame.columns:
            raise InvalidInput(path.name, sorted(frame.columns), f"a column {column}")
    rows = frame.select(kind.__struct_fields__).sort(order.split(), maintain_order=True).to_dicts()
    try:
        return tuple(msgspec.convert(rows, list[kind]))  # type: ignore[valid-type]
    except msgspec.ValidationError as error:
        raise InvalidInput(path.name, str(error), "the columns of the contract") from None


def _scan_columns(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    """Return a Parquet file that has all of these columns, with a value in every row."""
    frame = _scan(path)
    for column in columns:
        if column not in frame.columns:
            raise InvalidInput(path.name, sorted(frame.columns), f"a column {column}")
        if frame.get_column(column).null_count():
            raise InvalidInput(f"{path.name}: {column}", None, "a value in every row")
    return frame


def _read_site_power(folder: Path) -> SitePower | None:
    """Return the power of sites as arrays; None if there is no such table."""
    path = folder / "site_power.parquet"
    if not path.exists():
        return None
    columns = ("vertiport_id", "from_ms", "mean_kw", "peak_kw", "limit_kw")
    frame = _scan_columns(path, columns).sort(["vertiport_id", "from_ms"], maintain_order=True)
    return SitePower(
        vertiport_ids=tuple(frame.get_column("vertiport_id").cast(pl.String).to_list()),
        from_ms=frame.get_column("from_ms").cast(pl.Int64).to_numpy(),
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
    frame = _scan_columns(path, columns)
    frame = frame.select(columns).sort("sortie_id", maintain_order=True)
    counts = frame.group_by("sortie_id", maintain_order=True).len()
    first = np.concatenate([[0], np.cumsum(counts.get_column("len").to_numpy())]).astype(np.int64)

    def floats(column: str) -> NDArray[np.float64]:
        return frame.get_column(column).cast(pl.Float64).to_numpy().astype(np.float64)

    return Tracks(
        sortie_ids=tuple(counts.get_column("sortie_id").cast(pl.String).to_list()),
        first=first,
        at_ms=floats("at_ms"),
        lon_deg=floats("lon_deg"),
        lat_deg=floats("lat_deg"),
        altitude_amsl_m=floats("altitude_amsl_m"),
        ground_speed_mps=floats("ground_speed_mps"),
        phase=tuple(frame.get_column("phase").cast(pl.String).to_list()),
    )


def _read_json(folder: Path, name: str) -> dict[str, Any] | None:
    path = folder / name
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
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
        charge_power=_read_rows(folder, "charge_power", PowerStep, "start_at_ms charger_id"),
        site_power=_read_site_power(folder),
        aircraft=_read_rows(folder, "aircraft", Aircraft, "aircraft_id"),
        approvals=_read_rows(folder, "approvals", Approval, "from_at_ms"),
        duties=_read_rows(folder, "duties", Duty, "start_at_ms pilot_id"),
        defects=_read_rows(folder, "defects", Defect, "opened_at_ms aircraft_id"),
        releases=_read_rows(folder, "releases", Release, "released_at_ms sortie_id"),
        bookings=_read_rows(folder, "bookings", Booking, "booking_id"),
        money=_read_rows(folder, "money", MoneyLine, "at_ms booking_id"),
        weather=_read_rows(folder, "weather", Weather, "at_ms place_id"),
        intents=_read_rows(folder, "intents", IntentVersion, "sortie_id version"),
        tracks=_read_tracks(folder),
        city=_read_json(folder, "city.json"),
        kpis=_read_json(folder, "kpis.json"),
    )
