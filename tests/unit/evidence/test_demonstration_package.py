"""A small demonstration day flown through a site on disk, packaged, and checked."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import NamedTuple

import msgspec
import pytest

from aspan.evidence.demonstration.day import fly_demonstration
from aspan.evidence.demonstration.day_log import FlownDay
from aspan.evidence.demonstration.items import ITEMS
from aspan.evidence.demonstration.outside import Disturbances
from aspan.evidence.demonstration.show import Demonstration, plan_demonstration
from aspan.evidence.package.assemble import assemble, describe_origin, draw_site
from aspan.evidence.package.book import Book
from aspan.evidence.package.contents import REPORT
from aspan.evidence.package.days import Day, keep_day, list_days
from aspan.evidence.package.seal import PackageAltered, seal_folder, write_canonical
from aspan.evidence.package.verify import check_package
from aspan.evidence.scenarios import load_campaign
from aspan.evidence.site_store import SiteStore, open_site
from aspan.evidence.twin_people import MADE_UP
from aspan.faces.report.evidence_page import read_package_columns, render_evidence
from aspan.primitives.errors import InvalidInput
from demonstration_days import JUNE, JUNE_RESERVE, place

SEED = 2
FILE = "demonstrations/2024-06-19.json"
UNWELL = Disturbances(lost="in_flight", lost_item=1)
"""The second flown item is called off in flight, and nothing flies after it."""


class Packed(NamedTuple):
    """A day, and the package of the site that it went through."""

    flown: FlownDay
    store: Path
    folder: Path
    book: Book


def fly_into(store: SiteStore) -> FlownDay:
    """Fly the first items of a show through a site, and keep the day there."""
    city, site = place()
    plan = plan_demonstration(city, site, JUNE, JUNE_RESERVE, items=ITEMS[:4])
    assert isinstance(plan, Demonstration)
    flown = fly_demonstration(plan, city, site, SEED, UNWELL, store)
    keep_day(store, city, flown)
    return flown


def seal(folder: Path, book: Book) -> None:
    """Seal a package as it stands."""
    seal_folder(folder, describe_origin(book, "0" * 64), "0.test")


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Packed:
    """Return a day with its package."""
    home = tmp_path_factory.mktemp("show")
    folder, path = home / "package", home / "site.range"
    city = place()[0]
    with open_site(path, city) as store:
        flown = fly_into(store)
        book = draw_site(store, city, load_campaign("alatau"))
        assemble(folder, store, book)
    page = render_evidence(book, "0.test", read_package_columns(folder))
    (folder / REPORT).write_bytes(page.encode())
    seal(folder, book)
    return Packed(flown, path, folder, book)


@pytest.fixture
def package(packed: Packed, tmp_path: Path) -> Path:
    """Return a copy of the package that a test may alter."""
    return copytree(packed.folder, tmp_path / "package")


def test_a_day_goes_through_the_site_and_into_its_package(packed: Packed) -> None:
    """Sorties are runs of the log with telemetry, signed by made-up persons; the package fits."""
    book = check_package(packed.folder).book
    assert [day.log for day in book.days] == [packed.flown.log]
    assert packed.flown.log.ending == "shortened_show"
    assert book.days[0].breaches == ()
    assert [(run.run_id, bool(run.stops)) for run in book.runs] == [
        ("2024-06-19-hover-0", False),
        ("2024-06-19-transition-0", True),
    ]
    assert all(run.raw and run.raw.is_twin and run.raw.rows > 500 for run in book.runs)
    assert all(MADE_UP in person.name for person in book.site.people)
    called = book.runs[1].stops[0]
    assert called.by
    assert packed.flown.log.sorties[1].begun_at_ms < called.at_ms
    assert called.at_ms < packed.flown.log.sorties[1].ended_at_ms


def test_the_page_tells_the_day_item_by_item(packed: Packed) -> None:
    """What was shown, flown, called off and why, the ending, the limits and the approval."""
    page = (packed.folder / REPORT).read_text(encoding="utf-8")
    section = page.split('<section id="day-2024-06-19">')[1].split("</section>")[0]
    became = [part.split("</b>")[0] for part in section.split("<b>")[1:]]
    assert became == ["shown", "flown", "called off in flight", "called off"]
    for words in (
        "no aircraft that is approved for demonstrations is left",
        "the pilot reports an unexpected response",
        "shortened show: fly-by",
        "demonstration, AT01, 2020-01-01 to 2036-01-01, assumed",
        "at most 70 dBA",
        "owed: 300 m",
        "the twin, not an aircraft",
    ):
        assert words in section


def test_a_day_goes_through_a_site_once(packed: Packed) -> None:
    """The same date again is refused, and nothing is added to the log."""
    with open_site(packed.store, place()[0]) as store:
        before = store.count()
        with pytest.raises(InvalidInput, match="has not seen"):
            fly_into(store)
        assert store.count() == before


def test_a_byte_of_the_day_altered_is_found(package: Path) -> None:
    """One byte of the day's file changed, and the check names the file."""
    path = package / FILE
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(PackageAltered, match=FILE):
        check_package(package)


def _end_well(day: Day) -> Day:
    log = msgspec.structs.replace(day.log, ending="run_of_show", reason="")
    return msgspec.structs.replace(day, log=log)


def _leave_out(day: Day) -> Day:
    log = msgspec.structs.replace(day.log, sorties=day.log.sorties[:1])
    return msgspec.structs.replace(day, log=log)


def _come_near(day: Day) -> Day:
    near = {name: msgspec.structs.replace(m, spare_m=-100.0) for name, m in day.measured.items()}
    return msgspec.structs.replace(day, measured=near)


@pytest.mark.parametrize("change", [_end_well, _leave_out, _come_near])
def test_a_day_that_does_not_follow_is_found_though_sealed_again(
    packed: Packed, package: Path, change: Callable[[Day], Day]
) -> None:
    """An ending, a sortie or a distance that contradicts the log or the day itself is found."""
    day = list_days(package / "demonstrations")[0]
    (package / FILE).write_bytes(write_canonical(change(day)))
    seal(package, packed.book)
    with pytest.raises(PackageAltered, match=FILE):
        check_package(package)
