"""`aspan range campaign fly`: a campaign, or a part of it, flown by the twin."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.options import AsJson, CityName
from aspan.faces.cli.range_site import open_site, tell_instant
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.evidence.twin_campaign import CardLeft, Progress

OutStore = Annotated[str, typer.Option("--out", metavar="STORE", help="New log, NAME.range.")]
CardList = Annotated[
    str | None,
    typer.Option("--cards", metavar="IDS", help="Cards, by commas; what comes before them too."),
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Of weather, gusts and noise.")]
Start = Annotated[
    str, typer.Option("--from", metavar="T", help="The site's first instant, YYYY-MM-DDTHH:MM.")
]
FaultOption = Annotated[
    list[str] | None,
    typer.Option("--fault", metavar="CARD=FAULT", help="Plant a fault in the runs of a card."),
]


def register(group: typer.Typer) -> None:
    """Add the commands to the group of the test site."""
    campaign = typer.Typer(help="A whole campaign in the twin.", no_args_is_help=True)
    campaign.command(
        "fly",
        short_help="Fly a campaign in the twin, through every door of the site.",
        epilog="Example: aspan range campaign fly alatau --cards GT1,GA1 --out runs/twin.range",
    )(fly)
    campaign.callback()(_campaign)
    group.add_typer(campaign, name="campaign")


def _campaign() -> None:
    """A whole campaign in the twin."""  # noqa: D401


def fly(
    city: CityName,
    out: OutStore,
    cards: CardList = None,
    seed: Seed = 1,
    start: Start = "2025-04-01T08:00",
    fault: FaultOption = None,
    as_json: AsJson = False,
) -> int:
    """Fly the cards of a city in the twin, for demonstrations and tests.

    Every order passes the doors of the site: persons made up by the twin, whose names say so,
    approve, book, sign lists, begin and review; the weather is the twin's. Exit status 1 if a card
    was left.
    """
    from aspan import __version__
    from aspan.evidence.card import CardId
    from aspan.evidence.twin_campaign import CardLeft, Progress, TwinCampaign

    wanted = [CardId(name) for name in (cards or "").split(",") if name]
    flown: list[Progress] = []
    left: list[CardLeft] = []
    with open_site(out, city, is_new=True, seed=seed) as site:
        twin = TwinCampaign(
            site.store,
            site.city,
            site.campaign,
            seed=seed,
            start_ms=site.parse(start, "--from"),
            software=f"aspan {__version__}",
            faults=_parse_faults(fault or []),
        )
        for told in twin.fly(wanted):
            print(_tell(told, site.city.time_zone), file=sys.stderr)
            if isinstance(told, Progress):
                flown.append(told)
            else:
                left.append(told)
        head = site.store.head_sha256()
    accepted = sum(run.is_accepted for run in flown)
    if as_json:
        print(json.dumps(_describe(flown, left, head)))
    else:
        print(f"{len(flown)} runs flown by the twin, not by an aircraft; {accepted} accepted")
        print(f"log {out}, SHA-256 {head}")
        for one in left:
            print(f"left {one.card_id}: {one.why}")
        print(f"next: aspan range package {out} --out DIR")
    return 1 if left else 0


def _parse_faults(texts: list[str]) -> dict[Any, Any]:
    from aspan.faces.cli.range_runs import parse_fault

    planted: dict[Any, Any] = {}
    for text in texts:
        card_id, equals, fault = text.partition("=")
        if not equals:
            raise InvalidInput("--fault", text, "the id of a card, =, and a fault")
        planted[card_id] = (*planted.get(card_id, ()), parse_fault(fault))
    return planted


def _tell(told: "Progress | CardLeft", zone: str) -> str:
    from aspan.evidence.twin_campaign import Progress

    if not isinstance(told, Progress):
        return f"{told.card_id}: left, {told.why}"
    stops = f"; knocked off by {', '.join(told.stops)}" if told.stops else ""
    said = "accepted" if told.is_accepted else "rejected"
    return f"{tell_instant(told.at_ms, zone)}  {told.run_id}: {said}{stops}"


def _describe(flown: "list[Progress]", left: "list[CardLeft]", head: str) -> dict[str, Any]:
    import msgspec

    return {
        "runs": msgspec.to_builtins(flown),
        "left": msgspec.to_builtins(left),
        "log_sha256": head,
    }
