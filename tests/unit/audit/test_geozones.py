"""The clause of law 10 about geozones: own reader, own geometry, planted violations."""

import copy
import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from aspan.audit.auditor import audit_run
from aspan.audit.findings import AuditReport
from aspan.audit.geozones import Area, ZoneTruth, read_zones
from aspan.audit.tables import read_tables
from aspan.primitives.errors import InvalidInput
from unit.audit.runs import (
    CITY,
    HOUR,
    PLANE,
    T0,
    Tables,
    make_run,
    violated,
    write_run,
)

Json = dict[str, Any]
WEST, EAST = CITY.sites["WEST"], CITY.sites["EAST"]
MIDDLE = ((WEST.lon_deg + EAST.lon_deg) / 2.0, (WEST.lat_deg + EAST.lat_deg) / 2.0)
"""Between the sites; tracks of the run pass it about 670 m aside."""

TEN_O_CLOCK = "2025-04-15T05:00:00Z"
"""An hour after the run's first off-block."""


def box(half_lon_deg: float = 0.02, half_lat_deg: float = 0.02, **layer: object) -> Json:
    """Return a polygon about the middle."""
    lon, lat = MIDDLE
    corners = [
        [lon + a * half_lon_deg, lat + b * half_lat_deg]
        for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    ]
    return {"type": "Polygon", "coordinates": [corners]} | ({"layer": layer} if layer else {})


