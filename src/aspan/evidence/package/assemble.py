"""What a package is made of: the site's log, what follows from it, the telemetry, the judgements.

Nothing is decided here. People, cards and runs are drawn from the log (`records`), verdicts are
what the judges of the very version that was approved say of the kept telemetry, and the matrix
follows from both (`matrix`).
"""

from pathlib import Path
from shutil import copy2, copytree
from typing import Final

import msgspec

from aspan.evidence.package.book import Book
from aspan.evidence.package.contents import (
    CARDS,
    ESTIMATES,
    PLANNED,
    READ_ME,
    REQUIREMENTS,
    RUNS,
    SITE,
    TELEMETRY,
    TWIN_FILES,
    VERDICTS,
    SiteEntry,
)
from aspan.evidence.package.days import KEPT as KEPT_DAYS
from aspan.evidence.package.days import list_days, name_day
from aspan.evidence.package.judgement import Flown, estimate_aircraft, judge_runs
from aspan.evidence.package.log_file import LOG, LogRow, write_log
from aspan.evidence.package.matrix import Records, make_matrix
from aspan.evidence.package.records import SiteRecords, draw_records
from aspan.evidence.package.seal import Origin, write_canonical
from aspan.evidence.package.twin_files import KEPT, find_twin_files
from aspan.evidence.scenarios import Campaign
from aspan.evidence.site_store import SiteStore, data_folder, decode_site_event
from aspan.operations.log import FIRST_HASH, chain
from aspan.primitives.errors import InvalidInput
from aspan.world.city import City
from aspan.world.range import Range

ROWS_AT_ONCE: Final = 1_000

_READ_ME: Final = """\
Evidence of a test site, made by Aspan. Begin with report.html.

  report.html        everything, for people; opens without a network
  log.jsonl          every order, signed, and what followed from it
  site.json          who decides, and the keys by which their word is known
  cards.json         test cards as they were put before the site, and their approvals
  cards/             page and code of each version, of which its number is the hash
  planned.json       cards that nobody has put before the site
  runs.json          runs: lists, begin, knock-it-offs, deviations, reviews
  runs/              telemetry of each, as Parquet, with a manifest of its own
  demonstrations/    days with spectators: what was planned, flown and called off, and why
  verdicts.json      what the judges of each card say of its runs
  estimates.json     what the accepted runs say of the aircraft, with 95 % intervals
  requirements.json  from requirement to evidence, and what is missing
  manifest.json      every other file with its size and SHA-256
  manifest.sig       the SHA-256 of the manifest, and who signed it, if anybody

To check it with Aspan, without a network:  aspan range verify DIR

To check it without Aspan: sha256sum manifest.json gives what manifest.sig says, sha256sum of each
file gives what manifest.json says of it, and the log holds together so: its head is the SHA-256, in
hexadecimal, of the head before it as 32 bytes (zeros at first), a line feed, the cause, a line feed
and the line, in UTF-8. A person's signature over an order is Ed25519 (RFC 8032), in base64url, over
"aspan test site order 2", a line feed, the id of the site, a line feed and the text of the order.
"""


def draw_site(store: SiteStore, city: City, campaign: Campaign) -> Book:
    """Return everything that can be told of a test site, its runs judged from their telemetry."""
    rows = list_log(store)
    records = draw_records(decode_site_event(row.line.encode()) for row in rows)
    filed = {entry.card.card_id for entry in records.cards}
    planned = tuple(card for name, card in campaign.cards.items() if name not in filed)
    verdicts = judge_runs(
        campaign, Flown(city=city, site=store.site.range, folder=store.run_folder), records.runs
    )
    return Book(
        site=describe_site(city, store.site.range, records),
        cards=records.cards,
        planned=planned,
        runs=records.runs,
        requirements=make_matrix(
            campaign.requirements.values(),
            Records(planned=planned, entries=records.cards, runs=records.runs, verdicts=verdicts),
        ),
        verdicts=verdicts,
        estimates=estimate_aircraft(store, city),
        days=list_days(data_folder(store.path) / KEPT_DAYS),
        log_events=len(rows),
        log_sha256=store.head_sha256(),
        made_at_ms=rows[-1].at_ms if rows else 0,
    )


def list_log(store: SiteStore) -> list[LogRow]:
    """Return the rows of a site's log with the hash chained over them."""
    head = FIRST_HASH
    rows: list[LogRow] = []
    while found := store.list_rows(len(rows), ROWS_AT_ONCE):
        for row in found:
            head = chain(head, row.cause, row.line)
            rows.append(
                LogRow(
                    seq=row.seq,
                    at_ms=row.at_ms,
                    cause=row.cause,
                    line=row.line.decode(),
                    head=head.hex(),
                )
            )
    return rows


def describe_site(city: City, site: Range, records: SiteRecords) -> SiteEntry:
    """Return which site it is, and who decides there."""
    return SiteEntry(
        city_id=str(city.city_id),
        city_names=msgspec.structs.asdict(city.names),
        site_names=msgspec.structs.asdict(site.site.names),
        time_zone=city.time_zone,
        site_id=records.site_id,
        is_training=records.is_training,
        people=records.people,
    )


def assemble(folder: Path, store: SiteStore, book: Book) -> None:
    """Write everything of a site into a new folder, but the page, the manifest and the seal."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidInput("--out", str(folder), "a folder that is empty, or not there yet")
    folder.mkdir(parents=True, exist_ok=True)
    for path, value in list_parts(book):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(write_canonical(value))
    (folder / READ_ME).write_text(_READ_ME, encoding="utf-8", newline="\n")
    write_log(folder / LOG, list_log(store))
    kept = data_folder(store.path) / KEPT
    for entry in book.cards:
        _copy_pair(find_twin_files(kept, entry.card, entry.version), folder / TWIN_FILES)
    for run in book.runs:
        if run.raw is not None:
            copytree(store.run_folder(run.run_id), folder / TELEMETRY / run.run_id)


def list_parts(book: Book) -> list[tuple[str, object]]:
    """Return the files of a package that are JSON, with what each holds."""
    return [
        (SITE, book.site),
        (CARDS, book.cards),
        (PLANNED, book.planned),
        (RUNS, book.runs),
        (VERDICTS, book.verdicts),
        (ESTIMATES, book.estimates),
        (REQUIREMENTS, book.requirements),
        *((name_day(day), day) for day in book.days),
    ]


def describe_origin(book: Book, city_sha256: str) -> Origin:
    """Return what a package of a book was made of."""
    return Origin(
        city_id=book.site.city_id,
        city_sha256=city_sha256,
        log_events=book.log_events,
        log_sha256=book.log_sha256,
        made_at_ms=book.made_at_ms,
    )


def _copy_pair(pair: Path | None, into: Path) -> None:
    if pair is None or (into / pair.name).exists():
        return
    (into / pair.name).mkdir(parents=True)
    for path in sorted(pair.iterdir()):
        copy2(path, into / pair.name / path.name)
