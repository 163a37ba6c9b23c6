"""A recorder's layout: which column of its file or stream is which channel, in which unit.

Written as TOML or JSON by whoever knows the recorder. A unit that is unknown, or that cannot
measure its channel, is refused; one that is possible but unlikely is flagged when values are seen
(`unit_doubt`).
"""

import tomllib
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

import msgspec

from aspan.evidence.telemetry.unit import UNIT_BY_NAME, Unit, list_units
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_S
from aspan.world.telemetry import CHANNEL_BY_NAME, CHANNELS, EVENT_MARK, Channel

Source = Literal["aircraft", "twin"]
"""Whose telemetry it is; what the twin flew is never shown as an aircraft's."""

TimeKind = Literal["utc_ms", "utc_s", "gps_s", "iso"]
"""Milliseconds or seconds since 1970 UTC, seconds since 1980-01-06 GPS, or ISO 8601 text (read as
UTC where it names no zone)."""

GPS_MINUS_UTC_S: Final = 18.0
"""Leap seconds between GPS time and UTC since 2017-01-01: IERS Bulletin C 52, July 2016."""

RATE_HZ_MAX: Final = 1_000.0
"""Instants are whole milliseconds here."""

REORDER_MS_MAX: Final = 10_000.0

CHANNELS_MAX: Final = 64
"""One bit each in a column of doubts about values."""

LAYOUT_BYTES_MAX: Final = 1 << 20


class TimeColumn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the instant of a row stands and how it is written."""

    column: str
    kind: TimeKind
    gps_minus_utc_s: float = GPS_MINUS_UTC_S


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column of the recorder and what it measures.

    Parameters
    ----------
    column
        Its name in the file or stream.
    channel
        A name of `world.telemetry.CHANNELS`.
    unit
        As written; the channel's own if not given.
    noise
        Standard deviation of one reading by calibration, in the stated unit; the channel's default
        if None.
    may_rest
        A value that stays exactly the same is no fault: a switched channel, a coarse one.
    """

    column: str
    channel: str
    unit: str = ""
    noise: float | None = None
    may_rest: bool = False


