"""A small test site for tests of its commands and packages: a city, two cards, and a flown log."""

from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path
from shutil import copytree
from typing import Final

from aspan.evidence.package.assemble import assemble, draw_site
from aspan.evidence.package.contents import REPORT
from aspan.evidence.package.log_file import read_log
from aspan.evidence.package.seal import Origin, Seal, seal_folder
from aspan.evidence.requirement import load_requirements
from aspan.evidence.scenarios import load_campaign
from aspan.evidence.signing import KeyFile
from aspan.evidence.site_store import SiteStore
from aspan.evidence.twin_campaign import CardLeft, Progress, TwinCampaign
from aspan.evidence.twin_people import make_desk
from aspan.faces.cli.range_site import parse_instant
from aspan.faces.report.evidence_page import read_package_columns, render_evidence
from aspan.twin.card_faults import AnyFault
from aspan.world.readers import load_city
from aspan.world.readers.folder import find_folder
from aspan.world.readers.range import load_range
from unit.evidence.small_campaign import CODE, PAGE, REQUIREMENTS

CITY: Final = "tiny"
VERSION: Final = "0.test"
SEED: Final = 7

_LOW: Final = "| 1 m |"
"""A limit of the small campaign that an aircraft on the ground cannot keep."""


def write_city(folder: Path) -> None:
    """Write the small city with requirements and one scenario of two cards below a folder."""
    city, twins = folder / "cities" / CITY, folder / "scenarios" / CITY
    copytree(find_folder(CITY), city)
    (city / "requirements.toml").write_text(REQUIREMENTS, encoding="utf-8")
    twins.mkdir(parents=True)
    (twins / "hover.md").write_text(PAGE.replace(_LOW, "| |"), encoding="utf-8")
    (twins / "hover.py").write_text(CODE.replace("(1.0, 50.0)", "(None, 50.0)"), encoding="utf-8")


@contextmanager
def open_store(path: Path) -> Iterator[SiteStore]:
    """Open the log of a test site of the small city in the current folder."""
    site = load_range(load_city(CITY))
    names = {requirement.requirement_id for requirement in load_requirements(CITY)}
    with SiteStore(path, site, names) as store:
        yield store


def fly_small(
    folder: Path, cards: Sequence[str] = (), faults: dict[str, tuple[AnyFault, ...]] | None = None
) -> list[Progress | CardLeft]:
    """Fly the small city's campaign in the twin; leave `site.range` and `package` in a folder."""
    write_city(folder)
    with chdir(folder), open_store(Path("site.range")) as store:
        city, campaign = load_city(CITY), load_campaign(CITY)
        twin = TwinCampaign(
            store,
            city,
            campaign,
            seed=SEED,
            start_ms=parse_instant("2025-04-01T08:00", city.time_zone, "start"),
            software=VERSION,
            faults=dict(faults or {}),  # type: ignore[arg-type]
        )
        told = list(twin.fly(cards))  # type: ignore[arg-type]
        book = draw_site(store, city, campaign)
        package = Path("package")
        assemble(package, store, book)
        page = render_evidence(book, VERSION, read_package_columns(package))
        (package / REPORT).write_bytes(page.encode())
        seal_again(package, make_desk(SEED)["twin-lead"])
    return told


def seal_again(package: Path, signer: KeyFile | None) -> Seal:
    """Seal a package as it stands now, as whoever altered it could."""
    rows = list(read_log(package))
    origin = Origin(
        city_id=CITY,
        city_sha256=load_city(CITY).files_sha256,
        log_events=len(rows),
        log_sha256=rows[-1].head,
        made_at_ms=rows[-1].at_ms,
    )
    return seal_folder(package, origin, VERSION, signer)
