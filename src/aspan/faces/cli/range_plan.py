"""`aspan range plan`: the year of a campaign: card, day, aircraft and crew of every run."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from aspan.faces.cli.options import AsJson, CityName
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import parse_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspan.evidence.card import Card
    from aspan.evidence.plan.checker import Breach
    from aspan.evidence.plan.plan_file import FiledPlan
    from aspan.world.city import City
    from aspan.world.range import Range

DAYS_MAX = 731
YEAR_DAYS = 365

Year = Annotated[int | None, typer.Option(metavar="Y", help="Plan a year by its own weather.")]
From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day instead.")]
Days = Annotated[int, typer.Option(metavar="N", help="Days from --from.")]
Seed = Annotated[int, typer.Option(metavar="S", help="Of the modelled hours and of the search.")]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="Keep the plan as JSON.")]
Years = Annotated[
    bool, typer.Option("--years", help="Every full year of the city's days, quickly.")
]
Check = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Check a kept plan; plan nothing.")
]
Gap = Annotated[float, typer.Option(metavar="G", help="Share of the objective at which to stop.")]
Rounds = Annotated[int, typer.Option(metavar="N", help="Most rounds of the solver.")]


def register(group: typer.Typer) -> None:
    """Add the command to `aspan range`."""
    group.command("plan")(plan)


def plan(
    city: CityName,
    year: Year = None,
    first: From = None,
    days: Days = YEAR_DAYS,
    seed: Seed = 1,
    out: Out = None,
    years: Years = False,
    check: Check = None,
    gap: Gap = 0.005,
    rounds: Rounds = 3,
    as_json: AsJson = False,
) -> int:
    """Plan the campaign over a year of daily weather, with a bound and first come first served.

    A plan is made against one known year's weather: days are a real reanalysis, hours are modelled
    around them. It promises nothing: every run still needs its approvals, its slot and a go.
    """
    from aspan.evidence.plan.checker import check_plan
    from aspan.evidence.scenarios import load_campaign
    from aspan.faces.cli.range_plan_text import format_plan
    from aspan.world.readers import load_city
    from aspan.world.readers.range import load_range

    kept = None if check is None else _read_plan(check)
    period = None if years or kept is not None else _period(year, first, days)
    _check_effort(gap, rounds)
    known = load_city(city)
    site = load_range(known)
    cards = tuple(load_campaign(city).cards.values())
    if kept is not None:
        return _say_breaches(check_plan(kept, cards, known, site), as_json=as_json)
    if period is None:
        return _compare(known, site, cards, seed=seed, as_json=as_json)
    made = _make(known, site, cards, period, seed=seed, gap=gap, rounds=rounds)
    breaches = check_plan(made, cards, known, site)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1))
    if as_json:
        print(msgspec.json.encode(made).decode())
    else:
        print(format_plan(made, known.time_zone))
        print(f"Checked again by other code: {len(breaches)} rules broken.")
    return 1 if breaches else 0


def _period(year: int | None, first: str | None, days: int) -> tuple[date, int]:
    """Return the first day and the number of days that were asked for."""
    if (year is None) == (first is None):
        raise InvalidInput("--year", year, "either --year or --from")
    if first is not None:
        if not 1 <= days <= DAYS_MAX:
            raise InvalidInput("--days", days, f"1 to {DAYS_MAX}")
        return parse_date(first, field="--from"), days
    if year is None or not 1950 <= year <= 2100:
        raise InvalidInput("--year", year, "a year from 1950 to 2100")
    begin = date(year, 1, 1)
    return begin, (date(year + 1, 1, 1) - begin).days


def _check_effort(gap: float, rounds: int) -> None:
    """Refuse a search that would never end, or never begin."""
    if not 0.0 <= gap < 1.0:
        raise InvalidInput("--gap", gap, "a share from 0, under 1")
    if not 0 <= rounds <= 1000:
        raise InvalidInput("--rounds", rounds, "0 to 1000")


def _make(
    city: "City",
    site: "Range",
    cards: "Sequence[Card]",
    period: tuple[date, int],
    *,
    seed: int,
    gap: float,
    rounds: int,
) -> "FiledPlan":
    """Return the plan, searched for with the stated effort."""
    from aspan.evidence.plan.build import build_problem
    from aspan.evidence.plan.plan_file import file_plan
    from aspan.evidence.plan.search import Effort, find_plan

    basis = build_problem(city, site, cards, first=period[0], count=period[1], seed=seed)
    found = find_plan(basis.problem, Effort(gap=gap, rounds=rounds, seed=seed))
    return file_plan(city, site, basis, found, seed=seed)


def _read_plan(path: Path) -> "FiledPlan":
    from aspan.evidence.plan.plan_file import FORMAT, FiledPlan

    try:
        kept = msgspec.json.decode(path.read_bytes(), type=FiledPlan)
    except msgspec.DecodeError as error:
        raise InvalidInput("--check", str(path), f"a plan as it was kept ({error})") from None
    if kept.format != FORMAT:
        raise InvalidInput("format", kept.format, FORMAT)
    return kept


def _say_breaches(breaches: "Sequence[Breach]", *, as_json: bool) -> int:
    if as_json:
        print(msgspec.json.encode({"breaches": breaches}).decode())
    else:
        for breach in breaches:
            print(f"{breach.rule}: {breach.what}: {breach.detail}")
        print(f"{len(breaches)} rules broken.")
    return 1 if breaches else 0


def _compare(
    city: "City", site: "Range", cards: "Sequence[Card]", *, seed: int, as_json: bool
) -> int:
    """Say how the campaign goes in every full year of the city's days."""
    from aspan.evidence.plan.years import compare_years, list_plan_years
    from aspan.faces.cli.range_plan_text import format_years

    found = compare_years(city, site, cards, years=list_plan_years(city), seed=seed)
    print(msgspec.json.encode(found).decode() if as_json else format_years(found))
    return 0
