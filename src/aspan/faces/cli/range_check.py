"""`aspan range check` and `matrix`: is a city's test site valid, and what is not shown yet."""

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.options import AsJson, CityName
from aspan.faces.cli.range_site import FromCity, draw_book

if TYPE_CHECKING:
    from aspan.evidence.package.contents import RequirementEntry
    from aspan.evidence.scenarios import Campaign

CityOrStore = Annotated[
    str, typer.Argument(metavar="CITY|STORE", help="A city, or the log of its test site.")
]
ShowAll = Annotated[bool, typer.Option("--all", help="Every requirement, not the gaps alone.")]

GAPS_SHOWN = 12
FAULTS_SHOWN = 20


def register(group: typer.Typer) -> None:
    """Add the commands to the group of the test site."""
    group.command(
        "check",
        short_help="Is a city's test site valid: gaps first.",
        epilog="Example: aspan range check alatau",
    )(check)
    group.command(
        "matrix",
        short_help="From requirement to evidence.",
        epilog="Example: aspan range matrix alatau --all",
    )(matrix)


def check(city: CityName, as_json: AsJson = False) -> int:
    """Say whether requirements, cards, their documents and the range of a city are valid.

    What has no card comes first. Exit status 1 if page and code of a scenario part anywhere, with
    every place where they do.
    """
    from aspan.evidence.scenarios import list_faults, load_campaign
    from aspan.world.readers import load_city
    from aspan.world.readers.range import load_range

    faults = list_faults(city)
    site = load_range(load_city(city))
    answer: dict[str, Any] = {
        "city": city,
        "valid": not faults,
        "faults": [
            {"where": f.where, "value": str(f.value), "expected": f.expected} for f in faults
        ],
        "volumes": [volume.volume_id for volume in site.volumes],
        "aircraft": [str(aircraft.aircraft_id) for aircraft in site.aircraft],
        "quantities": dict(sorted(Counter(q.mark for q in site.quantities.values()).items())),
    }
    if not faults:
        answer |= _describe(load_campaign(city))
    if as_json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        _print_check(site.site.names.en, answer)
    return 1 if faults else 0


def _describe(campaign: "Campaign") -> dict[str, Any]:
    """Return what a campaign holds, and which requirements no card serves."""
    from aspan.evidence.package.matrix import Records, make_matrix

    rows = make_matrix(
        campaign.requirements.values(), Records(planned=tuple(campaign.cards.values()))
    )
    return {
        "requirements": len(rows),
        "elsewhere": sum(row.shown == "elsewhere" for row in rows),
        "not_compared_with_source": sum(not row.requirement.verified for row in rows),
        "without_card": [
            str(row.requirement.requirement_id) for row in rows if row.shown == "none"
        ],
        "cards": len(campaign.cards),
        "scenarios": len(campaign.scenarios),
        "kinds": dict(Counter(card.kind for card in campaign.cards.values())),
    }


def _print_check(name: str, answer: dict[str, Any]) -> None:
    print(f"{name}: {'valid' if answer['valid'] else 'NOT valid'}")
    for fault in answer["faults"][:FAULTS_SHOWN]:
        print(f"fault         {fault['where']}: {fault['value']}; expected {fault['expected']}")
    if len(answer["faults"]) > FAULTS_SHOWN:
        print(f"              and {len(answer['faults']) - FAULTS_SHOWN} more: --json has all")
    if answer["valid"]:
        gaps = answer["without_card"]
        here = answer["requirements"] - answer["elsewhere"]
        shown = ", ".join(gaps[:GAPS_SHOWN]) + (" ..." if len(gaps) > GAPS_SHOWN else "")
        print(f"gaps          {len(gaps)} of {here} requirements have no card: {shown or 'none'}")
        print(
            f"requirements  {answer['requirements']}, of which {answer['elsewhere']} are to be "
            f"shown elsewhere; {answer['not_compared_with_source']} not compared with their source"
        )
        kinds = ", ".join(f"{kind} {count}" for kind, count in answer["kinds"].items())
        print(f"cards         {answer['cards']} in {answer['scenarios']} scenarios: {kinds}")
    print(f"range         volumes {', '.join(answer['volumes'])}")
    print(f"aircraft      {', '.join(answer['aircraft'])}")
    marks = ", ".join(f"{mark} {count}" for mark, count in answer["quantities"].items())
    print(f"numbers       {marks}")


def matrix(
    name: CityOrStore, show_all: ShowAll = False, city: FromCity = None, as_json: AsJson = False
) -> None:
    """Show how far each requirement is from being shown, the widest gap first.

    Of a city: which cards serve it. Of the log of a test site: which runs showed what, judged anew
    from their telemetry.
    """
    from aspan.evidence.package.contents import sort_gaps_first

    rows = sort_gaps_first(_draw_matrix(name, city))
    if as_json:
        import msgspec

        print(msgspec.json.encode({"requirements": rows}).decode())
        return
    wanted = [row for row in rows if show_all or row.shown not in ("elsewhere", "shown")]
    for row in wanted:
        _print_row(row)
    counts = Counter(row.shown.replace("_", " ") for row in rows)
    told = ", ".join(f"{shown} {count}" for shown, count in counts.most_common())
    hidden = len(rows) - len(wanted)
    print(f"{len(rows)} requirements: {told}" + (f"; {hidden} not listed: --all" if hidden else ""))


def _print_row(row: "RequirementEntry") -> None:
    asked = row.requirement
    print(f"{asked.requirement_id}  {asked.title}: {row.shown.replace('_', ' ')}")
    if row.card_ids:
        runs = f"; runs {', '.join(row.run_ids)}" if row.run_ids else ""
        print(f"    cards {', '.join(row.card_ids)}{runs}")
    for gap in row.gaps:
        print(f"    {gap}")


def _draw_matrix(name: str, city: str | None) -> tuple["RequirementEntry", ...]:
    """Return the matrix of a city's cards, or of what a test site's log and telemetry show."""
    from aspan.evidence.package.matrix import Records, make_matrix
    from aspan.evidence.scenarios import load_campaign

    if Path(name).is_file():
        return draw_book(name, city).requirements
    campaign = load_campaign(name)
    return make_matrix(
        campaign.requirements.values(), Records(planned=tuple(campaign.cards.values()))
    )
