"""`aspan range`: each command's answer and refusal, and no way past the doors of a run."""

import json
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from shutil import copytree
from stat import S_IMODE
from time import time_ns
from typing import Any

import pytest
import typer

from aspan.faces.cli.main import execute, make_app
from aspan.primitives.instants import format_utc
from aspan.primitives.units import MS_PER_MIN
from aspan.world import readers
from packing import write_city

ROLES = {
    "dana": ("test_director",),
    "lena": ("lead_engineer",),
    "sanzhar": ("safety_officer",),
    "rustam": ("range_officer",),
    "farid": ("flight_test_engineer",),
    "pavel": ("pilot",),
}
DAY = "2025-04-01"
LIST = f"""
[conformity]
is_ok = true
source = "conformity certificate 12"
observed_at = {DAY}T09:40:00

[open_items]
value = 0.0
source = "technical log"
observed_at = {DAY}T09:40:00

[software_baseline]
text = "assumed-baseline-1"
source = "read from the bus"
observed_at = {DAY}T09:40:00

[telemetry_link]
value = 0.998
source = "ground station"
observed_at = {DAY}T09:40:00

[rescue]
is_ok = true
source = "Rustam"
observed_at = {DAY}T09:40:00

[fire]
is_ok = true
source = "Rustam"
observed_at = {DAY}T09:40:00

[range_clear]
is_ok = true
source = "Rustam"
observed_at = {DAY}T09:40:00

[line_traffic]
is_ok = true
source = "duty manager of the line"
observed_at = {DAY}T09:40:00

[airspace_notice]
is_ok = true
source = "notice A0001/25"
observed_at = {DAY}T09:40:00

[battery_soc]
value = 0.95
source = "packs"
observed_at = {DAY}T09:40:00

[battery_coldest]
value = 292.15
source = "packs"
observed_at = {DAY}T09:40:00

[battery_hottest]
value = 294.15
source = "packs"
observed_at = {DAY}T09:40:00

[cell_spread]
value = 0.012
source = "packs"
observed_at = {DAY}T09:40:00
"""


class Desk:
    """People at a site of their own, who type commands in the current folder."""

    def type(self, line: str, *, by: str = "", at: str = "", status: int = 0) -> str:
        """Type a command as a person at a time of the day; return what it printed."""
        arguments = ["range", *line.split()]
        arguments += ["--key", f"{by}.key"] if by else []
        arguments += ["--at", f"{DAY}T{at}"] if at else []
        out, said = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(said):
            found = execute(arguments, command())
        printed = out.getvalue() + said.getvalue()
        assert found == status, f"{line}: {printed}"
        return printed

    def open(self) -> None:
        """Make keys, open the site, enrol everybody, file the first card."""
        for name, roles in ROLES.items():
            chosen = " ".join(f"--role {role}" for role in roles)
            self.type(f"key new --name {name.capitalize()} {chosen} --out {name}.key")
        self.type("open site.range tiny --training", by="dana", at="08:00")
        for name in list(ROLES)[1:]:
            self.type(f"enrol site.range --person {name}.key", by="dana", at="08:00")
        self.type("file site.range A1", by="farid", at="08:01")

    def approve(self) -> None:
        """Let the lead engineer and the safety officer approve the card."""
        self.type("approve site.range A1", by="lena", at="08:02")
        self.type("approve site.range A1", by="sanzhar", at="08:03")

    def book(self, status: int = 0) -> str:
        """Book the slot S1 from ten to half past ten."""
        return self.type(
            f"book site.range A1 --slot S1 --from {DAY}T10:00 --until {DAY}T10:30 --aircraft AT01 "
            "--crew pilot=pavel --crew flight_test_engineer=farid",
            by="rustam",
            at="08:05",
            status=status,
        )

    def sign(self, at: str = "09:50", status: int = 0) -> str:
        """Sign the list of the run A1-S1."""
        line = "go site.range A1 --slot S1 --evidence list.toml --sign"
        return self.type(line, by="dana", at=at, status=status)


