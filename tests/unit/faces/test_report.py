"""`aspan report`: the page about a run, whole, cut or damaged, in three languages."""

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import polars as pl
import pytest

from aspan.faces.cli.main import execute
from aspan.faces.report import surroundings
from aspan.faces.report.page import list_figures, render_report
from aspan.faces.report.run_folder import (
    TABLES,
    Hours,
    Kpis,
    NoiseRules,
    RunFolder,
    Saved,
    read_run,
)
from aspan.faces.report.spread import count_digits, list_delays, list_waits, share_ms
from aspan.faces.report.weather_strips import is_below, list_places
from aspan.faces.report.words import LANGUAGES, Words
from aspan.primitives.units import MS_PER_H

DAY_MS = 24 * MS_PER_H
NEEDED = ("city.json", "kpis.json", "sorties.parquet")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a whole day of the small city."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    assert execute(["simulate", "tiny", "--date", "2025-04-15", "--out", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a day cut at 12:40."""
    folder = tmp_path_factory.mktemp("cut") / "run"
    day = ["simulate", "tiny", "--date", "2025-04-15", "--until", "12:40"]
    assert execute([*day, "--demand", "3", "--out", str(folder)]) == 0
    return folder


class Reader(HTMLParser):
    """Text and addresses of a page, and whether its elements close in order."""

    VOID = ("meta", "link", "br")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.in_english = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that opens."""
        named = dict(attrs)
        self.addresses += [v or "" for k, v in attrs if k in ("src", "href", "xlink:href")]
        self.ids += [v or "" for k, v in attrs if k == "id"]
        self.texts += [v or "" for k, v in attrs if k == "aria-label" and not self.in_english]
        if tag in self.VOID:
            return
        self.open.append(tag)
        self.in_english += tag in ("style", "code", "cite") or named.get("lang") == "en"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that closes itself."""

    def handle_endtag(self, tag: str) -> None:
        """Note an element that closes; it must be the last that opened."""
        assert self.open.pop() == tag
        if tag in ("style", "code", "cite"):
            self.in_english -= 1

    def handle_data(self, data: str) -> None:
        """Keep the text that is in the language of the page."""
        if not self.in_english and data.strip():
            self.texts.append(data.strip())


def read_page(page: str) -> Reader:
    """Return a page as read; its language attribute does not make it English."""
    reader = Reader()
    reader.feed(page.replace('<html lang="en">', "<html>"))
    reader.close()
    assert reader.open == []
    return reader


