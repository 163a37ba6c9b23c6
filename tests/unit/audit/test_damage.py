"""Damaged run folders: one clear line or a violation, never anything else."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from aspan.audit.auditor import audit_folder
from aspan.primitives.dice import draw
from aspan.primitives.errors import InvalidInput
from unit.audit.runs import HOUR, T0, Tables, make_run, pick, write_run

Damage = Callable[[Tables], None]
S1 = {"sortie_id": "S1"}


@pytest.fixture(scope="module")
def clean_run() -> Tables:
    """Return the consistent run; tests damage copies of it."""
    return make_run()


def put(table: str, **values: object) -> Damage:
    """Return a damage that overwrites columns of the first row of a table."""
    return lambda run: run[table][0].update(values)


def put_city(path: str, value: object) -> Damage:
    """Return a damage that changes a key of `city.json`, a number being a place in a list."""

    def damage(run: Tables) -> None:
        *keys, last = (int(key) if key.isdigit() else key for key in path.split("."))
        node: Any = run["city"]
        for key in keys:
            node = node[key]
        node[last] = value

    return damage


def put_volume(**values: object) -> Damage:
    """Return a damage that changes keys of the first volume of the first intent."""

    def damage(run: Tables) -> None:
        row = run["intents"][1]  # in force while S1 flies
        row["volumes"] = json.dumps([json.loads(row["volumes"])[0] | values])

    return damage


def double_tracks(run: Tables) -> None:
    """Give every track twice."""
    run["tracks"] += copy.deepcopy(run["tracks"])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (put("aircraft", gross_kwh=0.0), "gross_kwh: 0.0 is not accepted"),
        (put("aircraft", soh=-1.0), "soh: -1.0"),
        (put("aircraft", empty_kg=-2000.0), "empty_kg: -2000.0"),
        (put("aircraft", floor_soc=1.0), "floor_soc: 1.0"),
        (put("sorties", off_block_at_ms=2**62), "sorties.parquet: off_block_at_ms"),
        (put("sorties", energy_kwh=1e300), "energy_kwh: 1e\\+300"),
        (put("weather", pressure_pa=0.0), "pressure_pa: 0.0"),
        (put("weather", temperature_k=float("inf")), "temperature_k: 'NaN or infinite'"),
        (put("tracks", lat_deg=10.0), "within 300000 m of the city's sites"),
        (put("tracks", at_ms=T0 + 400 * HOUR), "tracks up to 86400000 ms"),
        (put("charge_power", end_at_ms=T0 + 400 * HOUR), "steps up to 86400000 ms"),
        (put_volume(lower=None), "volumes of S1: None .* a number as lower"),
        (put_volume(footprint={"coordinates": []}), "a footprint of 3 points"),
        (put_volume(footprint=[[76.9, 43.4], [77.0], [77.1, 43.5]]), "a footprint of 3 points"),
        (put("intents", volumes="[" * 9000), "volumes of S1"),
        (put("intents", volumes='[{"lower": 1, "upper": 2, "start": 1}]'), "a key end"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    damage: Damage, words: str, clean_run: Tables, tmp_path: Path
) -> None:
    """A value on which no law can be computed is bad input that names table, column and value."""
    run = copy.deepcopy(clean_run)
    damage(run)
    write_run(run, tmp_path)
    with pytest.raises(InvalidInput, match=words) as caught:
        audit_folder(tmp_path, "tiny")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("damage", "clauses", "beside"),
    [
        (put_city("vertiports.0.fatos", None), {"city-sites"}, ()),
        (put_city("vertiports.0.stands", 7), {"city-sites"}, ()),
        (put_city("vertiports.0.chargers", ["C01", None]), {"city-sites"}, ()),
        (put_city("vertiports.0.chargers.0.stand_ids", [1, "EAST-S01"]), {"city-sites"}, ()),
        (put_city("vertiports.0", None), {"city-sites"}, ("closures-ordered",)),
        (put_city("separation", [460]), {"city-limits"}, ()),
        (put_city("seats", 10**30), {"city-limits"}, ()),
        (lambda run: run["kpis"].update(sorties_cancelled={"desk": "1"}), {"kpis"}, ()),
        (lambda run: run["kpis"].update(delay_ms=None), {"kpis-keys"}, ()),
        (lambda run: run["kpis"].update(trips=[11]), {"kpis"}, ()),
        (
            double_tracks,
            {"track-order", "track-times", "track-ends"},
            ("intent-covers", "flight-energy", "alternate-reach", "in-trail", "ground-clearance"),
        ),
    ],
)
def test_what_is_wrong_is_a_violation(
    damage: Damage,
    clauses: set[str],
    beside: tuple[str, ...],
    clean_run: Tables,
    tmp_path: Path,
) -> None:
    """Another type than the contract's, or rows told twice, break the clause that is about them."""
    run = copy.deepcopy(clean_run)
    damage(run)
    write_run(run, tmp_path)
    found = {finding.clause for finding in audit_folder(tmp_path, "tiny").findings}
    assert clauses & found
    assert found <= clauses | set(beside)


