"""A test site as the commands open it: its log, its city, a person's key, an instant."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_MIN, MS_PER_S

if TYPE_CHECKING:
    from aspan.evidence.orders import Order, ReviewRun
    from aspan.evidence.package.book import Book
    from aspan.evidence.scenarios import Campaign
    from aspan.evidence.signing import KeyFile
    from aspan.evidence.site import SiteRefused
    from aspan.evidence.site_events import SiteEvent
    from aspan.evidence.site_store import SiteStore
    from aspan.world.city import City
    from aspan.world.range import Range

StoreName = Annotated[
    str, typer.Argument(metavar="STORE", help="Log of a test site: a path that ends in .range.")
]
KeyPath = Annotated[Path, typer.Option("--key", metavar="FILE", help="Key file of who decides.")]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="T",
        help="The site's instant, YYYY-MM-DDTHH:MM[:SS] there, near now but on a training site; "
        "now if not given.",
    ),
]
FromCity = Annotated[
    str | None, typer.Option("--city", metavar="CITY", help="The city; as the log names it.")
]

_NS_PER_MS = 1_000_000

AT_MS_MAX = 15 * MS_PER_MIN
"""From an instant told to a site at work to now. Assumed: a word on the radio, then a desk."""


class Site:
    """An open test site.

    Parameters
    ----------
    name
        The city, as it was named or as the log names it.
    """

    def __init__(self, store: "SiteStore", city: "City", name: str) -> None:
        self.store = store
        self.city = city
        self.name = name

    @property
    def range(self) -> "Range":
        """The range of the city."""
        return self.store.site.range

    @cached_property
    def campaign(self) -> "Campaign":
        """The campaign of the city, as its files stand."""
        from aspan.evidence.scenarios import load_campaign

        return load_campaign(self.name)

    def parse(self, text: str, field: str) -> int:
        """Return the instant [ms] of a local time of the city."""
        return parse_instant(text, self.city.time_zone, field)

    def instant(self, text: str | None, *, is_training: bool | None = None) -> int:
        """Return the instant [ms] of an order or report: as told by `--at`, now if None.

        A training site may be told any. A site at work has the time of this machine: what is told
        says to the second when something was done a moment ago, no more.

        Parameters
        ----------
        is_training
            Of a site that is only being founded; as the site was founded if None.
        """
        now_ms = time_ns() // _NS_PER_MS
        if text is None:
            return now_ms
        at_ms = self.parse(text, "--at")
        founded, last_ms = self.store.look(lambda state: (state.is_training, state.last_at_ms))
        if founded if is_training is None else is_training:
            return at_ms
        if not last_ms <= at_ms or abs(at_ms - now_ms) > AT_MS_MAX:
            span = f"within {AT_MS_MAX // MS_PER_MIN} min of this machine's clock"
            expected = f"an instant {span}, not before the last event; any on a training site"
            raise InvalidInput("--at", text, expected)
        return at_ms

    def order(
        self, key: "KeyFile", make: Callable[[str], "Order"], at_ms: int
    ) -> "list[SiteEvent] | SiteRefused":
        """Sign an order as a person and give it to the site.

        The same order at the same instant is the same order: given twice, it is carried out once.
        """
        from aspan.evidence.signing import sign

        return self.store.order(
            sign(
                make(name_order(make, at_ms)),
                self.store.site_id,
                key.person_id,
                key.private_key,
            ),
            at_ms,
        )


def name_order(make: Callable[[str], "Order"], at_ms: int) -> str:
    """Return the key of an order: from what it says and when."""
    import msgspec

    blank = msgspec.json.encode(make(""))
    return f"{at_ms}-{sha256(blank).hexdigest()[:24]}"


@contextmanager
def open_site(
    text: str, city: str | None = None, *, is_new: bool = False, seed: int | None = None
) -> Iterator[Site]:
    """Open the log of a test site with the range of its city.

    Parameters
    ----------
    is_new
        It must have no event yet; `city` names its city.
    seed
        Of a new site that the twin founds, whose id follows from it; drawn if None.
    """
    from aspan.evidence.requirement import load_requirements
    from aspan.evidence.site_store import SUFFIX, SiteStore
    from aspan.evidence.twin_people import make_site_id
    from aspan.live.store import parse_store
    from aspan.world.readers import load_city
    from aspan.world.readers.range import load_range

    path = parse_store(text)
    if path.suffix != SUFFIX:
        raise InvalidInput("STORE", text, f"a path that ends in {SUFFIX}")
    if not is_new and not path.is_file():
        raise InvalidInput("STORE", text, "a test site of aspan range open")
    if is_new:
        path.parent.mkdir(parents=True, exist_ok=True)
    name = city or _read_city(path)
    loaded = load_city(name)
    names = {requirement.requirement_id for requirement in load_requirements(name)}

    def check(store: SiteStore, order: "ReviewRun") -> str:
        from aspan.evidence.package.judgement import check_review
        from aspan.evidence.scenarios import load_campaign

        return check_review(store, loaded, load_campaign(name), order)

    site_id = None if seed is None else make_site_id(seed)
    with SiteStore(path, load_range(loaded), names, check_review=check, site_id=site_id) as store:
        if is_new and store.list_rows(0, 1):
            raise InvalidInput("STORE", text, "a name that is still free")
        yield Site(store, loaded, name)


def _read_city(path: Path) -> str:
    """Return the city that the log of a test site names."""
    from aspan.live.sqlite_log import read_settings
    from aspan.live.store import connect

    connection = connect(path, is_read_only=True)
    try:
        return read_settings(connection, path).get("city", "")
    finally:
        connection.close()


def read_key(path: Path) -> "KeyFile":
    """Return the person of a key file."""
    from aspan.evidence.signing import read_key_file

    return read_key_file(path)


def parse_instant(text: str, zone: str, field: str) -> int:
    """Return the instant [ms] of a local time, or of one that names its own zone."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from aspan.primitives.instants import datetime_to_ms

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        expected = "a time as YYYY-MM-DDTHH:MM, in the city's zone or with Z"
        raise InvalidInput(field, text, expected) from None
    return datetime_to_ms(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone)))


def tell_instant(at_ms: int, zone: str) -> str:
    """Return an instant on the city's clock."""
    from aspan.primitives.instants import ms_to_local

    return f"{ms_to_local(at_ms // MS_PER_S * MS_PER_S, zone):%Y-%m-%d %H:%M:%S}"


def answer_order(
    answer: "list[SiteEvent] | SiteRefused", done: Sequence[str], *, as_json: bool, **more: object
) -> int:
    """Print what a site answered to an order; return 0 where it did it, 1 where it refused."""
    import msgspec

    from aspan.evidence.site import SiteRefused

    is_refused = isinstance(answer, SiteRefused)
    if as_json:
        told: dict[str, Any] = {"refused": is_refused, **more}
        if isinstance(answer, SiteRefused):
            told |= {"reason": str(answer.reason), "detail": answer.detail}
        else:
            told["events"] = msgspec.to_builtins(answer)
        print(json.dumps(told, ensure_ascii=False))
    elif isinstance(answer, SiteRefused):
        print(f"refused ({answer.reason}): {answer.detail}")
    else:
        print("\n".join(done))
    return 1 if is_refused else 0


def draw_book(text: str, city: str | None = None) -> "Book":
    """Return everything that can be told of a test site, its runs judged anew."""
    from aspan.evidence.package.assemble import draw_site

    with open_site(text, city) as site:
        return draw_site(site.store, site.city, site.campaign)