@cache
def command() -> Any:  # noqa: ANN401  what typer makes of the application
    """Return the program, made once: each test types some twenty commands."""
    return typer.main.get_command(make_app())


@pytest.fixture(scope="module", autouse=True)
def city_read_once() -> Iterator[None]:
    """Read the small city once: every test has the same, in a folder of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(readers, "load_city", cache(readers.load_city))
        yield


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the city, a list of evidence, and a site with people and a card."""
    folder = tmp_path_factory.mktemp("site")
    write_city(folder)
    (folder / "list.toml").write_text(LIST, encoding="utf-8")
    with chdir(folder):
        Desk().open()
    return folder


@pytest.fixture
def desk(prepared: Path, tmp_path: Path) -> Iterator[Desk]:
    """Return people in a folder of their own, where the card A1 waits for its approvals."""
    copytree(prepared, tmp_path / "site")
    with chdir(tmp_path / "site"):
        yield Desk()


def test_a_run_from_its_card_to_its_evidence(desk: Desk) -> None:
    """Typed in order, every command does its part, and the package at the end fits."""
    assert "still needs safety officer" in desk.type("approve site.range A1", by="lena", at="08:02")
    assert "suffice" in desk.type("approve site.range A1", by="sanzhar", at="08:03")
    assert "booked S1 for A1: 2025-04-01 10:00:00" in desk.book()
    assert "DRAFT, NOT IN FORCE" in desk.type("notice site.range S1")
    assert "modelled" in desk.type("weather site.range --twin 7", at="09:45")
    looked = desk.type("go site.range A1 --slot S1 --evidence list.toml", at="09:50")
    assert looked.splitlines()[-1] == "GO: nothing was signed"
    assert "asked at most 3 m/s" in looked
    assert "GO: run A1-S1 is released" in desk.sign()
    assert "begun A1-S1" in desk.type("begin site.range A1-S1", by="dana", at="10:00")
    assert "not by an aircraft" in desk.type("fly site.range A1-S1 --seed 3")
    desk.type("end site.range A1-S1", by="dana", at="10:05")
    desk.type("note site.range A1-S1 --text calm", by="farid", at="10:06")
    assert "A1-S1 for its review" in desk.type("status site.range")
    reviewed = desk.type("review site.range A1-S1 --accept --note good", by="lena", at="10:10")
    assert reviewed.count("pass ") == 2
    assert "R-1  Hover: planned" in desk.type("matrix site.range")
    assert "unsigned" in desk.type("package site.range --out package")
    assert "it fits" in desk.type("verify package")
    assert "the chain holds" in desk.type("log verify site.range")
    told = json.loads(desk.type("verify package --json"))
    assert (told["fits"], told["runs"], told["runs_of_twin"]) == (True, 1, 1)


def test_no_run_without_approval(desk: Desk) -> None:
    """One approval of two, the author's own, and a withdrawn one all leave the list at no go."""
    assert "refused (role_not_entitled)" in desk.type(
        "approve site.range A1", by="farid", at="08:02", status=1
    )
    desk.type("approve site.range A1", by="lena", at="08:02")
    desk.book()
    desk.type("weather site.range --twin 7", at="09:45")
    assert "card_approved: approved by lena" in desk.sign(status=1)
    begun = desk.type("begin site.range A1-S1", by="dana", at="10:00", status=1)
    assert "refused (not_released)" in begun
    assert "expected a run that is under way" in desk.type("fly site.range A1-S1", status=2)


def test_no_run_without_its_approval_at_the_beginning(desk: Desk) -> None:
    """An approval withdrawn after the release keeps the run on the ground."""
    desk.approve()
    desk.book()
    desk.type("weather site.range --twin 7", at="09:45")
    desk.sign()
    desk.type("withdraw site.range A1 --why doubt", by="sanzhar", at="09:55")
    begun = desk.type("begin site.range A1-S1", by="dana", at="10:00", status=1)
    assert "refused (no_go): card_approved" in begun
    desk.type("fly site.range A1-S1", status=2)


