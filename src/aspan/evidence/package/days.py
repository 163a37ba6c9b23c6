"""Demonstration days as a site keeps them and a package holds them: what was shown, and how.

A day that was flown through a site's doors is kept beside its log. Its sorties must be runs of the
log, all of those of its date and no others, with the same aircraft, times and calls; and it must
end as its sorties say. What spectators saw and heard was reckoned by the checker of days from what
was truly flown.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from aspan.evidence.demonstration.checker import (
    Breach,
    Measured,
    check_day,
    check_ending,
    check_measured,
    measure_track,
)
from aspan.evidence.demonstration.day_log import DayLog, FlownDay, Sortie
from aspan.evidence.demonstration.show import KIND
from aspan.evidence.package.contents import RunEntry
from aspan.evidence.package.seal import PackageAltered, read_canonical, write_canonical
from aspan.evidence.site_store import SiteStore, data_folder
from aspan.world.city import Approval, City

KEPT: Final = "_demonstrations"
"""Folder of the days in that of the site's data: no id of a run begins so."""

DAYS: Final = "demonstrations"
"""Folder of the days in a package, a file each: `DATE.json`."""


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A demonstration day that was flown through a site.

    Parameters
    ----------
    approvals
        Those of kind demonstration on its date.
    distance_m_min, noise_dba_max
        What spectators are owed: farther where the aircraft's fall would come farther.
    measured
        What they saw and heard of each sortie, by its run.
    breaches
        Rules that the day broke.
    """

    log: DayLog
    approvals: tuple[Approval, ...]
    distance_m_min: float
    noise_dba_max: float
    measured: dict[str, Measured]
    breaches: tuple[Breach, ...]


def keep_day(store: SiteStore, city: City, flown: FlownDay) -> Path:
    """Keep a day beside the log of the site through which it went, and return its file."""
    site, date = store.site.range, flown.log.plan.date
    day = Day(
        log=flown.log,
        approvals=tuple(
            each
            for each in site.approvals
            if each.kind == KIND and each.from_date <= date < each.until_date
        ),
        distance_m_min=site.spectators.distance_m_min,
        noise_dba_max=site.spectators.noise_dba_max,
        measured={
            run_id: measure_track(track, city, site) for run_id, track in flown.tracks.items()
        },
        breaches=check_day(flown, city, site),
    )
    path = data_folder(store.path) / KEPT / f"{date}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(write_canonical(day))
    return path


def list_days(folder: Path, named: str = DAYS) -> tuple[Day, ...]:
    """Return the days of a folder, by date; `PackageAltered` at a file that is none."""
    days = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        day = read_canonical(path.read_bytes(), Day, f"{named}/{path.name}")
        if path.name != f"{day.log.plan.date}.json":
            raise PackageAltered(f"{named}/{path.name}", day.log.plan.date, "the date of its name")
        days.append(day)
    return tuple(days)


def name_day(day: Day) -> str:
    """Return the path of a day in a package."""
    return f"{DAYS}/{day.log.plan.date}.json"


def check_days(days: Sequence[Day], runs: Sequence[RunEntry]) -> None:
    """Raise `PackageAltered` where a day does not follow from the log, or not from itself."""
    for day in days:
        named, log = name_day(day), day.log
        begun = [run for run in runs if run.begun and run.run_id.startswith(f"{log.plan.date}-")]
        found = [_tell_sortie(sortie) for sortie in log.sorties]
        expected = [_tell_run(run) for run in begun]
        if found != expected:
            raise PackageAltered(named, "other sorties", "the runs of its date in the log")
        if list(day.measured) != [sortie.run_id for sortie in log.sorties]:
            raise PackageAltered(named, "other measures", "one for each sortie")
        for broken in (*check_ending(log), *_list_unlike(day)):
            raise PackageAltered(f"{named}, {broken.what}", broken.detail, "what its sorties say")


def _tell_sortie(sortie: Sortie) -> tuple[object, ...]:
    return (
        sortie.run_id,
        sortie.aircraft_id,
        sortie.begun_at_ms,
        sortie.ended_at_ms,
        sortie.is_knocked_off,
    )


def _tell_run(run: RunEntry) -> tuple[object, ...]:
    return (
        run.run_id,
        run.slot.aircraft_id,
        run.begun.at_ms if run.begun else None,
        run.ended.at_ms if run.ended else None,
        bool(run.stops),
    )


def _list_unlike(day: Day) -> Iterator[Breach]:
    """Yield what measures beyond their limits make a breach, and the day does not call one."""
    for run_id, found in day.measured.items():
        for breach in check_measured(run_id, found, day.noise_dba_max):
            if breach not in day.breaches:
                yield breach