def test_page_asks_no_other_machine(whole: Path) -> None:
    """The page names no address but places in itself, and no script or outside style."""
    page = render_report(read_run(whole))
    assert {a for a in read_page(page).addresses if not a.startswith("#")} == {"data:,"}
    assert not re.search(r"https?://|@import|url\((?!#)|<script", page)


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_no_english_in_other_languages(whole: Path, cut: Path, language: str) -> None:
    """A page in Russian or Kazakh holds Latin words only as ids, units and names."""
    allowed = re.compile(
        r"^(Aspan|FATO|AIP|SHA|kpis|json|Tiny|A|B|C|S\d+|[A-Z][A-Z0-9_]*|[A-Z]{2,}\d*"
        r"|" + "|".join(TABLES) + ")$"
    )
    for folder in (whole, cut):
        texts = read_page(render_report(read_run(folder), language)).texts
        latin = {word for text in texts for word in re.findall(r"[A-Za-z_]{2,}\d*", text)}
        assert {word for word in latin if not allowed.match(word)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_tells_the_run(whole: Path, language: str) -> None:
    """The page shows every section with its picture, the figures and the log's hash."""
    run = read_run(whole)
    page = render_report(run, language)
    assert run.kpis.log_sha256 in page
    assert f'<html lang="{language}">' in page
    for css in ("map", "gantt", "band", "margins", "spread", "weather", "spark"):
        assert f'<svg class="{css}"' in page, css
    for site in run.city.vertiports:
        assert isinstance(site.name, dict)
        assert f">{site.name[language]}</text>" in page


def test_every_flight_has_its_block(whole: Path) -> None:
    """The timeline has one block for each sortie that left its stand."""
    run = read_run(whole)
    page = render_report(run)
    flown = [s["sortie_id"] for s in run.sorties if s["off_block_at_ms"] is not None]
    told = re.findall(r"<title>(S\d+): ", page)
    assert sorted(told) == sorted(flown)


def test_shares_agree_with_the_figures(whole: Path) -> None:
    """Waits and delays drawn from the tables have the shares that `kpis.json` states."""
    run = read_run(whole)
    waits = list_waits(run)
    assert waits
    for values, stated in ((waits, run.kpis.wait_ms), (list_delays(run), run.kpis.delay_ms)):
        assert share_ms(values, 0.50) == stated.p50
        assert share_ms(values, 0.95) == stated.p95


def test_cut_run_says_when(cut: Path, whole: Path) -> None:
    """A run cut by --until says the local time at which it was cut; a whole one does not."""
    assert "cut: 15 April 2025, 12:40" in render_report(read_run(cut))
    assert "run was cut" not in render_report(read_run(whole))


def test_stretched_demand_is_said(cut: Path, whole: Path) -> None:
    """A multiplied demand is told above every figure, an honest one is not."""
    page = render_report(read_run(cut))
    assert page.index("Demand is stretched ×3") < page.index("<main>")
    assert "stretched" not in render_report(read_run(whole))


def test_missing_tables_degrade_with_words(whole: Path, tmp_path: Path) -> None:
    """A folder with nothing but what makes a run gives a page that names each missing table."""
    for name in NEEDED:
        shutil.copy(whole / name, tmp_path)
    assert execute(["report", str(tmp_path)]) == 0
    page = (tmp_path / "report.html").read_text()
    read_page(page)
    for name in ("tracks", "charges", "stand_uses", "weather", "bookings", "site_power", "noise"):
        assert name in page
    assert "missing: tracks" in page


@pytest.mark.parametrize("name", NEEDED)
def test_half_a_run_is_refused(
    whole: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder without one of the files that make a run is refused in one line."""
    for path in whole.iterdir():
        if path.name != name:
            shutil.copy(path, tmp_path)
    assert execute(["report", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert name in error
    assert error.count("\n") == 1


def test_damage_is_refused(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Cut, garbled or alien files are refused in one line that names the file."""
    copy = tmp_path / "run"
    for name in (*NEEDED, "tracks.parquet", "weather.parquet"):
        good = (whole / name).read_bytes()
        for bad in (b"", good[: len(good) // 2], good[:-8] + bytes(8), b"[]", b"{}"):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(whole, copy)
            (copy / name).write_bytes(bad)
            assert execute(["report", str(copy)]) == 2, (name, bad[:4])
            error = capsys.readouterr().err
            assert name in error
            assert error.count("\n") == 1
    assert not list(copy.glob("report.html"))


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("sorties", "on_block_at_ms", 10**17),
        ("sorties", "energy_above_reserve_kwh", float("nan")),
        ("tracks", "lon_deg", float("inf")),
        ("weather", "visibility_m", "fog"),
        ("charges", "aircraft_id", None),
    ],
)
def test_values_that_cannot_be_are_refused(
    whole: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    table: str,
    column: str,
    value: object,
) -> None:
    """A table with an impossible value is refused, naming the table and the column."""
    copy = tmp_path / "run"
    shutil.copytree(whole, copy)
    path = copy / f"{table}.parquet"
    pl.read_parquet(path).with_columns(pl.lit(value).alias(column)).write_parquet(path)
    assert execute(["report", str(copy)]) == 2
    error = capsys.readouterr().err
    assert path.name in error
    assert column in error


def test_texts_of_a_run_are_escaped(whole: Path, tmp_path: Path) -> None:
    """A name with markup in a table stays text on the page."""
    copy = tmp_path / "run"
    shutil.copytree(whole, copy)
    path = copy / "sorties.parquet"
    bad = pl.lit("<script>alert(1)</script>").alias("aircraft_id")
    pl.read_parquet(path).with_columns(bad).write_parquet(path)
    kpis = json.loads((copy / "kpis.json").read_text())
    kpis["sorties_cancelled"] = {"<img src=x>": 1}
    (copy / "kpis.json").write_text(json.dumps(kpis))
    page = render_report(read_run(copy))
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--lang", "fr"), "'fr'"),
        (("--lang", ""), "--lang"),
        (("--out", "no/such/folder/page.html"), "--out"),
        (("--out", "."), "--out"),
    ],
)
def test_bad_options_are_refused(
    whole: Path, arguments: tuple[str, ...], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown language or a place that cannot be written to is refused in one line."""
    assert execute(["report", str(whole), *arguments]) == 2
    error = capsys.readouterr().err
    assert named in error
    assert error.count("\n") == 1


def test_no_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that is not there is refused, naming it."""
    assert execute(["report", str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_audit_is_shown(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --audit the page has the verdict of every law; the status is the auditor's."""
    out = tmp_path / "page.html"
    status = execute(["report", str(whole), "--audit", "--out", str(out), "--json"])
    answer = json.loads(capsys.readouterr().out)
    page = out.read_text()
    assert status == (1 if answer["audit_violations"] else 0)
    assert page.count('<td class="state ') == 13
    assert answer["size_kb"] == round(len(page.encode()) / 1000)


def test_same_run_same_page(whole: Path) -> None:
    """The page of a run is the same bytes each time."""
    assert render_report(read_run(whole)) == render_report(read_run(whole))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_modelled_day_is_told_above_everything(
    language: str, whole: Path, tmp_path: Path
) -> None:
    """The notice names the date and the day it is drawn from; a recorded day has none."""
    folder = Path(shutil.copytree(whole, tmp_path / "run"))
    kpis = json.loads((folder / "kpis.json").read_text())
    recorded = render_report(read_run(folder), language)
    assert kpis["weather_basis"]["days_modelled"] == 0
    kpis["weather_basis"] |= {
        "days_modelled": 1, "first_modelled": "2028-03-01", "drawn_from": "2023-03-01",
    }  # fmt: skip
    (folder / "kpis.json").write_text(json.dumps(kpis))
    page = render_report(read_run(folder), language)
    words = Words(language, "UTC")
    for day in ("2028-03-01", "2023-03-01"):
        assert words.date(day) in page
        assert words.date(day) not in recorded


def test_the_audit_is_asked_for_as_the_folder_was_named(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder named from here is told so that the command works; a whole path is not told."""
    assert f"aspan report {whole.name} --audit" in render_report(read_run(whole))
    monkeypatch.chdir(whole.parent.parent)
    near = whole.relative_to(whole.parent.parent)
    assert f"aspan report {near} --audit" in render_report(read_run(near))


def test_numbers_under_a_spread_are_whole(whole: Path) -> None:
    """A quarter is told as 0.25 and not as 0.2, and no number stands at the very edge."""
    assert [count_digits(value) for value in (2.0, -0.5, 0.25, 0.1 + 0.2)] == [0, 1, 2, 1]
    page = render_report(read_run(whole))
    pictures = re.findall(r'<svg[^>]*class="spread".*?</svg>', page, re.S)
    assert len(pictures) == 3
    for picture in pictures:
        places = re.findall(r'<text x="([\d.-]+)"[^>]*>(?=[\d.−-]+<)', picture)
        assert places
        assert all(15.0 <= float(place) <= 305.0 for place in places)


def _with_city(whole: Path, folder: Path, **changes: object) -> Path:
    """Return a copy of a run whose city.json has changed parts."""
    copy = Path(shutil.copytree(whole, folder / "run"))
    city = json.loads((copy / "city.json").read_text())
    (copy / "city.json").write_text(json.dumps(city | changes))
    return copy


def test_the_ceiling_is_that_of_a_release(whole: Path, tmp_path: Path) -> None:
    """The chart's limit and the hours below minima are of the lowest lane's ceiling, not the least.

    An hour with a ceiling between the two is below minima. A run that tells only the least is
    judged by it.
    """
    run = read_run(whole)
    minima = run.city.weather_minima
    assert minima.ceiling_agl_m is not None
    least = min(minima.ceilings_agl_m)
    assert minima.release_ceiling_agl_m == least
    row = run.list_rows("weather")[0] | {
        "visibility_m": 9999.0, "wind_mps": 0.0, "gust_mps": 0.0, "ceiling_agl_m": least - 1.0,
    }  # fmt: skip
    assert is_below(run, row)
    assert not is_below(run, row | {"ceiling_agl_m": least})
    told = json.loads((whole / "city.json").read_text())["weather_minima"]
    del told["ceilings_agl_m"]
    older = read_run(_with_city(whole, tmp_path, weather_minima=told | {"ceiling_agl_m": 100.0}))
    assert not is_below(older, row)
    assert is_below(older, row | {"ceiling_agl_m": 99.0})
    high = {**told, "ceilings_agl_m": [least, least + 300.0]}
    shutil.rmtree(tmp_path / "run")
    page = render_report(read_run(_with_city(whole, tmp_path, weather_minima=high)))
    assert f"{least:.0f}\N{NO-BREAK SPACE}m for the lowest lanes" in page


def test_hours_below_minima_are_of_the_hours_of_service(whole: Path, tmp_path: Path) -> None:
    """Fog all day and night is below minima in as many hours as service has, in daylight only."""
    hours = {"from_local": "06:30", "until_local": "21:00", "night_approved": False}
    copy = _with_city(whole, tmp_path, hours=hours)
    path = copy / "weather.parquet"
    pl.read_parquet(path).with_columns(pl.lit(100.0).alias("visibility_m")).write_parquet(path)
    by_day = [place.below for place in list_places(read_run(copy), Words("en", "UTC"))]
    assert set(by_day) == {"13 of 13 hours of service below minima"}
    shutil.rmtree(copy)
    copy = _with_city(whole, tmp_path, hours=hours | {"night_approved": True})
    shutil.copy(whole / "weather.parquet", path)
    pl.read_parquet(path).with_columns(pl.lit(100.0).alias("visibility_m")).write_parquet(path)
    by_night = [place.below for place in list_places(read_run(copy), Words("en", "UTC"))]
    assert set(by_night) == {"15 of 15 hours of service below minima"}


def test_figures_say_as_flown_and_count_as_the_desk_does(whole: Path) -> None:
    """Saved minutes are as flown, offered beside; what nobody wanted is apart from cancelled."""
    run = read_run(whole)
    kpis = msgspec.structs.replace(
        run.kpis,
        sorties_cancelled={"unbooked": 5, "no_passengers": 2, "weather_visibility": 3},
        sorties_diverted={"weather_wind": 1},
        minutes_saved=Saved(mean=10.2, mean_as_flown=6.5),
    )
    told = {f.name: f for f in list_figures(_with_kpis(run, kpis), Words("en", "UTC"))}
    saved, grounded = told["Saved against a car"], told["Sorties not flown"]
    assert saved.value.startswith("6.5")
    assert "10.2\N{NO-BREAK SPACE}min as offered" in saved.note
    assert grounded.value == "10"
    assert grounded.note == "7 nobody wanted, 3 cancelled; 1 diverted"


def _with_kpis(run: RunFolder, kpis: Kpis) -> RunFolder:
    return RunFolder(run.folder, run.city, kpis, run.tables)


def test_people_above_the_limits_have_their_range_and_night_its_hours(whole: Path) -> None:
    """The range stands beside the count, and an early service is said to fall into the night."""
    run = read_run(whole)
    kpis = msgspec.structs.replace(
        run.kpis, people_above_day_limit=16.0, people_above_night_limit=14.0,
        people_above_day_limit_range=(2.0, 30.0), people_above_night_limit_range=(1.0, 27.0),
    )  # fmt: skip
    early = msgspec.structs.replace(
        run.city,
        hours=Hours(from_local="06:30", until_local="21:00"),
        noise=NoiseRules(night_from_local="23:00", night_until_local="07:00"),
    )
    words = Words("en", run.city.time_zone)
    told = surroundings.tell_above(_with_kpis(run, kpis), words)
    assert "16 (2 to 30) by day, 14 (1 to 27) by night" in told
    note = surroundings.tell_note(RunFolder(run.folder, early, kpis, run.tables), words)
    assert "Service begins at 06:30: what flies before 07:00 counts as night." in note
    late = msgspec.structs.replace(early, hours=Hours(from_local="07:00", until_local="21:00"))
    note = surroundings.tell_note(RunFolder(run.folder, late, kpis, run.tables), words)
    assert "counts as night" not in note
    assert "Night is from 23:00 to 07:00." in note
    winter = msgspec.structs.replace(
        kpis, from_at_ms=kpis.from_at_ms - 100 * DAY_MS, until_at_ms=kpis.until_at_ms - 100 * DAY_MS
    )
    note = surroundings.tell_note(RunFolder(run.folder, early, winter, run.tables), words)
    assert "counts as night" not in note
