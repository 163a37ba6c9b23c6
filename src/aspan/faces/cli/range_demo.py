"""`aspan range demo`: a demonstration day planned, and flown in the twin."""

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from aspan.faces.cli.options import AsJson, CityName
from aspan.primitives.instants import ms_to_local, parse_date

if TYPE_CHECKING:
    from aspan.evidence.demonstration.checker import Breach
    from aspan.evidence.demonstration.day_log import FlownDay
    from aspan.evidence.demonstration.outside import Disturbances
    from aspan.evidence.demonstration.show import Demonstration, DemonstrationRefused
    from aspan.world.city import City
    from aspan.world.range import Range

Day = Annotated[str, typer.Option("--date", metavar="DATE", help="Day of the show.")]
Reserve = Annotated[
    str | None, typer.Option(metavar="DATE", help="To which it is postponed; two days later.")
]
Begin = Annotated[str, typer.Option(metavar="HH:MM", help="Local time of the first item.")]
Seed = Annotated[int, typer.Option(metavar="S", help="Of the weather's hours and of what breaks.")]
Broken = Annotated[bool, typer.Option("--broken", help="Let things break, as the seed draws them.")]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="Keep the day's log as JSON.")]

Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="FILE",
        help="Through this test site, NAME.range, new or going on; for its package.",
    ),
]


def register(group: typer.Typer) -> None:
    """Add the group `aspan range demo` to the test site's."""
    demo = typer.Typer(help="Demonstration days: planned, and flown.", no_args_is_help=True)
    demo.command("plan")(plan)
    demo.command("fly")(fly)
    demo.callback()(_demo)
    group.add_typer(demo, name="demo")


def _demo() -> None:
    """Demonstration days: planned, and flown."""


def plan(
    city: CityName,
    day: Day,
    reserve: Reserve = None,
    begin: Begin = "11:00",
    as_json: AsJson = False,
) -> int:
    """Plan a demonstration day: its run of show, and what spectators are owed.

    Refused where no aircraft is approved for demonstrations on the date, where the show is not in
    daylight, or where an item comes too near or is too loud.
    """
    from aspan.evidence.demonstration.show import DemonstrationRefused

    known, site, made = _plan(city, day, reserve, begin)
    if as_json:
        print(msgspec.json.encode(made).decode())
    else:
        print(_format_plan(made, known, site))
    return 1 if isinstance(made, DemonstrationRefused) else 0


def fly(
    city: CityName,
    day: Day,
    reserve: Reserve = None,
    begin: Begin = "11:00",
    seed: Seed = 1,
    broken: Broken = False,
    out: Out = None,
    store: Store = None,
    as_json: AsJson = False,
) -> int:
    """Fly a demonstration day in the twin, and judge it by code of its own.

    With --store it goes through a test site on disk, which keeps its telemetry and the day, and
    `aspan range package` takes them in. Persons made up by the twin sign.
    """
    from aspan.evidence.demonstration.checker import check_day
    from aspan.evidence.demonstration.day import fly_demonstration
    from aspan.evidence.demonstration.outside import draw_disturbances
    from aspan.evidence.demonstration.show import DemonstrationRefused

    known, site, made = _plan(city, day, reserve, begin)
    if isinstance(made, DemonstrationRefused):
        print(msgspec.json.encode(made).decode() if as_json else _format_plan(made, known, site))
        return 1
    outside = draw_disturbances(seed, made.begin_at_ms) if broken else None
    if store is None:
        flown = fly_demonstration(made, known, site, seed, outside)
    else:
        flown = _fly_through(store, city, made, seed, outside)
    breaches = check_day(flown, known, site)
    answer = msgspec.json.encode({"log": flown.log, "breaches": breaches})
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(msgspec.json.format(answer, indent=1))
    print(answer.decode() if as_json else _format_day(flown, breaches, known, site))
    if store is not None and not as_json:
        print(f"next: aspan range package {store} --out DIR")
    return 1 if breaches else 0