class Layout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """What one recorder writes.

    Parameters
    ----------
    recorder_id, software
        Which recorder, and the software baseline of the aircraft (or twin) that it recorded.
    rate_hz
        Rows a second that it means to write.
    sequence
        Column of the row's number; rows are numbered as they come where None, and nothing can be
        said then of rows lost, doubled or shuffled.
    separator, decimal
        Of CSV.
    reorder_ms
        Rows that come out of order by no more than this are put in order; later ones are kept
        where they came and flagged. Watching waits so long at most where a row is missing, and at
        least for two rows.
    clock_step_ms
        More between time and row number is a step of the recorder's clock.
    """

    recorder_id: str
    source: Source
    software: str
    rate_hz: float
    time: TimeColumn
    channels: tuple[Column, ...]
    sequence: str | None = None
    separator: str = ","
    decimal: str = "."
    reorder_ms: float = 200.0
    clock_step_ms: float = 100.0

    @property
    def period_ms(self) -> float:
        """Time between two rows."""
        return MS_PER_S / self.rate_hz

    @property
    def window_rows(self) -> int:
        """Rows that may come while one that is missing is waited for."""
        return max(2, round(self.reorder_ms / self.period_ms))

    @cached_property
    def known(self) -> tuple[Channel, ...]:
        """The channels, in the order of the columns, with this recorder's noise in our unit."""
        channels = []
        for column, unit in zip(self.channels, self.units, strict=True):
            channel = CHANNEL_BY_NAME[column.channel]
            if column.noise is not None:
                channel = msgspec.structs.replace(channel, noise=column.noise * unit.scale)
            channels.append(channel)
        return tuple(channels)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The unit of each column."""
        return tuple(UNIT_BY_NAME[c.unit or CHANNEL_BY_NAME[c.channel].unit] for c in self.channels)

    def sha256(self) -> str:
        """Return the hash that names this layout in a manifest."""
        return sha256(msgspec.json.encode(self, order="sorted")).hexdigest()


def read_layout(path: Path) -> Layout:
    """Read a layout, TOML or, by the ending `.json`, JSON."""
    with path.open("rb") as file:
        raw = file.read(LAYOUT_BYTES_MAX + 1)
    if len(raw) > LAYOUT_BYTES_MAX:
        raise InvalidInput(str(path), f"{len(raw)} bytes or more", "a layout of at most 1 MiB")
    return parse_layout(raw, name=str(path), is_json=path.suffix.lower() == ".json")


def parse_layout(raw: bytes, *, name: str, is_json: bool) -> Layout:
    """Return a checked layout; `InvalidInput` with the place otherwise."""
    try:
        text = raw.decode("utf-8-sig")
        document = msgspec.json.decode(text) if is_json else tomllib.loads(text)
        layout = msgspec.convert(document, Layout)
    except (UnicodeDecodeError, msgspec.DecodeError, tomllib.TOMLDecodeError) as error:
        what = "a layout of a recorder"
        raise InvalidInput(name, str(error), what) from None
    return check_layout(layout, name=name)


def check_layout(layout: Layout, *, name: str = "layout") -> Layout:
    """Return a layout if it can be worked with; `InvalidInput` naming the place otherwise."""
    _check_words(layout, name)
    _check_span(f"{name} rate_hz", layout.rate_hz, 0.1, RATE_HZ_MAX)
    _check_span(f"{name} reorder_ms", layout.reorder_ms, 0.0, REORDER_MS_MAX)
    _check_span(f"{name} clock_step_ms", layout.clock_step_ms, 1.0, 1e9)
    _check_span(f"{name} time.gps_minus_utc_s", layout.time.gps_minus_utc_s, 0.0, 60.0)
    if not 0 < len(layout.channels) <= CHANNELS_MAX:
        raise InvalidInput(f"{name} channels", len(layout.channels), f"1 to {CHANNELS_MAX}")
    for number, column in enumerate(layout.channels):
        _check_column(f"{name} channels[{number}]", column)
    _check_once(f"{name} channels: channel", [c.channel for c in layout.channels])
    columns = [layout.time.column, *(c.column for c in layout.channels)]
    _check_once(f"{name} column", [*columns, *([layout.sequence] if layout.sequence else [])])
    return layout


def twin_layout(recorder_id: str, software: str, *, rate_hz: float) -> Layout:
    """Return the layout of the twin's own recorder: our names, our units."""
    return Layout(
        recorder_id=recorder_id,
        source="twin",
        software=software,
        rate_hz=rate_hz,
        time=TimeColumn(column="at_ms", kind="utc_ms"),
        sequence="sequence",
        channels=tuple(
            Column(column=c.name, channel=c.name, may_rest=c.name == EVENT_MARK) for c in CHANNELS
        ),
    )


def _check_words(layout: Layout, name: str) -> None:
    for field in ("recorder_id", "software"):
        if not getattr(layout, field).strip():
            raise InvalidInput(f"{name} {field}", "", "a word that names it")
    if layout.separator not in (",", ";", "\t", "|"):
        raise InvalidInput(f"{name} separator", layout.separator, "a comma, ; , tab or |")
    if layout.decimal not in (".", ",") or layout.decimal == layout.separator:
        raise InvalidInput(f"{name} decimal", layout.decimal, "a point or comma, not the separator")


def _check_span(field: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InvalidInput(field, value, f"{low:g} to {high:g}")


def _check_column(field: str, column: Column) -> None:
    channel = CHANNEL_BY_NAME.get(column.channel)
    if channel is None:
        raise InvalidInput(f"{field}.channel", column.channel, "a channel of telemetry")
    if column.unit and column.unit not in {unit.name for unit in list_units(channel.unit)}:
        names = ", ".join(unit.name for unit in list_units(channel.unit))
        raise InvalidInput(
            f"{field}.unit", column.unit, f"a unit of {column.channel}: one of {names}"
        )
    if column.noise is not None and not 0.0 <= column.noise < float("inf"):
        raise InvalidInput(f"{field}.noise", column.noise, "0 or more")


def _check_once(field: str, names: list[str]) -> None:
    twice = next((name for k, name in enumerate(names) if name in names[:k]), None)
    if twice is not None:
        raise InvalidInput(field, twice, "each one once")
