"""Many days of Alatau with travellers of their own, with and without disruptions, and what came.

    PYTHONPATH=tests python -m simulation.broken_days --faults mixed --days 200

What a party was told, whether that was kept, where it ended, what was done for it and what that
cost is all read from the log. Every day is audited too. Parties that the city's no-show share keeps
at home have not set out, and count neither for nor against.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from aspan.audit.auditor import audit_run
from aspan.audit.city_files import find_city_folder, read_city
from aspan.audit.tables import read_tables
from aspan.audit.truth import CityTruth
from aspan.compose.city_json import describe_city
from aspan.compose.runs import Run, RunSettings, fly, open_twin
from aspan.compose.table import write_table
from aspan.compose.table_people import BookingLine
from aspan.compose.tables import Folded, fold_run, make_tables, write_json
from aspan.operations.city_index import CityIndex
from aspan.operations.lifecycles import ENDED_BOOKING_STATUSES, BookingStatus
from aspan.primitives.units import MS_PER_MIN
from aspan.twin.travellers import is_no_show
from aspan.world.readers import load_city

CITY = "alatau"
PHASES = (1, 2)
"""Flown in turn, day by day."""

FIRST_DAY, STEP_DAYS = date(2023, 1, 3), 5
"""200 days from here reach over nearly three years, all seasons and weekdays."""

SEED, FLEET, DEMAND = 29, 20, 12.0
"""Fleet and demand are those on which the city's reliability of flights was measured
(scripts/measure_air.py): the chance told rests on them. With a quarter of the demand flights are
more reliable than is told."""

CARRIED = (BookingStatus.FLOWN, BookingStatus.SETTLED)


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """One party that booked and set out, and where it ended.

    Parameters
    ----------
    there_at_ms
        At its own door: as flown and gone, or by taxi as estimated; None if it was brought nowhere.
    is_by_air
        Whether it flew to where it was going.
    """

    chance: float
    told_at_ms: int
    there_at_ms: int | None
    is_by_air: bool
    status: str
    care: str
    reason: str
    fare_tiyn: int
    refund_tiyn: int
    late_refund_tiyn: int
    ride_tiyn: int

    @property
    def is_kept(self) -> bool:
        """Say whether it was there as promised."""
        return self.there_at_ms is not None and self.there_at_ms <= self.told_at_ms

    @property
    def late_ms(self) -> int | None:
        """Return how much later than promised it was there; None if it was brought nowhere."""
        return None if self.there_at_ms is None else self.there_at_ms - self.told_at_ms


class DayEnd(msgspec.Struct, frozen=True, kw_only=True):
    """One day: its parties, those not ended, and what the auditor found."""

    day: str
    phase: int
    faults: str
    sha256: str
    refused: int
    stay_home: int
    not_ended: tuple[str, ...]
    violations: tuple[str, ...]
    parties: tuple[Party, ...]


@cache
def _index(phase: int) -> CityIndex:
    return CityIndex(load_city(CITY, phase=phase))


@cache
def _truth(phase: int) -> CityTruth:
    return read_city(find_city_folder(CITY), phase=phase)


def list_days(count: int) -> Iterator[tuple[date, int]]:
    """Yield the dates, each with the phase of the network flown on it."""
    for number in range(count):
        yield FIRST_DAY + timedelta(days=STEP_DAYS * number), PHASES[number % len(PHASES)]


def fly_day(day: date, phase: int, faults: str) -> DayEnd:
    """Fly one day, and return what came of its parties."""
    index = _index(phase)
    settings = RunSettings(day=day, seed=SEED, fleet=FLEET, demand=DEMAND, faults=faults)
    run = open_twin(index.city, settings, index=index)
    log = fly(run)
    folded = fold_run(log.events, end_ms=run.end_ms, reliability=index.city.reliability)
    lines = folded.bookings.by_id
    sold = {b: line for b, line in lines.items() if line.status is not BookingStatus.REFUSED}
    share = index.rules.service.no_show
    home = {b for b in sold if is_no_show(SEED, b, share)}
    return DayEnd(
        day=day.isoformat(),
        phase=phase,
        faults=faults,
        sha256=log.head_sha256(),
        refused=len(lines) - len(sold),
        stay_home=len(home),
        not_ended=tuple(b for b, line in sold.items() if line.status not in ENDED_BOOKING_STATUSES),
        violations=_audit(run, folded, phase),
        parties=tuple(_tell(line, folded) for b, line in sold.items() if b not in home),
    )


def _tell(line: BookingLine, folded: Folded) -> Party:
    assert line.told_arrival_at_ms is not None
    assert line.chance is not None
    flown_ms = folded.bookings.find_arrival_ms(line, folded.sorties)
    there_ms = line.care_arrival_at_ms if line.care == "ground" else flown_ms
    return Party(
        chance=line.chance,
        told_at_ms=line.told_arrival_at_ms,
        there_at_ms=there_ms,
        is_by_air=line.status in CARRIED,
        status=line.status.value,
        care=line.care,
        reason=line.care_reason,
        fare_tiyn=line.paid_tiyn,
        refund_tiyn=line.refund_tiyn,
        late_refund_tiyn=line.late_refund_tiyn,
        ride_tiyn=line.ride_tiyn,
    )


def _audit(run: Run, folded: Folded, phase: int) -> tuple[str, ...]:
    """Return what the auditor finds against the laws; trips on the ground have no part in them."""
    told = msgspec.structs.replace(folded, knows_wishes=False)
    with TemporaryDirectory() as folder:
        for table in make_tables(run, told):
            write_table(Path(folder), table)
        write_json(Path(folder) / "city.json", describe_city(run.city))
        report = audit_run(read_tables(Path(folder)), _truth(phase))
    found = [one for one in report.findings if one.law.isdigit()]
    return tuple(f"law {one.law} {one.clause}: {one.message}" for one in found)


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What many days come to; delays in minutes, money in tenge.

    Parameters
    ----------
    kept, kept_by_air
        Share of parties at their door as promised, by whatever brought them and by air alone.
    fifths
        Mean chance told and share kept, by the chance told, the lowest first.
    ends
        Parties by status and by what was done for them.
    late_air, late_ground
        Mean and 95th percentile against the first promise, of those moved to another sortie and
        flown, and of those driven.
    ride_kzt, late_kzt, fares_kzt
        Paid for taxis, given back for lateness, and fares given back with taxis and alone.
    cared
        Parties for whom something was done.
    """

    days: int
    parties: int
    not_ended: int
    violations: int
    chance: float
    kept: float
    kept_by_air: float
    fifths: tuple[tuple[float, float], ...]
    ends: dict[str, int]
    cared: int
    late_air: tuple[float, float]
    late_ground: tuple[float, float]
    late_cared: tuple[float, float]
    ride_kzt: float
    late_kzt: float
    fares_kzt: float

    def format(self) -> str:
        """Return it as lines for people."""
        cost_kzt = self.ride_kzt + self.late_kzt
        cared = max(1, self.cared)
        rows = [
            f"{self.days} days, {self.parties} parties set out; {self.not_ended} not ended; "
            f"{self.violations} violations",
            f"chance told {self.chance:.3f}, kept {self.kept:.3f} (by air {self.kept_by_air:.3f}), "
            f"shortfall {100.0 * (self.chance - self.kept):+.1f} points",
            *(
                f"fifth {number}: told {told:.3f}, kept {share:.3f}"
                for number, (told, share) in enumerate(self.fifths, start=1)
            ),
            f"ends {self.ends}",
            f"cared for {self.cared}: late by air {_minutes(self.late_air)}, "
            f"by taxi {_minutes(self.late_ground)}, both {_minutes(self.late_cared)}",
            f"taxis {self.ride_kzt:,.0f} KZT, lateness {self.late_kzt:,.0f} KZT, together "
            f"{cost_kzt / cared:,.0f} KZT a party cared for; fares given back "
            f"{self.fares_kzt:,.0f} KZT, {self.fares_kzt / cared:,.0f} KZT a party",
        ]
        return "\n".join(rows)


