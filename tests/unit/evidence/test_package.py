"""A package of a small flown campaign: what it holds, and what its check finds."""

from collections.abc import Callable, Iterable
from pathlib import Path
from shutil import copytree
from typing import Any

import msgspec
import pytest

from aspan.evidence.orders import ReviewRun
from aspan.evidence.package.assemble import list_parts
from aspan.evidence.package.book import Book, read_book, read_part
from aspan.evidence.package.contents import CARDS, ESTIMATES, REQUIREMENTS, RUNS, SITE, VERDICTS
from aspan.evidence.package.log_file import LOG, LogRow, read_log, write_log
from aspan.evidence.package.matrix import Records, make_matrix
from aspan.evidence.package.records import draw_records
from aspan.evidence.package.seal import PackageAltered, write_canonical
from aspan.evidence.package.verify import check_package
from aspan.evidence.signing import draw_site_id, sign
from aspan.evidence.site_events import (
    CardApproved,
    OrderRefused,
    OrderTaken,
    RunBegun,
    RunReviewed,
    SiteEvent,
    SiteFounded,
    SlotBooked,
    TelemetryKept,
)
from aspan.evidence.site_store import decode_site_event
from aspan.evidence.twin_campaign import CardLeft, Progress
from aspan.evidence.twin_people import MADE_UP, make_desk
from aspan.operations.log import FIRST_HASH, chain, encode_event
from aspan.primitives.errors import InvalidInput
from aspan.twin.card_faults import OverTemperature
from package_hands import list_unseen
from packing import SEED, VERSION, fly_small, seal_again

HOT = OverTemperature(onset_s=20.0, rate_k_per_s=2.0)


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Progress | CardLeft]]:
    """Return the package of a campaign whose second card runs hot, and what was told of it."""
    folder = tmp_path_factory.mktemp("site")
    told = fly_small(folder, faults={"A2": (HOT,)})
    return folder / "package", told


@pytest.fixture
def package(flown: tuple[Path, list[Any]], tmp_path: Path) -> Path:
    """Return a copy of the package that a test may alter."""
    return copytree(flown[0], tmp_path / "package")


def test_a_campaign_passes_the_doors_and_stops_where_it_must(
    flown: tuple[Path, list[Progress | CardLeft]],
) -> None:
    """The first card is accepted; the hot one is knocked off, rejected, tried again and left."""
    told = flown[1]
    assert [(t.run_id, t.is_accepted) for t in told if isinstance(t, Progress)] == [
        ("A1-1", True),
        ("A2-1", False),
        ("A2-2", False),
    ]
    assert {t.stops for t in told if isinstance(t, Progress)} == {(), ("pack_temperature",)}
    assert told[-1] == CardLeft(card_id=told[-1].card_id, why="0 of 1 runs are accepted")


def test_a_package_fits_and_says_whose_it_is(flown: tuple[Path, list[Any]]) -> None:
    """It fits, is signed by a person of its site, and says that they are made up."""
    found = check_package(flown[0])
    lead = make_desk(SEED)["twin-lead"]
    assert (found.seal.person_id, found.is_signer_of_site) == ("twin-lead", True)
    assert check_package(flown[0], lead.public_key).seal == found.seal
    assert all(MADE_UP in person.name for person in found.book.site.people)
    assert all(run.raw and run.raw.is_twin for run in found.book.runs)
    assert found.manifest.software_version == VERSION


def test_the_matrix_says_what_the_twin_cannot_show(flown: tuple[Path, list[Any]]) -> None:
    """A requirement is not shown while a card of it is rejected; another is not for this site."""
    rows = check_package(flown[0]).book.requirements
    first, second = rows
    assert (first.shown, second.shown) == ("flown", "elsewhere")
    assert first.gaps == ("no run of A2 is accepted",)
    assert first.run_ids == ("A1-1", "A2-1", "A2-2")