@pytest.mark.parametrize("text", ["[]", "null", "", "[" * 20_000, '{"a":' * 20_000])
@pytest.mark.parametrize("name", ["city.json", "kpis.json"])
def test_json_that_is_no_object_is_refused(
    name: str, text: str, clean_run: Tables, tmp_path: Path
) -> None:
    """A JSON file that is none, no object, or nested without end is bad input naming it."""
    write_run(clean_run, tmp_path)
    (tmp_path / name).write_text(text)
    with pytest.raises(InvalidInput, match=name):
        audit_folder(tmp_path, "tiny")


def _damage_file(path: Path, seed: int) -> None:
    """Flip bytes of a table, cut it, or cast, drop, empty or shuffle one of its columns."""

    def pick_of(what: str, count: int) -> int:
        return int(draw(seed, "damage", what) * count)

    raw, kind = path.read_bytes(), pick_of("kind", 6)
    if kind == 0:
        broken = bytearray(raw)
        for n in range(1 + pick_of("flips", 20)):
            broken[pick_of(f"at {n}", len(raw))] = pick_of(f"to {n}", 256)
        path.write_bytes(bytes(broken))
        return
    if kind == 1:
        path.write_bytes(raw[: pick_of("cut", len(raw))])
        return
    frame = pl.read_parquet(path)
    name = frame.columns[pick_of("column", frame.width)]
    types = (pl.String, pl.Float64, pl.Int8, pl.Boolean, pl.Binary, pl.Date)
    column = frame.get_column(name)
    if kind == 2 and not isinstance(column.dtype, pl.List):
        frame = frame.with_columns(column.cast(types[pick_of("type", len(types))], strict=False))
    elif kind == 3:
        frame = frame.drop(name)
    elif kind == 4:
        frame = frame.with_columns(pl.lit(None, dtype=column.dtype).alias(name))
    else:
        frame = pl.concat([frame, frame.head(3)])
    frame.write_parquet(path)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_tables_end_in_one_line_or_a_verdict(
    seed: int, clean_run: Tables, tmp_path: Path
) -> None:
    """Whatever befalls a table, the audit ends with a report or with one line of bad input."""
    write_run(clean_run, tmp_path)
    paths = sorted(tmp_path.glob("*.parquet"))
    try:
        _damage_file(paths[int(draw(seed, "damage", "table") * len(paths))], seed)
    except pl.exceptions.InvalidOperationError:
        return  # a cast that polars does not know leaves the table as it was
    refusal = ""
    try:
        report = audit_folder(tmp_path, "tiny")
    except InvalidInput as error:
        refusal = str(error)
    assert len(refusal.splitlines()) == 1 or report.is_clean == (report.violations == 0)


def test_bounds_leave_room_for_what_a_law_judges(clean_run: Tables, tmp_path: Path) -> None:
    """Values far over a law's limit are its violation, not bad input."""
    run = copy.deepcopy(clean_run)
    pick(run, "sorties", **S1).update(payload_kg=5_000.0, soc_touchdown=-0.5)
    write_run(run, tmp_path)
    found = {finding.clause for finding in audit_folder(tmp_path, "tiny").findings}
    assert {"payload", "mass", "floor-kept", "soc-chain"} <= found