def _minutes(pair: tuple[float, float]) -> str:
    return f"mean {pair[0]:.1f} min, p95 {pair[1]:.1f} min"


def judge(days: list[DayEnd]) -> Verdict:
    """Return what days come to."""
    parties = sorted((p for day in days for p in day.parties), key=lambda p: p.chance)
    cuts = [len(parties) * fifth // 5 for fifth in range(6)]
    cared = [p for p in parties if p.care != "none" or p.late_refund_tiyn]
    air = _late([p for p in cared if p.care == "air" and p.is_by_air])
    ground = _late([p for p in cared if p.care == "ground"])
    return Verdict(
        days=len(days),
        parties=len(parties),
        not_ended=sum(len(day.not_ended) for day in days),
        violations=sum(len(day.violations) for day in days),
        chance=_mean([p.chance for p in parties]),
        kept=_share_kept(parties),
        kept_by_air=_mean([float(p.is_kept and p.is_by_air) for p in parties]),
        fifths=tuple(
            (_mean([p.chance for p in parties[a:b]]), _share_kept(parties[a:b]))
            for a, b in pairwise(cuts)
        ),
        ends=dict(sorted(Counter(f"{p.status}/{p.care}" for p in parties).items())),
        cared=len(cared),
        late_air=_spread(air),
        late_ground=_spread(ground),
        late_cared=_spread(air + ground),
        ride_kzt=sum(p.ride_tiyn for p in parties) / 100.0,
        late_kzt=sum(p.late_refund_tiyn for p in parties) / 100.0,
        fares_kzt=sum(p.refund_tiyn - p.late_refund_tiyn for p in parties) / 100.0,
    )


def _late(parties: list[Party]) -> list[float]:
    return [p.late_ms / MS_PER_MIN for p in parties if p.late_ms is not None]


def _spread(values: list[float]) -> tuple[float, float]:
    """Return mean and 95th percentile."""
    ranked = sorted(values)
    return _mean(ranked), ranked[int(0.95 * (len(ranked) - 1))] if ranked else 0.0


def _mean(values: list[float]) -> float:
    return sum(values) / max(1, len(values))


def _share_kept(parties: list[Party]) -> float:
    return _mean([float(p.is_kept) for p in parties])


def fly_days(count: int, faults: str, kept: Path | None = None) -> list[DayEnd]:
    """Fly so many days; those already in a file of lines are read from it, others added to it."""
    done: dict[tuple[str, int], DayEnd] = {}
    if kept is not None and kept.exists():
        for line in kept.read_bytes().splitlines():
            one = msgspec.json.decode(line, type=DayEnd)
            done[one.day, one.phase] = one
    ends = []
    for day, phase in list_days(count):
        end = done.get((day.isoformat(), phase))
        if end is None:
            end = fly_day(day, phase, faults)
            if kept is not None:
                with kept.open("ab") as lines:
                    lines.write(msgspec.json.encode(end) + b"\n")
        ends.append(end)
    return ends


def main() -> None:
    """Fly the days that are asked for and print what they come to."""
    parser = argparse.ArgumentParser(description="Fly many days and tell what came of parties.")
    parser.add_argument("--faults", default="none")
    parser.add_argument("--days", type=int, default=200)
    parser.add_argument("--keep", type=Path, default=None, help="file of days flown, to go on from")
    asked = parser.parse_args()
    days = fly_days(asked.days, asked.faults, asked.keep)
    found = [f"{day.day}: {text}" for day in days for text in day.violations + day.not_ended]
    sys.stdout.write("\n".join([*found[:50], judge(days).format(), ""]))


if __name__ == "__main__":
    main()