def test_no_run_without_a_go(desk: Desk) -> None:
    """Without weather, without evidence, with old evidence the run is not released."""
    desk.approve()
    desk.book()
    assert "pad_wind: no weather of the pad" in desk.sign(status=1)
    desk.type("weather site.range --twin 7", at="09:51")
    line = "go site.range A1 --slot S1 --sign --run"
    assert "refused (bad_order)" in desk.type(f"{line} ../../R", by="dana", at="09:51", status=1)
    bare = desk.type("go site.range A1 --slot S1 --sign", by="dana", at="09:52", status=1)
    assert "rescue: no evidence" in bare
    text = Path("list.toml").read_text()
    begin = text.index("[line_traffic]")
    Path("list.toml").write_text(text[:begin] + text[text.index("[airspace_notice]") :])
    assert "not known whether the line flies" in desk.sign(at="09:52", status=1)
    text = text.replace("T09:40", "T06:40")
    Path("list.toml").write_text(text)
    assert "observed 193 min ago" in desk.sign(at="09:53", status=1)
    begun = desk.type("begin site.range A1-S1", by="dana", at="10:00", status=1)
    assert "refused (not_released)" in begun


def test_no_run_without_its_slot(desk: Desk) -> None:
    """Before its slot, after it, and once it is given back nothing is begun."""
    desk.approve()
    assert "expected a slot that was booked" in desk.sign(status=2)
    desk.book()
    desk.type("weather site.range --twin 7", at="09:45")
    desk.sign()
    early = desk.type("begin site.range A1-S1", by="dana", at="09:55", status=1)
    assert "refused (slot_not_now)" in early
    desk.type("free site.range S1 --why wind", by="rustam", at="09:58")
    freed = desk.type("begin site.range A1-S1", by="dana", at="10:00", status=1)
    assert "refused (slot_freed)" in freed
    desk.type("fly site.range A1-S1", status=2)


def test_a_run_flies_once(desk: Desk) -> None:
    """A planted fault knocks the run off; it does not fly again, and is judged all the same."""
    desk.approve()
    desk.book()
    desk.type("weather site.range --twin 7", at="09:45")
    desk.sign()
    desk.type("begin site.range A1-S1", by="dana", at="10:00")
    flown = desk.type("fly site.range A1-S1 --fault CellSpread:5", status=1)
    assert "knocked off by cell_spread" in flown
    assert "expected a run that is under way" in desk.type("fly site.range A1-S1", status=2)
    called = desk.type("call site.range A1-S1 --why smoke", by="pavel", at="10:03")
    assert "recover" in called


def test_a_changed_card_needs_its_approvals_anew(desk: Desk) -> None:
    """One word on the page makes another version, which nobody has approved."""
    desk.approve()
    page = Path("scenarios/tiny/hover.md")
    page.write_text(page.read_text().replace("Why it is hovered.", "Why it is hovered now."))
    filed = desk.type("file site.range A1", by="farid", at="08:04")
    assert "still needs safety officer" in filed
    desk.book()
    desk.type("weather site.range --twin 7", at="09:45")
    assert "card_approved: approved by nobody" in desk.sign(status=1)