def write_zone(folder: Path, geometry: Json, kind: str = "PROHIBITED", **more: object) -> Path:
    """Write a file with one zone and return its path."""
    feature = {"geometry": geometry, "properties": {"identifier": "Z", "type": kind} | more}
    path = folder / "geozones.geojson"
    path.write_text(json.dumps({"features": [feature]}), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def clean_run() -> Tables:
    """Return the consistent run."""
    return make_run()


def audit(run: Tables, folder: Path, zones: tuple[ZoneTruth, ...]) -> AuditReport:
    """Return the audit of a run in the tiny city with these zones."""
    write_run(copy.deepcopy(run), folder)
    return audit_run(read_tables(folder), msgspec.structs.replace(CITY, zones=zones))


def clause(report: AuditReport) -> tuple[int, int]:
    """Return how often the clause was exercised and violated."""
    rows = [c for law in report.laws for c in law.clauses if c.clause == "geozones"]
    return rows[0].exercised, rows[0].violations


def test_every_track_through_a_closed_zone_is_found(clean_run: Tables, tmp_path: Path) -> None:
    """A prohibited zone across the way: each landed sortie breaks that clause and no other."""
    report = audit(clean_run, tmp_path, read_zones(write_zone(tmp_path, box())))
    tracks = {row["sortie_id"] for row in clean_run["tracks"]}
    landed = {r["sortie_id"] for r in clean_run["sorties"] if r["touchdown_at_ms"] is not None}
    assert violated(report) == {"geozones"}
    assert clause(report) == (len(tracks), len(landed))
    assert {f.sortie_id for f in report.findings} == landed
    assert "inside geozone Z while it is closed" in report.findings[0].message


def test_a_city_without_zones_leaves_the_clause_untested(clean_run: Tables, tmp_path: Path) -> None:
    """No zone, no exercise: the clause says so and never passes."""
    assert clause(audit(clean_run, tmp_path, ())) == (0, 0)
    assert read_zones(tmp_path / "geozones.geojson") == ()


@pytest.mark.parametrize(
    ("layer", "found"),
    [({"lower": 1310, "lowerReference": "AMSL"}, False),
     ({"upper": 990, "upperReference": "AMSL"}, False),
     ({"lower": 1200, "lowerReference": "AMSL", "upper": 4400, "upperReference": "AMSL",
       "uom": "m"}, True),
     ({"lower": 3280, "upper": 3282, "lowerReference": "AMSL", "upperReference": "AMSL",
       "uom": "ft"}, True),
     ({"upper": 100, "upperReference": "AGL"}, False),
     ({"lower": 100, "lowerReference": "AGL", "upper": 800, "upperReference": "AGL"}, True)],
)  # fmt: skip
def test_heights_decide(clean_run: Tables, tmp_path: Path, layer: Json, found: bool) -> None:
    """Tracks cruise at 1,000 and 1,300 m over ground of 600 m: limits above or below are clear."""
    zones = read_zones(write_zone(tmp_path, box(**layer)))
    exercised, violations = clause(audit(clean_run, tmp_path, zones))
    assert exercised > 0
    assert (violations > 0) is found


@pytest.mark.parametrize(
    ("period", "found"),
    [({"endDateTime": "2025-04-15T03:00:00Z"}, False),
     ({"startDateTime": "2025-04-15T12:00:00Z"}, False),
     ({"startDateTime": TEN_O_CLOCK}, True),
     ({"schedule": [{"day": ["WED"]}]}, False),
     ({"schedule": [{"day": ["TUE"], "startTime": "04:00:00Z", "endTime": "04:30:00Z"}]}, True),
     ({"schedule": [{"day": ["MON"], "startTime": "20:00:00Z", "endTime": "04:30:00Z"}]}, True),
     ({"schedule": [{"day": ["ANY"], "startTime": "12:00:00Z", "endTime": "13:00:00Z"}]}, False)],
)  # fmt: skip
def test_times_decide(clean_run: Tables, tmp_path: Path, period: Json, found: bool) -> None:
    """The run flies on Tuesday 2025-04-15 from 04:00 UTC: only then must the zone be open."""
    path = write_zone(tmp_path, box(), limitedApplicability=[{"schedule": []} | period])
    assert (clause(audit(clean_run, tmp_path, read_zones(path)))[1] > 0) is found


@pytest.mark.parametrize(
    ("kind", "ours", "found"),
    [("REQ_AUTHORIZATION", {}, False), ("REQ_AUTHORIZATION", {"is_authorised": False}, True),
     ("CONDITIONAL", {"is_authorised": True}, False), ("NO_RESTRICTION", {}, False),
     ("PROHIBITED", {"is_authorised": True}, True)],
)  # fmt: skip
def test_leave_decides(
    clean_run: Tables, tmp_path: Path, kind: str, ours: Json, found: bool
) -> None:
    """With leave a zone is open unless it is prohibited; without, closed."""
    path = write_zone(tmp_path, box(), kind, extendedProperties={"aspan": ours})
    assert (clause(audit(clean_run, tmp_path, read_zones(path)))[1] > 0) is found


def test_circles_and_collections_are_read(clean_run: Tables, tmp_path: Path) -> None:
    """A circle just short of the tracks is clear, a wider one is entered; parts are joined."""
    lon, lat = MIDDLE
    for radius_m, found in ((600, False), (760, True)):
        point = {"type": "Point", "coordinates": [lon, lat], "extent": {"radius": radius_m}}
        whole = {"type": "GeometryCollection", "geometries": [point, box(1e-4, 1e-4)]}
        zones = read_zones(write_zone(tmp_path, whole))
        assert len(zones[0].volumes) == 2
        assert (clause(audit(clean_run, tmp_path, zones))[1] > 0) is found


def test_a_corner_cut_between_vertices_is_seen(tmp_path: Path) -> None:
    """Segments, not samples: a zone 20 m wide that a long segment crosses is entered, exactly."""
    x0, y0 = PLANE.project_point(*MIDDLE)
    lon, lat = MIDDLE
    path = write_zone(tmp_path, box(0.000125, 0.5))
    area = Area(read_zones(path)[0].volumes[0], PLANE, CITY.terrain())
    x, y = (x0 - 2000.0, x0 + 2000.0), (y0, y0)
    ((first, last),) = area.shares_inside(x, y, (900.0, 900.0), (lon, lon), (lat, lat))
    width_m = (last - first) * 4000.0
    assert width_m == pytest.approx(2 * 0.000125 * 111_320 * np.cos(np.radians(lat)), rel=0.01)
    beside = (y0 + 80_000.0, y0 + 80_000.0)
    assert area.shares_inside(x, beside, (900.0, 900.0), (lon, lon), (lat, lat)) == []


def test_a_climb_meets_the_limits_where_it_passes_them(tmp_path: Path) -> None:
    """From 500 to 1,500 m through a layer of 700 to 900 m: shares 0.2 to 0.4; a hole is outside."""
    x0, y0 = PLANE.project_point(*MIDDLE)
    lon, lat = MIDDLE
    layer = {"lower": 700, "lowerReference": "AMSL", "upper": 900, "upperReference": "AMSL"}
    shape = box(0.05, 0.05, **layer)
    area = Area(read_zones(write_zone(tmp_path, shape))[0].volumes[0], PLANE, CITY.terrain())
    x, y = (x0 - 500.0, x0 + 500.0), (y0 + 3.0, y0 - 3.0)
    ((first, last),) = area.shares_inside(x, y, (500.0, 1500.0), (lon, lon), (lat, lat))
    assert (first, last) == pytest.approx((0.2, 0.4))
    shape["coordinates"].append(box(0.02, 0.02)["coordinates"][0])
    holed = Area(read_zones(write_zone(tmp_path, shape))[0].volumes[0], PLANE, CITY.terrain())
    assert holed.shares_inside(x, y, (500.0, 1500.0), (lon, lon), (lat, lat)) == []


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"features": [1]}', '{"features": [{}]}',
                                  '{"features": [{"properties": {"type": "X"}}]}'])  # fmt: skip
