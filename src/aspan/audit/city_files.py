"""Own reader of a city's folder: plain TOML, terrain, and the hash over all files.

The format is that of `docs/city-files.md`. A number is a table with `value` and `unit`, a column
one with `values`; the reader folds both to bare numbers, checks their unit against the suffix of
their name and takes only the keys that the laws need. Vertiports of later phases are kept: a run of
an earlier phase simply does not use them. FATOs, stands and chargers of later phases are left out.
"""

import hashlib
import tomllib
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from aspan.audit.geozones import FILE_NAME, read_zones
from aspan.audit.ground import read_ground
from aspan.audit.truth import (
    AirframeTruth,
    ApprovalTruth,
    ChargerTruth,
    CityTruth,
    CraftTruth,
    FatoTruth,
    LaneTruth,
    NodeTruth,
    RulesTruth,
    RunwayTruth,
    SiteTruth,
    StandTruth,
)
from aspan.primitives.errors import InvalidInput

S = TypeVar("S", bound=msgspec.Struct)

_COSTS_NAME: Final = "costs.toml"
_CHECKOUT: Final = Path(__file__).resolve().parents[3]
_UNITS: Final = {
    "_kg_m3": "kg/m3", "_mps": "m/s", "_kwh": "kWh", "_deg": "deg", "_ms": "ms", "_m2": "m2",
    "_kw": "kW", "_kg": "kg", "_m": "m", "_s": "s", "_k": "K",
}  # fmt: skip


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    """Keys of `city.toml` that are not rules."""

    city_id: str
    time_zone: str
    terrain: str
    approvals: tuple[ApprovalTruth, ...] = ()


class _Vertiports(msgspec.Struct, frozen=True, kw_only=True):
    vertiports: dict[str, SiteTruth]
    fatos: dict[str, FatoTruth]
    stands: dict[str, StandTruth]
    chargers: dict[str, ChargerTruth]


class _Aircraft(msgspec.Struct, frozen=True, kw_only=True):
    aircraft_type: CraftTruth


class _Fleet(msgspec.Struct, frozen=True, kw_only=True):
    airframes: dict[str, AirframeTruth]


class _Lanes(msgspec.Struct, frozen=True, kw_only=True):
    lanes: dict[str, LaneTruth]
    nodes: dict[str, NodeTruth] = {}
    runways: dict[str, RunwayTruth] = {}


def _city_homes() -> tuple[Path, ...]:
    return (Path("cities"), _CHECKOUT / "cities")


def find_city_folder(city: str) -> Path:
    """Return the folder of a city by name or path; `InvalidInput` naming the known ones."""
    for folder in (*(home / city for home in _city_homes()), Path(city)):
        if city and (folder / "city.toml").is_file():
            return folder
    names = sorted({p.parent.name for home in _city_homes() for p in home.glob("*/city.toml")})
    raise InvalidInput("--city", city, f"a city folder: {', '.join(names) or 'none is here'}")


def find_city_by_sha256(sha256: str) -> str | None:
    """Return the name of the city at hand whose files have this hash, None if there is none."""
    for home in _city_homes():
        for head in sorted(home.glob("*/city.toml")):
            try:
                terrain = str(_read_toml(head).get("terrain", ""))
            except InvalidInput:
                continue  # a broken neighbour is not the city asked for
            if hash_folder(head.parent, terrain) == sha256:
                return str(head.parent)
    return None


def hash_folder(folder: Path, terrain: str) -> str:
    """Return SHA-256 over lines `<sha256>  <path>`, sorted by path, of every file of the city.

    Hidden files, `__pycache__` and `costs.toml` do not count; a terrain file outside the folder
    does.
    """
    names = []
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(p.startswith(".") or p == "__pycache__" for p in parts):
            names.append("/".join(parts))
    names = [name for name in names if name != _COSTS_NAME]
    if terrain and not (folder / terrain).resolve().is_relative_to(folder.resolve()):
        names.append(terrain)
    whole = hashlib.sha256()
    for name in sorted(names):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        whole.update(f"{digest}  {name}\n".encode())
    return whole.hexdigest()


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(str(path), str(error), "a TOML file of the city") from None


