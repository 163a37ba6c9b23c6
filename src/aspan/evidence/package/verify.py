"""Checks a package off line, from its folder alone, and names the first thing that does not fit.

Every byte counts: the seal over the manifest, the manifest over the files (`seal`), the chain over
the log, the manifests of runs over their telemetry. Then what the files say must follow from one
another: orders are signed by who is said to have given them, people, cards, approvals, lists and
runs are those of the log, telemetry is what was reported, twin files are those of the versions that
were approved, verdicts follow from their values and bounds, and the matrix from all of it.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from aspan.evidence.package.assemble import list_parts
from aspan.evidence.package.book import Book, read_book
from aspan.evidence.package.contents import (
    CARDS,
    ESTIMATES,
    PLANNED,
    READ_ME,
    REPORT,
    REQUIREMENTS,
    RUNS,
    SITE,
    TELEMETRY,
    TWIN_FILES,
    VERDICTS,
    RunEntry,
)
from aspan.evidence.package.days import check_days, name_day
from aspan.evidence.package.log_file import LOG, read_log
from aspan.evidence.package.matrix import Records, make_matrix
from aspan.evidence.package.orders_check import OrderCheck
from aspan.evidence.package.records import draw_records
from aspan.evidence.package.seal import (
    MANIFEST,
    SEAL,
    Manifest,
    PackageAltered,
    Seal,
    open_seal,
)
from aspan.evidence.package.twin_files import read_pair
from aspan.evidence.release import is_run_id
from aspan.evidence.scenarios import hash_card
from aspan.evidence.signing import verify as is_signed
from aspan.evidence.site_events import OrderTaken, PersonEnrolled, SiteEvent, SiteFounded
from aspan.evidence.site_fold import apply
from aspan.evidence.site_state import SiteState
from aspan.evidence.site_store import decode_site_event
from aspan.evidence.telemetry.keeping import verify_run
from aspan.evidence.telemetry.manifest import read_manifest
from aspan.evidence.verdict import Outcome, Verdict
from aspan.primitives.errors import InvalidInput, InvariantError


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a package that fits says of itself.

    Parameters
    ----------
    is_signer_of_site
        Whether the seal is signed with the key of a person of the site's log.
    """

    manifest: Manifest
    seal: Seal
    book: Book
    is_signer_of_site: bool


def check_package(folder: Path, public_key: str | None = None) -> Checked:
    """Return what a package says; `PackageAltered` names the first thing that does not fit.

    Parameters
    ----------
    public_key
        Of who must have signed; whoever did, or nobody, if None.
    """
    if not folder.is_dir():
        raise InvalidInput("DIR", str(folder), "the folder of a package")
    manifest, seal = open_seal(folder)
    if public_key is not None and seal.public_key != public_key:
        found = seal.public_key or "no signature"
        raise PackageAltered(SEAL, found, f"a signature with the key {public_key}")
    events = _check_log(folder, manifest)
    origin = manifest.origin
    book = read_book(
        folder,
        log_events=origin.log_events,
        log_sha256=origin.log_sha256,
        made_at_ms=origin.made_at_ms,
    )
    _check_verdicts(book)
    _check_book(book, events)
    _check_estimates(book)
    check_days(book.days, book.runs)
    for run in book.runs:
        _check_run(folder, run)
    _check_twin_files(folder, book)
    _check_names(folder, manifest, book)
    keys = {person.public_key for person in book.site.people}
    return Checked(
        manifest=manifest,
        seal=seal,
        book=book,
        is_signer_of_site=seal.is_signed and seal.public_key in keys,
    )


