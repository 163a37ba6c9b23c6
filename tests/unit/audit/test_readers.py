"""Own readers and formulas: tables, city, geodesy, sun, energy; and the command."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pyproj
import pytest
import typer
from typer.testing import CliRunner

from aspan.audit.auditor import audit_folder
from aspan.audit.city_files import find_city_folder, read_city
from aspan.audit.energy import (
    best_range_speed_mps,
    cold_factor,
    cruise_kw,
    final_reserve_kwh,
    hover_kw,
)
from aspan.audit.geodesy import Plane
from aspan.audit.sun import sunrise_sunset_ms
from aspan.audit.tables import read_tables
from aspan.faces.cli.audit import register
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import ms_to_local
from unit.audit.runs import CITY, make_run, pick, write_run


def test_plane_agrees_with_proj() -> None:
    """The projection is that of PROJ to a millimetre over 100 km."""
    lon, lat = np.array([76.4, 77.0, 77.7, 78.2]), np.array([42.9, 43.3, 44.0, 43.5])
    proj = pyproj.Transformer.from_crs(4326, "+proj=tmerc +lon_0=77 +k=1 +ellps=WGS84",
                                       always_xy=True)  # fmt: skip
    x_m, y_m = Plane(77.0).project(lon, lat)
    expected_x_m, expected_y_m = proj.transform(lon, lat)
    assert np.abs(x_m - expected_x_m).max() < 1e-3
    assert np.abs(y_m - expected_y_m).max() < 1e-3


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 12, 21), 9.0), (date(2026, 6, 21), 15.4)])
def test_daylight_of_the_solstices(day: date, hours: float) -> None:
    """Day length at 43.3 N is 9.0 h and 15.4 h at the solstices (facts 9.23)."""
    rise_ms, set_ms = sunrise_sunset_ms(day, "Asia/Almaty", lon_deg=77.0, lat_deg=43.3)
    assert (set_ms - rise_ms) / 3.6e6 == pytest.approx(hours, abs=0.06)
    assert ms_to_local(round(rise_ms), "Asia/Almaty").date() == day


def test_energy_formulas_give_the_published_vectors() -> None:
    """Hover, best range, cruise and reserve are those of facts 2.6 within half a percent."""
    craft = CITY.craft
    assert hover_kw(craft, 2404.0, 1.225) == pytest.approx(557.0, rel=0.005)
    assert hover_kw(craft, 2177.0, 0.949) == pytest.approx(545.0, rel=0.005)
    assert best_range_speed_mps(craft, 2404.0, 1.127) == pytest.approx(57.3, rel=0.005)
    power = cruise_kw(craft, 2404.0, 1.127, np.array([72.0]))
    assert float(power[0]) == pytest.approx(180.0, rel=0.005)
    reserve = final_reserve_kwh(craft, 2404.0, 1.043, 1200.0) - craft.aux_kw / 3.0
    assert reserve == pytest.approx(45.0, rel=0.005)
    assert [cold_factor(craft, 273.15 + c) for c in (-30, -10, 5, 25)] == pytest.approx(
        [0.75, 0.85, 0.925, 1.0]
    )


def test_city_reader_refuses_a_wrong_unit(tmp_path: Path) -> None:
    """A unit that does not fit the name is one line naming the file and key."""
    source = find_city_folder("tiny")
    for path in source.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (tmp_path / "city.toml").read_text()
    wrong = text.replace('horizontal_m = { value = 460, unit = "m"',
                         'horizontal_m = { value = 460, unit = "ft"')  # fmt: skip
    assert wrong != text
    (tmp_path / "city.toml").write_text(wrong)
    with pytest.raises(InvalidInput, match=r"city.toml: horizontal_m: 'ft'"):
        read_city(tmp_path)


def test_altered_city_disagrees_with_the_run(tmp_path: Path) -> None:
    """A run flown in a city whose file changed since is found by hash and by limit."""
    city, run = tmp_path / "city", tmp_path / "run"
    city.mkdir()
    run.mkdir()
    for path in find_city_folder("tiny").iterdir():
        if path.is_file():
            (city / path.name).write_bytes(path.read_bytes())
    text = (city / "city.toml").read_text()
    (city / "city.toml").write_text(text.replace("value = 460", "value = 470"))
    write_run(make_run(), run)
    found = {f.clause for f in audit_folder(run, str(city)).findings}
    assert found == {"city-sha256", "city-limits"}


def test_nan_and_missing_columns_are_refused(tmp_path: Path) -> None:
    """A NaN, a missing column and a folder without tables are bad input, not violations."""
    with pytest.raises(InvalidInput, match="run tables"):
        read_tables(tmp_path)
    run = make_run()
    pick(run, "sorties", sortie_id="S1")["soc_touchdown"] = float("nan")
    write_run(run, tmp_path)
    with pytest.raises(InvalidInput, match="soc_touchdown"):
        read_tables(tmp_path)
    write_run(make_run(), tmp_path)
    path = tmp_path / "charges.parquet"
    pl.read_parquet(path).drop("soc_end").write_parquet(path)
    with pytest.raises(InvalidInput, match="a column soc_end"):
        read_tables(tmp_path)
    path.write_bytes(b"not parquet")
    with pytest.raises(InvalidInput, match=r"charges.parquet"):
        read_tables(tmp_path)


def make_app() -> typer.Typer:
    """Return a program with two commands, of which audit is one."""
    app = typer.Typer()
    register(app)
    app.command("other")(lambda: None)
    return app


def test_command_answers_and_exits_by_verdict(tmp_path: Path) -> None:
    """The command exits 0 on a clean run and 1 on a violation, in words and as JSON."""
    run = make_run()
    write_run(run, tmp_path)
    clean = CliRunner().invoke(make_app(), ["audit", str(tmp_path), "--city", "tiny"])
    assert clean.exit_code == 0
    lines = clean.output.splitlines()
    assert lines[0].startswith("clean: 0 violations")
    law = next(line for line in lines if line.startswith("law 1 "))
    assert law.split()[2:3] == ["passed,"]
    assert law.endswith("one aircraft on a FATO at a time")
    assert len(lines) <= 20
    every = CliRunner().invoke(make_app(), ["audit", str(tmp_path), "--city", "tiny", "--all"])
    assert "  fato-gap: start to start at least 90 s: " in every.output
    assert max(map(len, every.output.splitlines()[1:])) <= 100
    pick(run, "sorties", sortie_id="S1")["passengers"] = 1
    write_run(run, tmp_path)
    broken = CliRunner().invoke(make_app(), ["audit", str(tmp_path), "--json"])
    assert broken.exit_code == 1
    answer = json.loads(broken.output)
    assert {f["clause"] for f in answer["findings"]} == {"passengers-booked", "kpis"}
    assert answer["is_clean"] is False


def test_unknown_city_is_bad_input(tmp_path: Path) -> None:
    """A city that is not at hand is refused by name."""
    write_run(make_run(), tmp_path)
    with pytest.raises(InvalidInput, match="nowhere"):
        audit_folder(tmp_path, "nowhere")