def test_a_key_is_its_owners_alone(desk: Desk) -> None:
    """A key file can be read by its owner only and is never written over."""
    desk.type("key new --name Dina --role test_director --out dina.key --public dina.public")
    assert S_IMODE(Path("dina.key").stat().st_mode) == 0o600
    assert "private" not in Path("dina.public").read_text()
    again = desk.type("key new --name Dina --role pilot --out dina.key", status=2)
    assert "error: key file: 'dina.key'" in again


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("key new --name D --role king --out k.key", "error: --role: 'king'"),
        ("open site.sqlite tiny --key dana.key", "error: STORE: 'site.sqlite'"),
        ("status nowhere.range", "error: STORE: 'nowhere.range'"),
        ("card tiny B9", "error: card: 'B9'"),
        ("cards tiny --kind nap", "error: --kind: 'nap'"),
        ("check nowhere", "error: city: 'nowhere'"),
        ("verify nowhere", "error: DIR: 'nowhere'"),
        ("fly site.range R1 --fault Rain:5", "error: --fault: 'Rain:5'"),
        ("campaign fly tiny --out t.range --cards B9", "error: --cards: 'B9'"),
        ("campaign fly tiny --out t.range --from noon", "error: --from: 'noon'"),
        ("campaign fly tiny --out t.range --fault A1", "error: --fault: 'A1'"),
    ],
)
def test_bad_input_is_one_line(desk: Desk, line: str, said: str) -> None:
    """What was typed wrong is named in one line with what was expected, status 2."""
    found = desk.type(line, status=2)
    assert found.startswith(said)
    assert found.count("\n") == 1


def test_only_a_director_opens_a_site(desk: Desk) -> None:
    """Another person's word opens nothing; the same name may be opened by a director after."""
    opened = desk.type("open new.range tiny --training", by="pavel", at="08:00", status=1)
    assert "refused (first_not_director)" in opened
    desk.type("open new.range tiny --training", by="dana", at="08:00")
    assert "expected a name that is still free" in desk.type(
        "open new.range tiny --training", by="dana", at="08:01", status=2
    )


def test_a_site_at_work_is_told_no_time_but_its_own(desk: Desk) -> None:
    """A year ago, in an hour, before the last event: only a training site takes such an instant."""
    long_ago = desk.type("open work.range tiny", by="dana", at="08:00", status=2)
    assert "within 15 min of this machine's clock" in long_ago
    assert "a site at work" in desk.type("open work.range tiny", by="dana")
    enrol = "enrol work.range --person lena.key --at"
    now_ms = time_ns() // 1_000_000
    for off_min in (60, -60, -1):
        told = format_utc(now_ms + off_min * MS_PER_MIN)
        assert "error: --at" in desk.type(f"{enrol} {told}", by="dana", status=2)
    soon = format_utc(now_ms + 5 * MS_PER_MIN)
    assert "enrolled Lena" in desk.type(f"{enrol} {soon}", by="dana")


def test_an_order_of_a_training_site_is_none_of_a_site_at_work(desk: Desk) -> None:
    """The id of the site is told when it is opened; two sites have two."""
    first = desk.type("open one.range tiny", by="dana")
    second = desk.type("open two.range tiny", by="dana")
    assert first.partition(", id ")[2][:22] != second.partition(", id ")[2][:22]


def test_a_city_is_checked_gaps_first(desk: Desk) -> None:
    """A valid site says what has no card; a page that parts from its code is named, status 1."""
    assert desk.type("check tiny").splitlines()[1].startswith("gaps          0 of 1")
    assert json.loads(desk.type("matrix tiny --json"))["requirements"][0]["shown"] == "planned"
    assert desk.type("cards tiny").splitlines()[-1] == "2 cards"
    assert "cell_spread at or above 0.1 V" in desk.type("card tiny A1")
    page = Path("scenarios/tiny/hover.md")
    page.write_text(page.read_text().replace("55 °C", "65 °C"))
    found = desk.type("check tiny", status=1)
    assert found.startswith("Test site: NOT valid") or "NOT valid" in found.splitlines()[0]
    told: dict[str, Any] = json.loads(desk.type("check tiny --json", status=1))
    assert told["faults"]


def test_a_campaign_flies_in_the_twin(desk: Desk) -> None:
    """The whole small campaign is flown through the doors; its package fits."""
    told = json.loads(desk.type("campaign fly tiny --out t.range --seed 7 --json").splitlines()[0])
    assert [run["run_id"] for run in told["runs"]] == ["A1-1", "A2-1"]
    assert told["left"] == []
    desk.type("package t.range --out package")
    Path("package/READ-ME.txt").write_text("nothing")
    assert "does NOT fit: READ-ME.txt" in desk.type("verify package", status=1)
