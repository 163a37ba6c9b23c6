"""Tables from the log of a service: what a log cannot know is left out, and the audit says so."""

import json
from math import inf
from pathlib import Path
from typing import Any

import pytest

from aspan.compose.service import Asked, open_service
from aspan.faces.cli.main import execute
from aspan.primitives.units import MS_PER_H

ASKED = Asked(city="tiny", start_ms=8 * MS_PER_H, demand=3.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a morning's log, in which a table of an older run stood."""
    home = tmp_path_factory.mktemp("export")
    twin = open_service(ASKED, home / "a.sqlite", speed=inf, until="10:00")
    twin.service.start()
    twin.service.wait()
    twin.log.close()
    assert twin.service.failure is None
    out = home / "run"
    out.mkdir()
    (out / "trips.parquet").write_bytes(b"of an older run")
    assert execute(["log", "export", str(home / "a.sqlite"), "--out", str(out)]) == 0
    return out


def test_there_is_no_table_of_wishes(folder: Path) -> None:
    """No table rather than an empty one, which would say that nobody wished to travel."""
    kpis = json.loads((folder / "kpis.json").read_text(encoding="utf-8"))
    assert not (folder / "trips.parquet").exists()
    assert (kpis["trips"], kpis["wishes"]) == (None, None)
    assert "log" in kpis["trips_note"]
    assert kpis["bookings"] > 0


def test_the_audit_is_clean_and_calls_wishes_not_tested(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What only the table of wishes tells is not tested; all else is, and holds."""
    capsys.readouterr()
    assert execute(["audit", str(folder), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    clauses: dict[str, dict[str, Any]] = {
        clause["clause"]: clause for law in answer["laws"] for clause in law["clauses"]
    }
    for name in ("trip-row", "trip-booked"):
        assert clauses[name]["exercised"] == 0
        assert "trips" in clauses[name]["not_tested"]
    for name in ("kpis", "kpis-keys", "tables-told", "passengers-booked"):
        assert clauses[name]["exercised"] > 0


def test_a_report_is_made_of_it(folder: Path) -> None:
    """The report needs no table of wishes."""
    assert execute(["report", str(folder)]) == 0