def test_every_alteration_of_a_slice_is_found(
    flown: tuple[Path, list[Any]], tmp_path: Path
) -> None:
    """Of 20 bytes anywhere, 20 of files as likely and 12 hands on files none passes."""
    assert list(list_unseen(flown[0], tmp_path / "scratch", seed=1, counts=(20, 20, 12))) == []


def test_another_key_is_not_the_one_asked_for(package: Path) -> None:
    """Sealed again by another, it fits by itself, and not with the key of who was to sign."""
    desk = make_desk(SEED)
    seal_again(package, desk["twin-safety"])
    assert check_package(package).seal.name == desk["twin-safety"].name
    with pytest.raises(PackageAltered, match=r"manifest\.sig"):
        check_package(package, desk["twin-lead"].public_key)
    seal_again(package, None)
    assert not check_package(package).is_signer_of_site
    with pytest.raises(PackageAltered, match="no signature"):
        check_package(package, desk["twin-lead"].public_key)


def _change(package: Path, path: str, field: str, change: Callable[[Any], Any]) -> None:
    """Change one file of a package through the type that the book has for it, and seal it again."""
    kind = {each.name: each.type for each in msgspec.structs.fields(Book)}[field]
    value: Any = change(read_part(package, path, kind))
    (package / path).write_bytes(write_canonical(value))
    seal_again(package, None)


def _first(**changes: Any) -> Callable[[Any], Any]:  # noqa: ANN401  fields of any type
    return lambda rows: (msgspec.structs.replace(rows[0], **changes), *rows[1:])


@pytest.mark.parametrize(
    ("path", "field", "change"),
    [
        (RUNS, "runs", _first(stops=(), is_accepted=False)),
        (RUNS, "runs", lambda rows: rows[:-1]),
        (CARDS, "cards", _first(is_approved=False)),
        (CARDS, "cards", lambda rows: rows[1:]),
        (SITE, "site", lambda site: msgspec.structs.replace(site, people=site.people[1:])),
        (REQUIREMENTS, "requirements", _first(shown="shown")),
        (REQUIREMENTS, "requirements", _first(gaps=())),
        (VERDICTS, "verdicts", lambda rows: rows[1:]),
        (VERDICTS, "verdicts", _first(version="0" * 64)),
        (VERDICTS, "verdicts", _first(not_judged="too hot")),
        (ESTIMATES, "estimates", lambda found: msgspec.structs.replace(found, runs={"A2-1": ""})),
    ],
)
def test_what_does_not_follow_is_found_though_sealed_again(
    package: Path, path: str, field: str, change: Callable[[Any], Any]
) -> None:
    """Whoever alters a file and seals again is found by what the log and the values say."""
    _change(package, path, field, change)
    with pytest.raises(PackageAltered):
        check_package(package)


def test_a_verdict_must_follow_from_its_value(package: Path) -> None:
    """A failed check that is called passed contradicts its own interval and bound."""

    def flatter(rows: Any) -> Any:  # noqa: ANN401
        worst = msgspec.structs.replace(rows[0].verdicts[0], outcome="fail")
        kept = msgspec.structs.replace(rows[0], verdicts=(worst, *rows[0].verdicts[1:]))
        return (kept, *rows[1:])

    _change(package, VERDICTS, "verdicts", flatter)
    with pytest.raises(PackageAltered, match=r"verdicts\.json, A1-1, A1\.\w+"):
        check_package(package)


