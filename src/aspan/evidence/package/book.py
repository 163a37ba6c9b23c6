"""A package as it is read back: what its files hold, for the page and for the check."""

from pathlib import Path
from typing import TypeVar

import msgspec

from aspan.evidence.card import Card, CardId
from aspan.evidence.identify.estimates import Identification
from aspan.evidence.package.contents import (
    CARDS,
    ESTIMATES,
    PLANNED,
    REQUIREMENTS,
    RUNS,
    SITE,
    VERDICTS,
    CardEntry,
    RequirementEntry,
    RunEntry,
    RunVerdicts,
    SiteEntry,
)
from aspan.evidence.package.days import DAYS, Day, list_days
from aspan.evidence.package.seal import PackageAltered, read_canonical

_T = TypeVar("_T")


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a package says of a campaign; telemetry stays in its folder.

    Parameters
    ----------
    cards
        Every version of a card that was put before the site.
    planned
        Cards of the campaign that nobody has put before it yet.
    days
        Demonstrations flown through the site, by date.
    estimates
        What the accepted runs say of the aircraft.
    log_events, log_sha256, made_at_ms
        Of the site's log: how many events, their chained hash, the instant of the last.
    """

    site: SiteEntry
    cards: tuple[CardEntry, ...]
    planned: tuple[Card, ...]
    runs: tuple[RunEntry, ...]
    requirements: tuple[RequirementEntry, ...]
    verdicts: tuple[RunVerdicts, ...]
    estimates: Identification
    log_events: int
    log_sha256: str
    made_at_ms: int
    days: tuple[Day, ...] = ()

    def find_entry(self, card_id: CardId, version: str) -> CardEntry | None:
        """Return one version of a card; None if it was never put before the site."""
        return next(
            (e for e in self.cards if e.card.card_id == card_id and e.version == version), None
        )

    def list_runs(self, card_id: CardId, version: str) -> list[RunEntry]:
        """Return the runs of one version of a card, in the order in which they were released."""
        return [run for run in self.runs if run.card_id == card_id and run.version == version]

    def find_verdicts(self, run_id: str) -> RunVerdicts | None:
        """Return what the judges said of a run; None if it was never flown."""
        return next((found for found in self.verdicts if found.run_id == run_id), None)


def read_part(folder: Path, path: str, kind: type[_T]) -> _T:
    """Return the value of a file of a package; `PackageAltered` if it is not there or not one."""
    try:
        content = (folder / path).read_bytes()
    except OSError as error:
        raise PackageAltered(path, error.strerror, "a file of a package") from None
    return read_canonical(content, kind, path)


def read_book(folder: Path, *, log_events: int, log_sha256: str, made_at_ms: int) -> Book:
    """Return what the files of a package hold."""
    return Book(
        site=read_part(folder, SITE, SiteEntry),
        cards=read_part(folder, CARDS, tuple[CardEntry, ...]),
        planned=read_part(folder, PLANNED, tuple[Card, ...]),
        runs=read_part(folder, RUNS, tuple[RunEntry, ...]),
        requirements=read_part(folder, REQUIREMENTS, tuple[RequirementEntry, ...]),
        verdicts=read_part(folder, VERDICTS, tuple[RunVerdicts, ...]),
        estimates=read_part(folder, ESTIMATES, Identification),
        days=list_days(folder / DAYS),
        log_events=log_events,
        log_sha256=log_sha256,
        made_at_ms=made_at_ms,
    )