def _check_log(folder: Path, manifest: Manifest) -> list[SiteEvent]:
    """Return the events of the log: chained, and foldable by the site; all orders signed."""
    events: list[SiteEvent] = []
    state, rules = SiteState(), OrderCheck()
    head = ""
    for row in read_log(folder):
        named = f"{LOG}, line {row.seq}"
        try:
            event = decode_site_event(row.line.encode())
            fault = rules.find_fault(state, event)
            apply(state, event)
        except (InvalidInput, InvariantError, LookupError) as error:
            raise PackageAltered(named, str(error)[:200], "an event that may follow") from None
        if fault:
            found = f"{type(event).__name__}: {fault}"
            raise PackageAltered(named, found, "what follows from signed orders")
        if event.at_ms != row.at_ms or event.key != row.cause:
            raise PackageAltered(named, row.cause, "the instant and cause that its event has")
        events.append(event)
        head = row.head
    _check_signatures(events)
    origin = manifest.origin
    if (len(events), head) != (origin.log_events, origin.log_sha256):
        expected = f"{origin.log_events} events that end in {origin.log_sha256}"
        raise PackageAltered(LOG, f"{len(events)} events that end in {head}", expected)
    if events and origin.made_at_ms != events[-1].at_ms:
        expected = "the instant of the last event"
        raise PackageAltered(f"{MANIFEST}, made_at_ms", origin.made_at_ms, expected)
    return events


def _check_signatures(events: list[SiteEvent]) -> None:
    """Every order carries the signature of the person it is said to be of, for this very site.

    The first person founds the site by their own word: the events after it tell its id and their
    key.
    """
    match events[:3]:
        case [OrderTaken(), SiteFounded() as founded, PersonEnrolled() as first]:
            pass
        case _:
            raise PackageAltered(f"{LOG}, line 1", "another event", "the founding of the site")
    site_id = founded.site_id
    keys = {first.person.person_id: first.person.public_key}
    for number, event in enumerate(events, 1):
        if isinstance(event, PersonEnrolled):
            keys[event.person.person_id] = event.person.public_key
        elif isinstance(event, OrderTaken):
            key = keys.get(event.by, "")
            named = f"{LOG}, line {number}"
            if event.signed.site_id != site_id:
                expected = f"an order signed for this site, {site_id}"
                raise PackageAltered(named, f"one for {event.signed.site_id[:100]}", expected)
            if event.signed.by != event.by or not is_signed(event.signed, key, site_id):
                expected = f"the signature of {event.by}"
                raise PackageAltered(named, "a signature that does not fit", expected)


def _check_book(book: Book, events: list[SiteEvent]) -> None:
    """People, cards, runs and the matrix are those that follow from the log."""
    records = draw_records(events)
    site = msgspec.structs.replace(
        book.site,
        site_id=records.site_id,
        is_training=records.is_training,
        people=records.people,
    )
    matrix = make_matrix(
        (row.requirement for row in book.requirements),
        Records(planned=book.planned, entries=book.cards, runs=book.runs, verdicts=book.verdicts),
    )
    drawn = msgspec.structs.replace(
        book, site=site, cards=records.cards, runs=records.runs, requirements=matrix
    )
    for (path, found), (_, expected) in zip(list_parts(book), list_parts(drawn), strict=True):
        if found != expected:
            raise PackageAltered(path, "other content", "what follows from the log")
    filed = {entry.card.card_id for entry in book.cards}
    for card in book.planned:
        if card.card_id in filed:
            raise PackageAltered(PLANNED, card.card_id, "cards not put before the site")


def _check_run(folder: Path, run: RunEntry) -> None:
    if run.raw is None:
        return
    if not is_run_id(run.run_id):
        raise PackageAltered(f"{RUNS}, run", run.run_id, "the id of a run")
    path = f"{TELEMETRY}/{run.run_id}"
    found = verify_run(folder / path)
    if found.problems:
        raise PackageAltered(path, found.problems[0], "telemetry as its manifest has it")
    manifest = read_manifest(folder / path)
    is_twin = manifest.source == "twin"
    told = (manifest.run_id, manifest.sha256, manifest.rows, is_twin, manifest.recorder_id)
    raw = run.raw
    known = (run.run_id, raw.manifest_sha256, raw.rows, raw.is_twin, raw.recorder_id)
    if told != known:
        raise PackageAltered(path, str(told), f"{known}, as the log has it")


