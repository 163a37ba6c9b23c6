"""`aspan range book` and `free`: slots on the range."""

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
    tell_instant,
)
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.evidence.people import PersonId

CardName = Annotated[str, typer.Argument(metavar="CARD", help="Id of a card.")]
SlotName = Annotated[str, typer.Argument(metavar="SLOT", help="Id of a slot.")]
SlotOption = Annotated[str, typer.Option("--slot", metavar="SLOT", help="Id of the new slot.")]
FromTime = Annotated[str, typer.Option("--from", metavar="T", help="Begin, as --at.")]
UntilTime = Annotated[str, typer.Option("--until", metavar="T", help="End, not included.")]
AircraftOption = Annotated[str, typer.Option("--aircraft", metavar="ID", help="Of the range.")]
CrewOption = Annotated[
    list[str] | None,
    typer.Option("--crew", metavar="ROLE=PERSON", help="A person in a role; again for more."),
]
VolumeOption = Annotated[
    list[str] | None,
    typer.Option("--volume", metavar="ID", help="Volumes; those of the card if not given."),
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason.")]


def register(group: typer.Typer) -> None:
    """Add the commands to the group of the test site."""
    group.command(
        "book",
        short_help="Keep volumes, an aircraft and people for a card.",
        epilog="Example: aspan range book runs/site.range GT1 --slot S1 --from 2025-04-15T09:00 "
        "--until 2025-04-15T10:00 --aircraft AT01 --crew flight_test_engineer=marat --key k.key",
    )(book)
    group.command(
        "free",
        short_help="Give a slot back.",
        epilog="Example: aspan range free runs/site.range S1 --why weather --key k.key",
    )(free)


def book(
    store: StoreName,
    card_id: CardName,
    slot: SlotOption,
    from_time: FromTime,
    until_time: UntilTime,
    aircraft: AircraftOption,
    key: KeyPath,
    crew: CrewOption = None,
    volume: VolumeOption = None,
    at: At = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """Book a slot; it excludes every other test in the same air, and line traffic where it runs."""
    from aspan.evidence.card import CardId
    from aspan.evidence.orders import BookSlot
    from aspan.primitives.ids import AircraftId

    people = _parse_crew(crew or [])
    with open_site(store, city) as site:
        from_ms = site.parse(from_time, "--from")
        until_ms = site.parse(until_time, "--until")
        volumes = tuple(volume) if volume else _volumes_of(site, card_id)
        answer = site.order(
            read_key(key),
            lambda name: BookSlot(
                key=name,
                slot_id=slot,
                card_id=CardId(card_id),
                volume_ids=volumes,
                from_ms=from_ms,
                until_ms=until_ms,
                aircraft_id=AircraftId(aircraft),
                crew=people,
            ),
            site.instant(at),
        )
        zone = site.city.time_zone
    line = (
        f"booked {slot} for {card_id}: {tell_instant(from_ms, zone)} to "
        f"{tell_instant(until_ms, zone)}, {', '.join(volumes)}, {aircraft}"
    )
    return answer_order(answer, [line], as_json=as_json)


def _parse_crew(texts: list[str]) -> "tuple[tuple[PersonId, str], ...]":
    from aspan.evidence.people import PersonId

    crew = []
    for text in texts:
        role, equals, person_id = text.partition("=")
        if not equals or not role or not person_id:
            raise InvalidInput("--crew", text, "a role, =, and the id of a person")
        crew.append((PersonId(person_id), role))
    return tuple(crew)


def _volumes_of(site: Site, card_id: str) -> tuple[str, ...]:
    """Return the volumes of a card as filed; none where it is not, and the site says so."""
    from aspan.evidence.card import CardId

    record = site.store.look(lambda state: state.cards.get(CardId(card_id)))
    return record.card.volume_ids if record is not None else ()


def free(
    store: StoreName,
    slot_id: SlotName,
    why: Why,
    key: KeyPath,
    at: At = None,
    city: FromCity = None,
    as_json: AsJson = False,
) -> int:
    """Give a slot back before a run has begun in it."""
    from aspan.evidence.orders import FreeSlot

    with open_site(store, city) as site:
        answer = site.order(
            read_key(key),
            lambda name: FreeSlot(key=name, slot_id=slot_id, why=why),
            site.instant(at),
        )
    return answer_order(answer, [f"gave {slot_id} back"], as_json=as_json)
