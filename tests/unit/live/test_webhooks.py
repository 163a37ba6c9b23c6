"""Webhooks: every event told, in order of its booking, whatever the receiver does."""

import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import time
from typing import Any

import pytest

from aspan.live.sqlite_log import SqliteLog
from aspan.live.webhook_event import TOLERANCE_S, is_signed, sign, tell_event
from aspan.live.webhook_store import (
    WAITING_MAX,
    WebhookStore,
    find_webhooks_path,
)
from aspan.live.webhooks import GIVEN_UP_S, Webhooks
from aspan.operations import events as ev
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, SortieId, VertiportId
from receiving import WAIT_S, Receiver

SECRET = "whsec-of-a-test"
SITE = VertiportId("V1")


class Told:
    """Notices that are remembered."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def alert(self, message: str) -> None:
        """Remember it."""
        self.messages.append(message)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a receiver that takes everything."""
    receiver = Receiver(SECRET)
    yield receiver
    receiver.close()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    """Return a log on disk."""
    log = SqliteLog(tmp_path / "store.sqlite")
    yield log
    log.close()


def _sellers(ids: Sequence[str]) -> dict[str, str]:
    """Return the partner of each booking: those of `Q` are another's, those of `N` nobody's."""
    return {one: "other" if one.startswith("Q") else "superapp" for one in ids if one[0] != "N"}


def _open(
    path: Path,
    log: SqliteLog,
    *,
    find_sellers: Callable[[Sequence[str]], Mapping[str, str] | None] = _sellers,
    now_s: Callable[[], float] = time,
) -> tuple[Webhooks, Told]:
    told = Told()
    hooks = Webhooks(
        WebhookStore(path),
        log,
        find_sellers=find_sellers,
        source="/aspan/tiny",
        notices=told,
        pause_s=0.002,
        now_s=now_s,
    )
    return hooks, told


def _tell(log: SqliteLog, booking_id: str, at_ms: int = 1_000) -> None:
    """Put three steps of a booking's life on the log."""
    bid = BookingId(booking_id)
    log.append("x", [ev.BookingCheckedIn(at_ms=at_ms, booking_id=bid)])
    log.append(
        "x", [ev.SortieHeld(at_ms=at_ms, sortie_id=SortieId("S1"), reason="gust", retry_at_ms=0)]
    )
    log.append("x", [ev.BookingBoarded(at_ms=at_ms + 1, booking_id=bid)])
    log.append("x", [ev.BookingFlown(at_ms=at_ms + 2, booking_id=bid, vertiport_id=SITE)])
    log.sync()


def _in_order(receiver: Receiver, booking_id: str) -> list[int]:
    return [int(number) for subject, number in receiver.taken if subject == booking_id]


def test_a_partner_hears_of_its_bookings_alone(
    tmp_path: Path, log: SqliteLog, receiver: Receiver
) -> None:
    """What was sold by others, and what is no booking, is told to nobody; nor what was before."""
    _tell(log, "B0")
    hooks, _ = _open(tmp_path / "hooks", log)
    hooks.put("superapp", receiver.url, SECRET)
    hooks.start()
    for booking_id in ("B1", "Q1", "N1", "B2"):
        _tell(log, booking_id)
    receiver.wait(lambda: len(receiver.taken) == 6)
    hooks.stop(WAIT_S)
    assert {message["subject"] for message in receiver.heard} == {"B1", "B2"}
    assert [m["type"] for m in receiver.heard if m["subject"] == "B1"] == [
        "aspan.booking.checked_in",
        "aspan.booking.boarded",
        "aspan.booking.flown",
    ]
    first = receiver.heard[0]
    assert first["specversion"] == "1.0"
    assert first["source"] == "/aspan/tiny"
    assert first["time"] == "1970-01-01T00:00:01.000Z"
    assert first["data"] == {"booking_id": first["subject"], "at_ms": 1_000}


