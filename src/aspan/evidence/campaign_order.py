"""What the cards of a campaign owe each other: ids of their own, an order without a circle.

Build-up (facts 5.c) is the order in `after`: a card opens when those before it are flown and
reviewed. Their build-up step may not be higher than its own.
"""

from collections.abc import Container, Iterator, Mapping, Sequence

from aspan.evidence.card import Card, CardId
from aspan.evidence.documentation import Fault
from aspan.evidence.requirement import Requirement


def list_order_faults(
    cards: Sequence[tuple[str, Card]],
    requirements: Mapping[str, Requirement],
    volumes: Container[str] | None = None,
) -> Iterator[Fault]:
    """Yield faults between cards of several scenarios.

    Parameters
    ----------
    cards
        Each with the file it comes from.
    volumes
        Of the range; None where the city has none yet.
    """
    yield from _list_id_faults(cards)
    by_id = {card.card_id: card for _, card in cards}
    for file, card in cards:
        where = f"{file}: {card.card_id}"
        for before in card.after:
            if before not in by_id:
                yield Fault(where=f"{where}: After", value=before, expected="a card that is there")
            elif by_id[before].step > card.step:
                yield Fault(
                    where=f"{where}: After",
                    value=before,
                    expected=f"a card of build-up step {card.step} or lower",
                )
        for volume_id in card.volume_ids:
            if volumes is not None and volume_id not in volumes:
                yield Fault(
                    where=f"{where}: Where", value=volume_id, expected="a volume of the range"
                )
        for check in card.checks:
            if check.requirement_id not in requirements:
                yield Fault(
                    where=f"{where}: {check.check_id}",
                    value=check.requirement_id,
                    expected="a requirement of the site",
                )
    circle = find_circle(by_id)
    if circle:
        file = next(file for file, card in cards if card.card_id == circle[0])
        yield Fault(
            where=f"{file}: {circle[0]}: After",
            value=" after ".join((*circle, circle[0])),
            expected="an order without a circle",
        )


def _list_id_faults(cards: Sequence[tuple[str, Card]]) -> Iterator[Fault]:
    """Yield ids of cards and hazards that two scenarios use."""
    homes: dict[str, str] = {}
    for file, card in cards:
        for name in sorted({card.card_id, *(hazard.hazard_id for hazard in card.hazards)}):
            other = homes.setdefault(name, file)
            if other != file:
                yield Fault(
                    where=f"{file}: {card.card_id}",
                    value=name,
                    expected=f"an id that is not in {other}",
                )


def find_circle(cards: Mapping[CardId, Card]) -> tuple[CardId, ...]:
    """Return cards that wait for each other in a circle, each after the next; none if there are."""
    done: set[CardId] = set()
    for start in sorted(cards):
        path: list[CardId] = []
        waiting: list[tuple[CardId, bool]] = [(start, False)]
        while waiting:
            card_id, is_left = waiting.pop()
            if is_left:
                done.add(path.pop())
                continue
            if card_id in path:
                return tuple(path[path.index(card_id) :])
            if card_id in done or card_id not in cards:
                continue
            path.append(card_id)
            waiting.append((card_id, True))
            waiting += [(before, False) for before in sorted(cards[card_id].after)]
    return ()


def sort_by_order(cards: Mapping[CardId, Card]) -> list[Card]:
    """Return the cards by build-up step, then id; no card stands before one it waits for."""
    ordered: list[Card] = []
    placed: set[CardId] = set()
    rest = sorted(cards.values(), key=lambda card: (card.step, card.card_id))
    while rest:
        card = next((c for c in rest if placed.issuperset(set(c.after) & set(cards))), rest[0])
        rest.remove(card)
        placed.add(card.card_id)
        ordered.append(card)
    return ordered
