"""Tables of a city's TOML file, read key by key; every error is one line naming file, path, value.

A number is a table `{value, unit, low, high, source, mark}`, a column of numbers the same with
`values`. `Table.number` is the one place that checks unit, range and source and notes the number in
`City.quantities` under its dotted path. Keys nobody asked for are refused by `close`.
"""

import tomllib
from collections.abc import Collection, Iterator
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from aspan.primitives.errors import InvalidInput, ensure
from aspan.world.quantity import Mark, Quantity
from aspan.world.readers.units import domain_of, unit_of

S = TypeVar("S", bound=msgspec.Struct)


class _Number(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number as written."""

    value: float
    unit: str
    low: float
    high: float
    source: str
    mark: Mark


class _Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column of numbers as written; `low` and `high` hold for each."""

    values: tuple[float, ...]
    unit: str
    low: float
    high: float
    source: str
    mark: Mark


class Table:
    """One table of a file: knows where it is and which of its keys have been read."""

    def __init__(
        self, raw: dict[str, Any], *, file: str, path: str, quantities: dict[str, Quantity]
    ) -> None:
        self._raw = raw
        self._file = file
        self._path = path
        self._quantities = quantities
        self._read: set[str] = set()
        self._children: list[Table] = []

    def path_of(self, key: str) -> str:
        """Return the dotted path of `key` in the file."""
        return f"{self._path}.{key}" if self._path else key

    def refuse(self, key: str, value: object, expected: str) -> InvalidInput:
        """Return the error that names file, path, value and what was expected."""
        return InvalidInput(f"{self._file}: {self.path_of(key)}", value, expected)

    def has(self, key: str) -> bool:
        """Say whether `key` is written."""
        return key in self._raw

    def number(self, key: str) -> float:
        """Return a stated number in the unit its name says, noted among the quantities."""
        raw = self._take(key, dict, f"a number in {unit_of(key)} as {{value, unit, low, …}}")
        stated = self._convert(key, raw, _Number)
        return self._check(key, key, stated.value, stated)

    def whole(self, key: str) -> int:
        """Return a stated number that must be whole."""
        value = self.number(key)
        if value != int(value):
            raise self.refuse(f"{key}.value", value, "a whole number")
        return int(value)

    def numbers(self, key: str, *, count: int | None = None) -> tuple[float, ...]:
        """Return a stated column of numbers, of length `count` unless None."""
        raw = self._take(key, dict, f"numbers in {unit_of(key)} as {{values, unit, low, …}}")
        stated = self._convert(key, raw, _Column)
        if count is not None and len(stated.values) != count:
            raise self.refuse(f"{key}.values", len(stated.values), f"{count} numbers")
        return tuple(
            self._check(key, f"{key}[{i}]", value, stated) for i, value in enumerate(stated.values)
        )

    def shares(self, key: str, *, count: int) -> tuple[float, ...]:
        """Return a stated column of `count` chances that sum to 1."""
        values = self.numbers(key, count=count)
        if abs(sum(values) - 1.0) > 1e-6:
            raise self.refuse(f"{key}.values", round(sum(values), 6), "numbers that sum to 1")
        return values

    def text(self, key: str, *, among: tuple[str, ...] | None = None) -> str:
        """Return a text that is not empty, one of `among` unless None."""
        value = self._take(key, str, _expect_text(among))
        if not value or (among is not None and value not in among):
            raise self.refuse(key, value, _expect_text(among))
        return str(value)

    def texts(self, key: str, *, among: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts, each one of `among` unless None; empty if the key is absent."""
        self._read.add(key)
        if key not in self._raw:
            return ()
        values = self._take(key, list, "a list of texts")
        for i, value in enumerate(values):
            if not isinstance(value, str) or (among is not None and value not in among):
                raise self.refuse(f"{key}[{i}]", value, _expect_text(among))
        return tuple(values)

    def flag(self, key: str) -> bool:
        """Return true or false as written."""
        return bool(self._take(key, bool, "true or false"))

    def index(self, key: str, *, low: int, high: int) -> int:
        """Return a plain whole number that counts or points (phase, layer), in [low, high]."""
        value = self._take(key, int, f"a whole number from {low} to {high}")
        if isinstance(value, bool) or not low <= value <= high:
            raise self.refuse(key, value, f"a whole number from {low} to {high}")
        return int(value)

    def table(self, key: str) -> "Table":
        """Return the table `key`."""
        return self._child(self._take(key, dict, "a table"), self.path_of(key))

    def tables(self, key: str) -> Iterator[tuple[str, "Table"]]:
        """Yield the tables of `key` with their id, sorted by id."""
        raw = self._take(key, dict, "a table of tables, one for each id")
        for name in sorted(raw):
            if not isinstance(raw[name], dict):
                raise self.refuse(f"{key}.{name}", raw[name], "a table")
            yield name, self._child(raw[name], f"{self.path_of(key)}.{name}")

    def rows(self, key: str) -> Iterator["Table"]:
        """Yield the rows of the array of tables `key`, as written; none if it is absent."""
        if key not in self._raw:
            return
        for i, raw in enumerate(self._take(key, list, "an array of tables")):
            if not isinstance(raw, dict):
                raise self.refuse(f"{key}[{i}]", raw, "a table")
            yield self._child(raw, f"{self.path_of(key)}[{i}]")

    def fill(self, kind: type[S], **given: Any) -> S:  # noqa: ANN401  fields of any type
        """Return a `kind` whose fields are read by name: numbers checked, texts and flags plain.

        Fields in `given` are taken as they are. What has a default in `kind` may be absent.
        """
        for field in msgspec.structs.fields(kind):
            name = field.name
            if name in given or not (field.required or name in self._raw):
                continue
            if field.type in (float, float | None):
                given[name] = self.number(name)
            elif field.type is int:
                given[name] = self.whole(name)
            elif field.type is str:
                given[name] = self.text(name)
            elif field.type is bool:
                given[name] = self.flag(name)
            elif field.type == tuple[float, ...]:
                given[name] = self.numbers(name)
            else:
                ensure(field.type == tuple[int, ...], f"{kind.__name__}.{name} must be given")
                given[name] = self.indices(name)
        return kind(**given)

    def indices(self, key: str) -> tuple[int, ...]:
        """Return a plain list of whole numbers that count or point (months)."""
        values = self._take(key, list, "a list of whole numbers")
        for i, value in enumerate(values):
            if not isinstance(value, int) or isinstance(value, bool):
                raise self.refuse(f"{key}[{i}]", value, "a whole number")
        return tuple(values)

    def points(self, key: str) -> tuple[tuple[float, float], ...]:
        """Return a plain list of positions `[longitude, latitude]` in degrees."""
        read = []
        for i, value in enumerate(self._take(key, list, "a list of [longitude, latitude]")):
            try:
                lon_deg, lat_deg = msgspec.convert(value, tuple[float, float])
            except msgspec.ValidationError:
                raise self.refuse(f"{key}[{i}]", value, "[longitude, latitude]") from None
            if not (abs(lon_deg) <= 180.0 and abs(lat_deg) <= 90.0):
                raise self.refuse(f"{key}[{i}]", value, "degrees within 180 and 90")
            read.append((lon_deg, lat_deg))
        return tuple(read)

    def close(self, *, top: Collection[str] = ()) -> None:
        """Refuse keys that nobody has read, here and in every table below.

        Parameters
        ----------
        top
            Keys of the top of the file: in TOML, one written after a table belongs to that table.
        """
        for key in self._raw:
            if key in self._read:
                continue
            if key in top and not isinstance(self._raw[key], dict):
                raise self.refuse(key, self._raw[key], f"{key} above the first [table] of the file")
            known = ", ".join(sorted(self._read)) or "nothing here"
            raise self.refuse(key, self._raw[key], f"no such key; known are {known}")
        for child in self._children:
            child.close(top=top or self._read)

    def _take(self, key: str, kind: type, expected: str) -> Any:  # noqa: ANN401  TOML values
        """Return the raw value of `key`, which must be there and of `kind`."""
        self._read.add(key)
        if key not in self._raw:
            raise self.refuse(key, None, f"{expected} (the key is missing)")
        value = self._raw[key]
        if not isinstance(value, kind):
            raise self.refuse(key, value, expected)
        return value

    def _child(self, raw: dict[str, Any], path: str) -> "Table":
        child = Table(raw, file=self._file, path=path, quantities=self._quantities)
        self._children.append(child)
        return child

    def _convert(self, key: str, raw: dict[str, Any], kind: type[S]) -> S:
        try:
            return msgspec.convert(raw, kind)
        except msgspec.ValidationError as error:
            raise self.refuse(key, raw, str(error)) from None

    def _check(self, name: str, key: str, value: float, stated: _Number | _Column) -> float:
        """Check unit, stated range, domain and source of one number and note it."""
        unit = unit_of(name)
        if stated.unit != unit:
            raise self.refuse(f"{name}.unit", stated.unit, unit)
        low, high, is_positive = domain_of(name)
        if not (low <= value <= high and isfinite(value)) or (is_positive and value == 0):
            sign = "more than" if is_positive else "at least"
            most = f"at most {high:g}" if isfinite(high) else "finite"
            raise self.refuse(key, value, f"{sign} {low:g} and {most}, in {unit}")
        if not stated.low <= value <= stated.high:
            raise self.refuse(
                key, value, f"within its own low {stated.low:g}, high {stated.high:g}"
            )
        if not stated.source.strip():
            raise self.refuse(f"{name}.source", stated.source, "a source or the reason assumed")
        self._quantities[self.path_of(key)] = Quantity(
            value=value, unit=unit, low=stated.low, high=stated.high, source=stated.source,
            mark=stated.mark,
        )  # fmt: skip
        return value


def _expect_text(among: tuple[str, ...] | None) -> str:
    """Return what is expected of a text, for its error."""
    if among is None:
        return "a text"
    return f"one of {', '.join(among)}" if among else "nothing, as the city has none"


def read_toml(path: Path, *, city: str, quantities: dict[str, Quantity]) -> Table:
    """Return the top table of the TOML file at `path`; numbers read go into `quantities`."""
    label = f"{city}/{path.name}"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InvalidInput(label, None, "a file of the city (it is missing)") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(label, str(error), "a file in TOML, UTF-8") from None
    except OSError as error:
        raise InvalidInput(label, error.strerror, "a file that can be read") from None
    return Table(raw, file=label, path="", quantities=quantities)
