"""Tickets: one text each, signed; whatever is changed in one is refused."""

from base64 import b32decode, b32encode
from pathlib import Path

import msgspec
import pytest

from aspan.booking.ticket import (
    ID_CHARACTERS_MAX,
    PREFIX,
    TEXT_CHARACTERS_MAX,
    Ticket,
    TicketRefusal,
    find_refusal,
    plan_ticket,
    read_ticket,
    write_ticket,
)
from aspan.live.keys import Keys, open_keys, rotate_keys
from aspan.primitives.dice import draw
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, SortieId, VertiportId
from aspan.primitives.units import MS_PER_H

OFF_BLOCK_MS = 1_776_225_600_000
ALTERATIONS = 10_000
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abcz0189-=+/ .:\n\u0410\u0456"


def _plan(**changed: object) -> Ticket:
    ticket = plan_ticket(
        booking_id=BookingId("BQ4XK2M7TA5PC"),
        serial=1,
        party=2,
        sortie_id=SortieId("S000123"),
        origin=VertiportId("ALATAU"),
        destination=VertiportId("CENTRE"),
        off_block_at_ms=OFF_BLOCK_MS,
        needs_assistance=True,
    )
    return msgspec.structs.replace(ticket, **changed)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Return the keys of a service."""
    return open_keys(tmp_path_factory.mktemp("keys") / "a.keys")


def _write(ticket: Ticket, keys: Keys) -> str:
    return write_ticket(ticket, keys.ticket_key_id, keys.sign_ticket)


def test_a_ticket_reads_as_it_was_written(keys: Keys) -> None:
    """Text and ticket are each other's, the same every time, and fit a small code."""
    text = _write(_plan(), keys)
    assert read_ticket(text, keys.public_keys()) == _plan()
    assert text == _write(_plan(), keys)
    assert text.startswith(PREFIX)
    assert text.isalnum()
    assert text == text.upper()
    assert len(text) <= 215


def test_the_longest_ticket_is_short_enough(keys: Keys) -> None:
    """With the longest ids a text has at most 300 characters."""
    longest = "X" * ID_CHARACTERS_MAX
    ticket = _plan(booking_id=longest, sortie_id=longest, origin=longest, destination=longest)
    text = _write(ticket, keys)
    assert len(text) <= TEXT_CHARACTERS_MAX
    assert read_ticket(text, keys.public_keys()) == ticket