@pytest.mark.parametrize(
    ("hand", "named"),
    [
        (lambda p: (p / "log.jsonl").write_text("".join(_lines(p)[:-1])), "runs"),
        (lambda p: next((p / "cards").glob("*/hover.md")).write_text("other"), "cards/hover"),
        (lambda p: (p / "runs" / "A1-1").rename(p / "runs" / "A1-9"), "runs/A1-1"),
        (lambda p: (p / "runs" / "A1-1" / "manifest.json").write_text("{}"), "runs/A1-1"),
        (lambda p: (p / "more.json").write_text("{}"), r"more\.json"),
        (lambda p: (p / "READ-ME.txt").unlink(), "READ-ME"),
    ],
)
def test_files_must_belong_though_sealed_again(
    package: Path, hand: Callable[[Path], object], named: str
) -> None:
    """A shortened log, another text of a card, telemetry of another run, a stranger are named."""
    hand(package)
    seal_again(package, None)
    with pytest.raises(PackageAltered, match=named):
        check_package(package)


def _lines(package: Path) -> list[str]:
    return (package / "log.jsonl").read_text().splitlines(keepends=True)


def test_a_forged_order_breaks_its_signature(package: Path) -> None:
    """A log chained anew over an order that nobody signed is found by the signature."""
    head, rows = FIRST_HASH, []
    for row in read_log(package):
        line = row.line.replace("limits kept, no check failed", "limits kept, no check faulty")
        head = chain(head, row.cause, line.encode())
        rows.append(
            LogRow(seq=row.seq, at_ms=row.at_ms, cause=row.cause, line=line, head=head.hex())
        )
    write_log(package / LOG, rows)
    seal_again(package, None)
    with pytest.raises(PackageAltered, match="a signature that does not fit"):
        check_package(package)


def test_no_package_is_bad_input(tmp_path: Path) -> None:
    """A folder that is not there is bad input; one that is no package does not fit."""
    with pytest.raises(InvalidInput, match="the folder of a package"):
        check_package(tmp_path / "nowhere")
    with pytest.raises(PackageAltered, match=r"manifest\.sig"):
        check_package(tmp_path)


def _rewrite(package: Path, change: Callable[[SiteEvent], Iterable[SiteEvent]]) -> None:
    """Write another history: log, chain, people, cards, runs, matrix and seal all agree again."""
    head, rows = FIRST_HASH, []
    events: list[tuple[str, SiteEvent]] = []
    for row in read_log(package):
        changed = change(decode_site_event(row.line.encode()))
        events += [(event.key, event) for event in changed]
    for seq, (cause, event) in enumerate(events, 1):
        line = encode_event(event)
        head = chain(head, cause, line)
        rows.append(
            LogRow(seq=seq, at_ms=event.at_ms, cause=cause, line=line.decode(), head=head.hex())
        )
    write_log(package / LOG, rows)
    book = read_book(package, log_events=0, log_sha256="", made_at_ms=0)
    drawn = draw_records([event for _, event in events])
    site = msgspec.structs.replace(book.site, people=drawn.people, site_id=drawn.site_id)
    made = Records(
        planned=book.planned, entries=drawn.cards, runs=drawn.runs, verdicts=book.verdicts
    )
    matrix = make_matrix((row.requirement for row in book.requirements), made)
    told = msgspec.structs.replace(
        book, site=site, cards=drawn.cards, runs=drawn.runs, requirements=matrix
    )
    for path, value in list_parts(told):
        (package / path).write_bytes(write_canonical(value))
    seal_again(package, make_desk(SEED)["twin-lead"])


def _stamp(event: SiteEvent, **changes: Any) -> SiteEvent:  # noqa: ANN401  fields of any type
    return msgspec.structs.replace(event, **changes)


@pytest.mark.parametrize(
    ("kind", "changes", "named"),
    [
        (RunReviewed, {"is_accepted": True}, "is_accepted is not what twin-lead signed"),
        (CardApproved, {"by": "twin-manager"}, "no order .* of twin-manager stands before it"),
        (SlotBooked, None, "slot|follow|S1"),
        (RunBegun, {"at_ms": 0}, "slot|before"),
        (OrderTaken, None, "stands before it"),
    ],
)
def test_a_history_that_nobody_signed_is_found_though_an_insider_sealed_it(
    package: Path, kind: type[SiteEvent], changes: dict[str, Any] | None, named: str
) -> None:
    """Each decision must be what the order before it asked for; leave out or alter one."""

    def change(event: SiteEvent) -> Iterable[SiteEvent]:
        if not isinstance(event, kind):
            return (event,)
        return () if changes is None else (_stamp(event, **changes),)

    with pytest.raises((PackageAltered, LookupError), match=named):  # noqa: PT012  both may see it
        _rewrite(package, change)
        check_package(package)


