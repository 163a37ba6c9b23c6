"""Limits that need another city than tiny: sectors, breaks, runway axes, night."""

from pathlib import Path

import msgspec
import polars as pl
import pytest

from aspan.audit.auditor import audit_run
from aspan.audit.tables import read_tables
from aspan.audit.truth import CityTruth, DutyTruth, NodeTruth, RunwayTruth
from unit.audit.runs import (
    CITY,
    HOUR,
    MINUTE,
    Tables,
    audit_rows,
    make_run,
    pick,
    violated,
    write_run,
)


def with_duty(run: Tables, **limits: int) -> CityTruth:
    """Return tiny with other limits of a pilot's day, told in the run's `city.json` too."""
    duty: DutyTruth = msgspec.structs.replace(CITY.rules.pilot_duty, **limits)
    known = run["city"]["pilot_duty"]
    known.update({key: value for key, value in limits.items() if key in known})
    return msgspec.structs.replace(CITY, rules=msgspec.structs.replace(CITY.rules, pilot_duty=duty))


def with_runway(**node: object) -> CityTruth:
    """Return tiny with a runway axis across the way between its sites, and one node on it."""
    runway = RunwayTruth(
        first_lon_deg=77.11, first_lat_deg=43.51, second_lon_deg=77.11, second_lat_deg=43.49,
        extent_m=4000.0,
    )  # fmt: skip
    nodes = {"N1": NodeTruth(lon_deg=77.11, lat_deg=43.5, **node)} if node else {}  # type: ignore[arg-type]
    return msgspec.structs.replace(CITY, runways={"R1": runway}, nodes=nodes)


def test_more_sorties_than_sectors_are_found(tmp_path: Path) -> None:
    """Two sorties in a duty where one is allowed break the sectors clause alone."""
    run = make_run()
    assert violated(audit_rows(run, tmp_path, with_duty(run, sectors_max=1))) == {"duty-sectors"}


@pytest.mark.parametrize(
    ("window_ms", "broken"), [(2 * HOUR, {"duty-break"}), (6 * HOUR + 41 * MINUTE, set())]
)
def test_window_without_break_is_found(window_ms: int, broken: set[str], tmp_path: Path) -> None:
    """A pilot busy to the end of a duty has no break in a short window, but one in a long."""
    run = make_run()
    city = with_duty(run, break_window_ms=window_ms, break_ms_min=40 * MINUTE)
    assert violated(audit_rows(run, tmp_path, city)) == broken


@pytest.mark.parametrize(
    ("city", "broken"),
    [
        (with_runway(), {"runway-crossing"}),
        (with_runway(altitude_amsl_m_min=1000.0), set()),
        (with_runway(altitude_amsl_m_min=1061.0), {"runway-crossing"}),
        (with_runway(altitude_amsl_m_min=900.0, is_open=False), {"runway-crossing"}),
    ],
)
def test_runway_axis_is_crossed_at_open_nodes_only(
    city: CityTruth, broken: set[str], tmp_path: Path
) -> None:
    """An axis without a node, with one too high or closed is violated; an open one is not."""
    assert violated(audit_rows(make_run(), tmp_path, city)) == broken


@pytest.mark.parametrize(
    ("table", "law"),
    [
        ("tracks", "4"), ("fato_uses", "1"), ("bookings", "9"), ("aircraft", "3"),
        ("releases", "11"),
    ],
)  # fmt: skip
def test_absent_table_is_not_tested(table: str, law: str, tmp_path: Path) -> None:
    """A law whose table is absent is not tested, names the table, and is never passed."""
    run = make_run()
    del run[table]
    report = audit_rows(run, tmp_path)
    found = next(row for row in report.laws if row.law == law)
    untested = [clause for clause in found.clauses if clause.exercised == 0]
    assert any(table in clause.not_tested for clause in untested)
    assert found.verdict == ("not tested" if len(untested) == len(found.clauses) else "passed")
    if table != "releases":
        assert found.verdict == "not tested"


def test_law_exercised_zero_times_is_not_tested(tmp_path: Path) -> None:
    """With tables but no sortie the laws about sorties are not tested."""
    run = {"sorties": [row for row in make_run()["sorties"] if row["status"] == "cancelled"]}
    verdicts = {law.law: law.verdict for law in audit_rows(run, tmp_path).laws}
    assert {verdicts[law] for law in ("1", "3", "4", "5", "6", "7", "10", "11")} == {"not tested"}


@pytest.mark.parametrize(("declared_before_ms", "broken"), [(0, set()), (-1, {"reserve-kept"})])
def test_emergency_excuses_only_when_declared_before_landing(
    declared_before_ms: int, broken: set[str], tmp_path: Path
) -> None:
    """A landing below the reserve is excused by an emergency declared up to touchdown."""
    run = make_run()
    row = pick(run, "sorties", sortie_id="S1")
    row.update(reserve_required_kwh=95.0, energy_above_reserve_kwh=-2.95)
    row["emergency_at_ms"] = row["touchdown_at_ms"] - declared_before_ms
    assert violated(audit_rows(run, tmp_path)) - {"kpis"} == broken


def test_diverted_sortie_is_followed_to_where_it_landed(tmp_path: Path) -> None:
    """A sortie said to be diverted breaks every clause about where its aircraft is."""
    run = make_run()
    row = pick(run, "sorties", sortie_id="S5")
    row.update(status="diverted", destination="NORTH", cause="closed_fato")
    found = violated(audit_rows(run, tmp_path))
    assert {"movement-on-fato", "stay-from-on-block", "track-ends", "kpis"} <= found
    assert "sortie-status" not in found


def test_a_run_that_does_not_tell_what_a_party_left_is_judged_by_the_pair(tmp_path: Path) -> None:
    """Runs of before have no `left_sortie_ids`: the desk's order on the pair is enough."""
    run = make_run()
    for row in run["bookings"]:
        del row["left_sortie_ids"]
    report = audit_rows(run, tmp_path)
    desk = {c.clause: c for law in report.laws for c in law.clauses}["desk-rebooked"]
    assert (desk.exercised, desk.violations) == (1, 0)
    assert report.is_clean


def test_tables_of_every_run_have_rows_once_a_sortie_flew(tmp_path: Path) -> None:
    """An emptied forecast is told as such; where nothing flew it may be empty."""
    write_run(make_run(), tmp_path)
    path = tmp_path / "forecast.parquet"
    pl.read_parquet(path).clear().write_parquet(path)
    report = audit_run(read_tables(tmp_path), CITY)
    assert [f.clause for f in report.findings] == ["tables-present"]
    assert "forecast.parquet has no row" in report.findings[0].message