def test_a_spoilt_file_is_named(tmp_path: Path, text: str) -> None:
    """What cannot be read as zones is refused by the name of the file."""
    path = tmp_path / "geozones.geojson"
    path.write_text(text)
    with pytest.raises(InvalidInput, match="geozones in GeoJSON after ED-318"):
        read_zones(path)


def test_the_instants_of_the_run_are_those_assumed_here() -> None:
    """The tests about times stand on the run's first off-block, 04:00 UTC on a Tuesday."""
    assert T0 == 1_744_689_600_000
    assert T0 % (24 * HOUR) == 4 * HOUR


def keep(
    run: Tables, from_ms: int, until_ms: int, *, ordered_until_ms: int | None = None
) -> Tables:
    """Return the run with zone Z kept for a test, and the order to keep it."""
    kept = copy.deepcopy(run)
    what = {"action": "reserve_zones", "zone_ids": ["Z"], "from_at_ms": from_ms,
            "until_at_ms": until_ms if ordered_until_ms is None else ordered_until_ms}  # fmt: skip
    kept["actions"].append(
        {"at_ms": T0 - HOUR, "key": "SLOT1", "who": "range", "why": "test", "outcome": "done",
         "action": "reserve_zones", "what": json.dumps(what), "reason": None}
    )  # fmt: skip
    kept["zone_closures"] = [
        {"zone_id": "Z", "reservation": "SLOT1", "from_at_ms": from_ms, "until_at_ms": until_ms}
    ]
    return kept


def test_nobody_is_in_a_zone_kept_for_others(clean_run: Tables, tmp_path: Path) -> None:
    """A zone that is open to us: kept all day every landed sortie is told, kept before it none."""
    zones = read_zones(write_zone(tmp_path, box(), "CONDITIONAL"))
    landed = {r["sortie_id"] for r in clean_run["sorties"] if r["touchdown_at_ms"] is not None}
    report = audit(keep(clean_run, T0, T0 + 12 * HOUR), tmp_path, zones)
    assert violated(report) == {"zones-reserved"}
    assert {f.sortie_id for f in report.findings} == landed
    assert violated(audit(keep(clean_run, T0 - HOUR, T0), tmp_path, zones)) == set()


def test_a_zone_is_kept_as_it_was_ordered(clean_run: Tables, tmp_path: Path) -> None:
    """A table that tells another end than the order is found, and so is a zone of no city."""
    zones = read_zones(write_zone(tmp_path, box(), "CONDITIONAL"))
    other = keep(clean_run, T0 - HOUR, T0, ordered_until_ms=T0 + 1)
    assert violated(audit(other, tmp_path, zones)) == {"zones-ordered"}
    assert violated(audit(keep(clean_run, T0 - HOUR, T0), tmp_path, ())) == {"zones-reserved"}
