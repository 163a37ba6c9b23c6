"""`aspan range cards` and `card`: the test cards of a city's campaign."""

import json
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aspan.faces.cli.options import AsJson, CityName
from aspan.faces.cli.words import WIDTH
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.evidence.card import Card

CardName = Annotated[str, typer.Argument(metavar="CARD", help="Id of a card.")]
OneKind = Annotated[
    str | None, typer.Option("--kind", metavar="KIND", help="Cards of one kind alone: hover, ...")
]


def register(group: typer.Typer) -> None:
    """Add the commands to the group of the test site."""
    group.command(
        "cards",
        short_help="The test cards of a city, in build-up order.",
        epilog="Example: aspan range cards alatau --kind hover",
    )(cards)
    group.command(
        "card",
        short_help="One test card, whole.",
        epilog="Example: aspan range card alatau GT1",
    )(card)


def cards(city: CityName, kind: OneKind = None, as_json: AsJson = False) -> None:
    """List the cards of a city's campaign, in the order in which they may be flown."""
    from typing import get_args

    from aspan.evidence.card import CardKind, card_risk
    from aspan.evidence.scenarios import load_campaign

    if kind is not None and kind not in get_args(CardKind):
        raise InvalidInput("--kind", kind, f"one of {', '.join(get_args(CardKind))}")
    campaign = load_campaign(city)
    rows: list[dict[str, Any]] = [
        {
            "card_id": str(one.card_id),
            "title": one.title,
            "kind": one.kind,
            "step": one.step,
            "risk": card_risk(one),
            "after": [str(other) for other in one.after],
            "repeats": one.repeats,
            "version": campaign.versions[one.card_id],
            "scenario": campaign.scenario_by_card[one.card_id],
        }
        for one in campaign.cards.values()
        if kind is None or one.kind == kind
    ]
    if as_json:
        print(json.dumps({"cards": rows}, ensure_ascii=False))
        return
    for row in rows:
        after = f", after {', '.join(row['after'])}" if row["after"] else ""
        print(f"{row['card_id']:<6} {row['title']}")
        print(f"       {row['kind']}, step {row['step']}, risk {row['risk']}{after}")
    print(f"{len(rows)} cards")


def card(city: CityName, card_id: CardName, as_json: AsJson = False) -> None:
    """Show one card as it stands: what is flown, under which limits, what is judged."""
    from aspan.evidence.card import CardId
    from aspan.evidence.scenarios import load_campaign

    campaign = load_campaign(city)
    found = campaign.cards.get(CardId(card_id))
    if found is None:
        raise InvalidInput("card", card_id, f"a card of {city}: {', '.join(campaign.cards)}")
    version = campaign.versions[found.card_id]
    if as_json:
        import msgspec

        print(msgspec.json.encode({"card": found, "version": version}).decode())
        return
    _print_card(found, version)


def _print_card(card: "Card", version: str) -> None:
    from aspan.faces.report.evidence_card import list_facts, list_limits, list_segments

    print(f"{card.card_id}  {card.title}\nversion {version}\n\n{fill(card.objective, WIDTH)}\n")
    for fact in list_facts(card):
        print(fill(f"{fact.name:<24} {fact.text}", WIDTH, subsequent_indent=" " * 25))
    print("\nprofile")
    for part in list_segments(card):
        told = [part.duration, part.speed, part.height, part.power]
        print(f"  {part.label:<22} {part.manoeuvre:<15} {', '.join(t for t in told if t != '–')}")
    _print_list("steps", list(card.steps))
    _print_list("knock it off at", [fact.text for fact in list_limits(card)])
    _print_list("then", list(card.abort_actions))
    checks = [
        f"{c.check_id} ({c.severity}, {c.requirement_id}): {c.criterion}" for c in card.checks
    ]
    _print_list("checks", checks)
    hazards = [f"{h.hazard_id} {h.title}: {h.risk_before} to {h.risk_after}" for h in card.hazards]
    _print_list("hazards, risk before and after mitigation", hazards)


def _print_list(title: str, lines: list[str]) -> None:
    print(f"\n{title}")
    for number, line in enumerate(lines, 1):
        print(fill(f"  {number}. {line}", WIDTH, subsequent_indent="     "))