def _unit_of(name: str) -> str | None:
    if "_per_" in name or "_dba" in name:
        return None
    for bound in ("_min", "_max"):
        name = name.removesuffix(bound)
    return next((unit for suffix, unit in _UNITS.items() if name.endswith(suffix)), None)


def _fold(raw: object, *, name: str, where: str) -> object:
    """Return `raw` with every stated number replaced by its value, units checked."""
    if isinstance(raw, list):
        return [_fold(item, name=name, where=where) for item in raw]
    if not isinstance(raw, dict):
        return raw
    if "value" in raw and "unit" in raw:
        expected = _unit_of(name)
        if expected is not None and raw["unit"] != expected:
            raise InvalidInput(f"{where}: {name}", raw["unit"], f"the unit {expected}")
        return raw["value"]
    if "values" in raw and "unit" in raw:
        return raw["values"]
    return {key: _fold(value, name=key, where=where) for key, value in raw.items()}


def _read(folder: Path, name: str, kind: type[S]) -> S:
    """Return the keys of one file that the laws need."""
    path = folder / f"{name}.toml"
    folded = _fold(_read_toml(path), name=name, where=f"{folder.name}/{path.name}")
    return _convert(folded, kind, where=f"{folder.name}/{path.name}")


def _convert(folded: object, kind: type[S], *, where: str) -> S:
    try:
        return msgspec.convert(folded, kind)
    except msgspec.ValidationError as error:
        raise InvalidInput(where, str(error), "the keys of docs/city-files.md") from None


def _chargers_in(
    phase: int | None, chargers: dict[str, ChargerTruth], stands: dict[str, StandTruth]
) -> dict[str, ChargerTruth]:
    """Return the chargers of a phase, each with the stands that are there."""
    kept = {}
    for name, charger in chargers.items():
        reach = tuple(stand for stand in charger.stand_ids if stand in stands)
        if reach and (phase is None or charger.phase <= phase):
            kept[name] = msgspec.structs.replace(charger, stand_ids=reach)
    return kept


def read_city(folder: Path, *, phase: int | None = None) -> CityTruth:
    """Return the city of a folder; `InvalidInput` naming file and key if it cannot be read.

    Parameters
    ----------
    phase
        Of the network: equipment that sites get later is left out. All of it is kept if None.
    """
    label = f"{folder.name}/city.toml"
    rules = _fold(_read_toml(folder / "city.toml"), name="city", where=label)
    head = _convert(rules, _Head, where=label)
    places = _read(folder, "vertiports", _Vertiports)
    lanes = _read(folder, "lanes", _Lanes)
    stands = {k: v for k, v in places.stands.items() if phase is None or v.phase <= phase}
    if not places.vertiports:
        raise InvalidInput(f"{folder.name}/vertiports.toml", 0, "at least one vertiport")
    return CityTruth(
        city_id=head.city_id,
        time_zone=head.time_zone,
        sha256=hash_folder(folder, head.terrain),
        sites=places.vertiports,
        fatos={k: v for k, v in places.fatos.items() if phase is None or v.phase <= phase},
        stands=stands,
        chargers=_chargers_in(phase, places.chargers, stands),
        craft=_read(folder, "aircraft", _Aircraft).aircraft_type,
        airframes=_read(folder, "fleet", _Fleet).airframes,
        approvals=head.approvals,
        rules=_convert(rules, RulesTruth, where=label),
        lanes=lanes.lanes,
        nodes=lanes.nodes,
        runways=lanes.runways,
        zones=read_zones(folder / FILE_NAME),
        ground=read_ground(folder / head.terrain),
    )
