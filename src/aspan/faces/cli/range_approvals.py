"""`aspan range file`, `approve`, `withdraw`: cards before the site, and whose word they have."""

from typing import TYPE_CHECKING, Annotated

import typer

from aspan.faces.cli.options import AsJson
from aspan.faces.cli.range_site import (
    At,
    FromCity,
    KeyPath,
    Site,
    StoreName,
    answer_order,
    open_site,
    read_key,
)
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.evidence.card import CardId

CardName = Annotated[str, typer.Argument(metavar="CARD", help="Id of a card.")]
Version = Annotated[
    str | None,
    typer.Option("--version", metavar="HASH", help="The version meant; the newest if not given."),
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason.")]


def register(group: typer.Typer) -> None:
    """Add the commands to the group of the test site."""
    group.command(
        "file",
        short_help="Put a card, as its files stand, before the site.",
        epilog="Example: aspan range file runs/site.range GT1 --key dana.key",
    )(file_card)
    group.command(
        "approve",
        short_help="Approve the version of a card that stands.",
        epilog="Example: aspan range approve runs/site.range GT1 --key bolat.key",
    )(approve)
    group.command(
        "withdraw",
        short_help="Take back what one has approved.",
        epilog="Example: aspan range withdraw runs/site.range GT1 --why 'new hazard' "
        "--key bolat.key",
    )(withdraw)


def file_card(
    store: StoreName,
    card_id: CardName,
    key: KeyPath,
    at: At = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """Put a card before the site; who signs is its author and will not approve it.

    A copy of its two files is kept beside the log, so that what was approved can always be read. A
    changed card is another version: it needs its approvals anew.
    """
    from aspan.evidence.card import CardId
    from aspan.evidence.orders import FileCard
    from aspan.evidence.package.twin_files import keep_twin_files
    from aspan.evidence.site import SiteRefused

    with open_site(store, city) as site:
        found = site.campaign.cards.get(CardId(card_id))
        if found is None:
            known = ", ".join(site.campaign.cards)
            raise InvalidInput("CARD", card_id, f"a card of {site.name}: {known}")
        version = site.campaign.versions[found.card_id]
        answer = site.order(
            read_key(key),
            lambda name: FileCard(key=name, card=found, version=version),
            site.instant(at),
        )
        if not isinstance(answer, SiteRefused):
            keep_twin_files(site.store.path, site.campaign, found.card_id)
        lines = [f"filed {card_id}, version {version}", *_tell_open(site, found.card_id)]
    return answer_order(answer, lines, as_json=as_json, version=version)


def approve(
    store: StoreName,
    card_id: CardName,
    key: KeyPath,
    version: Version = None,
    at: At = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """Approve a card; what its risk asks for and is still open is told."""
    from aspan.evidence.card import CardId
    from aspan.evidence.orders import ApproveCard

    with open_site(store, city) as site:
        wanted = version or _newest(site, card_id)
        answer = site.order(
            read_key(key),
            lambda name: ApproveCard(key=name, card_id=CardId(card_id), version=wanted),
            site.instant(at),
        )
        lines = [f"approved {card_id}, version {wanted}", *_tell_open(site, CardId(card_id))]
    return answer_order(answer, lines, as_json=as_json, version=wanted)


def withdraw(
    store: StoreName,
    card_id: CardName,
    why: Why,
    key: KeyPath,
    at: At = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """Take an approval back; nothing is flown of the card until it is approved enough again."""
    from aspan.evidence.card import CardId
    from aspan.evidence.orders import WithdrawApproval

    with open_site(store, city) as site:
        version = _newest(site, card_id)
        answer = site.order(
            read_key(key),
            lambda name: WithdrawApproval(
                key=name, card_id=CardId(card_id), version=version, why=why
            ),
            site.instant(at),
        )
        lines = [f"withdrew the approval of {card_id}", *_tell_open(site, CardId(card_id))]
    return answer_order(answer, lines, as_json=as_json, version=version)


def _newest(site: Site, card_id: str) -> str:
    """Return the version of a card that stands; empty where none was filed: the site says so."""
    from aspan.evidence.card import CardId

    record = site.store.look(lambda state: state.cards.get(CardId(card_id)))
    return record.version if record is not None else ""


def _tell_open(site: Site, card_id: "CardId") -> list[str]:
    """Return whose word a card still needs."""
    from aspan.evidence.approval_rule import list_open
    from aspan.evidence.card import card_risk

    record = site.store.look(lambda state: state.cards.get(card_id))
    if record is None:
        return []
    risk = card_risk(record.card)
    places = list_open(risk, site.store.look(lambda state: state.approvers(record)))
    if not places:
        return [f"its approvals suffice for risk {risk}"]
    needed = "; ".join(" or ".join(place).replace("_", " ") for place in places)
    return [f"risk {risk}: still needs {needed}"]