def test_an_order_signed_for_another_site_is_found(package: Path) -> None:
    """Whoever holds a key of the people there cannot bring in what was signed for another site."""
    other = draw_site_id()
    lead = make_desk(SEED)["twin-lead"]

    def bring(event: SiteEvent) -> Iterable[SiteEvent]:
        if not isinstance(event, OrderTaken) or "ReviewRun" not in event.signed.order:
            return (event,)
        order = msgspec.json.decode(event.signed.order, type=ReviewRun)
        signed = sign(order, other, lead.person_id, lead.private_key)
        return (_stamp(event, signed=signed),)

    _rewrite(package, bring)
    with pytest.raises(PackageAltered, match=f"one for {other}.*signed for this site"):
        check_package(package)


def test_telemetry_that_changed_after_its_review_is_found(package: Path) -> None:
    """A manifest told anew, before or after the signed review of a run, does not fit."""

    def before(event: SiteEvent) -> Iterable[SiteEvent]:
        is_kept = isinstance(event, TelemetryKept) and event.run_id == "A1-1"
        return (_stamp(event, manifest_sha256="f" * 64),) if is_kept else (event,)

    def after(event: SiteEvent) -> Iterable[SiteEvent]:
        if isinstance(event, TelemetryKept) and event.run_id == "A1-1":
            kept.append(event)
        if not isinstance(event, RunReviewed) or event.run_id != "A1-1":
            return (event,)
        changes = {"key": "late", "at_ms": event.at_ms, "manifest_sha256": "f" * 64}
        return (event, _stamp(kept[0], **changes))

    kept: list[SiteEvent] = []
    was = copytree(package, package.with_name("was"))
    _rewrite(package, before)
    with pytest.raises(PackageAltered, match="is not what was reviewed"):
        check_package(package)
    _rewrite(was, after)
    with pytest.raises(PackageAltered, match="TelemetryKept while reviewed"):
        check_package(was)


def test_a_site_under_another_name_is_found(package: Path) -> None:
    """A log that is said to be another site's than its people signed for does not fit."""
    other = draw_site_id()

    def rename(event: SiteEvent) -> Iterable[SiteEvent]:
        if isinstance(event, SiteFounded):
            return (_stamp(event, site_id=other),)
        if isinstance(event, OrderTaken):
            return (_stamp(event, signed=msgspec.structs.replace(event.signed, site_id=other)),)
        return (event,)

    _rewrite(package, rename)
    with pytest.raises(PackageAltered, match="site_id is not what twin-director signed"):
        check_package(package)


def test_a_history_as_it_was_still_fits(package: Path) -> None:
    """Writing the same history again changes nothing that the check looks at."""
    _rewrite(package, lambda event: (event,))
    assert check_package(package).is_signer_of_site


def test_a_run_begun_on_too_few_approvals_is_found(package: Path) -> None:
    """Every order is signed, but one approval was left out of the log with its order."""
    left: set[tuple[str, str]] = set()

    def change(event: SiteEvent) -> Iterable[SiteEvent]:
        is_word = isinstance(event, OrderTaken) and '"ApproveCard"' in event.signed.order
        if is_word and len(left) < 1:
            left.add((event.by, event.key))
        is_left = (event.by, event.key) in left
        if not is_left or isinstance(event, OrderRefused):
            return (event,)
        return ()

    _rewrite(package, change)
    with pytest.raises(PackageAltered, match="approvals do not suffice"):
        check_package(package)
