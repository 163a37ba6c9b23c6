"""A new aircraft dataset: a copy of the city's folder in which the aircraft is as it was found.

What was identified replaces its row of `aircraft.toml`, with the runs it rests on and their
manifests as source; what was not keeps its row. Marked `measured` only if every run came from an
aircraft's own recorder. CITY may be a path everywhere, so the folder is used at once.
"""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Final

import msgspec

from aspan.evidence.identify.estimates import UNTOUCHED, Estimate, Identification
from aspan.evidence.identify.flight import PRODUCT
from aspan.primitives.errors import InvalidInput
from aspan.world.aircraft import AircraftType
from aspan.world.quantity import Mark
from aspan.world.readers import load_city
from aspan.world.readers.folder import find_folder

FILE: Final = "identification.json"
"""In the folder made: every estimate in full, runs, manifests and what was not identified."""

BY_TWIN: Final = "flown by the twin, not by an aircraft"
_HASH_DIGITS: Final = 12
_SHARES: Final = ("figure_of_merit", "drivetrain_efficiency", "cold_factor")
"""Names that begin so are shares, at most 1."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `aircraft.toml` as it is written anew."""

    field: str
    value: float
    unit: str
    low: float
    high: float
    source: str
    mark: Mark


def publish_dataset(
    identification: Identification, city: str, out: Path, *, campaign: str
) -> tuple[Row, ...]:
    """Write the folder `out` and return the rows that are new.

    Parameters
    ----------
    city
        Name or folder that is copied.
    campaign
        By which sources name it: the log and its head.
    """
    folder = find_folder(city)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InvalidInput("--out", str(out), "a new folder")
    if out.resolve().is_relative_to(folder):
        raise InvalidInput("--out", str(out), f"a folder outside {folder.name}")
    kind = load_city(city).aircraft_type
    rows = list_rows(identification, kind, campaign=campaign)
    if not rows:
        raise InvalidInput("runs", len(identification.runs), "runs that identify something")
    shutil.copytree(
        folder, out, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*", "__pycache__")
    )
    _bring_terrain(folder, out)
    path = out / "aircraft.toml"
    path.write_text(_replace_rows(path.read_text(encoding="utf-8"), rows), encoding="utf-8")
    body = msgspec.json.format(msgspec.json.encode(identification), indent=1)
    (out / FILE).write_bytes(body + b"\n")
    _note_sources(out, identification, campaign)
    load_city(str(out))
    return rows


def list_rows(
    identification: Identification, kind: AircraftType, *, campaign: str
) -> tuple[Row, ...]:
    """Return the rows of what was identified and is a number of a type."""
    mark: Mark = "measured" if identification.maker == "aircraft" else "modelled"
    rows = []
    for estimate in identification.estimates:
        field, scale, how = estimate.name, 1.0, ""
        if estimate.name == PRODUCT:
            field, scale = "lift_to_drag_max", 1.0 / kind.cruise_efficiency
            how = (
                f"only its product with cruise_efficiency was found, {estimate.value:.4g} "
                f"({estimate.low:.4g} to {estimate.high:.4g}); split by cruise_efficiency "
                f"{kind.cruise_efficiency:g} as stated before; "
            )
        if field not in AircraftType.__struct_fields__:
            continue
        most = 1.0 if field.startswith(_SHARES) else float("inf")
        value, low, high = (
            min(max(x * scale, 0.0), most) for x in (estimate.value, estimate.low, estimate.high)
        )
        source = _source(estimate, identification, campaign, how)
        rows.append(
            Row(
                field=field,
                value=value,
                unit=estimate.unit,
                low=low,
                high=high,
                source=source,
                mark=mark,
            )
        )
    return tuple(rows)


def _source(estimate: Estimate, identification: Identification, campaign: str, how: str) -> str:
    by = f"{BY_TWIN}; " if identification.maker == "twin" else ""
    runs = ", ".join(
        f"{run_id} ({identification.runs[run_id][:_HASH_DIGITS] or 'not kept'})"
        for run_id in estimate.runs
    )
    return (
        f"identified, 95 %: {how}{by}{campaign}; {len(estimate.runs)} runs with the manifest of "
        f"each: {runs}"
    )


def _replace_rows(text: str, rows: tuple[Row, ...]) -> str:
    """Return the file with rows put in place of those of the same name, or at the type's end."""
    for row in rows:
        line = (
            f"{row.field} = {{ value = {_number(row.value)}, unit = {_text(row.unit)}, "
            f"low = {_number(row.low)}, high = {_number(row.high)}, "
            f"source = {_text(row.source)}, mark = {_text(row.mark)} }}"
        )
        found = re.compile(rf"(?m)^{row.field}\s*=.*$")
        if found.search(text):
            text = found.sub(lambda _, line=line: line, text, count=1)  # type: ignore[misc]
        else:
            text = f"{text.rstrip()}\n{line}\n"
    head = '# Rows marked measured or modelled with "identified" come from test runs: '
    text = f"{head}{FILE}.\n# Not touched: {UNTOUCHED}.\n{text}"
    tomllib.loads(text)
    return text


def _number(value: float) -> str:
    return f"{value:.8g}"


def _text(value: str) -> str:
    return msgspec.json.encode(value).decode()


def _bring_terrain(folder: Path, out: Path) -> None:
    """Copy a terrain that lies outside the city's folder, and name the copy."""
    path = out / "city.toml"
    text = path.read_text(encoding="utf-8")
    terrain = str(tomllib.loads(text)["terrain"])
    if (folder / terrain).resolve().is_relative_to(folder):
        return
    shutil.copy(folder / terrain, out / Path(terrain).name)
    named = re.sub(r"(?m)^terrain\s*=.*$", f"terrain = {_text(Path(terrain).name)}", text)
    path.write_text(named, encoding="utf-8")


def _note_sources(out: Path, identification: Identification, campaign: str) -> None:
    """Say in the copy's `SOURCES.md` where its aircraft comes from."""
    path = out / "SOURCES.md"
    by = BY_TWIN if identification.maker == "twin" else "told by an aircraft's own recorder"
    note = (
        f"\n`aircraft.toml` was changed and `{FILE}` added by identification: {campaign}, "
        f"{len(identification.runs)} runs, {by}.\n"
    )
    before = path.read_text(encoding="utf-8") if path.is_file() else "# Sources\n"
    path.write_text(before + note, encoding="utf-8")