def _fly_through(
    store: str, city: str, made: "Demonstration", seed: int, outside: "Disturbances | None"
) -> "FlownDay":
    """Fly a day through a test site on disk, and keep it there."""
    from aspan.evidence.demonstration.day import fly_demonstration
    from aspan.evidence.package.days import keep_day
    from aspan.faces.cli.range_site import open_site

    with open_site(store, city, is_new=not Path(store).exists(), seed=seed) as site:
        flown = fly_demonstration(made, site.city, site.range, seed, outside, site.store)
        keep_day(site.store, site.city, flown)
    return flown


def _plan(
    city: str, day: str, reserve: str | None, begin: str
) -> "tuple[City, Range, Demonstration | DemonstrationRefused]":
    from aspan.evidence.demonstration.show import plan_demonstration
    from aspan.world.readers import load_city
    from aspan.world.readers.range import load_range

    known = load_city(city)
    site = load_range(known)
    on = parse_date(day, field="--date")
    later: date = (
        on + timedelta(days=2) if reserve is None else parse_date(reserve, field="--reserve")
    )
    return known, site, plan_demonstration(known, site, on, later, begin=begin)


def _format_plan(made: "Demonstration | DemonstrationRefused", city: "City", site: "Range") -> str:
    from aspan.evidence.demonstration.show import DemonstrationRefused

    if isinstance(made, DemonstrationRefused):
        return f"Refused: {made.reason.replace('_', ' ')}: {made.detail}"
    owed = site.spectators
    lines = [
        f"Demonstration on {made.date}, reserve date {made.reserve_date}; {made.aircraft_id},"
        f" spare {made.spare_id or 'none approved'}",
        f"Spectators: at least {owed.distance_m_min:.0f} m and beyond the fall of an aircraft;"
        f" at most {owed.noise_dba_max:.0f} dBA",
        "",
        "Begin  Priority  Item                                   nearest  to spare   dBA",
    ]
    for timed in made.items:
        begin = ms_to_local(timed.begin_at_ms, city.time_zone)
        row = f"{begin:%H:%M}  {timed.item.priority:>8}  {timed.item.title:<36}"
        found = timed.clearance
        if found is not None:
            row += f" {found.distance_m:>6.0f} m {found.spare_m:>7.0f} m {found.noise_dba:>6.1f}"
        lines.append(row)
    end = ms_to_local(made.end_at_ms, city.time_zone)
    lines += [f"{end:%H:%M}  the show is over, come what may", ""]
    lines.append(f"Fall-backs: {', '.join(f.replace('_', ' ') for f in made.fall_backs)}")
    lines.append("Nearest and loudest in calm air; reckoned again before each item.")
    return "\n".join(lines)


def _format_day(
    flown: "FlownDay", breaches: "tuple[Breach, ...]", city: "City", site: "Range"
) -> str:
    from aspan.evidence.demonstration.checker import measure_track

    log = flown.log
    lines = [f"Demonstration of {log.plan.date}, flown by {log.flown_by} (seed {log.seed})", ""]
    for happening in log.happenings:
        at = ms_to_local(happening.at_ms, city.time_zone)
        words = f"{happening.what.replace('_', ' ')} {happening.item_id}".strip()
        lines.append(f"{at:%m-%d %H:%M}  {words:<28} {happening.detail}".rstrip())
    lines.append("")
    for sortie in log.sorties:
        found = measure_track(flown.tracks[sortie.run_id], city, site)
        lines.append(
            f"{sortie.item_id:<12} {sortie.aircraft_id}: {found.distance_m:.0f} m from the"
            f" spectators, {found.spare_m:.0f} m to spare, {found.noise_dba:.1f} dBA"
        )
    lines.append(f"Ended by {log.ending.replace('_', ' ')}{': ' if log.reason else ''}{log.reason}")
    lines += [f"BROKEN {b.rule}: {b.what}: {b.detail}" for b in breaches]
    lines.append(f"Checked again by other code: {len(breaches)} rules broken.")
    return "\n".join(lines)