def _check_twin_files(folder: Path, book: Book) -> None:
    """Every pair of page and code is that of a version that was put before the site."""
    home = folder / TWIN_FILES
    for pair in sorted(home.iterdir()) if home.is_dir() else ():
        texts = read_pair(pair)
        if texts is None or not any(
            hash_card(entry.card, *texts) == entry.version for entry in book.cards
        ):
            named = f"{TWIN_FILES}/{pair.name}"
            raise PackageAltered(named, "another text", "page and code of a version in the log")


def _check_verdicts(book: Book) -> None:
    """Every begun run has a verdict of each check of its card, which follows from its value."""
    begun = [run for run in book.runs if run.begun is not None]
    if [run.run_id for run in begun] != [found.run_id for found in book.verdicts]:
        raise PackageAltered(VERDICTS, "other runs", "the runs that were begun, in their order")
    for run, found in zip(begun, book.verdicts, strict=True):
        named = f"{VERDICTS}, {run.run_id}"
        entry = book.find_entry(run.card_id, run.version)
        checks = [check.check_id for check in entry.card.checks] if entry else []
        if (found.card_id, found.version) != (run.card_id, run.version):
            raise PackageAltered(named, found.version, run.version)
        if [verdict.check_id for verdict in found.verdicts] != ([] if found.not_judged else checks):
            raise PackageAltered(named, "other checks", "a verdict for each check of the card")
        for verdict in found.verdicts:
            if verdict.outcome not in _list_outcomes(verdict):
                expected = f"{_list_outcomes(verdict)[0]}, by its interval and bound"
                raise PackageAltered(f"{named}, {verdict.check_id}", verdict.outcome, expected)


def _list_outcomes(verdict: Verdict) -> tuple[Outcome, ...]:
    """Return the outcomes that value, interval and bound of a verdict allow."""
    value, low, high = verdict.value, verdict.low, verdict.high
    if value is None or low is None or high is None:
        return ("inconclusive", "pass", "fail")
    least = -float("inf") if verdict.bound.low is None else verdict.bound.low
    most = float("inf") if verdict.bound.high is None else verdict.bound.high
    if not low <= value <= high:
        return ("inconclusive",)
    if least <= low and high <= most:
        return ("pass",)
    return ("fail",) if high < least or low > most else ("inconclusive",)


def _check_estimates(book: Book) -> None:
    """Estimates rest on accepted runs of the log alone, and lie in their intervals."""
    accepted = {
        run.run_id: run.raw.manifest_sha256 for run in book.runs if run.is_accepted and run.raw
    }
    for run_id, manifest_sha256 in book.estimates.runs.items():
        if accepted.get(run_id) != manifest_sha256:
            expected = "the telemetry of an accepted run of the log"
            raise PackageAltered(f"{ESTIMATES}, {run_id}", manifest_sha256, expected)
    for found in book.estimates.estimates:
        if not found.low <= found.value <= found.high or not set(found.runs) <= set(
            book.estimates.runs
        ):
            raise PackageAltered(f"{ESTIMATES}, {found.name}", found.value, "its interval and runs")


def _check_names(folder: Path, manifest: Manifest, book: Book) -> None:
    """Refuse what belongs in no package."""
    kept = {f"{TELEMETRY}/{run.run_id}" for run in book.runs if run.raw is not None}
    kept |= {name_day(day) for day in book.days}
    for path in _list_unknown(manifest, kept):
        raise PackageAltered(path, "no file of a package", "the files that a package has")
    names = {file.path for file in manifest.files}
    for path in (READ_ME, REPORT, LOG):
        if path not in names:
            raise PackageAltered(path, "absent", "a file that every package has")


def _list_unknown(manifest: Manifest, kept: set[str]) -> Iterator[str]:
    plain = {SITE, CARDS, PLANNED, RUNS, VERDICTS, REQUIREMENTS, ESTIMATES, READ_ME}
    for file in manifest.files:
        parts = file.path.split("/")
        is_known = file.path in plain | {REPORT, LOG}
        is_pair = len(parts) == 3 and parts[0] == TWIN_FILES
        if not is_known and not is_pair and "/".join(parts[:2]) not in kept:
            yield file.path