def test_the_next_message_waits_for_the_last(
    tmp_path: Path, log: SqliteLog, receiver: Receiver
) -> None:
    """Refused now and then, each booking's messages are still taken in the order of the log."""
    heard: dict[str, int] = {}

    def answer(message: dict[str, Any]) -> int:
        heard[message["id"]] = heard.get(message["id"], 0) + 1
        return (
            204
            if heard[message["id"]] > int(message["id"]) % 3
            else [400, 500][int(message["id"]) % 2]
        )

    receiver.answer = answer
    hooks, _ = _open(tmp_path / "hooks", log)
    hooks.put("superapp", receiver.url, SECRET)
    for number in range(12):
        _tell(log, f"B{number}")
    hooks.start()
    receiver.wait(lambda: len(receiver.taken) >= 36)
    hooks.stop(WAIT_S)
    for number in range(12):
        order = _in_order(receiver, f"B{number}")
        assert order == sorted(order)
        assert len(set(order)) == 3


def test_one_booking_that_is_refused_holds_up_no_other(
    tmp_path: Path, log: SqliteLog, receiver: Receiver
) -> None:
    """Who cannot take one booking hears of all others, and of that one first things first."""
    receiver.answer = lambda message: 422 if message["subject"] == "B1" else 200
    hooks, _ = _open(tmp_path / "hooks", log)
    hooks.put("superapp", receiver.url, SECRET)
    hooks.start()
    for number in range(5):
        _tell(log, f"B{number}")
    receiver.wait(lambda: len(receiver.taken) == 12)
    receiver.wait(lambda: any(message["subject"] == "B1" for message in receiver.heard))
    refused = {message["id"] for message in receiver.heard if message["subject"] == "B1"}
    assert refused == {"5"}
    hooks.stop(WAIT_S)
    endpoint = hooks.find("superapp")
    assert endpoint is not None
    assert endpoint.waiting == 3


def test_a_receiver_that_was_down_loses_nothing(
    tmp_path: Path, log: SqliteLog, receiver: Receiver
) -> None:
    """Ended and begun again in between, the service tells everything once the receiver is back."""
    hooks, _ = _open(tmp_path / "hooks", log)
    hooks.put("superapp", "http://127.0.0.1:9/nobody", SECRET)
    hooks.start()
    for number in range(40):
        _tell(log, f"B{number}")
    receiver.wait(lambda: (found := hooks.find("superapp")) is not None and bool(found.failure))
    hooks.stop(WAIT_S)
    _tell(log, "B40")
    hooks, _ = _open(tmp_path / "hooks", log)
    hooks.put("superapp", receiver.url, SECRET)
    hooks.start()
    receiver.wait(lambda: len(set(receiver.taken)) == 41 * 3)
    hooks.stop(WAIT_S)
    for number in range(41):
        assert _in_order(receiver, f"B{number}") == sorted(_in_order(receiver, f"B{number}"))


def test_a_silent_receiver_is_tried_with_one_message(
    tmp_path: Path, log: SqliteLog, receiver: Receiver
) -> None:
    """While nobody answers, the messages that wait are not all sent in vain."""
    receiver.answer = lambda _: 503
    hooks, _ = _open(tmp_path / "hooks", log)
    for number in range(50):
        _tell(log, f"B{number}")
    hooks.put("superapp", receiver.url, SECRET)
    for number in range(50, 100):
        _tell(log, f"B{number}")
    hooks.start()
    receiver.wait(lambda: len(receiver.heard) >= 10)
    hooks.stop(WAIT_S)
    assert len({message["id"] for message in receiver.heard}) <= 4


def test_a_message_nobody_takes_is_given_up_in_the_end(
    tmp_path: Path, log: SqliteLog, receiver: Receiver
) -> None:
    """After three days a person is told, and what is behind it has its turn."""
    clock = [1_000_000.0]
    receiver.answer = lambda message: 400 if message["type"].endswith("checked_in") else 200
    hooks, told = _open(tmp_path / "hooks", log, now_s=lambda: clock[0])
    hooks.put("superapp", receiver.url, SECRET)
    hooks.start()
    _tell(log, "B1")
    receiver.wait(lambda: len(receiver.heard) >= 1)
    clock[0] += GIVEN_UP_S
    receiver.wait(lambda: len(receiver.taken) == 2)
    hooks.stop(WAIT_S)
    endpoint = hooks.find("superapp")
    assert endpoint is not None
    assert endpoint.given_up == 1
    assert ["is given up" in message for message in told.messages] == [True]


