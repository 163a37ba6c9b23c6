"""The verdict an audit leaves for the report: kept while the tables are the same, never stale."""

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from aspan.faces.cli.main import execute
from aspan.faces.report import verdict
from aspan.faces.report.verdict import NAME, find_verdict, hash_files, keep_verdict


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a morning that was audited."""
    folder = tmp_path_factory.mktemp("audited") / "run"
    day = ["simulate", "tiny", "--date", "2025-04-15", "--until", "11:00"]
    assert execute([*day, "--out", str(folder)]) == 0
    assert execute(["audit", str(folder)]) == 0
    return folder


@pytest.fixture
def copy(audited: Path, tmp_path: Path) -> Path:
    """Return a copy of the folder, to be changed."""
    return Path(shutil.copytree(audited, tmp_path / "run"))


def ask(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, object], str]:
    """Return the answer of `aspan report` and the page."""
    capsys.readouterr()
    assert execute(["report", str(folder), "--json"]) == 0
    return json.loads(capsys.readouterr().out), (folder / "report.html").read_text()


def test_the_report_shows_the_audit_that_was_run(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After an audit the page has the verdict of every law, without being asked to run it."""
    answer, page = ask(copy, capsys)
    assert (answer["audit"], answer["audit_violations"]) == ("kept", 0)
    assert page.count('<td class="state ') == 13
    assert "Kept by an earlier audit of these very tables." in page
    assert "has not been run" not in page


def test_a_changed_table_makes_it_stale(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One value of one table, a table more, a table less, another document: it is not shown."""
    path = copy / "weather.parquet"
    weather = path.read_bytes()
    pl.read_parquet(path).with_columns(pl.col("gust_mps") + 1.0).write_parquet(path)
    answer, page = ask(copy, capsys)
    assert (answer["audit"], answer["audit_violations"]) == ("stale", None)
    assert '<td class="state ' not in page
    assert "was of other tables" in page
    path.write_bytes(weather)
    assert find_verdict(copy)[0] == "kept"
    shutil.copy(path, copy / "more.parquet")
    assert find_verdict(copy) == ("stale", None)
    (copy / "more.parquet").unlink()
    (copy / "noise.parquet").unlink()
    assert find_verdict(copy) == ("stale", None)
    shutil.copy(path, copy / "noise.parquet")
    assert find_verdict(copy) == ("stale", None)


def test_a_violation_is_kept_and_asked_for_it_ends_with_1(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page shows a kept violation; the exit status is of what was asked for."""
    kpis = json.loads((copy / "kpis.json").read_text())
    (copy / "kpis.json").write_text(json.dumps(kpis | {"sorties_flown": 999}))
    assert execute(["audit", str(copy)]) == 1
    answer, page = ask(copy, capsys)
    assert answer["audit"] == "kept"
    assert answer["audit_violations"]
    assert "Not clean" in page
    assert execute(["report", str(copy), "--audit"]) == 1


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b"[" * 9999])
def test_a_spoilt_verdict_is_none(copy: Path, content: bytes) -> None:
    """Whatever stands in the file, it is not shown and breaks nothing."""
    (copy / NAME).write_bytes(content)
    assert find_verdict(copy) == ("stale", None)
    (copy / NAME).unlink()
    assert find_verdict(copy) == ("none", None)


def test_a_plan_put_beside_it_makes_it_stale(copy: Path) -> None:
    """A run is held to the plan beside it, so one that comes or goes asks for another audit."""
    assert find_verdict(copy)[0] == "kept"
    (copy / "task.json").write_text("{}", encoding="utf-8")
    assert find_verdict(copy) == ("stale", None)
    (copy / "task.json").unlink()
    assert find_verdict(copy)[0] == "kept"


def test_another_version_is_not_believed(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An auditor of another version may have judged by other clauses."""
    assert find_verdict(copy)[0] == "kept"
    monkeypatch.setattr(verdict, "__version__", "0.0.0")
    assert find_verdict(copy) == ("stale", None)


def test_a_folder_that_takes_no_file_keeps_none(copy: Path, tmp_path: Path) -> None:
    """Where nothing can be written the audit ends all the same."""
    _, report = find_verdict(copy)
    assert report is not None
    assert keep_verdict(tmp_path / "nowhere", hash_files(copy), report) is None