def test_every_bit_of_a_ticket_counts(keys: Keys) -> None:
    """With any one bit changed, of the facts or of the signature, a ticket is refused."""
    body = _write(_plan(), keys).removeprefix(PREFIX)
    packed = b32decode(body + "=" * (-len(body) % 8))
    refusals = set()
    for bit in range(8 * len(packed)):
        changed = bytearray(packed)
        changed[bit // 8] ^= 1 << bit % 8
        text = PREFIX + b32encode(bytes(changed)).decode().rstrip("=")
        refusal = read_ticket(text, keys.public_keys())
        assert isinstance(refusal, TicketRefusal), bit
        refusals.add(refusal)
    assert refusals == {TicketRefusal.ALTERED, TicketRefusal.FORGED, TicketRefusal.UNKNOWN_KEY}


def alter(text: str, number: int) -> str:
    """Return a text with one to three characters replaced, left out, put in or changed about."""
    altered = text
    for turn in range(1 + int(3 * draw(5, "turns", number))):
        at = int(len(altered) * draw(5, "at", number, turn))
        put = CHARACTERS[int(len(CHARACTERS) * draw(5, "put", number, turn))]
        match int(5 * draw(5, "kind", number, turn)):
            case 0 | 1:
                altered = altered[:at] + put + altered[at + 1 :]
            case 2:
                altered = altered[:at] + altered[at + 1 :]
            case 3:
                altered = altered[:at] + put + altered[at:]
            case _:
                altered = altered[:at] + altered[at : at + 2][::-1] + altered[at + 2 :]
    return altered


def test_ten_thousand_random_alterations_are_refused(keys: Keys) -> None:
    """However a text is altered, it is refused; those that came out unaltered are not counted."""
    text = _write(_plan(), keys)
    tried = 0
    number = 0
    while tried < ALTERATIONS:
        altered = alter(text, number)
        number += 1
        if altered == text:
            continue
        tried += 1
        assert isinstance(read_ticket(altered, keys.public_keys()), TicketRefusal), altered
    assert tried == ALTERATIONS


def test_another_service_signs_in_vain(keys: Keys, tmp_path: Path) -> None:
    """A ticket by a key the gate does not hold is of an unknown key; under our key's name, forged.

    Both reasons are told apart, since the first may only mean that the gate's keys are old.
    """
    other = open_keys(tmp_path / "b.keys")
    assert read_ticket(_write(_plan(), other), keys.public_keys()) == TicketRefusal.UNKNOWN_KEY
    posing = write_ticket(_plan(), keys.ticket_key_id, other.sign_ticket)
    assert read_ticket(posing, keys.public_keys()) == TicketRefusal.FORGED


def test_tickets_outlive_a_rotation(tmp_path: Path) -> None:
    """A ticket signed before the keys were rotated is taken after it, and not by old keys after."""
    old = open_keys(tmp_path / "a.keys")
    before = _write(_plan(), old)
    new = rotate_keys(tmp_path / "a.keys")
    after = _write(_plan(), new)
    assert read_ticket(before, new.public_keys()) == _plan()
    assert read_ticket(after, new.public_keys()) == _plan()
    assert read_ticket(after, old.public_keys()) == TicketRefusal.UNKNOWN_KEY


@pytest.mark.parametrize(
    "text", ["", "AT1", "AT1A", "HC1:6BF", "x" * 100_000, "AT1" + "A" * 297, "AT1" + "7" * 212]
)
def test_what_is_no_ticket_is_altered(keys: Keys, text: str) -> None:
    """Texts of other kinds are refused without a fault."""
    assert read_ticket(text, keys.public_keys()) == TicketRefusal.ALTERED


def test_lower_case_and_padding_are_other_texts(keys: Keys) -> None:
    """The one text of a ticket is the only one taken."""
    text = _write(_plan(), keys)
    for other in (text.lower(), text + "=", f" {text}", f"{text}\n", text[:3] + text[3:].lower()):
        assert read_ticket(other, keys.public_keys()) == TicketRefusal.ALTERED


def _judge(ticket: Ticket, **changed: object) -> TicketRefusal | None:
    asked: dict[str, object] = {
        "at_ms": OFF_BLOCK_MS - MS_PER_H,
        "vertiport_id": "ALATAU",
        "sortie_id": "S000123",
        "serial": 1,
        "is_used": False,
    }
    return find_refusal(ticket, **(asked | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, None),
        ({"serial": None}, None),
        ({"vertiport_id": "CENTRE"}, TicketRefusal.WRONG_SITE),
        ({"sortie_id": "S000124"}, TicketRefusal.WRONG_SORTIE),
        ({"sortie_id": "S000124", "serial": 2}, TicketRefusal.OUTDATED),
        ({"is_used": True}, TicketRefusal.USED),
        ({"at_ms": OFF_BLOCK_MS - 4 * MS_PER_H - 1}, TicketRefusal.NOT_YET),
        ({"at_ms": OFF_BLOCK_MS - 4 * MS_PER_H}, None),
        ({"at_ms": OFF_BLOCK_MS + 4 * MS_PER_H - 1}, None),
        ({"at_ms": OFF_BLOCK_MS + 4 * MS_PER_H}, TicketRefusal.EXPIRED),
    ],
)
def test_a_gate_takes_a_true_ticket_where_and_when_it_holds(
    changed: dict[str, object], refusal: TicketRefusal | None
) -> None:
    """Each reason is given on its own side of its bound."""
    assert _judge(_plan(), **changed) == refusal


@pytest.mark.parametrize(
    "changed",
    [
        {"party": 0},
        {"party": 256},
        {"serial": 0},
        {"serial": 65_536},
        {"sortie_id": ""},
        {"sortie_id": "S" * 23},
        {"origin": "\u0410\u041b\u041c"},
        {"off_block_at_ms": -1},
        {"valid_until_ms": 1 << 48},
    ],
)
def test_what_does_not_fit_is_bad_input(changed: dict[str, object]) -> None:
    """No ticket is made of what its bytes cannot hold."""
    with pytest.raises(InvalidInput, match=next(iter(changed))):
        _plan(**changed)