def test_reading_stops_where_too_much_waits(tmp_path: Path, log: SqliteLog) -> None:
    """What waits is bounded; the log keeps the rest until there is room."""
    hooks, _ = _open(tmp_path / "hooks", log)
    hooks.put("superapp", "http://127.0.0.1:9/nobody", SECRET)
    seqs = [(number, f"B{number}") for number in range(1, WAITING_MAX)]
    hooks.store.add("superapp", seqs, read_seq=0, now_s=0.0)
    _tell(log, "B1")
    assert hooks._read() is False
    endpoint = hooks.find("superapp")
    hooks.stop()
    assert endpoint is not None
    assert (endpoint.waiting, endpoint.read_seq) == (WAITING_MAX - 1, 0)


def test_who_has_no_time_to_say_who_sold_is_asked_again(tmp_path: Path, log: SqliteLog) -> None:
    """Nothing is passed over because the service was busy."""
    hooks, _ = _open(tmp_path / "hooks", log, find_sellers=lambda _: None)
    hooks.put("superapp", "http://127.0.0.1:9/nobody", SECRET)
    _tell(log, "B1")
    assert hooks._read() is False
    endpoint = hooks.find("superapp")
    hooks.stop()
    assert endpoint is not None
    assert endpoint.read_seq == 0


def test_an_address_that_is_taken_back_is_told_nothing(tmp_path: Path, log: SqliteLog) -> None:
    """With the address goes what waited for it; begun again, it hears what is new."""
    hooks, _ = _open(tmp_path / "hooks", log)
    hooks.put("superapp", "http://127.0.0.1:9/nobody", SECRET)
    _tell(log, "B1")
    hooks._read()
    assert hooks.drop("superapp")
    assert not hooks.drop("superapp")
    assert hooks.find("superapp") is None
    endpoint = hooks.put("superapp", "http://127.0.0.1:9/nobody", SECRET)
    hooks.stop()
    assert (endpoint.waiting, endpoint.read_seq) == (0, log.kept)


def test_the_file_is_its_owner_s(tmp_path: Path) -> None:
    """It holds secrets, so nobody else may read it; another database is not taken for it."""
    path = find_webhooks_path(tmp_path / "store.sqlite")
    WebhookStore(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    WebhookStore(path).close()
    SqliteLog(tmp_path / "log.sqlite").close()
    with pytest.raises(InvalidInput, match="webhooks of Aspan"):
        WebhookStore(tmp_path / "log.sqlite")
    (tmp_path / "text").write_text("no database at all, but long enough to be read as one" * 20)
    with pytest.raises(InvalidInput, match="undamaged"):
        WebhookStore(tmp_path / "text")


def test_a_signature_is_of_one_message_and_one_time() -> None:
    """Another body, another time, another secret or an old message are not taken."""
    body = tell_event(
        7, ev.BookingFlown(at_ms=1, booking_id=BookingId("B1"), vertiport_id=SITE), source="/x"
    )
    header = sign(SECRET, body, at_s=1_000)
    assert is_signed(header, body, SECRET, now_s=1_000 + TOLERANCE_S)
    assert not is_signed(header, body, SECRET, now_s=1_001 + TOLERANCE_S)
    assert not is_signed(header, body + b" ", SECRET, now_s=1_000)
    assert not is_signed(header, body, SECRET + "x", now_s=1_000)
    assert not is_signed(header.replace("t=1000", "t=1001"), body, SECRET, now_s=1_000)
    for text in ("", "t=,v1=", "v1=é", "t=²,v1=x", "t=1" + "0" * 400):
        assert not is_signed(text, body, SECRET, now_s=1_000)
